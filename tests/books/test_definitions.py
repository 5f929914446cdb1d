"""From any number of a book to its definition: every section lists what its reader sees, nothing else, and each leads there."""

import ast
import inspect
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pikepdf
import pytest
from lxml.etree import XPath
from lxml.html import HtmlElement

from sqa_lib.batch import notebooks_of
from sqa_lib.cycle.areas import FILE, read_areas
from sqa_lib.cycle.sentences import written_in
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.report import SectionChoice, load_report
from sqa_lib.section import Section
from sqa_lib.section.glossary import anchor
from sqa_lib.section.school_forms import ENROLLED
from sqa_lib.units import UnitTree
from tests.books.conftest import AREA, DEMOS, MUNICIPALITY, REPORT, ROOT, SMALL_SCHOOL, Rendered
from tests.reading import words_of

FIGURES = XPath("//main//figure[contains(@class, 'chart')] | //main//td[contains(translate(., '123456789', '000000000'), '0')]")
WITHOUT_FIGURES = {"analysis", "development-areas", "method", "about"}
"""Notebooks whose tables may show figures of texts only."""
SAYS_ENROLLED = re.compile(r"\{\{[^{}]*\benrolled\(\)")
REFERENCE = re.compile(r"""\b(?:v|change|together)\(\s*["'](\w+)""")
PUPILS = set(ENROLLED.values())
KEY_FIGURES = {figure.statistic for report in DEMOS for figure in load_report(report, ROOT).key_figures}
ASKING = {"has", "has_now", "nearest", "shows", "carries", "finest", "hides", "top"}
"""What a notebook asks without showing a figure."""
BY_ANCHOR = {anchor(definition): definition for definition in DEFINITIONS.values()}


def listed(page: HtmlElement) -> dict[str, str]:
    """Anchor → what the reader is told it is, in the list that ends a section."""
    links = page.xpath("//main//details[@class='figures-used']//a")
    return {link.get("href").partition("#")[2]: words_of(link) for link in links}


def asked_in(code: str) -> set[str]:
    """The statistics that a notebook's code asks figures of: what a call that shows something is given as `statistic` or `per`,
    what stands second in a table's column, and what a template refers to."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Constant(value=str(text)):
                found |= set(REFERENCE.findall(text)) | (PUPILS if SAYS_ENROLLED.search(text) else set())
            case ast.Tuple(elts=[_, ast.Constant(value=str(name)), _, *_]):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="s"), attr=method)) if method not in ASKING:
                given = inspect.signature(getattr(Section, method)).bind_partial(None, *node.args).arguments
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                found |= {n.value for n in (given.get("statistic"), named.get("per")) if isinstance(n, ast.Constant)}
                found |= {"pupils"} if "adjusted_for" in named else set()
                found |= KEY_FIGURES if method == "key_figures" else set()
    return found & set(DEFINITIONS)


def written_by(unit: str, sections: Iterable[str], data: Path) -> set[str]:
    """The statistics that a unit's own texts of these sections, and those for all units, refer to."""
    paths = [data / "texts" / whose / f"{section}.md" for section in sections for whose in (unit, "")]
    return set(REFERENCE.findall("\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())))


def in_areas(unit: str, school_year: str, data: Path) -> set[str]:
    """The statistics that a unit's development areas are bound to or refer to."""
    path = data / FILE
    areas = [area for area in read_areas(path, unit) if area.school_year == school_year]
    said = "\n".join(text.content for text in written_in(path) if text.unit == unit)
    return {indicator.statistic for area in areas for indicator in area.indicators} | set(REFERENCE.findall(said))


def section_of(name: str, book: Rendered) -> SectionChoice:
    """The section of a page, by its file's name."""
    (found,) = (s for s in book.report.sections if s.name == ("summary" if name == "index.html" else name.removesuffix(".html")))
    return found


def allowed_in(section: SectionChoice, book: Rendered, project: Path, tree: UnitTree) -> set[str]:
    """The statistics whose figures a section of a book may show."""
    unit, data = book.unit, project / book.report.data
    cells = json.loads(notebooks_of(project)[section.notebook].read_text(encoding="utf-8"))["cells"]
    code = asked_in("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    gathers = section.name in ("summary", "analysis")
    sections = ["summary" if name == "index" else name for name in book.chapters] if gathers else [section.name]
    units = [unit, *(u.code for u in tree.units if unit in tree.ancestors(u.code))] if section.name == "analysis" else [unit]
    written = set().union(*(written_by(one, sections, data) for one in units))
    if section.notebook == "development-areas":
        return code | written | in_areas(unit, book.report.school_year, data)
    if section.notebook == "last-year":
        own = (in_areas(one, "2019/20", data) for one in tree.ancestors(unit))
        return code | written | next((found for found in own if found), set())
    return code | written


def test_every_section_with_figures_ends_with_the_list_of_them(book: Rendered) -> None:
    """A section of a very small school may show none."""
    figures = {name for name, page in book.pages.items() if FIGURES(page)}
    shown = {name for name in figures if section_of(name, book).notebook not in WITHOUT_FIGURES}
    assert {name for name, page in book.pages.items() if listed(page)} >= shown
    assert len(shown) >= 3


def test_each_of_them_leads_to_its_definition_with_population_time_and_source(book: Rendered) -> None:
    about = book.pages["about.html"]
    for name, page in book.pages.items():
        for identifier, said in listed(page).items():
            (found,) = about.xpath(f"//*[@id='{identifier}']")
            definition = words_of(found.xpath("ancestor-or-self::li")[0])
            assert BY_ANCHOR[identifier].label.lower() == said.lower(), (name, identifier)
            assert said.lower() in definition.lower()
            if BY_ANCHOR[identifier].kind == "official":
                assert "(Skolverket)" in definition
            else:
                assert re.search(r": .+\. Gäller .+\. Tidpunkt: .+\. Källa: .+\.$", definition), definition


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("s.bars('absence', 'pupils', 'year')", {"pupils"}),
        ("s.carries('x', 'pupils')\nif s.has('absence'):\n    s.heading('survey')", set()),
        ("s.table('staff', 'pupils', 'year', [('Head', 'absence', {})])", {"absence"}),
        ("s.say('absence {{ v(\"pupils\") }} {{ change(\"survey\") }}')", {"pupils", "survey"}),
        ("s.lead('{{ enrolled() }} {{ v(\"absence\") }}')", {*PUPILS, "absence"}),
        ("s.key_figures()", KEY_FIGURES),
        ("s.funnel('x', 'health_cases', per='pupils')\ns.beside_expected('high_absence', adjusted_for='stage')",
         {"health_cases", "high_absence", "pupils"}),
    ],
)  # fmt: skip
def test_what_a_notebook_asks_for_is_told_from_what_it_names(code: str, asked: set[str]) -> None:
    assert asked_in(code) == asked


def test_only_what_a_section_asks_for_is_listed(book: Rendered, project: Path, trees: dict[str, UnitTree]) -> None:
    """Those of Skolverket are asked in groups."""
    for name, page in book.pages.items():
        own = {BY_ANCHOR[identifier].id for identifier in listed(page) if BY_ANCHOR[identifier].kind != "official"}
        assert own <= allowed_in(section_of(name, book), book, project, trees[book.report.name]), name


def test_a_book_defines_what_it_shows_and_nothing_else(book: Rendered) -> None:
    shown = {identifier for page in book.pages.values() for identifier in listed(page)}
    defined = set(book.pages["about.html"].xpath("//main//li//@id[starts-with(., 'def-')]"))
    assert shown <= defined
    assert {identifier for identifier in defined - shown if BY_ANCHOR[identifier].kind != "official"} == set()


@pytest.mark.parametrize(
    ("unit", "page", "labels"),
    [
        (MUNICIPALITY, "complaints.html", {"anmälningar till skolinspektionen"}),
        (MUNICIPALITY, "patient-safety.html", {"avvikelser"}),
        (MUNICIPALITY, "school-form-assessments.html", {"skolformsbedömningar", "beslut om skolform per kön"}),
        (AREA, "quality-work.html", {"elever i grundskolan", "barn i förskolan"}),
        (SMALL_SCHOOL, "quality-work.html", {"elever i grundskolan"}),
        (SMALL_SCHOOL, "health-survey.html", {"elevhälsoenkäten"}),
    ],
)
def test_what_some_sections_show_told_by_hand(rendered: dict[str, Rendered], unit: str, page: str, labels: set[str]) -> None:
    assert {label.lower() for label in listed(rendered[unit].pages[page]).values()} == labels


def test_the_pdf_has_the_same_lists_and_each_entry_leads_to_the_page_of_its_definition(book: Rendered) -> None:
    expected = sum(len(listed(page)) for page in book.pages.values())
    with pikepdf.open(book.pdf) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        texts = book.pdf_text.split("\f")
        last = next(number for number, text in reversed(list(enumerate(texts))) if re.search(r"Definitioner\s", text))
        targets = [_page_of(note, numbers) for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    into = [target for target in targets if target is not None and target >= last]
    assert len(into) >= expected
    lists = re.findall(r"Om siffrorna i avsnittet\s+Definition, population och källa", book.pdf_text)
    assert len(lists) == sum(1 for page in book.pages.values() if listed(page))


def _page_of(note: pikepdf.Object, numbers: dict) -> int | None:
    """The number of the page that a link inside the PDF leads to."""
    destination = note.get("/Dest", note.get("/A", pikepdf.Dictionary()).get("/D"))
    return numbers.get(destination[0].objgen) if isinstance(destination, pikepdf.Array) else None


def test_the_municipalitys_analysis_gathers_by_theme_and_counts_schools(rendered: dict[str, Rendered]) -> None:
    page = rendered[MUNICIPALITY].pages["analysis.html"]
    themes = [words_of(heading) for heading in page.xpath("//main//h3")]
    assert {"Närvaro", "Trygghet och hälsa", "Stöd och elevhälsa"} <= set(themes)
    links = page.xpath("//main//li//a[contains(@href, '.html#sec-')]")
    assert len(links) > 40
    (table,) = page.xpath("//main//figure[@id='tbl-analysis-schools']//table")
    counts = {words_of(row[0]): [words_of(cell) for cell in row[1:]] for row in table.xpath(".//tbody/tr")}
    assert counts["Närvaro"][0] == "4"


def test_an_areas_analysis_names_its_schools_and_what_they_conclude(
    rendered: dict[str, Rendered], demo_tree: UnitTree, project: Path
) -> None:
    text = " ".join(words_of(item) for item in rendered[AREA].pages["analysis.html"].xpath("//main//li"))
    written = {school: project / "data" / REPORT / "texts" / school.code for school in demo_tree.children(AREA, "school")}
    found = [(school, folder / "attendance.md") for school, folder in written.items() if folder.is_dir()]
    assert found
    for school, path in found:
        for line in path.read_text(encoding="utf-8").partition("## Slutsats")[2].strip().splitlines():
            assert f"{school.name} (närvaro och frånvaro): {line.removeprefix('- ')}" in text


def test_the_build_leaves_the_analysts_list(rendered: dict[str, Rendered]) -> None:
    output = rendered[MUNICIPALITY].output
    text = (output / "conclusions.html").read_text(encoding="utf-8")
    assert f"books/{SMALL_SCHOOL}/_book/attendance.html" in text
    assert (output / "conclusions.csv").read_text(encoding="utf-8-sig").startswith("Kod;Enhet;Nivå;Skolområde;")
    assert "conclusions" not in (output / "index.html").read_text(encoding="utf-8")
