"""The demos' real pages in a real browser: no barrier, no overflow, phone and desktop, light and dark; search from a file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.books.conftest import CITY, MUNICIPALITY, SMALL_SCHOOL, UPPER_SECONDARY, Rendered
from tests.reading import words_of

WIDTHS = (390, 1400)
SCHEMES = ("light", "dark")
AXE = """() => axe.run({resultTypes: ["violations"]})
  .then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.target.join(" "))]))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

CUT_OFF = """() => [...document.querySelectorAll(".scroll")].filter(box => box.scrollWidth > box.clientWidth)
  .map(box => box.closest("[id]").id)"""


@pytest.fixture(scope="module")
def screen(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def barriers(screen: Page, path: Path) -> list[str]:
    """What axe-core objects to on a page, and where it is wider than the screen; in both widths and both colour schemes."""
    screen.goto(path.as_uri())
    screen.evaluate(AXE_SCRIPT)
    found = []
    for width in WIDTHS:
        screen.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            screen.emulate_media(color_scheme=scheme)
            where = f"{path.name}, {width} px, {scheme}"
            found += [f"{where}: {json.dumps(violation)}" for violation in screen.evaluate(AXE)]
            found += [f"{where}: {over} px too wide" for over in [screen.evaluate(OVERFLOW)] if over > 0]
    return found


def test_what_counts_as_a_barrier(screen: Page, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        '<html lang="sv"><title>T</title><main><h1>R</h1><img src="x.svg"><div style="width:2000px">Bred</div></main></html>'
    )
    found = barriers(screen, page)
    assert sum("image-alt" in barrier for barrier in found) == len(WIDTHS) * len(SCHEMES)
    assert "bad.html, 390 px, dark: " in "".join(barrier for barrier in found if "too wide" in barrier)


@pytest.mark.parametrize("unit", [MUNICIPALITY, SMALL_SCHOOL, CITY, UPPER_SECONDARY])
def test_no_page_has_a_barrier_or_overflows(screen: Page, rendered: dict[str, Rendered], unit: str) -> None:
    found = [barrier for path in rendered[unit].paths for barrier in barriers(screen, path)]
    assert found == []


@pytest.mark.parametrize("unit", [MUNICIPALITY, SMALL_SCHOOL, CITY, UPPER_SECONDARY])
def test_a_desk_shows_every_column_of_every_table(screen: Page, rendered: dict[str, Rendered], unit: str) -> None:
    screen.set_viewport_size({"width": WIDTHS[-1], "height": 900})
    cut_off = []
    for path in rendered[unit].paths:
        screen.goto(path.as_uri())
        cut_off += screen.evaluate(CUT_OFF)
    assert cut_off == []


def test_the_portal_has_no_barrier_and_does_not_overflow(screen: Page, output: Path) -> None:
    assert barriers(screen, output / "index.html") == []


def test_the_page_is_as_dark_as_the_system_asks(screen: Page, rendered: dict[str, Rendered]) -> None:
    screen.goto(rendered[MUNICIPALITY].paths[0].as_uri())
    papers = []
    for scheme in SCHEMES:
        screen.emulate_media(color_scheme=scheme)
        papers.append(screen.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] == "rgb(255, 255, 255)" != papers[1]


@pytest.mark.parametrize("unit", [MUNICIPALITY, CITY])
def test_search_finds_a_word_of_another_page_from_a_file_and_leads_there(
    screen: Page, rendered: dict[str, Rendered], unit: str
) -> None:
    book = rendered[unit]
    name, word = next(
        (name, word)
        for name, page in list(book.pages.items())[1:]
        for word in re.findall(r"\w{12,}", words_of(page.find_class("lead")[0]))
        if not any(word.lower() in words_of(other).lower() for key, other in book.pages.items() if key != name)
    )
    screen.set_viewport_size({"width": 1400, "height": 900})
    screen.goto(book.paths[0].as_uri())
    screen.get_by_role("searchbox", name="Sök i rapporten").fill(word)
    expect(screen.get_by_role("status")).to_have_text(re.compile(r"^[1-9]\d* träff(ar)?$"))
    link = screen.locator("#results a").first
    expect(link).to_contain_text(word)
    link.click()
    expect(screen).to_have_url(re.compile(rf"/{re.escape(name)}(#.*)?$"))
    expect(screen.get_by_role("main")).to_contain_text(word)


@pytest.mark.parametrize("unit", [SMALL_SCHOOL, UPPER_SECONDARY])
def test_the_portal_finds_a_school(screen: Page, rendered: dict[str, Rendered], unit: str) -> None:
    school = rendered[unit].configuration["sqa"]["unit"]
    screen.goto((rendered[unit].output / "index.html").as_uri())
    screen.get_by_role("searchbox").fill(school)
    assert screen.locator("li:visible .name").all_text_contents() == [school]
    screen.get_by_role("link", name=school, exact=True).click()
    expect(screen.get_by_role("heading", level=1)).to_be_visible()
    expect(screen.get_by_role("banner")).to_contain_text(school)
