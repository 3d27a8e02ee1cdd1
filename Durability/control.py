"""The shim, and the integers it shares with us (see faults.h)."""

import errno
import mmap
import os
import pathlib
import shutil
import struct
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SLOTS = ["count", "kill_at", "fail_at", "fail_errno", "fail_on", "candidates", "short_at", "writes", "delay_us", "lies",
         "lie_every", "fired", "fired_call", "resynced", "kill_kind",
         "ahead_s"]
CALLS = ["open", "write", "sync", "syncfs", "rename", "link", "unlink", "truncate", "allocate", "mkdir", "close"]
KINDS, LENGTH = 32, 64

FILE_SYNC_IS_NOTHING, DIRECTORY_SYNC_IS_NOTHING, HALF_WRITES_COUNT_AS_WHOLE, WRITES_ARE_SWALLOWED = 1, 2, 4, 8
SYNC_COMES_LATER, LINKS_GET_NEW_NAMES, LINKS_ARE_SWALLOWED = 16, 32, 64

ERRORS = {name: getattr(errno, name) for name in ("ENOSPC", "EIO", "EDQUOT", "EMFILE", "EROFS", "EACCES", "EINTR")}


def build(directory):
    """Compiles the shim; its path, or None where there is no C compiler."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if not compiler:
        return None
    library = pathlib.Path(directory) / "shim.so"
    subprocess.run([compiler, "-std=gnu11", "-O2", "-Wall", "-fPIC", "-shared", "-o", library, HERE / "shim.c",
                    HERE / "faults.c", "-ldl", "-lpthread"], check=True)
    return library


class Control:
    """One process's shim: `control.kill_at = 7`, `control.count`. Works while the process runs, and after its end."""

    def __init__(self, path, shim, **settings):
        path = pathlib.Path(path)
        path.write_bytes(bytes(8 * LENGTH))
        path.chmod(0o666)
        with open(path, "r+b") as file:
            map_ = mmap.mmap(file.fileno(), 8 * LENGTH)
        object.__setattr__(self, "_map", map_)
        object.__setattr__(self, "_environment", {"LD_PRELOAD": str(shim), "DURABILITY_CONTROL": str(path)})
        for name, value in settings.items():
            setattr(self, name, value)

    def environment(self, state):
        return {**os.environ, **self._environment, "STATE_DIR": str(state)}

    def __getattr__(self, name):
        return struct.unpack_from("<q", self._map, 8 * SLOTS.index(name))[0]

    def __setattr__(self, name, value):
        struct.pack_into("<q", self._map, 8 * SLOTS.index(name), value)

    @property
    def calls(self):
        """How many of each call, by name."""
        counts = struct.unpack_from(f"<{len(CALLS)}q", self._map, 8 * KINDS)
        return {name: count for name, count in zip(CALLS, counts) if count}

    @property
    def fired_name(self):
        return CALLS[self.fired_call]
