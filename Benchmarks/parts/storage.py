"""Storage alone: files as in a Maildir, SQLite, and an append-only file with one flush for all that wait."""

import subprocess

from disks import Broken
from figures import spread

WAYS = {"files": "file + folder fsync each", "sqlite": "SQLite WAL, FULL", "append": "append + one fdatasync"}


def once(bench, way, clients):
    """Messages a second, and processor microseconds for each, on a fresh folder."""
    folder = bench.disks.fresh(f"storage-{way}")
    command = [bench.tool("storage-comparison"), folder, bench.options.seconds, clients, way]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60 + bench.options.seconds)
    bench.disks.release()
    if result.returncode:
        raise Broken(result.stderr.strip()[:300])
    rate, processor, _ = map(float, result.stdout.split())
    return rate, processor


def run(bench):
    print(f"{'10 KiB messages':34}" + "".join(f"{name:>30}" for name in WAYS.values()))
    for clients in (1, 10, 50):
        runs = {way: [] for way in WAYS}
        for _ in range(bench.options.pairs):
            for way, found in runs.items():
                found.append(once(bench, way, clients))
        bench.figures.rows.append({"part": "storage", "cell": f"{clients} waiting", "rows": runs})
        for index, unit in enumerate(("msg/s", "CPU us each")):
            title = f"{clients} waiting" if not index else ""
            print(f"{title:20}{unit:14}" + "".join(f"{spread([row[index] for row in found]):>30}"
                                                   for found in runs.values()), flush=True)
        for way, name in WAYS.items():
            bench.figures.add("storage", f"storage: {clients} waiting, {name}", [row[0] for row in runs[way]], "msg/s",
                              told=False, note=f"{spread([row[1] for row in runs[way]])} CPU us each")
