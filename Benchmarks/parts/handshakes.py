"""A connection, a full TLS handshake, the greeting, the end: our processor time against that of OpenSSL alone."""

from contest import Cell, contest
from contestants import ours, tls_sink


def ours_implicit(bench):
    return ours(bench, "implicit")


def run(bench):
    cell = Cell("1 KiB", 10, program="smtp-load", tls="implicit", messages=0, processor_at_most=1.3)
    contest(bench, "handshakes", (ours_implicit, tls_sink), [cell], noun="handshake")
