"""What processes use: processor time and memory, by Linux's /proc."""

import os
import pathlib
import threading

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(root):
    """User and system time of a process, its children, and the children they have buried."""
    children, own = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = pathlib.Path("/proc", name, "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(name))
        own[int(name)] = sum(map(int, fields[11:15]))
    todo, total = [root], 0
    while todo:
        process = todo.pop()
        total += own.get(process, 0)
        todo += children.get(process, [])
    return total / TICKS


def resident_megabytes(process, key="VmRSS"):
    """Memory of one process that is in use now, or ever was at the same time (VmHWM), in 10^6 octets."""
    text = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(text.split(f"{key}:")[1].split()[0]) * 1024 / 1e6


def folder_megabytes(folder):
    """Space on the disk that the files below a folder take, in 10^6 octets."""
    blocks = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                blocks += os.lstat(os.path.join(path, name)).st_blocks
            except FileNotFoundError:
                pass
    return blocks * 512 / 1e6


class Sampler:
    """Looks at some numbers in the background, every half second."""

    def __init__(self, interval=0.5, **looks):
        self.looks, self.interval = looks, interval
        self.samples = {name: [] for name in looks}
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while True:
            for name, look in self.looks.items():
                try:
                    self.samples[name].append(look())
                except (OSError, IndexError):
                    pass
            if self.done.wait(self.interval):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
