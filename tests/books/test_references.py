"""Every link and reference of the demo's books leads somewhere, and HTML and PDF tell the same, numbered alike."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
from lxml.html import HtmlElement

from sqa_lib.batch import read_record
from tests.books.conftest import DEMOS, Rendered
from tests.reading import page_of, words_of

CAPTION = re.compile(r"^(?P<kind>Figur|Tabell) (?P<chapter>\d+)\.(?P<number>\d+): (?P<text>.+)$")
UNRESOLVED = re.compile(r"\?@|@(?:sec|fig|tbl)-|\?\?")
EXTREMES = re.compile(
    r"(?:Högst är|Av det som redovisas är) .+? \((?P<high>[^()]+)\)(?: högst)? och .+? \((?P<low>[^()]+)\)(?: lägst)?\."
)
SERIES = re.compile(r"^\w+diagram för (?P<series>[^.]+)\.")
EXTERNAL = ("https://", "http://", "mailto:")


def captions(book: Rendered) -> list[str]:
    """All figures' and tables' captions in the book's order."""
    return [words_of(caption) for page in book.pages.values() for caption in page.xpath("//main//figcaption")]


def squeezed(text: str) -> str:
    """Without what line breaks, hyphenation and page breaks do to a text."""
    return re.sub(r"[\s\-\u00ad\u2010\u2011\u2060]+", "", text)


def links_of(path: Path, page: HtmlElement) -> Iterator[tuple[Path, str]]:
    """The file and the anchor ("" for none) that every internal link, image and script of a page points at."""
    for target in page.xpath("//a/@href | //img/@src | //link/@href | //script/@src"):
        if not target.startswith(EXTERNAL):
            name, _, anchor = unquote(target).partition("#")
            yield (path.parent / name).resolve() if name else path, anchor


def unresolved(links: list[tuple[Path, str]], ids: dict[Path, list[str]]) -> list[str]:
    """Links to files that are absent and to anchors that their page lacks."""
    return [f"{path.name}#{anchor}" for path, anchor in links if not path.is_file() or (anchor and anchor not in ids[path])]


@pytest.fixture(scope="module")
def ids(rendered: dict[str, Rendered]) -> dict[Path, list[str]]:
    return {
        path: page.xpath("//@id")
        for book in rendered.values()
        for path, page in zip(book.paths, book.pages.values(), strict=True)
    }


def test_every_internal_link_and_file_resolves(book: Rendered, ids: dict[Path, list[str]]) -> None:
    links = [link for path, page in zip(book.paths, book.pages.values(), strict=True) for link in links_of(path, page)]
    assert unresolved(links, ids) == []
    assert len(links) > 20 * len(book.paths)


def test_an_id_is_used_once_on_a_page(book: Rendered, ids: dict[Path, list[str]]) -> None:
    assert [path.name for path in book.paths if len(ids[path]) != len(set(ids[path]))] == []


def test_every_address_in_the_search_index_resolves(book: Rendered, ids: dict[Path, list[str]]) -> None:
    text = (book.folder / "_book" / "assets" / "search.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("window.SQA_INDEX = ").rstrip().removesuffix(";"))
    addresses = [unquote(address).partition("#") for address, *_ in entries]
    assert unresolved([(book.folder / "_book" / name, anchor) for name, _, anchor in addresses], ids) == []
    assert {name for name, _, _ in addresses} == set(book.pages)
    assert all(heading and chapter for _, heading, chapter, _ in entries)


def test_the_portal_leads_to_every_book(output: Path, rendered: dict[str, Rendered]) -> None:
    books = [rendered[unit] for unit in DEMOS[output.name]]
    links = [path for path, _ in links_of(output / "index.html", page_of(output / "index.html"))]
    assert [path for path in links if not path.is_file()] == []
    assert {file.resolve() for book in books for file in (book.paths[0], book.pdf)} <= set(links)


def test_no_reference_is_left_unresolved(book: Rendered) -> None:
    pages = {name: UNRESOLVED.findall(page.text_content()) for name, page in book.pages.items()}
    assert {name: found for name, found in pages.items() if found} == {}
    assert UNRESOLVED.findall(book.pdf_text) == []


def test_the_run_had_nothing_to_warn_of(output: Path) -> None:
    tasks = {unit: read_record(output).units[unit].tasks for unit in DEMOS[output.name]}
    assert [(unit, name) for unit in tasks for name, task in tasks[unit].items() if task.error or task.warnings] == []


def page_at(destination: pikepdf.Object, named: Mapping[str, pikepdf.Object]) -> tuple[int, int]:
    """The page, as a PDF object's number, that a link's destination, named or not, stands on."""
    if isinstance(destination, pikepdf.String):
        destination = named[str(destination)]
    return (destination.D if isinstance(destination, pikepdf.Dictionary) else destination)[0].objgen


def test_every_link_inside_the_pdf_leads_to_a_page_of_it(book: Rendered) -> None:
    with pikepdf.open(book.pdf) as pdf:
        named = pikepdf.NameTree(pdf.Root.Names.Dests)
        links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
        actions = [note.get("/A", pikepdf.Dictionary()) for note in links]
        inside = [
            note.get("/Dest", action.get("/D")) for note, action in zip(links, actions, strict=True) if "/URI" not in action
        ]
        assert {page_at(destination, named) for destination in inside} <= {page.objgen for page in pdf.pages}
    assert len(inside) > len(book.pages)


def test_figures_and_tables_are_numbered_in_order_within_their_chapter(book: Rendered) -> None:
    count: dict[tuple[str, str], int] = {}
    for caption in captions(book):
        match = CAPTION.match(caption)
        assert match, caption
        key = match["kind"], match["chapter"]
        count[key] = count.get(key, 0) + 1
        assert int(match["number"]) == count[key], caption
    assert {kind for kind, _ in count} == {"Figur", "Tabell"}


def test_html_and_pdf_carry_the_same_captions_in_the_same_order(book: Rendered) -> None:
    printed, at = squeezed(book.pdf_text), 0
    for caption in captions(book):
        found = printed.find(squeezed(caption), at)
        assert found >= 0, f"not in the PDF, or not in this order: {caption}"
        at = found + 1
    numbers = re.findall(r"(?:Figur|Tabell)\d+\.\d+:", printed)
    assert numbers == [re.sub(r"\s", "", caption.split(":")[0]) + ":" for caption in captions(book)]


def table_after(chart: HtmlElement) -> HtmlElement | None:
    """The table that follows a chart before another heading comes."""
    for element in chart.itersiblings():
        if element.tag in {"h1", "h2", "h3", "h4"}:
            return None
        if element.tag == "figure" and "table" in element.classes:
            return element
    return None


def figure_in(text: str) -> str:
    """The number in `8,8 %`, `1 104` or `7,0 tjänster` as it stands in a table."""
    return re.sub(r"\s(?:%|[^\d\s].*)$", "", " ".join(text.split()))


def value_of(figure: str) -> float:
    return float(re.sub(r"\s", "", figure).replace(",", ".").replace("−", "-"))


def charts_of(book: Rendered) -> list[tuple[str, HtmlElement]]:
    """Each chart's alternative text and the table that follows it."""
    charts = [chart for page in book.pages.values() for chart in page.xpath("//main//figure[contains(@class, 'chart')]")]
    pairs = [(chart.xpath(".//img/@alt")[0], table_after(chart)) for chart in charts]
    assert [alt for alt, table in pairs if table is None] == [], "charts without a table"
    return pairs


def test_every_chart_has_its_numbers_in_a_table_after_it(book: Rendered) -> None:
    charts = charts_of(book)
    told = [(alt, match, table) for alt, table in charts for match in EXTREMES.finditer(alt)]
    for alt, match, table in told:
        cells = {words_of(cell) for cell in table.xpath(".//tbody//td")}
        assert {figure_in(match["high"]), figure_in(match["low"])} <= cells, alt
    assert [alt for alt, _ in charts if "tabellen efter diagrammet" not in alt] == []
    assert told


def test_what_an_alternative_text_calls_highest_and_lowest_is(book: Rendered) -> None:
    """Of all that the chart shows, where the table has the chart's series as its columns and nothing else."""
    for alt, table in charts_of(book):
        match, named = EXTREMES.search(alt), SERIES.match(alt)
        heads = [words_of(head).split(",")[0].lower() for head in table.xpath(".//thead//th")[1:]]
        if match and named and heads == [name.lower() for name in re.split(r", | och ", named["series"])]:
            figures = [words_of(cell) for cell in table.xpath(".//tbody//td")]
            values = [value_of(figure) for figure in figures if re.match(r"[−\d]", figure)]
            claimed = value_of(figure_in(match["low"])), value_of(figure_in(match["high"]))
            assert claimed == (min(values), max(values)), alt
