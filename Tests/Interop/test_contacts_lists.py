"""The lists beside new-contact screening, over the wire: allow and deny, greylisting, the first domain, mailing lists."""

import base64
import subprocess
import time

import pytest
from nameserver import NameServer
from server import RECIPIENT, Settings, missing
from test_contacts import contacts, samotop_command
from test_sender import key, sign, text_record  # noqa: F401 (key is a fixture)

try:
    import dkim
except ImportError:
    dkim = None

DOMAINS = ("shop", "rival", "friend", "pest", "list")
SHOP_ADDRESS = "other@our.test"


@pytest.fixture
def start(tmp_path, key, samotop):  # noqa: F811
    """Servers that know the senders' domains by SPF (127.0.0.1) and list.test's DKIM key."""
    if dkim is None:
        missing("python3-dkim isn't installed (scripts/setup test)")
    records = "".join(text_record(name, "v=spf1 ip4:127.0.0.0/8 -all") for name in DOMAINS)
    public = base64.b64encode(key[1]).decode()
    records += text_record("sel._domainkey.list", f"v=DKIM1; k=rsa; p={public}")
    servers = NameServer(tmp_path / "nsd", {"test": records, "127.in-addr.arpa": "1.0.0 IN PTR mail.friend.test.\n"})

    def make(section):
        return samotop(tls="none", settings=Settings(
            authentication="{reverse-lookup: off}", dns=servers.section, contacts=section))

    yield make
    servers.close()


def send(tool, server, sender, recipient=RECIPIENT, helo="mail.friend.test", author=None, octets=None, tmp_path=None):
    """The last reply that says how it went."""
    content = ["--header", f"From: {author or sender}", "--body", "Hi."]
    if octets:
        path = tmp_path / "message.eml"
        path.write_bytes(octets.replace(b"\r\n", b"\n"))
        content = ["--data", f"@{path}"]
    result = subprocess.run(
        [tool("swaks"), "--server", server.address, "--from", sender, "--to", recipient, "--helo", helo, *content,
         "--timeout", "30"], capture_output=True, text=True, timeout=60)
    replies = [line[4:] for line in result.stdout.splitlines() if line.startswith(("<- ", "<**", "<~ "))]
    return next((line for line in replies if line[:1] in "45"), replies[-2] if len(replies) > 1 else result.stdout).strip()


def until(condition, what, seconds=15):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.3)
    return value


def test_allow_and_deny(start, tool, tmp_path):
    allow, deny = tmp_path / "allow", tmp_path / "deny"
    allow.write_text("friend.test\n*-news@shop.test\n")
    deny.write_text("pest@*\n198.51.100.0/24\nhelo:*.dynamic.test\n*@rival.test\n")
    for path in (allow, deny):
        path.chmod(0o644)
    server = start(f"{{strangers: ask, allow: {allow}, deny: {deny}}}")
    # Allowed counts only as proved, and by the pattern: the rest of the shop is a stranger.
    assert send(tool, server, "ann@friend.test").startswith("250")
    assert send(tool, server, "the-news@shop.test").startswith("250")
    assert send(tool, server, "sales@shop.test").startswith("450 4.7.1")
    assert send(tool, server, "ann@sub.friend.test").startswith("450 4.7.1")
    for sender, helo in (("pest@shop.test", "mail.shop.test"), ("x@rival.test", "mail.rival.test"),
                         ("sales@shop.test", "c1.dynamic.test")):
        assert send(tool, server, sender, helo=helo).startswith("550 5.7.1"), (sender, helo)
    assert len(server.wait_for_messages(2)) == 2
    assert {each["contact"] for each in contacts(server) if each["state"] == "waiting"} == {"sales@shop.test", "ann@sub.friend.test"}


def test_greylisting(start, tool):
    server = start("{strangers: grey, greylisting: {wait: 3s}}")
    assert send(tool, server, "ann@friend.test").startswith("451 4.7.1")
    assert send(tool, server, "ann@friend.test").startswith("451 4.7.1")
    reply = until(lambda: (said := send(tool, server, "ann@friend.test")).startswith("250") and said, "it never passes")
    assert reply and send(tool, server, "ann@friend.test").startswith("250")
    assert send(tool, server, "bob@shop.test").startswith("451 4.7.1")
    samotop_command(server, "contacts", "welcome", "bob@shop.test", "--owner", RECIPIENT)
    until(lambda: send(tool, server, "bob@shop.test").startswith("250"), "a welcome contact waits")


def test_the_first_domain_has_the_address(start, tool):
    server = start(f'{{strangers: ask, addresses: {{"{SHOP_ADDRESS}": {{strangers: first-domain}}}}}}')
    assert send(tool, server, "orders@shop.test", SHOP_ADDRESS).startswith("250")
    until(lambda: send(tool, server, "x@rival.test", SHOP_ADDRESS)[:3] in ("450", "550"), "another domain has it, too")
    assert send(tool, server, "news@shop.test", SHOP_ADDRESS).startswith("250")
    assert len(server.wait_for_messages(2, "other")) == 2
    # Other addresses are as they were.
    assert send(tool, server, "news@shop.test").startswith("450 4.7.1")


def test_a_mailing_list_is_a_contact(start, key, tool, tmp_path):  # noqa: F811
    server = start("{strangers: ask}")
    message = (b"From: Dave <dave@elsewhere.test>\r\nTo: <talk@list.test>\r\nSubject: %d\r\n"
               b"List-Id: Talk <talk.list.test>\r\n\r\nHi all.\r\n")

    def post(number, signed=True):
        octets = message % number
        if signed:
            octets = dkim.sign(octets, b"sel", b"list.test", key[0],
                               include_headers=[b"from", b"to", b"subject", b"list-id"]) + octets
        return send(tool, server, "bounces@list.test", octets=octets, tmp_path=tmp_path)

    assert post(1).startswith("450 4.7.1")
    samotop_command(server, "contacts", "welcome", "<talk.list.test>", "--owner", RECIPIENT)
    until(lambda: post(2).startswith("250"), "the welcome list isn't let in")
    # Whoever else writes that List-Id, without the list's proof, is a stranger.
    assert send(tool, server, "x@rival.test", octets=message % 3, tmp_path=tmp_path).startswith("450 4.7.1")
    [stored] = server.wait_for_messages(1)
    assert b"List-Id: Talk" in stored
