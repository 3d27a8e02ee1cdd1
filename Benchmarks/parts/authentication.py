"""What knowing the sender costs: the evaluators beside the RSA verification in them and beside dkimpy with pyspf, and durable
accept of signed mail, with a name server to ask, beside Postfix, which asks nothing."""

import pathlib
import statistics
import subprocess
import sys
import time

from contest import Cell, contest
from contestants import PostfixMaildir, ours
from nameserver import NameServer
from server import missing

EVALUATED = "SPF, DKIM, ARC and DMARC, warm cache"


def python_milliseconds(folder):
    """dkimpy and pyspf on the same message and records, in this process's Python."""
    try:
        sys.path.append("/usr/lib/python3/dist-packages")
        import dkim
        import spf
    except ImportError:
        missing("python3-dkim and python3-spf aren't installed (scripts/setup bench)")
    message = (folder / "message.eml").read_bytes()
    key = (folder / "key.txt").read_bytes()
    records = {"example.org": "v=spf1 include:_spf.example.org -all",
               "_spf.example.org": "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/24 -all"}
    spf.DNSLookup = lambda name, kind, *rest, **options: [
        ((name, kind), (records[name].encode(),)) for _ in range(kind == "TXT" and name in records)]
    count = 30
    started = time.monotonic()
    for _ in range(count):
        if not dkim.verify(message, dnsfunc=lambda name, timeout=5: key):
            raise AssertionError("dkimpy doesn't verify the message")
        if spf.query(i="192.0.2.7", s="ann@example.org", h="mail.example.org").check()[0] != "pass":
            raise AssertionError("pyspf doesn't let it pass")
    return (time.monotonic() - started) / count * 1_000


def text_record(owner, text):
    return f"{owner} IN TXT " + " ".join(f'"{text[start:start + 200]}"' for start in range(0, len(text), 200)) + "\n"


def run(bench):
    folder = pathlib.Path(bench.home) / "authentication"
    folder.mkdir(mode=0o755, exist_ok=True)
    figures = {}
    for _ in range(bench.options.pairs):
        output = subprocess.run([bench.program("SenderBenchmark"), folder], check=True, capture_output=True, text=True).stdout
        for line in output.splitlines():
            title, _, rest = line.partition(": ")
            figures.setdefault(title, []).append(float(rest.split()[0]))
            if "all pass" not in rest:
                raise AssertionError(line)
    for title, samples in figures.items():
        bench.figures.add("authentication", f"authentication: {title}", samples, "us", shown=False)
    whole, alone = figures[EVALUATED], figures["RSA-2048 verification alone"]
    bench.figures.add("authentication", "authentication: all of a 10 KiB message, warm cache, against RSA-2048 verification alone",
                      [a / b for a, b in zip(whole, alone)], "x", at_most=1.3)
    theirs = [python_milliseconds(folder) for _ in range(bench.options.pairs)]
    bench.figures.add("authentication", "authentication: dkimpy and pyspf on the same message against all of ours",
                      [theirs_ / (statistics.median(whole) / 1_000) for theirs_ in theirs], "x", at_least=20)

    key = (folder / "key.txt").read_text()
    zone = text_record("@", "v=spf1 ip4:127.0.0.0/8 -all") + text_record("_dmarc", "v=DMARC1; p=reject")
    servers = NameServer(folder / "nsd", {"example.org": zone + text_record("sel._domainkey", key)})
    text = (folder / "message.eml").read_bytes().replace(b"\r\n", b"\n")
    (folder / "message.txt").write_bytes(text)

    def knowing(bench):
        return ours(bench, authentication="{reverse-lookup: off}", dns=servers.section)

    try:
        cells = [Cell("10 KiB", sessions, True, file=folder / "message.txt", sender="ann@example.org", at_least=3)
                 for sessions in (10, 50)]
        contest(bench, "authentication", (knowing, PostfixMaildir), cells)
    finally:
        servers.close()
