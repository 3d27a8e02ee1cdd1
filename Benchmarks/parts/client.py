"""The client library over one connection to Postfix's smtp-sink, beside Python's smtplib and Postfix's smtp-source."""

import re
import resource
import subprocess
import sys
import time

from disks import Broken
from peers import Programs
from sinks import Sinks

SIZE = 10 << 10
SMTPLIB = """
import resource, smtplib, sys, time
port, count, size = map(int, sys.argv[1:])
line = "The quick brown fox jumps over the lazy dog, and does so once more for good measure.\\r\\n"
text = "From: <ann@client.test>\\r\\nSubject: x\\r\\n\\r\\n" + line * (size // len(line))
client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.test")
for _ in range(100): client.sendmail("ann@client.test", ["bob@other.test"], text)
used, started = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]), time.monotonic()
for _ in range(count): client.sendmail("ann@client.test", ["bob@other.test"], text)
seconds = time.monotonic() - started
print(count / seconds, (sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - used) / count * 1e6)
"""


def numbers(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **options)
    if done.returncode:
        raise Broken(f"{command[0]}: {done.returncode}: {done.stderr[-300:]}")
    return [float(number) for number in re.findall(r"[0-9.]+", done.stdout)]


def source(port, count):
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = Programs().run("smtp-source", "-d", "-s", 1, "-m", count, "-l", SIZE, "-f", "ann@client.test", "-t",
                          "bob@other.test", f"127.0.0.1:{port}")
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise Broken(f"smtp-source: {done.stderr[:300]}")
    return [count / seconds, sum(after[index] - before[index] for index in (0, 1)) / count * 1e6]


def ours(bench, port, count):
    single_rate, single_used, rate, used = numbers([bench.program("ClientBenchmark"), port, count, SIZE])
    return {"ours": [rate, used], "ours, a call each": [single_rate, single_used]}


def run(bench):
    count = 1_000 if bench.options.quick else 10_000
    sinks = Sinks(bench)
    sinks.start()
    try:
        rows = [{**ours(bench, sinks.ports[0], count),
                 "smtplib": numbers([sys.executable, "-c", SMTPLIB, sinks.ports[0], count, SIZE]),
                 "smtp-source": source(sinks.ports[0], count)} for _ in range(bench.options.pairs)]
    finally:
        sinks.close()
    bench.figures.rows.append({"part": "client", "cell": "10 KiB, one connection", "rows": rows})
    for row in rows:
        print("; ".join(f"{name} {rate:,.0f} msg/s, {used:.0f} CPU us" for name, (rate, used) in row.items()), flush=True)
    bench.figures.add("client", "client: 10 KiB over one connection, pipelined, msg/s against smtplib",
                      [row["ours"][0] / row["smtplib"][0] for row in rows], "x", at_least=3)
    bench.figures.add("client", "client: the same with a call for each message",
                      [row["ours, a call each"][0] / row["smtplib"][0] for row in rows], "x")
    bench.figures.add("client", "client: pipelined, CPU each message against smtp-source",
                      [row["ours"][1] / row["smtp-source"][1] for row in rows], "x", at_most=1)
