"""What a reader meets in a real browser: axe-core, phone and desktop, light and dark, keyboard, `file://`."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sqa_lib.publish import BookFiles, PortalEntry, write_portal

ENTRIES = (
    PortalEntry("lulea", "Luleå kommun", "municipality", "", "books/lulea/_book/index.html", "books/lulea/_book/lulea.pdf"),
    PortalEntry("hob", "Skolområde Höb", "area", "", "books/hob/_book/index.html", None),
    PortalEntry("lingon", "Lingonskolan", "school", "Höb", "books/lingon/_book/index.html", "x.pdf", ("Närvaro",)),
    PortalEntry("asen", "Åsenskolan", "school", "Srg", "books/asen/_book/index.html", "y.pdf"),
    PortalEntry("backen", "Backenskolan", "school", "Srg", None, None),
)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_portal(
        tmp_path_factory.mktemp("portal"), "Kvalitetsrapporter 2020/21", "Luleå kommun", ENTRIES, is_synthetic=True
    )


@pytest.fixture
def screen(browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_no_page_has_a_barrier_or_overflows(browser: Browser, pages: list[Path], portal: Path, width: int, scheme: str) -> None:
    screen = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for page in (*pages, portal):
        screen.goto(page.as_uri())
        report = Axe().run(screen)
        assert report.violations_count == 0, f"{page.name}: {report.generate_report()}"
        assert screen.evaluate("document.documentElement.scrollWidth") <= width, page.name
    screen.close()


def test_search_finds_a_word_from_a_file_and_announces_how_many(screen: Page, published: BookFiles) -> None:
    screen.goto(published.html.as_uri())
    screen.get_by_role("searchbox", name="Sök i rapporten").fill("meänkieli")
    expect(screen.get_by_role("status")).to_have_text("1 träff")
    screen.keyboard.press("Enter")
    expect(screen.locator("#results a:focus")).to_contain_text("Modersmål och studiehandledning")
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("heading", level=1)).to_contain_text("Modersmål och studiehandledning")


def test_search_leads_to_the_right_section_and_closes_with_escape(screen: Page, published: BookFiles) -> None:
    screen.goto(published.html.as_uri())
    box = screen.get_by_role("searchbox")
    box.fill("prioriterade samverkan")
    expect(screen.locator("#results a").first).to_have_attribute("href", "mother-tongue.html#prioriterade-områden")
    screen.keyboard.press("ArrowDown")
    expect(screen.locator("#results a").first).to_be_focused()
    screen.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(screen.locator("#results a")).to_have_count(0)
    box.fill("finnsinte")
    expect(screen.get_by_role("status")).to_have_text("0 träffar")


def test_a_heading_in_a_box_is_found_as_a_section_of_its_own(screen: Page, published: BookFiles) -> None:
    screen.goto(published.html.as_uri())
    screen.get_by_role("searchbox").fill("förebyggande arbetet")
    assert {link.inner_text() for link in screen.locator("#results strong").all()} == {"Slutsats"}


def test_dark_mode_follows_the_system_and_the_readers_choice_is_remembered(
    screen: Page, published: BookFiles, pages: list[Path]
) -> None:
    def background() -> str:
        return screen.evaluate("getComputedStyle(document.body).backgroundColor")

    screen.goto(published.html.as_uri())
    white = background()
    screen.get_by_role("button", name="Mörkt läge").click()
    dark = background()
    assert white == "rgb(255, 255, 255)" != dark
    screen.goto(pages[0].as_uri())
    assert background() == dark
    screen.get_by_role("button", name="Ljust läge").click()
    assert background() == white


def test_the_first_tab_stop_skips_to_the_content(screen: Page, published: BookFiles) -> None:
    screen.goto(published.html.as_uri())
    screen.keyboard.press("Tab")
    link = screen.get_by_role("link", name="Till innehållet")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("main")).to_be_focused()


def test_a_wide_table_scrolls_inside_its_own_named_region(browser: Browser, published: BookFiles) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 800})
    phone.goto((published.html.parent / "mother-tongue.html").as_uri())
    region = phone.get_by_role("region", name="Tabell 3.1")
    region.focus()
    expect(region).to_be_focused()
    assert region.evaluate("element => element.scrollWidth > element.clientWidth")
    phone.close()


def test_it_reads_without_javascript(browser: Browser, published: BookFiles) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    phone = context.new_page()
    phone.goto(published.html.as_uri())
    expect(phone.get_by_role("searchbox")).to_have_count(0)
    expect(phone.get_by_role("button")).to_have_count(0)
    phone.get_by_role("navigation", name="Innehåll").get_by_role("link", name="Om rapporten").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Om rapporten")
    context.close()


LINE_LENGTH = """() => {
  const texts = [...document.querySelectorAll("main > p")].map(p => p.firstChild);
  const longest = texts.sort((a, b) => b.textContent.length - a.textContent.length)[0];
  const range = document.createRange();
  range.selectNodeContents(longest);
  return longest.textContent.length / new Set([...range.getClientRects()].map(line => line.top)).size;
}"""


def test_lines_are_of_readable_length(screen: Page, published: BookFiles) -> None:
    screen.goto((published.html.parent / "health.html").as_uri())
    assert 55 <= screen.evaluate(LINE_LENGTH) <= 78


def test_the_portal_lists_in_swedish_order_and_filters(screen: Page, portal: Path) -> None:
    screen.goto(portal.as_uri())
    assert screen.locator("section.level h2").all_text_contents() == ["Kommunen", "Skolområden", "Skolor"]
    assert screen.locator("section.level:last-of-type .name").all_text_contents() == [
        "Backenskolan",
        "Lingonskolan",
        "Åsenskolan",
    ]
    expect(screen.get_by_text("Saknar avsnittet: Närvaro.")).to_be_visible()
    expect(screen.get_by_text("Rapporten kunde inte tas fram.")).to_be_visible()
    screen.get_by_role("searchbox", name="Sök skola eller område").fill("srg")
    expect(screen.get_by_role("status")).to_have_text("2 rapporter visas")
    assert screen.locator("li:visible .name").all_text_contents() == ["Backenskolan", "Åsenskolan"]
