"""A disk in a file: ext4 by a loop device; and a swap of its own for a moment."""

import os
import pathlib
import shutil
import subprocess
import time

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
SIZE = 352 << 20


def quietly(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, env={**os.environ, "PATH": PATH},
                          check=False)


def run(*command):
    done = quietly(*command)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")


def lacking():
    """Why nothing can be proved here; None: it can."""
    if os.geteuid():
        return "only root may mount a disk and turn on a swap"
    for tool in ("mkfs.ext4", "losetup", "mkswap", "setpriv", "prlimit", "gpg", "grep", "openssl", "cc"):
        if not shutil.which(tool, path=PATH):
            return f"no {tool} (scripts/setup no-trace)"
    try:
        import cryptography  # noqa: F401
    except ImportError:
        return "no python3-cryptography (scripts/setup no-trace)"
    return None


class Disk:
    """An ext4 of its own. `image` is what whoever takes the disk has."""

    def __init__(self, scratch):
        self.image, self.folder = pathlib.Path(scratch) / "disk.img", pathlib.Path(scratch) / "disk"
        with open(self.image, "wb") as file:
            file.truncate(SIZE)
        # All of it is written now: what is found later was put there by the server.
        run("mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image)
        self.folder.mkdir()
        run("mount", "-o", "loop,noatime", self.image, self.folder)
        self.folder.chmod(0o777)

    def unmount(self):
        for _ in range(50):
            if not quietly("umount", self.folder).returncode:
                return
            time.sleep(0.1)
        run("umount", self.folder)

    def flush(self):
        """What is in the image then is what the device has."""
        run("sync", "-f", self.folder)


class Swap:
    """A swap of 96 MiB, for as long as it is needed."""

    def __init__(self, scratch):
        self.file = pathlib.Path(scratch) / "swap"
        with open(self.file, "wb") as file:
            file.write(bytes(96 << 20))
        self.file.chmod(0o600)
        run("mkswap", self.file)
        # What is swapped goes past the cache of files: nothing of the file may be in it when it is read.
        with open(self.file, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        done = quietly("swapon", self.file)
        self.lack = done.stderr.strip() if done.returncode else None

    def used(self):
        """KiB."""
        lines = [line.split() for line in pathlib.Path("/proc/swaps").read_text().splitlines()]
        return next((int(line[3]) for line in lines if line[0] == str(self.file)), 0)

    def off(self):
        if not self.lack:
            run("swapoff", self.file)
