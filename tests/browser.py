"""A headless Chromium for the tests that read pages as a reader does; without one they are skipped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Only one at a time: Playwright refuses a second one in the same thread."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on the path: install Debian's package `chromium` to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET.split())
        yield browser
        browser.close()
