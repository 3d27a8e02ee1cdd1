"""The owner decides in a mail program of their own: swaks as the stranger, Dovecot's IMAP server on the owner's Maildir."""

import itertools
import re
import subprocess
import time

import pytest
from peers import DovecotReader
from server import RECIPIENT, Settings, maildir

STRANGER = "carol@client.test"
WAITING, WELCOME, BLOCKED = "New contacts", "Welcome", "Blocked"


@pytest.fixture
def start(samotop):
    def start(strangers="ask", **keys):
        more = "".join(f", {key.replace('_', '-')}: {value}" for key, value in keys.items())
        return samotop(tls="none", settings=Settings(contacts=f"{{strangers: {strangers}{more}}}"))

    return start


def send(tool, server, sender=STRANGER, subject="Hello", headers=()):
    """The reply to the command or the final dot that decided."""
    more = [word for header in headers for word in ("--header", header)]
    result = subprocess.run(
        [tool("swaks"), "--server", server.address, "--from", sender, "--to", RECIPIENT, "--helo", "client.test",
         "--header", f"Subject: {subject}", *more, "--body", "Hi.", "--timeout", "30"],
        capture_output=True, text=True, timeout=60)
    replies = [line[4:] for line in result.stdout.splitlines() if line.startswith(("<- ", "<**", "<~ "))]
    reply = next((line for line in replies if line[:1] in "45"), replies[-2] if len(replies) > 1 else result.stdout)
    return reply.strip()


def until(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.1)
    return found


def until_reply(tool, server, code, **message):
    until(lambda: send(tool, server, **message).startswith(code), f"{code} for {message}")


def folder(server, name):
    """The files of a folder of the owner's."""
    box = maildir(server.directory, "user") / f".{name}" if name else maildir(server.directory, "user")
    return [path for step in ("new", "cur") if (box / step).is_dir() for path in (box / step).iterdir()]


def requests(server):
    return [path for path in folder(server, WAITING) if b"Auto-Submitted: auto-generated" in path.read_bytes()]


class Reader:
    """A mail program with a folder open."""

    def __init__(self, imap, name):
        self.imap = imap
        assert imap.select(f'"{name}"')[0] == "OK"

    def find(self, subject):
        status, [found] = self.imap.uid("search", None, "SUBJECT", f'"{subject}"')
        assert status == "OK" and found.split(), f"no {subject}"
        return found.split()[0].decode()

    def move(self, subject, to):
        assert self.imap.uid("MOVE", self.find(subject), f'"{to}"')[0] == "OK"

    def copy_and_expunge(self, subject, to):
        """What a mail program does whose server has no MOVE (RFC 6851)."""
        message = self.find(subject)
        assert self.imap.uid("COPY", message, f'"{to}"')[0] == "OK"
        time.sleep(1.5)
        self.delete(message)

    def delete(self, message):
        self.imap.uid("STORE", message, "+FLAGS", r"(\Seen \Deleted)")
        self.imap.expunge()


@pytest.fixture
def imap(tmp_path):
    numbers = itertools.count()
    return lambda server: DovecotReader(tmp_path / f"dovecot-{next(numbers)}", maildir(server.directory, "user"))


@pytest.mark.parametrize("way", ["move", "copy_and_expunge"])
@pytest.mark.parametrize("to, code", [(WELCOME, "250"), ("INBOX", "250"), (BLOCKED, "550")])
def test_moving_a_request_is_the_decision(start, tool, imap, way, to, code):
    server = start()
    assert send(tool, server).startswith("450 4.7.1")
    assert send(tool, server, sender="dave@client.test").startswith("450 4.7.1")
    until(lambda: len(requests(server)) == 2, "a request for each")
    with imap(server) as connection:
        getattr(Reader(connection, WAITING), way)(STRANGER, to)
    until_reply(tool, server, code)
    assert send(tool, server, sender="dave@client.test").startswith("450 4.7.1")
    until(lambda: len(requests(server)) == 1, "one request less")
    if to != "INBOX":
        assert folder(server, to) == []
    assert not any(b"Auto-Submitted" in stored for stored in server.messages())


@pytest.mark.parametrize("policy, code", [("block", "550"), ("ignore", "450")])
def test_deleting_a_request_is_what_policy_says(start, tool, imap, policy, code):
    server = start(deleted_request=policy)
    assert send(tool, server).startswith("450 4.7.1")
    until(lambda: requests(server), "a request")
    with imap(server) as connection:
        reader = Reader(connection, WAITING)
        reader.delete(reader.find(STRANGER))
    if policy == "block":
        until_reply(tool, server, code)
    else:
        time.sleep(8)
        assert send(tool, server).startswith(code)
    assert requests(server) == []


@pytest.mark.parametrize("what", [f"{STRANGER} wants", "First"], ids=["request", "held message"])
def test_held_mail_follows_the_decision(start, tool, imap, what):
    server = start("hold")
    for subject in ("First", "Second"):
        assert send(tool, server, subject=subject).startswith("250")
    until(lambda: len(folder(server, WAITING)) == 3, "two messages and a request")
    assert server.messages() == []
    with imap(server) as connection:
        Reader(connection, WAITING).move(what, WELCOME)
        until(lambda: len(folder(server, None)) == 2, "both in the inbox")
        time.sleep(2)
        Reader(connection, "INBOX").find("First")
        Reader(connection, "INBOX").find("Second")
    assert len(folder(server, None)) == 2 and folder(server, WAITING) == [] and folder(server, WELCOME) == []
    assert send(tool, server, subject="Third").startswith("250")
    until(lambda: len(folder(server, None)) == 3, "the third in the inbox")


def test_mail_can_not_ask_for_another(start, tool, imap):
    server = start("hold")
    assert send(tool, server).startswith("250")
    [request] = until(lambda: requests(server), "a request")
    field = re.match(rb"Samotop-Contact: (\S+)\s+(\S+)\n", request.read_bytes())
    forged = f"Samotop-Contact: {field[1].decode()} {field[2].decode()}"
    assert send(tool, server, sender="eve@evil.test", subject="Bait", headers=[forged]).startswith("250")
    until(lambda: len(requests(server)) == 2, "a request for the forger too")
    with imap(server) as connection:
        Reader(connection, WAITING).move("Bait", BLOCKED)
    until_reply(tool, server, "550", sender="eve@evil.test")
    # Whose field it was is as undecided as before.
    until(lambda: len(requests(server)) == 1, "the forger's request is gone")
    assert request.name.split(",")[0] == requests(server)[0].name.split(",")[0]


def test_a_decision_while_the_server_is_down_counts_when_it_is_up(start, tool, imap):
    server = start()
    assert send(tool, server).startswith("450 4.7.1")
    until(lambda: requests(server), "a request")
    server.kill()
    with imap(server) as connection:
        Reader(connection, WAITING).move(STRANGER, BLOCKED)
    server.start()
    until_reply(tool, server, "550")
    assert folder(server, BLOCKED) == [] and requests(server) == []


@pytest.mark.slow
@pytest.mark.durability
def test_killed_while_it_decides_it_loses_nothing_and_doubles_nothing(start, tool, imap):
    server = start("hold")
    for round in range(8):
        sender, subject = f"s{round}@c{round}.test", f"Letter {round}"
        assert send(tool, server, sender=sender, subject=subject).startswith("250")
        until(lambda: len(folder(server, WAITING)) == 2, "a message and its request")
        with imap(server) as connection:
            # Every other time by the message itself.
            Reader(connection, WAITING).move(subject if round % 2 else sender, WELCOME)
            time.sleep(round * 0.2)
            server.kill()
        server.start()

        def settled():
            letters = [path.read_bytes() for path in folder(server, None)]
            return sum(f"Subject: {subject}\n".encode() in letter for letter in letters)

        # A message that was moved itself may stay in Welcome, when only the decision was done.
        left = until(lambda: settled() or folder(server, WELCOME) and not folder(server, WAITING), f"round {round}")
        time.sleep(2)
        stays = [path for path in folder(server, WELCOME) if f"Subject: {subject}\n".encode() in path.read_bytes()]
        assert settled() + len(stays) == 1 and (settled() or round % 2), (left, stays)
        assert folder(server, WAITING) == []
        assert send(tool, server, sender=sender, subject="More").startswith("250")
        until(lambda: any(b"Subject: More\n" in path.read_bytes() and sender.encode() in path.read_bytes()
                          for path in folder(server, None)), "more of the same in the inbox")
