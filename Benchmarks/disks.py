"""Where servers keep their mail: folders of the host's disk, or a fresh ext4 for each in a file of its own."""

import ctypes
import os
import pathlib
import shutil
import subprocess
import time

from server import Missing

GIBIBYTE = 1 << 30
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Broken(Exception):
    """A part can't go on; the text says why."""


def quietly(*command):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, env={**os.environ, "PATH": PATH})


def run(*command):
    result = quietly(*command)
    if result.returncode:
        raise Broken(f"{' '.join(map(str, command))}: {result.stderr.strip()}")


def free_bytes(folder):
    return shutil.disk_usage(folder).free


def need_space(folder, gigabytes):
    free = free_bytes(folder) / GIBIBYTE
    if free < gigabytes:
        raise Missing(f"{folder} has {free:.1f} GiB free, {gigabytes} are needed")


def why_no_loop():
    """None where file systems in files can be mounted."""
    if os.geteuid():
        return "only root may mount"
    for program in ("mkfs.ext4", "mount", "umount"):
        if not shutil.which(program, path=PATH):
            return f"no {program}"
    if not pathlib.Path("/dev/loop-control").exists():
        return "no loop devices"
    return None


def hide_mounts():
    """What this process mounts is seen by it and its children only, and is gone with them whatever ends them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not why_no_loop() and libc.unshare(0x00020000) == 0:  # CLONE_NEWNS
        quietly("mount", "--make-rprivate", "/")


class FileSystem:
    """A mounted ext4 with a journal in a sparse file beside the mount point."""

    def __init__(self, folder, gigabytes=24):
        if reason := why_no_loop():
            raise Missing(reason)
        self.folder, self.image = pathlib.Path(folder), pathlib.Path(f"{folder}.img")
        self.frozen = None
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.image, "wb") as file:
            file.truncate(gigabytes * GIBIBYTE)
        try:
            # Nothing is left to be done in the background.
            run("mkfs.ext4", "-q", "-F", "-i", 8192, "-m", 0, "-E", "lazy_itable_init=0,lazy_journal_init=0",
                self.image)
            run("mount", "-o", "loop,noatime", self.image, self.folder)
        except BaseException:
            self.image.unlink()
            raise
        self.folder.chmod(0o755)

    def freeze(self):
        """From here on whoever writes waits. A shell thaws it should this process die."""
        self.frozen = subprocess.Popen(
            ["sh", "-c", 'fsfreeze -f "$0" && echo frozen; cat; fsfreeze -u "$0"', self.folder], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, env={**os.environ, "PATH": PATH})
        if self.frozen.stdout.readline() != b"frozen\n":
            self.thaw()
            raise Missing("fsfreeze doesn't work here")

    def thaw(self):
        if self.frozen:
            self.frozen.stdin.close()
            self.frozen.wait()
            self.frozen.stdout.close()
            self.frozen = None

    def close(self):
        self.thaw()
        for _ in range(50):
            if not quietly("umount", self.folder).returncode:
                break
            time.sleep(0.1)
        else:
            quietly("umount", "--lazy", self.folder)
        self.image.unlink(missing_ok=True)


class Disks:
    """Hands out fresh folders. In folders of the host nothing is removed before the end of the run."""

    def __init__(self, kind, home):
        self.kind, self.home, self.mounted, self.number = kind, home, [], 0
        if kind == "loop" and (reason := why_no_loop()):
            raise SystemExit(f"--disk loop: {reason}")

    def fresh(self, name):
        self.number += 1
        folder = self.home / f"{self.number:03}-{name}"
        if self.kind == "loop":
            self.mounted.append(FileSystem(folder))
        else:
            folder.mkdir()
            folder.chmod(0o755)
        return folder

    def small(self, folder, gigabytes):
        """A file system of its own at a folder, whatever the kind."""
        made = FileSystem(folder, gigabytes)
        self.mounted.append(made)
        return made

    def release(self):
        """After a part, when its servers have ended: in files of their own file systems cost nothing to remove."""
        while self.mounted:
            self.mounted.pop().close()

    def __str__(self):
        if self.kind == "loop":
            return "a fresh ext4 with a journal for each server, in a sparse file, by a loop device"
        for line in sorted(open("/proc/mounts"), key=lambda line: -len(line.split()[1])):
            device, place, kind = line.split()[:3]
            if pathlib.Path(place) in [self.home, *self.home.parents]:
                return f"folders of the host's {kind} ({device}), kept until the end"
        return "folders of the host"
