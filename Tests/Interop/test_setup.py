"""From nothing to a server: what `samotop setup` makes is served, its zone is loaded by nsd, and `samotop doctor` tells what is wrong."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile

import pytest
from authority import Pebble
from nameserver import HEAD, NameServer, find_nsd
from server import PROGRAM, free_port
from test_sending import wait_until

# Not 127.0.0.1, which no block list has.
ADDRESS = "127.0.0.9"
LIST = "list.test"


def set_up(folder, *arguments, address="user@our.test"):
    return subprocess.run(
        [PROGRAM, "setup", address, "--folder", folder, "--host", "mx.our.test", "--address", ADDRESS, "--offline", *arguments],
        capture_output=True, text=True, timeout=120)


def zone_of(folder):
    return (folder / "etc/samotop/our.test.zone").read_text()


def digest(folder):
    """Every file below a folder, and what is in it."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "root"
    done = set_up(folder, "--agree-to-terms")
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_terms_are_agreed_to_by_the_operator_alone(tmp_path):
    done = set_up(tmp_path / "root")
    assert done.returncode == 64 and "--agree-to-terms" in done.stderr
    assert not (tmp_path / "root").exists()


def test_a_dry_run_makes_nothing(tmp_path):
    done = set_up(tmp_path / "root", "--agree-to-terms", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "could not check  network and names: not looked at: --offline" in done.stdout
    assert "postmaster: user@our.test" in done.stdout
    assert not (tmp_path / "root").exists()


def test_the_zone_is_loaded_by_nsd(made, tmp_path):
    folder, output = made
    assert zone_of(folder) in output
    path = tmp_path / "our.test.zone"
    path.write_text("$ORIGIN our.test.\n" + HEAD + zone_of(folder))
    checker = find_nsd().with_name("nsd-checkzone")
    done = subprocess.run([checker, "our.test", path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "is ok" in done.stdout, done.stdout + done.stderr
    for line in zone_of(folder).splitlines():
        for string in re.findall(r'"([^"]*)"', line):
            assert len(string) <= 255


def test_once_more_changes_nothing_and_another_address_is_refused(made):
    folder, _ = made
    before = digest(folder)
    again = set_up(folder, "--agree-to-terms")
    assert again.returncode == 0 and "set up already" in again.stdout, again.stderr
    for line in zone_of(folder).splitlines():
        assert line in again.stdout
    other = set_up(folder, "--agree-to-terms", address="eve@our.test")
    assert other.returncode == 1 and "is there already" in other.stderr
    assert digest(folder) == before


@pytest.fixture
def world(tmp_path):
    """A name server with all that is to be published, an authority, and a server that was set up with them and serves."""
    # A short path: the server has a Unix socket below it.
    scratch = pathlib.Path(tempfile.mkdtemp())
    folder = scratch / "root"
    names = NameServer(tmp_path / "nsd", {
        "our.test": f"mx IN A {ADDRESS}\nca IN A 127.0.0.1\nmta-sts IN CNAME mx\n",
        "127.in-addr.arpa": "9.0.0 IN PTR mx.our.test.\n",
        LIST: "2.0.0.127 IN A 127.0.0.2\n",
    })
    http = free_port(ADDRESS)
    authority = Pebble(tmp_path / "pebble", names, http=http)
    yield World(tmp_path, folder, names, authority, http)
    names.close()
    authority.close()
    shutil.rmtree(scratch)


class World:
    def __init__(self, directory, folder, names, authority, http):
        self.directory, self.folder, self.names, self.authority = directory, folder, names, authority
        done = set_up(folder, "--agree-to-terms", "--directory", authority.directory_url, "--ca-file", authority.ca_file)
        assert done.returncode == 0, done.stderr
        self.password = re.search(r"password (\S+)", done.stdout).group(1)
        self.configuration = folder / "etc/samotop/samotop.yaml"
        text = self.configuration.read_text()
        self.ports = {port: free_port(ADDRESS) for port in (25, 465, 587)}
        for port, other in self.ports.items():
            text = text.replace(f'["0.0.0.0:{port}", "[::]:{port}"]', f'"{ADDRESS}:{other}"')
        text = text.replace("    agree-to-terms: true", f'    agree-to-terms: true\n    listen: "{ADDRESS}:{http}"')
        text = text.replace("listen: 0.0.0.0:443", f"listen: {ADDRESS}:443").replace("8025", str(free_port()))
        text = text.replace("relay:\n", f"relay:\n  port: {self.ports[25]}\n  inner-networks: [127.0.0.0/8]\n")
        self.configuration.write_text(text + f"dns: {names.section}\n")
        self.log = directory / "samotop.log"
        self.process = None

    def zone(self):
        done = subprocess.run([PROGRAM, "dns", "zone", "--config", self.configuration, "--address", ADDRESS],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def publish(self, zone, **others):
        """Takes the place of what the name server has."""
        path = self.directory / "nsd" / "our.test.zone"
        path.write_text("$ORIGIN our.test.\n" + HEAD + "ca IN A 127.0.0.1\n" + zone)
        for name, records in others.items():
            (self.directory / "nsd" / f"{name.replace('_', '.')}.zone").write_text(
                f"$ORIGIN {name.replace('_', '.')}.\n" + HEAD + records)
        self.names.close()
        self.names.log.unlink()
        self.names.process = subprocess.Popen(
            [find_nsd(), "-d", "-c", self.directory / "nsd/nsd.conf"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT, cwd="/")
        wait_until(lambda: self.names.log.exists() and "nsd started" in self.names.log.read_text(), "nsd doesn't serve")

    def serve(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--as-root", "--config", self.configuration],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: "a certificate was issued" in self.log.read_text() or self.process.poll() is not None,
                   "no certificate", 60)
        assert self.process.poll() is None, self.log.read_text()
        self.root = self.directory / "root.pem"
        self.root.write_text(self.authority.root())

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(35) == 0

    def doctor(self, *arguments):
        done = subprocess.run(
            [PROGRAM, "doctor", "--config", self.configuration, "--address", ADDRESS, "--list", LIST, "--probe", "our.test",
             "--ca-file", self.root, "--json", *arguments], capture_output=True, text=True, timeout=120)
        assert done.stdout, done.stderr
        findings = json.loads(done.stdout)
        return done.returncode, {finding["subject"]: (finding["status"], finding["text"]) for finding in findings}


def test_from_nothing_to_a_server_that_the_doctor_finds_well(world):
    if os.geteuid() != 0:
        pytest.skip("port 443 of a loopback address needs root")
    world.publish(world.zone())
    world.serve()
    try:
        # The account is ready: by the password that was shown once, over the authority's certificate.
        context = ssl.create_default_context(cafile=world.root)
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        with socket.create_connection((ADDRESS, world.ports[465]), 20) as plain:
            with context.wrap_socket(plain, server_hostname="mx.our.test") as secure:
                client = smtplib.SMTP(timeout=20, local_hostname="client.test")
                client.sock = secure
                client.file = None
                assert client.getreply()[0] == 220
                client.ehlo()
                client.login("user@our.test", world.password)
        world.publish(world.zone())
        status, found = world.doctor()
        problems = {subject: what for subject, what in found.items() if what[0] == "problem"}
        assert not problems and status == 0, problems
        for subject in ("configuration", "permissions", "address of mx.our.test", f"reverse name of {ADDRESS}", f"block list {LIST}",
                        f"port {world.ports[25]} out", "our.test MX", "our.test TXT", "_dmarc.our.test TXT",
                        "_mta-sts.our.test TXT", "mta-sts.our.test CNAME", "_submissions._tcp.our.test SRV",
                        "_imaps._tcp.our.test SRV", "MTA-STS policy of our.test"):
            assert found[subject][0] == "ok", (subject, found.get(subject))
        # Nobody validates here, so nobody goes by TLSA; the doctor says so.
        assert found["_25._tcp.mx.our.test TLSA"][0] == "warning" and "DNSSEC" in found["_25._tcp.mx.our.test TLSA"][1]
        assert found["resolver"][0] == "warning"

        # Each thing that breaks is told, and the status says so.
        good = world.zone()
        key = re.search(r"^(rsa\d+)\._domainkey", good, re.M).group(1)
        for old, new, subject, wanted in (
            ("our.test. IN MX 10 mx.our.test.", "our.test. IN MX 10 ns.our.test.", "our.test MX", "problem"),
            ('our.test. IN TXT "v=spf1 mx -all"', "", "our.test TXT", "problem"),
            ('our.test. IN TXT "v=spf1 mx -all"', 'our.test. IN TXT "v=spf1 mx ~all"', "our.test TXT", "warning"),
            (f"{key}._domainkey.our.test. IN TXT", "other IN TXT", f"{key}._domainkey.our.test TXT", "problem"),
            ("IN TLSA 3 1 1 ", "IN TLSA 3 1 1 00", "_25._tcp.mx.our.test TLSA", "problem"),
            ("_submissions._tcp.our.test. IN SRV 0 1 ", "_submissions._tcp.our.test. IN SRV 0 9 ",
             "_submissions._tcp.our.test SRV", "warning"),
        ):
            assert old in good
            bad = good.replace("\n" + old, "\n" + new)
            if "TLSA" in old:
                bad = re.sub(r"(TLSA 3 1 1 )..", r"\g<1>00", good)
            world.publish(bad)
            status, found = world.doctor()
            assert found[subject][0] == wanted, (subject, found.get(subject))
            assert status == (1 if wanted == "problem" else 0)
        world.publish(good, list_test=f"2.0.0.127 IN A 127.0.0.2\n{'.'.join(reversed(ADDRESS.split('.')))} IN A 127.0.0.4\n")
        status, found = world.doctor()
        assert status == 1 and found[f"block list {LIST}"] == ("problem", f"{ADDRESS} is listed")
        (world.folder / "var/lib/samotop/accounts").chmod(0o644)
        status, found = world.doctor("--offline")
        assert status == 1 and found["permissions"][0] == "problem"
    finally:
        world.close()
        print(world.log.read_text()[-4000:])
    (world.folder / "var/lib/samotop/accounts").chmod(0o600)
    status, found = world.doctor("--offline")
    assert "names, network, what the DNS has" in found and found["names, network, what the DNS has"][0] == "could not check"
