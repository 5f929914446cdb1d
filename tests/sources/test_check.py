"""Checking a report's input: what is accepted is typed, what is not is told of, and nothing is lost in between."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from source_samples import UNIT, csv_text, example

from sqa_lib.report import load_report
from sqa_lib.school_years import is_school_year
from sqa_lib.sources.check import Checked, check_cells, check_file, load
from sqa_lib.sources.datasets import DATASETS, HEALTH_CASES, NETWORKS, SCHOOL_UNITS
from sqa_lib.sources.files import RawTable, read_cells
from sqa_lib.sources.problems import Problem
from sqa_lib.sources.rules import KnownUnits, bounds
from sqa_lib.sources.schemas import schema_of

YEAR = "2020/21"
GOOD = "2020/21;99000001;4;Flicka;12\n"
HEADER = "Läsår;Skolenhetskod;Årskurs;Kön;Antal\n"


def check(folder: Path, dataset: str = "enrolment") -> Checked:
    """One dataset of a folder, among units that are known."""
    units = None if dataset == "school_units" else KnownUnits(frozenset([UNIT]))
    return check_file(DATASETS[dataset], folder, YEAR, units)


def lines(problems: list[Problem]) -> list[str]:
    """Problems a line each: row | column | value | problem | allowed."""
    return [f"{p.row or '-'} | {p.column} | {p.value} | {p.problem} | {p.allowed}" for p in problems]


def counts(checked: Checked) -> tuple[int, ...]:
    """Rows read, accepted and rejected."""
    return checked.counts[2:]


def enrolment(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "elever.csv").write_text(text, encoding=encoding)
    return folder


def test_good_rows_are_all_accepted(folder):
    found = load(folder, YEAR)
    assert found.problems.empty
    assert found.rejected == {}
    assert list(found.tables) == list(DATASETS)
    assert found.summary[["read", "accepted", "rejected"]].values.tolist() == [[1, 1, 0]] * len(DATASETS)
    for name, table in found.tables.items():
        schema_of(DATASETS[name]).validate(table)


def test_the_typed_table(folder):
    enrolment(folder, HEADER + "2020/21; 99000001 ;4;FLICKA;1\u00a0234\n2020/21;99000001;;Pojke;..\n2020/21;99000001;9;pojke;7\n")
    expected = pd.DataFrame(
        {
            "school_year": pd.Series([YEAR] * 3, dtype="str"),
            "unit": pd.Series([UNIT] * 3, dtype="str"),
            "year": pd.Categorical(["4", None, "9"], categories=["F", *"123456789"], ordered=True),
            "gender": pd.Categorical(["girl", "boy", "boy"], categories=["girl", "boy"], ordered=True),
            "pupils": pd.array([1234, None, 7], dtype="Int64"),
            "pupils_mark": pd.Series(["", "..", ""], dtype="str"),
        }
    )
    checked = check(folder)
    is_whole = expected["pupils_mark"] == ""
    pd.testing.assert_frame_equal(checked.accepted, expected[is_whole].reset_index(drop=True))
    pd.testing.assert_frame_equal(checked.incomplete, expected[~is_whole].reset_index(drop=True))


@pytest.mark.parametrize("mark", [".", "..", "...", "-", "~100", "…", "–"])
def test_a_mark_is_a_missing_value_with_its_reason_and_the_row_is_counted_nowhere(folder, mark):
    checked = check(enrolment(folder, HEADER + f"2020/21;99000001;4;Flicka;{mark}\n2020/21;99000001;5;Flicka;7\n"))
    assert checked.incomplete["pupils"].isna().all()
    assert checked.incomplete["pupils_mark"].tolist() == [{"…": "...", "–": "-"}.get(mark, mark)]
    assert checked.accepted["pupils"].to_list() == [7]
    assert checked.counts[2:] == (2, 2, 0)
    (told,) = checked.problems
    assert (told.row, told.column, told.value, told.is_absence) == (2, "Antal", mark, True)


def read_raw(text: str) -> RawTable:
    """A raw table of a text, through a real file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return read_cells(path)


BAD_ROWS = [
    ("2020/21;99000001;4;Flikca;12", "Kön | Flikca | is not an allowed word | did you mean Flicka? one of: Flicka, Pojke"),
    (
        "2020/21;99000001;10;Flicka;12",
        "Årskurs | 10 | is not an allowed word | did you mean 1? one of: F, 1, 2, 3, 4, 5, 6, 7, 8, 9",
    ),
    ("2020/21;99000001;4;;12", "Kön |  | is empty | one of: Flicka, Pojke"),
    (
        "2020/21;99000001;5;Flicka;tolv",
        "Antal | tolv | is not a whole number | a number from 0, such as 1 234, or a mark: . .. ... - ~100",
    ),
    ("2020/21;99000001;5;Flicka;-3", "Antal | -3 | is less than 0 | a number from 0, such as 1 234, or a mark: . .. ... - ~100"),
    ("2020/21;99000001;5;Flicka;", "Antal |  | is empty | a number from 0, such as 1 234, or a mark: . .. ... - ~100"),
    ("2020/22;99000001;4;Flicka;12", "Läsår | 2020/22 | is not a school year | a school year such as 2020/21"),
    (
        "2020/21;99000010;4;Flicka;12",
        "Skolenhetskod | 99000010 | is not among the school units | did you mean 99000001? add the unit there, or mend the code",
    ),
    (
        "2020/21;12;4;Flicka;12",
        "Skolenhetskod | 12 | is not among the school units | add the unit there, or mend the code",
    ),
    (
        "2020/21;99000001;4;Flicka;12;3",
        " |  | has 6 cells | the header has 5; a cell that holds a semicolon needs quotation marks",
    ),
    (
        GOOD.strip(),
        "Kön | Flicka | makes the row a duplicate | Läsår + Skolenhetskod + Årskurs + Kön must be unique; see row 2",
    ),
]


@pytest.mark.parametrize(("row", "problem"), BAD_ROWS, ids=[row for row, _ in BAD_ROWS])
def test_a_bad_row_is_rejected_with_its_reason(folder, row, problem):
    enrolment(folder, HEADER + GOOD + row + "\n")
    checked = check(folder)
    assert lines(checked.problems) == [f"3 | {problem}"]
    assert counts(checked) == (2, 1, 1)


def test_a_row_with_several_problems_is_rejected_once_and_lists_them_all(folder):
    enrolment(folder, HEADER + GOOD + "2020/21;1;x;;y\n")
    rejected = check(folder).rejected
    assert rejected.drop(columns="orsak").values.tolist() == [["2020/21", "1", "x", "", "y", 3]]
    assert [reason.partition(" (")[0] for reason in rejected["orsak"][0].split("; ")] == [
        "Årskurs: is not an allowed word",
        "Kön: is empty",
        "Antal: is not a whole number",
        "Skolenhetskod: is not among the school units",
    ]


def test_an_unreadable_key_is_not_a_duplicate(folder):
    enrolment(folder, HEADER + "2020/21;99000001;x;Flicka;1\n2020/21;99000001;;Flicka;2\n")
    assert [line.split(" | ")[:3] for line in lines(check(folder).problems)] == [["2", "Årskurs", "x"]]


def test_a_duplicate_id(folder):
    (folder / "nyanlanda.csv").write_text(csv_text(DATASETS["newly_arrived"], {}, {"row_id": "B"}, {"row_id": "A1"}), "utf-8")
    assert lines(check(folder, "newly_arrived").problems) == [
        "4 | Löpnummer | A1 | makes the row a duplicate | Löpnummer must be unique; see row 2"
    ]


def test_two_rows_of_a_unit(folder):
    (folder / "skolenheter.csv").write_text(csv_text(SCHOOL_UNITS, {}, {"unit_name": "annan"}), "utf-8")
    assert lines(check(folder, "school_units").problems) == [
        "3 | Första läsår | 2010/11 | makes the row a duplicate | Skolenhetskod + Första läsår must be unique; see row 2"
    ]
    assert counts(check(folder)) == (1, 1, 0), "the unit is known by its first row"


def test_a_unit_code_that_excel_has_shortened(folder):
    (folder / "skolenheter.csv").write_text(csv_text(SCHOOL_UNITS, {}, {"unit": "1234567"}), "utf-8")
    assert lines(check(folder, "school_units").problems) == [
        "3 | Skolenhetskod | 1234567 | is not a school unit code | a code of eight digits"
    ]


def test_an_area_with_two_names(folder):
    (folder / "skolenheter.csv").write_text(csv_text(SCHOOL_UNITS, {}, {"unit": "99000002", "area_name": "annat"}), "utf-8")
    assert lines(check(folder, "school_units").problems) == [
        "3 | Områdesnamn | annat | is another name than the area has above | area HÖB is text"
    ]


def test_a_unit_whose_own_row_was_rejected(folder):
    (folder / "skolenheter.csv").write_text(csv_text(SCHOOL_UNITS, {}, {"unit": "99000002", "area": ""}), "utf-8")
    enrolment(folder, HEADER + GOOD + GOOD.replace("99000001", "99000002"))
    problems = load(folder, YEAR).problems
    assert problems[problems["file"] == "elever.csv"].values.tolist() == [
        ["elever.csv", 3, "Skolenhetskod", "99000002", "is a unit whose own row was rejected", "mend that row first"]
    ]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"received": "2020-08-01", "closed": ""}, None),
        ({"received": "2021-07-31", "closed": "2021-12-01"}, None),
        (
            {"received": "2020-07-31", "closed": ""},
            "Inkommet | 2020-07-31 | is outside the school year 2020/21 | a date from 2020-08-01 to 2021-07-31",
        ),
        (
            {"received": "2021-08-01", "closed": ""},
            "Inkommet | 2021-08-01 | is outside the school year 2020/21 | a date from 2020-08-01 to 2021-07-31",
        ),
        (
            {"school_year": "2019/20", "received": "2020-09-01", "closed": ""},
            "Inkommet | 2020-09-01 | is outside the school year 2019/20 | a date from 2019-08-01 to 2020-07-31",
        ),
        ({"received": "2020-09-14", "closed": "2020-09-13"}, "Avslutat | 2020-09-13 | is before Inkommet | 2020-09-14 or later"),
        ({"received": "14 september", "closed": ""}, "Inkommet | 14 september | is not a date | a date such as 2020-09-14"),
    ],
)
def test_dates_belong_to_the_school_year_of_their_row(folder, cells, problem):
    (folder / "elevhalsoarenden.csv").write_text(csv_text(HEALTH_CASES, {}, {"row_id": "B", **cells}), "utf-8")
    assert lines(check(folder, "health_cases").problems) == ([f"3 | {problem}"] if problem else [])


def test_a_part_is_not_above_its_whole(folder):
    rows = [{"invited": "20", "attended": "20"}, {"held": "2020-11-02", "invited": "20", "attended": "21"}]
    (folder / "professionsnatverk.csv").write_text(csv_text(NETWORKS, *rows), "utf-8")
    checked = check(folder, "networks")
    assert lines(checked.problems) == ["3 | Deltagare | 21 | is more than Inbjudna | at most 20"]
    assert (len(checked.accepted), len(checked.rejected)) == (1, 1)


def test_several_codes_in_a_cell(folder):
    rows = [
        {"case_types": "språkstörning|Psykisk ohälsa", "professions": ""},
        {"row_id": "B", "case_types": "Språkstörning|Psykisk"},
    ]
    (folder / "elevhalsoarenden.csv").write_text(csv_text(HEALTH_CASES, *rows), "utf-8")
    checked = check(folder, "health_cases")
    assert checked.accepted[["case_types", "professions"]].values.tolist() == [[("language_disorder", "mental_health"), ()]]
    assert lines(checked.problems)[0].startswith(
        "3 | Ärendetyper | Språkstörning|Psykisk | is not an allowed word"
        " | did you mean Psykisk ohälsa? one or more, parted by |: "
    )


def test_a_missing_dataset_is_a_problem_and_the_rest_goes_on(folder):
    before = load(folder, YEAR)
    (folder / "elever.csv").unlink()
    found = load(folder, YEAR)
    where = f"put it in {folder.name}/, as .csv, .xlsx, .parquet"
    assert found.problems.drop(columns="row").values.tolist() == [["elever", "", "", "is not there", where]]
    assert found.tables["enrolment"].empty
    assert found.tables["enrolment"].dtypes.equals(before.tables["enrolment"].dtypes)
    assert len(found.tables["absence"]) == 1


def test_without_school_units_nothing_can_be_checked(folder):
    (folder / "skolenheter.csv").unlink()
    found = load(folder, YEAR)
    of_units = [dataset.name for dataset in DATASETS.values() if any(column.kind == "unit" for column in dataset.columns)]
    assert found.summary.query("rejected > 0")["dataset"].tolist() == list(found.rejected) == of_units
    assert found.problems["problem"].tolist() == ["is not there"] + ["can't be checked: there are no school units"] * len(
        of_units
    )


def test_an_unreadable_workbook(folder):
    (folder / "elever.csv").unlink()
    (folder / "elever.xlsx").write_bytes(b"PK not really")
    (problem,) = lines(check(folder).problems)
    assert problem.startswith("- |  |  | can't be read as an Excel file (")
    assert problem.endswith(" | open it in Excel and save it as .xlsx again")


def test_a_wrong_delimiter(folder):
    enrolment(folder, (HEADER + GOOD).replace(";", ","))
    assert lines(check(folder).problems) == [
        f"1 |  | {HEADER.strip().replace(';', ',')} | has commas between its columns | save it with semicolons (;)"
    ]


def test_a_column_that_is_not_required_may_be_missing(folder):
    """As if its cells were empty."""
    assert not HEALTH_CASES.column("professions").is_required
    header, row = csv_text(HEALTH_CASES, {}).splitlines()
    kept = [i for i, name in enumerate(header.split(";")) if name not in ("Professioner", "Kön")]
    without = "\n".join(";".join(line.split(";")[i] for i in kept) for line in (header, row))
    (folder / "elevhalsoarenden.csv").write_text(without, encoding="utf-8")
    checked = check(folder, "health_cases")
    assert (lines(checked.problems), counts(checked)) == ([], (1, 1, 0))
    assert checked.accepted["gender"].isna().all()
    assert checked.accepted["professions"].tolist() == [()]


def test_one_that_is_misspelt_is_told_of_and_its_rows_are_used(folder):
    (folder / "elevhalsoarenden.csv").write_text(
        csv_text(HEALTH_CASES, {}).replace("Professioner", "Profesioner"), encoding="utf-8"
    )
    checked = check(folder, "health_cases")
    assert counts(checked) == (1, 1, 0)
    assert lines(checked.problems) == [
        "1 | Profesioner |  | is not a column of this dataset"
        " | it is not read: rename it or take it away (did you mean Professioner?)"
    ]


def test_only_the_datasets_that_are_named_are_looked_for(folder):
    for path in folder.glob("*.csv"):
        if path.stem not in ("skolenheter", "elever"):
            path.unlink()
    found = load(folder, YEAR, ("school_units", "enrolment"))
    assert found.problems.empty
    assert list(found.tables) == ["school_units", "enrolment"]
    assert len(load(folder, YEAR).problems) == len(DATASETS) - 2


def test_a_missing_and_an_unknown_column(folder):
    enrolment(folder, (HEADER + GOOD).replace("Antal", "Antel"))
    assert lines(check(folder).problems) == [
        "1 | Antal |  | is missing | add the column (did you mean Antel?)",
        "1 | Antel |  | is not a column of this dataset | it is not read: rename it or take it away (did you mean Antal?)",
    ]
    assert counts(check(folder)) == (1, 0, 1)


def test_an_unknown_column_does_not_stop_the_rest(folder):
    enrolment(folder, HEADER.strip() + ";Anm\n" + GOOD.strip() + ";x\n")
    assert lines(check(folder).problems) == [
        "1 | Anm |  | is not a column of this dataset | it is not read: rename it or take it away"
    ]
    assert counts(check(folder)) == (1, 1, 0)


def test_headers_are_matched_without_regard_to_case_and_order(folder):
    enrolment(folder, "ANTAL;kön;Årskurs; Läsår ;skolenhetskod\n12;Flicka;4;2020/21;99000001\n")
    assert counts(check(folder)) == (1, 1, 0)


def test_an_empty_dataset(folder):
    enrolment(folder, HEADER)
    assert lines(check(folder).problems) == [
        "- |  |  | has no rows under its header | export Barn och elever again, or take the file away"
    ]


def test_a_dataset_without_the_report_s_year(folder):
    enrolment(folder, HEADER + GOOD.replace("2020/21", "2018/19"))
    mend = "add the rows of 2020/21, or take the section that needs them out of the report"
    assert lines(check(folder).problems) == [f"- | Läsår |  | has no accepted rows for 2020/21 | {mend}"]


def test_windows_1252_and_bom_read_alike(folder):
    text = csv_text(SCHOOL_UNITS, {"unit_name": "Årsängsskolan"})
    tables = []
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        (folder / "skolenheter.csv").write_text(text, encoding=encoding)
        tables.append(check(folder, "school_units").accepted)
    assert tables[0]["unit_name"].tolist() == ["Årsängsskolan"]
    for other in tables[1:]:
        pd.testing.assert_frame_equal(other, tables[0])


def test_xlsx_and_csv_give_the_same_table(folder):
    expected = check(folder).accepted
    workbook = Workbook()
    workbook.active.append(HEADER.strip().split(";"))
    workbook.active.append(["2020/21", int(UNIT), "F", "Flicka", 12])
    workbook.save(folder / "elever.xlsx")
    (folder / "elever.csv").unlink()
    checked = check(folder)
    is_whole = expected["pupils_mark"] == ""
    pd.testing.assert_frame_equal(checked.accepted, expected[is_whole].reset_index(drop=True))
    pd.testing.assert_frame_equal(checked.incomplete, expected[~is_whole].reset_index(drop=True))


CELL = st.sampled_from(["2020/21", UNIT, "4", "F", "Flicka", "12", "..", "", "2020-09-14", "Ja"]) | st.text(
    string.printable + "åäö;\"'\u00a0", max_size=6
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(
    dataset=st.sampled_from(list(DATASETS.values())),
    spoilt=st.lists(st.dictionaries(st.integers(0, 8), CELL, max_size=3), max_size=8),
    shifted=st.lists(st.lists(CELL, min_size=1, max_size=8), max_size=2),
)
def test_read_is_accepted_plus_rejected_and_nothing_is_lost(dataset, spoilt, shifted):
    good = [example(column) for column in dataset.columns]
    rows = [[cells.get(i, cell) for i, cell in enumerate(good)] for cells in spoilt] + shifted
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in [[c.header for c in dataset.columns], *rows]]
    raw = read_raw("".join(";".join(row) + "\r\n" for row in quoted))
    checked = check_cells(dataset, [raw], YEAR, None if dataset is SCHOOL_UNITS else KnownUnits(frozenset([UNIT])))
    filled = [number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert raw.cells.index.tolist() == filled
    assert sum(map(len, (checked.accepted, checked.incomplete, checked.rejected, checked.waiting))) == len(filled)
    assert set(checked.rejected["rad"]) == {p.row for p in checked.problems if p.row and p.row > 1 and not p.is_absence}
    assert checked.rejected[raw.cells.columns].values.tolist() == raw.cells.loc[checked.rejected["rad"]].values.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2020/21", True), ("1999/00", True), ("2020/22", False), ("2020/2021", False), ("2020-21", False), ("", False)],
)
def test_school_years(text, expected):
    assert is_school_year(text) is expected


def test_a_school_year_has_365_or_366_days():
    assert [(last - first).days + 1 for first, last in map(bounds, ("2019/20", "2020/21"))] == [366, 365]


@pytest.mark.parametrize("name", ["lulea-2020-21", "stockholm-2024-25"])
def test_the_demo_data_is_accepted_whole(name: str):
    root = Path(__file__).parents[2]
    report = load_report(name, root)
    found = load(root / report.data, report.school_year, report.datasets)
    assert found.problems.empty
    assert (found.summary["read"] > 0).all()
    assert found.rejected == {}
