"""Other servers as next hops: Exim, Dovecot and OpenSMTPD take our mail, Postfix's smtp-sink misbehaves, and DANE is got wrong."""

import email
import email.policy
import hashlib
import json
import re
import smtplib
import subprocess

import pytest
from certificates import issue_certificate
from nameserver import NameServer
from peers import Dovecot, Exim, OpenSMTPD
from server import Settings, free_port, message
from test_sending import LOOPBACK, postfix, queue, queued, relaying, send, sink, tlsa, wait_until, zones  # noqa: F401

SENDER = "user@our.test"


@pytest.fixture
def closing():
    """Ends what a test started, whatever happened."""
    things = []
    yield lambda thing: things.append(thing) or thing
    for thing in things:
        print(thing.log_text())
        thing.close()


def routed(samotop, routes, **settings):
    """A server whose mail goes by `routes` ({domain: the rest of a route's section})."""
    section = ", ".join(f"{domain.partition('.')[0]}: {{domains: [{domain}], {rest}}}" for domain, rest in routes.items())
    return samotop(tls="none", settings=Settings(
        relay=f"{{{LOOPBACK}, routes: {{{section}}}, queue: {{retry: [1s]}}}}", log="{addresses: shown}", **settings))


def mail(server, *recipients, body="x", sender=SENDER):
    return send("--server", f"127.0.0.1:{server.port}", "--from", sender, "--to", ",".join(recipients), "--body", body)


def failures(server):
    """{address: its last failure} of all that has been tried."""
    return {each["address"]: each["failure"] for entry in queued(server) for each in entry["recipients"]
            if each["attempts"] and each.get("failure")}


def reported(server):
    """{address: (status, what the other server said)} of the notifications in the sender's mailbox, each address once."""
    found = {}
    for octets in server.messages():
        report = email.message_from_bytes(octets, policy=email.policy.default)
        for group in list(report.iter_parts())[1].get_payload()[1:]:
            address = group["final-recipient"].partition(";")[2].strip()
            assert address not in found, f"{address} is reported twice"
            found[address] = (group["status"], group["diagnostic-code"] or "")
    return found


# Exim

def test_exim_takes_our_mail_over_starttls(samotop, closing, zones, tmp_path):
    exim = closing(Exim(tmp_path / "exim", taking=issue_certificate(tmp_path / "other", "mx.out.test")))
    zone = zones(out_test="@ IN MX 10 mx\nmx IN A 127.0.0.1\n")
    server = relaying(samotop, zone, exim.port)
    mail(server, "bob@out.test", "carl@out.test", body="Grüße\n.\n..dots\nFrom the beginning")
    wait_until(lambda: queued(server) == [] and exim.log_text().count("Completed"), f"it isn't sent:\n{server.log_text()}")
    log = exim.log_text()
    assert " X=TLS1." in log and "for bob@out.test carl@out.test" in log, log
    # An mbox: each copy begins with `From `, and lines of the text that do have got a `>`.
    _, *copies = re.split(rb"(?m)^From user@our\.test .*\n", (tmp_path / "exim/kept").read_bytes())
    assert len(copies) == 2
    for copy in copies:
        text = email.message_from_bytes(copy, policy=email.policy.default).get_content()
        assert text.strip().replace(">From", "From") == "Grüße\n.\n..dots\nFrom the beginning"
    assert "tls=TLSv1." in server.log_text()


# OpenSMTPD

def test_opensmtpd_takes_our_mail(samotop, closing, zones, tmp_path):
    """O04: one recipient is of its domain, the other isn't, and is refused."""
    other = closing(OpenSMTPD(tmp_path / "opensmtpd"))
    zone = zones(out_test="@ IN MX 10 mx\nmx IN A 127.0.0.1\n", away_test="@ IN MX 10 mx\nmx IN A 127.0.0.1\n")
    server = relaying(samotop, zone, other.port)
    mail(server, "bob@out.test", "carl@away.test", body="At eight?\n.\n")
    kept = tmp_path / "opensmtpd/kept/bob"
    wait_until(lambda: queued(server) == [] and kept.exists() and b"At eight?" in kept.read_bytes(),
               f"it isn't there:\n{server.log_text()}")
    assert list(reported(server)) == ["carl@away.test"] and reported(server)["carl@away.test"][0].startswith("5.")


def test_a_server_that_asks_for_the_tls_it_cannot_do(samotop, closing, zones, tmp_path):
    """O05: its TLS is broken and it takes nothing in clear (530, RFC 3207 §4): the mail waits until somebody has mended it."""
    other = closing(OpenSMTPD(tmp_path / "opensmtpd", issue_certificate(tmp_path / "other", "mx.out.test")))
    zone = zones(out_test="@ IN MX 10 mx\nmx IN A 127.0.0.1\n")
    server = relaying(samotop, zone, other.port)
    mail(server, "bob@out.test")
    wait_until(lambda: failures(server) or reported(server), "no attempt")
    assert reported(server) == {} and failures(server)["bob@out.test"]["status"].startswith("4.")


# Dovecot

@pytest.mark.parametrize("socket", ["unix", "tcp"])
def test_dovecot_answers_for_each_recipient(samotop, closing, tmp_path, socket):
    """O04: by LMTP (RFC 2033) one message comes, is over quota, and is for nobody, and each has its own fate."""
    dovecot = closing(Dovecot(tmp_path / "dovecot", {"ann": None, "bob": 2_000, "eve": None}))
    hop = f'lmtp: "unix:{dovecot.socket}"' if socket == "unix" else f'lmtp: "127.0.0.1:{dovecot.port}", tls: none'
    server = routed(samotop, {"box.test": hop})
    mail(server, "ann@box.test", "bob@box.test", "nobody@box.test", "eve@box.test", body="line\n" * 2_000)
    wait_until(lambda: queued(server) == [] and len(reported(server)) == 2, f"it isn't over:\n{server.log_text()}")
    assert [len(dovecot.messages(user)) for user in ("ann", "bob", "eve")] == [1, 0, 1], dovecot.log_text()
    assert dovecot.messages("ann")[0].count(b"line\n") == 2_000
    found = reported(server)
    assert set(found) == {"bob@box.test", "nobody@box.test"}
    assert found["bob@box.test"][0] == "5.2.2" and "552" in found["bob@box.test"][1], found
    assert found["nobody@box.test"][0] == "5.1.1" and "550" in found["nobody@box.test"][1], found


def test_dovecot_away_and_back(samotop, closing, tmp_path):
    """A next hop that isn't there is no reason to refuse; what waits goes when it comes."""
    path = tmp_path / "dovecot"
    server = routed(samotop, {"box.test": f'lmtp: "unix:{path}/lmtp"'})
    mail(server, "ann@box.test")
    wait_until(lambda: "ann@box.test" in failures(server), "no attempt")
    assert failures(server)["ann@box.test"]["stage"] == "connect"
    dovecot = closing(Dovecot(path, {"ann": None}))
    queue(server, "retry", "--all")
    wait_until(lambda: queued(server) == [] and dovecot.messages("ann"), f"it isn't there:\n{server.log_text()}")
    assert reported(server) == {}


# No DNS

@pytest.mark.slow
def test_mail_waits_for_a_dns_that_is_away(samotop, sink, tmp_path):
    """F11: while no name server answers nothing is refused and nobody is told; when one is back, everything goes."""
    other, port = sink(), free_port()
    server = samotop(tls="none", settings=Settings(
        dns=f'{{validate: never, timeout: 1s, stubs: {{out.test: ["127.0.0.1@{port}"]}}}}',
        relay=f"{{{LOOPBACK}, port: {other.port}, queue: {{retry: [1s]}}}}"))
    for number in range(5):
        mail(server, f"bob{number}@out.test")
    failure = wait_until(lambda: list(failures(server).values()), "no attempt")[0]
    assert failure["stage"] == "dns" and failure["status"] == "4.4.3"
    again = NameServer(tmp_path / "nsd", {"out.test": f"@ IN MX 10 mx\nmx IN A {other.host}\n"}, port=port)
    try:
        def gone():
            queue(server, "retry", "--all")
            return queued(server) == []

        wait_until(gone, f"something waits: {failures(server)}", seconds=40)
    finally:
        again.close()
    assert len(other.messages()) == 5 and reported(server) == {}


# Postfix's smtp-sink

# What it does, at which stage that is noticed, and what `samotop queue why` then tells.
SOFT = {
    "connect450": (["-r", "CONNECT"], "greeting", "450"), "ehlo450": (["-r", "EHLO,HELO"], "ehlo", "450"),
    "mail450": (["-r", "MAIL"], "mail", "450"), "rcpt450": (["-r", "RCPT"], "rcpt", "450"),
    "data450": (["-r", "DATA"], "data", "450"), "dot450": (["-r", "."], "content", "450"),
    "mail421": (["-Q", "MAIL"], "mail", "421"), "dot421": (["-Q", "."], "content", "421"),
    "connectgone": (["-q", "CONNECT"], "greeting", "connection"), "ehlogone": (["-q", "EHLO,HELO"], "ehlo", "connection"),
    "mailgone": (["-q", "MAIL"], "mail", "connection"), "rcptgone": (["-q", "RCPT"], "rcpt", "connection"),
    "datagone": (["-q", "DATA"], "data", "connection"), "dotgone": (["-q", "."], "content", "connection"),
}
HARD = {"connect500": "CONNECT", "ehlo500": "EHLO,HELO", "mail500": "MAIL", "rcpt500": "RCPT", "data500": "DATA", "dot500": "."}


def to_sinks(samotop, sinks):
    return routed(samotop, {f"{name}.test": f'smtp: "{each.host}:{each.port}", tls: none' for name, each in sinks.items()})


@pytest.mark.hostile
def test_servers_that_put_us_off_or_vanish(samotop, sink):
    """O01, O02: whatever a server does at whichever command, the mail waits, and the operator is told where and why."""
    server = to_sinks(samotop, {name: sink(*options) for name, (options, _, _) in SOFT.items()})
    mail(server, *[f"bob@{name}.test" for name in SOFT])
    found = wait_until(lambda: len(failures(server)) == len(SOFT) and failures(server), "not all were tried")
    [entry] = queued(server)
    why = queue(server, "why", entry["id"])
    wrong = []
    for name, (_, stage, words) in SOFT.items():
        failure = found[f"bob@{name}.test"]
        if name == "connectgone" and failure["stage"] == "connect":
            # A reset may come before the connection is known to be there.
            stage = "connect"
        told = why.partition(f"bob@{name}.test")[2].partition("@")[0]
        if failure["stage"] != stage or not failure["status"].startswith("4.") or words not in told or f"{stage} at " not in told:
            wrong.append((name, failure, told))
    assert not wrong, wrong
    assert reported(server) == {}


@pytest.mark.hostile
def test_servers_that_refuse(samotop, sink):
    """O02: 5yz at whichever command comes back to the sender, once, in the server's own words."""
    server = to_sinks(samotop, {name: sink("-f", command) for name, command in HARD.items()})
    mail(server, *[f"bob@{name}.test" for name in HARD])
    wait_until(lambda: queued(server) == [], f"something waits:\n{json.dumps(failures(server))}")
    found = wait_until(lambda: len(reported(server)) == len(HARD) and reported(server), f"{reported(server)}")
    for address, (status, said) in found.items():
        assert status.startswith("5.") and "500" in said and "command failed" in said, (address, status, said)


@pytest.mark.hostile
def test_servers_that_can_do_less(samotop, sink):
    """O05: without 8BITMIME, PIPELINING or ESMTP, or slowly: the same text arrives, in seven bits where it must be."""
    kinds = {"seven": ["-8"], "single": ["-p"], "old": ["-e"], "pix": ["-P"], "slow": ["-w", "1"], "plain": ["-8", "-p", "-E", "-N"]}
    sinks = {name: sink(*options) for name, options in kinds.items()}
    server = to_sinks(samotop, sinks)
    text = "Grüße an alle\n.\n..\n"
    letter = (f"From: {SENDER}\nTo: bob@seven.test\nSubject: eight bits\nDate: Thu, 01 Oct 2026 12:00:00 +0000\n"
              "Message-ID: <eight@our.test>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
              f"Content-Transfer-Encoding: 8bit\n\n{text}").replace("\n", "\r\n").encode()
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
        client.sendmail(SENDER, [f"bob@{name}.test" for name in kinds], letter, mail_options=["BODY=8BITMIME"])
    for name, each in sinks.items():
        [one] = each.wait(1)
        assert one.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n"), name
        octets = each.messages()[0].read_bytes()
        assert octets.isascii() == (name not in ("single", "slow")), name
    wait_until(lambda: queued(server) == [], f"something waits: {failures(server)}")


@pytest.mark.hostile
def test_a_server_that_answers_before_it_has_heard(samotop, sink):
    """I07: 550 right behind 354 ends the attempt; the server's words are what the sender, or the operator, gets."""
    server = to_sinks(samotop, {"early": sink("-A", "0")})
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
        client.sendmail(SENDER, ["bob@early.test"], message("large", lines=20_000))
    wait_until(lambda: reported(server) or failures(server), "no attempt")
    found = reported(server)
    if found:
        assert found["bob@early.test"][0].startswith("5.") and "550" in found["bob@early.test"][1]
    else:
        assert failures(server)["bob@early.test"]["stage"] == "content"


# DANE

def record(certificate, usage, selector, *, part="leaf", wrong=False):
    """`usage selector 1 …` of a certificate, or of its authority."""
    path = certificate.chain if part == "leaf" else certificate.authority
    octets = subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"], check=True, capture_output=True).stdout
    if selector == 1:
        key = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-pubkey"], check=True, capture_output=True).stdout
        octets = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True, capture_output=True).stdout
    return f"{usage} {selector} 1 {hashlib.sha256(octets + (b'x' if wrong else b'')).hexdigest()}"


WAITS, VERIFIED, ENCRYPTED = "waits", "verified", "encrypted"


class Mistakes:
    """Domains whose DANE is made up in some way, what must come of each, and a server that is to send there."""

    def __init__(self, port):
        self.port, self.zones, self.signed, self.expected = port, {}, [], {}

    def add(self, domain, records, expected=None, signed=True):
        self.zones[domain] = records.replace("_25._tcp", f"_{self.port}._tcp")
        self.signed += [domain] if signed else []
        if expected:
            self.expected[domain] = expected

    def try_all(self, samotop, tmp_path):
        """{domain: what came of a message to it}, and the server."""
        name = NameServer(tmp_path / "nsd", self.zones, signed=self.signed)
        try:
            server = samotop(tls="none", settings=Settings(
                dns=name.section, relay=f"{{{LOOPBACK}, port: {self.port}}}", log="{addresses: shown}"))
            mail(server, *[f"bob@{domain}" for domain in self.expected])

            def over():
                return len(failures(server)) + server.log.read_text().count(" sent ") >= len(self.expected)

            wait_until(over, f"not all were tried:\n{server.log_text()}")
            waiting, log, outcome = failures(server), server.log.read_text(), {}
            for domain in self.expected:
                if failure := waiting.get(f"bob@{domain}"):
                    outcome[domain] = WAITS if failure["status"].startswith("4.7.") else str(failure)
                    continue
                [line] = [line for line in log.splitlines() if " sent " in line and f"to={domain}" in line]
                outcome[domain] = VERIFIED if "verified=dane" in line else ENCRYPTED if "tls=TLSv1" in line else line
            return outcome, server
        finally:
            name.close()


HOST = "@ IN MX 10 mx\nmx IN A 127.0.0.1\n"


@pytest.fixture
def peer(postfix, tmp_path):
    """A Postfix that takes mail for everybody, and its certificate. Only the leaf is sent, unless `chain`."""

    def make(chain=False):
        certificate = issue_certificate(tmp_path / "peer", "mx.anchor.test")
        if chain:
            whole = tmp_path / "peer" / "chain.pem"
            whole.write_bytes(certificate.chain.read_bytes() + certificate.authority.read_bytes())
            certificate.chain = whole
        return postfix(certificate, default_transport="discard:"), certificate

    return make


def test_six_mistakes_about_dane(samotop, peer, tmp_path):
    """D15: what other servers have got wrong about TLSA records: each domain's mail goes as RFC 7672 says, or waits."""
    server, certificate = peer()
    tries = Mistakes(server.port)

    def add(domain, tlsa, expected, **options):
        tries.add(domain, HOST + "".join(f"_25._tcp.mx IN TLSA {each}\n" for each in tlsa), expected, **options)

    # 1. Usages 0 and 1 taken for usable (§3.1.3): they are not, and TLS without authentication is what is left (§2.2).
    add("pkix.test", [record(certificate, 1, 1, wrong=True), record(certificate, 0, 1, part="authority", wrong=True)], ENCRYPTED)
    add("pkix-fits.test", [record(certificate, 1, 1)], ENCRYPTED)
    add("pkix-beside.test", [record(certificate, 1, 1), record(certificate, 3, 1, wrong=True)], WAITS)
    # 2. DANE-TA without the chain (§3.1.2): a digest of what the server doesn't send can't be held against anything.
    add("anchor.test", [record(certificate, 2, 1, part="authority")], WAITS)
    # 3. Insecure address records ignored (§2.2.2): then no TLSA record is looked at.
    tries.add("address.test", "@ IN MX 10 mx.plain\nplain IN NS ns\n", ENCRYPTED)
    tries.add("plain.address.test", f"mx IN A 127.0.0.1\n_25._tcp.mx IN TLSA {record(certificate, 3, 1, wrong=True)}\n", signed=False)
    # 4. MX that is a CNAME (§2.2.3): TLSA records are at the name it leads to; at its own only when there are none.
    alias = "@ IN MX 10 mx\nmx IN CNAME host\nhost IN A 127.0.0.1\n"
    tries.add("alias.test", alias + f"_25._tcp.host IN TLSA {record(certificate, 3, 1)}\n"
              f"_25._tcp.mx IN TLSA {record(certificate, 3, 1, wrong=True)}\n", VERIFIED)
    tries.add("alias-own.test", alias + f"_25._tcp.mx IN TLSA {record(certificate, 3, 1)}\n", VERIFIED)
    tries.add("alias-wrong.test", alias + f"_25._tcp.host IN TLSA {record(certificate, 3, 1, wrong=True)}\n"
              f"_25._tcp.mx IN TLSA {record(certificate, 3, 1)}\n", WAITS)
    # 5. The wrong selector: the key's digest where the certificate's is asked for, and the other way round.
    whole, key = (record(certificate, 3, selector).split()[3] for selector in (0, 1))
    add("selector.test", [f"3 0 1 {key}"], WAITS)
    add("selector-other.test", [f"3 1 1 {whole}"], WAITS)
    add("selector-fits.test", [f"3 0 1 {whole}"], VERIFIED)
    # 6. A host that is insecure, beside one that isn't: the secure one's records don't count for the other.
    tries.add("beside.test", "@ IN MX 10 mx.plain.address.test.\n@ IN MX 20 mx.selector.test.\n", ENCRYPTED)

    outcome, sender = tries.try_all(samotop, tmp_path)
    assert outcome == tries.expected, sender.log_text()


def test_dane_by_the_authority_with_its_chain(samotop, peer, tmp_path):
    """D15: DANE-TA with the chain is verified, by the host's name, too: of another name the mail waits."""
    server, certificate = peer(chain=True)
    tries = Mistakes(server.port)
    anchor = record(certificate, 2, 1, part="authority")
    tries.add("anchor.test", f"{HOST}_25._tcp.mx IN TLSA {anchor}\n", VERIFIED)
    tries.add("other.test", f"{HOST}_25._tcp.mx IN TLSA {anchor}\n", WAITS)
    outcome, sender = tries.try_all(samotop, tmp_path)
    assert outcome == tries.expected, sender.log_text()
