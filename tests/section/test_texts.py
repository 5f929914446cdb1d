"""What units say themselves: how a text is read, and that the demo's texts keep the rules that texts are written by."""

import re
from functools import cache
from pathlib import Path

import pytest

from sqa_lib.cycle.areas import Area, read_all
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Report, load_report, project_root
from sqa_lib.section.texts import UnitText, read_text, text_path
from sqa_lib.sources.check import load
from sqa_lib.units import UnitTree

ROOT = project_root(Path(__file__).parent)
DATA = ROOT / "data"
FIRST, CITY = REPORTS = ("lulea-2020-21", "stockholm-2024-25")
FILES = [path for name in REPORTS for path in sorted((DATA / name / "texts").glob("*/*.md"))]
SHARED = [path for name in REPORTS for path in sorted((DATA / name / "texts").glob("*.md"))]
ALL_AREAS = [
    (name, unit, area)
    for name in REPORTS
    for unit, areas in read_all(DATA / name / "development_areas.yml").items()
    for area in areas
]

_ALLOWED_NUMBERS = re.compile(
    r"\{\{.*?\}\}"  # a reference to a figure
    r"|\b(?:19|20)\d\d(?:/\d\d)?\b"  # a year or a school year
    r"|\(\d{4}:\d+\)|SOU \d{4}:\d+"  # an act's or an inquiry's number
    r"|\bårskurs \d\b"
    r"|\d+ (?:[a-z] )?(?:och \d+ )?kap\."
    r"|\d+(?: [a-z])?(?:–\d+(?: [a-z])?)? §§?"
)
_SCHOOL_NAMES = re.compile(r"\b(?:[F\d]–[\d])\b")


@cache
def report_of(name: str) -> Report:
    return load_report(name, ROOT)


@cache
def tree_of(name: str) -> UnitTree:
    report = report_of(name)
    return tree_of_datasets(report.authority, load(DATA / name, report.school_year, ("school_units",)).tables["school_units"])


def written_in(path: Path) -> UnitText:
    return read_text(DATA / report_with(path), text_path(path.parent.name, path.stem))


def report_with(path: Path) -> str:
    """The name of the report that a text is of."""
    return path.relative_to(DATA).parts[0]


def name_of(path: Path) -> str:
    return f"{report_with(path)}: {path.parent.name}/{path.stem}"


def figures_in(text: str) -> list[str]:
    """Numbers that a statistic should have given."""
    return re.findall(r"\d+|\bprocent\b", _SCHOOL_NAMES.sub("", _ALLOWED_NUMBERS.sub("", text)))


# ---- how a text is read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "comment", "conclusions"),
    [
        ("", "", ()),
        ("Bara en kommentar.", "Bara en kommentar.", ()),
        ("## Slutsats\n\n- En.\n- Två.\n", "", ("En.", "Två.")),
        ("Först.\n\n## Styrkor\n\n- Nära.\n\n## Slutsats\n\n- En.\n", "Först.\n\n## Styrkor\n\n- Nära.", ("En.",)),
        ("Först.\r\n\r\n## Slutsatser\r\n\r\n* En på\r\n  två rader.\r\n", "Först.", ("En på två rader.",)),
    ],
)
def test_a_text_is_parted_into_comment_and_conclusions(
    text: str, comment: str, conclusions: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "texts" / "north").mkdir(parents=True)
    (tmp_path / "texts" / "north" / "analysis.md").write_bytes(text.encode())
    read = read_text(tmp_path, text_path("north", "analysis"))
    assert (read.comment, read.conclusions) == (comment, conclusions)


def test_each_part_is_filled_by_itself_with_the_line_it_begins_on(tmp_path: Path) -> None:
    text = UnitText("Först.\n\n## Slutsats\n\n- En.\n", lambda part, line: f"{line}: {part}" if line == 1 else part.upper())
    assert text.comment == "1: Först."
    assert text.conclusions == ("EN.",)


def test_a_unit_without_text_has_an_empty_one(tmp_path: Path) -> None:
    assert read_text(tmp_path, text_path("lulea", "analysis")) == UnitText()


def test_what_is_said_in_all_books_stands_in_no_units_folder(tmp_path: Path) -> None:
    """All of it is printed: conclusions are a unit's own."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "analysis.md").write_text("För alla.\n\n## Slutsats\n\n- En.\n", encoding="utf-8")
    assert text_path("", "analysis") == "texts/analysis.md"
    assert read_text(tmp_path, text_path("", "analysis")).whole == "För alla.\n\n## Slutsats\n\n- En."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Läsåret 2021/22 gäller 3 kap. 12 a–12 g §§ och SOU 2021:11 i årskurs 4.", []),
        ("Ripskolan F–6 följer skollagen (2010:800), 2 och 4 kap.", []),
        ("Det kom in 38 ansökningar.", ["38"]),
        ("Det kom in {{ v('applications', year='4') }}.", []),
        ("Andelen är 12 procent.", ["12", "procent"]),
    ],
)
def test_a_typed_figure_is_found(text: str, found: list[str]) -> None:
    assert figures_in(text) == found


# ---- the demo's texts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "made_of_statistics_alone"),
    [
        (FIRST, {"summary", "last-year", "national-indicators", "development-areas", "method", "about"}),
        (CITY, {"introduction", "priorities-compulsory", "priorities-upper-secondary", "method", "about"}),
    ],
)
def test_the_authority_comments_every_section_with_results(name: str, made_of_statistics_alone: set[str]) -> None:
    report = report_of(name)
    sections = {section.name for section in report.sections} - made_of_statistics_alone
    assert {path.stem for path in (DATA / name / "texts" / report.authority.code).glob("*.md")} == sections


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_text_belongs_to_a_section_of_its_units_book(path: Path) -> None:
    report, tree = report_of(report_with(path)), tree_of(report_with(path))
    assert path.parent.name in tree
    assert path.stem in [section.name for section in report.sections_of(tree[path.parent.name])]


@pytest.mark.parametrize("path", SHARED, ids=name_of)
def test_a_text_for_all_books_belongs_to_a_section_and_draws_no_conclusions(path: Path) -> None:
    assert path.stem in [section.name for section in report_of(report_with(path)).sections]
    assert not read_text(DATA / report_with(path), text_path("", path.stem)).conclusions


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_in_a_text_is_lost(path: Path) -> None:
    """A summary repeats other sections' conclusions and draws none of its own."""
    text = written_in(path)
    conclusions = ["## Slutsats", *(f"- {bullet}" for bullet in text.conclusions)] if text.conclusions else []
    assert " ".join([text.comment, *conclusions]).split() == path.read_text(encoding="utf-8").split()
    assert text.comment
    assert bool(text.conclusions) == (path.stem != "summary")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_conclusions_are_short_sentences(path: Path) -> None:
    for bullet in written_in(path).conclusions:
        assert re.fullmatch(r"[A-ZÅÄÖ][^.!?]*\.", bullet), bullet
        assert len(bullet) <= 140, bullet


@pytest.mark.parametrize("path", [*SHARED, *FILES], ids=name_of)
def test_headings_are_of_the_second_level(path: Path) -> None:
    assert {marks for marks in re.findall(r"^(#+) ", path.read_text(encoding="utf-8"), re.MULTILINE)} == {"##"}


@pytest.mark.parametrize("path", [*SHARED, *FILES], ids=name_of)
def test_figures_are_left_to_the_statistics(path: Path) -> None:
    assert figures_in(path.read_text("utf-8")) == []


# ---- the demo's development areas -----------------------------------------------------------------------------------


def sentences_of(area: Area) -> list[str]:
    """All that is written in an area; what an indicator is called is no sentence."""
    effects = area.expected_effects
    lists = (area.why, area.governing_documents, effects.short_term, effects.long_term, area.conditions)
    more = (area.follow_up, area.evaluation, area.research, area.conclusions)
    return [said for part in (*lists, *more) for said in part] + [measure.what for measure in area.measures]


def area_name(area: object) -> str:
    return f"{area.name} {area.school_year}" if isinstance(area, Area) else str(area)


@pytest.mark.parametrize(("name", "unit", "area"), ALL_AREAS, ids=area_name)
def test_development_areas_answer_every_question(name: str, unit: str, area: Area) -> None:
    assert unit in tree_of(name)
    parts = ("why", "governing_documents", "conditions", "measures", "follow_up", "evaluation", "research", "indicators")
    assert [part for part in parts if not getattr(area, part)] == []
    assert area.expected_effects.short_term and area.expected_effects.long_term
    assert bool(area.conclusions) == (area.school_year == "2019/20")
    assert [said for said in sentences_of(area) if not said.endswith(".") or figures_in(said)] == []


def test_the_municipality_prioritises_the_printed_reports_areas() -> None:
    now = [area.name for name, unit, area in ALL_AREAS if (name, unit, area.school_year) == (FIRST, "lulea", "2020/21")]
    assert now == ["Styrning och ledning", "Främjande och förebyggande arbete"]


def test_each_department_of_the_city_prioritises_three_areas() -> None:
    forms = [area.school_form for name, unit, area in ALL_AREAS if (name, unit) == (CITY, "stockholm")]
    assert forms == ["compulsory"] * 3 + ["upper_secondary"] * 3


def test_last_years_areas_are_those_of_the_municipality_its_areas_and_two_schools() -> None:
    last = {unit for name, unit, area in ALL_AREAS if (name, area.school_year) == (FIRST, "2019/20")}
    assert last == {"lulea", "hob", "srg", "bcn", "99001022", "99001029"}
