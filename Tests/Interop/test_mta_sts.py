"""MTA-STS (RFC 8461): policies of a real HTTPS server, held against a Postfix whose certificate an authority of ours vouches for, or a
stranger's."""

import http.server
import os
import sqlite3
import ssl
import threading

import pytest
from certificates import issue_certificate
from server import WORKER, missing
from test_sending import postfix, queue, queued, relaying, send, wait_until, zones  # noqa: F401 (fixtures)

# Policies are at port 443 alone: each of pytest's workers has an address.
HOST = f"127.0.8.{WORKER + 1}"
ZONE = f'@ IN MX 10 mx\nmx IN A 127.0.0.1\n_mta-sts IN TXT "v=STSv1; id=1"\nmta-sts IN A {HOST}\n'


class Policy(http.server.BaseHTTPRequestHandler):
    """One policy, at its own path and name."""

    def do_GET(self):
        is_it = (self.path, self.headers["host"]) == ("/.well-known/mta-sts.txt", "mta-sts.out.test")
        body = self.server.policy.encode() if is_it else b""
        self.server.asked += 1
        self.send_response(200 if is_it else 404)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def policy_host():
    if os.geteuid() != 0:
        missing("port 443 needs root")
    servers = []

    def make(certificate, mode, server="mx.out.test"):
        host = http.server.ThreadingHTTPServer((HOST, 443), Policy)
        host.policy, host.asked = f"version: STSv1\r\nmode: {mode}\r\nmx: {server}\r\nmax_age: 86400\r\n", 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        host.socket = context.wrap_socket(host.socket, server_side=True)
        threading.Thread(target=host.serve_forever, daemon=True).start()
        servers.append(host)
        return host

    yield make
    for host in servers:
        host.shutdown()
        host.server_close()


@pytest.fixture
def authority(tmp_path):
    """Certificates by an authority that is trusted; those of `stranger` are by one that isn't."""
    root = issue_certificate(tmp_path / "authority", "ca.out.test")

    def issue(name, stranger=False):
        directory = tmp_path / f"{'stranger-' if stranger else ''}{name}"
        return issue_certificate(directory, name, authority=None if stranger else tmp_path / "authority")

    issue.file = root.authority
    return issue


def mail(server):
    send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", "x")


def why_it_waits(server):
    [entry] = wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["attempts"]], "no attempt")
    assert entry["recipients"][0]["failure"]["status"].startswith("4.7."), entry
    return queue(server, "why", entry["id"])


def how_it_went(server, count=1):
    wait_until(lambda: server.log_text().count(" verified=") >= count, f"it isn't sent:\n{server.log_text()}")
    wait_until(lambda: queued(server) == [], "it is still in the queue")
    return server.log_text().split(" verified=")[-1].split()[0]


@pytest.mark.parametrize("server", ["mx.out.test", "*.out.test"])
def test_a_policy_that_is_enforced_is_met(samotop, postfix, zones, policy_host, authority, server):  # noqa: F811
    """D16, RFC 8461 §4, §5: the server is named, and an authority vouches for it. It holds on without its host, over a restart."""
    peer = postfix(authority("mx.out.test"))
    host = policy_host(authority("mta-sts.out.test"), "enforce", server)
    ours = relaying(samotop, zones(out_test=ZONE), peer.port, f", ca-file: {authority.file}")
    mail(ours)
    assert how_it_went(ours) == "mtaSTS" and host.asked == 1
    assert ours.terminate() == 0
    host.shutdown()
    host.server_close()
    ours.start()
    mail(ours)
    assert how_it_went(ours, 2) == "mtaSTS"


@pytest.mark.parametrize("server, stranger, words", [
    ("mx.out.test", True, "no path of signatures leads to a trusted authority"),
    ("other.out.test", False, "the domain's policy doesn't name this server"),
])
def test_a_policy_that_is_enforced_and_not_met_makes_mail_wait(
        samotop, postfix, zones, policy_host, authority, server, stranger, words):  # noqa: F811
    """D16: another authority's server, or one that the policy doesn't name, gets nothing; the queue says why."""
    peer = postfix(authority("mx.out.test", stranger))
    policy_host(authority("mta-sts.out.test"), "enforce", server)
    ours = relaying(samotop, zones(out_test=ZONE), peer.port, f", ca-file: {authority.file}")
    mail(ours)
    assert words in why_it_waits(ours)
    assert "from=<ann@our.test>" not in peer.log_text()


@pytest.mark.parametrize("server, stranger, kind", [
    ("mx.out.test", False, None),
    ("mx.out.test", True, "certificate-not-trusted"),
    ("other.out.test", False, "validation-failure"),
])
def test_a_policy_that_is_tested_stops_nothing_and_counts(
        samotop, postfix, zones, policy_host, authority, server, stranger, kind):  # noqa: F811
    """D16, RFC 8461 §5, RFC 8460 §4.3: mail goes, and what would have stopped it is counted for a report."""
    peer = postfix(authority("mx.out.test", stranger))
    policy_host(authority("mta-sts.out.test"), "testing", server)
    ours = relaying(
        samotop, zones(out_test=ZONE), peer.port, f", ca-file: {authority.file}", reports="{send: [tls]}")
    mail(ours)
    assert how_it_went(ours) == "none"
    assert ours.terminate() == 0
    with sqlite3.connect(ours.configuration.parent / "state/outgoing.sqlite") as database:
        [(successes, failed)] = database.execute("SELECT sum(successes), sum(failed) FROM report_policies").fetchall()
        failures = [bytes(each) for each, in database.execute("SELECT failure FROM report_failures").fetchall()]
    assert (successes, failed) == ((0, 1) if kind else (1, 0)), failures
    assert not kind or kind.encode() in failures[0], failures


def test_whose_policy_it_is_an_authority_says(samotop, postfix, zones, policy_host, authority):  # noqa: F811
    """D16, RFC 8461 §3.3: a policy from a host with a stranger's certificate is none, whatever it says."""
    peer = postfix(authority("mx.out.test"))
    host = policy_host(authority("mta-sts.out.test", stranger=True), "enforce", "other.out.test")
    ours = relaying(samotop, zones(out_test=ZONE), peer.port, f", ca-file: {authority.file}")
    mail(ours)
    assert how_it_went(ours) == "none" and host.asked == 0


def test_authorities_that_cannot_be_read_are_told_at_the_start(samotop, zones, tmp_path):  # noqa: F811
    """A file without a certificate would make mail wait, and nobody know why: there is no start with it."""
    nobody = tmp_path / "nobody.pem"
    nobody.write_text("nobody\n")
    server = samotop(tls="none", start=False)
    server.settings.relay = f"{{ca-file: {nobody}}}"
    server.start(wait=False)
    assert server.process.wait(20) == 78
    server.expected_exit = True
    assert "relay.ca-file" in server.log_text() and "no certificate can be read from it" in server.log_text()
