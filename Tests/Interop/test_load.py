"""Too much of everything, and the machine failing under it: refused before loss, and back without a restart."""

import os
import pathlib
import random
import select
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest
from ledger import Ledger, settled
from server import RECIPIENT, ROOT, Listener, Settings, find_tool, message

sys.path.append(str(ROOT / "Durability"))
import control  # noqa: E402

pytestmark = pytest.mark.hostile


def status_megabytes(server, name):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(f"{name}:"))


def leave_folder(path, files):
    """Fills a folder with strange files."""
    path.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (path / f"strange-{number}").write_bytes(b"?")


def test_memory_runs_out(samotop):
    """X07: with next to no memory left, what was acknowledged is there, whether the process lives or dies."""
    server = samotop()
    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], message("before"))
    room = int((status_megabytes(server, "VmSize") + 24) * 2**20)
    assert server.terminate() == 0
    server.start(prefix=["prlimit", f"--as={room}"])
    ledger = Ledger(server, sessions=60)
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline and server.process.poll() is None:
        time.sleep(0.05)
    server.kill()
    ledger.stop()
    print(f"ended by itself: {server.process.returncode}; {len(ledger.acknowledged)} acknowledged")
    server.start()
    # The first one isn't the ledger's.
    stored = [one for one in settled(server, len(ledger.acknowledged) + 1) if b"<before@" not in one]
    ledger.check(stored)


def test_combining_marks(samotop):
    """X09: a hundred thousand marks on one letter are octets like others."""
    server = samotop(tls="optional")
    marks = ["e" + "\u0301" * 450] * 220
    lines = ["From: Ann <ann@client.test>", "Subject: " + "\r\n ".join(marks), "", "hello", ""]
    content = "\r\n".join(lines).encode()
    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], content, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
        # As a single line it is too long, like any other.
        lines[1] = "Subject: e" + "\u0301" * 100_000
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("ann@client.test", [RECIPIENT], "\r\n".join(lines).encode(), mail_options=["SMTPUTF8"])
        assert refusal.value.smtp_code in (550, 552)
    [stored] = server.wait_for_messages(1)
    assert stored.endswith(content.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize("number", [signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV], ids=lambda each: each.name)
def test_trap_in_a_session(samotop, number):
    """F13: all sessions end, the socket stays with the service manager, nobody is refused, nothing is lost."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening:
        listener = Listener(tls="optional", unit="mx", port=listening.getsockname()[1])
        server = samotop([listener], start=False)
        # The shell gives the socket its number, and LISTEN_PID its value: the process that it becomes.
        manager = ["bash", "-c", f'exec 3<&{listening.fileno()}; LISTEN_PID=$$ exec "$0" "$@"']
        how = dict(prefix=manager, environment={"LISTEN_FDS": "1", "LISTEN_FDNAMES": "mx"},
                   descriptors=(listening.fileno(),))
        server.start(**how)
        ledger = Ledger(server, sessions=6)
        ledger.wait_until_acknowledged(50)
        server.expected_exit = True
        server.signal(number)
        assert server.process.wait(10) == -number
        # Who comes while nobody serves waits in the socket's queue.
        early = socket.create_connection(("127.0.0.1", server.port), 20)
        ledger.stop()
        server.start(wait=False, **how)
        with early:
            assert early.recv(512).startswith(b"220")
        ledger.check(settled(server, len(ledger.acknowledged)))


def test_slow_disk(samotop, tmp_path):
    """F14, S27: while a flush takes long, others are greeted, asked and answered; the 250 comes after it."""
    shim = control.build(tmp_path)
    if not shim:
        pytest.skip("no C compiler")
    server = samotop(tls="optional", start=False)
    slots = control.Control(tmp_path / "control", shim)
    server.start(environment=slots.environment(server.directory / "state"))
    answers = []

    def send(number):
        with server.connect(seconds=60) as client:
            client.sendmail("ann@client.test", [RECIPIENT], message(f"slow-{number}"))
        answers.append(number)

    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], message("first"))
    server.wait_for_messages(1)
    slots.delay_us = 4_000_000
    senders = [threading.Thread(target=send, args=(number,)) for number in range(10)]
    for sender in senders:
        sender.start()
    while not server.log_text().count("354") and len(answers) == 0 and slots.calls.get("write", 0) == 0:
        time.sleep(0.01)
    # Ten others come and go in the time of one flush.
    for _ in range(10):
        with server.connect() as client:
            assert client.mail("ann@client.test")[0] == 250 and client.rcpt(RECIPIENT)[0] == 250
    assert answers == []
    slots.delay_us = 0
    for sender in senders:
        sender.join(60)
    assert sorted(answers) == list(range(10))
    assert len(server.wait_for_messages(11)) == 11


def test_start_with_much_to_do(samotop):
    """F15, I09: a journal full of mail and folders full of strange files: mail is taken before all of that is done."""
    server = samotop(tls="optional")
    ledger = Ledger(server, sessions=8)
    ledger.wait_until_acknowledged(1_500)
    server.kill()
    ledger.stop()
    left = len(ledger.acknowledged) - len(os.listdir(server.maildir() / "new"))
    journal = server.directory / "state" / "journal"
    for folder in (journal, journal / "overflow", journal / "large", server.maildir() / "tmp"):
        leave_folder(folder, 5_000)
    server.start()
    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], message("new"))
    print(f"{left} messages were left to deliver")
    assert status_megabytes(server, "VmHWM") < 256
    stored = [one for one in settled(server, len(ledger.acknowledged) + 1) if b"<new@" not in one]
    ledger.check(stored)
    assert len(list((journal / "overflow").glob("strange-*"))) == 5_000


class Relay:
    """A network between client and server that can go silent, or reset everything."""

    def __init__(self, target):
        self.target, self.isolated, self.pairs = target, threading.Event(), []
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
                server = socket.create_connection(self.target, 10)
            except OSError:
                return
            # Small segments, as on a poor link.
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pairs.append((client, server))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.forward, args=(source, sink), daemon=True).start()

    def forward(self, source, sink):
        try:
            # A socket that somebody reads isn't gone when it is closed: nobody reads for long.
            while select.select([source], [], [], 0.02)[0] or source.fileno() >= 0:
                if self.isolated.is_set() or not select.select([source], [], [], 0)[0]:
                    continue
                piece = source.recv(random.randint(1, 4_000))
                if not piece:
                    return sink.shutdown(socket.SHUT_WR)
                sink.sendall(piece)
        except (OSError, ValueError):
            pass

    def reset(self):
        """Every connection ends with RST on both sides."""
        for pair in self.pairs:
            for each in pair:
                try:
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    each.close()
                except OSError:
                    pass
        self.pairs = []

    def close(self):
        self.reset()
        self.socket.close()


class Through:
    """The server as seen through a relay."""

    def __init__(self, server, relay):
        self.server, self.relay = server, relay

    def log_text(self):
        return self.server.log_text()

    def connect(self, seconds=20):
        client = smtplib.SMTP("127.0.0.1", self.relay.port, local_hostname="client.test", timeout=min(seconds, 4))
        client.ehlo()
        return client


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_network_goes_away(samotop, host):
    """F16, S25: silence and resets in the middle of everything; what was acknowledged is there, once, and nothing else."""
    server = samotop([Listener(tls="optional", host=host)], settings=Settings(command="3s", data="3s"))
    relay = Relay((host, server.port))
    everything = None
    try:
        for silence in (0, 0, 0, 5, 0):
            ledger = Ledger(Through(server, relay), sessions=6)
            ledger.wait_until_acknowledged(15)
            if silence:
                relay.isolated.set()
                time.sleep(silence)
                relay.isolated.clear()
            else:
                time.sleep(random.uniform(0, 0.05))
                relay.reset()
            ledger.done.set()
            relay.reset()
            ledger.stop()
            if everything:
                everything.acknowledged |= ledger.acknowledged
                everything.silent |= ledger.silent
            everything = everything or ledger
    finally:
        relay.close()
    everything.check(settled(server, len(everything.acknowledged)))


NO_RANDOM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
ssize_t getrandom(void *octets, size_t size, unsigned flags) { errno = atoi(getenv("NO_RANDOM")); return -1; }
int getentropy(void *octets, size_t size) { errno = EIO; return -1; }
static int refused(const char *path) { return getenv("NO_DEVICE") && strstr(path, "random"); }
#define OPEN(name) \\
    int name(const char *path, int flags, ...) { \\
        va_list rest; \\
        va_start(rest, flags); \\
        int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; \\
        va_end(rest); \\
        if (refused(path)) { errno = EIO; return -1; } \\
        return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode); \\
    }
OPEN(open)
OPEN(open64)
"""


def test_no_random_numbers(samotop, tmp_path):
    """F18: without the kernel's random numbers nobody is served."""
    source, library = tmp_path / "random.c", tmp_path / "random.so"
    source.write_text(NO_RANDOM)
    subprocess.run([find_tool("cc", "gcc", "clang"), "-shared", "-fPIC", "-w", "-o", library, source, "-ldl"],
                   check=True)
    server = samotop(tls="optional", start=False)
    server.start(wait=False, environment={"LD_PRELOAD": str(library), "NO_RANDOM": "5", "NO_DEVICE": "1"})
    server.expected_exit = True
    assert server.process.wait(20) != 0
    assert not (server.maildir() / "new").exists() or not os.listdir(server.maildir() / "new")
    server.start()
    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], message("with random numbers"))
    assert len(server.wait_for_messages(1)) == 1
