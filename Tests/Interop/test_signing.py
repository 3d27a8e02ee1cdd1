"""What leaves is signed, what goes on is sealed and comes back, our MTA-STS policy is served: dkimpy, smtp-sink and curl judge."""

import re
import subprocess

import pytest
from server import PROGRAM, SERVICE_USER, Settings, free_port, hand_over, missing
from test_sender import text_record
from test_sending import sink, zones  # noqa: F401 (fixtures)

try:
    import dkim
except ImportError:
    dkim = None

SECTION = "{spf: mark, dmarc: mark, author: mark, reverse-lookup: off}"


def make_key(folder, selector, kind):
    """What `samotop dkim new` prints of a key it has made: the record's value, and the key's file."""
    if dkim is None:
        missing("python3-dkim isn't installed (scripts/setup test)")
    folder.mkdir(exist_ok=True)
    hand_over(folder, SERVICE_USER)
    configuration = folder / "samotop.yaml"
    configuration.write_text(
        f"name: mx.our.test\nstate: {folder}\npostmaster: user@our.test\n"
        "listeners: {mx: {listen: '127.0.0.1:0', tls: none}}\ndomains: {our.test: {mailboxes: {user: }}}\n")
    done = subprocess.run([PROGRAM, "dkim", "new", "our.test", "--selector", selector, "--type", kind, "--config", configuration],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    record = next(line for line in done.stdout.splitlines() if line.startswith("v=DKIM1"))
    path = re.search(rf"{selector}: (/.*\.pem)$", done.stdout, re.M).group(1)
    again = subprocess.run([PROGRAM, "dkim", "new", "our.test", "--selector", selector, "--config", configuration],
                           capture_output=True, text=True, timeout=60)
    assert again.returncode != 0 and "there already" in again.stderr
    return record, path


@pytest.fixture
def world(tmp_path, samotop, sink, zones):  # noqa: F811
    """A server with two keys, an alias that leads to another server, and that server."""
    keys = {name: make_key(tmp_path / "keys", name, kind) for name, kind in (("s1", "rsa"), ("e1", "ed25519"))}
    other = sink()
    records = "".join(text_record(f"{name}._domainkey.our", record) for name, (record, _) in keys.items())
    records += f"out IN MX 10 mx.out\nmx.out IN A {other.host}\n" + text_record("friend", "v=spf1 ip4:127.0.0.0/8 -all")
    records += "friend IN MX 10 mx.out\n"
    records += text_record("our", "v=spf1 ip4:127.0.0.0/8 -all")
    zone = zones(test=records)
    sign = ", ".join(f"{name}: {path}" for name, (_, path) in keys.items())
    # Strangers come from elsewhere than those who may send.
    server = samotop(tls="none", settings=Settings(
        dns=zone.section, authentication=SECTION, aliases="{away: [bob@out.test], both: [user, bob@out.test]}",
        relay="{from: [127.5.0.0/16], inner-networks: [127.0.0.0/8], "
              f"port: {other.port}, sign: {{our.test: {{{sign}}}}}}}"))
    server.records = {f"{name}._domainkey.our.test.".encode(): record.encode() for name, (record, _) in keys.items()}
    server.other, server.zone = other, zone
    return server


def swaks(tool, server, sender, recipient, *arguments, source="127.0.0.1"):
    done = subprocess.run(
        [tool("swaks"), "--server", server.address, "--local-interface", source, "--from", sender, "--to", recipient, "--helo",
         "mail.friend.test", "--timeout", "30", "--body", "Hi.", *arguments], capture_output=True, text=True, timeout=60)
    return done.stdout


def octets(sink, number=0):  # noqa: F811
    """A message as smtp-sink wrote it, and its envelope: smtp-sink's own fields stand above it."""
    text = sink.messages()[number].read_bytes()
    head, rest = {}, text
    while match := re.match(rb"X-(Client-Addr|Client-Proto|Helo-Args|Mail-Args|Rcpt-Args): (.*)\n", rest):
        head[match.group(1).decode()] = match.group(2).decode()
        rest = rest[match.end():]
    # smtp-sink ends with a line of its own.
    return head, rest.replace(b"\r\n", b"\n").rstrip(b"\n").replace(b"\n", b"\r\n") + b"\r\n"


def test_what_our_authors_send_is_signed_by_each_key(world, tool):
    assert "250 2.0.0" in swaks(tool, world, "user@our.test", "bob@out.test", source="127.5.0.1")
    world.other.wait(1)
    _, message = octets(world.other)
    assert message.count(b"\r\nDKIM-Signature:") + message.startswith(b"DKIM-Signature:") == 2
    for index in (0, 1):
        assert dkim.verify(message, dnsfunc=lambda name, timeout=5: world.records.get(name), logger=None) if index == 0 else \
            dkim.DKIM(message).verify(idx=1, dnsfunc=lambda name, timeout=5: world.records.get(name)), message
    changed = message.replace(b"Hi.", b"Ho.")
    assert not dkim.verify(changed, dnsfunc=lambda name, timeout=5: world.records.get(name))
    # Another From isn't ours to sign.
    assert "250 2.0.0" in swaks(tool, world, "user@our.test", "bob@out.test", "--h-From", "ann@elsewhere.test", source="127.5.0.1")
    world.other.wait(2)
    assert sum(b"DKIM-Signature" in octets(world.other, number)[1] for number in (0, 1)) == 1


def test_the_published_keys_are_found(world):
    done = subprocess.run([PROGRAM, "dkim", "check", "--config", world.configuration], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.count(": published") == 2, done.stdout + done.stderr


def test_a_key_that_cannot_be_read_keeps_the_server_from_starting(world, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(re.sub(r"s1: /\S+\.pem", "s1: /nowhere/key.pem", world.configuration.read_text()))
    done = subprocess.run([PROGRAM, "check", "--config", wrong], capture_output=True, text=True, timeout=60)
    assert done.returncode == 78 and "relay.sign" in done.stderr and "/nowhere/key.pem" in done.stderr


def test_a_strangers_mail_goes_on_under_our_name_and_its_bounce_comes_back(world, tool):
    """An alias leads to another server: SRS, ARC, and nothing for forged bounces."""
    assert "250 2.0.0" in swaks(tool, world, "ann@friend.test", "away@our.test")
    world.other.wait(1)
    envelope, message = octets(world.other)
    sender = re.search(r"<(SRS0=\S+@our\.test)>", envelope["Mail-Args"]).group(1)
    assert "friend.test=ann" in sender and "bob@out.test" in envelope["Rcpt-Args"]
    chain = dkim.ARC(message).verify(dnsfunc=lambda name, timeout=5: world.records.get(name))
    assert chain[0] == b"pass", chain
    assert b"DKIM-Signature" not in message and b"spf=pass" in message
    # A bounce finds its way; other mail, and an address that wasn't written here, doesn't.
    forged = sender.replace(sender[5:9], "AAAA")
    assert "550" in swaks(tool, world, "<>", forged)
    assert "550" in swaks(tool, world, "eve@friend.test", sender)
    assert "250 2.0.0" in swaks(tool, world, "<>", sender)
    world.other.wait(2)
    bounces = [each for each in (octets(world.other, number)[0] for number in (0, 1)) if "<>" in each["Mail-Args"]]
    assert ["<ann@friend.test>" in each["Rcpt-Args"] for each in bounces] == [True]


def test_an_alias_may_lead_here_and_elsewhere(world, tool):
    assert "250 2.0.0" in swaks(tool, world, "ann@friend.test", "both@our.test")
    world.other.wait(1)
    assert len(world.wait_for_messages(1)) == 1


def test_our_mta_sts_policy_is_served(samotop, tool, tmp_path):
    port = free_port()
    server = samotop(tls="optional", settings=Settings(
        mta_sts=f"{{listen: '127.0.0.1:{port}', mode: enforce, servers: [mx.our.test]}}"))
    curl = [tool("curl"), "-sk", "--max-time", "10", "--resolve", f"mta-sts.our.test:{port}:127.0.0.1"]
    done = subprocess.run([*curl, f"https://mta-sts.our.test:{port}/.well-known/mta-sts.txt"], capture_output=True, timeout=20)
    assert done.stdout == b"version: STSv1\r\nmode: enforce\r\nmx: mx.our.test\r\nmax_age: 604800\r\n", done
    for path in ("/", "/.well-known/other"):
        done = subprocess.run([*curl, "-o", "/dev/null", "-w", "%{http_code}", f"https://mta-sts.our.test:{port}{path}"],
                              capture_output=True, timeout=20)
        assert done.stdout == b"404", (path, done.stdout)
    records = subprocess.run([PROGRAM, "dns", "policy", "--config", server.configuration], capture_output=True, text=True, timeout=20)
    assert re.search(r'^_mta-sts\.our\.test\. IN TXT "v=STSv1; id=[0-9a-f]{32};"$', records.stdout, re.M), records
