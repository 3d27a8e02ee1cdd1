"""Disks that are full, out of inodes, failing for a while, or slow; and two servers on one state folder."""

import os
import pathlib
import statistics
import subprocess
import time

from control import ERRORS
from ledger import ACKED, Account, Findings
from load import Client, DOMAIN, send
from power_cut import run as command, unmount
from server import PROGRAM, Server, verify
from sweeps import Run, named, stuck

# Both goals of the contract: mail is taken again, and other sessions go on, within these.
RECOVERY_SECONDS = 5
PATIENCE_SECONDS = 2


def one(server, ledger, name, size=12 << 10):
    """Sends one message in a session of its own; its last code, 421 when the session wasn't even greeted."""
    try:
        with Client(server.address) as client:
            return send(client, ledger, name, ["user"], size)
    except OSError:
        return 421


def recovers(server, ledger, name, findings):
    """Tries until a message is taken, and writes down how long that took."""
    started = time.monotonic()
    for number in range(1000):
        if one(server, ledger, f"{name}-{number}") == 250:
            break
        time.sleep(0.1)
        if time.monotonic() - started > 4 * RECOVERY_SECONDS:
            break
    seconds = time.monotonic() - started
    findings["slowest recovery, ms"] = max(findings["slowest recovery, ms"], int(seconds * 1000))
    if seconds > RECOVERY_SECONDS:
        findings.wrong("unexplained", f"takes no mail {seconds:.1f} s after the fault is over:\n{server.log_text()}")


class Ballast:
    """Fills a file system but for some octets, or but for some files."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def leave(self, octets):
        with open(self.folder / "ballast", "ab", buffering=0) as file:
            for step in (1 << 20, 4096):
                while (space := os.statvfs(self.folder)).f_bavail * space.f_frsize >= octets + step:
                    try:
                        file.write(bytes(step))
                    except OSError:
                        break

    def leave_files(self, count):
        (self.folder / "files").mkdir(exist_ok=True)
        for number in range(1_000_000):
            if os.statvfs(self.folder).f_favail <= count:
                return
            (self.folder / "files" / str(number)).touch()

    def drop(self):
        (self.folder / "ballast").unlink(missing_ok=True)
        if (self.folder / "files").is_dir():
            for file in (self.folder / "files").iterdir():
                file.unlink()


def full(scratch, shim, inodes, left, restart):
    """F03, F04: no space, or no inodes, but for `left`: 4yz while it lasts, nothing lost, mail again soon after."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1)
        options = "size=288m,nr_inodes=3000" if inodes else "size=288m"
        command("mount", "-t", "tmpfs", "-o", f"{options},mode=755", "none", run.server.directory)
        ballast = Ballast(run.server.directory)
        try:
            run.server.start()
            run.load(count=10).wait()
            fill = ballast.leave_files if inodes else ballast.leave
            with Client(run.server.address) as client:
                # Half sent when the space goes: the answer may be either, but not silence.
                codes = [send(client, run.ledger, "late", ["user"], 2 << 20, halfway=lambda: fill(left))]
            load = run.load(sessions=4, count=20)
            if not load.wait():
                stuck(run, findings)
            codes += load.codes
            # By now each answer from before the space went has grown old.
            time.sleep(3.2)
            codes += [one(run.server, run.ledger, f"full-{size}", size) for size in (2000, 700_000)]
            findings["fired"] += sum(code != 250 for code in codes)
            findings["452"] += codes.count(452)
            if wrong := [code for code in codes if code is None or code != 250 and not 400 <= code < 500]:
                findings.wrong("unexplained", f"answers on a full disk: {wrong}\n{run.server.log_text()}")
            if 452 not in codes[-2:] and left < 1 << 20:
                findings.wrong("unexplained", f"no 452 on a full disk, but {codes[-2:]}\n{run.server.log_text()}")
            if restart:
                run.server.kill()
                if run.server.start():
                    one(run.server, run.ledger, "after-restart")
            ballast.drop()
            if not run.server.is_running:
                findings["refused to start"] += 1
                run.server.start()
            recovers(run.server, run.ledger, "again", findings)
            run.server.kill()
            what = "inodes" if inodes else "octets"
            return named(f"{left} {what} left", findings, verify(run.server, run.ledger))
        finally:
            if run.server.is_running:
                run.server.kill()
            unmount(run.server.directory)


def failing(scratch, shim, error, after):
    """Every storage call fails from some moment on, until the fault is over: the process lives and takes mail again."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1)
        run.server.start()
        run.load(count=5).wait()
        control = run.server.control
        control.fail_errno, control.fail_at, control.fail_on = ERRORS[error], control.candidates + 1 + after, 1
        load = run.load(sessions=4, count=20)
        if not load.wait():
            stuck(run, findings)
        codes = load.codes + [one(run.server, run.ledger, f"bad-{number}") for number in range(4)]
        findings["fired"] += control.fired
        if wrong := [code for code in codes if code is None or code != 250 and not 400 <= code < 500]:
            findings.wrong("unexplained", f"answers while every call fails: {wrong}\n{run.server.log_text()}")
        if not run.server.is_running:
            findings.wrong("unexplained", f"ended with {run.server.process.returncode}:\n{run.server.log_text()}")
        control.fail_on = control.fail_at = control.fail_errno = 0
        if run.server.is_running:
            recovers(run.server, run.ledger, "again", findings)
            run.server.kill()
        if control.resynced:
            findings.wrong("unexplained", f"flushed again after a flush failed:\n{run.server.shim_text()}")
        return named(f"{error} at every call after {after}", findings, verify(run.server, run.ledger))


def refused_then_sent_again(scratch, shim, error, offset):
    """D5: what was refused because a flush or write failed is taken, and not forgotten, after a crash."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1)
        run.server.start()
        one(run.server, run.ledger, "first")
        run.server.settle(1)
        time.sleep(0.2)
        control = run.server.control
        control.fail_errno = ERRORS[error]
        control.fail_at = control.candidates + offset
        code = one(run.server, run.ledger, "second")
        findings["fired"] += control.fired
        run.server.kill()
        where = f"{error} at storage call {offset} of a message ({control.fired_name}), answered {code}, then kill -9"
        return named(where, findings, verify(run.server, run.ledger))


def slow(scratch, shim, seconds):
    """F14, S27: each flush takes seconds, and more sessions wait for one than there are threads."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1)
        run.server.start()
        run.load(count=5).wait()
        run.server.control.delay_us = int(seconds * 1_000_000)
        load = run.load(sessions=20, count=20, large_every=3)
        time.sleep(0.3)
        waits = {"greeting": [], "NOOP": [], "MAIL": [], "RCPT": []}

        def measure(kind, step):
            started = time.monotonic()
            result = step()
            waits[kind].append(time.monotonic() - started)
            return result

        deadline = time.monotonic() + max(2 * seconds, 4)
        while time.monotonic() < deadline:
            try:
                with measure("greeting", lambda: Client(run.server.address)) as client:
                    measure("NOOP", lambda: client.command("NOOP"))
                    measure("MAIL", lambda: client.command("MAIL FROM:<ann@client.test>"))
                    measure("RCPT", lambda: client.command(f"RCPT TO:<user@{DOMAIN}>"))
            except OSError as error:
                findings.wrong("unexplained", f"a session beside a slow disk: {error}")
                break
            time.sleep(0.02)
        for kind, values in waits.items():
            if values:
                worst = statistics.quantiles(values, n=100)[98] if len(values) > 1 else values[0]
                findings[f"{kind} p99, ms"] = int(worst * 1000)
                if worst > PATIENCE_SECONDS:
                    findings.wrong("unexplained", f"{kind} took {worst:.1f} s (p99) beside flushes of {seconds} s")
        run.server.control.delay_us = 0
        if not load.wait():
            stuck(run, findings)
        findings["fired"] += 1
        run.server.kill()
        return named("slow disk", findings, verify(run.server, run.ledger))


def two_servers(scratch, shim):
    """I10: the second ends with 75 and leaves the first alone; a lock doesn't outlive its owner."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1, fired=1)
        run.server.start()
        first = run.load(count=10)
        second = Server(run.server.directory, run.folder)
        result = subprocess.run([PROGRAM, "serve", "--config", second.configure()], capture_output=True, text=True,
                                timeout=30, cwd="/")
        first.wait()
        if result.returncode != 75 or not result.stderr.strip():
            findings.wrong("unexplained", f"a second server ended with {result.returncode}: {result.stderr}")
        if one(run.server, run.ledger, "still-there") != 250:
            findings.wrong("unexplained", "the first server was disturbed")
        acknowledged = len(Account(run.ledger.path).pairs(ACKED))
        if acknowledged < 10:
            findings.wrong("unexplained", f"only {acknowledged} of the first server's letters were taken")
        run.server.kill()
        return named("two servers", findings, verify(run.server, run.ledger))
