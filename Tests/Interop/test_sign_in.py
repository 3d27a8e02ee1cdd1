"""Signing in without a password: access tokens (curl, Python) of an issuer made here, and client certificates (curl, OpenSSL)."""

import base64
import http.server
import json
import smtplib
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse

import pytest
from certificates import issue_certificate
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from server import DOMAIN, HOSTNAME, PROGRAM, SERVICE_USER, Listener, Settings, hand_over
from test_sending import LOOPBACK, queue, queued, wait_until, zones  # noqa: F401 (zones is a fixture)
from test_submission import PASSWORD, USER, samotop_command, session, set_password

OTHER = f"other@{DOMAIN}"
MESSAGE = f"From: {USER}\r\nTo: {OTHER}\r\nSubject: without a password\r\n\r\nHi.\r\n"
RELAY = "{inner-networks: [127.0.0.0/8]}"
ISSUER = "https://id.test"
SECRET = "of the server alone"


def encoded(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value):
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    """Publishes keys, signs tokens, and says what a token is (RFC 7517, RFC 7519, RFC 7662)."""

    def __init__(self, certificate=None):
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.published = ["r1", "e1"]
        self.tokens = {}
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(self.path)
                self.answer(outer.keys())

            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                outer.requests.append((self.headers["authorization"], form["token"][0]))
                self.answer(outer.tokens.get(form["token"][0], {"active": False}))

            def answer(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keys(self):
        public, point = self.rsa.public_key().public_numbers(), self.ec.public_key().public_numbers()
        keys = {
            "r1": {"kty": "RSA", "kid": "r1", "use": "sig", "n": number(public.n), "e": number(public.e)},
            "e1": {"kty": "EC", "kid": "e1", "crv": "P-256",
                   "x": encoded(point.x.to_bytes(32, "big")), "y": encoded(point.y.to_bytes(32, "big"))},
        }
        return {"keys": [keys[name] for name in self.published]}

    def token(self, algorithm="RS256", kid=None, **changes):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": "mail", "iat": now, "exp": now + 300, "email": USER, "email_verified": True} | changes
        head = {"alg": algorithm, "typ": "at+jwt", "kid": kid or {"R": "r1", "E": "e1"}.get(algorithm[0], "r1")}
        signed = encoded(json.dumps(head).encode()) + "." + encoded(json.dumps(claims).encode())
        if algorithm == "RS256":
            signature = self.rsa.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        elif algorithm == "ES256":
            pair = decode_dss_signature(self.ec.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
            signature = b"".join(part.to_bytes(32, "big") for part in pair)
        else:
            signature = b""
        return signed + "." + encoded(signature)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def issuers():
    started = []

    def make(*arguments):
        started.append(Issuer(*arguments))
        return started[-1]

    yield make
    for issuer in started:
        issuer.close()


@pytest.fixture
def start(samotop):
    """Starts a server with submission by STARTTLS and by implicit TLS, and with port 25, where ann may be one with a password."""
    def make(submission, dns="{}", password=True):
        server = samotop([Listener("required", "submission"), Listener("implicit", "submission"), Listener("required")],
                         settings=Settings(dns=dns, relay=RELAY, submission=submission))
        if password:
            set_password(server)
        return server
    return make


def curl(tool, server, tmp_path, *arguments, number=0, mechanism="OAUTHBEARER"):
    listener = server.listeners[number]
    file = tmp_path / "message"
    file.write_text(MESSAGE)
    scheme = "smtps" if listener.tls == "implicit" else "smtp"
    return subprocess.run(
        [tool("curl"), "-sS", "-v", "--ssl-reqd", "--cacert", server.certificate.authority,
         "--url", f"{scheme}://127.0.0.1:{listener.port}/laptop.lan",
         "--login-options", f"AUTH={mechanism}", "--mail-from", USER, "--mail-rcpt", OTHER, "--upload-file", file, *arguments],
        capture_output=True, text=True, timeout=60)


def bearer(client, token, name=""):
    """The challenge, decoded, or nothing, and the last code."""
    message = f"n,{'a=' + name if name else ''},\1auth=Bearer {token}\1\1"
    code, text = client.docmd("AUTH", "OAUTHBEARER " + base64.b64encode(message.encode()).decode())
    if code != 334:
        return None, code
    return json.loads(base64.b64decode(text)), client.docmd("AQ==")[0]


def test_curl_sends_by_a_token(start, issuers, zones, tool, tmp_path):  # noqa: F811
    """The issuer's keys are fetched by HTTPS from an authority of its own; XOAUTH2 is there once it is listed."""
    identity = issue_certificate(tmp_path / "id", "id.test")
    issuer = issuers(identity)
    hand_over(identity.authority.parent, None)
    server = start(
        f"{{mechanisms: [OAUTHBEARER, XOAUTH2, PLAIN], oauth: {{issuer: '{ISSUER}', audience: mail, ca-file: {identity.authority}, "
        f"jwks-url: 'https://id.test:{issuer.port}/keys'}}}}", dns=zones(test="id IN A 127.0.0.1\n").section)
    assert session(server).esmtp_features["auth"].split() == ["OAUTHBEARER", "XOAUTH2", "PLAIN"]
    sent = 0
    for number in (0, 1):
        for mechanism, algorithm in (("OAUTHBEARER", "RS256"), ("OAUTHBEARER", "ES256"), ("XOAUTH2", "RS256")):
            done = curl(tool, server, tmp_path, "--user", f"{USER}:",
                        "--oauth2-bearer", issuer.token(algorithm), number=number, mechanism=mechanism)
            assert done.returncode == 0 and "235 2.7.0" in done.stderr, done.stderr
            sent += 1
    server.wait_for_messages(sent, "other")
    assert issuer.requests == ["/keys"]
    refused = curl(tool, server, tmp_path, "--user", f"{USER}:", "--oauth2-bearer", issuer.token(aud="web"))
    assert refused.returncode != 0 and "535 5.7.8" in refused.stderr, refused.stderr
    assert all(part not in server.log_text() for part in ("eyJ", "Bearer"))


def test_u18_tokens_that_are_no_good(start, issuers, tmp_path):
    """Keys from this machine, in clear; each token that isn't good is refused in the same words, whoever's it is."""
    issuer, stranger = issuers(), issuers()
    server = start(f"{{oauth: {{issuer: '{ISSUER}', audience: [mail], scope: [smtp], jwks-url: 'http://localhost:{issuer.port}/keys'}}}}")
    good = {"scope": "openid smtp"}
    assert bearer(session(server), issuer.token(**good)) == (None, 235)
    assert bearer(session(server), issuer.token(**good), USER) == (None, 235)
    told = {"status": "invalid_token", "scope": "smtp", "openid-configuration": f"{ISSUER}/.well-known/openid-configuration"}
    now = int(time.time())
    for token in (issuer.token(email="nobody@our.test", **good), issuer.token(iss="https://id.example", **good),
                  issuer.token(aud="web", **good),
                  issuer.token(exp=now - 120, **good), issuer.token(nbf=now + 120, **good), issuer.token(email_verified=False, **good),
                  issuer.token("none", **good), issuer.token("HS256", **good), stranger.token(**good), issuer.token(kid="other", **good),
                  issuer.token(cnf={"jkt": "x"}, **good), "opaque"):
        assert bearer(session(server), token) == (told, 535), token
    assert bearer(session(server), issuer.token(**good), OTHER) == (told, 535)
    assert bearer(session(server), issuer.token()) == (told | {"status": "insufficient_scope"}, 535)
    # Names of keys that nobody knows have them fetched again later, not now.
    assert issuer.requests == ["/keys"]
    outside = smtplib.SMTP("127.0.0.1", server.port, local_hostname="laptop.lan", timeout=30)
    outside.ehlo()
    assert bearer(outside, issuer.token(**good)) == (None, 538)
    # A password is as good as before.
    session(server).login(USER, PASSWORD)


def test_the_issuer_is_asked(start, issuers, tmp_path):
    """RFC 7662; and 454 once it is away."""
    issuer = issuers()
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    hand_over(secret, SERVICE_USER)
    server = start(
        f"{{oauth: {{issuer: '{ISSUER}', introspection-url: 'http://localhost:{issuer.port}/introspect', client-id: 'mail server', "
        f"client-secret-file: {secret}, claim: username}}}}", password=False)
    issuer.tokens = {"opaque+1/=": {"active": True, "username": USER.upper()}, "old": {"active": True, "username": USER, "exp": 1},
                     "strange": {"active": True, "username": "nobody@our.test"}}
    client = session(server)
    assert bearer(client, "opaque+1/=") == (None, 235)
    assert client.sendmail(USER, [OTHER], MESSAGE) == {}
    for token in ("old", "strange", "unknown"):
        told, code = bearer(session(server), token)
        assert told["status"] == "invalid_token" and code == 535, token
    credentials = base64.b64encode(b"mail%20server:of%20the%20server%20alone").decode()
    assert issuer.requests == [("Basic " + credentials, token) for token in ("opaque+1/=", "old", "strange", "unknown")]
    issuer.close()
    assert bearer(session(server), "opaque+1/=") == (None, 454)


# Certificates of clients


def openssl(tool, directory, *arguments, text=None):
    done = subprocess.run([tool("openssl"), *map(str, arguments)], cwd=directory, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def people(tool, tmp_path):
    """An authority, and people(name, address) with a certificate of it; without an address one that signs itself."""
    directory = tmp_path / "people"
    directory.mkdir()
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(tool, directory, "req", "-x509", *curve, "-days", "30", "-subj", "/CN=Our people", "-keyout", "ca.key", "-out", "ca.pem",
            "-addext", "keyUsage=critical,keyCertSign")

    def make(name, address=None, purpose="clientAuth"):
        chain, key = directory / f"{name}.pem", directory / f"{name}.key"
        if address is None:
            openssl(tool, directory, "req", "-x509", *curve, "-days", "30", "-subj", f"/CN={name}", "-keyout", key, "-out", chain,
                    "-addext", f"extendedKeyUsage={purpose}", "-addext", "keyUsage=critical,digitalSignature")
        else:
            openssl(tool, directory, "req", "-new", *curve, "-subj", f"/CN={name}", "-keyout", key, "-out", "request.pem")
            (directory / "extensions").write_text(
                f"subjectAltName=email:{address}\nextendedKeyUsage={purpose}\n"
                "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n")
            openssl(tool, directory, "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-set_serial", str(time.time_ns()),
                    "-days", "30", "-extfile", "extensions", "-out", chain)
        return chain, key

    make.authority = directory / "ca.pem"
    hand_over(directory, None)
    return make


def offered(server, pair=None, number=0):
    """A session of a client with this certificate, and the mechanisms that it is offered."""
    listener = server.listeners[number]
    context = server.client_context()
    context.check_hostname = False
    if pair:
        context.load_cert_chain(*pair)
    if listener.tls == "implicit":
        client = smtplib.SMTP_SSL(listener.host, listener.port, local_hostname="laptop.lan", timeout=30, context=context)
    else:
        client = smtplib.SMTP(listener.host, listener.port, local_hostname="laptop.lan", timeout=30)
        client._host = HOSTNAME
        client.starttls(context=context)
    client.ehlo()
    return client, client.esmtp_features.get("auth", "").split()


def test_a_certificate_signs_in(start, people, tool, tmp_path):
    """curl by STARTTLS and in TLS from the start; without a certificate a password does as before."""
    server = start(f"{{client-certificates: {{ca-file: {people.authority}}}}}")
    pair = people("ann", USER)
    for number in (0, 1):
        done = curl(tool, server, tmp_path, "--cert", pair[0], "--key", pair[1], "--user", f"{USER}:", number=number, mechanism="EXTERNAL")
        assert done.returncode == 0 and "235 2.7.0" in done.stderr, done.stderr
        client, mechanisms = offered(server, pair, number)
        assert mechanisms == ["EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"]
        assert client.docmd("AUTH", "EXTERNAL " + base64.b64encode(OTHER.encode()).decode())[0] == 535
        assert client.docmd("AUTH", "EXTERNAL =")[0] == 235
        assert client.sendmail(USER, [OTHER], MESSAGE) == {}
        plain, mechanisms = offered(server, None, number)
        assert "EXTERNAL" not in mechanisms
        plain.login(USER, PASSWORD)
    server.wait_for_messages(4, "other")


def test_u19_certificates_that_are_no_good(start, people):
    """A certificate that leads nowhere ends nothing: EXTERNAL isn't offered, and a password does."""
    server = start(f"{{client-certificates: {{ca-file: {people.authority}}}}}")
    for pair in (people("stranger", "nobody@our.test"), people("self"),
                 people("server", USER, "serverAuth"), people("mail", USER, "emailProtection")):
        for number in (0, 1):
            client, mechanisms = offered(server, pair, number)
            assert mechanisms and "EXTERNAL" not in mechanisms, pair
            assert client.docmd("AUTH", "EXTERNAL =")[0] == 504
            client.login(USER, PASSWORD)


def test_an_account_has_a_certificate_until_it_is_removed(start, people):
    server = start("{client-certificates: {}}", password=False)
    pair = people("phone")
    assert "EXTERNAL" not in offered(server, pair)[1]
    made = samotop_command(server, "account", "certificate", "add", USER, str(pair[0]))
    assert made.returncode == 0 and made.stdout.startswith("sha256:"), made.stderr
    hand_over(server.directory / "state" / "accounts", SERVICE_USER)
    assert made.stdout == samotop_command(server, "account", "certificate", "list", USER).stdout
    assert "certificates: 1" in samotop_command(server, "account", "list").stdout
    client, mechanisms = offered(server, pair)
    assert "EXTERNAL" in mechanisms
    assert client.docmd("AUTH", "EXTERNAL =")[0] == 235
    late, _ = offered(server, pair)
    assert samotop_command(server, "account", "certificate", "remove", USER, made.stdout.strip()).returncode == 0
    hand_over(server.directory / "state" / "accounts", SERVICE_USER)
    assert late.docmd("AUTH", "EXTERNAL =")[0] == 535
    assert "EXTERNAL" not in offered(server, pair)[1]


def test_only_submission_asks_for_certificates(start, people, tool, tmp_path):
    """OpenSSL sees a CertificateRequest on listeners for submission, and none on port 25."""
    server = start(f"{{client-certificates: {{ca-file: {people.authority}}}}}")
    for version in ("-tls1_2", "-tls1_3"):
        for listener in server.listeners:
            early = ["-starttls", "smtp"] if listener.tls != "implicit" else []
            shown = openssl(tool, tmp_path, "s_client", *early, "-connect", f"127.0.0.1:{listener.port}", "-msg", version, text="")
            assert ("CertificateRequest" in shown) == (listener.role == "submission"), shown


def test_a_session_that_is_resumed_is_its_owners(start, people):
    """The second handshake brings no certificate; the ticket has it."""
    server = start(f"{{client-certificates: {{ca-file: {people.authority}}}}}")
    for number, listener in enumerate(server.listeners[:2]):
        context = server.client_context()
        context.check_hostname = False
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*people(f"ann-{number}", USER))

        def speak(previous):
            def said(stream, line=None):
                if line:
                    stream.write(line + b"\r\n")
                    stream.flush()
                lines = [stream.readline()]
                while lines[-1][3:4] == b"-":
                    lines.append(stream.readline())
                return b"".join(lines)

            with socket.create_connection((listener.host, listener.port), timeout=30) as plain:
                if listener.tls != "implicit":
                    stream = plain.makefile("rwb")
                    said(stream)
                    said(stream, b"EHLO laptop.lan")
                    assert said(stream, b"STARTTLS").startswith(b"220")
                with context.wrap_socket(plain, session=previous) as inside:
                    stream = inside.makefile("rwb")
                    if listener.tls == "implicit":
                        said(stream)
                    assert b"EXTERNAL" in said(stream, b"EHLO laptop.lan")
                    assert said(stream, b"AUTH EXTERNAL =").startswith(b"235")
                    return inside.session, inside.session_reused

        first, is_reused = speak(None)
        assert not is_reused
        assert speak(first)[1]


# Our own client


def send(server, *arguments, number=0):
    """`samotop send` to a listener of the server's, with what was said in `stderr`."""
    listener = server.listeners[number]
    scheme = "smtps" if listener.tls == "implicit" else "smtp"
    return subprocess.run(
        [PROGRAM, "send", "-", "--server", f"{scheme}://127.0.0.1:{listener.port}",
         "--tls", "implicit" if scheme == "smtps" else "required", "--no-verify", "--transcript", "--from", USER, "--to", OTHER,
         *map(str, arguments)],
        input=MESSAGE, capture_output=True, text=True, timeout=60)


def test_our_own_client_signs_in_without_a_password(start, issuers, people, tmp_path):
    issuer, token, pair = issuers(), tmp_path / "token", people("ann", USER)
    server = start(
        f"{{mechanisms: [EXTERNAL, OAUTHBEARER, XOAUTH2, PLAIN], client-certificates: {{ca-file: {people.authority}}}, "
        f"oauth: {{issuer: '{ISSUER}', audience: [mail], jwks-url: 'http://localhost:{issuer.port}/keys'}}}}", password=False)
    token.write_text(issuer.token() + "\n")
    by_token, by_certificate = ("--auth", USER, "--token-file", token), ("--cert", pair[0], "--key", pair[1])
    sent = 0
    for number in (0, 1):
        for mechanism, arguments in (
                ("OAUTHBEARER", by_token), ("XOAUTH2", (*by_token, "--auth-mechanism", "XOAUTH2,OAUTHBEARER")),
                ("EXTERNAL", (*by_certificate, "--auth-mechanism", "EXTERNAL"))):
            done = send(server, *arguments, number=number)
            assert done.returncode == 0 and f"AUTH {mechanism}" in done.stderr, done.stderr
            assert "eyJ" not in done.stderr
            sent += 1
    server.wait_for_messages(sent, "other")
    token.write_text(issuer.token(aud="web"))
    refused = send(server, *by_token)
    assert refused.returncode == 1 and "535 5.7.8" in refused.stderr, refused.stderr
    none = send(server, *by_token, "--auth-mechanism", "PLAIN")
    assert none.returncode == 64 and "PLAIN goes by a password" in none.stderr, none.stderr


def test_a_route_signs_in_by_a_token_that_another_program_renews(samotop, issuers, zones, tmp_path):  # noqa: F811
    """A token that is no good makes mail wait; the next one is taken without a restart."""
    issuer = issuers()
    for name in ("provider", "relay"):
        (tmp_path / name).mkdir(mode=0o755)
    provider = samotop(
        [Listener("required", "submission")], directory=tmp_path / "provider",
        certificate=issue_certificate(tmp_path / "tls", "provider.test"),
        settings=Settings(relay=RELAY, submission=(
            f"{{oauth: {{issuer: '{ISSUER}', audience: mail, jwks-url: 'http://localhost:{issuer.port}/keys'}}}}")))
    token = tmp_path / "relay/token"
    token.write_text(issuer.token(aud="web"))
    hand_over(token, SERVICE_USER)
    route = (f"domains: [out.test], smtp: 'provider.test:{provider.port}', ca-file: {provider.certificate.authority}, "
             f"user: {USER}, token-file: {token}, mechanisms: OAUTHBEARER")
    server = samotop(tls="none", directory=tmp_path / "relay", settings=Settings(
        dns=zones(test="provider IN A 127.0.0.1\n").section, relay=f"{{{LOOPBACK}, routes: {{provider: {{{route}}}}}}}"))
    subprocess.run([PROGRAM, "send", "--server", f"127.0.0.1:{server.port}", "--from", USER, "--to", "bob@out.test", "--body", "x"],
                   check=True, capture_output=True, timeout=60)
    [entry] = wait_until(lambda: [each for each in queued(server) if each["recipients"][0].get("failure")], "no attempt")
    assert entry["recipients"][0]["failure"]["status"] == "4.7.8"
    token.write_text(issuer.token() + "\n")
    queue(server, "retry", "--all")
    wait_until(lambda: queued(server) == [], f"it isn't sent:\n{server.log_text()}")
    assert "delivered message=" in provider.log_text(), provider.log_text()
