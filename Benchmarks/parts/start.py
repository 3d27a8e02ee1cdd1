"""Milliseconds from starting the process, on an empty state folder, until it greets a client."""

from contestants import Ours


def run(bench):
    found = []
    for _ in range(max(bench.options.pairs, 3)):
        server = Ours(bench)
        try:
            found.append(server.start() * 1_000)
        finally:
            server.close()
    bench.figures.add("start", "start: until a client is greeted", found, "ms", at_most=150)
