"""What a stranger learns from how long an answer takes: a name that exists beside one that doesn't, at RCPT and in AUTH (U03, U04)."""

import base64
import random
import socket
import ssl
import statistics
import subprocess
import time

from contestants import Ours
from disks import Broken
from server import DOMAIN, RECIPIENT

GOAL = 1  # ms between the means
PASSWORD = "a password for timing only"
# Whose mailbox is another one than that which gets what nobody claimed.
KNOWN = f"other@{DOMAIN}"


class Talk:
    """One session, one command after the other; how long each answer takes."""

    def __init__(self, server, is_encrypted=False):
        self.socket = socket.create_connection(("127.0.0.1", server.port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile("rb")
        self.reply()
        self.ask("EHLO client.test")
        if is_encrypted:
            self.ask("STARTTLS")
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.lines.close()
            self.socket = context.wrap_socket(self.socket)
            self.lines = self.socket.makefile("rb")
            self.ask("EHLO client.test")

    def reply(self):
        while True:
            line = self.lines.readline()
            if not line:
                raise Broken("the session was ended")
            if line[3:4] != b"-":
                return line

    def ask(self, command):
        """The reply, and milliseconds until it was there."""
        started = time.perf_counter()
        self.socket.sendall(command.encode() + b"\r\n")
        reply = self.reply()
        return reply, (time.perf_counter() - started) * 1_000

    def close(self):
        self.lines.close()
        self.socket.close()


def recipients(server, count):
    """Milliseconds of RCPT for a name that is there, and for names that nobody has; each in a transaction of its own."""
    times = {"known": [], "unknown": []}
    words = {"known": set(), "unknown": set()}
    talk = Talk(server)
    order = ["known", "unknown"] * count
    random.shuffle(order)
    for number, kind in enumerate(order):
        if number % 20 == 0:
            talk.close()
            talk = Talk(server)
        talk.ask(f"MAIL FROM:<x{number}@d{number}.test>")
        recipient = KNOWN if kind == "known" else f"n{number}@{DOMAIN}"
        reply, milliseconds = talk.ask(f"RCPT TO:<{recipient}>")
        times[kind].append(milliseconds)
        words[kind].add(reply)
        talk.ask("RSET")
    talk.close()
    return times, words


def passwords(server, count):
    """Milliseconds of AUTH with a wrong password, for our account and for names that nobody has."""
    times = {"known": [], "unknown": []}
    words = {"known": set(), "unknown": set()}
    order = ["known", "unknown"] * count
    random.shuffle(order)
    for number, kind in enumerate(order):
        name = RECIPIENT if kind == "known" else f"n{number}@{DOMAIN}"
        talk = Talk(server, is_encrypted=True)
        answer = base64.b64encode(f"\0{name}\0wrong{number}".encode()).decode()
        reply, milliseconds = talk.ask(f"AUTH PLAIN {answer}")
        talk.close()
        times[kind].append(milliseconds)
        words[kind].add(reply)
    return times, words


def told(bench, what, times, words):
    if words["known"] != words["unknown"]:
        raise Broken(f"{what}: other words: {words}")
    # A mean is what an attacker compares; a slice at each end is what else the machine did.
    kept = {kind: sorted(values)[len(values) // 20:-len(values) // 20] for kind, values in times.items()}
    means = {kind: statistics.fmean(values) for kind, values in kept.items()}
    difference = abs(means["known"] - means["unknown"])
    chance = sum(statistics.variance(values) / len(values) for values in kept.values()) ** 0.5
    note = (f"means {means['known']:.3f} and {means['unknown']:.3f} ms; "
            f"standard error of the difference {chance:.3f} ms")
    bench.figures.add("timing", f"timing: {what}, a known name against an unknown one, {len(times['known']):,} each", [difference],
                      "ms", at_most=GOAL, note=note)


def run(bench):
    count = 200 if bench.options.quick else 2_000
    user = RECIPIENT.partition("@")[0]
    server = Ours(bench, sections={"contacts": "{strangers: ask}", "domain": (f"everyone-else: {{to: {user}, new-names: ask}}",)})
    try:
        server.start()
        told(bench, "RCPT", *recipients(server, count))
    finally:
        server.close()
    count = 20 if bench.options.quick else 2_000
    # Without the bounds of those who guess: beyond them nothing is looked at, and all names are alike.
    guesses = "{failed-tries: {per-account-and-network: 10000, per-network: 100000, per-account: 1000000}}"
    server = Ours(bench, "required", role="submission", sections={"relay": "{}", "submission": guesses})
    try:
        done = subprocess.run([server.program, "account", "set", RECIPIENT, "--config", server.configuration],
                              input=PASSWORD + "\n", capture_output=True, text=True)
        if done.returncode:
            raise Broken(f"no account: {done.stderr}")
        server.start()
        told(bench, "AUTH PLAIN", *passwords(server, count))
    finally:
        server.close()
