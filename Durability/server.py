"""The server under test: `samotop serve` on a state folder, as the account that a package would give it."""

import itertools
import os
import pathlib
import signal
import socket
import subprocess
import time

from control import Control
from ledger import ACKED, Account, Findings, check
from load import DOMAIN, MAILBOXES, Client, resend

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = pathlib.Path(os.environ.get("SAMOTOP", ROOT / ".build/release/samotop"))
# The server refuses to serve as root; root, who may mount, names this account.
ACCOUNT = "nobody" if os.geteuid() == 0 else None
numbers = itertools.count()


def free_address():
    """A loopback address of its own for each of our processes, so that their ports don't collide."""
    host = f"127.1.{os.getpid() >> 8 & 255}.{os.getpid() % 254 + 1}"
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()


class Server:
    """A process, or the place where one was. `directory` holds the state folder and nothing else that matters."""

    def __init__(self, directory, scratch, shim=None):
        self.directory, self.scratch, self.shim = pathlib.Path(directory), pathlib.Path(scratch), shim
        self.state = self.directory / "state"
        self.process = self.control = None
        self.name = f"{os.getpid()}-{next(numbers)}"
        self.log = self.scratch / f"{self.name}.log"

    @property
    def mailboxes(self):
        return {name: self.state / "mail" / DOMAIN / name for name in MAILBOXES}

    def configure(self):
        self.address = free_address()
        path = self.scratch / f"{self.name}.yaml"
        path.write_text("\n".join([
            "name: mx.our.test", f"state: {self.state}", f"postmaster: user@{DOMAIN}",
            *([f"user: {ACCOUNT}"] if ACCOUNT else []),
            # Nobody waits for a word here.
            "log: {level: debug}", "contacts: off",
            "listeners:", "  mx:", "    role: mx", "    tls: none",
            f'    listen: "{self.address[0]}:{self.address[1]}"',
            # A smaller largest message needs less free space on our small disks.
            "limits: {message-size: 4MiB, connections-per-address: 1000, connections-per-network: 1000}",
            "prudence: {banner-delay: 0s}", *self.sections(),
            "domains:", f"  {DOMAIN}:", "    mailboxes:", *[f"      {name}:" for name in MAILBOXES], ""]))
        return path

    def sections(self):
        """Lines of the configuration that others don't have."""
        return []

    @property
    def faulty(self):
        """Where storage calls go wrong."""
        return self.state

    def start(self, wait=True, **faults):
        """Starts it, with these settings of the shim. False: it ended before it greeted."""
        configuration = self.configure()
        environment = None
        if self.shim:
            self.control = Control(self.scratch / f"{self.name}-{next(numbers)}.control", self.shim, **faults)
            environment = self.control.environment(self.faulty)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--config", configuration], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=environment, cwd="/")
        return self.greets() if wait else True

    def greets(self, seconds=30):
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            try:
                Client(self.address, timeout=seconds).close()
                return True
            except OSError:
                if time.monotonic() > deadline:
                    raise AssertionError(f"no greeting within {seconds} s:\n{self.log_text()}") from None
                time.sleep(0.005)
        return False

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def ended(self, seconds):
        """Waits for a fault that ends it; True when it came."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self):
        """kill -9."""
        self.process.kill()
        return self.process.wait(60)

    def terminate(self, seconds=40):
        """SIGTERM, and its exit status: sessions end, what was accepted is delivered."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"doesn't end within {seconds} s of SIGTERM:\n{self.log_text()}") from None

    def log_text(self):
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def shim_text(self):
        """What the shim wrote into the log."""
        return "\n".join(line for line in self.log.read_text(errors="replace").splitlines() if line.startswith("shim:"))

    def stored(self):
        """Files that readers would show."""
        return sum(len(os.listdir(path / "new")) for path in self.mailboxes.values() if (path / "new").is_dir())

    def settle(self, expected, seconds=10):
        """Waits until at least so many files are there and no more come: the journal is idle, as seen from outside."""
        deadline, before, same = time.monotonic() + seconds, -1, 0
        while time.monotonic() < deadline:
            now = self.stored()
            same = same + 1 if now == before and now >= expected else 0
            if same == 5:
                return True
            before = now
            time.sleep(0.01)
        return False


def check_patiently(account, mailboxes, seconds=10):
    """Holds the mailboxes against the ledger. What was acknowledged may still be in the journal when as many others, whose
    clients had no answer, are there already: lost is what doesn't come."""
    deadline = time.monotonic() + seconds
    while True:
        found = check(account, mailboxes)
        if not found["lost"] or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def verify(server, ledger, **faults):
    """Starts the server on what a fault has left, and holds the mailboxes against the ledger.

    Then the client sends again whatever it has no 250 for, and each message has to be there exactly once.
    """
    findings = Findings()
    account = Account(ledger.path)
    if not server.start(**faults):
        findings.wrong("unexplained", f"doesn't start on what was left:\n{server.log_text()}")
        return findings
    server.settle(len(account.pairs(ACKED)))
    findings.add(check_patiently(account, server.mailboxes))
    if account.unacknowledged() and findings.is_right:
        refused = resend(server.address, ledger, account)
        for identity in refused:
            findings.wrong("unexplained", f"{identity} is still refused after the fault is over:\n{server.log_text()}")
        server.settle(len(Account(ledger.path).pairs(ACKED)))
    status = server.terminate()
    if status != 0:
        findings.wrong("unexplained", f"ended with {status}:\n{server.log_text()}")
    if findings.is_right:
        after = check(Account(ledger.path), server.mailboxes)
        findings["sent again"] += len(account.unacknowledged())
        findings.add(after.only_wrong())
    return findings
