"""A private nsd: an authoritative name server on a port of loopback, with the zones that a test writes."""

import os
import pathlib
import pwd
import shutil
import subprocess
import time

from peers import PEERS
from server import free_port, missing


def find_nsd():
    unpacked = PEERS / "nsd/usr/sbin/nsd"
    if unpacked.exists():
        return unpacked
    if installed := shutil.which("nsd", path=os.environ["PATH"] + ":/usr/sbin"):
        return pathlib.Path(installed)
    missing("nsd isn't there (scripts/setup test)")


def find_ldns(name):
    unpacked = PEERS / "ldnsutils/usr/bin" / name
    if unpacked.exists():
        return unpacked
    if installed := shutil.which(name):
        return pathlib.Path(installed)
    missing(f"{name} isn't there (scripts/setup test)")


def sign(directory, name):
    """Signs the zone file NAME.zone in place; its key as a DNSKEY record, which a validating resolver may trust."""
    made = subprocess.run([find_ldns("ldns-keygen"), "-a", "ECDSAP256SHA256", "-k", "-r", "/dev/urandom", name], cwd=directory,
                          check=True, capture_output=True, text=True).stdout.strip()
    zone = directory / f"{name}.zone"
    subprocess.run([find_ldns("ldns-signzone"), "-f", f"{zone}.signed", zone, made], cwd=directory, check=True, capture_output=True)
    os.replace(f"{zone}.signed", zone)
    return " ".join((directory / f"{made}.key").read_text().split(";")[0].split())


CONFIGURATION = """\
server:
  ip-address: 127.0.0.1@{port}
  username: "{user}"
  zonesdir: "{directory}"
  database: ""
  pidfile: "{directory}/nsd.pid"
  xfrdfile: "{directory}/xfrd.state"
  zonelistfile: "{directory}/zone.list"
  xfrdir: "{directory}"
  logfile: "{directory}/nsd.log"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""

HEAD = "$TTL 300\n@ IN SOA ns hostmaster 1 3600 600 86400 300\n@ IN NS ns\nns IN A 127.0.0.1\n"


class NameServer:
    """Serves `zones`: by name the records behind SOA and NS, in the form of a zone file. Those in `signed` are signed, and
    believed by whoever takes `section` for its DNS."""

    def __init__(self, directory, zones, signed=(), port=None):
        self.port, self.anchors = port or free_port(), []
        directory.mkdir(parents=True, exist_ok=True)
        user = pwd.getpwuid(os.geteuid()).pw_name
        text = CONFIGURATION.format(port=self.port, user=user, directory=directory)
        for name, records in zones.items():
            (directory / f"{name}.zone").write_text(f"$ORIGIN {name}.\n" + HEAD + records)
            if name in signed:
                self.anchors.append(sign(directory, name))
            text += f'zone:\n  name: "{name}"\n  zonefile: "{name}.zone"\n'
        (directory / "nsd.conf").write_text(text)
        self.log = directory / "nsd.log"
        self.process = subprocess.Popen([find_nsd(), "-d", "-c", directory / "nsd.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/")
        self.zones = zones
        deadline = time.monotonic() + 10
        while "nsd started" not in (self.log.read_text() if self.log.exists() else ""):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise AssertionError(f"nsd doesn't serve:\n{self.log.read_text() if self.log.exists() else ''}")
            time.sleep(0.02)

    @property
    def section(self):
        """The `dns` section of a server that asks here, in one line of YAML."""
        stubs = ", ".join(f'{name}: ["127.0.0.1@{self.port}"]' for name in self.zones)
        anchors = ", ".join(f'"{anchor}"' for anchor in self.anchors)
        validate = f"validate: always, trust-anchors: [{anchors}]" if anchors else "validate: never"
        return f"{{{validate}, timeout: 2s, stubs: {{{stubs}}}}}"

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
