"""`sqa new review`: which plans a form has, how it looks to its reader, and that it is the same every time."""

from pathlib import Path

import openpyxl
import pytest
import yaml
from openpyxl.worksheet.worksheet import Worksheet

from sqa_lib.report import ReportError
from sqa_lib.reviews.blank import GIVEN, RATED, blank_form
from sqa_lib.reviews.new_review import WRITERS
from sqa_lib.rubric import RUBRIC
from tests.command import sqa
from tests.reviews.plans import WORDS, form_for, project_with_plans, read, report_of
from tests.small_project import write

REVIEWER = "granskare 1"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_with_plans(tmp_path)


# ---- which plans ----------------------------------------------------------------------------------------------------


def units(project: Path, *asked: str) -> list[str]:
    return blank_form(report_of(project), read(project).tables, REVIEWER, asked)["Skolenhet"].tolist()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((), ["Granskolan", "Tallskolan", "Enskolan"]),
        (("lavheden",), ["Granskolan", "Tallskolan", "Enskolan"]),
        (("norr",), ["Granskolan", "Tallskolan"]),
        (("99000003", "99000002"), ["Tallskolan", "Enskolan"]),
        (("norr", "99000001"), ["Granskolan", "Tallskolan"]),
    ],
)
def test_a_form_has_the_plans_that_are_submitted_for_the_year(project: Path, asked: tuple[str, ...], expected: list[str]) -> None:
    assert units(project, *asked) == expected


def test_the_columns_to_fill_in_are_empty_and_the_others_are_not(project: Path) -> None:
    form = blank_form(report_of(project), read(project).tables, REVIEWER)
    assert tuple(form.columns) == (*GIVEN, *RATED)
    assert form.iloc[0].tolist() == ["Granskolan", "99000001", "Norra", "2020/21", REVIEWER, *[""] * 8]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("nor",), "unknown unit nor; did you mean `norr`?"),
        (
            ("99000004",),
            "99000004: no health plan is submitted for 2020/21; add it to the report's data as `elevhalsoplaner` (Inlämnad: Ja)",
        ),
    ],
)
def test_a_unit_without_a_plan_is_told(project: Path, asked: tuple[str, ...], message: str) -> None:
    with pytest.raises(ReportError) as error:
        units(project, *asked)
    assert str(error.value) == message


def test_without_any_plan_there_is_no_form(project: Path) -> None:
    (project / "data" / "small" / "elevhalsoplaner.csv").unlink()
    with pytest.raises(ReportError, match="lavheden: no health plan is submitted for 2020/21"):
        units(project)


def test_a_report_without_health_plans_is_told_what_it_lacks(project: Path) -> None:
    tables = {name: table for name, table in read(project).tables.items() if name != "health_plans"}
    with pytest.raises(ReportError) as error:
        blank_form(report_of(project), tables, REVIEWER)
    assert str(error.value) == "small: has no dataset `health_plans`, which says whose plans there are to review"


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_writes_where_the_form_is_read_and_says_so(project: Path) -> None:
    done = sqa(project, "new", "review", "small", "--reviewer", "Granskare 2", "--unit", "norr", "--format", "yml")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "data/small/reviews/granskare-2-2020-21.yml: 2 plans to review",
        "it is read where it lies when it is filled in: `sqa check small` tells how far it has come",
    ]
    assert (project / "data" / "small" / "reviews" / "granskare-2-2020-21.yml").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--reviewer", "Anna Berg"), "reviewer `Anna Berg`: give a role and a number, never a name"),
        (("--reviewer", REVIEWER, "--format", "docx"), "unknown format `docx`; there are: xlsx, yml"),
        (("--reviewer", REVIEWER, "--unit", "99000009"), "unknown unit 99000009; did you mean `99000004`"),
    ],
)
def test_wrong_usage_writes_nothing(project: Path, arguments: tuple[str, ...], message: str) -> None:
    done = sqa(project, "new", "review", "small", *arguments)
    assert done.code == 2
    assert message in done.err
    assert not (project / "data" / "small" / "reviews").exists()


def test_nothing_is_written_over(project: Path) -> None:
    form = form_for(project, REVIEWER)
    form.write_text("filled in", encoding="utf-8")
    with pytest.raises(ReportError) as error:
        form_for(project, REVIEWER)
    assert str(error.value) == (
        "data/small/reviews/granskare-1-2020-21.xlsx: is there already; take it away first, or go on filling it in"
    )
    assert form.read_text(encoding="utf-8") == "filled in"


@pytest.mark.parametrize("kind", list(WRITERS))
def test_the_same_report_gives_the_same_bytes(project: Path, kind: str) -> None:
    first = form_for(project, REVIEWER, kind)
    before = first.read_bytes()
    first.unlink()
    assert form_for(project, REVIEWER, kind).read_bytes() == before


# ---- the workbook, as its reader meets it ---------------------------------------------------------------------------


@pytest.fixture
def sheet(project: Path) -> Worksheet:
    return openpyxl.load_workbook(form_for(project, REVIEWER))["Granskning"]


def columns(sheet: Worksheet, headers: tuple[str, ...]) -> list[str]:
    """The letters of the columns that bear these headers."""
    return [cell.column_letter for cell in sheet[1] if cell.value in headers]


def test_the_rows_stand_first_below_a_header_that_stays_in_sight(sheet: Worksheet) -> None:
    assert sheet.parent.active is sheet
    assert [cell.value for cell in sheet[1]] == [*GIVEN, *RATED]
    assert [cell.value for cell in sheet["A"]] == ["Skolenhet", "Granskolan", "Tallskolan", "Enskolan"]
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"


def test_only_the_ratings_can_be_changed(sheet: Worksheet) -> None:
    assert sheet.protection.sheet
    is_open = {
        header.value: {cell.protection.locked for cell in sheet[header.column_letter][1:]} == {False} for header in sheet[1]
    }
    assert is_open == dict.fromkeys(GIVEN, False) | dict.fromkeys(RATED, True)
    assert all(cell.protection.locked for cell in sheet[1])


def test_every_rating_has_a_list_with_the_words_of_the_scale(sheet: Worksheet) -> None:
    lists = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert list(lists) == [f"{letter}2:{letter}4" for letter in columns(sheet, RATED)]
    for rule in lists.values():
        name, _, cells = rule.formula1.partition("!")
        assert rule.type == "list" and rule.showErrorMessage
        assert [row[0].value for row in sheet.parent[name.strip("'")][cells.replace("$", "")]] == list(WORDS)


def test_each_criterion_asks_its_question_beside_the_cell(sheet: Worksheet) -> None:
    asked = {rule.promptTitle: rule.prompt for rule in sheet.data_validations.dataValidation}
    assert asked == {criterion.name: criterion.question for criterion in RUBRIC.criteria}


def test_names_and_words_fit_in_their_columns(project: Path) -> None:
    schools = (project / "data" / "small" / "skolenheter.csv").read_text(encoding="utf-8")
    write(project / "data" / "small" / "skolenheter.csv", schools.replace("Granskolan", "Norra Granbackens skola 2 F–6"))
    sheet = openpyxl.load_workbook(form_for(project, REVIEWER))["Granskning"]
    for header in sheet[1]:
        width = sheet.column_dimensions[header.column_letter].width
        assert all(len(str(cell.value or "")) < width for cell in sheet[header.column_letter][1:])
        assert max(map(len, [*header.value.split(), *(WORDS if header.value in RATED else ())])) < width


def test_the_second_sheet_explains_every_word_for_every_criterion(sheet: Worksheet) -> None:
    guide = sheet.parent["Så bedömer du"]
    assert guide["A1"].value == "Granskning av elevhälsoplaner läsåret 2020/21"
    assert guide["A2"].value == "För granskare 1, 3 planer"
    texts = [[cell.value for cell in row if cell.value] for row in guide.iter_rows()]
    for criterion in RUBRIC.criteria:
        assert [criterion.name, criterion.question, *criterion.levels.values()] in texts
    assert all([rating.name, rating.meaning] in texts for rating in RUBRIC.ratings)


# ---- the text file --------------------------------------------------------------------------------------------------


def test_a_text_form_has_the_same_rows_and_explains_them_in_comments(project: Path) -> None:
    text = form_for(project, REVIEWER, "yml", ("norr",)).read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {
        "Läsår": "2020/21",
        "Granskare": REVIEWER,
        "Granskning": [
            {"Skolenhetskod": code, "Skolenhet": name, "Skolområde": "Norra", **dict.fromkeys(RATED)}
            for code, name in (("99000001", "Granskolan"), ("99000002", "Tallskolan"))
        ],
    }
    assert text.startswith("# Granskning av elevhälsoplaner läsåret 2020/21\n# För granskare 1, 2 planer\n#\n")
    for criterion in RUBRIC.criteria:
        assert f"# {criterion.name}: {criterion.question}\n" in text
        assert all(f"#   {word}: {meaning}\n" in text for word, meaning in zip(WORDS, criterion.levels.values(), strict=True))
