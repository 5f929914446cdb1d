"""The sample book, published once for all tests, and a browser to read it with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from sqa_lib.publish import Book, Chapter, Published, publish
from tests.publish import sample

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    failed = Chapter("attendance", None, "Närvaro", failed=True)
    return sample.write_book(tmp_path_factory.mktemp("report"), extra=(failed,))


@pytest.fixture(scope="session")
def published(book: Book) -> Published:
    return publish(book, publisher="embedded")


@pytest.fixture(scope="session")
def pages(published: Published) -> list[Path]:
    return sorted(published.html.parent.glob("*.html"))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on the path: install Debian's package `chromium` to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        browser.close()
