"""The instance's key of a passphrase: what is sealed with it is read again after a start, and not without it."""

import subprocess

import pytest
from server import PROGRAM, Settings, hand_over, message
from test_handover import send
from test_sending import LOOPBACK, queued, wait_until

PASSPHRASE = "several words for a test"


def unlock(server, passphrase, *more):
    return subprocess.run([PROGRAM, "unlock", "--config", server.configuration, *more], input=passphrase + "\n",
                          capture_output=True, text=True, timeout=60)


def fails_to_start(server):
    server.start(wait=False)
    server.expected_exit = True
    assert server.process.wait(20) != 0
    return server.log_text()


@pytest.fixture
def server(samotop, tmp_path):
    """One that has never started, and the place of its key, which would be in memory."""
    folder = tmp_path / "memory"
    folder.mkdir()
    hand_over(folder, None)
    server = samotop(tls="none", start=False, settings=Settings(
        privacy=f"{{stores: sealed, key: {folder}/samotop.key}}",
        relay=f'{{{LOOPBACK}, routes: {{nowhere: {{domains: [client.test], smtp: ["127.0.0.1:1"], tls: none}}}}}}'))
    return server, folder / "samotop.key"


def test_a_passphrase_makes_the_key(server):
    server, key = server
    assert "samotop unlock" in fails_to_start(server) and not key.exists(), "no key is made in its place"
    done = unlock(server, "short")
    assert done.returncode == 64 and "12 characters" in done.stderr and not key.exists()
    done = unlock(server, PASSPHRASE)
    assert done.returncode == 0 and "is on a disk" in done.stderr, done.stderr
    made = key.read_bytes()
    assert len(made) == 32 and key.stat().st_mode & 0o777 == 0o600
    again = unlock(server, "whatever it may be")
    assert again.returncode == 0 and "already" in again.stderr and key.read_bytes() == made
    server.start()
    send(server, "far@client.test", content=message("waits"))
    wait_until(lambda: len(queued(server)) == 1, server.log_text())
    assert server.terminate() == 0
    # As after the machine was off.
    key.unlink()
    assert "samotop unlock" in fails_to_start(server)
    done = unlock(server, "another passphrase")
    assert done.returncode == 1 and "isn't the passphrase" in done.stderr and not key.exists()
    assert unlock(server, PASSPHRASE).returncode == 0 and key.read_bytes() == made
    server.start()
    assert len(queued(server)) == 1, server.log_text()
    kept = (server.directory / "state" / "key.salt").read_text()
    assert PASSPHRASE not in kept and made.hex() not in kept


def test_what_a_passphrase_needs_is_lost(server):
    server, key = server
    fails_to_start(server)
    assert unlock(server, PASSPHRASE).returncode == 0
    made = key.read_bytes()
    server.start()
    assert server.terminate() == 0
    salt = server.directory / "state" / "key.salt"
    kept = salt.read_text()
    salt.write_text("nonsense")
    key.unlink()
    assert "can't be read" in unlock(server, PASSPHRASE).stderr
    salt.unlink()
    done = unlock(server, PASSPHRASE)
    assert done.returncode == 1 and "backup" in done.stderr and "--new" in done.stderr and not key.exists()
    assert unlock(server, PASSPHRASE, "--new").returncode == 0 and key.read_bytes() != made
    fails_to_start(server)
    key.unlink()
    salt.write_text(kept)
    assert unlock(server, PASSPHRASE).returncode == 0 and key.read_bytes() == made
    server.start()
