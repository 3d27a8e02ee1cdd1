"""200 sessions that wait for a name server which takes 9 seconds: what a client that needs none of it notices."""

import asyncio
import pathlib
import socket
import statistics
import threading
import time

from contestants import ours
from disks import Broken
from nameserver import NameServer

WAITING = 200
DELAY = 9
TRANSACTIONS = 300


class SlowNameServer:
    """Answers each question on a port of loopback after ``DELAY`` seconds: there is no such name."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.names = set()
        self.timers = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                question, client = self.socket.recvfrom(4096)
            except OSError:
                return
            self.names.add(question[12:question.index(b"\0", 12)].lower())
            # The identifier; a response, authoritative, NXDOMAIN; the question; nothing else.
            end = question.index(b"\0", 12) + 5
            answer = question[:2] + b"\x84\x03" + b"\0\x01" + bytes(6) + question[12:end]
            timer = threading.Timer(DELAY, self.answer, (answer, client))
            timer.daemon = True
            timer.start()
            self.timers.append(timer)

    def answer(self, octets, client):
        try:
            self.socket.sendto(octets, client)
        except OSError:
            pass

    def close(self):
        for timer in self.timers:
            timer.cancel()
        self.socket.close()


async def converse(reader, writer, command):
    writer.write(command)
    while True:
        line = await asyncio.wait_for(reader.readline(), 60)
        if line[3:4] != b"-":
            return line


async def session(port, source):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    await reader.readline()
    await converse(reader, writer, b"EHLO mail.example.org\r\n")
    return reader, writer


async def waiting(port, number):
    """One session that asks about a domain of its own, and what became of it."""
    reader, writer = await session(port, f"127.0.{1 + number // 200}.{1 + number % 200}")
    reply = await converse(reader, writer, f"MAIL FROM:<x@d{number}.slow.test>\r\n".encode())
    writer.close()
    return reply[:3]


async def milliseconds(port, recipient, count):
    """The whole of each transaction of one client, whose domain's answers are kept."""
    reader, writer = await session(port, "127.0.9.1")
    times = []
    for number in range(count):
        started = time.monotonic()
        for command in (b"MAIL FROM:<ann@example.org>\r\n", f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n",
                        f"From: <ann@example.org>\r\nSubject: {number}\r\n\r\nHi.\r\n.\r\n".encode()):
            reply = await converse(reader, writer, command)
            if reply[:1] not in b"23":
                raise Broken(f"the good client was told {reply!r}")
        times.append((time.monotonic() - started) * 1_000)
    writer.close()
    return times


async def measure(server, slow):
    before = await milliseconds(server.port, server.recipient, TRANSACTIONS)
    crowd = [asyncio.create_task(waiting(server.port, number)) for number in range(WAITING)]
    deadline = time.monotonic() + 5
    while len(slow.names) < WAITING and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    if any(task.done() for task in crowd):
        raise Broken("a session that should wait for the DNS didn't")
    during = await milliseconds(server.port, server.recipient, TRANSACTIONS)
    still = sum(not task.done() for task in crowd)
    replies = await asyncio.gather(*crowd)
    return before, during, still, replies


def run(bench):
    folder = pathlib.Path(bench.home) / "slowdns"
    folder.mkdir(mode=0o755, exist_ok=True)
    ratios, worst = [], []
    for number in range(2 if bench.options.quick else 3):
        slow = SlowNameServer()
        servers = NameServer(folder / f"nsd{number}", {
            "example.org": "@ IN TXT \"v=spf1 ip4:127.0.0.0/8 -all\"\n_dmarc IN TXT \"v=DMARC1; p=none\"\n"})
        stubs = f'example.org: ["127.0.0.1@{servers.port}"], slow.test: ["127.0.0.1@{slow.port}"]'
        server = ours(
            bench, authentication="{reverse-lookup: off}", prudence__banner_delay="0s",
            limits__connections_per_network=1_000,
            dns=f"{{validate: never, timeout: 15s, stubs: {{{stubs}}}}}")
        try:
            before, during, still, replies = asyncio.run(measure(server, slow))
        finally:
            server.close()
            servers.close()
            slow.close()
        if still < WAITING:
            raise Broken(f"only {still} of {WAITING} sessions waited all the time")
        if unexpected := set(replies) - {b"250", b"451"}:
            raise Broken(f"what waited was told {unexpected}")
        ratios.append(statistics.median(during) / statistics.median(before))
        worst.append(statistics.quantiles(during, n=100)[98])
        bench.figures.add("slowdns", "slowdns: a good client's transaction, nobody waiting", [statistics.median(before)],
                          "ms", shown=False)
    bench.figures.add("slowdns", f"slowdns: {WAITING} sessions wait {DELAY} s for the DNS: a good client's time for a message",
                      ratios, "x", at_most=2)
    bench.figures.add("slowdns", "slowdns: the same, its slowest in a hundred", worst, "ms", shown=False)
