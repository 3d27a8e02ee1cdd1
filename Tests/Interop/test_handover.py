"""Mailboxes whose mail is handed to something else: Dovecot by LMTP, each mailbox by itself, and programs that are really run."""

import os
import signal
import smtplib
import subprocess
import sys
import time

import pytest
from peers import Dovecot
from server import DOMAIN, PROGRAM, SERVICE_USER, Settings, hand_over, message
from test_next_hops import closing, failures, reported  # noqa: F401
from test_sealing import CANARY, files_with, keys, opened, ring  # noqa: F401
from test_sending import LOOPBACK, queue, queued, wait_until

SENDER = "user@our.test"
QUEUE = f"{{{LOOPBACK}, queue: {{retry: [1s]}}}}"


@pytest.fixture
def start(samotop):
    def start(mailboxes, contacts="off", relay=QUEUE, **settings):
        return samotop(tls="none", settings=Settings(
            mailboxes=mailboxes, contacts=contacts, relay=relay, log="{addresses: shown}", **settings))

    return start


@pytest.fixture
def program(tmp_path):
    """A script, and the folder that it may write to."""
    folder = tmp_path / "program"
    folder.mkdir()

    def make(script, name="handle"):
        path = folder / name
        path.write_text(f"#!/bin/sh\ncd '{folder}/out' || exit 78\n{script}\n")
        path.chmod(0o755)
        return path

    (folder / "out").mkdir()
    hand_over(folder / "out", SERVICE_USER)
    folder.chmod(0o755)
    make.out = folder / "out"
    return make


def send(server, *recipients, content=None, sender=SENDER):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
        client.sendmail(sender, recipients, content or message("handed"))


def until_written(path, count=1):
    wait_until(lambda: path.exists() and path.read_text().count("\n") >= count, f"{path.name} isn't there")
    return path.read_text()


def idle(server):
    wait_until(lambda: queued(server) == [], f"something waits: {failures(server)}\n{server.log_text()}")


# LMTP

@pytest.mark.parametrize("socket", ["unix", "tcp"])
def test_dovecot_takes_the_mail_of_some_mailboxes(start, closing, tmp_path, socket):  # noqa: F811
    """Each of them has its own fate, an alias reaches Maildir and LMTP alike, and refusals come back in Dovecot's own words."""
    dovecot = closing(Dovecot(tmp_path / "dovecot", {"ann": None, "bob": 2_000}))
    hop = f'{{lmtp: "unix:{dovecot.socket}"}}' if socket == "unix" else f'{{lmtp: "127.0.0.1:{dovecot.port}"}}'
    server = start({"ann": hop, "bob": hop, "gone": hop},
                   aliases="{all: [other, ann]}", domain=('patterns: {"ann+{tag}": ann}',))
    send(server, f"all@{DOMAIN}", f"bob@{DOMAIN}", f"gone@{DOMAIN}", content=message("first", lines=200))
    wait_until(lambda: queued(server) == [] and len(reported(server)) == 2, f"it isn't over:\n{server.log_text()}")
    assert [len(dovecot.messages(user)) for user in ("ann", "bob")] == [1, 0], dovecot.log_text()
    [copy] = dovecot.messages("ann")
    assert copy.startswith(b"Return-Path: <user@our.test>") and copy.count(b"Return-Path:") == 1
    server.wait_for_messages(1, "other")
    found = reported(server)
    assert found[f"bob@{DOMAIN}"][0] == "5.2.2" and found[f"gone@{DOMAIN}"][0] == "5.1.1", found
    assert not server.maildir("ann").exists(), "nothing of it is kept here"
    done = subprocess.run([PROGRAM, "directory", "which", f"all@{DOMAIN}", "--config", server.configuration],
                          capture_output=True, text=True, timeout=30)
    place = dovecot.socket if socket == "unix" else f"127.0.0.1:{dovecot.port}"
    assert f"[lmtp {place}]" in done.stdout and done.stdout.count("[") == 1, done.stdout + done.stderr
    send(server, f"ann+shop@{DOMAIN}")
    wait_until(lambda: len(dovecot.messages("ann")) == 2, f"it isn't there:\n{dovecot.log_text()}")
    assert len(server.messages("other")) == 1


def test_dovecot_away_and_back(start, closing, tmp_path):  # noqa: F811
    """What waits goes when the server comes; after a reload it goes where the mailbox leads then."""
    path = tmp_path / "dovecot"
    server = start({"ann": f'{{lmtp: "unix:{path}/lmtp"}}', "eve": '{lmtp: "127.0.0.1:1"}'})
    send(server, f"ann@{DOMAIN}", f"eve@{DOMAIN}")
    wait_until(lambda: len(failures(server)) == 2, "no attempt")
    assert {failure["stage"] for failure in failures(server).values()} == {"connect"}
    dovecot = closing(Dovecot(path, {"ann": None}))
    queue(server, "retry", "--all")
    wait_until(lambda: dovecot.messages("ann"), f"it isn't there:\n{server.log_text()}")
    text = server.configuration.read_text()
    server.configuration.write_text(text.replace('eve: {lmtp: "127.0.0.1:1"}', "eve:"))
    server.signal(signal.SIGHUP)
    wait_until(lambda: "reloaded" in server.log.read_text(), server.log_text())
    queue(server, "retry", "--all")
    server.wait_for_messages(1, "eve")
    idle(server)
    assert reported(server) == {}


@pytest.mark.parametrize("way", ["command line", "mail program"])
def test_a_stranger_waits_and_is_let_in(start, closing, tmp_path, way):  # noqa: F811
    """Held mail stays here until the owner's word; then it goes on, once, wherever that was said."""
    dovecot = closing(Dovecot(tmp_path / "dovecot", {"ann": None}))
    server = start({"ann": f'{{lmtp: "unix:{dovecot.socket}"}}'}, contacts="{strangers: hold}",
                   relay="{from: [], queue: {retry: [1s]}}", domain=('patterns: {"ann+{tag}": {to: ann, folder: "{tag}"}}',))
    send(server, f"ann@{DOMAIN}", sender="carol@client.test", content=message("held"))
    # An address that names a folder is no way around.
    send(server, f"ann+x@{DOMAIN}", sender="carol@client.test", content=message("tagged"))
    held = server.maildir("ann") / ".New contacts" / "new"
    wait_until(lambda: held.is_dir() and sum(b"Subject: interop" in path.read_bytes() for path in held.iterdir()) == 2,
               server.log_text())
    assert not dovecot.messages("ann") and queued(server) == []
    if way == "command line":
        done = subprocess.run([PROGRAM, "contacts", "welcome", "ann@client.test", "--owner", f"ann@{DOMAIN}", "--config",
                               server.configuration], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
    else:
        # By what a mail program does in this Maildir.
        inbox = server.maildir("ann") / "new"
        owner = server.maildir("ann").stat()
        for folder in (inbox, inbox.with_name("cur"), inbox.with_name("tmp")):
            if not folder.is_dir():
                folder.mkdir(mode=0o700)
                os.chown(folder, owner.st_uid, owner.st_gid)
        for path in held.iterdir():
            if b"Subject: interop" in path.read_bytes():
                path.rename(inbox / path.name)
    wait_until(lambda: len(dovecot.messages("ann")) == 2, f"it isn't there:\n{server.log_text()}")
    idle(server)
    for copy in dovecot.messages("ann"):
        assert copy.startswith(b"Return-Path: <carol@client.test>") and copy.count(b"Return-Path:") == 1
    time.sleep(3)
    assert len(dovecot.messages("ann")) == 2 and not list((server.maildir("ann") / "new").iterdir())


# Programs

def test_a_program_gets_the_message(start, program):
    """Delivered: the message with LF, Return-Path and Delivered-To on top; what it is given is what the manual says."""
    handle = program("""
printf '%s\\n' "$@" > arguments
tr '\\0' '\\n' < /proc/$$/environ | sort > environment
ls -l /proc/self/fd > descriptors
cat > message.part && mv message.part message
""")
    server = start({"pam": f'{{command: [{handle}, --to, "{{recipient}}", --, "{{sender}}", "{{tag}}", "{{mailbox}}"]}}'},
                   domain=('patterns: {"pam+{tag}": {to: pam, folder: "{tag}"}}',))
    content = message("handed", lines=5_000)
    send(server, f"pam+shop@{DOMAIN}", content=content)
    idle(server)
    octets = (program.out / "message").read_bytes()
    assert octets.startswith(f"Return-Path: <{SENDER}>\nDelivered-To: pam+shop@{DOMAIN}\n".encode())
    assert octets.endswith(content.replace(b"\r\n", b"\n")) and b"\r" not in octets
    arguments = (program.out / "arguments").read_text().splitlines()
    assert arguments == ["--to", f"pam+shop@{DOMAIN}", "--", SENDER, "shop", f"pam@{DOMAIN}"]
    variables = dict(line.split("=", 1) for line in (program.out / "environment").read_text().splitlines())
    assert set(variables) == {"HOME", "PATH", "RECIPIENT", "SENDER", "MAILBOX", "TAG", "MESSAGE"}
    assert variables["PATH"] == "/usr/local/bin:/usr/bin:/bin" and variables["TAG"] == "shop"
    open_files = [line for line in (program.out / "descriptors").read_text().splitlines() if " -> " in line]
    # ls has the folder open that it lists, and nothing else is.
    others = [line for line in open_files if line.split(" -> ")[0].split()[-1] not in "012"]
    assert len(others) == 1 and " -> /proc/" in others[0], open_files
    if SERVICE_USER:
        assert (program.out / "message").owner() == SERVICE_USER


def test_later_and_never(start, program):
    """75 is tried again until it is 0; 67 comes back to the sender at once."""
    later = program("echo x >> tries; test $(wc -l < tries) -ge 3 || exit 75; cat > message", "later")
    never = program("echo x >> refusals; echo a secret of ours; exit 67", "never")
    server = start({"pam": f"{{command: [{later}]}}", "joe": f"{{command: [{never}]}}"})
    send(server, f"pam@{DOMAIN}", f"joe@{DOMAIN}")
    wait_until(lambda: len(reported(server)) == 1, server.log_text())
    assert reported(server)[f"joe@{DOMAIN}"][0] == "5.1.1"
    assert not any(b"a secret of ours" in octets for octets in server.messages()), "what it wrote is the operator's"
    assert "a secret of ours" in server.log.read_text()
    until_written(program.out / "tries", 3)
    idle(server)
    assert (program.out / "refusals").read_text() == "x\n" and (program.out / "message").exists()
    assert list(reported(server)) == [f"joe@{DOMAIN}"]


def test_a_program_that_hangs(start, program):
    """F19: it is killed with all that it has started, and the message waits."""
    hangs = program("echo $$ > leader; sleep 1000 & echo $! > child; trap '' TERM; wait; sleep 1000")
    server = start({"pam": f"{{command: [{hangs}]}}"}, limits=("command-time-limit: 1s",), relay=f"{{{LOOPBACK}}}")
    send(server, f"pam@{DOMAIN}", f"third@{DOMAIN}")
    server.wait_for_messages(1, "third")
    failure = wait_until(lambda: failures(server).get(f"pam@{DOMAIN}"), server.log_text())
    assert failure["status"] == "4.3.0" and "too long" in failure["words"], failure
    for name in ("leader", "child"):
        path = f"/proc/{(program.out / name).read_text().strip()}/stat"
        wait_until(lambda: not os.path.exists(path) or open(path).read().rsplit(")", 1)[1].split()[0] == "Z", f"{name} is alive")
    assert reported(server) == {}


def test_a_starter_that_ignores_its_children(samotop, program):
    """F19: whoever started the server had it ignore how children end; that a program took the message is known all the same."""
    handle = program("echo x >> tries; cat > message")
    server = samotop(tls="none", start=False, settings=Settings(
        mailboxes={"pam": f"{{command: [{handle}]}}"}, contacts="off", relay=QUEUE))
    ignore = "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    server.start(prefix=(sys.executable, "-c", ignore))
    send(server, f"pam@{DOMAIN}")
    idle(server)
    assert (program.out / "tries").read_text() == "x\n" and (program.out / "message").exists()


def test_addresses_with_words_of_a_shell(start, program):
    """U20: an address is one argument, whatever is in it, and no option."""
    handle = program('printf "%s\\n" "$1" >> seen; printf "%s\\n" "$RECIPIENT" >> seen')
    server = start({"pam": f'{{command: [{handle}, "{{recipient}}"]}}'}, domain=("everyone-else: pam",))
    hostile = [f'";$(touch x)"@{DOMAIN}', f'"`touch x` | touch x & \'"@{DOMAIN}', f'"a {{sender}} *"@{DOMAIN}']
    for address in hostile:
        send(server, address)
    idle(server)
    assert sorted(until_written(program.out / "seen", 6).splitlines()) == sorted(hostile * 2)
    assert not (program.out / "x").exists()
    send(server, f"-rf@{DOMAIN}")
    wait_until(lambda: reported(server), server.log_text())
    assert reported(server)[f"-rf@{DOMAIN}"][0] == "5.1.3"
    assert (program.out / "seen").read_text().count("\n") == 6


def test_killed_while_a_program_runs(start, program):
    """F01: what was acknowledged is there after a restart, also when the program hadn't ended."""
    handle = program("echo x >> tries; test -e go || sleep 20; cat > message.part; mv message.part message")
    server = start({"pam": f"{{command: [{handle}]}}"})
    send(server, f"pam@{DOMAIN}")
    until_written(program.out / "tries")
    server.kill()
    (program.out / "go").touch()
    server.start()
    wait_until(lambda: (program.out / "message").exists(), server.log_text())
    idle(server)


def check(server):
    done = subprocess.run([PROGRAM, "check", "--config", server.configuration], capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout + done.stderr


def test_programs_that_cannot_be_trusted(samotop, program):
    """Looked at before anything is served: who could change it, whether it can be run, and with whose rights."""
    handle = program("exit 0")
    server = samotop(tls="none", settings=Settings(mailboxes={"pam": f"{{command: [{handle}]}}"}, relay="{}"))
    assert check(server)[0] == 0, check(server)
    for mode, words in ((0o775, "chmod go-w"), (0o757, "chmod go-w"), (0o644, "chmod +x")):
        handle.chmod(mode)
        status, said = check(server)
        assert status == 78 and words in said and "mailboxes.pam.command" in said, said
    handle.chmod(0o755)
    handle.parent.chmod(0o777)
    assert "chmod go-w" in check(server)[1]
    handle.parent.chmod(0o755)
    (handle.parent / "open").mkdir()
    (handle.parent / "open").chmod(0o777)
    (handle.parent / "open" / "target").write_text("#!/bin/sh\n")
    (handle.parent / "open" / "target").chmod(0o755)
    handle.rename(handle.with_name("other"))
    handle.symlink_to("open/target")
    assert f"{handle.parent}/open; do chmod go-w" in check(server)[1], "a link leads where others can put a program"
    handle.unlink()
    assert "isn't there" in check(server)[1]
    # The running server keeps what it has, and says so.
    server.signal(signal.SIGHUP)
    wait_until(lambda: "not reloaded" in server.log.read_text(), server.log_text())
    handle.with_name("other").rename(handle)
    text = server.configuration.read_text()
    server.configuration.write_text(text.replace(f"[{handle}]", f"[{handle}], command-user: nosuchuser"))
    assert "no user" in check(server)[1]
    if SERVICE_USER:
        server.configuration.write_text("\n".join(line for line in text.splitlines() if not line.startswith("user:")) + "\n")
        assert "would run as root" in check(server)[1]


@pytest.mark.parametrize("way", ["program", "lmtp"])
def test_an_encrypted_mailbox_hands_over_what_is_sealed(start, closing, program, ring, tmp_path, way):  # noqa: F811
    """It gets what a Maildir would: the sealed message, which rests sealed in the queue as well, and notifications, too."""
    handle = program("echo x >> tries; test -e go || exit 75; cat > message.part; mv message.part message")
    path = tmp_path / "dovecot"
    server = start({"pam": f"{{command: [{handle}]}}" if way == "program" else f'{{lmtp: "unix:{path}/lmtp"}}'})
    keys(server, "import", f"pam@{DOMAIN}", data=ring.make(f"Pam <pam@{DOMAIN}>"))
    send(server, f"pam@{DOMAIN}", content=message("sealed", subject=CANARY))
    wait_until(lambda: failures(server), "no attempt")
    assert not files_with(CANARY, server.directory / "state")
    if way == "program":
        (program.out / "go").touch()
        wait_until(lambda: (program.out / "message").exists(), server.log_text())
        octets = (program.out / "message").read_bytes()
    else:
        dovecot = closing(Dovecot(path, {"pam": None}))
        queue(server, "retry", "--all")
        [octets] = wait_until(lambda: dovecot.messages("pam"), server.log_text())
    assert CANARY.encode() not in octets and CANARY.encode() in opened(ring, octets)
