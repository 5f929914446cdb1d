"""The page about a run: what was done, kept and failed, for the analyst and in no place that readers get."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml.html import HtmlElement, fromstring
from playwright.sync_api import Browser, Page, expect

from sqa_lib.batch import Status, read_record, recording
from sqa_lib.batch.record import Record, TaskRecord, UnitRecord
from sqa_lib.publish.run_page import costs, moment, same_errors, spent, verdict, write_run_page
from sqa_lib.publish.theme import write_assets
from sqa_lib.report import Report
from tests.batch.runs import DONE, FAILED, KEPT, RUNNING, begun, event, planned
from tests.small_project import PARAMETERS

NAMES = {"lavheden": "Lavhedens kommun", "gran": "Granskolan", "tall": "Tallskolan", "asen": "Åsenskolan"}
ERROR = "cell 3: KeyError: 'absence'"


@pytest.fixture(scope="module")
def report() -> Report:
    return Report(name="small", **PARAMETERS)


def run(folder: Path, report: Report, *events: tuple) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with recording(folder, begun(planned("attendance", "pupils", names=NAMES))) as tell:
        for what, status, told in events:
            tell(event(what, status, **told))
    page = write_run_page(folder, report, read_record(folder))
    write_assets(page.parent, report.design)
    return page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, report: Report) -> Path:
    """A unit whose section failed, one whose book did, one that was kept and one that is done."""
    folder = tmp_path_factory.mktemp("output") / "small"
    for name in ("books/gran/_book/index.html", "books/gran/_book/gran.pdf", "books/tall/_book/index.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    notebook = folder / "notebooks" / "gran" / "attendance.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.touch()
    return run(
        folder,
        report,
        *((f"lavheden/{task}", KEPT, {}) for task in ("attendance", "pupils", "book")),
        ("gran/attendance", FAILED, {"error": ERROR, "seconds": 2.0, "peak_memory": 200_000_000}),
        ("gran/pupils", DONE, {"seconds": 4.0, "worker": "here/4"}),
        ("gran/book", DONE, {"seconds": 1.0}),
        ("tall/attendance", DONE, {"seconds": 4.0}),
        ("tall/pupils", DONE, {}),
        ("tall/book", FAILED, {"error": "PublishError: books/tall: too long"}),
        *((f"asen/{task}", DONE, {}) for task in ("attendance", "pupils", "book")),
    )


@pytest.fixture(scope="module")
def html(page: Path) -> HtmlElement:
    return fromstring(page.read_text(encoding="utf-8"))


def rows(html: HtmlElement, table: int) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row] for row in html.findall(".//table")[table].findall("tbody/tr")
    ]


# ---- what it says ---------------------------------------------------------------------------------------------------


def test_it_tells_how_many_were_done_kept_and_failed(html: HtmlElement) -> None:
    assert rows(html, 0) == [
        ["Planerade", "8", "4"],
        ["Gjorda", "5", "2"],
        ["Oförändrade", "2", "1"],
        ["Misslyckade", "1", "1"],
    ]
    assert "1 avsnitt och 1 bok misslyckades." in " ".join(html.find_class("lead")[0].text_content().replace("\xa0", " ").split())


def test_every_unit_has_a_row_with_its_state_and_its_failures(html: HtmlElement) -> None:
    assert [row[:3] for row in rows(html, 2)] == [
        ["Lavhedens kommun lavheden", "oförändrad", "2 oförändrade"],
        ["Granskolan gran PDF för Granskolan", f"saknar avsnitt attendance: {ERROR}", "1 gjort, 1 misslyckat"],
        ["Tallskolan tall", "boken kunde inte göras boken: PublishError: books/tall: too long", "2 gjorda"],
        ["Åsenskolan asen", "klar", "2 gjorda"],
    ]


def test_it_links_to_books_that_were_made_and_to_notebooks_that_failed(page: Path, html: HtmlElement) -> None:
    links = html.xpath("//table//a/@href")
    assert links == [
        "../books/gran/_book/index.html",
        "../books/gran/_book/gran.pdf",
        "../notebooks/gran/attendance.ipynb",
    ]
    assert all((page.parent / link).is_file() for link in links)


def test_the_slowest_come_first(html: HtmlElement) -> None:
    assert rows(html, 3) == [
        ["pupils", "1", "4,0 s", "4,0 s", "Granskolan", ""],
        ["attendance", "2", "3,0 s", "4,0 s", "Tallskolan", "200 MB"],
        ["boken", "1", "1,0 s", "1,0 s", "Granskolan", ""],
    ]


def test_an_error_of_many_units_is_told_once() -> None:
    failed = TaskRecord(status=Status.FAILED, error=ERROR)
    units = {str(code): UnitRecord(name=f"Skola {code}", level="school", tasks={"attendance": failed}) for code in range(9)}
    units["9"] = UnitRecord(name="Skola 9", level="school", tasks={"book": TaskRecord(status=Status.FAILED, error="e")})
    found = list(same_errors(Record(units=units)))
    assert [(same.name, same.error, len(same.units)) for same in found] == [("attendance", ERROR, 9), ("boken", "e", 1)]
    assert verdict(Record(units=units)) == "9\xa0avsnitt och 1\xa0bok misslyckades."


def test_what_took_no_time_costs_nothing() -> None:
    kept = UnitRecord(name="A", level="school", tasks={"pupils": TaskRecord(status=Status.KEPT)})
    assert costs(Record(units={"a": kept})) == []


def test_an_interrupted_run_says_so_and_a_unit_not_reached_has_its_earlier_state(tmp_path: Path, report: Report) -> None:
    run(tmp_path, report, *((f"asen/{task}", DONE, {}) for task in ("attendance", "pupils", "book")))
    units = planned("attendance", "pupils", names=NAMES)
    with pytest.raises(KeyboardInterrupt), recording(tmp_path, begun(units)) as tell:
        tell(event("gran/attendance", DONE))
        tell(event("gran/pupils", RUNNING))
        raise KeyboardInterrupt
    html = fromstring(write_run_page(tmp_path, report, read_record(tmp_path)).read_text(encoding="utf-8"))
    text = " ".join(html.text_content().split())
    assert "och avbröts efter" in text
    assert "Detta pågick när körningen avbröts: gran/pupils." in text
    assert "Kör sqa build small igen för att fortsätta." in text
    assert rows(html, 0)[-1] == ["Återstår", "7", "4"]
    states = {row[0].split()[0]: row[1] for row in rows(html, 1)}
    assert states["Åsenskolan"] == "från en tidigare körning"
    assert states["Granskolan"] == states["Tallskolan"] == "inte färdig"


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0,0 s"), (1.94, "1,9 s"), (59.97, "1 min"), (8100, "2 tim 15 min")])
def test_times_are_swedish(seconds: float, text: str) -> None:
    assert spent(seconds).replace("\xa0", " ") == text


def test_moments_are_in_swedish_time_summer_and_winter() -> None:
    assert moment("2026-03-02T09:15:00.250Z") == "2 mars 2026 kl. 10.15"
    assert moment("2026-07-02T09:15:00.250Z") == "2 juli 2026 kl. 11.15"


# ---- where it lies --------------------------------------------------------------------------------------------------


def test_it_lies_in_a_folder_of_its_own_and_tells_nothing_of_the_machine(page: Path) -> None:
    folder = page.parents[1]
    assert {path.relative_to(folder).parts[0] for path in folder.rglob("*.css")} == {"run"}
    text = page.read_text(encoding="utf-8")
    assert str(folder) not in text and "here/4" not in text


# ---- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_it_has_no_barrier_and_does_not_overflow(browser: Browser, page: Path, width: int, scheme: str) -> None:
    screen = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    screen.goto(page.as_uri())
    screen.get_by_text("Versioner").first.click()
    found = Axe().run(screen)
    assert found.violations_count == 0, found.generate_report()
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    screen.close()


def test_units_are_found_by_name_code_state_and_by_what_failed(screen: Page, page: Path) -> None:
    def visible() -> list[str]:
        return [row.inner_text().split()[0] for row in screen.locator("tr[data-search]:visible th").all()]

    screen.goto(page.as_uri())
    box = screen.get_by_role("searchbox", name="Sök enhet")
    box.fill("åsen")
    assert visible() == ["Åsenskolan"]
    expect(screen.get_by_role("status")).to_have_text("1 enhet visas")
    box.fill("oförändrad")
    assert visible() == ["Lavhedens"]
    box.fill("")
    screen.get_by_label("Bara enheter där något misslyckades").check()
    assert visible() == ["Granskolan", "Tallskolan"]
    expect(screen.get_by_role("status")).to_have_text("2 enheter visas")
    expect(screen.get_by_role("heading", name="Det som misslyckades")).to_be_visible()
