"""Certificates by ACME from a real Pebble: both challenges, renewal under an open session, another key, an authority that is away."""

import hashlib
import re
import shutil
import smtplib
import socket
import ssl
import stat
import subprocess

import pytest
from authority import Pebble
from nameserver import NameServer, find_nsd
from server import HOSTNAME, PROGRAM, RECIPIENT, Listener, Settings, find_tool, free_port, holds_exactly, message
from test_sending import wait_until

ZONE = "mx IN A 127.0.0.1\nca IN A 127.0.0.1\nmta-sts IN CNAME mx\n@ IN MX 10 mx\n"
ISSUED = "a certificate was issued"


@pytest.fixture
def names(tmp_path):
    server = NameServer(tmp_path / "nsd", {"our.test": ZONE})
    yield server
    server.close()


@pytest.fixture
def pebble(tmp_path, names):
    """Starts authorities: pebble(refused_nonces=40)."""
    started = []

    def start(**arguments):
        started.append(Pebble(tmp_path / f"pebble-{len(started)}", names, **arguments))
        return started[-1]

    yield start
    for authority in started:
        authority.close()
        print(f"--- {authority.log}\n{authority.log.read_text()[-4000:]}")


def certificate_file(server):
    return server.directory / "state/acme/certificate.pem"


def shown(server, context, port=None, name=HOSTNAME):
    """The certificate that a client gets by STARTTLS, or at a port of HTTPS: its serial number and the SHA-256 of its key."""
    if port:
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port), 20), server_hostname=name) as client:
            der = client.getpeercert(binary_form=True)
    else:
        with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.test", timeout=20) as client:
            client._host = name
            client.starttls(context=context)
            der = client.sock.getpeercert(binary_form=True)
    return facts(der)


def facts(der):
    def openssl(*arguments, data=der):
        return subprocess.run([find_tool("openssl"), *arguments], input=data, check=True, capture_output=True).stdout
    key = openssl("pkey", "-pubin", "-outform", "DER", data=openssl("x509", "-inform", "DER", "-noout", "-pubkey"))
    serial = openssl("x509", "-inform", "DER", "-noout", "-serial").decode().strip()
    return serial, hashlib.sha256(key).hexdigest()


def trusting(root):
    context = ssl.create_default_context(cadata=root)
    # Pebble's intermediate and root are as old as they are.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context


def nobody():
    return ssl._create_unverified_context()


def acme(server, *arguments):
    return subprocess.run([PROGRAM, "acme", *arguments, "--config", server.configuration], capture_output=True, text=True, timeout=120)


def wait_for(server, text, seconds=60):
    wait_until(lambda: text in server.log.read_text(), f"no {text!r} in the log", seconds)


def test_http_01_with_an_authority_that_refuses_many_nonces(samotop, names, pebble):
    authority = pebble(refused_nonces=30)
    server = samotop(tls="optional", settings=Settings(
        dns=names.section, acme=authority.section(listen=f'"127.0.0.1:{authority.http}"')))
    wait_for(server, ISSUED)
    _, key = shown(server, trusting(authority.root()))
    assert "until=" in server.log.read_text()
    assert "one that signs itself is served until then" in server.log.read_text()
    assert stat.S_IMODE(certificate_file(server).stat().st_mode) == 0o600
    assert stat.S_IMODE(certificate_file(server).parent.stat().st_mode) == 0o700
    status = acme(server, "status")
    assert status.returncode == 0, status.stderr
    assert f"_25._tcp.{HOSTNAME}. IN TLSA 3 1 1 {key}" in status.stdout
    assert f"account  https://{authority.HOST}:{authority.port}/my-account/" in status.stdout


@pytest.mark.parametrize("shares_https", [False, True])
def test_tls_alpn_01_alone_and_where_https_is_served(samotop, names, pebble, shares_https, tool):
    authority = pebble()
    listen = "" if shares_https else f'"127.0.0.1:{authority.tls}"'
    sts = f'{{listen: "127.0.0.1:{authority.tls}"}}' if shares_https else ""
    server = samotop(tls="optional", settings=Settings(
        dns=names.section, acme=authority.section("tls-alpn-01", listen), mta_sts=sts))
    wait_for(server, ISSUED)
    shown(server, trusting(authority.root()))
    # Who asks for the challenge's protocol when there is no challenge, is sent away; everybody else gets what they came for.
    seen = subprocess.run(
        [tool("openssl"), "s_client", "-connect", f"127.0.0.1:{authority.tls}", "-servername", HOSTNAME, "-alpn", "acme-tls/1"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert "no application protocol" in seen.stderr, seen.stderr
    if shares_https:
        root = server.directory / "root.pem"
        root.write_text(authority.root())
        done = subprocess.run(
            [tool("curl"), "--silent", "--show-error", "--cacert", root, "--resolve", f"mta-sts.our.test:{authority.tls}:127.0.0.1",
             f"https://mta-sts.our.test:{authority.tls}/.well-known/mta-sts.txt"], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and "mx: mx.our.test" in done.stdout, done.stderr


def test_renewal_keeps_the_key_and_the_open_session(samotop, names, pebble):
    """T16"""
    authority = pebble()
    server = samotop(tls="optional", settings=Settings(
        dns=names.section, acme=authority.section(listen=f'"127.0.0.1:{authority.http}"')))
    wait_for(server, ISSUED)
    context = trusting(authority.root())
    before = shown(server, context)
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.test", timeout=20) as client:
        client._host = HOSTNAME
        client.starttls(context=context)
        client.ehlo()
        assert client.mail("ann@client.test")[0] == 250
        renewed = acme(server, "renew")
        assert renewed.returncode == 0, renewed.stderr
        after = shown(server, context)
        assert after[0] != before[0], "the certificate is another one"
        assert after[1] == before[1], "the key is the same: its TLSA record holds"
        # The session goes on where it was.
        assert client.rcpt(RECIPIENT)[0] == 250
        sent = message("renewal")
        assert client.data(sent)[0] == 250
    [stored] = server.wait_for_messages(1)
    assert holds_exactly(stored, sent)


def test_an_authority_that_is_away_at_the_start(samotop, names, pebble):
    port, http = free_port(), free_port()
    away = pebble(port=port, http=http)
    section = away.section(listen=f'"127.0.0.1:{http}"')
    away.close()
    server = samotop(tls="optional", settings=Settings(dns=names.section, acme=section))
    wait_for(server, "no certificate from the authority; what there is stays in use")
    log = server.log.read_text()
    assert "one that signs itself is served until then" in log and "ca.our.test can't be reached" in log
    # Mail comes in all the same, and by DANE the key is right already.
    _, key = shown(server, nobody())
    with pytest.raises(ssl.SSLCertVerificationError):
        shown(server, ssl.create_default_context())
    # Another Pebble would have another authority for its own certificate: the same file is used again.
    back = pebble(port=port, http=http)
    shutil.copy(back.ca_file, away.ca_file)
    done = acme(server, "renew")
    assert done.returncode != 0, "the authorities to trust were read at the start"
    server.terminate()
    server.start()
    # The pause after failures outlives a restart; asked for, it is done now.
    renewed = acme(server, "renew")
    assert renewed.returncode == 0, renewed.stderr
    wait_for(server, ISSUED)
    assert shown(server, trusting(back.root()))[1] == key
    # And a certificate that is there is served while the authority is away again.
    back_root = back.root()
    back.close()
    server.terminate()
    server.start()
    assert shown(server, trusting(back_root))[1] == key


def test_another_key_only_when_the_dns_shows_it(samotop, names, pebble, tmp_path):
    """T17"""
    authority = pebble()
    server = samotop(tls="optional", settings=Settings(
        dns=names.section, acme=authority.section(listen=f'"127.0.0.1:{authority.http}"')))
    wait_for(server, ISSUED)
    context = trusting(authority.root())
    _, old = shown(server, context)
    assert acme(server, "rollover", "--finish").returncode != 0, "no key is prepared"
    prepared = acme(server, "rollover")
    assert prepared.returncode == 0, prepared.stderr
    records = re.findall(r"^_25\._tcp\.mx\.our\.test\. IN TLSA (3 1 1 [0-9a-f]{64})$", prepared.stdout, re.M)
    assert len(records) == 2 and records[0] == f"3 1 1 {old}"
    assert acme(server, "rollover").stdout == prepared.stdout, "once more is the same"

    def publish(*these):
        zone = tmp_path / "nsd" / "our.test.zone"
        head = zone.read_text().split("_25._tcp")[0]
        zone.write_text(head + "".join(f"_25._tcp.mx IN TLSA {record}\n" for record in these))
        restart(names, tmp_path)

    publish(records[0])
    refused = acme(server, "rollover", "--finish")
    assert refused.returncode == 1 and "doesn't show the new key's record" in refused.stderr
    assert shown(server, context)[1] == old
    publish(*records)
    finished = acme(server, "rollover", "--finish")
    assert finished.returncode == 0, finished.stderr
    assert f"3 1 1 {shown(server, context)[1]}" == records[1]
    assert records[0] not in finished.stdout and records[1] in finished.stdout
    assert not (certificate_file(server).parent / "next-key.pem").exists()


def restart(names, tmp_path):
    """The name server reads its zones again."""
    names.close()
    names.log.unlink()
    names.process = subprocess.Popen([find_nsd(), "-d", "-c", tmp_path / "nsd/nsd.conf"], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/")
    wait_until(lambda: names.log.exists() and "nsd started" in names.log.read_text(), "nsd doesn't serve")
