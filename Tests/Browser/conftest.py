import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from pages import Pages  # noqa: E402
from webdriver import Browser  # noqa: E402


def pytest_collection_modifyitems(items):
    if shutil.which("chromium") and shutil.which("chromedriver"):
        return
    for item in items:
        item.add_marker(pytest.mark.skip(reason="chromium and chromium-driver are not installed"))


@pytest.fixture
def pages():
    with Pages() as running:
        yield running


@pytest.fixture
def browser():
    with Browser() as running:
        yield running
