"""Senders that ask the DNS who we are: Postfix's posttls-finger, and its client with DANE alone, towards us."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

import pytest

from nameserver import NameServer
from peers import MAIL_OWNER, PEERS, SETGID_GROUP, Postfix, Programs, need_root
from server import RECIPIENT, free_port, missing
from test_sending import tlsa

# Postfix asks port 53 of what resolv.conf names: an address of loopback that nobody else has.
RESOLVER = "127.0.0.153"

CONFIGURATION = """\
server:
  interface: {address}@53
  port: 53
  do-ip6: no
  do-daemonize: no
  username: "{user}"
  chroot: ""
  directory: "{directory}"
  pidfile: ""
  logfile: "{directory}/unbound.log"
  use-syslog: no
  num-threads: 1
  do-not-query-localhost: no
  local-zone: "test." nodefault
  access-control: 127.0.0.0/8 allow
  trust-anchor: "{anchor}"
remote-control:
  control-enable: no
stub-zone:
  name: "{zone}"
  stub-addr: 127.0.0.1@{port}
"""


class Unbound:
    """A validating resolver that knows one zone, and a resolv.conf that leads to it."""

    def __init__(self, directory, zone, anchor, port):
        program = PEERS / "unbound/usr/sbin/unbound"
        if not program.exists():
            program = pathlib.Path(shutil.which("unbound", path=os.environ["PATH"] + ":/usr/sbin") or
                                   missing("unbound isn't there (scripts/setup test)"))
        directory.mkdir()
        self.resolv = directory / "resolv.conf"
        self.resolv.write_text(f"nameserver {RESOLVER}\noptions trust-ad edns0\n")
        (directory / "unbound.conf").write_text(CONFIGURATION.format(
            address=RESOLVER, user=pwd.getpwuid(os.geteuid()).pw_name, directory=directory, anchor=anchor, zone=zone, port=port))
        self.log = directory / "unbound.log"
        self.process = subprocess.Popen([program, "-c", directory / "unbound.conf"], cwd=directory, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection((RESOLVER, 53), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.close()
                    raise AssertionError(f"unbound doesn't serve:\n{self.log.read_text() if self.log.exists() else ''}") from None
                time.sleep(0.02)

    def run(self, *arguments):
        """A command that has this resolver, and a mount namespace of its own."""
        return ["unshare", "--mount", "sh", "-c", f'mount --bind "{self.resolv}" /etc/resolv.conf && exec "$@"', "sh",
                *map(str, arguments)]

    def close(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def resolver(tmp_path):
    """resolver(records): the zone our.test, signed, and a resolver that validates it."""
    need_root("a resolver on port 53")
    started = []

    def make(records):
        name = NameServer(tmp_path / f"nsd-{len(started)}", {"our.test": records}, signed=["our.test"])
        started.append(name)
        started.append(Unbound(tmp_path / f"unbound-{len(started)}", "our.test", name.anchors[0], name.port))
        return started[-1]

    yield make
    for each in reversed(started):
        each.close()


def finger(resolver, port):
    programs = Programs()
    (resolver.resolv.parent / "main.cf").write_text(
        f"compatibility_level = 3.6\ninet_protocols = ipv4\nmail_owner = {MAIL_OWNER}\nsetgid_group = {SETGID_GROUP}\n")
    done = subprocess.run(
        resolver.run(programs.commands / "posttls-finger", "-c", "-t", "10", "-T", "10", "-l", "dane-only", "-L", "summary",
                     f"[mx.our.test]:{port}"),
        env={**programs.environment, "MAIL_CONFIG": str(resolver.resolv.parent)}, capture_output=True, text=True, timeout=60, cwd="/")
    return done.stdout + done.stderr


@pytest.mark.parametrize("wrong", [False, True])
def test_posttls_finger_verifies_us(samotop, resolver, certificate, wrong):
    """A TLSA record of our key is verified, from the handshake that we do; one of another key isn't."""
    server = samotop(tls="optional")
    dns = resolver(f"@ IN MX 10 mx\nmx IN A 127.0.0.1\n_{server.port}._tcp.mx IN TLSA {tlsa(certificate, wrong=wrong)}\n")
    said = finger(dns, server.port)
    assert ("Verified TLS connection established to mx.our.test" in said) != wrong, said
    assert "TLSv1.3" in said or wrong and "Server certificate not trusted" in said, said


@pytest.mark.parametrize("wrong", [False, True])
def test_a_sender_that_insists_on_dane_delivers_to_us(samotop, resolver, certificate, tmp_path, wrong):
    """Postfix with smtp_tls_security_level = dane-only: what it verifies arrives, and otherwise it keeps its mail."""
    server = samotop(tls="required")
    dns = resolver(f"@ IN MX 10 mx\nmx IN A 127.0.0.1\n_{server.port}._tcp.mx IN TLSA {tlsa(certificate, wrong=wrong)}\n")
    peer = Postfix(tmp_path / "postfix", prefix=dns.run(), relayhost=f"[mx.our.test]:{server.port}",
                   smtp_tls_security_level="dane-only", smtp_dns_support_level="dnssec", smtp_host_lookup="dns")
    try:
        peer.send(recipient=RECIPIENT)
        if wrong:
            deadline = time.monotonic() + 20
            while "status=deferred" not in peer.log_text() and time.monotonic() < deadline:
                time.sleep(0.05)
            assert "not trusted" in peer.log_text() or "not verified" in peer.log_text(), peer.log_text()
            assert server.messages() == []
        else:
            peer.wait_until_empty()
            assert "Verified TLS connection established to mx.our.test" in peer.log_text(), peer.log_text()
            server.wait_for_messages(1)
    finally:
        peer.close()
