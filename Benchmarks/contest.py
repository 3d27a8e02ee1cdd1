"""Two servers under the same load in turn, A B A B …, and the ratios of neighbours."""

import dataclasses
import pathlib
import statistics
import subprocess
import time

from contestants import Pair
from disks import Broken
from figures import spread
from peers import Programs
from processes import processor_seconds

SIZES = {"1 KiB": 1 << 10, "10 KiB": 10 << 10, "1 MiB": 1 << 20}
MOST = 30_000


@dataclasses.dataclass
class Cell:
    """A load, and the least ratio of rates, or the greatest of processor times, that is the goal."""

    size: str
    sessions: int
    reused: bool = False
    # smtp-source, or smtp-load with one message on each connection (starttls, implicit, none).
    program: str = "smtp-source"
    tls: str = "none"
    messages: int = 1
    # A message from a file instead of one made up, and its reverse-path.
    file: pathlib.Path | None = None
    sender: str = "ann@client.test"
    at_least: float | None = None
    processor_at_most: float | None = None
    # In the table at the end though there is no goal for it.
    is_listed: bool = False

    def __str__(self):
        if not self.messages:
            return f"{self.sessions} sess."
        return f"{self.size} {self.sessions} sess.{' reused' if self.reused else ''}"

    @property
    def load(self):
        """In words, for the table at the end."""
        if not self.messages:
            return f"{self.sessions} sessions"
        return f"{self.size}, {self.sessions} sessions, {'reused' if self.reused else 'a connection each'}"

    def send(self, bench, server, count):
        size = SIZES[self.size]
        if self.program == "smtp-source":
            result = Programs().run(
                "smtp-source", *(["-d"] if self.reused else []), "-s", self.sessions, "-m", count,
                *(["-F", self.file] if self.file else ["-l", size]), "-f", self.sender, "-t",
                server.recipient, f"127.0.0.1:{server.port}", seconds=300)
        else:
            result = subprocess.run(
                [str(part) for part in (
                    bench.tool("smtp-load"), "-s", self.sessions, "-c", count, "-m", self.messages, "-l", size, "-T",
                    self.tls, server.port, server.recipient)], capture_output=True, text=True, timeout=300)
        if result.returncode or result.stderr.strip():
            raise Broken(f"{server.name}: {self.program}: {result.stderr.strip()[:300]}")


def measure(bench, server, cell, count):
    """Rates a second, and processor milliseconds of the server for each message (or each handshake)."""
    arrivals = server.arrivals if cell.messages else None
    before = arrivals.count if arrivals else 0
    processor, started = processor_seconds(server.process.pid), time.monotonic()
    cell.send(bench, server, count)
    accepted = delivered = time.monotonic() - started
    if arrivals:
        delivered = arrivals.wait(before + count, 300, server.alive) - started
    time.sleep(0.1)  # for what a server still has to tidy up after these messages
    return {"accepted": count / accepted, "delivered": count / delivered,
            "processor": (processor_seconds(server.process.pid) - processor) / count * 1_000}


def count_for(bench, server, cell):
    """How many messages last about --seconds: found by two short runs."""
    count = max(2 * cell.sessions, 40 if cell.size != "1 MiB" else 20)
    for seconds in (bench.options.seconds / 4, bench.options.seconds):
        rate = measure(bench, server, cell, count)["accepted"]
        count = int(min(MOST, max(2 * cell.sessions, rate * seconds)))
    return count


def contest(bench, part, makers, cells, noun="msg"):
    """Prints a table, and adds each ratio to the figures."""
    with Pair(bench, *makers) as servers:
        header = f"{'':39}{servers[0].name:>26}{servers[1].name:>26}{'ratio':>26}"
        print(f"{header}\n{'-' * len(header)}", flush=True)
        for cell in cells:
            counts = [count_for(bench, server, cell) for server in servers]
            rows = [[measure(bench, server, cell, count) for server, count in zip(servers, counts)]
                    for _ in range(bench.options.pairs)]
            bench.figures.rows.append({"part": part, "cell": str(cell), "counts": counts, "rows": rows,
                                       "servers": [server.name for server in servers]})
            tell(bench, part, cell, rows, servers, noun)


def tell(bench, part, cell, rows, servers, noun):
    title = str(cell)
    for key, unit in (("accepted", f"{noun}/s"), ("delivered", f"{noun}/s"), ("processor", "CPU ms")):
        if key == "delivered" and not (servers[0].arrivals and servers[1].arrivals and cell.messages):
            continue
        left, right = ([row[side][key] for row in rows] for side in (0, 1))
        ratios = [a / b for a, b in zip(left, right) if b]
        print(f"{title:22}{key if key != 'processor' else '':10}{unit:>7}{spread(left):>26}{spread(right):>26}"
              f"{spread(ratios):>26}", flush=True)
        title = ""
        goal = {"accepted": {"at_least": cell.at_least}, "processor": {"at_most": cell.processor_at_most}}.get(key, {})
        goal = {name: limit for name, limit in goal.items() if limit is not None}
        names = {"accepted": f"{noun}/s", "delivered": f"{noun}/s delivered", "processor": f"CPU each {noun}"}
        if not ratios:
            raise Broken(f"{cell}: too short to measure; give more --seconds")
        bench.figures.add(
            part, f"{part}: {cell.load}, {names[key]} against {servers[1].name}", ratios, "x", told=False,
            shown=bool(goal) or (cell.is_listed and key == "accepted"), **goal)
    if len(rows) > 1 and statistics.median(row[0]["accepted"] for row in rows) == 0:
        raise Broken(f"{cell}: nothing was accepted")
