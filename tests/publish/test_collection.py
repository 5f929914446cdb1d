"""The page that leads to the books of a whole country, as a reader meets it: from a folder, on a phone, names that are code."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sqa_lib.publish.collection import BookLink, ReportLink, write_collection
from sqa_lib.report import Design

CODE = '<img src=x onerror="window.hacked=1">skolan'
FIRST_LOAD = 300_000
AUTHORITIES, UNITS = 875, 6


def links() -> list[ReportLink]:
    """As many authorities as the country has, of which one has a school with code in its name, and one has no book."""
    found = [
        ReportLink(
            f"Lavhedens utbildning nummer {n} ekonomisk förening",
            BookLink(f"Huvudman {n}", f"huvudman-{n}-2024-25/books/huvudman-{n}/_book/index.html"),
            tuple(
                BookLink(f"Granskolan {n}-{unit}", f"huvudman-{n}-2024-25/books/99{n:04}0{unit}/_book/index.html")
                for unit in range(UNITS)
            ),
        )
        for n in range(AUTHORITIES - 3)
    ]
    named = ReportLink(
        "Åsryggens kommun", BookLink("Åsryggens kommun", "a/index.html"), (BookLink(CODE, "b/index.html"),), failed=2
    )
    without = ReportLink("Björkmons kommun", None, (), failed=1)
    return [*found, named, without, ReportLink("Älvens kommun", BookLink("Älvens kommun", "c/index.html"), ())]


@pytest.fixture(scope="module")
def page_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_collection(tmp_path_factory.mktemp("collection"), "Nyckeltal för grundskolan 2024/25", links(), Design())


@pytest.fixture
def page(browser: Browser, page_path: Path) -> Page:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(page_path.as_uri())
    yield page
    page.close()


def test_a_country_s_first_load_is_small(page_path: Path) -> None:
    first = [page_path, *(page_path.parent / "assets" / name for name in ("book.css", "book.js", "collection.js"))]
    assert sum(path.stat().st_size for path in first) < FIRST_LOAD


def test_authorities_are_in_swedish_order_and_one_without_a_book_is_no_link(page: Page) -> None:
    names = page.locator("#authorities li")
    assert names.count() == AUTHORITIES
    assert [name.split("\n")[0] for name in names.all_inner_texts()[-2:]] == ["Åsryggens kommun", "Älvens kommun"]
    expect(names.filter(has_text="Björkmons kommun").locator("a")).to_have_count(0)


def test_units_are_found_by_name_and_by_authority(page: Page) -> None:
    page.fill("#collection-input", "granskolan 417-3")
    expect(page.locator("#collection-status")).to_have_text("0 huvudmän och 1 skolenhet")
    expect(page.locator("#units a").first).to_have_attribute("href", "huvudman-417-2024-25/books/99041703/_book/index.html")
    page.fill("#collection-input", "åsrygg")
    expect(page.locator("#collection-status")).to_have_text("1 huvudman och 1 skolenhet")
    page.fill("#collection-input", "")
    expect(page.locator("#collection-status")).to_have_text("")


def test_a_name_is_text_whatever_it_holds(page: Page) -> None:
    page.fill("#collection-input", "onerror")
    expect(page.locator("#units a")).to_have_text(CODE)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("width", [390, 1400])
def test_it_has_no_barrier_and_does_not_overflow(browser: Browser, tmp_path: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(write_collection(tmp_path, "Nyckeltal för grundskolan 2024/25", links()[-5:], Design()).as_uri())
    page.fill("#collection-input", "kommun")
    expect(page.locator("#collection-status")).not_to_have_text("")
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
