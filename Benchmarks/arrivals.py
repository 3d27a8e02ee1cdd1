"""Counts the files that come into a Maildir's new by the kernel's notices (inotify).

Listing a folder of many files again and again would take the processor away from the servers that are measured.
"""

import ctypes
import os
import struct
import threading
import time

IN_MOVED_TO, IN_CREATE, IN_Q_OVERFLOW = 0x80, 0x100, 0x4000
HEADER = struct.Struct("iIII")
LIBC = ctypes.CDLL(None, use_errno=True)


class Arrivals:
    def __init__(self, folder):
        self.folder, self.descriptor = folder, LIBC.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self.descriptor < 0 or LIBC.inotify_add_watch(
                self.descriptor, os.fsencode(folder), IN_MOVED_TO | IN_CREATE) < 0:
            raise OSError(ctypes.get_errno(), f"inotify: {folder}")
        self.count, self.last, self.lost = len(os.listdir(folder)), time.monotonic(), False
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.done.wait(0.004):
            try:
                notices = os.read(self.descriptor, 1 << 20)
            except BlockingIOError:
                continue
            place = found = 0
            while place < len(notices):
                _, mask, _, length = HEADER.unpack_from(notices, place)
                place += HEADER.size + length
                if mask & IN_Q_OVERFLOW:
                    self.lost = True
                else:
                    found += 1
            self.count, self.last = self.count + found, time.monotonic()

    def wait(self, count, seconds, alive):
        """The moment at which so many were there. `alive` says no when nothing more will come."""
        deadline = time.monotonic() + seconds
        while self.count < count:
            if self.lost:
                time.sleep(0.1)
                self.count, self.last = len(os.listdir(self.folder)), time.monotonic()
            elif not alive() or time.monotonic() > deadline:
                raise TimeoutError(f"{self.count} of {count} messages have come to {self.folder}")
            else:
                time.sleep(0.002)
        return self.last

    def close(self):
        self.done.set()
        self.thread.join()
        os.close(self.descriptor)
