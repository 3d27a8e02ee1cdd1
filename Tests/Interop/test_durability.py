"""D1–D5: what was acknowledged is there, whole and once, whatever happens to the process."""

import hashlib
import signal
import socket
import subprocess
import threading
import time

import pytest
from ledger import Ledger, settled
from server import PROGRAM, RECIPIENT, Samotop, message

pytestmark = pytest.mark.durability


@pytest.mark.parametrize("acknowledgements", [1, 40, 200])
def test_kill_under_load(samotop, acknowledgements):
    """F01: kill -9 in the middle of everything, then a start on the same state."""
    server = samotop()
    ledger = Ledger(server)
    ledger.wait_until_acknowledged(acknowledgements)
    server.kill()
    ledger.stop()
    server.start()
    stored = settled(server, len(ledger.acknowledged))
    ledger.check(stored)


def test_kill_again_and_again(samotop):
    """The replay itself is killed too."""
    server = samotop()
    ledgers = []
    for wait in (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2):
        ledgers.append(Ledger(server, sessions=4))
        ledgers[-1].wait_until_acknowledged(20)
        server.kill()
        ledgers[-1].stop()
        server.start(wait=False)
        time.sleep(wait)
        server.kill()
        server.start()
    everything = ledgers[0]
    for ledger in ledgers[1:]:
        everything.acknowledged |= ledger.acknowledged
        everything.silent |= ledger.silent
    everything.check(settled(server, len(everything.acknowledged)))


def test_termination_under_load(samotop):
    """F12: idle sessions get 421, transactions on their way end in peace, nothing acknowledged is lost."""
    server = samotop()
    ledger = Ledger(server, sessions=10)
    idle = server.connect()
    # A transaction in the middle of its mail data.
    busy = server.connect()
    letter = message("busy", lines=400)
    for line in ("MAIL FROM:<ann@client.test>", f"RCPT TO:<{RECIPIENT}>"):
        assert busy.docmd(line)[0] == 250
    assert busy.docmd("DATA")[0] == 354
    busy.send(letter[:10_000])
    ledger.wait_until_acknowledged(50)
    stopped = []
    stopping = threading.Thread(target=lambda: stopped.append(server.terminate()))
    stopping.start()
    time.sleep(0.3)
    busy.send(letter[10_000:] + b".\r\n")
    code, _ = busy.getreply()
    assert code == 250
    ledger.acknowledged["busy"] = hashlib.sha256(letter.replace(b"\r\n", b"\n")).hexdigest()
    assert idle.getreply()[0] == 421
    busy.close()
    idle.close()
    ledger.done.set()
    stopping.join(40)
    assert stopped == [0], server.log_text()
    ledger.stop()
    server.start()
    ledger.check(settled(server, len(ledger.acknowledged)))


def test_second_instance_on_the_same_state(samotop, certificate, tmp_path):
    """I10: the second exits with 75 (EX_TEMPFAIL) at once, and the first goes on."""
    server = samotop()
    (tmp_path / "second").mkdir()
    second = Samotop(tmp_path / "second", certificate, [type(server.listeners[0])()])
    second.directory = server.directory
    from server import write_configuration

    configuration = write_configuration(server.directory, second.listeners, certificate, second.settings)
    result = subprocess.run([str(PROGRAM), "serve", "--config", str(configuration)], capture_output=True, text=True,
                            timeout=15)
    assert result.returncode == 75, result.stderr
    assert result.stderr.strip()
    with server.connect() as client:
        assert client.noop()[0] == 250
    # A stale lock doesn't outlive its owner.
    server.kill()
    server.start()


def starts(server):
    """Until somebody can connect, and no longer."""
    server.start(wait=False)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            return socket.create_connection((server.listeners[0].host, server.listeners[0].port), 1).close()
        except OSError:
            pass
    raise AssertionError(server.log_text())


def test_a_signal_while_it_starts(samotop):
    """Whoever can connect takes the server for running: from then on a signal is heeded, and ends it in no other way."""
    server = samotop(start=False)
    for _ in range(5):
        starts(server)
        server.signal(signal.SIGHUP)
        with server.connect() as client:
            assert client.noop()[0] == 250
        assert server.terminate() == 0, server.log_text()
        starts(server)
        assert server.terminate() == 0, server.log_text()


def test_connection_lost_in_mail_data(samotop):
    """S25: no dot, no message."""
    server = samotop()
    for ending in (b"", b"\r\n.", b"\r\n.\r"):
        client = server.connect()
        for line in ("MAIL FROM:<ann@client.test>", f"RCPT TO:<{RECIPIENT}>"):
            assert client.docmd(line)[0] == 250
        assert client.docmd("DATA")[0] == 354
        client.send(message("half")[:-2] + ending)
        client.sock.shutdown(2)
        client.close()
    with server.connect() as client:
        client.sendmail("ann@client.test", [RECIPIENT], message("whole"))
    [stored] = settled(server, 1)
    assert b"whole" in stored
