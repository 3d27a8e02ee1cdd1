"""`samotop` on a disk of its own, with everything turned on that a message may go through."""

import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = pathlib.Path(os.environ.get("SAMOTOP", ROOT / ".build/release/samotop")).resolve()
ACCOUNT, DOMAIN = "nobody", "our.test"
USER = f"user@{DOMAIN}"
# Seconds, for machines that are busy with other things.
PATIENCE = 240
POSTPONED = re.compile(r"^4\d\d ")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, found, seconds=PATIENCE):
    """Waits until something is so, and returns it."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.2)
    return value


class Server:
    def __init__(self, disk, scratch, sink, client, parts, fault, sections):
        self.scratch, self.client, self.fault = pathlib.Path(scratch), client, fault
        self.state = disk.folder / "state"
        self.port, self.submission = free_port(), free_port()
        self.log = self.scratch / "samotop.log"
        self.process = None
        # Where its account may read it, and as its only copy with these libraries.
        self.program = self.scratch / "samotop"
        shutil.copy(PROGRAM, self.program)
        self.program.chmod(0o755)
        certificate, key = self.scratch / "certificate.pem", self.scratch / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-keyout", key, "-out", certificate, "-subj", "/CN=mx.our.test", "-addext",
                        "subjectAltName=DNS:mx.our.test"], check=True, capture_output=True)
        account = pwd.getpwnam(ACCOUNT)
        self.ids = account.pw_uid, account.pw_gid
        os.chown(key, *self.ids)
        self.configuration = self.scratch / "samotop.yaml"
        privacy = "\n".join(f"  {part}: {value}" for part, value in {"mode": "no-trace", **parts}.items())
        self.configuration.write_text(f"""\
name: mx.our.test
state: {self.state}
privacy:
{privacy}
postmaster: {USER}
authentication: off
prudence: {{banner-delay: 0s}}
contacts: {{strangers: ask}}
listeners:
  mx: {{listen: "127.0.0.1:{self.port}", tls: none}}
  submission: {{role: submission, listen: "127.0.0.1:{self.submission}"}}
tls: {{certificates: [{{certificate: {certificate}, key: {key}}}]}}
relay:
  inner-networks: [127.0.0.0/8]
  routes: {{sink: {{domains: ["*"], smtp: "127.0.0.1:{sink.port}", tls: none}}}}
domains:
  {DOMAIN}:
    mailboxes: {{user: }}
    patterns: {{"user+{{tag}}": user}}
{sections}
""")

    # MARK: the process

    def as_account(self, *command):
        return ["setpriv", f"--reuid={self.ids[0]}", f"--regid={self.ids[1]}", "--clear-groups", "--inh-caps=+ipc_lock",
                "--ambient-caps=+ipc_lock", *map(str, command)]

    def command(self, *arguments, data=b"", status=0):
        done = subprocess.run(self.as_account(self.program, *arguments, "--config", self.configuration), input=data,
                              capture_output=True, timeout=PATIENCE, cwd="/", check=False)
        if done.returncode != status:
            raise AssertionError(f"samotop {arguments[0]}: {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def start(self, folder):
        """`folder`: where a core would be left."""
        environment = dict(os.environ)
        if self.fault:
            environment |= {"LD_PRELOAD": str(self.scratch / "faults.so"), "NO_TRACE_FAULT": self.fault}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                # A core could be left, and memory may be locked.
                ["prlimit", "--core=unlimited", *self.as_account(self.program, "serve", "--config", self.configuration)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment)
        until("the server listens", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log.read_text()}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def end(self, signal_number=signal.SIGTERM):
        self.process.send_signal(signal_number)
        self.process.wait(PATIENCE)

    # MARK: mail

    def session(self, hello):
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname=hello, timeout=PATIENCE, source_address=(self.client, 0))

    def send(self, hello, sender, recipient, content):
        """The last reply to a message."""
        with self.session(hello) as client:
            client.ehlo()
            for code, text in (client.mail(sender), client.rcpt(recipient)):
                if code >= 400:
                    return f"{code} {text.decode()}"
            code, text = client.data(content)
            return f"{code} {text.decode()}"

    def accepted(self, hello, sender, recipient, content):
        until("mail is accepted", lambda: self.send(hello, sender, recipient, content).startswith("250"))

    def submit(self, hello, password, recipient, content):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", self.submission, local_hostname=hello, timeout=PATIENCE,
                          source_address=(self.client, 0)) as client:
            client.starttls(context=context)
            client.login(USER, password)
            client.sendmail(USER, [recipient], content)

    def contacts(self):
        return json.loads(self.command("contacts", "list", "--json"))

    def files(self):
        """All mail in the mailbox; nothing while some is being written there."""
        box = self.state / "mail" / DOMAIN / "user"
        files = [file for file in box.rglob("*") if file.is_file() and file.parent.name in ("new", "cur", "tmp")]
        return [] if any(file.parent.name == "tmp" for file in files) else files
