"""Filled-in forms: what is read from them, what is wrong with them, and that nothing of them is lost."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqa_lib.publication import fingerprint
from sqa_lib.reviews.blank import GIVEN, RATED
from sqa_lib.sources.check import check_file
from sqa_lib.sources.datasets import PLAN_REVIEWS
from sqa_lib.sources.rules import KnownUnits
from tests.command import sqa
from tests.reviews.plans import FULL, WORDS, YEAR, counts, fill, form_for, lines, project_with_plans, read, report_of
from tests.small_project import write
from tests.spec import assert_table

ONE, TWO, THREE = "99000001", "99000002", "99000003"
CODES = dict(zip(WORDS, ("missing", "begun", "clear", "systematic"), strict=True))
SCALE = "one of: Saknas, Påbörjat, Tydligt, Systematiskt"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_with_plans(tmp_path)


def problems(project: Path) -> list[str]:
    return lines(read(project).problems)


# ---- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "yml"])
def test_what_a_reviewer_fills_in_is_what_is_read(project: Path, kind: str) -> None:
    fill(form_for(project, "granskare 1", kind), {ONE: FULL, TWO: dict.fromkeys(FULL, "Tydligt"), THREE: FULL})
    data = read(project)
    assert data.problems.empty and counts(data) == (3, 0, 0)
    first, second, third = data.tables["plan_reviews"].to_dict("records")
    assert first == {
        "school_year": YEAR, "unit": ONE, "reviewer": "granskare 1",
        **{name: CODES[FULL[PLAN_REVIEWS.column(name).header]] for name in PLAN_REVIEWS.form.filled},
    }  # fmt: skip
    assert second == first | {"unit": TWO} | dict.fromkeys(PLAN_REVIEWS.form.filled, "clear")
    assert third == first | {"unit": THREE}


def test_all_forms_together_are_one_dataset_with_its_own_file(project: Path) -> None:
    fill(form_for(project, "granskare 1"), {ONE: FULL})
    fill(form_for(project, "granskare 2", "yml"), {ONE: FULL, TWO: FULL})
    own = [column.header for column in PLAN_REVIEWS.columns]
    row = {"Läsår": YEAR, "Skolenhetskod": THREE, "Granskare": "granskare 3", **FULL}
    write(
        project / "data" / "small" / "elevhalsoplaner_granskning.csv", ";".join(own) + "\n" + ";".join(map(row.get, own)) + "\n"
    )
    data = read(project)
    assert data.problems.empty
    assert_table(
        data.tables["plan_reviews"],
        f"""
        unit    | reviewer
        {THREE} | granskare 3
        {ONE}   | granskare 1
        {ONE}   | granskare 2
        {TWO}   | granskare 2
        """,
    )
    assert data.summary.iloc[-1].tolist() == ["plan_reviews", "elevhalsoplaner_granskning.csv, 2 forms in reviews/", 4, 4, 0]


def test_words_are_read_without_regard_to_case_and_spaces(project: Path) -> None:
    fill(form_for(project, "granskare 1"), {ONE: FULL | {"Utvärdering": " TYDLIGT\u00a0"}})
    assert read(project).tables["plan_reviews"]["evaluation"].tolist() == ["clear"]


def test_a_row_without_any_rating_waits_and_is_no_problem(project: Path) -> None:
    fill(form_for(project, "granskare 1"), {TWO: FULL, THREE: {"Utvärdering": "  "}})
    data = read(project)
    assert data.problems.empty and counts(data) == (1, 0, 2)
    assert data.waiting["plan_reviews"][["file", "row", "unit", "reviewer"]].values.tolist() == [
        ["reviews/granskare-1-2020-21.xlsx", 2, ONE, "granskare 1"],
        ["reviews/granskare-1-2020-21.xlsx", 4, THREE, "granskare 1"],
    ]


def test_a_row_with_some_ratings_is_used_and_what_is_left_is_told(project: Path) -> None:
    fill(form_for(project, "granskare 1"), {TWO: FULL | {"Utvärdering": "", "Skolnivå": ""}})
    data = read(project)
    assert counts(data) == (1, 0, 2)
    assert data.tables["plan_reviews"][["evaluation", "school_level"]].isna().all(axis=None)
    assert lines(data.problems) == [
        "reviews/granskare-1-2020-21.xlsx | 3 | Skolnivå, Utvärdering |  | is not filled in yet"
        " | fill it in; what is filled in of the row is used"
    ]
    assert not data.is_faulty, "nothing is wrong: something is not there yet"


def test_forms_of_an_earlier_year_go_on_being_read(project: Path) -> None:
    path = fill(form_for(project, "granskare 1", "yml"), {ONE: FULL})
    write(path.with_name("granskare-1-2019-20.yml"), path.read_text(encoding="utf-8").replace("Läsår: 2020/21", "Läsår: 2019/20"))
    data = read(project)
    assert data.problems.empty
    assert data.tables["plan_reviews"]["school_year"].tolist() == ["2019/20", "2020/21"]


def test_a_form_that_is_only_of_another_year_is_told_of(project: Path) -> None:
    path = fill(form_for(project, "granskare 1", "yml"), {ONE: FULL})
    write(path, path.read_text(encoding="utf-8").replace("Läsår: 2020/21", "Läsår: 2019/20"))
    assert problems(project) == [
        "1 form in reviews/ | - | Läsår |  | has no accepted rows for 2020/21"
        " | add the rows of 2020/21, or take the section that needs them out of the report"
    ]


# ---- what is wrong with a row ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (
            {"Utvärdering": "Tydlig"},
            f"Utvärdering | Tydlig | is not an allowed word | did you mean Tydligt? {SCALE}",
        ),
        ({"Utvärdering": "3"}, f"Utvärdering | 3 | is not an allowed word | {SCALE}"),
        (
            {"Skolenhetskod": "99000007"},
            "Skolenhetskod | 99000007 | is not among the school units"
            " | did you mean 99000004? add the unit there, or mend the code",
        ),
        (
            {"Granskare": "Anna Berg"},
            "Granskare | Anna Berg | is not a role and a number"
            " | a role and a number, never a name: granskare 1, samordnare 1, utvecklingsledare 1",
        ),
        (
            {"Granskare": ""},
            "Granskare |  | is empty | a role and a number, never a name: granskare 1, samordnare 1, utvecklingsledare 1",
        ),
        ({"Läsår": "2020"}, "Läsår | 2020 | is not a school year | a school year such as 2020/21"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_with_file_row_column_and_mend(
    project: Path, wrong: dict[str, str], problem: str
) -> None:
    fill(form_for(project, "granskare 1"), {ONE: FULL, TWO: FULL | wrong})
    data = read(project)
    assert lines(data.problems) == [f"reviews/granskare-1-2020-21.xlsx | 3 | {problem}"]
    assert counts(data) == (1, 1, 1)
    (rejected,) = data.rejected["plan_reviews"].to_dict("records")
    assert (rejected["Skolenhet"], rejected["fil"], rejected["rad"]) == ("Tallskolan", "reviews/granskare-1-2020-21.xlsx", 3)


def test_a_plan_that_one_reviewer_has_reviewed_twice_is_told_with_both_files_and_rows(project: Path) -> None:
    fill(form_for(project, "granskare 1"), {TWO: FULL})
    fill(form_for(project, "granskare 1", "yml"), {TWO: dict.fromkeys(FULL, "Saknas")})
    data = read(project)
    row = (project / "data" / "small" / "reviews" / "granskare-1-2020-21.yml").read_text("utf-8").split("\n").index(
        f"  - Skolenhetskod: '{TWO}'"
    ) + 1  # fmt: skip
    assert lines(data.problems) == [
        f"reviews/granskare-1-2020-21.yml | {row} | Granskare | granskare 1 | makes the row a duplicate"
        " | Läsår + Skolenhetskod + Granskare must be unique; see reviews/granskare-1-2020-21.xlsx, row 3"
    ]
    assert data.tables["plan_reviews"]["promoting"].tolist() == ["missing"], "the first file's row is kept"
    assert counts(data) == (1, 1, 4)


def test_a_copy_of_a_form_comes_after_the_form(project: Path) -> None:
    path = fill(form_for(project, "granskare 1"), {ONE: FULL})
    shutil.copyfile(path, path.with_name("granskare-1-2020-21 (1).xlsx"))
    (problem,) = problems(project)
    assert problem.startswith("reviews/granskare-1-2020-21 (1).xlsx | 2 | ")
    assert problem.endswith("; see reviews/granskare-1-2020-21.xlsx, row 2")


# ---- what is wrong with a file --------------------------------------------------------------------------------------


def with_header(path: Path, before: str, after: str) -> None:
    book = openpyxl.load_workbook(path)
    next(cell for cell in book["Granskning"][1] if cell.value == before).value = after
    book.save(path)


def test_a_changed_header_rejects_the_form_and_the_others_go_on(project: Path) -> None:
    path = fill(form_for(project, "granskare 1"), {ONE: FULL, TWO: FULL})
    with_header(path, "Utvärdering", "Utvärderingen")
    fill(form_for(project, "granskare 2"), {ONE: FULL})
    data = read(project)
    assert lines(data.problems) == [
        "reviews/granskare-1-2020-21.xlsx | 1 | Utvärdering |  | is missing | add the column (did you mean Utvärderingen?)",
        "reviews/granskare-1-2020-21.xlsx | 1 | Utvärderingen |  | is not a column of this dataset"
        " | it is not read: rename it or take it away (did you mean Utvärdering?)",
    ]
    assert counts(data) == (1, 3, 2), "the whole form, also what nobody has filled in, until the header is mended"
    assert data.rejected["plan_reviews"]["Utvärderingen"].tolist() == [FULL["Utvärdering"], FULL["Utvärdering"], ""]


def test_headers_with_other_capitals_are_the_same_column_also_of_rejected_rows(project: Path) -> None:
    wrong = {ONE: FULL | {"Utvärdering": "?"}}
    fill(form_for(project, "granskare 1"), wrong)
    with_header(fill(form_for(project, "granskare 2"), wrong), "Granskare", "GRANSKARE")
    rejected = read(project).rejected["plan_reviews"]
    assert rejected["Granskare"].tolist() == ["granskare 1", "granskare 2"]
    assert "GRANSKARE" not in rejected


def test_a_column_that_the_reviewer_has_added_is_told_of_and_not_read(project: Path) -> None:
    path = fill(form_for(project, "granskare 1"), {ONE: FULL})
    book = openpyxl.load_workbook(path)
    book["Granskning"].cell(1, len(GIVEN) + len(RATED) + 1).value = "Kommentar"
    book.save(path)
    assert problems(project) == [
        "reviews/granskare-1-2020-21.xlsx | 1 | Kommentar |  | is not a column of this dataset"
        " | it is not read: rename it or take it away"
    ]


def rename_sheet(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Granskning"].title = "Granskningar"
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            rename_sheet,
            "reviews/granskare-1-2020-21.xlsx | - |  |  | has no sheet Granskning"
            " | give the sheet that holds the rows this name (did you mean Granskningar?)",
        ),
        (
            lambda path: path.write_bytes(b"PK not really"),
            "reviews/granskare-1-2020-21.xlsx | - |  |  | can't be read as an Excel file"
            " (invalid Zip archive: Could not find EOCD) | open it in Excel and save it as .xlsx again",
        ),
        (
            lambda path: path.rename(path.with_suffix(".docx")),
            "reviews/granskare-1-2020-21.docx | - |  |  | is not a form | save it as .xlsx or .yml, or take it away",
        ),
        (
            lambda path: (path.unlink(), path.with_name("norr").mkdir()),
            "reviews/norr | - |  |  | is a folder, and not looked into | put its forms in reviews/ itself",
        ),
    ],
)
def test_a_file_that_is_no_form_is_told_of(project: Path, spoil, problem: str) -> None:
    spoil(form_for(project, "granskare 1"))
    assert problems(project) == [problem]


TEXT = f"""Läsår: {YEAR}
Granskare: granskare 1
Granskning:
  - Skolenhetskod: {ONE}
""" + "".join(f"    {header}: {word}\n" for header, word in FULL.items())  # fmt: skip
KEYS = "write a key, a colon, a space and a word on each line"


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "    Utvärdering",
            "   Utvärdering",
            "11 |  |  | is not readable as YAML (expected <block end>, but found '<block mapping start>')"
            " | write as the form has it: a key, a colon, a space and a word, as far in as the lines around it",
        ),
        (
            "Granskning:",
            "Granskningar:",
            "- |  |  | has no key Granskning | write the rows under it (did you mean Granskningar?)",
        ),
        (
            TEXT.partition("Granskning:")[2],
            "\n",
            "3 | Granskning |  | has no rows | write them under it, each after a dash",
        ),
        (f"  - Skolenhetskod: {ONE}", f"  - {ONE}\n  - Skolenhetskod: {ONE}", f"4 |  |  | is not keys with words | {KEYS}"),
        (
            "    Utvärdering:",
            "    utvärdering: Saknas\n    Utvärdering:",
            "12 | Utvärdering |  | is there twice in one row | keep the one that is right",
        ),
        (
            "Granskare: granskare 1",
            "- granskare 1",
            "2 |  |  | is not readable as YAML (expected <block end>, but found '-')"
            " | write as the form has it: a key, a colon, a space and a word, as far in as the lines around it",
        ),
        (TEXT, "# nothing\n", "- |  |  | is empty | write the form anew, or take it away"),
        (TEXT, "- 1\n", f"1 |  |  | is not keys with words | {KEYS}"),
        (
            "Gruppnivå: Saknas",
            "Gruppnivå: [Saknas, Tydligt]",
            f"4 | Gruppnivå | [Saknas, Tydligt] | is not an allowed word | {SCALE}",
        ),
        ("    Gruppnivå: Saknas\n", "", "1 | Gruppnivå |  | is missing | add the column"),
    ],
)
def test_a_text_form_that_cannot_be_used_names_the_line(project: Path, before: str, after: str, problem: str) -> None:
    assert before in TEXT
    write(project / "data" / "small" / "reviews" / "a.yml", TEXT.replace(before, after))
    assert problems(project) == [f"reviews/a.yml | {problem}"]


@pytest.mark.parametrize(
    "text",
    [
        "Eleven har varit borta länge.\n",
        "- Eleven har varit borta länge.\n",
        "[Eleven har varit borta länge.]: 1\n",
        "Granskning:\n  - Eleven har varit borta länge.\n",
        "Granskning: *Eleven\n",
    ],
)
def test_what_is_written_in_place_of_a_form_is_not_repeated(project: Path, text: str) -> None:
    write(project / "data" / "small" / "reviews" / "a.yml", text)
    (problem,) = problems(project)
    assert "Eleven" not in problem


def test_the_text_form_itself_is_right(project: Path) -> None:
    write(project / "data" / "small" / "reviews" / "a.yml", TEXT)
    assert problems(project) == [] and counts(read(project)) == (1, 0, 0)


def test_what_excel_leaves_beside_an_open_form_is_nothing(project: Path) -> None:
    path = fill(form_for(project, "granskare 1"), {ONE: FULL})
    path.with_name("~$granskare-1-2020-21.xlsx").write_bytes(b"\0")
    path.with_name(".DS_Store").write_bytes(b"\0")
    assert problems(project) == []


def test_without_forms_and_file_it_is_said_where_they_may_lie(project: Path) -> None:
    assert problems(project) == [
        "elevhalsoplaner_granskning | - |  |  | is not there"
        " | put it in small/, as .csv, .xlsx, .parquet (did you mean elevhalsoplaner.csv?), or filled-in forms in reviews/"
    ]


# ---- nothing is lost ------------------------------------------------------------------------------------------------

CELL = st.sampled_from([*WORDS, "", " ", "tydligt", "Tydlig", "~", "null", "3", "[]", "ja"]) | st.text(
    "aåö;:#\"'|\u00a0 -", max_size=5
)
ROW = st.fixed_dictionaries(
    {header: CELL for header in RATED},
    optional={
        "Skolenhetskod": st.sampled_from([ONE, TWO, "99000009", ""]),
        "Granskare": st.sampled_from(["granskare 2", "Anna", ""]),
        "Läsår": st.sampled_from(["2019/20", "2020"]),
    },
)


def write_form(path: Path, rows: list[dict[str, str]]) -> None:
    """A form with any rows."""
    whole = [dict.fromkeys(GIVEN, "x") | {"Skolenhetskod": ONE, "Läsår": YEAR, "Granskare": "granskare 1"} | row for row in rows]
    if path.suffix == ".yml":
        path.write_text(yaml.safe_dump({"Granskning": whole}, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return
    book = openpyxl.Workbook()
    book.active.title = "Granskning"
    for row in [[*GIVEN, *RATED], *([row[header] for header in (*GIVEN, *RATED)] for row in whole)]:
        book.active.append([cell or None for cell in row])
    book.save(path)


def places(rows: pd.DataFrame, file: str, row: str) -> list[tuple[str, int]]:
    return list(zip(rows[file], rows[row], strict=True)) if len(rows) else []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
@given(forms=st.lists(st.tuples(st.sampled_from([".xlsx", ".yml"]), st.lists(ROW, min_size=1, max_size=4)), max_size=3))
def test_every_row_is_accepted_rejected_or_waiting_and_of_one_place(forms: list[tuple[str, list[dict[str, str]]]]) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "reviews").mkdir()
        for number, (suffix, rows) in enumerate(forms):
            write_form(Path(folder) / "reviews" / f"{number}{suffix}", rows)
        checked = check_file(PLAN_REVIEWS, Path(folder), YEAR, KnownUnits(frozenset([ONE, TWO])))
    written = [row for _, rows in forms for row in rows]
    assert len(checked.accepted) + len(checked.rejected) + len(checked.waiting) == len(written)
    is_blank = [all(row[header].strip() == "" for header in RATED) for row in written]
    assert len(checked.waiting) == sum(is_blank)
    kept = [*places(checked.rejected, "fil", "rad"), *places(checked.waiting, "file", "row")]
    assert len(set(kept)) == len(kept)
    told = {(problem.file, problem.row) for problem in checked.problems if not problem.is_absence}
    assert told == set(kept[: len(checked.rejected)])
    assert not checked.accepted.duplicated(list(PLAN_REVIEWS.key)).any()
    assert checked.accepted[list(PLAN_REVIEWS.form.filled)].notna().any(axis=1).all()


# ---- what else reads them -------------------------------------------------------------------------------------------


def test_statistics_are_computed_anew_when_a_form_is_filled_in(project: Path) -> None:
    path = form_for(project, "granskare 1")
    before = fingerprint(report_of(project), project)
    fill(path, {ONE: FULL})
    assert fingerprint(report_of(project), project) != before


def test_the_next_year_keeps_the_forms_so_that_series_go_on(project: Path) -> None:
    path = fill(form_for(project, "granskare 1"), {ONE: FULL})
    assert sqa(project, "new", "year", "small").code == 0
    copy = project / "data" / "small-2021-22" / "reviews" / path.name
    assert copy.read_bytes() == path.read_bytes()
    assert not (project / "data" / "small-2021-22" / "elevhalsoplaner_granskning.csv").exists()


def test_rejected_rows_are_written_with_their_file(project: Path) -> None:
    fill(form_for(project, "granskare 1"), {ONE: FULL, TWO: FULL | {"Skolnivå": "?"}})
    assert sqa(project, "check", "small").code == 1
    rows = pd.read_csv(project / "output" / "small" / "rejected" / "plan_reviews.csv", sep=";", encoding="utf-8-sig")
    assert rows[["Skolenhetskod", "Skolnivå", "fil", "rad", "orsak"]].values.tolist() == [
        [int(TWO), "?", "reviews/granskare-1-2020-21.xlsx", 3, f"Skolnivå: is not an allowed word ({SCALE})"]
    ]
