"""Mail on its way out against Postfix: a backlog to one destination and to many, accept-and-relay, and a dead destination."""

import contextlib
import json
import socket
import subprocess
import time

from contestants import Ours
from disks import Broken
from peers import Postfix, Programs
from processes import processor_seconds, resident_megabytes
from server import free_port
from sinks import Sinks

SIZE = 10 << 10
BACKLOG = 10_000
ROUTE = "other.test"


def domains(count):
    return [f"d{number}.{ROUTE}" for number in range(count)]


class OursRelaying:
    """`samotop serve` whose routes lead to the sinks."""

    name = "samotop"

    def __init__(self, bench, sinks, more=""):
        routes = "".join(f'r{number}: {{domains: [{domain}], smtp: ["127.0.0.1:{port}"], tls: none}}, '
                         for number, (domain, port) in enumerate(zip(domains(len(sinks.ports)), sinks.ports)))
        relay = ("{from: [127.0.0.0/8], inner-networks: [127.0.0.0/8], routes: {" + routes + more + "}}")
        self.server = Ours(bench, relay=relay, prudence__banner_delay="0s")
        self.server.start()
        self.port, self.process, self.alive = self.server.port, self.server.process, self.server.alive

    def tool(self, *arguments):
        done = subprocess.run([str(self.server.program), "queue", *arguments, "--config", str(self.server.configuration),
                               *self.server.settings], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Broken(f"samotop queue {arguments}: {done.stderr[:500]}")
        return done.stdout

    def queued(self):
        return json.loads(self.tool("totals", "--json"))["messages"]

    def flush(self):
        self.tool("retry", "--all")

    def peak(self):
        return resident_megabytes(self.process.pid, "VmHWM")

    def close(self):
        self.server.close()


class PostfixRelaying:
    """A private Postfix with the same routes, and the room its documentation recommends for large queues."""

    name = "Postfix"

    def __init__(self, bench, sinks, more=""):
        routes = ", ".join(f"{domain}=smtp:[127.0.0.1]:{port}"
                           for domain, port in zip(domains(len(sinks.ports)), sinks.ports))
        self.server = Postfix(
            bench.disks.fresh("postfix") / "postfix", transport_maps="inline:{" + routes + more + "}",
            relay_domains=f"{ROUTE}, .{ROUTE}", parent_domain_matches_subdomains="",
            minimal_backoff_time="1h", maximal_backoff_time="4h", queue_run_delay="1h")
        self.port, self.process = self.server.port, self.server.process

    def alive(self):
        return self.process.poll() is None

    def queued(self):
        queues = [self.server.directory / "queue" / name for name in ("incoming", "active", "deferred")]
        return sum(path.is_file() for queue in queues for path in queue.rglob("*"))

    def flush(self):
        done = self.server.programs.run("postqueue", "-c", self.server.configuration, "-f")
        if done.returncode:
            raise Broken(f"postqueue -f: {done.stderr}")

    def peak(self):
        return 0

    def close(self):
        self.server.close()


def fill(server, domain, count, sessions=10):
    done = Programs().run("smtp-source", "-d", "-s", sessions, "-m", count, "-l", SIZE, "-f", "ann@client.test",
                          "-t", f"bob@{domain}", f"127.0.0.1:{server.port}", seconds=300)
    if done.returncode or done.stderr.strip():
        raise Broken(f"{server.name}: smtp-source: {done.stderr.strip()[:300]}")


@contextlib.contextmanager
def running(bench, make, destinations=1, **options):
    sinks = Sinks(bench, destinations)
    server = None
    try:
        server = make(bench, sinks, **options)
        yield server, sinks
    finally:
        try:
            if server:
                server.close()
        finally:
            sinks.close()


def drain(bench, make, destinations, count):
    """Nobody listens while the queue fills; then everybody does, and the queue is told to try again."""
    with running(bench, make, destinations) as (server, sinks):
        for domain in domains(destinations):
            fill(server, domain, count // destinations)
        # Until every destination has been tried and rests.
        time.sleep(3)
        if (waiting := server.queued()) != count:
            raise Broken(f"{server.name}: {waiting:,} messages wait instead of {count:,}")
        sinks.start()
        before, started = processor_seconds(server.process.pid), time.monotonic()
        server.flush()
        ended = sinks.wait(count, 300, server.alive)
        time.sleep(0.2)
        used = processor_seconds(server.process.pid) - before
        return {"rate": count / (ended - started), "processor": used / count * 1_000, "peak": server.peak()}


def relay(bench, make, count, **options):
    """From a client's connection to the sink, all the way."""
    with running(bench, make, 1, **options) as (server, sinks):
        sinks.start()
        fill(server, domains(1)[0], count // 10)
        sinks.wait(count // 10, 300, server.alive)
        before, started = processor_seconds(server.process.pid), time.monotonic()
        fill(server, domains(1)[0], count)
        ended = sinks.wait(count + count // 10, 300, server.alive)
        time.sleep(0.2)
        used = processor_seconds(server.process.pid) - before
        return {"rate": count / (ended - started), "processor": used / count * 1_000}


class Silent:
    """A host that takes connections into its backlog and never says a word."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", free_port()))
        self.socket.listen(4096)
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


def beside_dead(bench, count, backlog):
    """The same, while many messages wait for a host that is silent; and without."""
    rates = []
    for waiting in (0, backlog):
        silent = Silent()
        try:
            route = f'dead: {{domains: [dead.test], smtp: ["127.0.0.1:{silent.port}"], tls: none}}'
            with running(bench, OursRelaying, 1, more=route) as (server, sinks):
                sinks.start()
                if waiting:
                    fill(server, "dead.test", waiting)
                fill(server, domains(1)[0], count // 10)
                sinks.wait(count // 10, 300, server.alive)
                started = time.monotonic()
                fill(server, domains(1)[0], count)
                ended = sinks.wait(count + count // 10, 300, server.alive)
                rates.append(count / (ended - started))
                if waiting and (left := server.queued()) < waiting:
                    raise Broken(f"only {left:,} of {waiting:,} messages wait for the silent host")
        finally:
            silent.close()
    return rates[1] / rates[0]


def compare(bench, title, measure, rate_goal, processor_goal=None):
    ours, theirs = [], []
    for _ in range(min(bench.options.pairs, 3)):
        ours.append(measure(OursRelaying))
        theirs.append(measure(PostfixRelaying))
        print(f"{title}: " + "; ".join(
            f"{name} {row['rate']:,.0f} msg/s, {row['processor']:.3f} CPU ms"
            for name, row in (("samotop", ours[-1]), ("Postfix", theirs[-1]))), flush=True)
    bench.figures.rows.append({"part": "queue", "cell": title, "rows": [ours, theirs]})
    bench.figures.add("queue", f"queue: {title}, msg/s against Postfix",
                      [a["rate"] / b["rate"] for a, b in zip(ours, theirs)], "x", at_least=rate_goal)
    goal = {} if processor_goal is None else {"at_most": processor_goal}
    bench.figures.add("queue", f"queue: {title}, CPU each message against Postfix",
                      [a["processor"] / b["processor"] for a, b in zip(ours, theirs)], "x", **goal)


def run(bench):
    count = BACKLOG // 10 if bench.options.quick else BACKLOG
    compare(bench, f"{count:,} x 10 KiB drained to one server", lambda make: drain(bench, make, 1, count), 4, 0.2)
    compare(bench, f"{count:,} x 10 KiB drained to 100 servers", lambda make: drain(bench, make, 100, count), 1)
    compare(bench, "10 KiB accepted and relayed, 10 sessions reused", lambda make: relay(bench, make, count), 4)
    ratios = [beside_dead(bench, count, count) for _ in range(min(bench.options.pairs, 3))]
    bench.figures.add("queue", f"queue: the same beside {count:,} messages for a silent host", ratios, "x", at_least=0.95)
