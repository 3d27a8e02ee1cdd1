"""The wire, the session machine and the desk against Postfix's smtp-sink: neither stores anything."""

from contest import Cell, contest
from contestants import null_server, smtp_sink


def run(bench):
    cells = [Cell(size, sessions, reused, at_least=1.0)
             for size in ("1 KiB", "10 KiB") for reused in (True, False) for sessions in (10, 50)]
    contest(bench, "null", (null_server, smtp_sink), cells[::3] if bench.options.quick else cells)
