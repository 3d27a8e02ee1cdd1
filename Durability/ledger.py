"""What was sent and answered, and whether the mailboxes agree.

A ledger is a file of JSON lines, each flushed to the device before the next step: a `try` before the mail data's last
octets leave, a `reply` after the server's answer. The check knows nothing else about the run.
"""

import collections
import hashlib
import json
import os
import pathlib
import re
import threading

IDENTITY = re.compile(rb"^X-Durability: (\S+)\n", re.M)
TRACE = re.compile(rb"(?:(?:Return-Path|Received|Authentication-Results|Received-SPF):[^\n]*\n(?:[ \t][^\n]*\n)*)*")
ACKED, SILENT, REFUSED = "acknowledged", "silent", "refused"


def digest(content):
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


class Ledger:
    """Written by several threads at a time."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.file = open(self.path, "ab")
        self.lock = threading.Lock()
        self.acknowledged = 0

    def write(self, **record):
        with self.lock:
            self.file.write(json.dumps(record).encode() + b"\n")
            self.file.flush()
            os.fsync(self.file.fileno())
            self.acknowledged += record.get("code") == 250

    def tried(self, identity, recipients, content, size):
        self.write(event="try", id=identity, recipients=recipients, sha256=content, size=size)

    def replied(self, identity, recipients, code):
        self.write(event="reply", id=identity, recipients=recipients, code=code)

    def position(self):
        with self.lock:
            return self.file.tell()

    def close(self):
        self.file.close()

    def excerpt(self, path, replies_until, tries_until):
        """The ledger as of an image of the disk: only replies from before it count, and tries until it was complete."""
        position, lines = 0, []
        for line in self.path.read_bytes().splitlines(keepends=True):
            if position < (tries_until if b'"event": "try"' in line else replies_until):
                lines.append(line)
            position += len(line)
        pathlib.Path(path).write_bytes(b"".join(lines))
        return Ledger(path)


class Account:
    """What a ledger says about each (identity, recipient)."""

    def __init__(self, path):
        self.digests, self.sizes = {}, {}
        acknowledged, unanswered = set(), collections.Counter()
        for line in pathlib.Path(path).read_bytes().splitlines():
            record = json.loads(line)
            pairs = [(record["id"], recipient) for recipient in record["recipients"]]
            if record["event"] == "try":
                self.digests[record["id"]], self.sizes[record["id"]] = record["sha256"], record["size"]
                unanswered.update(pairs)
            else:
                unanswered.subtract(pairs)
                if record["code"] == 250:
                    acknowledged.update(pairs)
        # A try that was never answered isn't forgotten when a later one is refused.
        self.status = {pair: ACKED if pair in acknowledged else SILENT if count > 0 else REFUSED
                       for pair, count in unanswered.items()}

    def pairs(self, status):
        return [pair for pair, value in self.status.items() if value == status]

    def unacknowledged(self):
        """Identities that have to be sent again, with the recipients that still lack them."""
        rest = collections.defaultdict(list)
        for (identity, recipient), status in self.status.items():
            if status != ACKED:
                rest[identity].append(recipient)
        return dict(rest)


class Findings(collections.Counter):
    """Counts of one check or of many, and the first lines about what is wrong."""

    WRONG = ("lost", "duplicates", "unexplained")
    # Of several of these the greatest counts.
    GREATEST = ("slowest recovery, ms", "most between a copy and its crash")

    def __init__(self, *arguments, **counts):
        super().__init__(*arguments, **counts)
        self.lines = []

    def wrong(self, kind, line):
        self[kind] += 1
        self.lines.append(f"{kind}: {line}")

    @property
    def is_right(self):
        return not any(self[kind] for kind in self.WRONG)

    def add(self, other):
        greatest = {kind: max(self[kind], other[kind]) for kind in self.GREATEST if self[kind] or other[kind]}
        self.update(other)
        self.update({kind: greatest[kind] - self[kind] for kind in greatest})
        self.lines += other.lines

    def only_wrong(self):
        """For a second look at the same messages, which must not count twice."""
        return _findings({kind: self[kind] for kind in self.WRONG}, self.lines)

    def __reduce__(self):
        return _findings, (dict(self), self.lines)


def _findings(counts, lines):
    findings = Findings(counts)
    findings.lines = lines
    return findings


def messages(mailbox):
    """The files of a Maildir that readers would show."""
    for folder in ("new", "cur"):
        path = pathlib.Path(mailbox) / folder
        for name in sorted(os.listdir(path)) if path.is_dir() else []:
            yield path / name


def identified(octets, recipient, where, account, findings):
    """Whose message this is, from the line ends of a file on; None, and a finding, when it isn't one that was sent, and whole."""
    start = TRACE.match(octets).end()
    found = IDENTITY.match(octets, start)
    identity = found and found[1].decode("ascii", "replace")
    if not found:
        findings.wrong("unexplained", f"{where}: partial or foreign, {len(octets)} octets {octets[:80]!r}")
    elif (identity, recipient) not in account.status:
        word = "not addressed to it" if identity in account.digests else "never sent"
        findings.wrong("unexplained", f"{where}: {identity} is {word}")
    elif digest(octets[start:]) != account.digests[identity]:
        findings.wrong("unexplained", f"{where}: {identity} isn't whole: {len(octets) - start} octets stored, "
                                      f"{account.sizes[identity]} sent")
    else:
        return identity


def copies(account, mailboxes, findings):
    """How many copies of each (identity, recipient) the mailboxes ({recipient: Maildir}) hold."""
    counts = collections.Counter()
    for recipient, mailbox in mailboxes.items():
        for file in messages(mailbox):
            findings["stored"] += 1
            octets = file.read_bytes().replace(b"\r\n", b"\n")
            if identity := identified(octets, recipient, file, account, findings):
                counts[identity, recipient] += 1
    return counts


def name(account, pair):
    return f"{pair[0]} for {pair[1]} ({account.status[pair]}, {account.sizes[pair[0]]} octets)"


def judge(account, pairs, counts, findings):
    """What so many copies mean for these pairs of the account."""
    for pair in pairs:
        status, count = account.status[pair], counts[pair]
        findings[status] += 1
        if status == ACKED and not count:
            findings.wrong("lost", name(account, pair))
        if status == REFUSED and count:
            findings.wrong("unexplained", f"{name(account, pair)} is there")
        elif count > 1:
            findings.wrong("duplicates", f"{name(account, pair)}: {count} copies")
        if status == SILENT and count:
            findings["silent and there"] += 1


def check(account, mailboxes):
    """Holds the mailboxes ({recipient: Maildir}) against the ledger's account."""
    findings = Findings()
    judge(account, account.status, copies(account, mailboxes, findings), findings)
    return findings
