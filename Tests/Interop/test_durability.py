"""D1–D5: what was acknowledged is there, whole and once, whatever happens to the process."""

import collections
import hashlib
import os
import re
import subprocess
import threading
import time

import pytest
from server import PROGRAM, RECIPIENT, Samotop, message

pytestmark = pytest.mark.durability


class Ledger:
    """Clients that send until told to stop or cut off, and what the server answered to each message."""

    def __init__(self, server, sessions=8, pause=0.0):
        self.server, self.pause = server, pause
        self.acknowledged, self.refused, self.silent = {}, {}, {}
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.send, args=(number,)) for number in range(sessions)]
        for thread in self.threads:
            thread.start()

    def send(self, session):
        count = 0
        while not self.done.is_set():
            identity = sent = None
            try:
                with self.server.connect(seconds=40) as client:
                    while not self.done.is_set():
                        identity, sent = None, None
                        count += 1
                        name = f"{session}-{count}-{os.urandom(4).hex()}"
                        letter = message(name, lines=20 if count % 4 else 4_000)
                        if any(client.docmd(line)[0] != 250 for line in
                               ("MAIL FROM:<ann@client.test>", f"RCPT TO:<{RECIPIENT}>")):
                            return
                        if client.docmd("DATA")[0] != 354:
                            return
                        identity, sent = name, letter
                        client.send(letter + b".\r\n")
                        code, words = client.getreply()
                        kind = self.acknowledged if code == 250 else self.refused
                        kind[identity] = hashlib.sha256(sent.replace(b"\r\n", b"\n")).hexdigest()
                        identity = None
                        time.sleep(self.pause)
            except Exception:  # noqa: BLE001 - cut off: nobody knows what became of the message on its way
                if identity:
                    self.silent[identity] = hashlib.sha256(sent.replace(b"\r\n", b"\n")).hexdigest()
                return

    def wait_until_acknowledged(self, count, seconds=60):
        deadline = time.monotonic() + seconds
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, f"only {len(self.acknowledged)} acknowledged\n{self.server.log_text()}"
            assert any(thread.is_alive() for thread in self.threads), self.server.log_text()
            time.sleep(0.005)

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()

    def check(self, stored):
        """Compares with the mailbox; returns how many of the unanswered messages are there all the same."""
        copies = collections.Counter()
        for one in stored:
            identity = re.search(rb"^Message-ID: <(.*)@client.test>$", one, re.M)
            assert identity, f"a partial message: {one[:200]}"
            name = identity[1].decode()
            digest = self.acknowledged.get(name) or self.silent.get(name)
            assert digest, f"{name} was refused or never sent, and is there"
            assert hashlib.sha256(one[one.index(b"From: Ann"):]).hexdigest() == digest, f"{name} isn't whole"
            copies[name] += 1
        assert [name for name, count in copies.items() if count > 1] == [], "copies"
        assert [name for name in self.acknowledged if name not in copies] == [], "lost"
        print(f"{len(self.acknowledged)} acknowledged, {len(self.silent)} unanswered, {len(stored)} stored")
        return len(stored) - len(self.acknowledged)


@pytest.mark.parametrize("acknowledgements", [1, 40, 200])
def test_kill_under_load(samotop, acknowledgements):
    """F01: kill -9 in the middle of everything, then a start on the same state."""
    server = samotop()
    ledger = Ledger(server)
    ledger.wait_until_acknowledged(acknowledgements)
    server.kill()
    ledger.stop()
    server.start()
    stored = settled(server, len(ledger.acknowledged))
    ledger.check(stored)


def test_kill_again_and_again(samotop):
    """The replay itself is killed too."""
    server = samotop()
    ledgers = []
    for wait in (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2):
        ledgers.append(Ledger(server, sessions=4))
        ledgers[-1].wait_until_acknowledged(20)
        server.kill()
        ledgers[-1].stop()
        server.start(wait=False)
        time.sleep(wait)
        server.kill()
        server.start()
    everything = ledgers[0]
    for ledger in ledgers[1:]:
        everything.acknowledged |= ledger.acknowledged
        everything.silent |= ledger.silent
    everything.check(settled(server, len(everything.acknowledged)))


def settled(server, count):
    """What the mailbox holds once no more comes: at least `count`, and the same for half a second."""
    server.wait_for_messages(count, seconds=30)
    before, same = -1, 0
    while same < 10:
        now = len(os.listdir(server.maildir() / "new"))
        same = same + 1 if now == before else 0
        before = now
        time.sleep(0.05)
    return server.messages()


def test_termination_under_load(samotop):
    """F12: idle sessions get 421, transactions on their way end in peace, nothing acknowledged is lost."""
    server = samotop()
    ledger = Ledger(server, sessions=10)
    idle = server.connect()
    # A transaction in the middle of its mail data.
    busy = server.connect()
    letter = message("busy", lines=400)
    for line in ("MAIL FROM:<ann@client.test>", f"RCPT TO:<{RECIPIENT}>"):
        assert busy.docmd(line)[0] == 250
    assert busy.docmd("DATA")[0] == 354
    busy.send(letter[:10_000])
    ledger.wait_until_acknowledged(50)
    stopped = []
    stopping = threading.Thread(target=lambda: stopped.append(server.terminate()))
    stopping.start()
    time.sleep(0.3)
    busy.send(letter[10_000:] + b".\r\n")
    code, _ = busy.getreply()
    assert code == 250
    ledger.acknowledged["busy"] = hashlib.sha256(letter.replace(b"\r\n", b"\n")).hexdigest()
    assert idle.getreply()[0] == 421
    busy.close()
    idle.close()
    ledger.done.set()
    stopping.join(40)
    assert stopped == [0], server.log_text()
    ledger.stop()
    server.start()
    ledger.check(settled(server, len(ledger.acknowledged)))


def test_second_instance_on_the_same_state(samotop, certificate, tmp_path):
    """I10: the second exits with 75 (EX_TEMPFAIL) at once, and the first goes on."""
    server = samotop()
    (tmp_path / "second").mkdir()
    second = Samotop(tmp_path / "second", certificate, [type(server.listeners[0])()])
    second.directory = server.directory
    from server import write_configuration

    configuration = write_configuration(server.directory, second.listeners, certificate, second.settings)
    result = subprocess.run([str(PROGRAM), "serve", "--config", str(configuration)], capture_output=True, text=True,
                            timeout=15)
    assert result.returncode == 75, result.stderr
    assert result.stderr.strip()
    with server.connect() as client:
        assert client.noop()[0] == 250
    # A stale lock doesn't outlive its owner.
    server.kill()
    server.start()


def test_connection_lost_in_mail_data(samotop):
    """S25: no dot, no message."""
    server = samotop()
    for ending in (b"", b"\r\n.", b"\r\n.\r"):
        client = server.connect()
        for line in ("MAIL FROM:<ann@client.test>", f"RCPT TO:<{RECIPIENT}>"):
            assert client.docmd(line)[0] == 250
        assert client.docmd("DATA")[0] == 354
        client.send(message("half")[:-2] + ending)
        client.sock.shutdown(2)
        client.close()
    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], message("whole"))
    [stored] = settled(server, 1)
    assert b"whole" in stored
