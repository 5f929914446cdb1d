"""What units say themselves: how a text is read, and that the demo's texts keep the rules that texts are written by."""

import re
from pathlib import Path

import pytest
import yaml

from sqa_lib.report import Report, ReportError, load_report, project_root
from sqa_lib.section.development import QUESTIONS, read_areas
from sqa_lib.section.texts import UnitText, read_text
from sqa_lib.sources.check import load
from sqa_lib.units import UnitTree, tree_of_datasets

ROOT = project_root(Path(__file__).parent)
DEMO = ROOT / "data" / "lulea-2020-21"
TEXTS = DEMO / "texts"
AREAS = DEMO / "development_areas.yml"
FILES = sorted(TEXTS.glob("*/*.md"))
UNITS = sorted(yaml.safe_load(AREAS.read_text(encoding="utf-8")))

_ALLOWED_NUMBERS = re.compile(
    r"\{\{.*?\}\}"  # a reference to a figure
    r"|\b(?:19|20)\d\d(?:/\d\d)?\b"  # a year or a school year
    r"|\(\d{4}:\d+\)|SOU \d{4}:\d+"  # an act's or an inquiry's number
    r"|\bårskurs \d\b"
    r"|\d+ (?:[a-z] )?(?:och \d+ )?kap\."
    r"|\d+(?: [a-z])?(?:–\d+(?: [a-z])?)? §§?"
)
_SCHOOL_NAMES = re.compile(r"\b(?:[F\d]–[\d])\b")


@pytest.fixture(scope="module")
def report() -> Report:
    return load_report("lulea-2020-21", ROOT)


@pytest.fixture(scope="module")
def tree(report: Report) -> UnitTree:
    return tree_of_datasets(report.authority, load(DEMO, report.school_year).tables["school_units"])


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


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
    (tmp_path / "north").mkdir()
    (tmp_path / "north" / "analysis.md").write_bytes(text.encode())
    read = read_text(tmp_path, "north", "analysis")
    assert (read.comment, read.conclusions) == (comment, conclusions)


def test_each_part_is_filled_by_itself_with_the_line_it_begins_on(tmp_path: Path) -> None:
    text = UnitText("Först.\n\n## Slutsats\n\n- En.\n", lambda part, line: f"{line}: {part}" if line == 1 else part.upper())
    assert text.comment == "1: Först."
    assert text.conclusions == ("EN.",)


def test_a_unit_without_text_has_an_empty_one(tmp_path: Path) -> None:
    assert read_text(tmp_path, "lulea", "analysis") == UnitText()


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


def test_the_municipality_comments_every_section_with_results(report: Report) -> None:
    made_of_statistics_alone = {"summary", "national-indicators", "development-areas", "about"}
    sections = {section.name for section in report.sections} - made_of_statistics_alone
    assert {path.stem for path in TEXTS.glob("lulea/*.md")} == sections


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_text_belongs_to_a_section_of_its_units_book(path: Path, report: Report, tree: UnitTree) -> None:
    assert path.parent.name in tree
    assert path.stem in [section.name for section in report.sections_of(tree[path.parent.name].level)]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_in_a_text_is_lost(path: Path) -> None:
    text = read_text(TEXTS, path.parent.name, path.stem)
    read = " ".join([text.comment, "## Slutsats", *(f"- {bullet}" for bullet in text.conclusions)])
    assert read.split() == path.read_text(encoding="utf-8").split()
    assert text.comment
    assert text.conclusions


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_conclusions_are_short_sentences(path: Path) -> None:
    for bullet in read_text(TEXTS, path.parent.name, path.stem).conclusions:
        assert re.fullmatch(r"[A-ZÅÄÖ][^.!?]*\.", bullet), bullet
        assert len(bullet) <= 140, bullet


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_headings_are_of_the_second_level(path: Path) -> None:
    assert {marks for marks in re.findall(r"^(#+) ", path.read_text(encoding="utf-8"), re.MULTILINE)} == {"##"}


@pytest.mark.parametrize("path", [*FILES, AREAS], ids=name_of)
def test_figures_are_left_to_the_statistics(path: Path) -> None:
    text = (
        re.sub(r'^#.*$|^"\d+":$', "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if path == AREAS
        else path.read_text("utf-8")
    )
    assert figures_in(text) == []


# ---- the demo's development areas -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_development_areas_answer_every_question(unit: str, tree: UnitTree) -> None:
    assert unit in tree
    for area in read_areas(AREAS, unit):
        assert [key for key in QUESTIONS if not area.get(key)] == []
        assert [answer for key in QUESTIONS for answer in area[key] if not str(answer).endswith(".")] == []


def test_the_municipality_prioritises_the_printed_reports_areas() -> None:
    assert [area["name"] for area in read_areas(AREAS, "lulea")] == ["Styrning och ledning", "Främjande och förebyggande arbete"]


@pytest.mark.parametrize(
    ("yml", "message"),
    [
        ("a:\n  - name: X\n    varför: [y]\n", "unknown key `varför`; the keys are: name, why"),
        ("a:\n  - why: [y]\n", "no key `name`"),
        ("a:\n  - name: X\n    why: y\n", "`why` must be a list of sentences"),
    ],
)
def test_a_mistake_in_the_areas_names_file_unit_and_key(yml: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "development_areas.yml"
    path.write_text(yml, encoding="utf-8")
    with pytest.raises(ReportError, match=rf"development_areas\.yml: unit a: .*{re.escape(message)}"):
        read_areas(path, "a")
