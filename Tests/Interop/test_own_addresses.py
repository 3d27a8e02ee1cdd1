"""Mail that would come back to this very server, by its address."""

import pytest
from server import Listener, Settings, free_port
from test_sending import LOOPBACK, queued, send, sink, wait_until, zones  # noqa: F401 (fixtures)


@pytest.mark.parametrize("host, mx", [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.77")])
def test_mail_does_not_go_to_ourselves(samotop, zones, host, mx):  # noqa: F811
    """D12: an MX that leads back here is a loop, by whatever name, though loopback may be reached; its sender is told."""
    listener = Listener(tls="none", host=host, port=free_port(host))
    zone = zones(round_test=f"@ IN MX 10 elsewhere\nelsewhere IN A {mx}\n")
    server = samotop([listener], settings=Settings(dns=zone.section, relay=f"{{{LOOPBACK}, port: {listener.port}}}"))
    send("--server", f"127.0.0.1:{server.port}", "--from", "user@our.test", "--to", "bob@round.test", "--body", "x")
    [notification] = server.wait_for_messages(1)
    assert b"5.4.6" in notification and b"leads back to this host" in notification
    wait_until(lambda: queued(server) == [], "something is still in the queue")


def test_another_server_beside_us_is_not_ourselves(samotop, sink, zones):  # noqa: F811
    """D12: it has the same port, at another address of this machine."""
    other = sink(host="127.0.0.2")
    listener = Listener(tls="none", port=other.port)
    zone = zones(beside_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n")
    server = samotop([listener], settings=Settings(dns=zone.section, relay=f"{{{LOOPBACK}, port: {other.port}}}"))
    send("--server", f"127.0.0.1:{server.port}", "--from", "user@our.test", "--to", "bob@beside.test", "--body", "x")
    other.wait(1)
