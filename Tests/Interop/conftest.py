"""Fixtures: a certificate of our own authority, and `samotop serve` processes that no test shares."""

import dataclasses
import os
import pathlib
import shutil
import subprocess

import pytest
from server import HOSTNAME, PROGRAM, SERVICE_USER, Listener, Samotop, Settings, hand_over

SEARCH_PATH = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    config.addinivalue_line("markers", "durability: kills the server and counts the mail")
    config.addinivalue_line("markers", "hostile: a peer that misbehaves")
    if not PROGRAM.exists():
        raise pytest.UsageError(f"{PROGRAM} isn't there: make build")


def skip(reason):
    """Skips, or fails where everything is meant to be installed."""
    if os.environ.get("SAMOTOP_SKIP_NOTHING"):
        pytest.fail(f"not to be skipped here: {reason}")
    pytest.skip(reason)


@pytest.fixture
def tool():
    """The path of a program, or a skip that names it."""

    def find(*names):
        for name in names:
            if path := shutil.which(name, path=SEARCH_PATH):
                return path
        skip(f"{' or '.join(names)} isn't installed (scripts/setup test)")

    return find


@dataclasses.dataclass
class Certificate:
    chain: pathlib.Path
    key: pathlib.Path
    authority: pathlib.Path


def issue_certificate(directory, name=HOSTNAME, authority=None):
    """A P-256 certificate for the name, from a private authority made on first use."""
    openssl = shutil.which("openssl", path=SEARCH_PATH)
    if not openssl:
        skip("openssl isn't installed")

    def run(*arguments):
        subprocess.run([openssl, *arguments], check=True, capture_output=True, cwd=directory)

    directory.mkdir(parents=True, exist_ok=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    if authority is None:
        authority = directory
        run("req", "-x509", *curve, "-days", "200", "-subj", "/CN=Test Authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    run("req", "-new", *curve, "-subj", f"/CN={name}", "-keyout", "key.pem", "-out", "request.pem")
    (directory / "extensions").write_text(
        f"subjectAltName=DNS:{name},DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"
        "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n")
    run("x509", "-req", "-in", "request.pem", "-CA", str(authority / "ca.pem"), "-CAkey", str(authority / "ca.key"),
        "-set_serial", str(int.from_bytes(os.urandom(12), "big")), "-days", "120", "-extfile", "extensions",
        "-out", "certificate.pem")
    (directory / "key.pem").chmod(0o600)
    hand_over(directory, None)
    if SERVICE_USER:
        shutil.chown(directory / "key.pem", SERVICE_USER)
    return Certificate(directory / "certificate.pem", directory / "key.pem", authority / "ca.pem")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return issue_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def samotop(tmp_path, certificate):
    """Starts servers: samotop(tls="optional", settings=Settings(…)) or samotop([Listener(…), …])."""
    servers = []

    def make(listeners=None, tls="required", settings=None, start=True, certificate=certificate, directory=tmp_path):
        server = Samotop(directory, certificate, listeners or [Listener(tls=tls)], settings or Settings())
        servers.append(server)
        return server.start() if start else server

    yield make
    try:
        for server in servers:
            server.close()
    finally:
        for server in servers:
            print(f"--- {server.log}\n{server.log_text()}")
