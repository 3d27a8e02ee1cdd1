"""The page *Signatures* of the running server in a real browser, with a real Postfix and a signed zone behind it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess

from certificates import issue_certificate
from nameserver import NameServer
from server import PROGRAM, RECIPIENT, Settings, free_port
from test_browser import browser, wait_for  # noqa: F401
from test_contacts import samotop_command
from test_sending import LOOPBACK, postfix, queued, send, signatures, tlsa, wait_until  # noqa: F401


def give_certificate(peer, certificate):
    """From the next connection on; those that are open end."""
    shutil.copy(certificate.chain, peer.directory.parent / "postfix.pem")
    shutil.copy(certificate.key, peer.directory.parent / "postfix.key")
    os.kill(peer.process.pid, signal.SIGHUP)
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().partition(")")
        except OSError:
            continue
        if name.endswith("(smtpd") and int(rest.split()[1]) == peer.process.pid:
            os.kill(int(status.parent.name), signal.SIGTERM)


def sign_in(server, browser):  # noqa: F811
    subprocess.run([str(PROGRAM), "account", "set", "--admin", RECIPIENT, "--config", str(server.configuration)],
                   input=b"a long password of mine\n", check=True, capture_output=True, timeout=60)
    browser.open(samotop_command(server, "account", "link", RECIPIENT).strip())
    browser.click("form button")


def test_a_key_changes_and_the_person_lets_the_mail_leave(samotop, postfix, browser, tmp_path):  # noqa: F811
    """DANE by Postfix; its key changes, the TLSA record does not; mail waits, the card says why; the person verifies the key; it leaves."""
    old, new = (issue_certificate(tmp_path / name, "mx.out.test") for name in ("old", "new"))
    peer = postfix(old)
    record = tlsa(old)
    zone = NameServer(tmp_path / "nsd", {"out.test": f"@ IN MX 10 mx\nmx IN A 127.0.0.1\n_{peer.port}._tcp.mx IN TLSA {record}\n"},
                      signed=["out.test"])
    port = free_port()
    try:
        server = samotop(tls="none", settings=Settings(
            dns=zone.section, relay=f"{{{LOOPBACK}, port: {peer.port}}}", contacts="{strangers: welcome}",
            web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}"))

        def mail(body):
            send("--server", f"127.0.0.1:{server.port}", "--from", RECIPIENT, "--to", "bob@out.test", "--body", body)

        mail("first")
        wait_until(lambda: "verified=dane" in server.log_text(), f"it isn't sent:\n{server.log_text()}")
        give_certificate(peer, new)
        mail("second")
        wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["attempts"]], f"no attempt:\n{server.log_text()}")

        sign_in(server, browser)
        browser.open(f"http://127.0.0.1:{port}/signatures")
        wait_for(browser, ".peer", "Mail waits: not the server that it should be")
        card = browser.text(".peer")[0]
        assert "the server is not the one that its TLSA records tell of" in card and record.split()[3] in card, card
        shown = browser.text(".peer .fingerprint")[0].replace(" ", "")
        assert shown == tlsa(new).split()[3]
        browser.click(".peer .warning .primary")
        wait_for(browser, ".notice", "goes only to servers with the keys that you verified")
        wait_until(lambda: "verified=person" in server.log_text(), f"it isn't sent:\n{server.log_text()}")
        assert queued(server) == [] and peer.log_text().count("status=sent") == 2
        changes = json.loads(signatures(server, "show", "out.test", "--json"))["changes"]
        assert any(change.get("maker") == f"page: {RECIPIENT}" for change in changes), changes
    finally:
        zone.close()
