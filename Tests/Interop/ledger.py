"""Clients that write down what was acknowledged, and the mailbox held against it."""

import collections
import hashlib
import os
import re
import threading
import time

from server import RECIPIENT, message


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
