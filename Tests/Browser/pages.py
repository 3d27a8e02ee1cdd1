"""Starts the example of the pages, and signs in."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PAGES_EXAMPLE", str(ROOT / ".build" / "debug" / "PagesExample"))


class Pages:
    """The example, on a port of its own, with a sign-in link for each account."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, "0", *arguments], stdout=subprocess.PIPE, text=True)
        self.links = {}
        for line in self.process.stdout:
            if line.strip() == "ready":
                break
            name, link = line.split()
            self.links[name] = link
        self.base = next(iter(self.links.values())).split("/link/")[0]

    def sign_in(self, browser, account="mia"):
        browser.open(self.links[account])
        browser.click("button.primary")
        browser.wait("header.top")

    def close(self):
        self.process.terminate()
        self.process.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
