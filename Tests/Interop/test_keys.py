"""Keys of owners: the page in a real browser, the Web Key Directory by curl and GnuPG, what submissions teach; Dovecot and sealed mail."""

import base64
import email
import os
import subprocess
import time

import pytest
from certificates import issue_certificate
from peers import DovecotReader
from server import DOMAIN, RECIPIENT, Listener, Settings, free_port, missing
from test_browser import browser, wait_for  # noqa: F401 (fixture)
from test_contacts import STRANGER, samotop_command, until_accepted
from test_contacts import send as say
from test_sealing import CANARY, files_with, keys, opened, ring  # noqa: F401 (fixture)
from test_submission import USER, set_password, signed_in

SECRET = "-----BEGIN PGP PRIVATE KEY BLOCK-----"


@pytest.fixture
def server(samotop):
    port = free_port()
    server = samotop(tls="none", settings=Settings(
        contacts="{strangers: ask}", web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}"))
    server.web = f"http://127.0.0.1:{port}"
    server.connect(starttls=False).quit()  # who is greeted finds the control socket, too
    return server


def sign_in(browser, server):  # noqa: F811
    browser.open(samotop_command(server, "account", "link", RECIPIENT).strip())
    browser.click("form button")
    browser.wait("header.top")


def grouped(ring):  # noqa: F811
    [line] = [line for line in ring.run("--with-colons", "--list-keys").decode().splitlines() if line.startswith("fpr:")][:1]
    digits = line.split(":")[9]
    return " ".join(digits[start:start + 4] for start in range(0, len(digits), 4))


def test_bob_uploads_his_key_and_a_strangers_mail_is_readable_with_his_secret_key_only(server, tool, ring, browser, tmp_path):  # noqa: F811
    """P01: the whole way, from the page to the mailbox."""
    exported = tmp_path / "key.asc"
    exported.write_bytes(ring.make(f"User <{RECIPIENT}>"))
    sign_in(browser, server)
    browser.open(server.web + "/keys")
    assert "No key yet" in browser.text("main")[0]
    browser.type("input[type=file]", str(exported))
    browser.click(".keys-page button.primary")
    wait_for(browser, ".notice p", grouped(ring))
    assert browser.text(".key .fingerprint")[0].endswith(grouped(ring))
    assert f"User <{RECIPIENT}>" in browser.text(".key")[0] and "New mail is encrypted to it" in browser.text(".key")[0]
    # The stranger waits; the page holds what the evidence holds, and not the subject.
    assert say(tool, server, subject=CANARY).startswith("450 4.7.1")
    browser.open(server.web + "/")
    wait_for(browser, ".card", STRANGER)
    assert CANARY not in browser.text("body")[0] and "Unproven" in browser.text(".card")[0]
    browser.click(".card .act-welcome")
    wait_for(browser, "body", "welcome")
    assert until_accepted(tool, server, subject=CANARY).startswith("250")
    [stored] = server.wait_for_messages(1)
    assert CANARY.encode() not in stored and f"Subject: {CANARY}".encode() in opened(ring, stored)
    time.sleep(3)  # the database is written behind
    assert not files_with(CANARY, server.configuration.parent / "state") and CANARY not in server.log_text()
    # What the page took is what it gives, and what the command line shows.
    assert grouped(ring) in keys(server, "show", RECIPIENT)
    assert [entry for entry in browser.log() if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_secret_key_is_refused_and_kept_nowhere(server, ring, browser, scripts):  # noqa: F811
    """P08: in the page, with and without scripts."""
    from webdriver import Browser

    public = ring.make(f"User <{RECIPIENT}>").decode()
    secret = ring.run("--armor", "--passphrase", "", "--pinentry-mode", "loopback", "--export-secret-keys", RECIPIENT).decode()
    assert SECRET in secret
    canary = secret.splitlines()[3]
    with Browser(scripts=scripts) as pages:
        sign_in(pages, server)
        for text in (secret, public + secret):
            pages.open(server.web + "/keys")
            pages.type("textarea[name=key]", text)
            pages.click(".keys-page button.primary")
            [problem] = pages.wait(".problem") and pages.text(".problem")
            assert "secret key" in problem and "Nothing was taken or kept" in problem
            assert canary not in pages.run("return document.documentElement.outerHTML") if scripts else True
        assert not files_with(canary, server.configuration.parent) and "no key" in keys(server, "list")
        pages.open(server.web + "/keys")
        pages.type("textarea[name=key]", public)
        pages.click(".keys-page button.primary")
        pages.wait(".key .chip-good")
        pages.click(".act-remove")
        pages.wait(".confirm")
        assert grouped(ring) in keys(server, "show", RECIPIENT)
        pages.click(".confirm button.danger")
        pages.wait(".empty")
        assert "no key" in keys(server, "list")


def test_held_mail_shows_no_more_than_the_evidence_when_it_is_sealed(samotop, tool, ring, browser):  # noqa: F811
    """P01: New contacts and Held, with a key."""
    port = free_port()
    server = samotop(tls="none", settings=Settings(
        contacts="{strangers: hold}", web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}"))
    server.web = f"http://127.0.0.1:{port}"
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    assert say(tool, server, subject=CANARY).startswith("250")
    sign_in(browser, server)
    deadline = time.monotonic() + 15
    while not browser.find(".letter"):
        assert time.monotonic() < deadline, browser.text("main")
        browser.open(server.web + "/held")
        time.sleep(0.2)
    assert STRANGER in browser.text("main")[0] and CANARY not in browser.run("return document.documentElement.outerHTML")
    browser.click(".letter")
    browser.wait(".mail")
    shown = browser.run("return document.documentElement.outerHTML")
    assert STRANGER in shown and CANARY not in shown and "[...]" in browser.text(".mail-subject")[0]
    assert "BEGIN PGP" not in shown and not browser.find("iframe")
    assert "Encrypted to your key" in browser.text(".mail")[0]


@pytest.fixture
def directory(samotop, tmp_path, ring):  # noqa: F811
    """A server that publishes keys, at an address of loopback with port 443."""
    if os.geteuid() != 0:
        missing("port 443 needs root")
    certificate = issue_certificate(tmp_path / "wkd", name=f"openpgpkey.{DOMAIN}")
    host = f"127.0.{os.getpid() % 250 + 1}.43"
    server = samotop(tls="none", certificate=certificate, settings=Settings(
        mta_sts=f"{{listen: '{host}:443', mode: none}}", encryption="{publish: on}", aliases="{sales: [user], both: [user, other]}"))
    server.host = host
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    return server


def fetch(tool, server, path, host=f"openpgpkey.{DOMAIN}", *arguments):
    done = subprocess.run(
        [tool("curl"), "--silent", "--include", "--cacert", server.certificate.authority, "--resolve", f"{host}:443:{server.host}",
         f"https://{host}{path}", *arguments], capture_output=True, timeout=30)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    return head.decode(), body


def wkd_hash(address):
    program = next((path for path in ("/usr/lib/gnupg/gpg-wks-client", "/usr/libexec/gpg-wks-client") if os.path.exists(path)), None)
    if not program:
        missing("gpg-wks-client isn't installed (scripts/setup test)")
    return subprocess.run([program, "--print-wkd-hash", address], capture_output=True, text=True, check=True).stdout.split()[0]


def test_web_key_directory(directory, tool, ring):  # noqa: F811
    """Where gpg-wks-client says that a key is, it is; and nobody else's."""
    place = f"/.well-known/openpgpkey/{DOMAIN}"
    head, key = fetch(tool, directory, f"{place}/hu/{wkd_hash(RECIPIENT)}?l=user")
    assert " 200 " in head and "application/octet-stream" in head.lower() and key and not key.startswith(b"-----")
    assert "access-control-allow-origin: *" in head.lower()
    assert RECIPIENT in ring.run("--show-keys", data=key).decode()
    head, body = fetch(tool, directory, f"{place}/policy")
    assert " 200 " in head and body == b""
    head, body = fetch(tool, directory, f"{place}/hu/{wkd_hash(RECIPIENT)}", f"openpgpkey.{DOMAIN}", "--head")
    assert " 200 " in head and body == b"" and f"content-length: {len(key)}" in head.lower()
    for name in ("other", "nobody", "both", "sales"):
        assert " 404 " in fetch(tool, directory, f"{place}/hu/{wkd_hash(f'{name}@{DOMAIN}')}?l={name}")[0]
    for path in (f"{place}/hu/", "/.well-known/openpgpkey/other.test/policy", f"{place}/../policy"):
        assert " 404 " in fetch(tool, directory, path)[0]
    keys(directory, "publish", RECIPIENT, "--off")
    assert " 404 " in fetch(tool, directory, f"{place}/hu/{wkd_hash(RECIPIENT)}?l=user")[0]
    keys(directory, "publish", RECIPIENT)
    assert " 200 " in fetch(tool, directory, f"{place}/hu/{wkd_hash(RECIPIENT)}?l=user")[0]


def test_the_direct_method(directory, tool):
    """The certificate isn't for it here; the answer is the same."""
    head, key = fetch(tool, directory, f"/.well-known/openpgpkey/hu/{wkd_hash(RECIPIENT)}?l=user", DOMAIN, "--insecure")
    assert " 200 " in head and key
    assert " 200 " in fetch(tool, directory, "/.well-known/openpgpkey/policy", DOMAIN, "--insecure")[0]


def test_gnupg_finds_the_key(directory, tool, tmp_path):
    """gpg --locate-keys, with a hosts file and an authority of its own."""
    gpg = tool("gpg")
    tool("dirmngr")
    hosts, authorities = tmp_path / "hosts", tmp_path / "authorities"
    hosts.write_text(f"127.0.0.1 localhost\n{directory.host} openpgpkey.{DOMAIN} {DOMAIN}\n")
    authorities.write_bytes(directory.certificate.authority.read_bytes())
    home = tmp_path / "other"
    home.mkdir(mode=0o700)
    (home / "dirmngr.conf").write_text("standard-resolver\n")
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c",
         f"mount --make-rprivate / && mount --bind {hosts} /etc/hosts && mount --bind {authorities} /etc/ssl/certs/ca-certificates.crt && "
         f"{gpg} --homedir {home} --batch --auto-key-locate clear,wkd --locate-keys {RECIPIENT}; "
         f"status=$?; gpgconf --homedir {home} --kill all; exit $status"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and RECIPIENT in done.stdout, done.stdout + done.stderr


@pytest.fixture
def learning(samotop):
    port = free_port()
    server = samotop(
        [Listener("required", "submission"), Listener("none")], settings=Settings(
            encryption="{learn: [autocrypt, keys-address]}", contacts="{strangers: welcome}",
            web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}", relay="{}"))
    server.web = f"http://127.0.0.1:{port}"
    set_password(server)
    return server


def submit(server, to, header="", body="hello\r\n"):
    with signed_in(server) as client:
        return client.sendmail(USER, [to], f"From: User <{USER}>\r\nTo: {to}\r\nSubject: x\r\n{header}\r\n{body}".encode())


def autocrypt(ring):  # noqa: F811
    key = base64.b64encode(ring.run("--export-options", "export-minimal", "--export", RECIPIENT)).decode()
    lines = "\r\n ".join(key[start:start + 70] for start in range(0, len(key), 70))
    return f"Autocrypt: addr={USER}; prefer-encrypt=mutual; keydata=\r\n {lines}\r\n"


def test_keys_are_learned_from_submissions_and_never_changed_without_a_word(learning, ring, browser, tmp_path):  # noqa: F811
    """P07: Autocrypt, keys@ and the page."""
    import smtplib

    from test_sealing import Ring

    ring.make(f"User <{RECIPIENT}>")
    field = autocrypt(ring)
    # From elsewhere nothing is learned, and keys@ isn't there.
    listener = learning.listeners[1]
    with smtplib.SMTP(listener.host, listener.port, local_hostname="client.test", timeout=30) as client:
        client.sendmail("ann@client.test", [RECIPIENT], f"From: User <{USER}>\r\nTo: x\r\n{field}\r\nhello\r\n".encode())
        client.docmd("MAIL", "FROM:<ann@client.test>")
        assert client.docmd("RCPT", f"TO:<keys@{DOMAIN}>")[0] == 550
    learning.wait_for_messages(1)
    assert "no key" in keys(learning, "list")
    submit(learning, f"other@{DOMAIN}", field)
    assert grouped(ring) in keys(learning, "show", RECIPIENT)
    # Another program's key, sent to keys@: it waits.
    home = tmp_path / "second"
    home.mkdir(mode=0o700)
    second = Ring(home)
    try:
        armored = second.make(f"User <{RECIPIENT}>").decode().replace("\n", "\r\n")
        submit(learning, f"keys@{DOMAIN}", body=f"my key\r\n\r\n{armored}")
        assert grouped(second) not in keys(learning, "show", RECIPIENT)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            submit(learning, f"keys@{DOMAIN}", body="no key\r\n")
        assert refused.value.smtp_code == 554
        sign_in(browser, learning)
        browser.open(learning.web + "/contacts")
        assert "announces another key" in browser.text(".key-warning")[0]
        browser.open(learning.web + "/keys")
        assert browser.text(".key-offer .fingerprint")[0].endswith(grouped(second))
        browser.click(".act-beside")
        wait_for(browser, ".notice p", grouped(second))
        assert grouped(second) in keys(learning, "show", RECIPIENT) and grouped(ring) in keys(learning, "show", RECIPIENT)
        assert not browser.find(".key-offer")
        with smtplib.SMTP(listener.host, listener.port, local_hostname="client.test", timeout=30) as client:
            client.sendmail("ann@client.test", [RECIPIENT], f"Subject: {CANARY}\r\n\r\nhello\r\n".encode())
        stored = [copy for copy in learning.wait_for_messages(2) if b"BEGIN PGP" in copy][0]
        for reader in (ring, second):
            assert CANARY.encode() in opened(reader, stored)
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "gpg-agent"], check=False)


def test_dovecot_serves_a_sealed_maildir(samotop, tool, ring, tmp_path):  # noqa: F811
    server = samotop(tls="none")
    keys(server, "import", RECIPIENT, data=ring.make(f"User <{RECIPIENT}>"))
    for number in range(3):
        assert say(tool, server, subject=f"{CANARY} {number}").startswith("250")
    server.wait_for_messages(3)
    with DovecotReader(tmp_path / "dovecot", server.maildir()) as imap:
        assert imap.select()[1] == [b"3"]
        _, found = imap.search(None, "FROM", STRANGER)
        assert len(found[0].split()) == 3
        subjects = set()
        for number in range(1, 4):
            _, answer = imap.fetch(str(number), "(RFC822 BODYSTRUCTURE)")
            copy = answer[0][1]
            assert CANARY.encode() not in copy and b'"encrypted"' in b"".join(
                part if isinstance(part, bytes) else b" ".join(part) for part in answer)
            plain = opened(ring, copy)
            subjects.add(email.message_from_bytes(plain)["Subject"])
        assert subjects == {f"{CANARY} {number}" for number in range(3)}
        # Nor does its index know the words.
        assert not imap.search(None, "SUBJECT", CANARY)[1][0]
    assert not files_with(CANARY, tmp_path / "dovecot")
