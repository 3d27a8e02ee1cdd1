"""Power cuts: the server works on ext4 in a file, and a copy of the file is the disk as it was at that moment.

The file system commits once an hour (commit=3600): what isn't flushed stays in memory, and is in no copy. Where XFS is
at hand the file lies on it and is cloned in one step, so that a cut may come in the middle of a flush. Elsewhere the
server is stopped (SIGSTOP) and its flushes end before the file is copied.
"""

import fcntl
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from ledger import Findings, Ledger
from load import Load
from server import Server, verify
from sweeps import named, stuck

FICLONE = 0x40049409
IMAGE_SIZE = 448 << 20


def quietly(*command):
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": PATH})


PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def run(*command):
    result = quietly(*command)
    if result.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: {result.stderr.strip()}")


def mounts_below(folder):
    paths = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    return sorted((path for path in paths if pathlib.Path(folder) in pathlib.Path(path).parents), reverse=True)


def unmount(folder):
    for _ in range(50):
        if not quietly("umount", folder).returncode:
            return
        time.sleep(0.1)
    run("umount", folder)


class Shelf:
    """Where images of disks lie: an XFS of its own, which clones files, or the scratch folder itself."""

    def __init__(self, scratch):
        """Raises AssertionError, with the reason, where loop mounts don't work."""
        self.scratch = pathlib.Path(scratch)
        self.folder, self.clones = self.scratch, False
        if os.geteuid():
            raise AssertionError("only root may mount")
        if not shutil.which("mkfs.ext4", path=PATH):
            raise AssertionError("no mkfs.ext4 (package e2fsprogs)")
        self.pristine = self.scratch / "pristine.img"
        self.make(self.pristine, IMAGE_SIZE)
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.pristine)
        probe = self.scratch / "probe"
        probe.mkdir()
        self.mount(self.pristine, probe)
        unmount(probe)
        if shutil.which("mkfs.xfs", path=PATH):
            shelf = self.scratch / "shelf"
            shelf.mkdir()
            self.make(self.scratch / "shelf.img", 6 << 30)
            run("mkfs.xfs", "-q", "-m", "reflink=1", self.scratch / "shelf.img")
            if not quietly("mount", "-o", "loop,noatime", self.scratch / "shelf.img", shelf).returncode:
                shelf.chmod(0o755)
                self.folder, self.clones = shelf, True

    @staticmethod
    def make(path, size):
        with open(path, "wb") as file:
            file.truncate(size)

    @staticmethod
    def mount(image, folder):
        run("mount", "-o", "loop,commit=3600,noatime", image, folder)

    def copy(self, image, target):
        """A copy of the image as it is at one moment; see `Moment` for who must hold still."""
        if self.clones:
            with open(image, "rb") as source, open(target, "wb") as file:
                fcntl.ioctl(file, FICLONE, source.fileno())
        else:
            run("cp", "--sparse=always", image, target)


class Cut:
    """A copy of the disk, and the ledger as of that moment."""

    def __init__(self, image, ledger, kind):
        self.image, self.ledger, self.kind = image, ledger, kind


class Episode:
    """One disk, one load, several cuts."""

    def __init__(self, shelf, shim, seed, messages, random_cuts, cuts_after_replies, faults):
        self.shelf, self.random = shelf, random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=shelf.folder))
        self.folder.chmod(0o755)
        self.image, self.disk = self.folder / "disk.img", self.folder / "disk"
        self.disk.mkdir(mode=0o755)
        self.server = self.make_server(shim if faults else None)
        self.ledger = Ledger(self.folder / "ledger")
        self.messages, self.faults, self.shim = messages, faults, shim
        # Which replies are followed by a cut, and which by one a moment later.
        replies = self.random.sample(range(messages), min(messages, random_cuts + cuts_after_replies))
        self.at_random, self.after_replies = set(replies[:random_cuts]), set(replies[random_cuts:])
        self.cuts, self.replies = [], 0
        self.lock, self.counting = threading.Lock(), threading.Lock()
        self.timers = []

    def make_server(self, shim=None):
        return Server(self.disk, self.folder, shim)

    def make_load(self):
        return Load(self.server.address, self.ledger, sessions=self.random.randint(2, 8), count=self.messages,
                    large_every=self.random.choice((4, 10)))

    def verify(self, server, cut):
        return verify(server, cut.ledger)

    def cut(self, kind):
        with self.lock:
            path = self.folder / f"cut-{len(self.cuts)}.img"
            before = self.ledger.position()
            if not self.shelf.clones:
                hold(self.server.process.pid)
            try:
                self.shelf.copy(self.image, path)
            finally:
                self.server.process.send_signal(signal.SIGCONT)
            cut = Cut(path, self.ledger.excerpt(path.with_suffix(".ledger"), before, self.ledger.position()), kind)
            self.note(cut)
            self.cuts.append(cut)

    def note(self, cut):
        """What else is to be known of the moment."""

    def replied(self, identity, size, code):
        with self.counting:
            number, self.replies = self.replies, self.replies + 1
        if number in self.after_replies and code == 250:
            self.cut("after a 250")
        elif number in self.at_random:
            timer = threading.Timer(self.random.uniform(0, 0.02), self.cut, ["at a random moment"])
            self.timers.append(timer)
            timer.start()

    def run(self):
        findings = Findings()
        run("cp", "--sparse=always", self.shelf.pristine, self.image)
        try:
            self.shelf.mount(self.image, self.disk)
            if not self.server.start(**self.faults):
                raise AssertionError(f"doesn't start:\n{self.server.log_text()}")
            load = self.make_load()
            load.after_reply = self.replied
            if not load.start().wait():
                stuck(self, findings)
            for timer in self.timers:
                timer.join()
            self.server.kill()
            unmount(self.disk)
            for number, cut in enumerate(self.cuts):
                findings.add(self.examine(cut, fsck=number % 8 == 0))
        finally:
            if self.server.is_running:
                self.server.kill()
            for folder in mounts_below(self.folder):
                unmount(folder)
            shutil.rmtree(self.folder, ignore_errors=True)
        return findings

    def examine(self, cut, fsck):
        """Starts the server on the copy, as after the power came back."""
        self.shelf.mount(cut.image, self.disk)
        try:
            server = self.make_server()
            findings = self.verify(server, cut)
            if server.is_running:
                server.kill()
        finally:
            unmount(self.disk)
            cut.ledger.close()
        if fsck and (result := quietly("e2fsck", "-fn", cut.image)).returncode:
            raise AssertionError(f"e2fsck finds faults in our own copy: {result.stdout}")
        cut.image.unlink()
        return named(f"power cut {cut.kind}", Findings({"points": 1, "fired": 1, cut.kind: 1}), findings)


def hold(process):
    """Stops a process, and returns when none of its threads is inside a storage call any more."""
    os.kill(process, signal.SIGSTOP)
    for _ in range(10_000):
        threads = pathlib.Path(f"/proc/{process}/task").iterdir()
        if all((thread / "stat").read_text().rsplit(")", 1)[1].split()[0] in "Tt" for thread in threads):
            return
        time.sleep(0.001)
    raise AssertionError("the server doesn't stop for SIGSTOP")


def episode(shelf, shim, seed, messages, random_cuts, cuts_after_replies, faults):
    return Episode(shelf, shim, seed, messages, random_cuts, cuts_after_replies, faults).run()
