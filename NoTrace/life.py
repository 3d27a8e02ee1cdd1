"""The whole life of mail, with a canary in every field: receive, screen, approve, deliver, submit, relay, bounce, delete."""

import base64
import re
import subprocess
import tempfile
import time

from canaries import Canaries
from server import DOMAIN, USER, until

DAY = 86_400
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def message(canaries, sender, recipient, kind="", size=0):
    """Octets with canaries in header, text, and an attachment's name and content."""
    def word(name):
        return canaries(kind + name)
    attachment = base64.encodebytes((word("attachment") + "\n").encode() * (1 + size // 24)).decode().replace("\n", "\r\n")
    lines = [
        f"From: {word('display-name')} <{sender}>", f"To: {word('called')} <{recipient}>", f"Subject: {word('subject')}",
        f"Message-ID: <{canaries('message-id')}@{canaries('sender-domain')}.example>" if not kind else
        f"Message-ID: <{word('own-id')}@{DOMAIN}>",
        "Date: Tue, 1 Jul 2025 10:52:37 +0000", f"X-Thing: {word('x-field')}", f"User-Agent: {word('user-agent')}", "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="x"', "", "--x", "Content-Type: text/plain", "", word("body"), "", "--x",
        f'Content-Type: application/octet-stream; name="{word("attachment-name")}"', "Content-Transfer-Encoding: base64", "",
        attachment, "--x--", ""]
    return "\r\n".join(lines)


class Life:
    def __init__(self, server, sink, canaries):
        self.server, self.sink, self.canaries = server, sink, canaries
        c = canaries
        self.hello = f"{c('ehlo')}.client.example"
        self.sender = f"{c('sender')}@{c('sender-domain')}.example"
        self.sealed = []

    def prepare(self, with_key):
        self.server.command("account", "set", USER, data=self.canaries("password").encode() + b"\n")
        if not with_key:
            return
        with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp") as home:
            def gpg(*arguments):
                return subprocess.run(["gpg", "--homedir", home, "--batch", "--quiet", *arguments], check=True,
                                      capture_output=True).stdout
            gpg("--passphrase", "", "--quick-gen-key", USER, "future-default", "default", "never")
            self.server.command("keys", "import", USER, data=gpg("--armor", "--export", USER))
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=False)

    def receive(self):
        """Strangers ask; one is welcomed, one is forgotten, one blocked, one waits on; a pass lets one in."""
        c, server = self.canaries, self.server
        content = message(c, self.sender, USER)
        reply = server.send(self.hello, self.sender, USER, content)
        assert reply.startswith("450 4.7.1"), reply
        others = {what: f"{c(what)}@{c(what + '-domain')}.example" for what in ("forgotten", "blocked", "waiting")}
        for address in others.values():
            assert server.send(self.hello, address, USER, message(c, address, USER)).startswith("450")
        found = until("strangers wait", lambda: {one["contact"] for one in server.contacts()})
        assert found == {self.sender, *others.values()}, found
        server.command("contacts", "welcome", self.sender)
        server.command("contacts", "note", self.sender, c("note"))
        server.command("contacts", "block", others["blocked"])
        server.command("contacts", "forget", others["forgotten"])
        # A decision is taken up within a second or so.
        server.accepted(self.hello, self.sender, USER, content)
        server.accepted(self.hello, self.sender, f"user+{c('tag')}@{DOMAIN}", content)
        server.accepted(self.hello, self.sender, USER, message(c, self.sender, USER, size=2 << 20))
        made = server.command("pass", "new", "--note", c("pass-note"))
        address = re.search(r"\S+@" + re.escape(DOMAIN), made)[0]
        # An address for one domain, which never writes.
        server.command("address", "new", "--for", f"{c('address-domain')}.example", "--note", c("address-note"))
        bearer = f"{c('bearer')}@{c('bearer-domain')}.example"
        c["bearer"].outside = c["bearer-domain"].outside = True
        server.accepted(self.hello, bearer, address, message(c, bearer, USER))
        until("four messages lie in the mailbox", lambda: len(server.files()) >= 4)

    def submit(self):
        """Mail of the user's own goes out, and comes back."""
        c, server = self.canaries, self.server
        remote = f"{c('remote')}@{c('remote-domain')}.example"
        for size in (0, 2 << 20):
            server.submit(f"{c('own-hello')}.lan", c("password"), remote, message(c, USER, remote, "own-", size))
        until("two messages arrived", lambda: len(self.sink.messages) == 2)
        before = until("the mailbox rests", lambda: len(server.files()))
        refused = f"refuse-{c('refused')}@{c('refused-domain')}.example"
        server.submit(f"{c('own-hello')}.lan", c("password"), refused, message(c, USER, refused, "own-"))
        until("the bounce came", lambda: len(server.files()) > before)

    def in_flight(self, size=1 << 20):
        """A message that is being taken: the session, with its last line still unsaid."""
        client = self.server.session(self.hello)
        client.ehlo()
        client.mail(self.sender)
        client.rcpt(USER)
        client.docmd("DATA")
        line = (self.canaries("in-flight") + "\r\n").encode()
        client.sock.sendall(b"Subject: x\r\n\r\n" + line * (size // len(line)))
        return client

    def remove(self):
        """The reader has read everything, and removes it."""
        for file in self.server.files():
            self.sealed.append(file.read_bytes())
            file.unlink()

    # MARK: what is looked at besides words

    def precise_times(self):
        """What of a file in the mailbox tells more than the day, or on which machine it was made."""
        found = []
        for file in self.server.files():
            status, content = file.stat(), file.read_bytes()
            if not re.fullmatch(r"(\d+)\.M0R[0-9a-z]{26}\.mail,S=\d+", file.name) or int(file.name.split(".")[0]) % DAY:
                found.append(f"a file's name: {file.name}")
            if status.st_mtime_ns % (DAY * 10 ** 9) or status.st_atime_ns % (DAY * 10 ** 9):
                found.append(f"a file's times: {status.st_mtime}, {status.st_atime}")
            identifier = re.search(r"R([0-9a-z]{26})\b", file.name)
            # Notifications have ids that are hashes: these tell no time, not even a wrong one.
            if identifier and abs(seconds(identifier[1]) - time.time()) < 366 * DAY and seconds(identifier[1]) % DAY:
                found.append(f"an envelope's id: {identifier[1]}")
        return found

    def precise_traces(self):
        """Our own Received fields that tell more than the day."""
        found = []
        for file in self.server.files():
            head = re.sub(rb"\n[ \t]+", b" ", file.read_bytes().replace(b"\r\n", b"\n").split(b"\n\n")[0])
            for field in re.findall(rb"(?m)^Received: (.*by mx\.our\.test.*)$", head):
                if b" 00:00:00 " not in field:
                    found.append(f"a Received field: {field.decode(errors='replace')}")
        return found


def seconds(identifier):
    """The time in an envelope's id."""
    number = 0
    for letter in identifier[:13]:
        number = number << 5 | ALPHABET.index(letter)
    return number >> 24 & 0xFF_FFFF_FFFF
