"""Encryption at rest to certificates (S/MIME): swaks sends, the server stores, OpenSSL reads, and nobody else."""

import datetime
import email
import json
import subprocess
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from server import DOMAIN, RECIPIENT, SERVICE_USER, Settings, find_tool, free_port, hand_over
from test_browser import browser, wait_for  # noqa: F401 (fixture)
from test_contacts import samotop_command
from test_sealing import CANARY, OTHER, files_with, keys, ring, seal, send, store_canaries, without_protection  # noqa: F401 (fixture)

KINDS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
}


class Holder:
    """Somebody with a certificate, and the private key on a device of their own."""

    def __init__(self, folder, kind="p256", address=RECIPIENT, days=(-1, 30), authority=False, usage="encryption"):
        folder.mkdir(parents=True, exist_ok=True)
        self.key, self.certificate = folder / f"{kind}.key", folder / f"{kind}.pem"
        key = KINDS[kind]()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "User")])
        now = datetime.datetime.now(datetime.timezone.utc)
        is_rsa, encrypts = kind == "rsa", usage == "encryption"
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=days[0])).not_valid_after(now + datetime.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
            .add_extension(x509.KeyUsage(
                digital_signature=True, content_commitment=False, key_encipherment=is_rsa and encrypts, data_encipherment=False,
                key_agreement=not is_rsa and encrypts, key_cert_sign=False, crl_sign=False, encipher_only=False,
                decipher_only=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
            .sign(key, hashes.SHA256()))
        self.pem = certificate.public_bytes(serialization.Encoding.PEM)
        self.der = certificate.public_bytes(serialization.Encoding.DER)
        self.secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.fingerprint = certificate.fingerprint(hashes.SHA256()).hex().upper()
        self.certificate.write_bytes(self.pem)
        self.key.write_bytes(self.secret)

    def opened(self, stored):
        """What is inside a sealed message, by OpenSSL, which finds the message in the mail itself."""
        parsed = email.message_from_bytes(stored)
        assert parsed.get_content_type() == "application/pkcs7-mime"
        assert parsed.get_param("smime-type") == "authEnveloped-data" and parsed.get_param("name") == "smime.p7m"
        done = subprocess.run(
            [find_tool("openssl"), "cms", "-decrypt", "-binary", "-inform", "SMIME", "-recip", self.certificate, "-inkey", self.key],
            input=stored, capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@pytest.fixture
def holder(tool, tmp_path):
    tool("openssl")
    return Holder(tmp_path / "holder")


def place(server, name, octets):
    """A file that somebody put among the keys by hand."""
    folder = server.configuration.parent / "state" / "keys" / DOMAIN
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(octets)
    for path in (folder, folder.parent, folder / name):
        hand_over(path, SERVICE_USER)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_only_the_holder_can_read_what_is_stored(samotop, tool, tmp_path, kind):
    """P01: RSA and curves; canaries in body, subject, comment and a large attachment."""
    holder = Holder(tmp_path / "holder", kind)
    server = samotop(tls="none")
    told = keys(server, "import", RECIPIENT, data=holder.pem)
    assert holder.fingerprint in told.replace(" ", "") and "S/MIME (AES-256-GCM)" in told
    stored = store_canaries(tool, server)
    for copy in stored:
        plain = holder.opened(copy)
        assert CANARY.encode() in plain and f"Subject: {CANARY}".encode() in plain and b"HP-Outer: Subject: [...]" in plain
    assert any(len(holder.opened(copy)) > 500_000 for copy in stored)


def test_one_message_for_a_certificate_and_a_key(samotop, tool, ring, holder):  # noqa: F811
    """Each mailbox gets a copy of its own, in its own form."""
    server = samotop(tls="none")
    keys(server, "import", RECIPIENT, data=holder.der)
    keys(server, "import", OTHER, data=ring.make(f"Other <{OTHER}>"))
    assert send(tool, server, RECIPIENT, OTHER, body=CANARY).startswith("250")
    mine, theirs = server.wait_for_messages(1)[0], server.wait_for_messages(1, "other")[0]
    assert CANARY.encode() in holder.opened(mine) and b"BEGIN PGP MESSAGE" in theirs and b"BEGIN PGP" not in mine


def test_an_unusable_certificate(samotop, tool, tmp_path):
    """P02: 451, nothing is stored, the operator is warned, and without an address."""
    server = samotop(tls="none")
    expired = Holder(tmp_path / "expired", days=(-40, -10))
    refused = {
        "expired on": expired.pem,
        "isn't valid before": Holder(tmp_path / "later", days=(10, 40)).pem,
        "authority's certificate": Holder(tmp_path / "authority", authority=True).pem,
        "lacks keyAgreement": Holder(tmp_path / "signing", usage="signing").pem,
        "--any-user-id": Holder(tmp_path / "other", address="somebody@else.test").pem,
        "secret key": expired.pem + expired.secret,
        "can be read": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    }
    for words, octets in refused.items():
        assert words in keys(server, "import", RECIPIENT, data=octets, status=1), words
    assert not list((server.configuration.parent / "state").rglob("*.pem"))
    for name, octets in (("user.pem", expired.pem), ("user.pem", b"junk")):
        place(server, name, octets)
        time.sleep(1.1)
        assert send(tool, server, RECIPIENT, body=CANARY).startswith("451 4.3.0")
    assert send(tool, server, OTHER).startswith("250")
    time.sleep(0.5)
    assert not server.messages() and not files_with(CANARY, server.maildir())
    log = server.log_text()
    assert "expired on" in log and RECIPIENT not in log
    [item] = json.loads(keys(server, "check", "--json", status=1))
    assert (item["mailbox"], item["state"]) == (RECIPIENT, "unusable")
    keys(server, "remove", RECIPIENT, "--all")
    assert send(tool, server, RECIPIENT).startswith("250")


def test_a_certificate_takes_the_keys_place_when_that_is_said(samotop, tool, ring, holder):  # noqa: F811
    server = samotop(tls="none")
    key = ring.make(f"User <{RECIPIENT}>")
    keys(server, "import", RECIPIENT, data=key)
    assert "--replace" in keys(server, "import", RECIPIENT, data=holder.pem, status=1)
    keys(server, "import", RECIPIENT, "--replace", data=holder.pem)
    [item] = json.loads(keys(server, "show", RECIPIENT, "--json"))
    assert (item["kind"], item["fingerprint"], item["userIDs"]) == ("certificate", holder.fingerprint, [RECIPIENT])
    assert send(tool, server, RECIPIENT, body=CANARY).startswith("250")
    [stored] = server.wait_for_messages(1)
    assert CANARY.encode() in holder.opened(stored)
    # Both at once, put there by hand: nobody knows which is meant, so nothing is taken.
    place(server, "user.asc", key)
    assert send(tool, server, RECIPIENT).startswith("451 4.3.0")
    keys(server, "import", RECIPIENT, "--replace", data=key)
    time.sleep(1.1)
    assert send(tool, server, RECIPIENT).startswith("250")
    assert any(b"BEGIN PGP MESSAGE" in copy for copy in server.wait_for_messages(2))


def test_what_was_stored_before_is_sealed_in_place(samotop, tool, holder):
    server = samotop(tls="none")
    for number in range(3):
        assert send(tool, server, RECIPIENT, body=f"{CANARY} {number}").startswith("250")
    server.wait_for_messages(3)
    server.terminate()
    plain = sorted(path.read_bytes() for path in (server.maildir() / "new").iterdir())
    keys(server, "import", RECIPIENT, data=holder.pem)
    assert seal(server, RECIPIENT) == {"sealed": 3, "alreadyEncrypted": 0, "passedOver": 0, "failed": 0}
    assert not files_with(CANARY, server.maildir())
    sealed = [path.read_bytes() for path in (server.maildir() / "new").iterdir()]
    assert sorted(without_protection(holder.opened(copy)).replace(b"\r\n", b"\n") for copy in sealed) == plain
    assert seal(server, RECIPIENT) == {"sealed": 0, "alreadyEncrypted": 3, "passedOver": 0, "failed": 0}


def test_the_page_takes_a_certificate_instead_of_a_key(samotop, tool, ring, holder, browser, tmp_path):  # noqa: F811
    """P08: and no private key."""
    port = free_port()
    server = samotop(tls="none", settings=Settings(
        contacts="{strangers: welcome}", web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}"))
    web = f"http://127.0.0.1:{port}"
    server.connect(starttls=False).quit()  # who is greeted finds the control socket, too
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    browser.open(samotop_command(server, "account", "link", RECIPIENT).strip())
    browser.click("form button")
    browser.wait("header.top")
    browser.open(web + "/keys")
    browser.type("textarea[name=key]", (holder.pem + holder.secret).decode())
    browser.click(".keys-page button.primary")
    assert "secret key" in (browser.wait(".problem") and browser.text(".problem")[0])
    browser.open(web + "/keys")
    browser.type("input[type=file]", str(holder.certificate))
    browser.click(".keys-page button.primary")
    browser.wait(".confirm")
    grouped = " ".join(holder.fingerprint[start:start + 4] for start in range(0, 64, 4))
    assert "instead of your OpenPGP keys" in browser.text(".confirm")[0] and grouped in browser.text(".confirm")[0]
    assert "BEGIN" not in keys(server, "show", RECIPIENT) and holder.fingerprint not in keys(server, "list")
    browser.click(".confirm button.danger")
    wait_for(browser, ".notice p", grouped)
    [item] = json.loads(keys(server, "show", RECIPIENT, "--json"))
    assert item["fingerprint"] == holder.fingerprint
    assert not files_with("PRIVATE KEY", server.configuration.parent / "state")
