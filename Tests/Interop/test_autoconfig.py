"""Mail programs ask for their settings, with curl in their place; and a key for signatures that follows another one."""

import re
import subprocess
import xml.etree.ElementTree

import pytest
from nameserver import NameServer
from server import DOMAIN, HOSTNAME, PROGRAM, SERVICE_USER, Listener, Settings, free_port, hand_over
from test_sender import text_record
from test_signing import make_key

ASKING = """<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
<EMailAddress>{address}</EMailAddress>
<AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
</Request></Autodiscover>"""


@pytest.fixture
def world(tmp_path, samotop, tool):
    port = free_port()
    names = NameServer(tmp_path / "nsd", {DOMAIN: "mx IN A 127.0.0.1\n"})
    server = samotop([Listener(tls="optional"), Listener(tls="implicit", role="submission")], settings=Settings(
        dns=names.section, relay="{from: [127.0.0.0/8]}", mta_sts=f'{{listen: "127.0.0.1:{port}"}}',
        autoconfig="{imap: 'imap.our.test:993'}"), start=False)
    (tmp_path / "state").mkdir(exist_ok=True)
    hand_over(tmp_path / "state", SERVICE_USER)
    server.start()

    def ask(host, path, *arguments):
        done = subprocess.run(
            [tool("curl"), "--silent", "--show-error", "--insecure", "--resolve", f"{host}:{port}:127.0.0.1",
             "--write-out", "\n%{http_code}",
             f"https://{host}:{port}{path}", *arguments], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), body

    ask.submissions = server.listeners[1].port
    yield ask
    names.close()


def test_autoconfig(world):
    status, body = world("autoconfig.our.test", "/mail/config-v1.1.xml?emailaddress=nobody%40our.test")
    assert status == 200
    provider = xml.etree.ElementTree.fromstring(body).find("emailProvider")
    assert provider.find("domain").text == DOMAIN
    server = provider.find("outgoingServer")
    assert (server.find("hostname").text, server.find("port").text, server.find("socketType").text) == (
        HOSTNAME, str(world.submissions), "SSL")
    server = provider.find("incomingServer")
    assert (server.get("type"), server.find("hostname").text, server.find("port").text) == ("imap", "imap.our.test", "993")
    assert world("autoconfig.other.test", "/mail/config-v1.1.xml")[0] == 404


def test_autodiscover(world):
    path = "/autodiscover/autodiscover.xml"
    kind = ("--header", "Content-Type: text/xml")
    status, body = world("autodiscover.our.test", path, *kind, "--data-binary", ASKING.format(address="user@our.test"))
    assert status == 200
    space = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
    found = {protocol.find(f"{space}Type").text: protocol.find(f"{space}Port").text
             for protocol in xml.etree.ElementTree.fromstring(body).iter(f"{space}Protocol")}
    assert found == {"IMAP": "993", "SMTP": str(world.submissions)}
    assert world("autodiscover.our.test", path, *kind, "--data-binary", ASKING.format(address="user@other.test"))[0] == 404
    bomb = '<!DOCTYPE a [<!ENTITY x "' + "y" * 100 + '">]>' + ASKING.format(address="&x;@our.test").split("?>")[1]
    assert world("autodiscover.our.test", path, *kind, "--data-binary", bomb)[0] == 404
    assert world("autodiscover.our.test", path, *kind, "--data-binary", "x" * 9_000)[0] == 431
    assert world("autodiscover.our.test", path)[0] == 404


def test_a_key_follows_another_when_the_dns_shows_it(tmp_path):
    record, path = make_key(tmp_path / "keys", "old", "ed25519")
    configuration = tmp_path / "keys/samotop.yaml"
    text = configuration.read_text().replace("state: ", "relay: {from: [127.0.0.0/8], sign: {our.test: {KEYS}}}\nstate: ")

    def run(*arguments):
        done = subprocess.run([PROGRAM, "dkim", *arguments, "--config", configuration], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    configuration.write_text(text.replace("KEYS", f"old: {path}"))
    made = run("rotate", DOMAIN)
    selector, file = re.search(r"^ +(ed\d{6}): (/.*\.pem)$", made, re.M).groups()
    value = "".join(re.findall(rf'^{selector}\._domainkey\.our\.test\. IN TXT "(.*)"$', made, re.M))
    keys = f"old: {path}, {selector}: {file}"
    for published, signing in (((("old", record),), "old"), ((("old", record), (selector, value)), selector)):
        names = NameServer(tmp_path / f"nsd-{signing}", {
            DOMAIN: "".join(text_record(f"{name}._domainkey", what) for name, what in published)})
        try:
            configuration.write_text(text.replace("KEYS", keys) + f"dns: {names.section}\n")
            lines = run("list").splitlines()
        finally:
            names.close()
        found = {line.split()[1]: "  signs  " in line for line in lines}
        assert found == {name: name == signing for name in ("old", selector)}, lines
        assert all("  since 20" in line for line in lines)
