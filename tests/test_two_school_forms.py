"""A city with compulsory and upper-secondary schools: two sections of one notebook, each with its schools, texts and anchors."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from tests.command import Done, sqa
from tests.reading import page_of, text_of, words_of
from tests.small_project import write, write_city

CITY, SHARED_AREA, COMPULSORY, UPPER = "lavheden", "norr", "99000001", "99000005"
TEXTS = {
    "access-upper-secondary": "Stadens gymnasieskolor följer samma plan. Här går {{ v('upper_secondary_pupils') }}.\n",
    f"{CITY}/access-compulsory": "## Slutsats\n\n- Grundskolorna behöver fler kuratorer.\n",
    f"{CITY}/access-upper-secondary": "Jämför med @sec-access-compulsory.\n\n## Slutsats\n\n- Gymnasiet behöver psykologer.\n",
    f"{UPPER}/access-upper-secondary": "## Slutsats\n\n- Vi behöver en plan.\n",
}
AREAS = """
lavheden:
  - {name: Tydligare planer, school_year: 2020/21, school_form: compulsory, why: ["Grundskolan har {{ v('pupils') }}."]}
  - {name: Närvaro, school_year: 2020/21, school_form: upper_secondary}
  - {name: Samverkan, school_year: 2020/21}
"""


@dataclass(frozen=True)
class Built:
    """The city's project with the books of the city, an area, and a school of each form."""

    root: Path
    done: Done

    def page(self, unit: str, name: str) -> HtmlElement:
        return page_of(self.book(unit) / f"{name}.html")

    def book(self, unit: str) -> Path:
        return self.root / "output" / "small" / "books" / unit / "_book"

    def pages(self, unit: str) -> list[str]:
        return sorted(path.stem for path in self.book(unit).glob("*.html"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = write_city(tmp_path_factory.mktemp("city"))
    for name, text in TEXTS.items():
        write(root / "data" / "small" / "texts" / f"{name}.md", text)
    write(root / "data" / "small" / "development_areas.yml", AREAS)
    chosen = [option for unit in (CITY, SHARED_AREA, COMPULSORY, UPPER) for option in ("--unit", unit)]
    return Built(root, sqa(root, "build", "small", *chosen))


def said(page: HtmlElement) -> str:
    return words_of(page.xpath("//main")[0])


def test_the_books_are_built_without_a_failure_or_a_warning(built: Built) -> None:
    assert built.done.code == 0, built.done.out + built.done.err
    assert "4 books, 28 sections, 0 failures" in built.done.out
    assert "warning" not in built.done.err


def test_a_unit_has_the_sections_of_its_school_forms(built: Built) -> None:
    shared = ["about", "analysis", "index", "method"]
    compulsory, upper = ([f"{kind}-{form}" for kind in ("access", "priorities")] for form in ("compulsory", "upper-secondary"))
    assert built.pages(CITY) == sorted([*shared, *compulsory, *upper])
    assert built.pages(SHARED_AREA) == sorted([*shared, *compulsory, *upper])
    assert built.pages(COMPULSORY) == sorted([*shared, *compulsory])
    assert built.pages(UPPER) == sorted([*shared, *upper])


@pytest.mark.parametrize(
    ("name", "number", "schools"),
    [
        ("access-compulsory", "2", ["Granskolan", "Enskolan", "Tallskolan"]),
        ("access-upper-secondary", "3", ["Lärkgymnasiet", "Sparvgymnasiet", "Trastgymnasiet"]),
    ],
)
def test_each_has_its_own_anchor_numbers_and_schools(name: str, number: str, schools: list[str], built: Built) -> None:
    page = built.page(CITY, name)
    (title,) = page.xpath("//main//h1")
    (figure,) = page.xpath("//main//figure[img]")
    (table,) = page.xpath("//main//figure[.//table]")
    assert (title.get("id"), words_of(title)) == (f"sec-{name}", f"{number} Access")
    assert (figure.get("id"), table.get("id")) == (f"fig-{name}-schools", f"tbl-{name}-schools")
    assert words_of(figure.xpath("figcaption")[0]).startswith(f"Figur {number}.1:")
    assert words_of(table.xpath("figcaption")[0]).startswith(f"Tabell {number}.1:")
    assert sorted(words_of(head) for head in table.xpath(".//tbody//th")) == sorted(schools)


def test_the_pdf_has_the_same_numbers(built: Built) -> None:
    text = " ".join(text_of(built.book(CITY) / f"{CITY}.pdf").split())
    numbered = ("Figur 2.1:", "Tabell 2.1:", "Figur 3.1:", "Tabell 3.1:")
    assert [text.count(number) for number in numbered] == [1, 1, 1, 1]
    assert "Jämför med Kapitel 2." in text


def test_each_says_what_is_written_for_it_and_what_is_for_all(built: Built) -> None:
    city, school = (said(built.page(unit, "access-upper-secondary")) for unit in (CITY, UPPER))
    assert "Stadens gymnasieskolor följer samma plan. Här går 660 elever. Jämför med Kapitel 2." in city
    assert "Stadens gymnasieskolor följer samma plan. Här går 250 elever." in school
    assert "Gymnasiet behöver psykologer." in city and "fler kuratorer" not in city
    assert "Vi behöver en plan." in school
    assert "följer samma plan" not in said(built.page(CITY, "access-compulsory"))


@pytest.mark.parametrize(
    ("name", "where", "areas"),
    [
        ("compulsory", "grundskolan", ["tydligare planer", "samverkan"]),
        ("upper-secondary", "gymnasieskolan", ["närvaro", "samverkan"]),
    ],
)
def test_a_department_has_the_development_areas_of_its_school_form_and_those_of_all(
    name: str, where: str, areas: list[str], built: Built
) -> None:
    page = built.page(CITY, f"priorities-{name}")
    lead = words_of(page.xpath("//main//*[@class='lead']")[0])
    assert lead == f"Lavhedens kommun prioriterar {areas[0]} och {areas[1]} i {where} under nästa läsår."
    titles = [words_of(title).partition(": ")[2] for title in page.xpath("//main//h2")]
    assert titles == areas
    assert [table.get("id") for table in page.xpath("//main//figure[.//table]")] == [
        f"tbl-priorities-{name}-{n}" for n in range(1, 1 + len(areas))
    ]


def test_conclusions_are_gathered_with_the_section_that_they_are_from(built: Built) -> None:
    page = built.page(CITY, "analysis")
    links = [link.get("href") for link in page.xpath("//main//li//a[contains(@href, 'access')]")]
    assert links == ["access-compulsory.html#sec-access-compulsory", "access-upper-secondary.html#sec-access-upper-secondary"]
    with (built.root / "output" / "small" / "conclusions.csv").open(encoding="utf-8-sig") as file:
        rows = [(row["Kod"], row["Avsnittets namn"], row["Slutsats"]) for row in csv.DictReader(file, delimiter=";")]
    assert rows == [
        (CITY, "access-compulsory", "Grundskolorna behöver fler kuratorer."),
        (CITY, "access-upper-secondary", "Gymnasiet behöver psykologer."),
        (UPPER, "access-upper-secondary", "Vi behöver en plan."),
    ]


@pytest.mark.parametrize(
    ("unit", "lead", "cards"),
    [
        (CITY, "155 elever i 3 grundskolor och 660 elever i 3 gymnasieskolor i Lavhedens kommun.", ["155", "660", "72"]),
        (SHARED_AREA, "104 elever i 2 grundskolor och 250 elever i 1 gymnasieskola i Skolområde NORR.", ["104", "250"]),
        (COMPULSORY, "63 elever på Granskolan.", ["63"]),
        (UPPER, "250 elever på Lärkgymnasiet.", ["250"]),
    ],
)
def test_the_first_reports_summary_tells_what_this_report_has(unit: str, lead: str, cards: list[str], built: Built) -> None:
    page = built.page(unit, "index")
    (first,) = page.xpath("//main//*[@class='lead']")
    assert words_of(first) == f"Läsåret 2020/21 gick {lead}"
    assert [words_of(value) for value in page.xpath("//main//*[@class='value']")] == cards


def test_no_book_speaks_of_what_the_report_does_not_have(built: Built) -> None:
    words = [said(built.page(unit, name)) for unit in (CITY, SHARED_AREA, UPPER) for name in built.pages(unit)]
    absent = ("förskolor", "ärenden till elevhälsan", "Enkätens", "nyanlända", "Skolformsbedömning", "Fjärrundervisning")
    assert [(word, text) for text in words for word in absent if word in text] == []


def test_nothing_has_to_run_again(built: Built) -> None:
    done = sqa(built.root, "build", "small", "--dry-run", "--unit", CITY, "--unit", UPPER)
    assert "2020/21: 0 of 16 tasks would run" in done.out


def test_the_attacker_finds_nothing_in_it(built: Built) -> None:
    done = sqa(built.root, "audit", "small")
    assert done.code == 0, done.out + done.err


def test_the_data_and_the_texts_are_found_right(built: Built) -> None:
    done = sqa(built.root, "check", "small")
    assert done.code == 0, done.out + done.err


def test_a_text_that_no_books_section_shows_is_told_of(tmp_path: Path) -> None:
    """Also one for all books, and one for a section of another school form."""
    root = write_city(tmp_path)
    for name in ("acess-compulsory", f"{UPPER}/access-compulsory"):
        write(root / "data" / "small" / "texts" / f"{name}.md", "Här är bra.\n")
    assert sqa(root, "compute", "small").code == 0
    told = [line.partition(";")[0] for line in sqa(root, "check", "small").out.splitlines() if line.startswith("text ")]
    assert told == [
        "text texts/acess-compulsory.md, line 1: no book shows this text: the report has no section `acess-compulsory`",
        f"text texts/{UPPER}/access-compulsory.md, line 1: no book shows this text: `{UPPER}` has no section `access-compulsory`",
    ]


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ({"statistic": "pupil"}, "key `key_figures.0`: no statistic `pupil`; did you mean `pupils`"),
        ({"statistic": "pupils", "codes": {"gender": "girls"}}, "key `key_figures.0`: `gender` has no code `girls`"),
        ({"statistic": "pupils", "codes": {"level": "group"}}, "key `key_figures.0`: `pupils` is not given by level"),
    ],
)
def test_a_key_figure_that_no_data_give_is_told_of_before_anything_runs(figure: dict, message: str, tmp_path: Path) -> None:
    root = write_city(tmp_path, key_figures=[{"label": "elever", **figure}])
    done = sqa(root, "build", "small", "--unit", UPPER)
    assert (done.code, message in done.err) == (2, True), done.err
    assert not (root / "output" / "small" / "notebooks").exists()
    assert sqa(root, "check", "small").code == 1
