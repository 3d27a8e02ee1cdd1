"""10 KiB messages in bursts against Postfix: every 250 is on disk, and every message comes to its Maildir."""

from contest import Cell, contest
from contestants import PostfixMaildir, ours


def run(bench):
    cells = [Cell("10 KiB", sessions, True, at_least=goal) for sessions, goal in ((1, 2), (10, 8), (50, 12))]
    if not bench.options.quick:
        cells += [Cell("10 KiB", sessions, at_least=5) for sessions in (10, 50)]
    contest(bench, "durable", (ours, PostfixMaildir), cells)
