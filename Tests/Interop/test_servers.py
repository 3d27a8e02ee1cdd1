"""Other mail servers that hand mail to us, and other mail readers that open what we stored."""

import os
import pty
import re
import smtplib
import subprocess
import threading
import time

import pytest
from peers import DovecotReader, Exim, Postfix
from server import Listener, holds_exactly, message


@pytest.fixture
def closing():
    """Ends what a test started, whatever happened."""
    things = []
    yield lambda thing: things.append(thing) or thing
    for thing in things:
        print(thing.log_text())
        thing.close()


def test_postfix_relays_over_starttls(samotop, closing, tmp_path):
    server = samotop()
    postfix = closing(Postfix(tmp_path / "postfix", relayhost=f"[127.0.0.1]:{server.port}",
                              smtp_tls_security_level="encrypt"))
    postfix.send(count=50, sessions=10)
    stored = server.wait_for_messages(50)
    postfix.wait_until_empty()
    identities = [re.search(rb"^Message-Id: (<.*>)$", one, re.M)[1] for one in stored]
    assert len(identities) == len(set(identities)) == 50
    assert "TLS connection established to 127.0.0.1" in postfix.log.read_text()
    assert postfix.log.read_text().count("status=sent") == 50


def test_postfix_verifies_our_certificate(samotop, closing, tmp_path):
    server = samotop()
    postfix = closing(Postfix(tmp_path / "postfix", relayhost=f"[127.0.0.1]:{server.port}",
                              smtp_tls_security_level="verify", smtp_tls_verify_cert_match="mx.our.test",
                              smtp_tls_CAfile=server.certificate.authority))
    postfix.send()
    server.wait_for_messages(1)
    assert "Verified TLS connection established" in postfix.log_text()


def test_postfix_bounces_an_unknown_mailbox_once(samotop, closing, tmp_path):
    server = samotop()
    postfix = closing(Postfix(tmp_path / "postfix", relayhost=f"[127.0.0.1]:{server.port}",
                              smtp_tls_security_level="encrypt"))
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as client:
        client.sendmail("", ["nobody@our.test", "user@our.test"], message("mixed"))
    [stored] = server.wait_for_messages(1)
    postfix.wait_until_empty()
    log = postfix.log.read_text()
    assert re.search(r"to=<nobody@our.test>.* dsn=5\.1\.1, status=bounced", log)
    assert re.search(r"to=<user@our.test>.* status=sent", log)


def test_postfix_without_tls_keeps_its_mail(samotop, closing, tmp_path):
    server = samotop(tls="required")
    postfix = closing(Postfix(tmp_path / "postfix", relayhost=f"[127.0.0.1]:{server.port}",
                              smtp_tls_security_level="none", soft_bounce="yes"))
    postfix.send()
    deadline = time.monotonic() + 15
    while "530 5.7.0" not in postfix.log_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "530 5.7.0" in postfix.log_text()
    assert server.messages() == []


@pytest.mark.parametrize("socket", ["tcp", "unix"])
def test_postfix_delivers_over_lmtp(samotop, closing, tmp_path, socket):
    path = str(tmp_path / "lmtp") if socket == "unix" else None
    server = samotop([Listener(tls="none", role="lmtp", path=path)])
    transport = f"lmtp:unix:{path}" if path else f"lmtp:inet:[127.0.0.1]:{server.port}"
    postfix = closing(Postfix(tmp_path / "postfix", transport_maps=f"inline:{{our.test={transport}}}",
                              lmtp_tls_security_level="none"))
    sent = message("lmtp")
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as client:
        client.sendmail("ann@client.test", ["user@our.test", "nobody@our.test", "other@our.test"], sent)
    for mailbox in ("user", "other"):
        [stored] = server.wait_for_messages(1, mailbox)
        assert b"0019 lmtp" in stored
    # RFC 2033 §4.2: one answer for each recipient.
    log = postfix.log.read_text()
    assert re.search(r"to=<nobody@our.test>.* dsn=5\.1\.1, status=bounced", log), log


def test_exim_relays_over_starttls(samotop, closing, tmp_path):
    server = samotop()
    exim = closing(Exim(tmp_path / "exim", server.port, server.certificate.authority))
    sent = [message(f"exim-{number}") for number in range(20)]
    with smtplib.SMTP("127.0.0.1", exim.port, timeout=20) as client:
        for one in sent:
            client.sendmail("ann@client.test", ["user@our.test", "other@our.test"], one)
    for mailbox in ("user", "other"):
        stored = server.wait_for_messages(20, mailbox, seconds=40)
        assert all(sum(holds_exactly(one, each) for one in stored) == 1 for each in sent)
    exim.wait_until_empty()
    assert len(re.findall(r"=> .* X=TLS1\.[23]", exim.log.read_text())) >= 20


# Mail readers

LETTERS = [
    message("plain-1"),
    message("dots-2") + b".\r\n..\r\n...dots\r\n",
    message("long-3", lines=2_000),
    message("8bit-4") + "žluťoučký kůň\r\n".encode(),
    message("from-5") + b"From the beginning of a line\r\n>From quoted\r\n",
]


@pytest.fixture
def stored_letters(samotop):
    server = samotop()
    with server.connect() as client:
        for letter in LETTERS:
            client.sendmail("ann@client.test", ["user@our.test"], letter)
    server.wait_for_messages(len(LETTERS))
    return server


def test_dovecot_reads_what_we_stored(stored_letters, tmp_path):
    with DovecotReader(tmp_path / "dovecot", stored_letters.maildir()) as imap:
        status, [count] = imap.select("INBOX", readonly=True)
        assert (status, int(count)) == ("OK", len(LETTERS))
        for letter in LETTERS:
            headers, body = letter.split(b"\r\n\r\n", 1)
            identity = re.search(rb"Message-ID: (<.*>)", headers)[1].decode()
            status, [numbers] = imap.search(None, "HEADER", "Message-ID", f'"{identity}"')
            [number] = numbers.split()
            status, parts = imap.fetch(number.decode(), "(RFC822.SIZE BODY.PEEK[HEADER] BODY.PEEK[TEXT])")
            fields = next(part[1] for part in parts if isinstance(part, tuple) and b"HEADER" in part[0])
            text = next(part[1] for part in parts if isinstance(part, tuple) and b"TEXT" in part[0])
            assert text == body
            assert fields.rstrip().endswith(headers)
            assert fields.startswith(b"Return-Path: <ann@client.test>\r\n")
            assert len(re.findall(rb"^Received: ", fields, re.M)) == 1


def read_all(terminal, into):
    try:
        while piece := os.read(terminal, 4096):
            into.append(piece)
    except OSError:
        pass  # the other side is closed


def test_mutt_reads_what_we_stored(stored_letters, tool, tmp_path):
    (tmp_path / "muttrc").write_text(
        'set quit=yes\nset copy=no\nset confirmappend=no\nset confirmcreate=no\nset delete=no\nset mbox_type=Maildir\n'
        f'set folder={tmp_path}\n'
        'set wait_key=no\nset sort=subject\nset sleep_time=0\nset resolve=no\nset charset=utf-8\n')
    # Copy one after the other: mutt parses each message and writes it anew. It wants a terminal for that.
    keys = "<refresh><first-entry>" + "<copy-message><kill-line>copied<enter><next-entry>" * len(LETTERS) + "<exit>"
    ours, terminal = pty.openpty()
    mutt = subprocess.Popen(
        [tool("mutt"), "-n", "-F", str(tmp_path / "muttrc"), "-R", "-f", str(stored_letters.maildir()), "-e",
         f'push "{keys}"'],
        cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
        env={"TERM": "xterm", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    os.close(terminal)
    screen = []
    threading.Thread(target=read_all, args=(ours, screen), daemon=True).start()
    try:
        mutt.wait(20)
    finally:
        mutt.kill()
        print(b"".join(screen).decode(errors="replace")[-3000:])
    copies = [file.read_bytes() for file in tmp_path.glob("copied/*/*")]
    assert len(copies) == len(LETTERS)
    for letter in LETTERS:
        body = letter.split(b"\r\n\r\n", 1)[1].replace(b"\r\n", b"\n")
        assert sum(one.split(b"\n\n", 1)[1] == body for one in copies) == 1
