"""Users' programs send by ports 587 and 465: swaks, msmtp, curl, Python and our own client sign in; dkimpy judges what goes out."""

import base64
import email
import hashlib
import hmac
import os
import re
import smtplib
import socket
import subprocess

import pytest
from peers import Postfix
from server import DOMAIN, HOSTNAME, PROGRAM, SERVICE_USER, Listener, Settings, hand_over
from test_sender import text_record
from test_sending import queue, queued, sink, wait_until, zones  # noqa: F401 (fixtures)
from test_signing import make_key, octets

try:
    import dkim
except ImportError:
    dkim = None

USER, PASSWORD = f"user@{DOMAIN}", "correct horse battery"
MESSAGE = (
    "From: User <user@our.test>\r\nTo: bob@out.test\r\nSubject: from me\r\nDate: Tue, 1 Jul 2003 10:52:37 +0200\r\n"
    "User-Agent: Canary/1.0\r\nX-Mailer: Canary\r\nX-Originating-IP: [192.168.77.7]\r\nBcc: canary@out.test\r\n\r\nHi.\r\n")


def samotop_command(server, *arguments, text=None):
    return subprocess.run([PROGRAM, *arguments, "--config", server.configuration], input=text, capture_output=True, text=True, timeout=60)


def set_password(server, address=USER, password=PASSWORD):
    done = samotop_command(server, "account", "set", address, text=password + "\n")
    assert done.returncode == 0, done.stderr
    hand_over(server.directory / "state" / "accounts", SERVICE_USER)


@pytest.fixture
def house(tmp_path, samotop, sink, zones):  # noqa: F811
    """A server with submission by STARTTLS and by implicit TLS, and another server that takes mail for out.test."""
    record, path = make_key(tmp_path / "keys", "s1", "rsa")
    other = sink()
    records = text_record("s1._domainkey.our", record) + f"out IN MX 10 mx.out\nmx.out IN A {other.host}\n"
    zone = zones(test=records)
    server = samotop(
        [Listener("required", "submission"), Listener("implicit", "submission"), Listener("none")],
        settings=Settings(
            dns=zone.section, aliases="{sales: [user]}", contacts="{strangers: ask}",
            relay=f"{{inner-networks: [127.0.0.0/8], port: {other.port}, sign: {{our.test: {{s1: {path}}}}}}}"))
    set_password(server)
    server.other, server.record = other, record
    return server


@pytest.fixture
def house_with_socket(tmp_path, samotop):
    """A server that lets other programs ask about its accounts, and the socket where they do."""
    path = tmp_path / "auth"
    server = samotop([Listener("required", "submission")], settings=Settings(
        relay="{inner-networks: [127.0.0.0/8]}", submission=f'{{auth-socket: "{path}", auth-socket-mode: "0666"}}'))
    set_password(server)
    wait_until(path.exists, "no socket")
    return server, path


def socket_to(path):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(30)
    client.connect(str(path))
    return client


def session(server, number=0):
    """An smtplib session inside TLS."""
    listener = server.listeners[number]
    if listener.tls == "implicit":
        client = smtplib.SMTP_SSL(listener.host, listener.port, local_hostname="laptop.lan", timeout=30, context=context(server))
    else:
        client = smtplib.SMTP(listener.host, listener.port, local_hostname="laptop.lan", timeout=30)
        client._host = HOSTNAME
        client.starttls(context=context(server))
    client.ehlo()
    return client


def context(server):
    made = server.client_context()
    made.check_hostname = False
    return made


def signed_in(server, user=USER, password=PASSWORD, number=0):
    client = session(server, number)
    client.login(user, password)
    return client


def swaks(tool, server, *arguments, user=USER, password=PASSWORD, sender=USER, number=0, tls="--tls"):
    listener = server.listeners[number]
    return subprocess.run(
        [tool("swaks"), "--server", f"{listener.host}:{listener.port}", tls, "--auth-user", user, "--auth-password", password,
         "--from", sender, "--to", "bob@out.test", "--helo", "laptop.lan", "--timeout", "30", *arguments],
        capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("number", [0, 1])
def test_swaks_sends(house, tool, mechanism, number):
    done = swaks(tool, house, "--auth", mechanism, number=number, tls=["--tls", "--tls-on-connect"][number])
    assert done.returncode == 0 and "235 2.7.0" in done.stdout, done.stdout
    house.other.wait(1)
    # What swaks says of itself is not passed on.
    _, message = octets(house.other)
    assert b"X-Mailer" not in message and b"laptop" not in message.split(b"\r\n\r\n")[0].replace(b"@laptop.lan>", b"")


def test_u05_auth_is_offered_inside_tls_only(house):
    client = smtplib.SMTP("127.0.0.1", house.listeners[0].port, local_hostname="laptop.lan", timeout=30)
    client.ehlo()
    assert not client.has_extn("auth")
    assert client.docmd("AUTH", "PLAIN AHVzZXIAcGFzcw==")[0] == 538
    assert client.docmd("MAIL", "FROM:<user@our.test>")[0] == 530
    inside = session(house)
    assert inside.esmtp_features["auth"].split() == ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"]
    assert inside.docmd("MAIL", "FROM:<user@our.test>") == (530, b"5.7.0 Authentication required")


def test_msmtp_sends(house, tool):
    for mechanism in ("plain", "login", "scram-sha-256"):
        done = subprocess.run(
            [tool("msmtp"), "--host=127.0.0.1", f"--port={house.port}", "--tls=on", "--tls-certcheck=off", "--auth=" + mechanism,
             f"--user={USER}", f"--passwordeval=echo {PASSWORD}", f"--from={USER}", "bob@out.test"],
            input=MESSAGE.replace("\r\n", "\n"), capture_output=True, text=True, timeout=60)
        if "not supported" in done.stderr or "unsupported" in done.stderr or "is not available" in done.stderr:
            continue
        assert done.returncode == 0, done.stderr
    house.other.wait(2)


def test_curl_sends(house, tool, tmp_path):
    file = tmp_path / "message"
    file.write_text(MESSAGE)
    for mechanism in ("PLAIN", "LOGIN", "SCRAM-SHA-256"):
        done = subprocess.run(
            [tool("curl"), "-sS", "-k", "--ssl-reqd", "--url", f"smtp://127.0.0.1:{house.port}/laptop.lan", "--user", f"{USER}:{PASSWORD}",
             "--login-options", f"AUTH={mechanism}", "--mail-from", USER, "--mail-rcpt", "bob@out.test", "--upload-file", file],
            capture_output=True, text=True, timeout=60)
        # Not every curl has SCRAM.
        assert done.returncode == 0 or mechanism.startswith("SCRAM"), (mechanism, done.stderr)
    house.other.wait(2)


@pytest.mark.parametrize("number", [0, 1])
def test_our_own_client_sends_bound_to_the_connection(house, number):
    listener = house.listeners[number]
    scheme = "smtps" if listener.tls == "implicit" else "smtp"
    secret = house.directory / "password"
    secret.write_text(PASSWORD + "\n")
    done = subprocess.run(
        [PROGRAM, "send", "-", "--server", f"{scheme}://127.0.0.1:{listener.port}", "--tls",
         ["required", "implicit"][number], "--no-verify",
         "--auth", USER, "--password-file", secret, "--from", USER, "--transcript", "--to", "bob@out.test"],
        input=MESSAGE, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "AUTH SCRAM-SHA-256-PLUS" in done.stderr and PASSWORD not in done.stderr, done.stderr
    house.other.wait(1)


@pytest.mark.parametrize("mechanism", ["LOGIN", "PLAIN", "SCRAM-SHA-256"])
def test_our_own_client_signs_in_as_it_is_told(house, mechanism):
    done = subprocess.run(
        [PROGRAM, "send", "-", "--server", f"127.0.0.1:{house.port}", "--tls", "required", "--no-verify", "--transcript",
         "--auth", USER, "--auth-mechanism", mechanism, "--from", USER, "--to", "bob@out.test"],
        input=MESSAGE, capture_output=True, text=True, timeout=60, env=os.environ | {"SAMOTOP_PASSWORD": PASSWORD})
    assert done.returncode == 0 and f"AUTH {mechanism}" in done.stderr, done.stderr
    assert PASSWORD not in done.stderr
    house.other.wait(1)


def scram(client, user, password, channel=b"", flag="n"):
    """SCRAM-SHA-256 by hand: the reply, and whether the server proved itself."""
    nonce = base64.b64encode(os.urandom(18)).decode()
    bare = f"n={user},r={nonce}"
    name = "SCRAM-SHA-256-PLUS" if channel else "SCRAM-SHA-256"
    code, text = client.docmd("AUTH", f"{name} " + base64.b64encode(f"{flag},,{bare}".encode()).decode())
    if code != 334:
        return code, False
    first = base64.b64decode(text).decode()
    parts = dict(part.split("=", 1) for part in first.split(","))
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
    key = hmac.digest(salted, b"Client Key", "sha256")
    without = f"c={base64.b64encode(f'{flag},,'.encode() + channel).decode()},r={parts['r']}"
    signed = f"{bare},{first},{without}".encode()
    proof = bytes(a ^ b for a, b in zip(key, hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")))
    code, text = client.docmd(base64.b64encode(f"{without},p={base64.b64encode(proof).decode()}".encode()).decode())
    if code != 334:
        return code, False
    expected = b"v=" + base64.b64encode(hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256"))
    return client.docmd("")[0], base64.b64decode(text) == expected


def test_scram_by_an_implementation_in_python(house):
    certificate = hashlib.sha256(session(house).sock.getpeercert(True)).digest()
    assert scram(session(house), USER, PASSWORD) == (235, True)
    assert scram(session(house), USER, "wrong")[0] == 535
    assert scram(session(house), "nobody@our.test", PASSWORD)[0] == 535
    # Bound to the certificate; to another one; and somebody took -PLUS out of what we offer.
    assert scram(session(house), USER, PASSWORD, certificate, "p=tls-server-end-point") == (235, True)
    assert scram(session(house), USER, PASSWORD, certificate[::-1], "p=tls-server-end-point")[0] == 535
    assert scram(session(house), USER, PASSWORD, flag="y")[0] == 535


def test_p04_what_goes_out_tells_nothing_of_the_client_and_is_signed(house):
    client = signed_in(house)
    client.sendmail(USER, ["bob@out.test"], MESSAGE)
    house.other.wait(1)
    _, message = octets(house.other)
    # The first Received is the other server's own.
    passed_on = message.split(b"Received: by", 1)[0].split(b"\r\nDKIM-", 1)[1] + message.split(b"Received: by", 1)[1]
    for secret in (b"Canary", b"canary", b"192.168", b"laptop", b"127.0.0.1", b"+0200", b"localhost"):
        assert secret not in passed_on, (secret, message)
    assert b"Date: Tue, 1 Jul 2003 08:52:37 +0000\r\n" in message
    assert re.search(rb"^Message-ID: <\w+@our\.test>\r$", message, re.M)
    assert re.search(rb"^Received: by mx\.our\.test with ESMTPSA id \w+;", message, re.M), message
    assert dkim.verify(message, dnsfunc=lambda name, timeout=5: house.record.encode(), logger=None), message


def test_r30_m17_senders_and_authors_are_the_accounts(house):
    client = signed_in(house)
    for sender in ("other@our.test", "ann@out.test"):
        assert client.docmd("MAIL", f"FROM:<{sender}>")[0] == 550
    for author in ("other@our.test", "user@our.test, other@our.test"):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(USER, ["bob@out.test"], MESSAGE.replace("User <user@our.test>", author))
        assert refused.value.smtp_code == 550
    client.sendmail("sales@our.test", ["bob@out.test"], MESSAGE.replace("user@our.test", "sales@our.test"))
    house.other.wait(1)


def test_r33_who_failed_sends_nothing(house):
    client = session(house)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(USER, "wrong")
    assert client.docmd("MAIL", "FROM:<user@our.test>")[0] == 530
    # Inside the network of the machine, too.
    assert session(house).docmd("MAIL", "FROM:<user@our.test>")[0] == 530


def test_u06_guessing_is_bounded(house):
    codes = []
    for _ in range(6):
        client = session(house)
        while True:
            code = client.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{USER}\0guess".encode()).decode())[0]
            codes.append(code)
            if code == 421:
                break
    assert codes.count(535) == 8 and codes.count(454) == 10 and codes.count(421) == 6, codes
    # From elsewhere the owner gets in.
    listener = house.listeners[0]
    client = smtplib.SMTP(listener.host, listener.port, local_hostname="laptop.lan", timeout=30, source_address=("127.9.9.9", 0))
    client.starttls(context=context(house))
    client.login(USER, PASSWORD)


def test_a_message_goes_when_its_sender_wants(house):
    """FUTURERELEASE, DELIVERBY and MT-PRIORITY are offered to who has signed in; what is to go later waits, for mailboxes of ours, too."""
    client = signed_in(house)
    longest, latest = client.esmtp_features["futurerelease"].split()
    assert longest == str(30 * 86_400) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", latest)
    assert client.has_extn("deliverby") and client.has_extn("mt-priority")
    assert client.mail(USER, ["HOLDFOR=2592001"])[0] == 501
    assert client.mail(USER, ["HOLDUNTIL=2999-01-01T00:00:00Z"])[0] == 501
    assert client.sendmail(USER, [USER, "bob@out.test"], MESSAGE, ["HOLDFOR=3600", "BY=60;R", "MT-PRIORITY=4"]) == {}
    client.quit()
    [entry] = wait_until(lambda: queued(house), "it isn't queued")
    for recipient in entry["recipients"]:
        assert recipient["state"] == "waiting" and recipient["attempts"] == 0
        assert 3_590 <= recipient["nextAttempt"] - entry["arrived"] <= 3_600
    assert house.messages() == [] and house.other.messages() == []
    # Nobody here promises to return what is late, so that a message that wants it comes back.
    queue(house, "retry", entry["id"])
    assert b"Subject: from me" in house.wait_for_messages(1)[0]
    house.wait_for_messages(2)
    assert any(b"DELIVERBY" in message for message in house.messages())


def test_app_passwords_are_made_and_revoked_while_it_serves(house):
    made = samotop_command(house, "account", "app-password", "new", USER, "phone")
    assert made.returncode == 0, made.stderr
    password = made.stdout.strip()
    signed_in(house, password=password)
    assert scram(session(house), USER, password) == (235, True)
    assert "phone" in samotop_command(house, "account", "app-password", "list", USER).stdout
    assert "app passwords: 1" in samotop_command(house, "account", "list").stdout
    assert samotop_command(house, "account", "app-password", "new", USER, "phone").returncode != 0
    assert samotop_command(house, "account", "app-password", "revoke", USER, "phone").returncode == 0
    with pytest.raises(smtplib.SMTPAuthenticationError):
        signed_in(house, password=password)
    signed_in(house)
    assert password not in (house.directory / "state" / "accounts").read_text()


def test_whom_an_account_writes_to_is_welcome(house):
    signed_in(house).sendmail(USER, ["bob@out.test", "other@our.test"], MESSAGE)
    listed = samotop_command(house, "contacts", "list", "--owner", USER).stdout
    assert re.search(r"bob@out\.test.*welcome|welcome.*bob@out\.test", listed), listed
    # Mail to a mailbox of ours is there at once.
    (text,) = house.wait_for_messages(1, "other")
    assert email.message_from_bytes(text)["Received"].startswith("by mx.our.test with ESMTPSA")


def test_check_finds_what_keeps_people_from_sending(house, tmp_path):
    assert samotop_command(house, "account", "remove", USER).returncode == 0
    done = samotop_command(house, "check")
    assert done.returncode == 78 and "samotop account set" in done.stderr, done.stderr
    text = house.configuration.read_text()
    for changed, words in ((re.sub(r"relay: .*\n", "", text), "nothing goes out without relay"),
                           (text.replace("tls: implicit", "tls: none"), "passwords don't go in clear"),
                           (text + "submission: {addresses: {nobody@our.test: [a@b.test]}}\n", "no mailbox")):
        other = tmp_path / "other.yaml"
        other.write_text(changed)
        done = subprocess.run([PROGRAM, "check", "--config", other], capture_output=True, text=True, timeout=60)
        assert done.returncode == 78 and words in done.stderr, done.stderr


def test_postfix_lets_our_accounts_in(house_with_socket, tmp_path):
    """Dovecot's authentication protocol: Postfix asks us about passwords, over a socket; and so guessing there counts here."""
    server, socket = house_with_socket
    peer = Postfix(tmp_path / "postfix", smtpd_sasl_auth_enable="yes", smtpd_sasl_type="dovecot", smtpd_sasl_path=socket,
                   smtpd_relay_restrictions="permit_sasl_authenticated,reject", mynetworks="", mydestination="out.test",
                   local_transport="discard:", local_recipient_maps="", smtpd_sasl_security_options="noanonymous",
                   smtpd_sender_login_maps=f"static:{USER}")
    try:
        for password, code in ((PASSWORD, 235), ("wrong", 535)):
            with smtplib.SMTP("127.0.0.1", peer.port, timeout=30) as client:
                client.ehlo()
                offered = client.esmtp_features["auth"].split()
                assert {"PLAIN", "LOGIN", "SCRAM-SHA-256"} <= set(offered) and "SCRAM-SHA-256-PLUS" not in offered
                client.user, client.password = USER, password
                try:
                    assert client.auth("PLAIN", client.auth_plain)[0] == code
                    assert client.sendmail(USER, ["bob@out.test"], MESSAGE) == {}
                except smtplib.SMTPAuthenticationError as refusal:
                    assert refusal.smtp_code == code, refusal
        assert f"sasl_username={USER}" in peer.log_text(), peer.log_text()
        # What was guessed by Postfix is counted: the bound of one account and network is reached together.
        for _ in range(8):
            with smtplib.SMTP("127.0.0.1", peer.port, timeout=30) as client:
                client.ehlo()
                client.user, client.password = USER, "wrong"
                with pytest.raises(smtplib.SMTPAuthenticationError):
                    client.auth("PLAIN", client.auth_plain)
        with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
            signed_in(server)
        assert refusal.value.smtp_code == 454
    finally:
        peer.close()


def test_the_socket_hangs_up_on_what_is_no_line_of_its_protocol(house_with_socket):
    _, path = house_with_socket
    for line in (b"VERSION\t2\t0\n", b"AUTH\tx\tPLAIN\n", b"CONT\t1\n", b"x" * 20_000):
        with socket_to(path) as client:
            stream = client.makefile("rb")
            greeting = []
            while (word := stream.readline()) != b"DONE\n":
                greeting.append(word)
            assert greeting[0] == b"VERSION\t1\t2\n" and b"MECH\tPLAIN\tplaintext\n" in greeting
            client.sendall(line)
            assert stream.read() == b""
    with socket_to(path) as client:
        stream = client.makefile("rb")
        while stream.readline() != b"DONE\n":
            pass
        told = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())
        client.sendall(b"VERSION\t1\t1\nCPID\t7\nAUTH\t1\tPLAIN\tservice=smtp\tresp=%s\n" % told)
        assert stream.readline() == b"FAIL\t1\n"
        client.sendall(b"AUTH\t2\tPLAIN\tservice=smtp\tsecured\tresp=%s\nAUTH\t3\tNTLM\tsecured\nNEWS\tx\n" % told)
        assert sorted([stream.readline(), stream.readline()]) == sorted([f"OK\t2\tuser={USER}\n".encode(), b"FAIL\t3\n"])
