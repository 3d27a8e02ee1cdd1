"""Fixtures: a certificate of our own authority, and `samotop serve` processes that no test shares."""

import pytest
from certificates import issue_certificate
from server import PROGRAM, Listener, Samotop, Settings, find_tool

def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    config.addinivalue_line("markers", "durability: kills the server and counts the mail")
    config.addinivalue_line("markers", "hostile: a peer that misbehaves")
    if not PROGRAM.exists():
        raise pytest.UsageError(f"{PROGRAM} isn't there: make build")


@pytest.fixture
def tool():
    """The path of a program, or a skip that names it."""
    return find_tool


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
