"""What encryption at rest costs: CPU for each message in the library, and durable accept with it beside Postfix, which encrypts nothing."""

import os
import pathlib
import shutil
import subprocess

from contest import Cell, contest
from contestants import PostfixMaildir, ours
from disks import Broken
from server import RECIPIENT, missing

GOAL = 1_500  # µs


def make_key(folder):
    """A key with an X25519 subkey, exported."""
    if not shutil.which("gpg"):
        missing("gpg isn't installed (scripts/setup bench)")
    home = folder / "gnupg"
    home.mkdir(mode=0o700, parents=True)
    common = ["gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", ""]
    subprocess.run([*common, "--quick-gen-key", f"User <{RECIPIENT}>", "future-default", "default", "never"], check=True)
    path = folder / "key.asc"
    path.write_bytes(subprocess.run([*common, "--armor", "--export"], check=True, capture_output=True).stdout)
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
    os.chmod(path, 0o644)
    return path


def run(bench):
    key = make_key(pathlib.Path(bench.home) / "sealing")
    samples = []
    for _ in range(bench.options.pairs):
        done = subprocess.run([bench.program("SealingBenchmark"), key, "1000"], check=True, capture_output=True, text=True)
        samples.append(float(done.stdout.split(": ")[1].split()[0]))
    bench.figures.add("sealing", "sealing: CPU for a message of 10 KiB, X25519", samples, "us", at_most=GOAL)

    def sealed(bench):
        server = ours(bench)
        server.name = "sealing"
        done = subprocess.run([server.program, "keys", "import", RECIPIENT, key, "--config", server.configuration],
                              capture_output=True, text=True)
        if done.returncode:
            server.close()
            raise Broken(f"the key isn't taken: {done.stderr}")
        return server

    cells = [Cell("10 KiB", sessions, True, at_least=2) for sessions in (10, 50)]
    contest(bench, "sealing", (sealed, PostfixMaildir), cells)
