"""Encryption at rest: swaks sends, the server stores, GnuPG, Sequoia and mutt read, and nobody else."""

import email
import email.policy
import json
import os
import pathlib
import pty
import re
import select
import subprocess
import tempfile
import threading
import time

import pytest
from server import DOMAIN, PROGRAM, RECIPIENT, SERVICE_USER, Settings, hand_over, message

CANARY = "zanzibarcanary"
OTHER = f"other@{DOMAIN}"


class Ring:
    """A key ring of GnuPG."""

    def __init__(self, home):
        self.home = home

    def run(self, *arguments, data=b"", status=0):
        done = subprocess.run(["gpg", "--homedir", self.home, "--batch", "--quiet", "--yes", *arguments], input=data,
                              capture_output=True, timeout=60)
        assert done.returncode == status, done.stderr.decode()
        return done.stdout

    def make(self, user_id, *arguments, algorithm="future-default", expires="never"):
        self.run(*arguments, "--passphrase", "", "--quick-gen-key", user_id, algorithm, "default", expires)
        return self.run("--armor", "--export", user_id)


@pytest.fixture
def ring(tool):
    tool("gpg")
    with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp") as home:
        yield Ring(home)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=False)


def keys(server, *arguments, data=b"", status=0):
    done = subprocess.run([PROGRAM, "keys", *arguments, "--config", server.configuration], input=data, capture_output=True,
                          timeout=30)
    assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}"
    return (done.stdout or done.stderr).decode()


def send(tool, server, *recipients, body="Hi.", header=f"Subject: {CANARY}", more=()):
    """The last reply to a message sent with swaks."""
    result = subprocess.run(
        [tool("swaks"), "--server", server.address, "--from", "ann@client.test", "--to", ",".join(recipients),
         "--helo", "client.test", "--header", header, "--body", body, "--timeout", "30", *more],
        capture_output=True, text=True, timeout=60)
    replies = [line[4:].strip() for line in result.stdout.splitlines() if line.startswith(("<- ", "<**", "<~ "))]
    return next((line for line in replies if line[:1] in "45"), replies[-2] if len(replies) > 1 else result.stdout)


def opened(ring, stored):
    """What is inside a sealed message, by GnuPG."""
    parsed = email.message_from_bytes(stored)
    assert parsed.get_content_type() == "multipart/encrypted" and parsed.get_param("protocol") == "application/pgp-encrypted"
    version, data = parsed.get_payload()
    assert version.get_content_type() == "application/pgp-encrypted" and version.get_payload().strip() == "Version: 1"
    return ring.run("--decrypt", data=data.get_payload(decode=True))


def without_protection(plain):
    """The message as it came: without what RFC 9788 adds."""
    plain = re.sub(rb"\A(?:HP-Outer: [^\r]*\r\n(?:[ \t][^\r]*\r\n)*)+", b"", plain)
    plain = plain.removeprefix(b'Content-Type: text/plain; hp="cipher"; protected-headers="v1"\r\n')
    return plain.replace(b';\r\n hp="cipher"; protected-headers="v1"', b"", 1)


def files_with(text, folder):
    """All files below a folder that hold a text."""
    found = []
    for path in pathlib.Path(folder).rglob("*"):
        try:
            if path.is_file() and text.encode() in path.read_bytes():
                found.append(path)
        except OSError:  # it came and went
            pass
    return found


class Watch:
    """Looks through the state folder, and through open files without names, as long as it lasts."""

    def __init__(self, server, text):
        self.server, self.text, self.found, self.rounds = server, text, set(), 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        state = self.server.configuration.parent / "state"
        while not self.stopping.is_set():
            self.found.update(str(path) for path in files_with(self.text, state))
            for path in pathlib.Path(f"/proc/{self.server.process.pid}/fd").glob("*"):
                try:
                    if "(deleted)" in os.readlink(path) and self.text.encode() in path.read_bytes():
                        self.found.add(os.readlink(path))
                except OSError:
                    pass
            self.rounds += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


def store_canaries(tool, server):
    """Two messages for a mailbox with a key, with canaries in body, subject, comment and a large attachment: what is stored
    of them. Nothing of it is to be seen anywhere, nor in the outer header."""
    attachment = server.configuration.parent / f"{CANARY}.txt"
    attachment.write_text(f"{CANARY}\n" * 40_000)  # larger than what the journal takes as a record
    with Watch(server, CANARY) as watch:
        assert send(tool, server, RECIPIENT, body=CANARY,
                    more=["--header", f"To: {CANARY} <{RECIPIENT}> ({CANARY})"]).startswith("250")
        assert send(tool, server, RECIPIENT, body=CANARY, more=["--attach", f"@{attachment}"]).startswith("250")
        stored = server.wait_for_messages(2)
    assert watch.rounds > 3 and not watch.found
    assert not files_with(CANARY, server.configuration.parent / "state") and CANARY not in server.log_text()
    for copy in stored:
        parsed = email.message_from_bytes(copy)
        assert parsed["Subject"] == "[...]" and parsed["From"] == "ann@client.test" and parsed["To"] == RECIPIENT
    return stored


def test_only_the_recipient_can_read_what_is_stored(samotop, tool, ring):
    """P01: canaries in body, subject, comment and file name; for a mailbox without a key they are found."""
    server = samotop(tls="none")
    told = keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    assert "fingerprint" in told and "only the holder of the secret key" in told
    stored = store_canaries(tool, server)
    for copy in stored:
        assert CANARY.encode() in opened(ring, copy)
    assert any(len(opened(ring, copy)) > 500_000 for copy in stored)
    # The same with a mailbox without a key: what is looked for is found.
    with Watch(server, CANARY) as watch:
        assert send(tool, server, OTHER, body=CANARY).startswith("250")
        server.wait_for_messages(1, "other")
        time.sleep(0.2)
    assert watch.found


def test_the_inner_message_is_the_one_that_was_sent(samotop, tool, ring):
    server = samotop(tls="none")
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    sent = message("exact", lines=200).replace(b"0007 exact", "0007 gr\u00fc\u00dfe".encode())
    with server.connect(starttls=False) as client:
        client.sendmail("ann@client.test", [RECIPIENT], sent, mail_options=["BODY=8BITMIME"])
    plain = opened(ring, server.wait_for_messages(1)[0])
    assert without_protection(plain) == sent
    inner = email.message_from_bytes(plain, policy=email.policy.default)
    assert inner["Content-Type"].params["hp"] == "cipher"
    assert "Subject: [...]" in inner.get_all("HP-Outer")


def test_several_recipients(samotop, tool, ring):
    """Who has a key gets a copy for that key alone, which tells of no other; who has none gets plain text."""
    server = samotop(tls="none")
    with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp") as home:
        third = Ring(home)
        keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
        keys(server, "import", f"third@{DOMAIN}", data=third.make(f"Third <third@{DOMAIN}>"))
        assert send(tool, server, RECIPIENT, OTHER, f"third@{DOMAIN}", body=CANARY).startswith("250")
        mine, plain, theirs = (server.wait_for_messages(1, name)[0] for name in ("user", "other", "third"))
        assert CANARY.encode() in plain
        assert CANARY.encode() in opened(ring, mine) and CANARY.encode() in opened(third, theirs)
        for copy, owner in ((mine, ring), (theirs, third)):
            data = email.message_from_bytes(copy).get_payload()[1].get_payload(decode=True)
            assert owner.run("--list-packets", data=data).count(b":pubkey enc packet:") == 1
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=False)


def test_an_unusable_key(samotop, tool, ring):
    """P02: 451, nothing is stored, the operator is warned, and without an address."""
    server = samotop(tls="none")
    expired = ring.make(f"User <{RECIPIENT}>", "--faked-system-time", "20200101T000000", expires="20200301T000000")
    assert "expired on 2020-03-01" in keys(server, "import", RECIPIENT, data=expired, status=1)
    wrong = ring.make("Somebody <somebody@else.test>")
    assert "--any-user-id" in keys(server, "import", RECIPIENT, data=wrong, status=1)
    assert send(tool, server, RECIPIENT).startswith("250")
    server.wait_for_messages(1)
    # Put there by hand, or it has expired there.
    folder = server.configuration.parent / "state" / "keys" / DOMAIN
    folder.mkdir(parents=True)
    (folder / "user.asc").write_bytes(expired)
    for path in (folder, folder.parent, folder / "user.asc"):
        hand_over(path, SERVICE_USER)
    assert send(tool, server, RECIPIENT).startswith("451 4.3.0")
    assert send(tool, server, OTHER).startswith("250")
    (folder / "user.asc").write_bytes(b"no key")
    time.sleep(1.1)
    assert send(tool, server, RECIPIENT).startswith("451 4.3.0")
    time.sleep(0.5)
    assert len(server.messages()) == 1
    log = server.log_text()
    assert "expired on 2020-03-01" in log and RECIPIENT not in log
    [item] = json.loads(keys(server, "check", "--json", status=1))
    assert (item["mailbox"], item["state"]) == (RECIPIENT, "unusable")
    keys(server, "remove", RECIPIENT, "--all")
    assert send(tool, server, RECIPIENT).startswith("250")


def test_no_mail_without_a_key(samotop, tool, ring):
    server = samotop(tls="none", settings=Settings(encryption="{mailboxes-without-key: refuse}"))
    assert send(tool, server, RECIPIENT).startswith("451 4.3.0")
    key = ring.make(f"User <{RECIPIENT}>")
    keys(server, "import", RECIPIENT, data=key)
    assert send(tool, server, RECIPIENT).startswith("250")
    [stored] = server.wait_for_messages(1)
    assert CANARY.encode() in opened(ring, stored)


def test_held_mail_of_strangers_is_sealed_and_their_subject_is_not_kept(samotop, tool, ring):
    server = samotop(tls="none", settings=Settings(contacts="{strangers: hold}"))
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    assert send(tool, server, RECIPIENT, body=CANARY).startswith("250")
    held = server.maildir() / ".New contacts"
    deadline = time.monotonic() + 10
    while not (found := [*held.glob("new/*"), *held.glob("cur/*")]) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(3)  # the database is written behind
    assert any(b"BEGIN PGP MESSAGE" in path.read_bytes() for path in found)
    assert not files_with(CANARY, server.configuration.parent / "state")
    done = subprocess.run([PROGRAM, "contacts", "welcome", "ann@client.test", "--owner", RECIPIENT, "--config",
                           server.configuration], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert CANARY.encode() in opened(ring, server.wait_for_messages(1)[0])


def seal(server, *arguments, status=0):
    done = subprocess.run([PROGRAM, "seal", *arguments, "--json", "--config", server.configuration], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_what_was_stored_before_is_sealed_in_place(samotop, tool, ring):
    server = samotop(tls="none")
    for number in range(3):
        assert send(tool, server, RECIPIENT, body=f"{CANARY} {number}").startswith("250")
    server.wait_for_messages(3)
    server.terminate()
    [first, *_] = sorted((server.maildir() / "new").iterdir())
    read = server.maildir() / "cur" / f"{first.name}:2,FS"
    first.rename(read)
    os.utime(read, (1_600_000_000, 1_600_000_000))
    plain = read.read_bytes()
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    assert seal(server, RECIPIENT) == {"sealed": 3, "alreadyEncrypted": 0, "passedOver": 0, "failed": 0}
    assert not files_with(CANARY, server.maildir())
    [sealed] = (server.maildir() / "cur").iterdir()
    assert sealed.name.endswith(":2,FS") and f",S={sealed.stat().st_size}:" in sealed.name
    assert sealed.stat().st_mtime == 1_600_000_000 and sealed.stat().st_mode & 0o777 == 0o600
    assert without_protection(opened(ring, sealed.read_bytes())).replace(b"\r\n", b"\n") == plain
    names = sorted(path.name for path in server.maildir().rglob("*"))
    assert seal(server, RECIPIENT) == {"sealed": 0, "alreadyEncrypted": 3, "passedOver": 0, "failed": 0}
    assert names == sorted(path.name for path in server.maildir().rglob("*"))


def test_sequoia_reads_it(samotop, tool, tmp_path):
    sq = tool("sq")
    server = samotop(tls="none")
    subprocess.run([sq, "key", "generate", "--userid", f"<{RECIPIENT}>", "--export", tmp_path / "user.key"], check=True)
    certificate = subprocess.run([sq, "key", "extract-cert", tmp_path / "user.key"], check=True, capture_output=True).stdout
    keys(server, "import", RECIPIENT, data=certificate)
    assert send(tool, server, RECIPIENT, body=CANARY).startswith("250")
    [stored] = server.wait_for_messages(1)
    data = email.message_from_bytes(stored).get_payload()[1].get_payload(decode=True)
    plain = subprocess.run([sq, "decrypt", "--recipient-key", tmp_path / "user.key"], input=data, check=True,
                           capture_output=True).stdout
    assert CANARY.encode() in plain


def test_mutt_shows_it(samotop, tool, ring, tmp_path):
    """The subject and the text, from a sealed Maildir."""
    mutt = tool("mutt")
    server = samotop(tls="none")
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    assert send(tool, server, RECIPIENT, body="the text inside", header="Subject: the subject inside").startswith("250")
    server.wait_for_messages(1)
    settings = tmp_path / "muttrc"
    settings.write_text(
        "set crypt_use_gpgme=yes\nset crypt_protected_headers_read=yes\nset wait_key=no\n"
        f"set folder={server.maildir()}\n")
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm", GNUPGHOME=ring.home, LINES="40", COLUMNS="120", HOME=str(tmp_path), LC_ALL="C.UTF-8")
        os.execv(mutt, [mutt, "-n", "-F", str(settings), "-R", "-f", str(server.maildir()), "-e", "push <display-message>"])
    shown, deadline = b"", time.monotonic() + 20
    try:
        while time.monotonic() < deadline and not (b"the text inside" in shown and b"the subject inside" in shown):
            if select.select([terminal], [], [], 0.2)[0]:
                shown += os.read(terminal, 65536)
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
        os.close(terminal)
    assert b"the text inside" in shown and b"the subject inside" in shown, shown[-2000:]
