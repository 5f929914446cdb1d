"""Skolverket's tables per municipality: each recognised by its own title and heads, and what is wrong with one told by row and
column."""

import csv
import io
import random
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from sqa_lib.metrics.country import country_of
from sqa_lib.sources.problems import SourceError
from sqa_lib.sources.skolverket.export import read_export
from sqa_lib.sources.skolverket.family import families
from sqa_lib.sources.skolverket.national import read_national
from sqa_lib.sources.skolverket.table import Table, read_table
from tests.spec import assert_table

REAL = Path(__file__).parents[3] / "shared" / "reference" / "skolverket"
LETTERHEAD = "\ufeffStatistik från Skolverket, https://www.skolverket.se\n\n"
KEYS = "Kommun;Kommun-kod;Län;Läns-kod;Typ av huvudman"
ELIGIBLE = "Andel (%) elever behöriga till yrkesprog."
HEADS = (
    *KEYS.split(";"), "Kön", "Antal elever", ELIGIBLE, "Andel elever (%) behöriga till estetiskt program",
    "Andel elever (%) behöriga till Ekonomi-, humanistiska och samhällsvetenskaps- program",
    "Andel elever (%) behöriga till Naturvetenskapligt och tekniskt program",
)  # fmt: skip
ELIGIBILITY = f"""{LETTERHEAD}Grundskola - Behörighet till gymnasieskolan, fr.o.m. 2011
Valt läsår: 2022/23

{";".join(HEADS)};
Åby;0780;Kronobergs län;07;Kommunal;Flickor;1\u2009234;83,2;~100;80,8;..;
Åby;0780;Kronobergs län;07;Kommunal;Samtliga;2\u00a0468;81,6;79,0;.;77,6;

Rapportbeskrivning och definitioner etc.
Antal elever;Antal elever som har avslutat årskurs 9.;
"""
SUBJECTS = f"""{LETTERHEAD}Grundskola - Jämförelse av ämnesbetyg över tid
Valt läsår: 2022/23

{KEYS};Andel (%) elever som fått godkänt betyg i respektive ämne;2022/23;2021/22;
Åby;0780;Kronobergs län;07;Kommunal;Matematik;90,1;89,0;
Åby;0780;Kronobergs län;07;Kommunal;Svenska som andraspråk;..;55,5;
"""
TESTS = f"""{LETTERHEAD}Grundskola - Resultat nationella prov årskurs 9, provbetyg per kön - Engelska, Matematik
Valt läsår: 2022/23

;;;;;;Andel (%) med provbetyg A-E;Andel (%) med provbetyg A-E;Genomsnittlig betygspoäng;Genomsnittlig betygspoäng;
{KEYS};Ämne;Totalt;Flickor;Totalt;Flickor;
Åby;0780;Kronobergs län;07;Samtliga;Engelska;98,1;~100;15,7;15,5;
"""

PUPILS = f"""{LETTERHEAD}Grundskola - Antal elever per årskurs
Valt läsår: 2020/21

{KEYS};Elever, årskurs 1-9;
Åby;0780;Kronobergs län;07;Kommunal;99;
"""


def table_of(folder: Path, text: str, name: str = "table.csv") -> Table:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_table(read_export(path))


def problems(table: Table) -> list[str]:
    return [str(problem) for problem in table.problems]


def test_a_table_with_genders_as_rows(tmp_path: Path) -> None:
    table = table_of(tmp_path, ELIGIBILITY)
    assert set(table.values["municipality"] + table.values["municipality_code"] + table.values["authority_type"]) == {
        "Åby0780municipal"
    }
    assert_table(
        table.values,
        """
        measure                          | school_year | codes       | value | mark
        leaving_pupils                   | 2022/23     | gender=girl | 1234  |
        target1_eligible_upper_secondary | 2022/23     | gender=girl | 83.2  |
        eligible_arts                    | 2022/23     | gender=girl |       | ~100
        eligible_social_sciences         | 2022/23     | gender=girl | 80.8  |
        eligible_natural_sciences        | 2022/23     | gender=girl |       | ..
        leaving_pupils                   | 2022/23     |             | 2468  |
        target1_eligible_upper_secondary | 2022/23     |             | 81.6  |
        eligible_arts                    | 2022/23     |             | 79    |
        eligible_social_sciences         | 2022/23     |             |       | .
        eligible_natural_sciences        | 2022/23     |             | 77.6  |
        """,
    )
    assert (table.read, table.rejected, problems(table)) == (2, 0, [])


def test_a_table_with_school_years_as_columns(tmp_path: Path) -> None:
    assert_table(
        table_of(tmp_path, SUBJECTS).values,
        """
        measure              | school_year | codes                         | value | mark
        subject_passed_year9 | 2022/23     | school_subject=mathematics    | 90.1  |
        subject_passed_year9 | 2021/22     | school_subject=mathematics    | 89    |
        subject_passed_year9 | 2022/23     | school_subject=swedish_second |       | ..
        subject_passed_year9 | 2021/22     | school_subject=swedish_second | 55.5  |
        """,
    )


def test_a_table_with_a_head_of_two_lines_and_columns_that_are_not_there(tmp_path: Path) -> None:
    table = table_of(tmp_path, TESTS)
    assert_table(
        table.values,
        """
        authority_type | measure           | codes                              | value | mark
        all            | test_passed_year9 | school_subject=english             | 98.1  |
        all            | test_passed_year9 | gender=girl;school_subject=english |       | ~100
        all            | test_points_year9 | school_subject=english             | 15.7  |
        all            | test_points_year9 | gender=girl;school_subject=english | 15.5  |
        """,
    )
    assert problems(table) == [
        "table.csv, row 7, column Antal elever med provbetyg A-F: is a column that the file lacks; "
        "export it again with that column; the others are read",
        "table.csv, row 7, column Andel (%) elever som deltagit: is a column that the file lacks; "
        "export it again with that column; the others are read",
    ]


def test_merged_heads_of_a_workbook(tmp_path: Path) -> None:
    """In a workbook the upper head stands once over its columns, and blank lines stand above."""
    book = Workbook()
    sheet = book.active
    measures = ["Antal elever", "Andel (%) elever som fått godkänt betyg i alla ämnen"]
    for row in (
        [], [], ["Grundskola - Betyg årskurs 6, andel som fått godkänt betyg (A-E), per kön"], ["Valt läsår: 2022/23"], [],
        ["", "", "", "", "", "Flickor", "", "Pojkar", ""],
        [*KEYS.split(";"), *measures, *(f"{name} " for name in measures)],
        ["Åby", "0780", "Kronobergs län", "07", "Kommunal", 10.0, 82.5, "..", "..."],
    ):  # fmt: skip
        sheet.append(row)
    path = tmp_path / "whatever it is called.xlsx"
    book.save(path)
    assert_table(
        read_table(read_export(path)).values,
        """
        measure                    | codes       | value | mark
        graded_pupils_year6        | gender=girl | 10    |
        target1_all_subjects_year6 | gender=girl | 82.5  |
        graded_pupils_year6        | gender=boy  |       | ..
        target1_all_subjects_year6 | gender=boy  |       | ...
        """,
    )


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("Grundskola - Behörighet", "Grundskola - Behörigheten", 'the nearest table that is known is "Grundskola - Behörighet'),
        ("Valt läsår: 2022/23", "", "does not say its school year; export it again with its first lines"),
        ("Kommun-kod", "Kommunnummer", "lacks the columns Kommun and Kommun-kod of the table on behörighet"),
        (";Kön", ";Könet", "row 6: lacks the column Kön; export it again with that column; did you mean Könet?"),
        (";Antal elever;", f";{ELIGIBLE};", f"row 6, column {ELIGIBLE}: is the head of two columns"),
    ],
)
def test_a_table_that_cant_be_used(wrong: str, right: str, message: str, tmp_path: Path) -> None:
    assert wrong in ELIGIBILITY
    with pytest.raises(SourceError) as error:
        table_of(tmp_path, ELIGIBILITY.replace(wrong, right, 1))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "right", "message", "rejected"),
    [
        ("Åby;0780", "Åby;780", "row 7, column Kommun-kod: '780' has lost its leading zero; it is read as 0780", 0),
        ("Kommunal;Flickor", "Kommunen;Flickor", "row 7, column Typ av huvudman: 'Kommunen' is no kind of authority", 1),
        ("Flickor", "Tjejer", "row 7, column Kön: 'Tjejer' is not a known word; name it in eligibility.yml", 1),
        ("83,2", "83.2", f"row 7, column {ELIGIBLE}: '83.2' is neither a number nor a mark", 0),
        ("Kommunal;Samtliga", "Kommunal;Flickor", "row 8, column Antal elever: '2 468' is told twice; the first is read", 0),
        (";Antal elever;", ";Antal barn;", "row 6, column Antal barn: is a column that is not known; its values are left out", 0),
    ],
)
def test_what_is_wrong_in_a_table_is_told_and_the_rest_is_read(
    wrong: str, right: str, message: str, rejected: int, tmp_path: Path
) -> None:
    table = table_of(tmp_path, ELIGIBILITY.replace(wrong, right, 1))
    assert any(message in problem for problem in problems(table)), problems(table)
    assert (table.read, table.rejected) == (2, rejected)
    assert len(table.values) >= 5


def test_a_table_that_was_cut_off_says_where(tmp_path: Path) -> None:
    cut = ELIGIBILITY[: ELIGIBILITY.index("2\u00a0468")]
    table = table_of(tmp_path, cut)
    assert "row 8: has fewer cells than the head; the file is cut off there: download it again" in problems(table)[0]
    assert (table.read, table.rejected) == (2, 1)


def test_heads_that_are_repeated_and_blank_lines_are_no_rows(tmp_path: Path) -> None:
    head = next(line for line in ELIGIBILITY.splitlines() if line.startswith("Kommun;"))
    second = "Åby;0780;Kronobergs län;07;Kommunal;Samtliga"
    assert table_of(tmp_path, ELIGIBILITY.replace(second, f"\n{head}\n{second}")).values.equals(
        table_of(tmp_path, ELIGIBILITY).values
    )


def test_the_same_table_twice_is_refused_and_so_are_tables_without_the_national_file(tmp_path: Path, underlag_file) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(ELIGIBILITY, encoding="utf-8")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    with pytest.raises(SourceError, match=r"b.csv: is the same table of the same year as a.csv \(2022/23\)"):
        read_national([underlag_file(), *paths])
    with pytest.raises(SourceError, match=r"a.csv: has no national file beside it; add .Underlag för analys"):
        read_national(paths[:1])


def test_a_municipality_is_found_by_its_name_and_one_that_is_missing_is_told(tmp_path: Path, underlag_file) -> None:
    other = ELIGIBILITY.replace(
        "\nÅby;0780;Kronobergs län;07;Kommunal;Samtliga", "\nÖby;0781;Kronobergs län;07;Kommunal;Samtliga"
    )
    (tmp_path / "a.csv").write_text(other, encoding="utf-8")
    national = read_national([underlag_file(), tmp_path / "a.csv"])
    own = national.values[(national.values["school_year"] == "2022/23") & (national.values["measure"] == "leaving_pupils")]
    assert own[["organisation_number", "codes", "value"]].values.tolist()[0] == ["2120009901", "gender=girl", 1234.0]
    assert "'Öby' is a municipality that the national file does not have" in " ".join(
        f"{row.value!r} {row.problem}" for row in national.problems.itertuples()
    )
    assert not national.is_faulty


def test_files_that_contradict_each_other_are_told_of_the_authority_that_it_is_about(tmp_path: Path, underlag_file) -> None:
    """The national file's value is read; another authority's report says nothing of it."""
    (tmp_path / "a.csv").write_text(PUPILS, encoding="utf-8")
    country = country_of([underlag_file(), tmp_path / "a.csv"], tmp_path / "output")
    own, other = (country.input_of(number).problems for number in ("2120009901", "9900000201"))
    told = "has another value in a second file for 2020/21: Åby kommun"
    assert own[own["problem"] == told]["value"].to_list() == ["pupils"]
    assert told not in other["problem"].to_list() and len(other) == len(own) - 1
    assert not country.input_of("2120009901").is_faulty
    assert country.values(["2120009901"]).query("measure == 'pupils' and unit == '' and codes == ''")["value"].to_list() == [10.0]


# ---- Skolverket's own files -----------------------------------------------------------------------------------------

FILES = sorted(path for path in REAL.glob("*") if path.suffix in (".csv", ".xlsx") and not path.name.startswith("Underlag"))


@pytest.mark.skipif(not FILES, reason="Skolverket's files are not kept here (../shared/reference/skolverket)")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:60])
def test_a_real_file_is_read_whole(path: Path) -> None:
    """By code of the test's own: as many cells, and a hundred drawn at random are the file's."""
    table = read_table(read_export(path))
    assert problems(table) == [] and table.rejected == 0
    rows = _rows(path)
    data = [row for row in rows if len(row) > 5 and row[1].isdigit()]
    head = next(row for row in rows if row[:1] == ["Kommun"])
    keys = sum(1 for texts in table.family.keys.values() if set(texts) & set(head))
    filled = [(row, at) for row in data for at in range(keys, len(row)) if row[at]]
    assert (table.read, len(table.values)) == (len(data), len(filled))
    cells = table.values.to_dict("records")
    for at in random.Random(7).sample(range(len(cells)), 100):
        row, column = filled[at]
        said = row[column].replace("\u00a0", "").replace("\u2009", "").replace(" ", "").replace(",", ".")
        assert (cells[at]["municipality"], cells[at]["municipality_code"]) == (row[0], row[1])
        assert cells[at]["mark"] == said if cells[at]["mark"] else cells[at]["value"] == float(said)


def _rows(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_every_family_is_recognised_by_its_own_title() -> None:
    assert len({family.title for family in families()}) == len(families()) == 8
