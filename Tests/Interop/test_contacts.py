"""Strangers wait for the owner's word: swaks as the stranger, the command line and the pages as the owner."""

import http.cookiejar
import json
import re
import subprocess
import time
import urllib.parse
import urllib.request

import pytest
from server import PROGRAM, RECIPIENT, Settings, free_port

STRANGER = "carol@client.test"


@pytest.fixture
def server(samotop):
    port = free_port()
    server = samotop(tls="none", settings=Settings(
        contacts="{strangers: ask}",
        web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}"))
    server.web = f"http://127.0.0.1:{port}"
    return server


def send(tool, server, sender=STRANGER, recipient=RECIPIENT, subject="Hello", expected=None):
    """The last reply to a message sent with swaks."""
    result = subprocess.run(
        [tool("swaks"), "--server", server.address, "--from", sender, "--to", recipient, "--helo", "client.test",
         "--header", f"Subject: {subject}", "--body", "Hi.", "--timeout", "30"], capture_output=True, text=True, timeout=60)
    replies = [line[4:] for line in result.stdout.splitlines() if line.startswith(("<- ", "<**", "<~ "))]
    reply = next((line for line in replies if line[:1] in "45"), replies[-2] if len(replies) > 1 else result.stdout)
    return reply.strip()


def samotop_command(server, *arguments, status=0):
    done = subprocess.run([PROGRAM, *arguments, "--config", server.configuration], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def contacts(server, *arguments):
    return json.loads(samotop_command(server, "contacts", "list", "--owner", RECIPIENT, "--json", *arguments))


def until_accepted(tool, server, seconds=10, **message):
    """A decision is taken up within a second or so."""
    deadline = time.monotonic() + seconds
    while True:
        reply = send(tool, server, **message)
        if reply.startswith("250") or time.monotonic() > deadline:
            return reply
        time.sleep(0.3)


def until_recorded(server, what, seconds=15):
    """What is on record; it is written every few seconds."""
    deadline = time.monotonic() + seconds
    while True:
        done = subprocess.run([PROGRAM, "why", what, "--config", server.configuration], capture_output=True, text=True, timeout=30)
        if done.returncode == 0 or time.monotonic() > deadline:
            assert done.returncode == 0, done.stderr
            return done.stdout
        time.sleep(0.5)


def test_a_stranger_waits_until_the_owner_says_welcome(server, tool):
    assert send(tool, server).startswith("450 4.7.1")
    assert server.messages() == []
    [waiting] = contacts(server)
    assert (waiting["contact"], waiting["state"], waiting["subject"]) == (STRANGER, "waiting", "Hello")
    assert waiting["recipient"] == RECIPIENT and waiting["attempts"] == 1
    samotop_command(server, "contacts", "welcome", STRANGER, "--owner", RECIPIENT)
    assert until_accepted(tool, server).startswith("250")
    [stored] = server.wait_for_messages(1)
    assert b"Subject: Hello" in stored
    assert send(tool, server, subject="Again").startswith("250")
    assert send(tool, server, sender="dave@client.test").startswith("450 4.7.1")


def test_who_is_blocked_is_refused_and_why_is_told(server, tool):
    samotop_command(server, "contacts", "block", "@client.test", "--owner", RECIPIENT, "--note", "sells things")
    reply = send(tool, server)
    assert reply.startswith("550 5.7.1"), reply
    assert "sells things" in samotop_command(server, "contacts", "show", "client.test", "--owner", RECIPIENT)
    why = until_recorded(server, STRANGER)
    assert "contacts says reject (domain blocked)" in why, why
    samotop_command(server, "contacts", "forget", "client.test", "--owner", RECIPIENT)
    deadline = time.monotonic() + 10
    while (reply := send(tool, server)).startswith("550") and time.monotonic() < deadline:
        time.sleep(0.3)
    assert reply.startswith("450 4.7.1")


def test_held_mail_is_delivered_when_its_sender_is_welcome(server, tool):
    samotop_command(server, "contacts", "hold", STRANGER, "--owner", RECIPIENT)
    assert until_accepted(tool, server).startswith("250")
    held = server.maildir() / ".New contacts"
    deadline = time.monotonic() + 10
    while not (found := [*held.glob("new/*"), *held.glob("cur/*")]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert any(b"Subject: Hello" in path.read_bytes() for path in found)
    assert server.messages() == []
    samotop_command(server, "contacts", "welcome", STRANGER, "--owner", RECIPIENT)
    assert len(server.wait_for_messages(1)) == 1


def test_postmaster_is_open_to_strangers(server, tool):
    """RFC 5321 §4.5.1."""
    assert send(tool, server, recipient="postmaster@our.test").startswith("250")


class Browser:
    """Someone at the pages, without scripts."""

    def __init__(self, server):
        self.root = server.web
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path, seconds=10):
        deadline = time.monotonic() + seconds
        while True:  # the pages may listen a moment later than the mail
            try:
                return self.fetch(path)
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def fetch(self, path):
        with self.opener.open(self.root + path if path.startswith("/") else path, timeout=20) as response:
            return response.read().decode()

    def post(self, path, fields):
        request = urllib.request.Request(self.root + path, data=urllib.parse.urlencode(fields).encode(),
                                         headers={"Origin": self.root})
        with self.opener.open(request, timeout=20) as response:
            return response.read().decode()

    def submit(self, page, value):
        """Presses the first button with this name or value, with the fields of its form."""
        for form in re.findall(r"<form\b.*?</form>", page, re.S):
            button = re.search(rf'<button\b[^>]*(?:name="([^"]*)")?[^>]*value="{value}"[^>]*>', form)
            if not button and f">{value}<" not in form.replace("\n", ""):
                continue
            fields = dict(re.findall(r'<input\b[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form))
            if button and (name := re.search(r'name="([^"]*)"', button.group(0))):
                fields[name.group(1)] = value
            return self.post(re.search(r'action="([^"]*)"', form).group(1), fields)
        raise AssertionError(f"no button {value} in {page}")


def test_the_page_shows_the_stranger_and_takes_the_decision(server, tool):
    assert send(tool, server, subject="<script>alert(1)</script>").startswith("450 4.7.1")
    link = samotop_command(server, "account", "link", RECIPIENT).strip()
    assert link.startswith(server.web + "/link/")
    browser = Browser(server)
    page = browser.submit(browser.get(link), "Sign in")
    assert STRANGER in page and "<script>alert" not in page and "&lt;script&gt;" in page, page
    page = browser.submit(page, "welcome")
    assert until_accepted(tool, server).startswith("250")
    assert len(server.wait_for_messages(1)) == 1
    # A link works once.
    with pytest.raises(urllib.error.HTTPError):
        Browser(server).submit(Browser(server).get(link), "Sign in")


def test_a_password_signs_in(server, tool):
    subprocess.run([PROGRAM, "account", "set", RECIPIENT, "--config", server.configuration], input="correct horse\n",
                   text=True, check=True, capture_output=True, timeout=30)
    browser = Browser(server)
    page = browser.get("/sign-in")
    token = dict(re.findall(r'<input\b[^>]*name="([^"]*)"[^>]*value="([^"]*)"', page))
    page = browser.post("/sign-in", token | {"name": RECIPIENT, "password": "correct horse"})
    assert "New contacts" in page
    assert f"{RECIPIENT}  password" in samotop_command(server, "account", "list")


def test_everything_survives_kill_9(server, tool):
    assert send(tool, server).startswith("450")
    samotop_command(server, "contacts", "welcome", STRANGER, "--owner", RECIPIENT)
    server.kill()
    server.start()
    assert until_accepted(tool, server).startswith("250")
    assert [contact["state"] for contact in contacts(server)] == ["welcome"]
