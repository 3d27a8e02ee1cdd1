"""Whose mail it is, while the server runs: the table of addresses, addresses for one purpose, new names, quotas beside Dovecot."""

import json
import subprocess
import time

import pytest
from peers import DovecotReader
from server import DOMAIN, PROGRAM, RECIPIENT, Settings, maildir, message

SENDER = "ann@client.test"
QUOTA = "mail_plugins = quota imap_quota\nplugin {\n  quota = maildir:User quota\n  quota_rule = *:storage=100K\n}\n"


@pytest.fixture
def start(samotop):
    def start(*domain, contacts="off"):
        return samotop(tls="none", settings=Settings(domain=domain, contacts=contacts))

    return start


def run(server, *words, status=0):
    """What `samotop` prints."""
    done = subprocess.run([PROGRAM, *words, "--config", server.configuration], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip() if not status else done.stderr.strip() or done.stdout.strip()


def answer(server, recipient, content=b"Subject: x\r\n\r\nHi.\r\n", sender=SENDER, size=None):
    """The code that decided, and its enhanced code: of RCPT, or of the final dot."""
    with server.connect() as client:
        client.mail(sender, [f"SIZE={size}"] if size else [])
        code, words = client.rcpt(recipient)
        if code == 250:
            code, words = client.data(content)
        return f"{code} {words.decode().split()[0]}"


def until(server, recipient, wanted):
    deadline = time.monotonic() + 20
    while (seen := answer(server, recipient)) != wanted:
        assert time.monotonic() < deadline, f"{recipient}: {seen}, not {wanted}\n{server.log_text()}"
        time.sleep(0.05)


def test_addresses_change_while_the_server_runs(start):
    """U17: the command line changes the table, the server takes it up; contradictions change nothing."""
    server = start('patterns: {"user+{tag}": user}', "nobody: [gone]")
    assert answer(server, f"zoe@{DOMAIN}") == "550 5.1.1"
    with server.connect() as client:
        client.mail(SENDER)
        assert client.rcpt(f"zoe@{DOMAIN}")[0] == 550
        run(server, "directory", "add", f"zoe@{DOMAIN}")
        until(server, f"zoe@{DOMAIN}", "250 2.0.0")
        # The session from before goes on, and sees the change.
        assert client.rcpt(f"zoe@{DOMAIN}")[0] == 250
        assert client.data(b"Subject: kept\r\n\r\nHi.\r\n")[0] == 250
    assert len(server.wait_for_messages(2, "zoe")) >= 2
    run(server, "directory", "add", f"team@{DOMAIN}", "--to", f"zoe@{DOMAIN}", "--to", RECIPIENT)
    until(server, f"team@{DOMAIN}", "250 2.0.0")
    assert f"team@{DOMAIN}" in run(server, "directory", "remove", f"zoe@{DOMAIN}", status=1)
    assert "listed twice" in run(server, "directory", "add", RECIPIENT, status=1)
    assert "leads back to itself" in run(server, "directory", "add", f"a@{DOMAIN}", "--to", f"a@{DOMAIN}", status=1)
    outcome = json.loads(run(server, "directory", "which", f"user+x@{DOMAIN}", "--json"))
    assert outcome == {"address": f"user+x@{DOMAIN}", "pattern": "user+{tag}", "reason": "pattern", "to": [f"{DOMAIN}/user"]}
    assert "(nobody)" in run(server, "directory", "which", f"gone@{DOMAIN}", status=1)
    entries = {entry["address"]: entry for entry in json.loads(run(server, "directory", "show", f"zoe@{DOMAIN}", "--json"))}
    assert set(entries) == {f"zoe@{DOMAIN}", f"team@{DOMAIN}"}
    many = server.directory / "many.txt"
    many.write_text("# many\n" + "".join(f"n{number}@{DOMAIN}: zoe@{DOMAIN}\n" for number in range(500)) + f"dead@{DOMAIN}: -\n")
    assert run(server, "directory", "import", str(many)) == "501 added"
    until(server, f"n499@{DOMAIN}", "250 2.0.0")
    many.write_text(f"x@{DOMAIN}\nnot an address\n")
    assert "many.txt:2" in run(server, "directory", "import", str(many), status=64)
    run(server, "directory", "remove", f"team@{DOMAIN}")
    until(server, f"team@{DOMAIN}", "550 5.1.1")


def test_addresses_for_one_purpose(start):
    """U14: made and revoked while the server runs; over, they are as unknown as any other."""
    server = start(contacts="{strangers: welcome}")
    address = run(server, "address", "new", "--owner", RECIPIENT, "--note", "the shoe shop", "--for", "shop.test")
    assert address.startswith("user+pass-") and address.endswith(f"@{DOMAIN}")
    # Nothing is proved of a sender here, so that the address is nobody's who comes.
    assert answer(server, address) == "550 5.7.1"
    phrase = run(server, "pass", "new", "--owner", RECIPIENT, "--phrase")
    assert answer(server, phrase) == "250 2.0.0"
    run(server, "address", "new", "--owner", RECIPIENT, "--single-use", "--expires", "30d", "--word", "once")
    listed = {item["address"]: item for item in json.loads(run(server, "address", "list", "--owner", RECIPIENT, "--json"))}
    assert listed[address]["domain"] == "shop.test" and listed[address]["state"] == "open"
    assert listed[f"user+pass-once@{DOMAIN}"]["kind"] == "single" and listed[f"user+pass-once@{DOMAIN}"]["expires"]
    run(server, "address", "revoke", "--owner", RECIPIENT, address)
    until(server, address, "550 5.1.1")
    assert answer(server, f"nobody@{DOMAIN}") == "550 5.1.1"
    run(server, "address", "new", "--owner", RECIPIENT, "--expires", "10y", status=64)


def test_new_names_wait_for_a_word(start):
    """U15: a name that nobody claimed is listed like a contact; welcome it gets mail, blocked it is unknown."""
    server = start("everyone-else: {to: user, new-names: ask}", contacts="{strangers: welcome}")
    name = f"sales@{DOMAIN}"
    assert answer(server, name) == "450 4.7.1"
    assert answer(server, RECIPIENT) == "250 2.0.0"
    waiting = json.loads(run(server, "contacts", "--owner", RECIPIENT, "--json"))
    assert [item["contact"] for item in waiting if item["state"] == "waiting"] == [name]
    run(server, "contacts", "welcome", name, "--owner", RECIPIENT)
    until(server, name, "250 2.0.0")
    run(server, "contacts", "block", name, "--owner", RECIPIENT)
    until(server, name, "550 5.1.1")


def size_lines(server):
    return (maildir(server.directory, "user") / "maildirsize").read_text().splitlines()


@pytest.mark.parametrize("policy, code", [("postpone", "452 4.2.2"), ("refuse", "552 5.2.2")])
def test_quota_beside_dovecot(start, tmp_path, policy, code):
    """U16: samotop and Dovecot keep one maildirsize; a full mailbox takes mail again once something was removed there."""
    server = start("quota: 100KiB", f"when-full: {policy}")
    content = message("one", lines=800)
    assert answer(server, RECIPIENT, content) == "250 2.0.0"
    assert answer(server, RECIPIENT, content) == "250 2.0.0"
    server.wait_for_messages(2)
    assert size_lines(server)[0] == "102400S"
    assert answer(server, RECIPIENT, content, size=len(content)) == code
    assert answer(server, RECIPIENT, content) == code
    assert answer(server, RECIPIENT) == "250 2.0.0"
    server.wait_for_messages(3)
    with DovecotReader(tmp_path / "dovecot", maildir(server.directory, "user"), QUOTA) as connection:
        before = size_lines(server)
        _, (roots, quotas) = connection.getquotaroot("INBOX")
        used = sum(path.stat().st_size for path in (maildir(server.directory, "user") / "new").iterdir())
        assert f"STORAGE {used // 1024} 100" in quotas[0].decode() or f"STORAGE {(used + 1023) // 1024} 100" in quotas[0].decode()
        assert size_lines(server) == before, "Dovecot took our file as it is"
        connection.select("INBOX")
        connection.store("1", "+FLAGS", "\\Deleted")
        connection.expunge()
    lines = size_lines(server)
    assert any(line.split()[0].startswith("-") for line in lines[1:]), lines
    assert answer(server, RECIPIENT, content, size=len(content)) == "250 2.0.0"
