"""Mail on its way out: `samotop send`, the queue, and its way to real servers."""

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import shutil
import subprocess
import threading
import time

import pytest
from certificates import issue_certificate
from nameserver import NameServer
from peers import Postfix, Programs
from server import PROGRAM, SERVICE_USER, Settings, free_port, hand_over

LOOPBACK = "from: [127.0.0.0/8], inner-networks: [127.0.0.0/8]"


class Sink:
    """Postfix's smtp-sink, which keeps what it gets in files. `arguments` make it misbehave."""

    def __init__(self, directory, *arguments, host="127.0.0.2", port=None):
        self.host, self.port, self.folder = host, port or free_port(host), directory
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o777)
        programs = Programs()
        self.log = directory / "log"
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                [str(programs.commands / "smtp-sink"), "-u", "nobody", "-d", str(directory / "message."), *arguments,
                 f"{host}:{self.port}", "100"], env=programs.environment, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        time.sleep(0.2)
        assert self.process.poll() is None, self.log.read_text()

    def messages(self):
        return sorted(path for path in self.folder.glob("message.*") if path.stat().st_size)

    def wait(self, count, seconds=20):
        deadline = time.monotonic() + seconds
        while len(self.messages()) < count:
            assert time.monotonic() < deadline, f"{len(self.messages())} of {count} messages came"
            time.sleep(0.05)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in self.messages()]

    def close(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def sink(tmp_path):
    sinks = []

    def make(*arguments, **options):
        sinks.append(Sink(tmp_path / f"sink-{len(sinks)}", *arguments, **options))
        return sinks[-1]

    yield make
    for each in sinks:
        each.close()


@pytest.fixture
def zones(tmp_path):
    servers = []

    def make(**records):
        servers.append(NameServer(tmp_path / f"nsd-{len(servers)}", {name.replace("_", "."): text for name, text in records.items()}))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def send(*arguments, stdin=b"", status=0):
    done = subprocess.run([str(PROGRAM), "send", *map(str, arguments)], input=stdin, capture_output=True, timeout=60)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stdout.decode() + done.stderr.decode()


def queue(server, *arguments, status=0):
    done = subprocess.run([str(PROGRAM), "queue", *map(str, arguments), "--config", str(server.configuration)],
                          capture_output=True, timeout=60)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stdout.decode()


def queued(server):
    return json.loads(queue(server, "list", "--json"))


def wait_until(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return value


def relaying(samotop, zone, port, more="", **settings):
    return samotop(tls="none", settings=Settings(
        dns=zone.section, relay=f"{{{LOOPBACK}, port: {port}{more}}}", **settings))


def test_a_message_goes_out_by_mx(samotop, sink, zones):
    other = sink()
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    server = relaying(samotop, zone, other.port)
    said = send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test",
                "--subject", "Grüße", "--body", "At eight?")
    assert "bob@out.test: accepted" in said
    [message] = other.wait(1)
    assert message["subject"] == "Grüße" and message.get_content().strip() == "At eight?"
    # RFC 5321 §4.4: only final delivery writes a Return-Path.
    assert message["return-path"] is None and "by mx.our.test" in message.get_all("received")[1]
    wait_until(lambda: queued(server) == [], "it is still in the queue")


def test_strangers_relay_nothing(samotop, sink, zones):
    other = sink()
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    server = samotop(tls="none", settings=Settings(
        dns=zone.section, relay=f"{{from: [127.9.0.0/16], inner-networks: [127.0.0.0/8], port: {other.port}}}"))
    said = send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", "x", status=1)
    assert "550 5.7.1" in said
    assert queued(server) == [] and not other.messages()


def test_what_cannot_go_waits_and_says_why(samotop, sink, zones):
    """D12 and O02: no server inside is spoken to; 450 waits, and the operator's word counts at once."""
    other = sink("-r", "RCPT")
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n", inside_test="@ IN MX 10 mx\nmx IN A 10.0.0.1\n")
    server = relaying(samotop, zone, other.port, ", queue: {destinations: {out.test: {deliveries: 1}}}")
    send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test,eve@inside.test", "--body", "x")
    [entry] = wait_until(lambda: [each for each in queued(server) if all(r["attempts"] for r in each["recipients"])], "no attempt")
    states = {each["address"]: each for each in entry["recipients"]}
    assert states["bob@out.test"]["failure"]["stage"] == "rcpt"
    allowed = {each["name"]: each["allowed"] for each in json.loads(queue(server, "destinations", "--json"))}
    assert allowed["out.test"] == 1, "an unknown destination begins with 2"
    assert json.loads(queue(server, "why", "--json", entry["id"]))["id"] == entry["id"]
    assert "inside" in queue(server, "why", entry["id"]) or states["eve@inside.test"]["failure"]["stage"] in ("dns", "connect", "policy")
    assert "changed" in queue(server, "drop", "--recipient", "eve@inside.test")
    held = json.loads(queue(server, "hold", "--reason", "a moment", "--json", entry["id"]))
    left = {"unchanged": "held already, or settled"}
    assert held == {"action": "hold", "message": entry["id"], "changed": 1, "delivering": 0, "unchanged": 1, "why": left}
    again = json.loads(queue(server, "hold", "--recipient", "bob@out.test", "--json"))
    assert again == {"action": "hold", "changed": 0, "delivering": 0, "unchanged": 1, "why": left}
    assert "a moment" in queue(server, "show", entry["id"])
    assert "changed" in queue(server, "drop", entry["id"])
    assert queued(server) == []
    # What became of it is known for a while.
    assert "failed" in (shown := queue(server, "show", entry["id"])) and "bob@out.test" not in shown
    queue(server, "show", "0" * 26, status=1)


def test_a_refusal_comes_back_to_the_sender(samotop, sink, zones):
    """O02: 5yz at RCPT makes one notification, which Python's reader takes apart; null MX is refused at once (D11)."""
    other = sink("-f", "RCPT")
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n", never_test="@ IN MX 0 .\n")
    server = relaying(samotop, zone, other.port)
    send("--server", f"127.0.0.1:{server.port}", "--from", "user@our.test", "--to", "bob@out.test", "--to", "carl@never.test",
         "--subject", "secret plans", "--body", "x")
    server.wait_for_messages(1)
    wait_until(lambda: queued(server) == [], "something is still in the queue")
    reports = [email.message_from_bytes(octets, policy=email.policy.default) for octets in server.messages()]
    failed = {}
    for report in reports:
        assert report.get_content_type() == "multipart/report" and report["auto-submitted"] == "auto-replied"
        assert report["return-path"] == "<>"
        text, status, original = report.iter_parts()
        assert status.get_content_type() == "message/delivery-status"
        for group in status.get_payload()[1:]:
            failed[group["final-recipient"].split(";")[1].strip()] = group["status"]
    assert failed["bob@out.test"].startswith("5.") and failed["carl@never.test"] == "5.1.10"


class Hook(http.server.BaseHTTPRequestHandler):
    """Takes posts, and refuses the first one."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posts.append((self.headers, body))
        self.send_response(503 if len(self.server.posts) == 1 else 204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def test_who_refused_for_good_is_not_written_to_again(samotop, sink, zones, tmp_path):
    """A second message to a dead address is returned without a connection; programs are told of both; a person lifts it."""
    other = sink("-f", "RCPT")
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    receiver.posts = []
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    secret = tmp_path / "hook.secret"
    secret.write_text("0123456789abcdef0123\n")
    secret.chmod(0o600)
    hand_over(secret, SERVICE_USER)
    hook = f"{{url: 'http://localhost:{receiver.server_port}/a', secret-file: {secret}, events: [failed, suppressed]}}"
    server = relaying(samotop, zone, other.port, f", webhooks: {{crm: {hook}}}")

    def post(address):
        send("--server", f"127.0.0.1:{server.port}", "--from", "user@our.test", "--to", address, "--body", "x")

    added = json.loads(queue(server, "suppressed", "add", "gone@out.test", "--network", "--json"))
    assert added == {"action": "suppress", "address": "gone@out.test", "changed": 1}
    assert "gone@out.test" in queue(server, "suppressed") and "by hand" in queue(server, "suppressed", "list")
    post("gone@out.test")
    server.wait_for_messages(1)
    notification = server.messages()[0].decode()
    assert "samotop queue suppressed remove" in notification.replace("=\n", "").replace("\n", " ")
    [entry] = json.loads(queue(server, "suppressed", "list", "--json"))
    assert entry["address"] == "gone@out.test" and "account" not in entry
    assert json.loads(queue(server, "suppressed", "remove", "gone@out.test", "--json"))["changed"] == 1
    assert "nothing is suppressed" in queue(server, "suppressed")
    post("gone@out.test")
    server.wait_for_messages(2)
    wait_until(lambda: len(receiver.posts) >= 3, "the hook wasn't told")
    events = []
    for headers, body in receiver.posts[1:]:
        signed = headers["samotop-timestamp"].encode() + b"." + body
        assert headers["samotop-signature"] == "v1=" + hmac.new(b"0123456789abcdef0123", signed, hashlib.sha256).hexdigest()
        events += json.loads(body)["events"]
    assert [each["event"] for each in events] == ["suppressed", "failed"]
    assert {each["recipient"] for each in events} == {"gone@out.test"}
    assert events[1]["failure"]["reply"][0].startswith("5")
    receiver.shutdown()


def test_whether_it_went_encrypted_is_known_afterwards(samotop, sink, zones):
    other = sink()
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    server = relaying(samotop, zone, other.port, contacts="{strangers: ask}")
    said = send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", "x")
    other.wait(1)
    wait_until(lambda: queued(server) == [], "it is still in the queue")
    [message] = other.wait(1)
    identifier = message.get_all("received")[1].split(" id ")[1].split()[0].rstrip(";")
    shown = queue(server, "show", identifier)
    assert "delivered" in shown and "bob@out.test  in clear" in shown, (said, shown)

    def steps():
        done = subprocess.run([str(PROGRAM), "why", identifier, "--json", "--config", str(server.configuration)], capture_output=True)
        return [each for each in json.loads(done.stdout or b"[]") if each["stage"] == "sending"]

    [step] = wait_until(steps, "nothing is on record")
    assert step["judge"] == "out.test" and step["verdict"] == "delivered" and step["cause"] == "in clear" and "tls" not in step


def test_the_queue_survives_kill_9(samotop, sink, zones):
    other = sink()
    other.close()
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    server = relaying(samotop, zone, other.port)
    for number in range(20):
        send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", f"bob{number}@out.test", "--body", f"{number}")
    server.kill()
    again = sink(host=other.host, port=other.port)
    before = server.log.read_text().count("serving")
    server.start()
    wait_until(lambda: server.log.read_text().count("serving") > before, "it doesn't serve")
    queue(server, "retry", "--all")
    assert {each.get_content().strip() for each in again.wait(20)} == {str(number) for number in range(20)}
    wait_until(lambda: queued(server) == [], "something is still in the queue")


def test_nothing_readable_rests_on_disk(samotop, sink, zones):
    other = sink()
    other.close()
    zone = zones(out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    server = relaying(samotop, zone, other.port)
    send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", "PLAINTEXT-NEEDLE")
    wait_until(lambda: queued(server), "it isn't queued")
    for path in (server.directory / "state").rglob("*"):
        if path.is_file() and "journal" not in path.parts:
            assert b"PLAINTEXT-NEEDLE" not in path.read_bytes(), path


def tlsa(certificate, *, usage=3, wrong=False):
    """`3 1 1 …` of a certificate's key, or of another one."""
    key = subprocess.run(["openssl", "x509", "-in", certificate.chain, "-noout", "-pubkey"], check=True, capture_output=True).stdout
    octets = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True, capture_output=True).stdout
    return f"{usage} 1 1 {hashlib.sha256(octets + (b'x' if wrong else b'')).hexdigest()}"


@pytest.fixture
def postfix(tmp_path):
    """A Postfix that takes mail for out.test with STARTTLS, and drops it."""
    peers = []

    def make(certificate, **settings):
        shutil.copy(certificate.chain, tmp_path / "postfix.pem")
        shutil.copy(certificate.key, tmp_path / "postfix.key")
        peers.append(Postfix(
            tmp_path / "postfix", mydestination="out.test", local_transport="discard:", local_recipient_maps="",
            smtpd_tls_cert_file=tmp_path / "postfix.pem", smtpd_tls_key_file=tmp_path / "postfix.key",
            smtpd_tls_security_level="may", smtpd_tls_loglevel="1", **settings))
        return peers[-1]

    yield make
    for peer in peers:
        peer.close()


def test_dane(samotop, postfix, certificate, tmp_path):
    """D15: a signed TLSA record that fits is verified; one that doesn't makes the mail wait, and never go in clear."""
    other = issue_certificate(tmp_path / "other", "mx.out.test")
    peer = postfix(other)
    for wrong in (False, True):
        name = NameServer(tmp_path / f"nsd-{wrong}", {"out.test": (
            f"@ IN MX 10 mx\nmx IN A 127.0.0.1\n_{peer.port}._tcp.mx IN TLSA {tlsa(other, wrong=wrong)}\n")}, signed=["out.test"])
        directory = tmp_path / f"samotop-{wrong}"
        directory.mkdir(mode=0o755)
        server = samotop(tls="none", directory=directory, settings=Settings(
            dns=name.section, relay=f"{{{LOOPBACK}, port: {peer.port}}}"))
        try:
            send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", "x")
            if wrong:
                [entry] = wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["attempts"]], "no attempt")
                why = queue(server, "why", entry["id"])
                assert entry["recipients"][0]["failure"]["status"].startswith("4.7."), why
                assert "TLSA" in why
            else:
                wait_until(lambda: "verified=dane" in server.log_text(), f"it isn't sent:\n{server.log_text()}")
                assert queued(server) == []
        finally:
            server.terminate()
            name.close()
    assert peer.log_text().count("from=<ann@our.test>") == 1, peer.log_text()


def signatures(server, *arguments, status=0):
    done = subprocess.run([str(PROGRAM), "signatures", *map(str, arguments), "--config", str(server.configuration)],
                          capture_output=True, timeout=60)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stdout.decode()


def test_d13_a_verified_key_counts_more_than_a_wrong_tlsa_record(samotop, postfix, zones, tmp_path):
    """Signed TLSA records of another key: mail waits, and the record says which; once a person has compared the key, it leaves."""
    other = issue_certificate(tmp_path / "other", "mx.out.test")
    peer = postfix(other)
    wrong = tlsa(other, wrong=True)
    zone = NameServer(tmp_path / "nsd", {"out.test": f"@ IN MX 10 mx\nmx IN A 127.0.0.1\n_{peer.port}._tcp.mx IN TLSA {wrong}\n"},
                      signed=["out.test"])
    try:
        server = relaying(samotop, zone, peer.port)
        send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", "x")
        wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["attempts"]], "no attempt")
        shown = signatures(server, "show", "out.test")
        assert "got no mail" in shown and f"TLSA {wrong}: no certificate of the server matches" in shown, shown
        # To let one message go is no answer to what the domain itself has signed.
        signatures(server, "accept", "out.test")
        time.sleep(0.5)
        assert len(queued(server)) == 1 and "status=sent" not in peer.log_text()
        key = tlsa(other).split()[3]
        record = json.loads(signatures(server, "verify", "out.test", "--key", key, "--json"))
        assert record["decision"]["pins"] == [key] and record["changes"][0]["maker"] == "command line"
        wait_until(lambda: "verified=person" in server.log_text(), f"it isn't sent:\n{server.log_text()}")
        assert queued(server) == [] and peer.log_text().count("from=<ann@our.test>") == 1
    finally:
        zone.close()


def test_only_what_waits_for_signatures_is_released_with_them(samotop, postfix, zones, tmp_path):
    peer = postfix(issue_certificate(tmp_path / "other", "mx.out.test"))
    zone = zones(out_test="@ IN MX 10 mx\nmx IN A 127.0.0.1\n")
    server = relaying(samotop, zone, peer.port)
    signatures(server, "hold", "out.test")
    for body in ("first", "second"):
        send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", body)

    def held():
        return [each for each in queued(server) if each["recipients"][0]["state"] == "held"]

    wait_until(lambda: len(held()) == 2, "they aren't held")
    kept = held()[0]["id"]
    # A second reason on top: it is the operator's now.
    queue(server, "hold", "--reason", "a lawyer", kept)
    signatures(server, "release", "out.test")
    wait_until(lambda: peer.log_text().count("status=sent") == 1, f"it isn't sent:\n{server.log_text()}")
    assert [each["id"] for each in queued(server)] == [kept]


def test_a_person_decides_about_a_servers_key(samotop, postfix, zones, tmp_path):
    """A pinned key that isn't the server's holds the mail and says why; the person's word lets it go."""
    other = issue_certificate(tmp_path / "other", "mx.out.test")
    peer = postfix(other)
    zone = zones(out_test="@ IN MX 10 mx\nmx IN A 127.0.0.1\n")
    server = relaying(samotop, zone, peer.port)

    def mail(body):
        send("--server", f"127.0.0.1:{server.port}", "--from", "ann@our.test", "--to", "bob@out.test", "--body", body)

    def arrived():
        return peer.log_text().count("status=sent")

    assert "no mail went out or came in" in signatures(server, "list")
    mail("first")
    wait_until(lambda: arrived() == 1, f"it isn't sent:\n{server.log_text()}")
    assert "encrypted, unsigned" in wait_until(lambda: "out.test" in signatures(server, "list") and signatures(server, "list"), "unknown")
    record = json.loads(signatures(server, "show", "out.test", "--json"))
    key = record["hosts"][0]["chain"][0]
    assert key == tlsa(other).split()[3]

    signatures(server, "verify", "out.test", "--key", "ab" * 32)
    mail("second")
    [entry] = wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["state"] == "held"], "it isn't held")
    assert "held" in queue(server, "why", entry["id"]) and arrived() == 1
    signatures(server, "accept", "out.test")
    wait_until(lambda: arrived() == 2, f"it isn't sent:\n{server.log_text()}")

    mail("third")
    wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["state"] == "held"], "it isn't held")
    signatures(server, "verify", "out.test", "--key", key)
    wait_until(lambda: arrived() == 3 and queued(server) == [], f"it isn't sent:\n{server.log_text()}")

    signatures(server, "hold", "out.test")
    mail("fourth")
    wait_until(lambda: [each for each in queued(server) if each["recipients"][0]["state"] == "held"], "it isn't held")
    signatures(server, "release", "out.test")
    wait_until(lambda: arrived() == 4, f"it isn't sent:\n{server.log_text()}")
    signatures(server, "verify", "out.test", "--key", "no key", status=1)


def test_check_says_what_would_be_made_of_a_server(certificate, postfix, tmp_path):
    other = issue_certificate(tmp_path / "other", "mx.out.test")
    peer = postfix(other)
    zone = tmp_path / "zone"
    zone.write_text("$ORIGIN out.test.\n$TTL 300\n@ IN MX 10 mx\nmx IN A 127.0.0.1\n")

    def check(*arguments, status):
        done = subprocess.run(
            [str(PROGRAM), "signatures", "check", "out.test", "--zone", str(zone), "--server", f"127.0.0.1:{peer.port}", *arguments],
            capture_output=True, timeout=60)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done.stdout.decode()

    assert tlsa(other).split()[3] in check("--tlsa", tlsa(other), status=0)
    assert "mail would wait" in check("--tlsa", tlsa(other, wrong=True), status=1)
    [found] = json.loads(check("--tlsa", tlsa(other), "--json", status=0))
    assert found["verdict"]["outcome"] == "proceed" and found["tls"].startswith("TLSv1.")


def test_what_is_said_is_shown_and_no_password(samotop, certificate, tmp_path):
    server = samotop(tls="optional", settings=Settings())
    there = ("--server", f"localhost:{server.port}", "--ca-file", certificate.authority, "--tls", "required", "--transcript")
    said = send(*there, "--from", "ann@client.test", "--to", "user@our.test", "--body", "x")
    for part in ("S: 220 ", "C: EHLO ", "C: STARTTLS", "*: TLSv1.", "C: MAIL FROM:<ann@client.test>", "S: 354 ",
                 "C: (the message)", "C: QUIT"):
        assert part in said, said
    assert "accepted, TLSv1." in said and ", verified" in said
    refused = send(*there, "--from", "a@client.test", "--to", "user@our.test", "--auth", "ann",
                   "--password-file", password(tmp_path), status=1)
    assert "hunter2" not in refused and "aHVudGVyMg" not in refused


def password(directory):
    path = directory / "password"
    path.write_text("hunter2\n")
    return path
