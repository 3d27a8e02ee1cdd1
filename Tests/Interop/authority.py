"""A private Pebble: an authority that issues by ACME, on a port of loopback, and asks the names that a test's name server has."""

import json
import os
import pathlib
import shutil
import ssl
import subprocess
import urllib.request

from certificates import issue_certificate
from peers import PEERS, wait_for_port
from server import free_port, missing


def find_pebble():
    unpacked = PEERS / "pebble/usr/bin/pebble"
    if unpacked.exists():
        return unpacked
    if installed := shutil.which("pebble"):
        return pathlib.Path(installed)
    missing("pebble isn't there (scripts/setup test)")


class Pebble:
    """`http` and `tls` are the ports at which it looks at challenges; `refused_nonces` how many of a hundred it refuses."""

    HOST = "ca.our.test"

    def __init__(self, directory, names, http=None, tls=None, port=None, refused_nonces=5):
        program = find_pebble()
        directory.mkdir(parents=True, exist_ok=True)
        self.port, self.management = port or free_port(), free_port()
        self.http, self.tls = http or free_port(), tls or free_port()
        certificate = issue_certificate(directory / "tls", self.HOST)
        self.ca_file = certificate.authority
        (directory / "pebble.json").write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.management}",
            "certificate": str(certificate.chain), "privateKey": str(certificate.key), "httpPort": self.http, "tlsPort": self.tls,
            "ocspResponderURL": "", "externalAccountBindingRequired": False}}))
        self.log = directory / "pebble.log"
        environment = dict(os.environ, PEBBLE_VA_NOSLEEP="1", PEBBLE_AUTHZREUSE="0", PEBBLE_WFE_NONCEREJECT=str(refused_nonces))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [program, "-config", directory / "pebble.json", "-dnsserver", f"127.0.0.1:{names.port}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=environment)
        try:
            wait_for_port(self.process, self.port, self.log)
            wait_for_port(self.process, self.management, self.log)
        except AssertionError:
            self.close()
            raise

    @property
    def directory_url(self):
        return f"https://{self.HOST}:{self.port}/dir"

    def section(self, challenge="http-01", listen="", more=""):
        """The `acme` section of a server that has its certificate from here, in one line of YAML."""
        return (f'{{directory: "{self.directory_url}", agree-to-terms: true, contact: user@our.test, ca-file: {self.ca_file}, '
                f"challenge: {challenge}, listen: [{listen}]{more}}}")

    def root(self):
        """The authority that clients are to trust, PEM. It is another one at each start."""
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(f"https://127.0.0.1:{self.management}/roots/0", context=context, timeout=20) as answer:
            return answer.read().decode()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
