"""The way of a stranger's message with a person in between: swaks, a real browser at the pages, and the mailbox."""

import pathlib
import shutil
import sys
import time

import pytest
from server import RECIPIENT, Settings, free_port, missing
from test_contacts import STRANGER, samotop_command, send, until_accepted

# Behind ours: both folders have a test_sending.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))

from webdriver import Browser  # noqa: E402


@pytest.fixture
def browser():
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        missing("chromium and chromium-driver aren't installed (scripts/setup test)")
    with Browser() as running:
        yield running


@pytest.fixture
def server(samotop):
    port = free_port()
    server = samotop(tls="none", settings=Settings(
        contacts="{strangers: ask}", web=f"{{listen: 127.0.0.1:{port}, address: 'http://127.0.0.1:{port}'}}"))
    server.web = f"http://127.0.0.1:{port}"
    return server


def wait_for(browser, css, text, seconds=10):
    deadline = time.monotonic() + seconds
    while not any(text in found for found in browser.text(css)):
        assert time.monotonic() < deadline, f"{text} is not in {browser.text('body')}"
        time.sleep(0.1)


def test_a_stranger_is_let_in_by_a_click(server, browser, tool):
    assert send(tool, server, subject="A house by the lake").startswith("450 4.7.1")
    assert server.messages() == []
    browser.open(samotop_command(server, "account", "link", RECIPIENT).strip())
    browser.click("form button")
    wait_for(browser, ".card", STRANGER)
    assert "A house by the lake" in browser.text(".card")[0]
    assert "Unproven" in browser.text(".card")[0]
    browser.click(".card .act-welcome")
    wait_for(browser, "body", "welcome")
    assert not any(STRANGER in card for card in browser.text(".card"))
    assert until_accepted(tool, server, subject="A house by the lake").startswith("250")
    [stored] = server.wait_for_messages(1)
    assert b"Subject: A house by the lake" in stored
