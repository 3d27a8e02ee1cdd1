"""Mail on its way through the queue: clients, the server, and two sinks, with faults between them (F01–F08).

What counts is queue_ledger.py's account: nothing lost, nothing half, and twice only what was under way at a crash.
"""

import json
import random
import socket
import time

import control
from control import ERRORS
from disks import RECOVERY_SECONDS, Ballast, one
from ledger import ACKED, Account, Findings
from load import DOMAIN, Load, resend
from power_cut import Episode, run as command, unmount
from queue_ledger import DELIVERIES, check_queue
from server import Server, free_address
from sink import Sinks
from sweeps import Run, named, stuck

# Gets the notifications, and nothing else.
SENDER = "third"
# Whom a message goes to, by its number: words of sink.py, at its first or second server.
PATTERNS = [
    ["ok@one"], ["ok@one", "ok@two"], ["later@one"], ["user", "ok@two"], ["never@two"],
    ["ok@one", "never@two", "later@two"], ["drop@drop"], ["laterdot@two"], ["other", "user"], ["neverdot@one", "ok@two"],
]


class QueueLoad(Load):
    """Mail to our mailboxes and to both sinks, mixed."""

    def message(self, number):
        generator = random.Random(number * 7919)
        # The first of many is larger than what goes into a segment.
        size = self.largest if number % 20 == 3 else generator.choice((1, 3, 12, 40, 120))
        identity = f"{self.name}-{number}"
        recipients = [each.replace("@", f".{identity}@") + ".test" if "@" in each else each
                      for each in PATTERNS[number % len(PATTERNS)]]
        return identity, recipients, size * 1024


class QueueServer(Server):
    """A server that carries mail to the sinks."""

    def __init__(self, directory, scratch, sinks, shim=None, everywhere=False):
        super().__init__(directory, scratch, shim)
        self.sinks, self.everywhere = sinks, everywhere

    def sections(self):
        return ["relay:", "  from: [127.0.0.0/8]", "  routes:", *self.sinks.routes(),
                f"  queue: {{lifetime: 1h, warn-after: off, retry: [1s], deliveries: {DELIVERIES}, "
                f"deliveries-per-destination: {DELIVERIES // 2}}}"]

    @property
    def faulty(self):
        return self.state if self.everywhere else self.state / "queue"

    @property
    def mailboxes(self):
        return {name: mailbox for name, mailbox in super().mailboxes.items() if name != SENDER}

    @property
    def notified(self):
        return super().mailboxes[SENDER]

    def ask(self, action):
        """What `samotop queue` asks, without the program."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.state / "control.sock"))
            connection.sendall(f'queue {{"action": "{action}"}}\n'.encode())
            answer = connection.makefile("rb").read().decode()
        if not answer.startswith("OK "):
            raise OSError(f"queue {action}: {answer!r}")
        return json.loads(answer[3:])

    def is_empty(self):
        totals = self.ask("totals")
        return not totals["messages"] and not totals["owedNotices"]

    def drain(self, seconds, done=lambda: False):
        """Until nothing waits, it is done, or it is dead. Pauses are cut short."""
        deadline = time.monotonic() + seconds
        while self.is_running and time.monotonic() < deadline:
            try:
                if self.is_empty() and done():
                    return True
                self.ask("retry")
            except OSError:
                # Dead, or about to be.
                pass
            time.sleep(0.03)
        return False


class QueueRun(Run):
    """A server on an empty state folder, two sinks, and a ledger."""

    def __init__(self, scratch, shim, everywhere=False):
        super().__init__(scratch, shim)
        self.sinks = Sinks(self.folder / "sinks", free_address()[0])
        self.server = QueueServer(self.folder / "disk", self.folder, self.sinks, shim, everywhere)

    def __exit__(self, *_):
        super().__exit__(*_)
        self.sinks.close()

    def load(self, **numbers):
        return QueueLoad(self.server.address, self.ledger, sender=f"{SENDER}@{DOMAIN}", **numbers).start()

    def kill(self):
        """kill -9, unless it is dead already; and all that it had sent is with the sinks."""
        if self.server.is_running:
            self.server.kill()
        self.sinks.crashed()

    def verify(self, **options):
        return verify(self.server, self.sinks, self.ledger, **options)


def verify(server, sinks, ledger, expired=False, **faults):
    """Starts the server on what a fault has left, lets everything go its way, and holds all that arrived against the ledger.

    Then the client sends again whatever it has no 250 for.
    """
    findings = Findings()
    sinks.open.set()
    if not server.start(**faults):
        findings.wrong("unexplained", f"doesn't start on what was left:\n{server.log_text()}")
        return findings

    def found():
        return check_queue(Account(ledger.path), server.mailboxes, server.notified, sinks.events, expired)

    def settle():
        """Whether the queue has become empty with all that was acknowledged delivered or reported."""
        return server.drain(20, lambda: not found()["lost"])

    is_empty = settle()
    findings.add(found())
    account = Account(ledger.path)
    if account.unacknowledged() and findings.is_right:
        for identity in resend(server.address, ledger, account, seconds=20, sender=f"{SENDER}@{DOMAIN}"):
            findings.wrong("unexplained", f"{identity} is still refused after the fault is over:\n{server.log_text()}")
        is_empty = settle()
    if not is_empty and findings.is_right:
        findings.wrong("unexplained", f"mail is still in the queue: {queue_text(server)}")
    status = server.terminate()
    if status != 0:
        findings.wrong("unexplained", f"ended with {status}:\n{server.log_text()}")
    if findings.is_right:
        findings["sent again"] += len(account.unacknowledged())
        findings.add(found().only_wrong())
    return findings


def queue_text(server):
    try:
        return f"{server.ask('totals')} {json.dumps(server.ask('list'))[:2000]}\n{server.log_text()}"
    except OSError:
        return server.log_text()


def count(scratch, shim, messages, everywhere, error=0):
    """Storage calls of a run without a fault, and those that may fail so: the ends of the sweeps."""
    with QueueRun(scratch, shim, everywhere) as run:
        if not run.server.start(fail_errno=error):
            raise AssertionError(f"doesn't start:\n{run.server.log_text()}")
        run.load(count=messages).wait()
        run.server.drain(20, lambda: len(run.sinks.events) >= messages * 8 // 10)
        run.server.terminate()
        shim_control = run.server.control
        findings = run.verify()
        if not findings.is_right or findings["silent"] or findings["refused"] or findings["in flight, twice"]:
            raise AssertionError(f"without any fault: {dict(findings)} {findings.lines}")
        # Numbers, not the control: that doesn't go from process to process.
        return shim_control.count, shim_control.candidates


def killed(scratch, shim, messages, at, everywhere):
    """F01: kill -9 before storage call `at`, of the queue or of all."""
    with QueueRun(scratch, shim, everywhere) as run:
        if run.server.start(kill_at=at):
            if not run.load(count=messages).wait():
                findings = Findings()
                stuck(run, findings)
                return findings
            run.server.drain(3, lambda: len(run.sinks.events) >= messages * 8 // 10)
        run.kill()
        shim_control = run.server.control
        where = f"kill -9 before call {at} ({shim_control.fired_name}) of the {'server' if everywhere else 'queue'}"
        return named(where, Findings(points=1, fired=shim_control.fired), run.verify())


def killed_under_load(scratch, seed, messages):
    """kill -9 at three moments, while mail comes and goes; each time the queue goes on from what is on the disk."""
    generator = random.Random(seed)
    with QueueRun(scratch, None) as run:
        findings = Findings(points=1)
        for _ in range(3):
            if not run.server.start():
                findings.wrong("unexplained", f"doesn't start on what was left:\n{run.server.log_text()}")
                return findings
            # Clients try again soon: further back than a restart the memory of lost acknowledgements needn't reach.
            resend(run.server.address, run.ledger, Account(run.ledger.path), sender=f"{SENDER}@{DOMAIN}")
            load = run.load(count=messages, sessions=generator.randint(2, 6))
            time.sleep(generator.uniform(0.02, 0.5))
            if generator.random() < 0.5:
                run.server.drain(generator.uniform(0, 2))
            run.kill()
            findings["fired"] += 1
            if not load.stop():
                stuck(run, findings)
        return named(f"kill -9 under load, seed {seed}", findings, run.verify())


def failed(scratch, shim, messages, error, at, lasting=False):
    """F05–F07: call `at` of the queue fails, or it and all later ones. New mail is put off, and what is queued stays."""
    with QueueRun(scratch, shim) as run:
        findings = Findings(points=1)
        started = run.server.start(fail_errno=ERRORS[error], fail_at=at, fail_on=int(lasting))
        shim_control = run.server.control
        if started:
            load = run.load(count=messages)
            if not load.wait():
                stuck(run, findings)
            if wrong := [code for code in load.codes if code is not None and code != 250 and not 400 <= code < 500
                         and code != 550]:
                findings.wrong("unexplained", f"answers: {wrong}\n{run.server.log_text()}")
            run.server.drain(1.5)
            if not run.server.is_running:
                findings["ended by itself"] += 1
                if not lasting:
                    findings.wrong("unexplained", f"one failure ended the server:\n{run.server.log_text()}")
                if run.server.process.returncode < 0 or "queue" not in run.server.log_text():
                    findings.wrong("unexplained", f"ended with {run.server.process.returncode}:\n{run.server.log_text()}")
        elif not run.server.log_text().strip():
            findings.wrong("unexplained", "refused to start without a word")
        shim_control.fail_on = shim_control.fail_at = shim_control.fail_errno = 0
        if at % 2 or not run.server.is_running:
            run.kill()
        else:
            run.server.terminate()
            run.sinks.crashed()
        findings["fired"] += bool(shim_control.fired)
        if shim_control.resynced:
            findings.wrong("unexplained", f"flushed again after a flush failed:\n{run.server.shim_text()}")
        where = f"{error} at call {at} of the queue{' and all later' if lasting else ''} ({shim_control.fired_name})"
        return named(where, findings, run.verify())


def full(scratch, shim, left, restart):
    """F03: no space but for `left` octets while mail waits: 452 for new mail, and none of the old is lost."""
    with QueueRun(scratch, shim) as run:
        findings = Findings(points=1)
        command("mount", "-t", "tmpfs", "-o", "size=320m,mode=755", "none", run.server.directory)
        ballast = Ballast(run.server.directory)
        try:
            run.sinks.open.clear()
            run.server.start()
            run.load(count=20).wait()
            time.sleep(0.5)
            ballast.leave(left)
            load = run.load(sessions=4, count=20)
            if not load.wait():
                stuck(run, findings)
            time.sleep(3.2)
            codes = load.codes + [one(run.server, run.ledger, f"full-{size}", size) for size in (2000, 700_000)]
            findings["fired"] += sum(code != 250 for code in codes)
            findings["452"] += codes.count(452)
            if wrong := [code for code in codes if code is None or code != 250 and not 400 <= code < 500]:
                findings.wrong("unexplained", f"answers on a full disk: {wrong}\n{run.server.log_text()}")
            if 452 not in codes[-2:] and left < 1 << 20:
                findings.wrong("unexplained", f"no 452 on a full disk, but {codes[-2:]}\n{run.server.log_text()}")
            # What is queued may go while there is no space.
            run.sinks.open.set()
            run.server.drain(2)
            if not run.server.is_running:
                findings.wrong("unexplained", f"ended with {run.server.process.returncode}:\n{run.server.log_text()}")
            if restart:
                run.kill()
                if run.server.start():
                    one(run.server, run.ledger, "after-restart")
                    run.server.drain(1)
            ballast.drop()
            if not run.server.is_running:
                findings["refused to start"] += 1
                run.server.start()
            started = time.monotonic()
            while one(run.server, run.ledger, f"again-{time.monotonic()}") != 250:
                if time.monotonic() - started > RECOVERY_SECONDS:
                    findings.wrong("unexplained", f"takes no mail {RECOVERY_SECONDS} s after the space's return:\n"
                                                  f"{run.server.log_text()}")
                    break
                time.sleep(0.1)
            findings["slowest recovery, ms"] = int(1000 * (time.monotonic() - started))
            run.kill()
            return named(f"{left} octets left, {'with' if restart else 'without'} a restart", findings, run.verify())
        finally:
            run.kill()
            unmount(run.server.directory)


class QueueEpisode(Episode):
    """F02: power cuts while mail is queued and carried away. With `waiting` no sink takes anything before the last cut."""

    def __init__(self, shelf, shim, seed, messages, at_random, after_replies, faults, waiting):
        super().__init__(shelf, shim, seed, messages, at_random, after_replies, faults)
        self.waiting = waiting
        if waiting:
            self.sinks.open.clear()

    def make_server(self, shim=None):
        if not hasattr(self, "sinks"):
            self.sinks = Sinks(self.folder / "sinks", free_address()[0])
        return QueueServer(self.disk, self.folder, self.sinks, shim)

    def make_load(self):
        return QueueLoad(self.server.address, self.ledger, sessions=self.random.randint(2, 6), count=self.messages,
                         sender=f"{SENDER}@{DOMAIN}")

    def note(self, cut):
        # Those that were answered while the disk was copied may be done on the copy.
        cut.events = self.sinks.position()

    def run(self):
        try:
            return super().run()
        finally:
            self.sinks.close()

    def verify(self, server, cut):
        if not hasattr(self, "events"):
            self.sinks.crashed()
            self.events = list(self.sinks.events)
        # The sinks go on from what they had at the cut; what they took later is not of this world.
        self.sinks.events = self.events[:cut.events]
        self.sinks.crashed()
        return verify(server, self.sinks, cut.ledger)


def cut(shelf, shim, seed, messages, at_random, after_replies, faults, waiting):
    return QueueEpisode(shelf, shim, seed, messages, at_random, after_replies, faults, waiting).run()


def expired(scratch, shim, messages, at):
    """O07: mail that nobody takes, kill -9, and a start two hours later: its time is over, and each sender is told once, though
    that start is killed, too, before call `at` of the queue."""
    with QueueRun(scratch, shim) as run:
        run.sinks.open.clear()
        run.server.start()
        run.load(count=messages).wait()
        run.server.drain(0.5)
        run.kill()
        if run.server.start(ahead_s=7200, kill_at=at):
            run.server.drain(3)
        run.kill()
        fired = run.server.control.fired
        # They stay closed: what is found in the queue expires.
        findings = Findings(points=1, fired=fired)
        if not run.server.start(ahead_s=7200):
            findings.wrong("unexplained", f"doesn't start on what was left:\n{run.server.log_text()}")
            return findings
        account = Account(run.ledger.path)

        def found():
            return check_queue(account, run.server.mailboxes, run.server.notified, run.sinks.events, expired=True)

        if not run.server.drain(20, lambda: not found()["lost"]):
            findings.wrong("unexplained", f"mail is still in the queue: {queue_text(run.server)}")
        run.server.terminate()
        findings.add(found())
        return named(f"two hours later, kill -9 before call {at}", findings)


# Mutants, and the same without one.

def cut_while_waiting(scratch, shelf, shim, seed, lies=0):
    faults = {"lies": lies} if lies else {}
    return cut(shelf, shim, seed, 24, 0, 6, faults, waiting=True)


def unflushed(scratch, shelf, shim, seed):
    return cut_while_waiting(scratch, shelf, shim, seed, control.FILE_SYNC_IS_NOTHING)


def carried_and_killed(scratch, shelf, shim, seed, lie_every=0, lies=0):
    with QueueRun(scratch, shim) as run:
        run.sinks.lie_every = lie_every
        run.sinks.open.clear()
        run.server.start()
        run.load(count=40).wait()
        # All of it is in the queue then.
        run.server.settle(1, seconds=4)
        time.sleep(3.2)
        run.server.control.lies = lies
        run.sinks.open.set()
        run.server.drain(3)
        run.kill()
        run.sinks.lie_every = 0
        return named(f"carried away, then kill -9, seed {seed}", run.verify())


def hasty(scratch, shelf, shim, seed):
    return carried_and_killed(scratch, shelf, shim, seed, lie_every=5)


def amnesiac(scratch, shelf, shim, seed):
    return carried_and_killed(scratch, shelf, shim, seed, lies=control.WRITES_ARE_SWALLOWED)


# Name, how it is played, as what it must be found; False: as what nothing must be found, for there is no mutant.
MUTANTS = [
    ("a queue that the power is cut from", cut_while_waiting, Findings.WRONG, False),
    ("a queue that is killed", carried_and_killed, Findings.WRONG, False),
    ("the queue's segments aren't flushed", unflushed, ("lost",), True),
    ("a message is crossed out before the other server has it", hasty, ("lost",), True),
    ("what is done isn't written down", amnesiac, ("duplicates",), True),
]
CUTS = (cut_while_waiting, unflushed)
