"""The servers that are measured: each has a port, a process, and perhaps a Maildir whose arrivals are counted."""

import shutil
import signal
import socket
import subprocess
import time

from arrivals import Arrivals
from disks import Broken
from peers import Postfix, Programs, end_group, wait_for_port
from server import RECIPIENT, SERVICE_USER, Listener, Settings, free_port, hand_over, write_configuration
from server import maildir as maildir_of

STANDARD_SIZE = "50MiB"


def make_maildir(folder):
    """An empty Maildir for the account that servers change to."""
    for path in (folder, *(folder / name for name in ("tmp", "new", "cur"))):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if SERVICE_USER:
            shutil.chown(path, SERVICE_USER)


class Plain:
    """A program that listens on a port and needs nothing else."""

    arrivals = None

    def __init__(self, name, command, directory, environment=None):
        self.name, self.port, self.recipient = name, free_port(), RECIPIENT
        log = directory / "log"
        command = [str(part).replace("@PORT@", str(self.port)) for part in command]
        with open(log, "wb") as output:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output, cwd="/", start_new_session=True)
        try:
            wait_for_port(self.process, self.port, log)
        except BaseException:
            self.close()
            raise

    def alive(self):
        return self.process.poll() is None

    def close(self):
        end_group(self.process)


def null_server(bench):
    return Plain("samotop, no storage", [bench.program("NullServer"), "@PORT@"], bench.disks.fresh("null-server"))


def wire_server(bench):
    return Plain("NIO, fixed words", [bench.program("WireServer"), "@PORT@"], bench.disks.fresh("wire-server"))


def smtp_sink(bench):
    programs = Programs()
    arguments = ["-u", SERVICE_USER] if SERVICE_USER else []
    return Plain("smtp-sink", [programs.commands / "smtp-sink", *arguments, "127.0.0.1:@PORT@", 1000],
                 bench.disks.fresh("smtp-sink"), programs.environment)


def tls_sink(bench):
    certificate = bench.certificate
    # As many tickets as our server sends: none.
    command = [bench.tool("tls-sink"), "@PORT@", certificate.chain, certificate.key, 0]
    return Plain("OpenSSL alone", command, bench.disks.fresh("tls-sink"))


class Ours:
    """`samotop serve` with a Maildir: every 250 is on disk. `keys` (limits__errors=5) go over the configuration file, `sections`
    (see Settings) into it."""

    name = "samotop"

    def __init__(self, bench, tls="starttls", role="mx", sections=None, **keys):
        self.recipient = RECIPIENT
        self.settings = [part for key, value in keys.items()
                         for part in ("--set", f"{key.replace('__', '.').replace('_', '-')}={value}")]
        self.program = bench.program("samotop")
        self.directory = bench.disks.fresh("samotop")
        hand_over(self.directory, SERVICE_USER)
        self.listener = Listener(tls={"starttls": "optional"}.get(tls, tls), role=role, port=free_port())
        self.configuration = write_configuration(
            self.directory, [self.listener], bench.certificate, Settings(message_size=STANDARD_SIZE, **(sections or {})))
        self.port, self.log, self.state = self.listener.port, self.directory / "samotop.log", self.directory / "state"
        self.process = self.arrivals = None
        make_maildir(maildir_of(self.directory, "user"))
        for folder in (self.state, self.state / "mail", self.state / "mail" / "our.test"):
            hand_over(folder, SERVICE_USER)
        self.state.chmod(0o700)

    @property
    def new(self):
        return maildir_of(self.directory, "user") / "new"

    def start(self, seconds=15):
        """Starts the process; seconds until a client is greeted."""
        started = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(self.program), "serve", "--config", str(self.configuration), *self.settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory, start_new_session=True)
        try:
            self.wait_for_greeting(started + seconds)
            listening = time.monotonic() - started
            if not self.arrivals:
                self.arrivals = Arrivals(self.new)
        except BaseException:
            self.close()
            raise
        return listening

    def wait_for_greeting(self, deadline):
        while self.alive() and time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), deadline - time.monotonic()) as client:
                    if self.listener.tls == "implicit" or client.recv(512).startswith(b"220"):
                        return
            except OSError:
                time.sleep(0.001)
        raise Broken(f"samotop doesn't greet:\n{self.log_text()}")

    def alive(self):
        return self.process.poll() is None

    def log_text(self):
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def kill(self):
        """kill -9: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)

    def close(self):
        """It needn't end in good order, for what it stored is of no use now; but it mustn't have ended by itself."""
        if self.arrivals:
            self.arrivals.close()
            self.arrivals = None
        if not self.process:
            return
        ended = self.process.poll()
        self.kill()
        self.process.wait()
        self.process = None
        if ended not in (None, -signal.SIGKILL):
            raise Broken(f"samotop ended by itself with {ended}:\n{self.log_text()}")


def ours(bench, tls="starttls", **keys):
    server = Ours(bench, tls, **keys)
    server.start()
    return server


class PostfixMaildir:
    """A private Postfix that delivers to a Maildir with its virtual(8)."""

    def __init__(self, bench):
        self.name, self.recipient = "Postfix", RECIPIENT
        directory = bench.disks.fresh("postfix")
        mail = directory / "mail"
        make_maildir(mail / "Maildir")
        hand_over(mail, SERVICE_USER)
        owner = mail.stat()
        self.arrivals = Arrivals(mail / "Maildir" / "new")
        # In two steps: should starting it be interrupted, what was started is known and can be ended.
        self.postfix = Postfix.__new__(Postfix)
        try:
            self.postfix.__init__(
                directory / "postfix", virtual_mailbox_domains="our.test", virtual_mailbox_base=mail,
                virtual_mailbox_maps="static:Maildir/", virtual_minimum_uid="1", virtual_mailbox_limit="0",
                virtual_uid_maps=f"static:{owner.st_uid}", virtual_gid_maps=f"static:{owner.st_gid}",
                smtpd_tls_security_level="may", smtpd_tls_cert_file=bench.certificate.chain,
                smtpd_tls_key_file=bench.certificate.key)
        except BaseException:
            self.close()
            raise
        self.process, self.port = self.postfix.process, self.postfix.port

    def alive(self):
        return self.process.poll() is None

    def close(self):
        self.arrivals.close()
        if getattr(self.postfix, "process", None):
            self.postfix.close()


class Pair:
    """Two servers that are measured in turn, ended together."""

    def __init__(self, bench, *makers):
        self.servers = []
        try:
            for make in makers:
                self.servers.append(make(bench))
        except BaseException:
            self.close()
            raise

    def close(self):
        errors = []
        for server in self.servers:
            try:
                server.close()
            except Broken as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def __enter__(self):
        return self.servers

    def __exit__(self, kind, *_):
        if kind is None:
            return self.close()
        try:
            self.close()
        except Broken as error:
            print(error, flush=True)
