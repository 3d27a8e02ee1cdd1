"""Servers with a known fault: the proof is worth something only if it finds each of them.

Most are the real server behind a shim that lies to it. Some are patches of its sources, and want minutes to build.
"""

import os
import pathlib
import random
import shutil
import subprocess

import control
import queued
from ledger import Findings
from power_cut import episode
from server import ROOT, verify
from sweeps import Run

LOSS = ("lost", "unexplained")
# Name, the shim's lie, every which call lies, what finds it (a power cut or a kill), and as what.
BY_SHIM = [
    ("no flush of files", control.FILE_SYNC_IS_NOTHING, 1, "cut", LOSS),
    ("no flush of folders", control.DIRECTORY_SYNC_IS_NOTHING, 1, "cut", LOSS),
    ("250 before the flush", control.SYNC_COMES_LATER, 1, "cut", LOSS),
    ("short writes taken for whole", control.HALF_WRITES_COUNT_AS_WHOLE, 5, "kill", LOSS),
    ("ENOSPC swallowed", control.WRITES_ARE_SWALLOWED, 5, "kill", LOSS),
    ("a replay makes second copies", control.LINKS_GET_NEW_NAMES, 1, "kill", ("duplicates",)),
    ("a failed link ignored", control.LINKS_ARE_SWALLOWED, 3, "kill", LOSS),
]

# Name, what finds it and as what; file, what stands there, and what is put in its place.
BY_SOURCE = [
    ("no flush of the journal (source)", "cut", LOSS, "Sources/SamotopJournal/Journal/SegmentStore.swift",
     "            try segment.sync()\n            owed = []", "            owed = []"),
    ("a replay makes second copies (source)", "kill", ("duplicates",),
     "Sources/SamotopDelivery/Maildir/MaildirName.swift",
     'base = "\\(seconds).M\\(micros)R',
     'base = "\\(seconds).M\\(micros)X\\(UInt64.random(in: .min ... .max))R'),
    ("queued mail is crossed out before the other server's 250 (source)", "queue", LOSS,
     "Sources/SamotopQueue/Service/QueueService.swift", "            let watched = WatchedContent(content)\n",
     "            var octets: [UInt8] = []\n"
     "            try? content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }\n"
     "            try? await store.record([.finished(id: job.message.id, notice: nil)])\n"
     "            let watched = WatchedContent(MemoryContent(octets))\n"),
]


def killed_with(scratch, shim, lie, every, seed):
    """The lying server under load, kill -9 at some moment, and the same server again."""
    with Run(scratch, shim) as run:
        if not run.server.start():
            return Findings()
        run.server.control.lie_every, run.server.control.lies = every, lie
        if lie == control.LINKS_GET_NEW_NAMES:
            # Some are in their mailboxes then, and the journal doesn't know it yet.
            run.server.control.kill_kind = control.CALLS.index("link") + 1
            run.server.control.kill_at = 4 + seed
        else:
            run.server.control.kill_at = run.server.control.count + random.Random(seed).randint(60, 160)
        run.load(count=12, large_every=100).wait()
        if lie == control.LINKS_GET_NEW_NAMES:
            run.server.ended(seconds=10)
        if run.server.is_running:
            run.server.kill()
        # A replay that makes second copies has to lie again; what lost mail needn't.
        again = {"lies": lie} if lie == control.LINKS_GET_NEW_NAMES else {}
        return verify(run.server, run.ledger, **again)


def find(scratch, shelf, shim, lie, every, how, kinds, tries):
    """The first finding of these kinds, or None: the mutant got away."""
    for seed in range(tries):
        if how == "cut":
            findings = episode(shelf, shim, seed, 30, 0, 8, {"lies": lie, "lie_every": every})
        elif how == "queue":
            findings = queued.killed_under_load(scratch, seed, 60)
        else:
            findings = killed_with(scratch, shim, lie, every, seed)
        for line in findings.lines:
            if any(f"{kind}: " in line for kind in kinds):
                return line.splitlines()[0]
    return None


def find_in_queue(function, scratch, shelf, shim, kinds, tries=6):
    """The same for a mutant of the queue."""
    for seed in range(tries):
        for line in function(scratch, shelf, shim, seed).lines:
            if any(f"{kind}: " in line for kind in kinds):
                return line.splitlines()[0]
    return None


def of_the_queue(pool, scratch, shelf, shim, can_mount):
    """Whether the truth shows nothing, and which of the queue's mutants are caught."""
    caught, truth = [], True
    for name, function, kinds, is_mutant in queued.MUTANTS:
        if not can_mount and function in queued.CUTS:
            continue
        tries = 6 if is_mutant else 2
        found = pool.submit(find_in_queue, function, scratch, shelf, shim, kinds, tries).result()
        if is_mutant:
            caught.append(found is not None)
            print(f"mutant: {name}: {'caught: ' + found if found else 'NOT CAUGHT'}", flush=True)
        else:
            truth = truth and not found
            print(f"without a mutant, {name}: {found or 'nothing'}", flush=True)
    return truth, caught


def build(folder, mutant):
    """A copy of the sources with one patch, built with its own scratch folder, which the next mutant uses again."""
    name, _, _, path, before, after = mutant
    tree = pathlib.Path(folder) / "tree"
    if not tree.exists():
        tree.mkdir(parents=True)
        for part in ("Package.swift", "Package.resolved"):
            shutil.copy(ROOT / part, tree)
        for part in ("Examples", "Tests"):
            os.symlink(ROOT / part, tree / part)
    shutil.rmtree(tree / "Sources", ignore_errors=True)
    shutil.copytree(ROOT / "Sources", tree / "Sources")
    text = (tree / path).read_text()
    if text.count(before) != 1:
        raise AssertionError(f"mutant {name}: {path} has changed; mend mutants.py")
    (tree / path).write_text(text.replace(before, after))
    subprocess.run(["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "samotop", "--package-path", tree,
                    "--scratch-path", pathlib.Path(folder) / "build"], check=True)
    return pathlib.Path(folder) / "build/release/samotop"
