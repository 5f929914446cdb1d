"""From any number of a book to its definition: every section lists what its reader sees, nothing else, and each leads there."""

import json
import re
from pathlib import Path

import pikepdf
import pytest
from lxml.etree import XPath
from lxml.html import HtmlElement

from sqa_lib.metrics import DEFINITIONS
from sqa_lib.section.glossary import anchor
from sqa_lib.units import UnitTree
from tests.books.conftest import AREA, MUNICIPALITY, REPORT, SMALL_SCHOOL, Rendered
from tests.reading import words_of

FIGURES = XPath("//main//figure[contains(@class, 'chart')] | //main//td[contains(translate(., '123456789', '000000000'), '0')]")
WITHOUT_FIGURES = {"analysis.html", "development-areas.html", "method.html", "about.html"}
BY_ANCHOR = {anchor(definition): definition for definition in DEFINITIONS.values()}


def listed(page: HtmlElement) -> dict[str, str]:
    """Anchor → what the reader is told it is, in the list that ends a section."""
    links = page.xpath("//main//details[@class='figures-used']//a")
    return {link.get("href").partition("#")[2]: words_of(link) for link in links}


def named_in(notebook: Path, project: Path, unit: str) -> set[str]:
    """The statistics whose names stand in a notebook's code, or in what it shows of texts and of development areas."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    read = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    section, data = notebook.stem.partition("-")[2], project / "data" / "lulea-2020-21"
    of_areas = [data / "development_areas.yml"] if section in ("last-year", "development-areas") else []
    texts = data.glob("texts/*/*.md" if section in ("summary", "analysis") else f"texts/{unit}/{section}.md")
    files = [*texts, *of_areas]
    return set(re.findall(r"\w+", "\n".join([*read, *(path.read_text(encoding="utf-8") for path in files)]))) & set(DEFINITIONS)


def test_every_section_with_figures_ends_with_the_list_of_them(book: Rendered) -> None:
    """A section of a very small school may show none."""
    shown = {name for name, page in book.pages.items() if FIGURES(page)} - WITHOUT_FIGURES
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


def test_only_what_a_section_asks_for_is_listed(book: Rendered, project: Path) -> None:
    """A statistic whose name is not in the notebook can't be among the section's figures; those of Skolverket are asked in groups
    and enrolment is what comparisons adjust by."""
    for name, page in book.pages.items():
        section = "summary" if name == "index.html" else name.removesuffix(".html")
        (notebook,) = (path for path in (project / "notebooks").glob("*.ipynb") if path.stem.partition("-")[2] == section)
        own = {BY_ANCHOR[identifier].id for identifier in listed(page) if BY_ANCHOR[identifier].kind != "official"}
        assert own <= named_in(notebook, project, book.unit) | {"pupils"}, name


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


def test_the_build_leaves_the_analysts_list(output: Path) -> None:
    text = (output / "conclusions.html").read_text(encoding="utf-8")
    assert f"books/{SMALL_SCHOOL}/_book/attendance.html" in text
    assert (output / "conclusions.csv").read_text(encoding="utf-8-sig").startswith("Kod;Enhet;Nivå;Skolområde;")
    assert "conclusions" not in (output / "index.html").read_text(encoding="utf-8")
