"""Other people's servers: two sinks on loopback that write down what they take, and do as the address tells them.

An address is WORD.IDENTITY@DOMAIN: `ok` is taken; `later` gets 451 twice and `laterdot` once, at RCPT and after the final
dot; `never` and `neverdot` get 5yz there; `drop` is taken, and the connection ends without an answer, once.
"""

import collections
import dataclasses
import json
import re
import socket
import threading
import time

from ledger import IDENTITY, TRACE

DOMAINS = ("one.test", "two.test")
# Its connections break, which pauses the destination as a whole: so it is one of its own, at the first sink.
DROPPING = "drop.test"
ADDRESS = re.compile(rb"<((\w+)\.[^@>]*@[^>]*)>", re.I)
LATER = {"later": 2, "laterdot": 1}


def word(address):
    return address.partition(".")[0]


@dataclasses.dataclass
class Taken:
    """One transaction that came to its final dot. `answered`: 250 was said, or was about to be."""

    identity: str
    recipients: list
    octets: bytes
    answered: bool


class Crash:
    """The server died here: nothing of it was under way any more."""


class Sinks:
    """Both of them, and the order of what they took."""

    def __init__(self, path, host):
        self.file = open(path, "ab")
        self.lock = threading.Lock()
        self.events = []
        self.seen = collections.Counter()
        self.active = 0
        # While it isn't set everything is told to come later.
        self.open = threading.Event()
        self.open.set()
        self.seconds = 0.003
        # Every so many letters are said to be taken, and are not: what a server does that crosses out too early.
        self.lie_every = self.letters = 0
        self.sockets = []
        for _ in DOMAINS:
            self.sockets.append(socket.create_server((host, 0), backlog=128))
            threading.Thread(target=self.listen, args=[self.sockets[-1]], daemon=True).start()

    def routes(self):
        """The section of a configuration that leads here."""
        addresses = ["{}:{}".format(*each.getsockname()) for each in self.sockets]
        for domain, address in ((DOMAINS[0], addresses[0]), (DOMAINS[1], addresses[1]), (DROPPING, addresses[0])):
            yield f"    {domain.partition('.')[0]}: {{domains: [{domain}], smtp: \"{address}\", tls: none}}"

    def position(self):
        with self.lock:
            return len(self.events)

    def crashed(self):
        """To be called when the server is dead: what it had sent has been read when this returns."""
        deadline = time.monotonic() + 10
        while self.active and time.monotonic() < deadline:
            time.sleep(0.005)
        with self.lock:
            self.events.append(Crash())

    def close(self):
        for each in self.sockets:
            # Wakes up who accepts.
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()
        self.file.close()

    def listen(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.active += 1
            threading.Thread(target=self.session, args=[connection], daemon=True).start()

    def session(self, connection):
        try:
            connection.settimeout(120)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection, connection.makefile("rb") as lines:
                self.converse(lines, lambda line: connection.sendall(line.encode() + b"\r\n"))
        except OSError:
            pass
        finally:
            with self.lock:
                self.active -= 1

    def converse(self, lines, say):
        recipients = []
        say("220 sink.test ESMTP")
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                say("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES")
            elif verb == b"RCPT":
                address = ADDRESS.search(line)[1].decode()
                reply = self.recipient(address)
                recipients += [address] if reply.startswith("250") else []
                say(reply)
            elif verb == b"DATA" and not recipients:
                say("554 5.5.1 nobody to bring it to")
            elif verb == b"DATA":
                say("354 go on")
                octets = content(lines)
                # The connection ended in the middle: no dot, no message.
                if octets is None or not (reply := self.message(recipients, octets)):
                    return
                say(reply)
                recipients = []
            elif verb == b"QUIT":
                say("221 2.0.0 bye")
                return
            else:
                recipients = [] if verb in (b"MAIL", b"RSET") else recipients
                say("250 2.0.0 ok")

    def times(self, address):
        with self.lock:
            self.seen[address] += 1
            return self.seen[address]

    def recipient(self, address):
        if not self.open.is_set():
            return "451 4.3.2 not now"
        if word(address) == "never":
            return "550 5.1.1 no such mailbox"
        if word(address) == "later" and self.times(address) <= LATER["later"]:
            return "451 4.2.1 come later"
        return "250 2.1.5 ok"

    def message(self, recipients, octets):
        """The reply after the final dot; None: there is none."""
        kind = word(recipients[0])
        if kind == "neverdot":
            return "554 5.6.0 not this"
        if kind == "laterdot" and self.times(recipients[0]) <= LATER["laterdot"]:
            return "451 4.3.0 come later"
        answered = not (kind == "drop" and self.times(recipients[0]) == 1)
        self.write(recipients, octets, answered)
        if self.seconds:
            time.sleep(self.seconds)
        return "250 2.0.0 taken" if answered else None

    def write(self, recipients, octets, answered):
        octets = octets.replace(b"\r\n", b"\n")
        found = IDENTITY.match(octets, TRACE.match(octets).end())
        taken = Taken(found[1].decode() if found else "", list(recipients), octets, answered)
        with self.lock:
            self.letters += 1
            if self.lie_every and self.letters % self.lie_every == 0:
                return
            self.events.append(taken)
            record = {"moment": time.time(), "id": taken.identity, "recipients": taken.recipients, "octets": len(octets),
                      "answered": answered}
            self.file.write(json.dumps(record).encode() + b"\n")
            self.file.flush()


def content(lines):
    """Mail data without its transparency (RFC 5321 §4.5.2); None when it has no end."""
    parts = []
    while line := lines.readline():
        if line == b".\r\n":
            return b"".join(parts)
        parts.append(line[1:] if line.startswith(b".") else line)
    return None
