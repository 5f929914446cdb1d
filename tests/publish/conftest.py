"""The sample book, published once for all tests, and a browser to read it with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sqa_lib.publish import Book, BookFiles, Chapter, publish
from tests.browser import chromium
from tests.publish import sample


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    failed = Chapter("attendance", None, "Närvaro", failed=True)
    return sample.write_book(tmp_path_factory.mktemp("report"), extra=(failed,))


@pytest.fixture(scope="session")
def published(book: Book) -> BookFiles:
    return publish(book, publisher="embedded")


@pytest.fixture(scope="session")
def pages(published: BookFiles) -> list[Path]:
    return sorted(published.html.parent.glob("*.html"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
