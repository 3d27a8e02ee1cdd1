"""Programs and libraries that people send mail with, each its own way."""

import asyncio
import email.message
import email.policy
import re
import smtplib
import subprocess

import pytest
from peers import Programs
from server import HOSTNAME, RECIPIENT, Listener, Settings, holds_exactly, message, missing


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, **options)


def swaks(tool, server, *arguments):
    return run(tool("swaks"), "--server", server.address, "--from", "ann@client.test", "--to", RECIPIENT, "--helo",
               "client.test", "--timeout", "20", *arguments)


def test_swaks_is_refused_before_tls(samotop, tool):
    server = samotop(tls="required")
    result = swaks(tool, server)
    assert "530 5.7.0" in result.stdout
    assert result.returncode != 0
    assert server.messages() == []


@pytest.mark.parametrize("arguments", [[], ["--pipeline"]], ids=["plain", "pipelining"])
def test_swaks_over_starttls(samotop, tool, arguments):
    server = samotop()
    result = swaks(tool, server, "--tls", *arguments, "--body", "swaks was here")
    assert result.returncode == 0, result.stdout + result.stderr
    [stored] = server.wait_for_messages(1)
    assert b"swaks was here" in stored


def test_swaks_over_implicit_tls(samotop, tool):
    server = samotop(tls="implicit")
    result = swaks(tool, server, "--tls-on-connect", "--body", "swaks was here")
    assert result.returncode == 0, result.stdout + result.stderr
    assert len(server.wait_for_messages(1)) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_curl_checks_our_certificate(samotop, tool, tmp_path, scheme):
    server = samotop(tls="implicit" if scheme == "smtps" else "required")
    sent = message("curl-1")
    (tmp_path / "mail").write_bytes(sent)
    result = run(tool("curl"), "-sS", "--url", f"{scheme}://{HOSTNAME}:{server.port}/client.test", "--resolve",
                 f"{HOSTNAME}:{server.port}:127.0.0.1", "--ssl-reqd", "--cacert", server.certificate.authority,
                 "--mail-from", "ann@client.test", "--mail-rcpt", RECIPIENT, "--upload-file", tmp_path / "mail")
    assert result.returncode == 0, result.stderr
    [stored] = server.wait_for_messages(1)
    assert holds_exactly(stored, sent)


def test_smtplib_several_recipients_and_one_unknown(samotop):
    server = samotop()
    with server.connect() as client:
        sent = message("smtplib-1")
        refused = client.sendmail("ann@client.test", ["user@our.test", "nobody@our.test", "other@our.test"], sent)
    assert list(refused) == ["nobody@our.test"]
    assert refused["nobody@our.test"][0] == 550
    for mailbox in ("user", "other"):
        [stored] = server.wait_for_messages(1, mailbox)
        assert holds_exactly(stored, sent)
    assert server.messages("third") == []


def test_smtplib_several_transactions_in_a_session(samotop):
    server = samotop()
    sent = [message(f"transaction-{number}") for number in range(5)]
    with server.connect() as client:
        for each in sent:
            client.sendmail("ann@client.test", [RECIPIENT], each)
    stored = server.wait_for_messages(5)
    assert all(sum(holds_exactly(one, each) for one in stored) == 1 for each in sent)


def test_smtplib_eight_bit_and_dots(samotop):
    server = samotop()
    sent = message("eight-bit") + "žluťoučký kůň\r\n.\r\n..\r\n.x\r\n".encode() + b"\xe9\r\n" * 3
    with server.connect() as client:
        assert client.has_extn("8bitmime")
        client.sendmail("ann@client.test", [RECIPIENT], sent, mail_options=["BODY=8BITMIME"])
    [stored] = server.wait_for_messages(1)
    assert holds_exactly(stored, sent)


def test_smtplib_internationalized(samotop):
    server = samotop()
    letter = email.message.EmailMessage(policy=email.policy.SMTPUTF8)
    letter["From"], letter["To"], letter["Subject"] = "žofie@klient.test", RECIPIENT, "žluťoučký"
    letter.set_content("kůň")
    with server.connect() as client:
        assert client.has_extn("smtputf8")
        client.send_message(letter, "žofie@klient.test", [RECIPIENT])
    [stored] = server.wait_for_messages(1)
    assert "From: žofie@klient.test".encode() in stored


def test_smtplib_size_is_announced_and_kept(samotop):
    server = samotop(settings=Settings(message_size="100KiB"))
    with server.connect() as client:
        assert int(client.esmtp_features["size"]) == 102_400
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            client.sendmail("ann@client.test", [RECIPIENT], b"x" * 200_000)
        assert refusal.value.smtp_code == 552
        client.sendmail("ann@client.test", [RECIPIENT], message("small"))
    assert len(server.wait_for_messages(1)) == 1


def test_relaying_is_refused(samotop):
    server = samotop()
    with server.connect() as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            client.sendmail("ann@client.test", ["bob@out.test"], message("relay"))
    [(code, words)] = refusal.value.recipients.values()
    assert code == 550 and words.startswith(b"5.7.1")


def test_aiosmtplib(samotop):
    try:
        import aiosmtplib
    except ImportError:
        missing("python3-aiosmtplib isn't installed (scripts/setup test)")
    server = samotop()
    sent = [message(f"aiosmtplib-{number}") for number in range(10)]

    async def send(one):
        # The certificate names the host as localhost too.
        client = aiosmtplib.SMTP(hostname="localhost", port=server.port, start_tls=False, timeout=20,
                                 tls_context=server.client_context(), local_hostname="client.test")
        async with client:
            await client.starttls()
            await client.sendmail("ann@client.test", ["user@our.test", "other@our.test"], one)

    async def send_all():
        await asyncio.gather(*(send(one) for one in sent))

    asyncio.run(send_all())
    for mailbox in ("user", "other"):
        stored = server.wait_for_messages(10, mailbox)
        assert all(sum(holds_exactly(one, each) for one in stored) == 1 for each in sent)


@pytest.mark.parametrize("reused", [True, False], ids=["reused", "new-connections"])
def test_smtp_source_each_message_is_there_once(samotop, reused):
    server = samotop(tls="optional")
    result = Programs().run("smtp-source", *(["-d"] if reused else []), "-s", 20, "-m", 200, "-l", 10_240, "-f",
                            "ann@client.test", "-t", RECIPIENT, server.address)
    assert result.returncode == 0 and not result.stderr, result.stderr
    stored = server.wait_for_messages(200)
    identities = [re.search(rb"^Message-Id: (<.*>)$", one, re.M)[1] for one in stored]
    assert len(identities) == len(set(identities)) == 200
    assert all(len(one.split(b"\n\n", 1)[1]) >= 10_000 for one in stored)


def test_smtp_source_over_lmtp(samotop):
    server = samotop([Listener(tls="none", role="lmtp")])
    result = Programs().run("smtp-source", "-L", "-d", "-s", 5, "-m", 50, "-l", 2_000, "-r", 1, "-f", "ann@client.test",
                            "-t", RECIPIENT, server.address)
    assert result.returncode == 0 and not result.stderr, result.stderr
    assert len(server.wait_for_messages(50)) == 50


@pytest.mark.parametrize("tls", ["required", "implicit"])
def test_msmtp(samotop, tool, tmp_path, tls):
    server = samotop(tls=tls)
    (tmp_path / "msmtprc").write_text(
        f"account default\nhost localhost\nport {server.port}\ndomain client.test\nfrom ann@client.test\ntls on\n"
        f"tls_starttls {'on' if tls == 'required' else 'off'}\ntls_trust_file {server.certificate.authority}\n"
        "auth off\n")
    (tmp_path / "msmtprc").chmod(0o600)
    sent = message("msmtp")
    result = run(tool("msmtp"), "-C", tmp_path / "msmtprc", RECIPIENT, input=sent.decode().replace("\r\n", "\n"))
    assert result.returncode == 0, result.stderr
    [stored] = server.wait_for_messages(1)
    assert holds_exactly(stored, sent)


def test_ehlo_announces_what_it_can(samotop):
    server = samotop(tls="required")
    with server.connect(starttls=False) as client:
        assert client.has_extn("starttls") and not client.has_extn("auth")
    with server.connect() as client:
        names = set(client.esmtp_features)
    assert {"pipelining", "8bitmime", "smtputf8", "size", "enhancedstatuscodes"} <= names
    assert "starttls" not in names
