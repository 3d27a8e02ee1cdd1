"""Grammar and scanner alone: programs that print their own figures."""

import subprocess


def run(bench):
    for name in ("GrammarBenchmark", "ScannerBenchmark"):
        print(name, flush=True)
        subprocess.run([bench.program(name)], check=True)
