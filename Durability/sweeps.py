"""One fault in each run, at each storage call in turn: kill -9, an error, a short write. Needs no privileges."""

import pathlib
import shutil
import tempfile

from control import ERRORS
from ledger import Findings, Ledger
from load import Load
from server import Server, verify


class Run:
    """A server on an empty state folder, and a ledger; all of it is removed at the end."""

    def __init__(self, scratch, shim):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.folder.chmod(0o755)
        (self.folder / "disk").mkdir(mode=0o755)
        self.server = Server(self.folder / "disk", self.folder, shim)
        self.ledger = Ledger(self.folder / "ledger")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server.is_running:
            self.server.kill()
        self.ledger.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, **numbers):
        return Load(self.server.address, self.ledger, **numbers).start()


def stuck(run, findings):
    findings.wrong("unexplained", f"a session got no answer within two minutes:\n{run.server.log_text()}")
    run.server.kill()


def count(scratch, shim, numbers, error=0):
    """The shim's counts after a run without a fault."""
    with Run(scratch, shim) as run:
        if not run.server.start(fail_errno=error):
            raise AssertionError(f"doesn't start:\n{run.server.log_text()}")
        run.load(**numbers).wait()
        run.server.terminate()
        control = run.server.control
        findings = verify(run.server, run.ledger)
        if not findings.is_right or findings["silent"] or findings["refused"]:
            raise AssertionError(f"without any fault: {dict(findings)} {findings.lines}")
        return control


def killed(scratch, shim, numbers, at):
    """kill -9 before call `at`."""
    with Run(scratch, shim) as run:
        if run.server.start(kill_at=at):
            load = run.load(**numbers)
            if not load.wait():
                findings = Findings()
                stuck(run, findings)
                return findings
            if run.server.is_running:
                run.server.kill()
        findings = Findings(points=1, fired=run.server.control.fired)
        where = f"kill -9 before call {at} ({run.server.control.fired_name})"
        return named(where, findings, verify(run.server, run.ledger))


def killed_in_replay(scratch, shim, numbers, at):
    """kill -9 under load, and again before call `at` of the start that follows."""
    with Run(scratch, shim) as run:
        # Late enough for a backlog: deliveries are slow, acknowledgements aren't.
        if run.server.start():
            run.server.control.kill_at = run.server.control.count + 90
            run.load(**numbers).wait()
            if run.server.is_running:
                run.server.kill()
        if run.server.start(kill_at=at):
            run.server.settle(0, seconds=3)
            if run.server.is_running:
                run.server.kill()
        findings = Findings(points=1, fired=run.server.control.fired)
        where = f"kill -9 before call {at} of a replay ({run.server.control.fired_name})"
        return named(where, findings, verify(run.server, run.ledger))


def failed(scratch, shim, numbers, error, at, lasting=False):
    """Call `at` fails. Half of the points then kill the server, so that the journal's own account is all there is."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1)
        started = run.server.start(fail_errno=ERRORS[error], fail_at=at, fail_on=int(lasting))
        control = run.server.control
        if started:
            load = run.load(**numbers)
            if not load.wait():
                stuck(run, findings)
            if not run.server.is_running:
                findings.wrong("unexplained", f"ended with {run.server.process.returncode}:\n{run.server.log_text()}")
            elif at % 2:
                run.server.kill()
            else:
                control.fail_on = 0
                run.server.terminate()
        elif not run.server.log_text().strip():
            findings.wrong("unexplained", "refused to start without a word")
        findings["fired"] += bool(control.fired)
        if control.resynced:
            findings.wrong("unexplained", f"flushed again after a flush failed:\n{run.server.shim_text()}")
        where = f"{error} at call {at}{' and all later' if lasting else ''} ({control.fired_name})"
        return named(where, findings, verify(run.server, run.ledger))


def shortened(scratch, shim, numbers, at):
    """Write `at` takes half of its octets; -1: every write."""
    with Run(scratch, shim) as run:
        findings = Findings(points=1)
        if run.server.start(short_at=at):
            run.load(**numbers).wait()
            run.server.kill()
        else:
            findings.wrong("unexplained", f"doesn't start:\n{run.server.log_text()}")
        findings["fired"] += bool(run.server.control.fired)
        return named(f"short write {at}", findings, verify(run.server, run.ledger))


def named(where, *several):
    """Adds up findings, and says in each line where it was."""
    total = Findings()
    for findings in several:
        total.add(findings)
    total.lines = [f"{where}: {line}" for line in total.lines]
    return total
