"""10,000 silent clients, after EHLO or after STARTTLS and EHLO: memory, and how soon one more is greeted."""

import socket
import statistics
import subprocess
import time

from contestants import ours
from disks import Broken
from processes import processor_seconds, resident_megabytes

NEW_CLIENTS = 60


def greeting_milliseconds(port):
    """From connecting until the greeting is there."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        if not client.recv(512).startswith(b"220"):
            raise Broken("a new client wasn't greeted")
    return (time.monotonic() - started) * 1_000


def settle(server):
    """Until the server has nothing to do any more."""
    for _ in range(20):
        before = processor_seconds(server.process.pid)
        time.sleep(0.25)
        if processor_seconds(server.process.pid) - before < 0.02:
            return


def hold(bench, tls, count):
    """Megabytes before and with the clients, and how long new ones waited."""
    server = ours(bench, limits__connections=count + 500, limits__connections_per_address=count + 500,
                  limits__connections_per_network=count + 500, timeouts__command="30m")
    try:
        settle(server)
        before = resident_megabytes(server.process.pid)
        with subprocess.Popen([str(bench.tool("idle-clients")), str(server.port), str(count), tls], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as clients:
            try:
                held = clients.stdout.readline().split()
                if not held or int(held[1]) != count:
                    raise Broken(f"{count} clients could not be held:\n{server.log_text()[-600:]}")
                settle(server)
                megabytes = resident_megabytes(server.process.pid)
                waits = [greeting_milliseconds(server.port) for _ in range(NEW_CLIENTS)]
                clients.stdin.write("?\n")
                clients.stdin.flush()
                still = int(clients.stdout.readline().split()[1])
                if still != count:
                    raise Broken(f"{still} of {count} clients are still connected")
            finally:
                clients.kill()
    finally:
        server.close()
    return before, megabytes, waits, float(held[2])


def run(bench):
    count = bench.options.idle_connections
    bench.need_files(count + 1_000)
    for tls, name, limit in (("none", "in clear", 150), ("starttls", "with TLS", 900)):
        totals, waits, each = [], [], []
        for _ in range(1 if bench.options.quick else bench.options.pairs):
            before, megabytes, found, seconds = hold(bench, tls, count)
            totals.append(megabytes)
            each.append((megabytes - before) * 1_000 / count)
            waits.append(statistics.median(found))
            print(f"  {count} {name}: held after {seconds:.1f} s, {before:.0f} MB before, {megabytes:.0f} MB with "
                  f"them, greeting {statistics.median(found):.2f} ms [{min(found):.2f}-{max(found):.2f}]", flush=True)
        title = f"idle: {count:,} connections {name}"
        add = bench.figures.add
        goal = {"at_most": limit} if count >= 10_000 else {}
        add("idle", f"{title}, memory of the process", totals, "MB", **goal)
        add("idle", f"{title}, each", each, "KB", shown=False)
        add("idle", f"{title}, one more is greeted after (median)", waits, "ms", at_most=100)
