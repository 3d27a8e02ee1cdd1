"""Who is speaking, over the wire: zones on a real name server, messages signed by dkimpy, sent with swaks."""

import base64
import subprocess

import pytest
from nameserver import NameServer
from server import PROGRAM, RECIPIENT, Settings, missing

try:
    import dkim
except ImportError:
    dkim = None

SECTION = "{spf: mark, dmarc: reject, author: reject, reverse-lookup: mark}"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dkim")
    path = folder / "key.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", path, "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"], check=True,
                            capture_output=True).stdout
    return path.read_bytes(), public


def text_record(owner, text):
    parts = " ".join(f'"{text[start:start + 200]}"' for start in range(0, len(text), 200))
    return f"{owner} IN TXT {parts}\n"


@pytest.fixture
def world(tmp_path, key, samotop):
    """A server that asks a name server of ours about legit.test (SPF, DKIM, p=reject) and evil.test (SPF only)."""
    if dkim is None:
        missing("python3-dkim isn't installed (scripts/setup test)")
    public = base64.b64encode(key[1]).decode()
    records = text_record("legit", "v=spf1 ip4:127.0.0.0/8 -all") + text_record("_dmarc.legit", "v=DMARC1; p=reject")
    records += text_record("sel._domainkey.legit", f"v=DKIM1; k=rsa; p={public}") + "mail.legit IN A 127.0.0.1\n"
    records += text_record("evil", "v=spf1 ip4:127.0.0.0/8 -all")
    servers = NameServer(tmp_path / "nsd", {
        # The whole of test: the tree walk of DMARC asks above the domains, too.
        "test": records,
        "127.in-addr.arpa": "1.0.0 IN PTR mail.legit.test.\n",
    })
    server = samotop(tls="optional", settings=Settings(authentication=SECTION, dns=servers.section))
    server.names = servers
    yield server
    servers.close()


def sign(key, octets, domain=b"legit.test"):
    return dkim.sign(octets, b"sel", domain, key[0], include_headers=[b"from", b"to", b"subject"]) + octets


MESSAGE = b"From: Ann <ann@legit.test>\r\nTo: <user@our.test>\r\nSubject: Hello\r\n\r\nHi there.\r\n"


def send(tool, server, octets, tmp_path, sender="ann@legit.test", helo="mail.legit.test"):
    path = tmp_path / "message.eml"
    path.write_bytes(octets.replace(b"\r\n", b"\n"))
    return subprocess.run(
        [tool("swaks"), "--server", server.address, "--from", sender, "--to", RECIPIENT, "--helo", helo, "--tls",
         "--data", f"@{path}", "--timeout", "30"], capture_output=True, text=True, timeout=60)


def test_a_signed_message_arrives_with_its_results(world, key, tool, tmp_path):
    result = send(tool, world, sign(key, MESSAGE), tmp_path)
    assert result.returncode == 0, result.stdout
    [stored] = world.wait_for_messages(1)
    field = stored.split(b"\r\n\r\n")[0].replace(b"\r\n", b"\n").replace(b"\n ", b" ").replace(b"\n\t", b" ")
    line = next(line for line in field.split(b"\n") if line.startswith(b"Authentication-Results: mx.our.test;"))
    for wanted in (b"spf=pass", b"dkim=pass", b"header.d=legit.test", b"dmarc=pass", b"header.from=legit.test",
                   b"iprev=pass", b"smtp.mailfrom=legit.test"):
        assert wanted in line, line


def test_a_changed_message_is_refused(world, key, tool, tmp_path):
    changed = sign(key, MESSAGE).replace(b"Hi there", b"Ho there")
    result = send(tool, world, changed, tmp_path, sender="x@evil.test", helo="evil.test")
    assert "550 5.7.1" in result.stdout
    assert world.messages() == []


def test_m07_two_authors_are_refused(world, tool, tmp_path):
    result = send(tool, world, b"From: <x@evil.test>\r\n" + MESSAGE, tmp_path)
    assert "550 5.6.0" in result.stdout
    assert world.messages() == []


def test_d10_mail_waits_while_the_name_server_is_down(world, key, tool, tmp_path):
    world.names.close()
    result = send(tool, world, sign(key, MESSAGE), tmp_path)
    assert "451 4.4.3" in result.stdout
    assert world.messages() == []


def test_explain_says_the_same_as_the_server(world, key, tmp_path):
    path = tmp_path / "message.eml"
    path.write_bytes(sign(key, MESSAGE))
    done = subprocess.run(
        [PROGRAM, "explain", path, "--ip", "127.0.0.1", "--helo", "mail.legit.test", "--from", "ann@legit.test",
         "--config", world.configuration], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for wanted in ("SPF of MAIL FROM: pass", "DKIM: pass", "DMARC: pass", "verdict: accept", "_dmarc.legit.test TXT"):
        assert wanted in done.stdout, done.stdout


def test_dns_check_tells_what_is_missing(world):
    done = subprocess.run([PROGRAM, "dns", "check", "evil.test", "--config", world.configuration],
                          capture_output=True, text=True, timeout=60)
    assert "missing DMARC" in done.stdout and "_dmarc.evil.test. IN TXT" in done.stdout, done.stdout
