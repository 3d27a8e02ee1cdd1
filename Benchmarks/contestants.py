"""The servers that are measured: each has a port, a way to count its processor time, and perhaps a Maildir."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Interop"))

from certificates import issue_certificate  # noqa: E402
from peers import Postfix, Programs, end_group, wait_for_port  # noqa: E402
from server import SERVICE_USER, Listener, Samotop, Settings, free_port, hand_over  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(root):
    """User and system time of a process, its children, and the children they have buried."""
    children, own = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = pathlib.Path("/proc", name, "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(name))
        own[int(name)] = sum(map(int, fields[11:15]))
    todo, total = [root], 0
    while todo:
        process = todo.pop()
        total += own.get(process, 0)
        todo += children.get(process, [])
    return total / TICKS


def resident_kilobytes(process):
    """Memory of one process that is its own and in use."""
    text = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])


class Plain:
    """A program that listens on a port and needs nothing else."""

    def __init__(self, name, command, directory, environment=None):
        self.name, self.port, self.maildir, self.recipient = name, free_port(), None, "user@our.test"
        self.log = directory / f"{name}.log"
        command = [str(part).replace("@PORT@", str(self.port)) for part in command]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            cwd="/", start_new_session=True)
        wait_for_port(self.process, self.port, self.log)

    def close(self):
        end_group(self.process)


def null_server(directory, _):
    return Plain("samotop, stores nothing", [ROOT / ".build/release/NullServer", "@PORT@"], directory)


def smtp_sink(directory, _):
    programs = Programs()
    arguments = ["-u", SERVICE_USER] if SERVICE_USER else []
    return Plain("smtp-sink", [programs.commands / "smtp-sink", *arguments, "127.0.0.1:@PORT@", 1000], directory,
                 programs.environment)


class Ours:
    """`samotop serve` with a Maildir: every 250 is on disk."""

    def __init__(self, directory, certificate, tls="optional"):
        self.name, self.recipient = "samotop, Maildir", "user@our.test"
        directory = directory / "samotop"
        directory.mkdir()
        started = time.monotonic()
        self.server = Samotop(directory, certificate, [Listener(tls=tls)], Settings())
        self.server.start()
        self.seconds_to_listening = time.monotonic() - started
        self.process, self.port, self.maildir = self.server.process, self.server.port, self.server.maildir()

    def close(self):
        self.server.close()


class PostfixMaildir:
    """A private Postfix that delivers to a Maildir with its virtual(8)."""

    def __init__(self, directory, _):
        self.name, self.recipient = "Postfix, Maildir", "user@our.test"
        mail = directory / "postfix-mail"
        mail.mkdir()
        hand_over(mail, SERVICE_USER)
        owner = mail.stat()
        self.postfix = Postfix(
            directory / "postfix", virtual_mailbox_domains="our.test", virtual_mailbox_base=mail,
            virtual_mailbox_maps="static:Maildir/", virtual_minimum_uid="1", virtual_mailbox_limit="0",
            virtual_uid_maps=f"static:{owner.st_uid}", virtual_gid_maps=f"static:{owner.st_gid}")
        self.process, self.port, self.maildir = self.postfix.process, self.postfix.port, mail / "Maildir"

    def close(self):
        self.postfix.close()


def certificate_in(directory):
    return issue_certificate(directory / "tls")


def remove(directory):
    shutil.rmtree(directory, ignore_errors=True)
