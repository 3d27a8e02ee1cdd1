"""50 sessions send 10 KiB messages for a minute, until all are in the Maildir: what a server can take for ever."""

import time

from contest import Cell, measure
from contestants import Pair, PostfixMaildir, ours
from disks import free_bytes, need_space
from figures import spread
from processes import Sampler, folder_megabytes, processor_seconds, resident_megabytes

CELL = Cell("10 KiB", 50, reused=True)
SPACE_LEFT = 8 << 30


def load(bench, server):
    """smtp-source again and again, until the time is over; then until everything has been delivered."""
    seconds = bench.options.sustained_seconds
    count = max(500, int(measure(bench, server, CELL, 500)["accepted"] * min(5, seconds / 4)))
    before, processor, started = server.arrivals.count, processor_seconds(server.process.pid), time.monotonic()
    sent, note = 0, ""
    while time.monotonic() - started < seconds:
        if free_bytes(bench.home) < SPACE_LEFT:
            note = "ended early: the disk is nearly full"
            break
        began = time.monotonic()
        CELL.send(bench, server, count)
        sent += count
        # The first run may be a burst that is faster than what can be kept up.
        left = seconds - (time.monotonic() - started)
        count = max(500, int(count / (time.monotonic() - began) * min(5, max(left, 0.5))))
    accepted = time.monotonic() - started
    delivered = server.arrivals.wait(before + sent, 900, server.alive) - started
    time.sleep(0.1)
    return {"messages": sent, "accepted": sent / accepted, "delivered": sent / delivered, "note": note,
            "processor": (processor_seconds(server.process.pid) - processor) / sent * 1_000}


def watched(bench, server):
    """The load on our server, with what its journal and its memory came to."""
    process, journal = server.process.pid, server.state / "journal"
    with Sampler(journal=lambda: folder_megabytes(journal), memory=lambda: resident_megabytes(process)) as sampler:
        row = load(bench, server)
    return row | {"journal": sampler.samples["journal"], "memory": sampler.samples["memory"],
                  "memory_peak": resident_megabytes(process, "VmHWM")}


def pair(bench):
    """Fresh servers for each pair: their folders grow by gigabytes."""
    with Pair(bench, ours, PostfixMaildir) as (left, right):
        row = [watched(bench, left), load(bench, right)]
    bench.disks.release()
    for name, found in zip(("samotop", "Postfix"), row):
        print(f"  {name:8} {found['messages']:8} messages, {found['accepted']:7.0f} accepted/s, "
              f"{found['delivered']:7.0f} delivered/s, {found['processor']:.3f} CPU ms each {found['note']}", flush=True)
    # What grows without bound is greater in the second half.
    print(f"  samotop  journal at most {halves(row[0]['journal'])} MB, memory at most {halves(row[0]['memory'])} MB "
          "(first half, second half)", flush=True)
    return row


def halves(samples):
    middle = max(1, len(samples) // 2)
    return f"{max(samples[:middle]):.0f}, {max(samples[middle:] or samples):.0f}"


def run(bench):
    rows = []
    for number in range(1 if bench.options.quick else bench.options.pairs):
        try:
            need_space(bench.home, SPACE_LEFT / 2**30 + 4)
        except Exception:
            if not rows:
                raise
            print(f"SKIPPED: pairs after the first {number}: the disk is nearly full", flush=True)
            break
        print(f"pair {number + 1}: {bench.options.sustained_seconds:g} s each", flush=True)
        rows.append(pair(bench))
    bench.figures.rows.append({"part": "sustained", "cell": str(CELL), "rows": rows, "servers": ["samotop", "Postfix"]})
    for key in ("accepted", "delivered"):
        print(f"{key}/s: " + " against ".join(spread([row[side][key] for row in rows]) for side in (0, 1)))
    load_name = f"sustained: {CELL.load}"
    add, ratio = bench.figures.add, lambda key: [row[0][key] / row[1][key] for row in rows]
    add("sustained", f"{load_name}, msg/s accepted against Postfix", ratio("accepted"), "x", shown=False)
    add("sustained", f"{load_name}, msg/s delivered against Postfix", ratio("delivered"), "x", at_least=5)
    add("sustained", f"{load_name}, CPU each msg delivered against Postfix", ratio("processor"), "x", at_most=0.125)
    add("sustained", "sustained: journal on disk, greatest", [max(row[0]["journal"]) for row in rows], "MB",
        at_most=1_000, greatest=True)
    add("sustained", "sustained: memory, greatest", [row[0]["memory_peak"] for row in rows], "MB", at_most=256,
        greatest=True)
