"""Servers that take mail and forget it: Postfix's smtp-sink, which counts."""

import re
import selectors
import subprocess
import threading
import time

from disks import Broken
from peers import Programs, end_group, wait_for_port
from server import SERVICE_USER, free_port

COUNTED = re.compile(rb"mesg=(\d+)")


class Sinks:
    """`count` sinks, each with a port of its own on 127.0.0.1; nobody listens there until `start`."""

    def __init__(self, bench, count=1):
        self.directory = bench.disks.fresh("sinks")
        self.ports = [free_port() for _ in range(count)]
        self.processes, self.counts = [], [0] * count
        self.changed = threading.Condition()

    def start(self):
        programs = Programs()
        arguments = ["-u", SERVICE_USER] if SERVICE_USER else []
        self.selector = selectors.DefaultSelector()
        for index, port in enumerate(self.ports):
            process = subprocess.Popen(
                [str(programs.commands / "smtp-sink"), *arguments, "-c", f"127.0.0.1:{port}", "1000"],
                env=programs.environment, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, start_new_session=True)
            self.processes.append(process)
            self.selector.register(process.stdout, selectors.EVENT_READ, index)
        threading.Thread(target=self.count, daemon=True).start()
        for process, port in zip(self.processes, self.ports):
            wait_for_port(process, port, self.directory / "none")

    def count(self):
        """Reads what the sinks print of themselves, now and then: their counters are what counts."""
        while self.selector.get_map():
            for key, _ in self.selector.select(1):
                text = key.fileobj.read1(65536)
                if not text:
                    self.selector.unregister(key.fileobj)
                    continue
                if found := COUNTED.findall(text):
                    with self.changed:
                        self.counts[key.data] = int(found[-1])
                        self.changed.notify_all()
            time.sleep(0.005)

    def total(self):
        return sum(self.counts)

    def wait(self, count, seconds, alive):
        """The moment when so many messages had come to all of them together."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while self.total() < count:
                if time.monotonic() > deadline or not alive():
                    raise Broken(f"{self.total():,} of {count:,} messages came")
                self.changed.wait(0.2)
        return time.monotonic()

    def close(self):
        for process in self.processes:
            end_group(process)
