"""Clients: they send letters, and write down in a ledger what was answered."""

import dataclasses
import functools
import os
import random
import socket
import threading
import time

from ledger import digest

MAILBOXES = ("user", "other", "third")
DOMAIN = "our.test"
KIB = 1024


@functools.cache
def text(size):
    """The same printable lines in every run, some of them beginning with a dot."""
    generator = random.Random(1)
    some = [bytes(generator.choices(b"abcdefghijklmnopqrstuvwxyz .0123456789", k=70)) for _ in range(199)]
    return b"".join(b"%06d%s\r\n" % (number, some[number % 199]) if number % 7 else b".%s\r\n" % some[number % 199]
                    for number in range(max(1, size // 78)))


def head(identity):
    return (f"X-Durability: {identity}\r\nFrom: Ann <ann@client.test>\r\nTo: someone@{DOMAIN}\r\n"
            f"Subject: {identity}\r\nMessage-ID: <{identity}@client.test>\r\n"
            f"Date: Thu, 01 Oct 2026 12:00:00 +0000\r\n\r\n{identity}\r\n").encode()


def letter(identity, size):
    """A message of a little more than `size` octets; its first line names it."""
    return head(identity) + text(size)


@functools.cache
def stuffed(size):
    """The text as it goes over the wire (RFC 5321 §4.5.2)."""
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in text(size).split(b"\r\n"))


class Client:
    """One SMTP session. Every call raises OSError when the connection ends."""

    def __init__(self, address, timeout=60):
        self.socket = socket.create_connection(address, timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")
        code = self.reply()
        if code == 220:
            code = self.command("EHLO client.test")
        if code not in (220, 250):
            self.close()
            raise ConnectionError(f"greeted with {code}")

    def reply(self):
        while True:
            line = self.input.readline()
            if not line.endswith(b"\n"):
                raise ConnectionError("closed")
            if line[3:4] != b"-":
                self.words = line.decode("ascii", "replace").strip()
                return int(line[:3])

    def command(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def close(self):
        self.input.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


SENDER = "ann@client.test"


def send(client, ledger, identity, recipients, size, halfway=lambda: None, sender=SENDER):
    """One transaction; the last code, or None when the connection was lost. Does `halfway` amid the mail data.

    Recipients are names of our mailboxes, or addresses."""
    plain = letter(identity, size)
    everyone, content = list(recipients), digest(plain)

    def refused(code):
        ledger.tried(identity, everyone, content, size)
        ledger.replied(identity, everyone, code)
        if code != 421:
            client.command("RSET")
        return code

    try:
        code = client.command(f"MAIL FROM:<{sender}> SIZE={len(plain)}")
        if code != 250:
            return refused(code)
        accepted, last = [], 250
        for recipient in recipients:
            code = client.command(f"RCPT TO:<{recipient if '@' in recipient else f'{recipient}@{DOMAIN}'}>")
            if code == 250:
                accepted.append(recipient)
            else:
                last = code
        if not accepted:
            return refused(last)
        code = client.command("DATA")
        if code != 354:
            return refused(code)
        ledger.tried(identity, accepted, content, size)
        octets = head(identity) + stuffed(size) + b".\r\n"
        client.socket.sendall(octets[:len(octets) // 2])
        halfway()
        client.socket.sendall(octets[len(octets) // 2:])
        code = client.reply()
        ledger.replied(identity, accepted, code)
        return code if len(accepted) == len(everyone) else last
    except OSError:
        return None


@dataclasses.dataclass
class Load:
    """Sessions that share `count` messages; sizes and recipients follow from each message's number alone."""

    address: tuple
    ledger: object
    sessions: int = 3
    count: int = 10
    small: int = 300
    largest: int = 2 * KIB
    large_every: int = 10
    name: str = ""
    sender: str = SENDER

    def __post_init__(self):
        self.name = self.name or os.urandom(3).hex()
        self.done = threading.Event()
        self.numbers = iter(range(self.count))
        self.lock = threading.Lock()
        self.after_reply = lambda identity, size, code: None
        self.codes = []
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(self.sessions)]

    def message(self, number):
        """Identity, recipients and size in octets of a message."""
        generator = random.Random(number * 7919)
        size = generator.choice((1, 3, 12, 40, 120, self.small)) * KIB
        if number % self.large_every == self.large_every - 1:
            size = self.largest * KIB
        first, several = number % 3, {2: 3, 4: 2}.get(number % 5)
        recipients = MAILBOXES[:several] if several else MAILBOXES[first:first + 1]
        return f"{self.name}-{number}", recipients, size

    def run(self):
        client = None
        while not self.done.is_set():
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                break
            identity, recipients, size = self.message(number)
            try:
                client = client or Client(self.address)
            except (OSError, ValueError):
                # Nothing was sent; the server is gone or turns us away.
                self.ledger.tried(identity, list(recipients), digest(letter(identity, size)), size)
                self.ledger.replied(identity, list(recipients), 421)
                client = None
                if not listens(self.address):
                    break
                time.sleep(0.02)
                continue
            code = send(client, self.ledger, identity, recipients, size, sender=self.sender)
            self.codes.append(code)
            self.after_reply(identity, size, code)
            if code is None or code == 421:
                client.close()
                client = None
                if not listens(self.address):
                    break
        if client:
            client.close()

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def wait(self, seconds=120):
        deadline = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.01, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def stop(self):
        self.done.set()
        return self.wait()


def listens(address):
    try:
        socket.create_connection(address, 2).close()
        return True
    except OSError:
        return False


def resend(address, ledger, account, seconds=8, sender=SENDER):
    """Sends again what wasn't acknowledged, until it is; the identities that were refused for all that time."""
    deadline = time.monotonic() + seconds
    rest = account.unacknowledged()
    client = None
    while rest and time.monotonic() < deadline:
        for identity, recipients in list(rest.items()):
            try:
                client = client or Client(address, timeout=30)
            except (OSError, ValueError):
                break
            code = send(client, ledger, identity, recipients, account.sizes[identity], sender=sender)
            if code == 250:
                del rest[identity]
            elif code is None or code == 421:
                client.close()
                client = None
        if rest:
            time.sleep(0.1)
    if client:
        client.close()
    return rest
