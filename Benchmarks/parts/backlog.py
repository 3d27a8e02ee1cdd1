"""A million messages that wait: the start of the server on them, and its memory."""

import subprocess

from contestants import Ours
from disks import Broken, need_space
from processes import folder_megabytes, resident_megabytes
from server import SERVICE_USER, hand_over

SIZE, DESTINATIONS = 1_000, 10_000


def run(bench):
    count = 50_000 if bench.options.quick else 1_000_000
    need_space(bench.home, count * (SIZE + 600) * 2 / 1e9)
    server = Ours(bench, relay="{from: [127.0.0.0/8]}", dns="{validate: never, servers: [127.0.0.1@9]}")
    done = subprocess.run([str(bench.program("QueueBenchmark")), str(server.state), str(count), str(SIZE), str(DESTINATIONS)],
                          capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise Broken(f"QueueBenchmark: {done.stderr[-300:]}")
    for path in (server.state / "queue.key", server.state / "queue", *(server.state / "queue").rglob("*")):
        hand_over(path, SERVICE_USER)
    times, memory = [], []
    for _ in range(3):
        try:
            times.append(server.start(seconds=60))
            memory.append(resident_megabytes(server.process.pid, "VmHWM"))
            totals = subprocess.run([str(server.program), "queue", "totals", "--config", str(server.configuration),
                                     *server.settings], capture_output=True, text=True, timeout=60)
            if totals.stdout.split()[:1] != [str(count)]:
                raise Broken(f"it tells of {totals.stdout[:200]} {totals.stderr[:300]}")
        finally:
            server.close()
    print(f"{count:,} messages of {SIZE} octets in {folder_megabytes(server.state / 'queue'):,.0f} MB", flush=True)
    goal = not bench.options.quick
    bench.figures.add("backlog", f"backlog: from start to greeting, {count:,} messages waiting", times, "s",
                      **({"at_most": 2} if goal else {}))
    bench.figures.add("backlog", "backlog: memory then, greatest", memory, "MB", greatest=True,
                      **({"at_most": 500} if goal else {}))
