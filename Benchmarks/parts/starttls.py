"""A connection, STARTTLS with a full handshake, one 1 KiB message, QUIT: against Postfix."""

from contest import Cell, contest
from contestants import PostfixMaildir, ours


def run(bench):
    cells = [Cell("1 KiB", sessions, program="smtp-load", tls="starttls", at_least=3) for sessions in (10, 50)]
    contest(bench, "starttls", (ours, PostfixMaildir), cells[:1] if bench.options.quick else cells)
