"""Our SPF and DKIM against pyspf, dkimpy and OpenDKIM, on messages and records made at random from a seed that a failure prints."""

import base64
import json
import os
import random
import re
import shutil
import subprocess

import pytest
from peers import PEERS
from server import PROGRAM, missing

try:
    import dkim
    import spf
except ImportError:
    dkim = spf = None

SEED = int(os.environ.pop("SAMOTOP_SEED", "20261126"))
SIGNER = PROGRAM.with_name("SigningExample")

pytestmark = pytest.mark.skipif(dkim is None and not os.environ.get("SKIP_NOTHING"),
                                reason="python3-dkim and python3-spf aren't installed (scripts/setup test)")


def explain(questions):
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([PROGRAM, "explain", "--batch"], input=lines, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def some_text(chance, most):
    """Words, runs of white space, dots, and letters of other alphabets."""
    pieces = ["a", "quick", "fox", " ", "  ", "\t", ".", "..", "=", ";", "ünï", "=20", "-- ", "x" * 60]
    return "".join(chance.choice(pieces) for _ in range(chance.randrange(most)))


def some_message(chance):
    lines = [some_text(chance, 12).strip("\r\n") for _ in range(chance.randrange(20))]
    # What SMTP brings ends with CRLF; without one dkimpy keeps white space that relaxed drops (RFC 6376 §3.4.4).
    body = "\r\n".join(lines) + chance.choice(["\r\n", "\r\n\r\n\r\n", " \r\n \t\r\n"])
    fold = chance.choice(["", "\r\n ", "\r\n\t  "])
    subject = some_text(chance, 8).replace("\r\n", "").strip() or "none"
    head = ["From: Ann <ann@example.test>", f"To:{fold} <bob@our.test>", f"Subject: {subject}{fold} more",
            f"Date: Tue, 14 Nov 2023 22:13:{chance.randrange(60):02} +0000", f"X-Odd:  {some_text(chance, 5).strip()}."[:900]]
    chance.shuffle(head)
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Private key files and the text of the key records, by algorithm."""
    folder = tmp_path_factory.mktemp("keys")
    made = {}
    for name, arguments in (("rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
                            ("ed25519", ["-algorithm", "ED25519"])):
        path = folder / f"{name}.pem"
        subprocess.run(["openssl", "genpkey", *arguments, "-out", path], check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout
        private = subprocess.run(["openssl", "pkey", "-in", path, "-outform", "DER"], check=True,
                                 capture_output=True).stdout
        public = public if name == "rsa" else public[-32:]
        made[name] = (path, private, f"v=DKIM1; k={name}; p={base64.b64encode(public).decode()}")
    traditional = folder / "rsa1.pem"
    subprocess.run(["openssl", "rsa", "-in", made["rsa"][0], "-traditional", "-out", traditional], check=True,
                   capture_output=True)
    return made, traditional.read_bytes()


def test_what_dkimpy_signs_we_verify(keys):
    """250 messages, and each once more with an octet changed, which dkimpy and we must both see."""
    made, traditional = keys
    chance = random.Random(SEED)
    questions, wanted = [], []
    for number in range(250):
        octets = some_message(chance)
        kind = chance.choice(["rsa", "ed25519"])
        private = traditional if kind == "rsa" else base64.b64encode(made["ed25519"][1][-32:])
        form = (chance.choice([b"relaxed", b"simple"]), chance.choice([b"relaxed", b"simple"]))
        signed = dkim.sign(octets, b"sel", b"example.test", private, canonicalize=form,
                           signature_algorithm=b"rsa-sha256" if kind == "rsa" else b"ed25519-sha256",
                           include_headers=[b"from", b"to", b"subject", b"date"]) + octets
        record = made[kind][2].encode()
        variants = [signed]
        place = chance.randrange(len(signed))
        variants.append(signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1:])
        for variant in variants:
            try:
                variant.decode()
                if b"\r" in variant.replace(b"\r\n", b"") or b"\n" in variant.replace(b"\r\n", b""):
                    continue
                theirs = dkim.verify(variant, dnsfunc=lambda name, timeout=5: record)
            except UnicodeDecodeError:
                continue
            except Exception:
                theirs = False
            questions.append({"ip": "192.0.2.1", "helo": "c.test", "mailFrom": "", "message": variant.decode(),
                              "zone": {"sel._domainkey.example.test": [{"type": "TXT", "value": record.decode()}]}})
            wanted.append((number, theirs, variant))
    answers = explain(questions)
    differing = []
    for answer, (number, theirs, variant) in zip(answers, wanted):
        ours = any(found["result"] == "pass" for found in answer.get("dkim", []))
        if ours != theirs:
            differing.append((number, theirs, answer.get("dkim"), variant))
    assert len(questions) >= 400
    assert differing == [], f"seed {SEED}: {len(differing)} of {len(questions)}: {differing[:3]}"


def test_what_we_sign_dkimpy_verifies(keys):
    if not SIGNER.exists():
        missing(f"{SIGNER} isn't there (swift build -c release --product SigningExample)")
    made, _ = keys
    chance = random.Random(SEED + 1)
    for number in range(250):
        octets = some_message(chance)
        kind, form = chance.choice(["rsa", "ed25519"]), chance.choice(["relaxed", "simple"])
        done = subprocess.run([SIGNER, made[kind][0], "example.test", "sel", form], input=octets, capture_output=True)
        assert done.returncode == 0, done.stderr
        assert dkim.verify(done.stdout, dnsfunc=lambda name, timeout=5: made[kind][2].encode()), (
            f"seed {SEED + 1}, message {number}: {done.stdout!r}")


class OpenDKIM:
    """Debian's opendkim, unpacked or installed; it reads messages from files (`-t`) and needs no MTA."""

    def __init__(self, folder):
        unpacked = PEERS / "opendkim/usr/sbin/opendkim"
        self.program = unpacked if unpacked.exists() else shutil.which("opendkim", path=os.environ["PATH"] + ":/usr/sbin")
        if not self.program:
            missing("opendkim isn't there (scripts/setup test)")
        libraries = [str(path.parent) for path in (PEERS / "opendkim").glob("usr/lib/*/libopendkim.so.11")]
        self.environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)} if libraries else None
        self.folder = folder

    def run(self, settings, octets):
        """What it would have told the MTA. It takes text files: lines end with LF."""
        (self.folder / "opendkim.conf").write_text("Syslog no\n" + settings)
        (self.folder / "message").write_bytes(octets.replace(b"\r\n", b"\n"))
        done = subprocess.run([self.program, "-x", self.folder / "opendkim.conf", "-t", self.folder / "message"],
                              capture_output=True, env=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def signed(self, octets, key, form):
        settings = ("Mode s\nDomain example.test\nSelector sel\nRequireSafeKeys no\nOversignHeaders From\n"
                    f"KeyFile {key}\nCanonicalization {form}\n")
        found = re.search(rb"^DKIM-Signature: .*", self.run(settings, octets), re.S | re.M)
        assert found, "opendkim doesn't sign"
        return found.group(0).replace(b"\r\n", b"\n").strip().replace(b"\n", b"\r\n") + b"\r\n" + octets

    def verifies(self, octets, record):
        (self.folder / "keys").write_text(f"sel._domainkey.example.test {record}\n")
        told = self.run(f"Mode v\nTestPublicKeys {self.folder}/keys\nOn-BadSignature accept\n", octets)
        assert b"verification (" in told, told
        return told.rstrip().endswith(b"succeeded")


def an_octet_changed(chance, octets):
    """One of the body's letters becomes another."""
    places = [place for place in range(octets.index(b"\r\n\r\n") + 4, len(octets)) if octets[place:place + 1].isalnum()]
    if not places:
        return None
    place = chance.choice(places)
    return octets[:place] + (b"Z" if octets[place:place + 1] != b"Z" else b"Y") + octets[place + 1:]


def test_opendkim_and_we_agree(keys, tmp_path):
    """What it signs we verify, what we sign it verifies: 125 messages each way, and each once more with an octet changed.

    Header fields in relaxed form: reading from a file, it puts them together anew, and simple is about them as they stand.
    """
    if not SIGNER.exists():
        missing(f"{SIGNER} isn't there (swift build -c release --product SigningExample)")
    made, _ = keys
    key, _, record = made["rsa"]
    peer = OpenDKIM(tmp_path)
    chance = random.Random(SEED + 3)
    questions, wanted = [], []
    for number in range(125):
        octets = some_message(chance)
        form = f"relaxed/{chance.choice(['relaxed', 'simple'])}"
        signed = peer.signed(octets, key, form)
        for variant, passes in ((signed, True), (an_octet_changed(chance, signed), False)):
            if variant:
                questions.append({"ip": "192.0.2.1", "helo": "c.test", "mailFrom": "", "message": variant.decode(),
                                  "zone": {"sel._domainkey.example.test": [{"type": "TXT", "value": record}]}})
                wanted.append((number, form, passes))
    differing = [(what, answer.get("dkim")) for answer, what in zip(explain(questions), wanted)
                 if any(found["result"] == "pass" for found in answer.get("dkim", [])) != what[2]]
    assert differing == [], f"seed {SEED + 3}: {len(differing)} of {len(questions)}: {differing[:3]}"
    for number in range(125):
        octets = some_message(chance)
        signed = subprocess.run([SIGNER, key, "example.test", "sel", "relaxed"], input=octets, capture_output=True,
                                check=True).stdout
        assert peer.verifies(signed, record), f"seed {SEED + 3}, message {number}: {signed!r}"
        changed = an_octet_changed(chance, signed)
        assert not changed or not peer.verifies(changed, record), f"seed {SEED + 3}, message {number}: {changed!r}"


def test_spf_as_pyspf_finds_it(monkeypatch):
    """500 records made of terms that are right, odd, or wrong."""
    chance = random.Random(SEED + 2)
    terms = ["a", "mx", "ip4:192.0.2.0/24", "ip4:198.51.100.7", "ip6:2001:db8::/32", "include:inc.test", "a:host.test",
             "a:host.test/24", "mx:mx.test", "exists:%{i}.list.test", "exists:%{ir}.x.%{d2}", "ptr", "all", "a/24//64",
             "ip4:192.0.2.300", "include:", "a:", "foo:bar", "exp=why.test", "redirect=inc.test", "ip4:192.0.2.1/33",
             "include:nothing.test", "a:void.test", "redirect=nothing.test", "x-y=%{s}", "ip6:::/0", "mx/0"]
    questions, expected = [], []
    for number in range(500):
        chosen = [chance.choice(["", "+", "-", "~", "?"]) * ("=" not in term) + term
                  for term in chance.sample(terms, chance.randrange(1, 6))]
        record = "v=spf1 " + " ".join(chosen) + chance.choice(["", " -all", " ~all"])
        zone = {
            "example.test": [("TXT", record), ("A", "192.0.2.7"), ("MX", (10, "host.test"))],
            "inc.test": [("TXT", "v=spf1 ip4:203.0.113.9 ?all")], "host.test": [("A", "198.51.100.9")],
            "mx.test": [("MX", (5, "host.test"))], "203.0.113.9.list.test": [("A", "127.0.0.2")],
            "why.test": [("TXT", "because of %{i}")],
        }
        client = chance.choice(["192.0.2.7", "198.51.100.9", "203.0.113.9", "198.51.100.7", "2001:db8::9"])

        def look_up(name, kind, zone=zone, **_):
            return [((name, kind), (value.encode(),) if kind == "TXT" else value)
                    for found, value in zone.get(name.rstrip(".").lower(), []) if found == kind]

        monkeypatch.setattr(spf, "DNSLookup", lambda name, kind, *rest, **options: look_up(name, kind))
        theirs = spf.query(i=client, s="ann@example.test", h="mail.example.test").check()[0]
        questions.append({"ip": client, "helo": "mail.example.test", "mailFrom": "ann@example.test", "zone": {
            name: [{"type": kind, "value": f"{value[0]} {value[1]}" if kind == "MX" else value} for kind, value in found]
            for name, found in zone.items()}})
        expected.append((record, client, theirs))
    differing = [(record, client, theirs, answer["spf"]["result"], answer["spf"]["reason"])
                 for answer, (record, client, theirs) in zip(explain(questions), expected)
                 if answer["spf"]["result"] != theirs]
    assert differing == [], f"seed {SEED + 2}: {len(differing)} of 500: {differing[:5]}"
