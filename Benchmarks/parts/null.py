"""The wire, the session machine and the desk against Postfix's smtp-sink: neither stores anything.

Then a server of fixed words on the same event loops against smtp-sink: what no server on them can be faster than.
"""

from contest import Cell, contest
from contestants import null_server, smtp_sink, wire_server


def run(bench):
    cells = [Cell(size, sessions, reused, at_least=1.0)
             for size in ("1 KiB", "10 KiB") for reused in (True, False) for sessions in (10, 50)]
    contest(bench, "null", (null_server, smtp_sink), cells[::3] if bench.options.quick else cells)
    cells = [Cell("1 KiB", sessions, reused, is_listed=True) for reused in (True, False) for sessions in (10, 50)]
    contest(bench, "wire", (wire_server, smtp_sink), cells[::3] if bench.options.quick else cells)
