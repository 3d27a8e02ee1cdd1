"""The server under test: its configuration, its process, and the mail it stored."""

import contextlib
import dataclasses
import itertools
import os
import pathlib
import pwd
import random
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("SAMOTOP", ROOT / ".build/release/samotop")).resolve()
# Taken out of the environment, where samotop reads SAMOTOP_… as settings.
PEERS = pathlib.Path(os.environ.pop("SAMOTOP_PEERS", ROOT / ".build-peers"))
HOSTNAME = "mx.our.test"
DOMAIN = "our.test"
MAILBOXES = ("user", "other", "third")
RECIPIENT = f"user@{DOMAIN}"


class Missing(unittest.SkipTest):
    """Something this machine lacks: the test is skipped, and says why."""


def missing(reason):
    """Skips, or fails where everything is meant to be installed."""
    if os.environ.get("SKIP_NOTHING"):
        raise AssertionError(f"not to be skipped here: {reason}")
    raise Missing(reason)


def find_tool(*names):
    """The path of the first of these programs, in /usr/sbin too."""
    for name in names:
        if path := shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"):
            return path
    missing(f"{' or '.join(names)} isn't installed (scripts/setup test)")


# The server refuses to serve as root; the tests may be root (Postfix and Exim need it) and name this account then.
SERVICE_USER = "nobody" if os.geteuid() == 0 else None


@dataclasses.dataclass
class Listener:
    """One listening socket. `tls` is none, optional, required (before MAIL) or implicit; `path` is a Unix socket's.

    With `unit` the test listens itself, and hands the socket over under this name as systemd does.
    """

    tls: str = "required"
    role: str = "mx"
    port: int = 0
    path: str | None = None
    host: str = "127.0.0.1"
    unit: str | None = None


@dataclasses.dataclass
class Settings:
    """What a test may want to differ; the rest is out of its way (no banner delay, no bounds on one address)."""

    banner_delay: str = "0s"
    handshake: str = "30s"
    command: str = "5m"
    data: str = "3m"
    connections_per_address: int = 5_000
    errors: int = 10
    message_size: str = "50MiB"
    # Sections in one line of YAML. There is no DNS where tests run, but for those that bring their own.
    authentication: str = "off"
    dns: str = "{}"
    # Nobody waits for anybody's word, but where a test is about that.
    contacts: str = "off"
    web: str = "{}"
    # Nothing goes out, but where a test is about that.
    relay: str = ""
    mta_sts: str = ""
    reports: str = ""
    encryption: str = ""
    # An authority that issues, in the place of a certificate that is there.
    acme: str = ""
    autoconfig: str = ""
    submission: str = ""
    aliases: str = "{}"
    # More keys of the domain, lines without indent.
    domain: tuple = ()
    # More mailboxes, {name: what they are}.
    mailboxes: dict = dataclasses.field(default_factory=dict)
    limits: tuple = ()
    log: str = "{}"
    privacy: str = ""


def write_configuration(directory, listeners, certificate, settings):
    """The only place that knows the format of the configuration file (etc/samotop.yaml)."""
    lines = [f"name: {HOSTNAME}", f"state: {directory / 'state'}", f"postmaster: {RECIPIENT}"]
    if SERVICE_USER:
        lines.append(f"user: {SERVICE_USER}")
    lines.append("listeners:")
    for number, listener in enumerate(listeners):
        lines += [f"  listener-{number}:", f"    role: {listener.role}"]
        if listener.unit:
            lines.append(f"    listen: systemd:{listener.unit}")
        elif listener.path:
            lines += [f'    listen: "unix:{listener.path}"', '    mode: "0666"']
        else:
            host = f"[{listener.host}]" if ":" in listener.host else listener.host
            lines.append(f'    listen: "{host}:{listener.port}"')
        lines.append(f"    tls: {dict(optional='starttls', required='starttls').get(listener.tls, listener.tls)}")
        if listener.tls == "required":
            lines.append("    require-tls: true")
    if settings.acme:
        lines += ["tls:", f"  acme: {settings.acme}"]
    else:
        lines += ["tls:", "  certificates:", f"    - certificate: {certificate.chain}", f"      key: {certificate.key}"]
    lines += [
        "limits:",
        f"  message-size: {settings.message_size}",
        "  connections: 5000",
        f"  connections-per-address: {settings.connections_per_address}",
        f"  errors: {settings.errors}",
        "  connections-per-network: 5000",
        *[f"  {line}" for line in settings.limits],
        "timeouts:",
        f"  handshake: {settings.handshake}",
        f"  command: {settings.command}",
        f"  data: {settings.data}",
        f"authentication: {settings.authentication}",
        f"dns: {settings.dns}",
        f"contacts: {settings.contacts}",
        f"web: {settings.web}",
        f"log: {settings.log}",
        *([f"privacy: {settings.privacy}"] if settings.privacy else []),
        *([f"relay: {settings.relay}"] if settings.relay else []),
        *([f"mta-sts: {settings.mta_sts}"] if settings.mta_sts else []),
        *([f"autoconfig: {settings.autoconfig}"] if settings.autoconfig else []),
        *([f"reports: {settings.reports}"] if settings.reports else []),
        *([f"encryption: {settings.encryption}"] if settings.encryption else []),
        *([f"submission: {settings.submission}"] if settings.submission else []),
        "prudence:",
        f"  banner-delay: {settings.banner_delay}",
        "domains:",
        f"  {DOMAIN}:",
        f"    aliases: {settings.aliases}",
        *[f"    {line}" for line in settings.domain],
        "    mailboxes:",
        *[f"      {name}:" for name in MAILBOXES],
        *[f"      {name}: {what}" for name, what in settings.mailboxes.items()],
    ]
    path = directory / "samotop.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def hand_over(path, user):
    """Lets another account own a path, and pass through the temporary folders above it."""
    scratch, ours = pathlib.Path(tempfile.gettempdir()), {os.geteuid(), path.stat().st_uid}
    for folder in (path, *path.parents):
        if folder == scratch or scratch not in folder.parents:
            break
        if folder.is_dir() and folder.stat().st_uid in ours:
            folder.chmod(folder.stat().st_mode | 0o011)
    if user:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def maildir(directory, mailbox):
    """The Maildir of one of our mailboxes: the directory that holds new, cur and tmp."""
    return directory / "state" / "mail" / DOMAIN / mailbox


# Below those that the system gives to outgoing connections, and each of pytest's workers has its own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
PORTS = itertools.cycle(random.sample(range(10_000 + WORKER % 5 * 4_000, 14_000 + WORKER % 5 * 4_000), 4_000))


def free_port(host="127.0.0.1"):
    """A port that nobody uses, and that isn't given again soon."""
    for port in itertools.islice(PORTS, 4_000):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return port
    raise OSError(f"no free port on {host}")


class Samotop:
    """A `samotop serve` process with a state directory of its own."""

    def __init__(self, directory, certificate, listeners, settings=None):
        self.directory = pathlib.Path(directory)
        self.certificate = certificate
        self.listeners = listeners
        self.settings = settings or Settings()
        self.process = None
        self.log = self.directory / "samotop.log"
        self.expected_exit = False
        hand_over(self.directory, SERVICE_USER)
        for listener in listeners:
            if not listener.path and not listener.port:
                listener.port = free_port(listener.host)

    @property
    def port(self):
        return self.listeners[0].port

    @property
    def address(self):
        return f"{self.listeners[0].host}:{self.port}"

    def start(self, prefix=(), wait=True, environment=None, descriptors=()):
        self.configuration = write_configuration(self.directory, self.listeners, self.certificate, self.settings)
        self.expected_exit = False
        starts = self.starts()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*prefix, str(PROGRAM), "serve", "--config", str(self.configuration)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                env=os.environ | (environment or {}), pass_fds=descriptors)
        if wait:
            self.wait_until_listening()
            # Its sockets take connections before it does.
            deadline = time.monotonic() + 15
            while self.starts() == starts:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"samotop doesn't serve:\n{self.log_text()}")
                time.sleep(0.01)
        return self

    def starts(self):
        """How often it has said that it serves."""
        return self.log.read_bytes().count(b" serving ") if self.log.exists() else 0

    def wait_until_listening(self, seconds=15):
        deadline = time.monotonic() + seconds
        for listener in self.listeners:
            while True:
                if self.process.poll() is not None:
                    raise AssertionError(f"samotop ended with {self.process.returncode}:\n{self.log_text()}")
                try:
                    if listener.path:
                        with socket.socket(socket.AF_UNIX) as probe:
                            probe.connect(listener.path)
                    else:
                        socket.create_connection((listener.host, listener.port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        raise AssertionError(f"samotop doesn't listen:\n{self.log_text()}") from None
                    time.sleep(0.02)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """kill -9: no chance to tidy up."""
        self.expected_exit = True
        self.process.kill()
        self.process.wait(10)

    def terminate(self, seconds=35):
        """SIGTERM, and its exit status."""
        self.expected_exit = True
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def close(self):
        """Ends the process; fails when it had ended by itself, which no peer may bring about."""
        if not self.process or self.expected_exit and self.process.poll() is not None:
            return
        ended = self.process.poll()
        self.expected_exit = True
        if ended is None:
            self.process.terminate()
            try:
                self.process.wait(35)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
                raise AssertionError("samotop didn't end within 35 s of SIGTERM") from None
        else:
            raise AssertionError(f"samotop ended by itself with {ended}:\n{self.log_text()}")

    def log_text(self):
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # The mail it stored

    def maildir(self, mailbox="user"):
        return maildir(self.directory, mailbox)

    def messages(self, mailbox="user"):
        """The messages in the mailbox, as bytes with LF line ends."""
        files = []
        for folder in ("new", "cur"):
            path = self.maildir(mailbox) / folder
            files += sorted(path.iterdir()) if path.is_dir() else []
        return [file.read_bytes().replace(b"\r\n", b"\n") for file in files]

    def wait_for_messages(self, count, mailbox="user", seconds=20):
        """The messages, once `count` are there: Maildir files may follow the 250 by a moment."""
        deadline = time.monotonic() + seconds
        while True:
            path = self.maildir(mailbox) / "new"
            there = len(os.listdir(path)) if path.is_dir() else 0
            if there >= count:
                return self.messages(mailbox)
            if time.monotonic() > deadline:
                raise AssertionError(f"{there} of {count} messages in {path}:\n{self.log_text()}")
            time.sleep(0.02)

    # Talking to it

    def client_context(self):
        return ssl.create_default_context(cafile=self.certificate.authority)

    def connect(self, seconds=20, source=None, starttls=True):
        """An smtplib session on the first listener, inside TLS and after EHLO when `starttls`."""
        listener = self.listeners[0]
        source = (source, 0) if source else None
        if listener.tls == "implicit":
            client = smtplib.SMTP_SSL(listener.host, listener.port, local_hostname="client.test", timeout=seconds,
                                      context=self.client_context(), source_address=source)
        else:
            client = smtplib.SMTP(listener.host, listener.port, local_hostname="client.test", timeout=seconds,
                                  source_address=source)
            # Certificates are checked against the name, not the address.
            client._host = HOSTNAME
            if starttls and listener.tls != "none":
                client.starttls(context=self.client_context())
        client.ehlo()
        return client


def message(identifier, lines=20, subject="interoperability"):
    """A message of about 70 × `lines` bytes with CRLF line ends."""
    head = [
        "From: Ann <ann@client.test>",
        f"To: <{RECIPIENT}>",
        f"Subject: {subject} {identifier}",
        f"Message-ID: <{identifier}@client.test>",
        "Date: Thu, 01 Oct 2026 12:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
    ]
    body = [f"{number:04} {identifier} " + "x" * 40 for number in range(lines)]
    return ("\r\n".join(head + body) + "\r\n").encode()


def holds_exactly(stored, sent):
    """Whether a stored message is the sent one, apart from trace fields put before it."""
    sent = sent.replace(b"\r\n", b"\n")
    return stored.endswith(sent) and b"\n\n" not in stored[: len(stored) - len(sent)]
