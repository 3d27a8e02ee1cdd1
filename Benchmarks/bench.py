"""What all parts share: options, programs, folders, and the figures they find."""

import os
import pathlib
import resource
import shutil
import subprocess
import tempfile

from certificates import issue_certificate
from disks import Disks
from figures import Figures
from server import PROGRAM, ROOT, Missing

HERE = pathlib.Path(__file__).resolve().parent
LIBRARIES = {"smtp-load": ["-lssl", "-lcrypto", "-lpthread"], "tls-sink": ["-lssl", "-lcrypto", "-lpthread"],
             "idle-clients": ["-lssl", "-lcrypto"], "storage-comparison": ["-lsqlite3", "-lpthread"]}


def build():
    """Builds into the product's own folder: what the packages share is compiled once."""
    if (ROOT / "Package.resolved").exists():
        shutil.copy(ROOT / "Package.resolved", HERE / "Package.resolved")
    # A plan that was kept would be the other package's.
    common = ["-c", "release", "--static-swift-stdlib", "--disable-build-manifest-caching"]
    for arguments in (["--product", "samotop"], ["--package-path", "Benchmarks", "--scratch-path", ".build"]):
        subprocess.run(["swift", "build", *common, *arguments], cwd=ROOT, check=True)


class Bench:
    def __init__(self, options):
        self.options, self.figures = options, Figures()
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="samotop-bench-"))
        self.home.chmod(0o755)
        (self.home / "programs").mkdir(mode=0o755)
        self.disks = Disks(options.disk, self.home)
        self.issued = None

    @property
    def certificate(self):
        """ECDSA on P-256, the same for all servers."""
        self.issued = self.issued or issue_certificate(self.home / "tls")
        return self.issued

    def program(self, name):
        """A copy of a built program, so that all runs are of the same one."""
        copy = self.home / "programs" / name
        if not copy.exists():
            built = PROGRAM if name == "samotop" else ROOT / ".build/release" / name
            if not built.exists():
                raise Missing(f"{built} isn't built: run without --no-build")
            shutil.copy(built, copy)
        return copy

    def tool(self, name):
        """One of the C programs here, compiled when it is first needed."""
        made = self.home / "programs" / name
        if not made.exists():
            compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
            if not compiler:
                raise Missing("no C compiler (package gcc)")
            command = [compiler, "-O2", "-std=gnu17", "-o", made, HERE / f"{name}.c", *LIBRARIES[name]]
            result = subprocess.run([*map(str, command)], capture_output=True, text=True)
            if result.returncode:
                raise Missing(f"{name}.c doesn't compile (packages gcc, libc6-dev, libssl-dev, libsqlite3-dev):\n"
                              + result.stderr[:600])
        return made

    def need_files(self, count):
        """Raises the limit of open files for this process and its children."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft >= count:
            return
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(count, hard)))
        except (ValueError, OSError) as error:
            raise Missing(f"{count} open files are needed, {hard} is the limit here (ulimit -n): {error}") from None

    def close(self):
        self.disks.release()
        shutil.rmtree(self.home, ignore_errors=True)


def about():
    """The machine, in one line."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{model}, {os.cpu_count()} cores shared by servers and load, {memory:.0f} GiB, "
            f"{os.uname().sysname} {os.uname().release}")
