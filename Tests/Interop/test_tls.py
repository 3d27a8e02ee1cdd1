"""TLS as other people's tools see it: versions, weaknesses, reload under load, and relaying behind it."""

import json
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest
from certificates import issue_certificate
from peers import Postfix
from server import HOSTNAME, Listener, Settings, free_port


def s_client(tool, server, *arguments):
    return subprocess.run(
        [tool("openssl"), "s_client", "-connect", server.address, "-servername", HOSTNAME, "-verify_return_error",
         "-verify_hostname", HOSTNAME, "-CAfile", str(server.certificate.authority), *arguments],
        input="QUIT\r\n", capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("tls", ["required", "implicit"])
@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_openssl_handshake(samotop, tool, tls, version):
    server = samotop(tls=tls)
    starttls = ["-starttls", "smtp"] if tls == "required" else []
    result = s_client(tool, server, *starttls, f"-tls{version.replace('.', '_')}")
    assert result.returncode == 0, result.stderr
    assert f"TLSv{version}" in result.stdout
    assert "Verify return code: 0 (ok)" in result.stdout


@pytest.mark.parametrize("tls", ["required", "implicit"])
@pytest.mark.parametrize("version", ["1", "1_1"])
def test_old_tls_is_refused(samotop, tool, tls, version):
    server = samotop(tls=tls)
    starttls = ["-starttls", "smtp"] if tls == "required" else []
    # Security level 0 lets this OpenSSL offer it at all: the refusal has to be the server's.
    result = s_client(tool, server, *starttls, f"-tls{version}", "-cipher", "ALL:@SECLEVEL=0")
    assert result.returncode != 0
    # OpenSSL says "alert protocol version" or sees the connection closed.
    assert "Cipher is (NONE)" in result.stdout
    assert "no protocols available" not in result.stderr


# A private authority has no revocation service: that isn't the server's.
# The TLS library has no switch for the server's preference; all suites are ECDHE with AEAD (docs/decisions/0009).
NOT_THE_SERVER = {"cert_revocation", "cipher_order"}


@pytest.mark.slow
@pytest.mark.parametrize("tls", ["required", "implicit"])
def test_testssl_finds_nothing(samotop, tool, tmp_path, tls):
    server = samotop(tls=tls)
    report = tmp_path / "testssl.json"
    starttls = ["--starttls", "smtp"] if tls == "required" else []
    subprocess.run(
        [tool("testssl", "testssl.sh"), *starttls, "--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none",
         "--protocols", "--server-preference", "--std", "--fs", "--vulnerable", "--server-defaults", "--ip",
         "127.0.0.1", "--connect-timeout", "10", "--openssl-timeout", "10", "--add-ca",
         str(server.certificate.authority),
         "--jsonfile", str(report), f"{HOSTNAME}:{server.port}"],
        capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
    findings = json.loads(report.read_text())
    # It did get through to the server, over TLS 1.3 too.
    seen = {finding["id"]: finding for finding in findings}
    assert seen["TLS1_2"]["finding"] == seen["TLS1_3"]["finding"].split()[0] == "offered", seen
    assert len(findings) > 30
    bad = [finding for finding in findings if finding["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL")
           and finding["id"] not in NOT_THE_SERVER]
    assert bad == []


def test_certificate_reload_under_handshakes(samotop, certificate, tmp_path):
    """T13: the key is swapped first and the certificate later; no handshake fails, and the new pair is served."""
    pair = issue_certificate(tmp_path / "first", authority=certificate.authority.parent)
    renewed = issue_certificate(tmp_path / "second", authority=certificate.authority.parent)
    pair.authority = certificate.authority
    server = samotop(tls="implicit", certificate=pair)
    failures, serials, done = [], [], threading.Event()
    context = server.client_context()

    def shake_hands():
        try:
            with socket.create_connection(("127.0.0.1", server.port), 20) as plain:
                with context.wrap_socket(plain, server_hostname=HOSTNAME) as inside:
                    serials.append(inside.getpeercert()["serialNumber"])
                    assert inside.recv(512).startswith(b"220")
        except Exception as error:  # noqa: BLE001 - each is a finding
            failures.append(error)

    def work():
        while not done.is_set():
            shake_hands()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()

    def wait_for(more):
        goal, deadline = len(serials) + more, time.monotonic() + 60
        while len(serials) < goal and not failures and time.monotonic() < deadline:
            time.sleep(0.01)

    try:
        wait_for(50)
        shutil.copy(renewed.key, pair.key)  # no longer fits the certificate: the old pair stays
        server.signal(signal.SIGHUP)
        wait_for(50)
        shutil.copy(renewed.chain, pair.chain)
        server.signal(signal.SIGHUP)
        wait_for(100)
        old, deadline = serials[0], time.monotonic() + 20
        while serials[-1] == old and time.monotonic() < deadline:
            wait_for(10)
        pair.chain.write_text("-----BEGIN CERTIFICATE-----\nMIIB")  # truncated: the new pair stays
        server.signal(signal.SIGHUP)
        wait_for(50)
    finally:
        done.set()
        for worker in workers:
            worker.join(30)
    assert failures == []
    assert len(serials) >= 200
    assert len(set(serials)) == 2 and serials[-1] != serials[0]


def nmap_open_relay(tool, port):
    result = subprocess.run(
        [tool("nmap"), "-Pn", "-n", "-p", str(port), "--script", "+smtp-open-relay", "--script-args",
         "smtp-open-relay.domain=out.test,smtp-open-relay.ip=127.0.0.1", "127.0.0.1"],
        capture_output=True, text=True, timeout=120)
    return result.stdout


def test_nmap_finds_no_open_relay(samotop, tool, tmp_path):
    """On the implicit TLS listener: before STARTTLS the script stops at 530 and calls any server closed."""
    control = Postfix(tmp_path / "open", mynetworks="0.0.0.0/0", default_transport="discard")
    try:
        assert "Server is an open relay (16/16 tests)" in nmap_open_relay(tool, control.port)
    finally:
        control.close()
    # The script tries all its forms in one session; each refusal counts as an error.
    server = samotop([Listener(tls="implicit", port=free_port())], settings=Settings(errors=100))
    found = nmap_open_relay(tool, server.port)
    assert "doesn't seem to be an open relay, all tests failed" in found, found


def say_hello(client):
    assert read_reply(client).startswith(b"220 ")
    client.sendall(b"EHLO client.test\r\n")
    assert b"STARTTLS" in read_reply(client)


def read_reply(client):
    """One whole reply: up to the line whose code is followed by a space."""
    answer = b""
    while not (answer.endswith(b"\r\n") and answer.splitlines()[-1][3:4] in (b" ", b"")):
        piece = client.recv(4096)
        assert piece, answer
        answer += piece
    return answer


def test_starttls_drops_what_was_said_before(samotop):
    """T01: bytes behind STARTTLS in its own segment are never carried out, even if a handshake follows."""
    server = samotop()
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        say_hello(client)
        client.sendall(b"STARTTLS\r\nMAIL FROM:<eve@client.test>\r\nRCPT TO:<user@our.test>\r\n")
        answer = read_reply(client)
        if answer.startswith(b"220"):  # then it has to have forgotten the rest
            assert answer.count(b"\r\n") == 1, answer
            with server.client_context().wrap_socket(client, server_hostname=HOSTNAME) as inside:
                inside.sendall(b"DATA\r\n")
                assert read_reply(inside).startswith(b"503")
        else:
            assert answer.startswith(b"5") and answer.count(b"\r\n") == 1, answer
            assert client.recv(512) == b""
    with server.connect() as client:  # and the server is fine
        assert client.noop()[0] == 250
    assert server.messages() == []


def test_plaintext_after_starttls_gets_no_plaintext_answer(samotop):
    server = samotop()
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        say_hello(client)
        client.sendall(b"STARTTLS\r\n")
        assert client.recv(512).startswith(b"220")
        client.sendall(b"EHLO client.test\r\nMAIL FROM:<eve@client.test>\r\n")
        answer = b""
        try:
            while piece := client.recv(4096):
                answer += piece
        except ConnectionResetError:
            pass
    # Nothing, or a TLS alert (content type 21).
    assert answer == b"" or answer[0] == 21, answer


def test_unencrypted_bytes_to_implicit_tls(samotop):
    server = samotop(tls="implicit")
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(b"EHLO client.test\r\n")
        try:
            answer = client.recv(4096)
        except ConnectionResetError:
            answer = b""
    assert answer == b"" or answer[0] == 21, answer
    with pytest.raises(ssl.SSLError):
        bare = ssl.create_default_context()
        with socket.create_connection(("127.0.0.1", server.port), 10) as client:
            bare.wrap_socket(client, server_hostname=HOSTNAME)  # our authority isn't public
