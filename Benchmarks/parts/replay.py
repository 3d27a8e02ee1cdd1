"""A journal as full as it gets, kill -9, a new start: how long until clients are greeted, and until all is delivered."""

import os
import pathlib
import subprocess
import time

from contestants import Ours, make_maildir
from disks import Broken, why_no_loop
from figures import spread
from processes import folder_megabytes
from server import SERVICE_USER, hand_over

SIZE, SESSIONS, GOAL_MEGABYTES = 10 << 10, 50, 1_000


def fill(bench, server):
    """Sends until the journal is full, or 1 GB is in it; the count of acknowledged messages at kill -9."""
    command = [bench.tool("smtp-load"), "-p", "-s", SESSIONS, "-c", SESSIONS, "-m",
               GOAL_MEGABYTES * 10**6 // SIZE // SESSIONS, "-l", SIZE, server.port, server.recipient]
    accepted, still, deadline = 0, 0, time.monotonic() + 120
    with subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as load:
        try:
            for line in load.stdout:
                if not line.startswith("accepted"):
                    accepted = int(line.split()[1])
                    break
                still = still + 1 if int(line.split()[1]) == accepted else 0
                accepted = int(line.split()[1])
                if still > 50 and accepted or time.monotonic() > deadline:  # nothing for 5 s: no room
                    break
            server.kill()
            load.terminate()
            for line in load.stdout:  # what was acknowledged before the end
                accepted = int(line.split()[1])
        finally:
            load.kill()
        errors = load.stderr.read().strip()
    if not accepted:
        raise Broken(f"smtp-load: {errors[:300]}\n{server.log_text()[-600:]}")
    return accepted


def forget_cached(folder):
    """After a crash the journal has to be read from the disk."""
    os.sync()
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def once(bench, number):
    server, mailboxes = Ours(bench), None
    try:
        if not why_no_loop():
            # Where the mailboxes are, every write waits: all that is accepted stays in the journal.
            mailboxes = bench.disks.small(server.state / "mail", 8)
            make_maildir(server.new.parent)
            for folder in (server.state / "mail", server.new.parent.parent):
                hand_over(folder, SERVICE_USER)
        empty = server.start()
        if mailboxes:
            mailboxes.freeze()
        accepted = fill(bench, server)
        if mailboxes:
            mailboxes.thaw()
        server.process.wait()
        time.sleep(0.05)
        there = server.arrivals.count
        journal = server.state / "journal"
        megabytes, held = folder_megabytes(journal), (accepted - there) * SIZE / 1e6
        forget_cached(journal)
        if held <= 0:
            raise Broken("everything was delivered before kill -9: nothing to replay")
        listening = server.start(seconds=120)
        started = time.monotonic() - listening
        delivered = server.arrivals.wait(accepted, 600, server.alive) - started
    finally:
        if mailboxes:
            mailboxes.thaw()  # or the process can't end
        server.close()
        bench.disks.release()
    print(f"  {number}: {held:.0f} MB in {accepted - there} messages ({megabytes:.0f} MB of files): greeted after "
          f"{listening:.2f} s, all delivered after {delivered:.2f} s", flush=True)
    return held, empty, listening, delivered


def run(bench):
    if reason := why_no_loop():
        print(f"the mailboxes can't be frozen ({reason}): kill -9 comes after a burst instead")
    rows = [once(bench, number + 1) for number in range(1 if bench.options.quick else bench.options.pairs)]
    bench.figures.rows.append({"part": "replay", "cell": "10 KiB", "rows": rows})
    # What a start with an empty journal takes doesn't grow with it.
    scaled = [[empty + max(0, seconds - empty) * max(1, GOAL_MEGABYTES / held) for seconds in times]
              for held, empty, *times in rows]
    held = spread([row[0] for row in rows])
    note = f"scaled in proportion from {held} MB" if min(row[0] for row in rows) < GOAL_MEGABYTES else ""
    if note:
        print(f"the journal held {held} MB: times are {note}")
    bench.figures.add("replay", "replay: 1 GB of messages, until a client is greeted", [row[0] for row in scaled], "s",
                      at_most=10, note=note)
    bench.figures.add("replay", "replay: 1 GB of messages, until all are delivered", [row[1] for row in scaled], "s",
                      note=note)
