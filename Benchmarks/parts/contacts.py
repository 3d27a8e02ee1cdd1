"""What asking for the owner's word costs: welcome senders beside a server that lets everyone in, and a crowd of strangers."""

import asyncio
import statistics
import subprocess
import time

from contest import Cell, contest
from contestants import ours
from disks import Broken
from server import RECIPIENT

STRANGERS = 10_000
SESSIONS = (10, 50)


def screening(bench):
    """Strangers are asked about; who sends in the contest is welcome."""
    server = ours(bench, contacts="{strangers: ask}")
    server.name = "contacts on"
    table = server.directory / "contacts.csv"
    table.write_text("email,kind,state,identity\nann@client.test,address,welcome,network:127.0.0.0/24\n")
    done = subprocess.run([server.program, "contacts", "import", table, "--owner", RECIPIENT, "--config", server.configuration],
                          capture_output=True, text=True)
    if done.returncode:
        server.close()
        raise Broken(f"the sender can't be made welcome: {done.stderr}")
    time.sleep(1.5)  # until the server has looked whether something changed
    return server


def open_doors(bench):
    server = ours(bench)
    server.name = "contacts off"
    return server


async def converse(reader, writer, command):
    writer.write(command)
    while True:
        line = await asyncio.wait_for(reader.readline(), 60)
        if line[3:4] != b"-":
            return line


async def stranger(port, recipient, number):
    """Milliseconds until the answer to one message of somebody new, from a network of their own."""
    source = f"127.{1 + number // 62_500 % 200}.{number // 250 % 250}.{1 + number % 250}"
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
    await reader.readline()
    for command in (b"EHLO client.test\r\n", f"MAIL FROM:<x{number}@d{number}.test>\r\n".encode(),
                    f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"):
        reply = await converse(reader, writer, command)
        if reply[:1] not in b"23":
            raise Broken(f"a stranger was told {reply!r} too early")
    started = time.monotonic()
    reply = await converse(reader, writer, f"From: <x{number}@d{number}.test>\r\nSubject: {number}\r\n\r\nHi.\r\n.\r\n".encode())
    milliseconds = (time.monotonic() - started) * 1_000
    writer.close()
    if not reply.startswith(b"450 4.7.1"):
        raise Broken(f"a stranger was told {reply!r}")
    return milliseconds


async def crowd(server, count, sessions):
    numbers, times = iter(range(count)), []

    async def one_after_another():
        for number in numbers:
            times.append(await stranger(server.port, server.recipient, number * 250))

    await asyncio.gather(*(one_after_another() for _ in range(sessions)))
    return times


def run(bench):
    contest(bench, "contacts", (screening, open_doors),
            [Cell("10 KiB", sessions, True, at_least=0.85) for sessions in (10, 50)])
    count = STRANGERS // 10 if bench.options.quick else STRANGERS
    for sessions in SESSIONS:
        server = ours(bench, contacts="{strangers: ask}", prudence__banner_delay="0s", limits__connections_per_network=1_000)
        try:
            times = asyncio.run(crowd(server, count, sessions))
        finally:
            server.close()
        # Fifty keep both cores busy, half of that the crowd itself: what they wait is the queue for a core.
        bench.figures.add("contacts", f"contacts: {count:,} strangers by {sessions} sessions, from the final dot to the answer",
                          [statistics.median(times)], "ms", **({"at_most": 5} if sessions == 10 else {}))
        bench.figures.add("contacts", "contacts: the same, the slowest in a hundred", [statistics.quantiles(times, n=100)[98]], "ms",
                          shown=False)
