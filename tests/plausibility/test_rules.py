"""Each kind of rule: rows in, what is odd of them out."""

import random
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.plausibility import ODDITIES, odd
from sqa_lib.plausibility.rule import read_rules
from sqa_lib.publication import read_input, tree_of
from sqa_lib.report import load_report
from sqa_lib.sources.datasets import DATASETS
from tests.small_project import write, write_project
from tests.spec import assert_table

ABSENCE_HEAD = (
    "Läsår;Skolenhetskod;Årskurs;Kön;Elever;Schemalagda timmar;Giltig frånvaro timmar;Ogiltig frånvaro timmar;"
    "Elever med hög frånvaro"
)
UNITS = ("99000001", "99000002", "99000003", "99000004")
YEARS = ("2018/19", "2019/20", "2020/21")
GENDERS = ("Flicka", "Pojke")
Pupils = dict[tuple[str, str, str, str], float]
"""Pupils of a unit, school year, year group and gender."""


def pupils() -> Pupils:
    """Four schools of the years 4-6 with about thirty girls and thirty boys in each year group."""
    some = random.Random(1)
    return {key: some.randint(25, 35) for key in product(UNITS, YEARS, "456", GENDERS)}


def enrolment(of: Pupils) -> str:
    rows = [f"{year};{unit};{group};{gender};{n:.0f}" for (unit, year, group, gender), n in of.items()]
    return "\n".join(["Läsår;Skolenhetskod;Årskurs;Kön;Antal", *rows]) + "\n"


def absence(of: Pupils, valid: float = 0.05, invalid: float = 0.01) -> list[str]:
    """Hours that differ a little from unit to unit and year to year."""
    rows, some = [], random.Random(2)
    for (unit, year, group, gender), n in of.items():
        hours = 700 * n
        told = (hours, hours * valid * some.uniform(0.8, 1.2), hours * invalid * some.uniform(0.8, 1.2))
        cells = ";".join(f"{value:.1f}".replace(".", ",") for value in told)
        rows.append(f"{year};{unit};{group};{gender};{n:.0f};{cells};{n / 10:.0f}")
    return rows


def oddities(root: Path, pupils: str, **files: str) -> pd.DataFrame:
    write_project(root)
    write(root / "data" / "small" / "elever.csv", pupils)
    for name, text in files.items():
        write(root / "data" / "small" / f"{name}.csv", text)
    report = load_report("small", root)
    given = read_input(report, root)
    return odd(given.datasets, tree_of(report, given))


def test_nothing_is_odd_of_what_is_as_in_other_years_and_units(tmp_path: Path) -> None:
    found = oddities(tmp_path, enrolment(pupils()), franvaro="\n".join([ABSENCE_HEAD, *absence(pupils())]))
    assert found.columns.tolist() == ODDITIES
    assert found.empty


def test_a_digit_too_many_is_told_with_the_years_beside_it(tmp_path: Path) -> None:
    whole = pupils()
    whole["99000001", "2019/20", "4", "Flicka"] = 310
    before, after = (whole["99000001", year, "4", "Flicka"] for year in ("2018/19", "2020/21"))
    told = oddities(tmp_path, enrolment(whole))
    assert places(told) == {(rule, "2019/20", "99000001") for rule in ("pupils-of-a-unit", "pupils-of-a-group", "pupils-uneven")}
    group = told[told["rule"] == "pupils-of-a-group"].iloc[0]
    digit = "about ten times: a digit too many or too few?"
    assert group["told"] == f"Antal 310, but {before} in 2018/19 and {after} in 2020/21; {digit}"


def test_a_digit_too_many_is_told_in_the_only_year(tmp_path: Path) -> None:
    rows = enrolment({key: n for key, n in pupils().items() if key[1] == "2020/21"}).replace(
        "2020/21;99000002;5;Flicka;", "2020/21;99000002;5;Flicka;9"
    )
    found = oddities(tmp_path, rows)
    assert_table(found, "rule | unit | group\npupils-uneven | 99000002 | year=5;gender=girl")


def test_a_row_that_was_left_out_is_told_where_the_years_beside_have_it(tmp_path: Path) -> None:
    rows = [line for line in enrolment(pupils()).splitlines() if not line.startswith("2020/21;99000003;6;Pojke")]
    found = oddities(tmp_path, "\n".join(rows))
    assert found["rule"].tolist() == ["pupils-of-a-group-left-out"]
    assert found.loc[0, ["school_year", "unit", "group"]].tolist() == ["2020/21", "99000003", "year=6;gender=boy"]


def test_pupils_of_compulsory_school_without_a_year_group_are_told(tmp_path: Path) -> None:
    rows = enrolment(pupils()).replace("2018/19;99000004;5;Flicka", "2018/19;99000004;;Flicka")
    assert ("pupils-without-year-group", "2018/19", "99000004") in places(oddities(tmp_path, rows))


def test_a_number_that_is_missing_is_not_told_as_left_out_too(tmp_path: Path) -> None:
    rows = enrolment(pupils()).splitlines()
    place = next(number for number, line in enumerate(rows) if line.startswith("2020/21;99000003;6;Pojke"))
    rows[place] = "2020/21;99000003;6;Pojke;.."
    assert oddities(tmp_path, "\n".join(rows)).empty


def test_a_unit_without_absence_is_told_and_so_is_one_with_ten_times_as_much(tmp_path: Path) -> None:
    rows = absence(pupils())
    none = [_with(row, 6, "0") if row.startswith("2019/20;99000002") else row for row in rows]
    told = oddities(tmp_path / "none", enrolment(pupils()), franvaro="\n".join([ABSENCE_HEAD, *none]))
    assert ("absence-valid", "2019/20", "99000002") in places(told)
    many = [_with(row, 7, _times_ten(row, 7)) if row.startswith("2020/21;99000004") else row for row in rows]
    told = oddities(tmp_path / "many", enrolment(pupils()), franvaro="\n".join([ABSENCE_HEAD, *many]))
    assert ("absence-invalid", "2020/21", "99000004") in places(told)


def test_swapped_columns_are_told(tmp_path: Path) -> None:
    rows = [
        ";".join([*cells[:6], cells[7], cells[6], cells[8]]) if row.startswith("2020/21;99000001") else row
        for row in absence(pupils(), 0.08, 0.004)
        for cells in [row.split(";")]
    ]
    told = oddities(tmp_path, enrolment(pupils()), franvaro="\n".join([ABSENCE_HEAD, *rows]))
    assert ("absence-invalid-per-valid", "2020/21", "99000001") in places(told)


def test_last_years_hours_once_more_are_told(tmp_path: Path) -> None:
    rows = absence(pupils())
    before = {row.split(";", 4)[1:4].__str__(): row.split(";", 4)[4] for row in rows if row.startswith("2019/20;99000003")}
    again = [
        ";".join([*row.split(";", 4)[:4], before[row.split(";", 4)[1:4].__str__()]])
        if row.startswith("2020/21;99000003")
        else row
        for row in rows
    ]
    told = oddities(tmp_path, enrolment(pupils()), franvaro="\n".join([ABSENCE_HEAD, *again]))
    assert ("absence-repeated", "2020/21", "99000003") in places(told)


def test_pupils_of_two_datasets_are_the_same_pupils(tmp_path: Path) -> None:
    more = pupils()
    for gender in GENDERS:
        more["99000001", "2020/21", "5", gender] = 39
    told = oddities(tmp_path, enrolment(pupils()), franvaro="\n".join([ABSENCE_HEAD, *absence(more)]))
    assert set(told["rule"]) == {"absence-pupils"}
    girls, boys = (pupils()["99000001", "2020/21", "5", gender] for gender in GENDERS)
    assert_table(
        told,
        f"""
        school_year | unit     | group              | told
        2020/21     | 99000001 | year=5;gender=girl | Elever 39, but Antal {girls} in elever
        2020/21     | 99000001 | year=5;gender=boy  | Elever 39, but Antal {boys} in elever
        """,
    )


def test_what_every_unit_delivers_and_one_has_not_is_told_in_the_only_year_too(tmp_path: Path) -> None:
    one = {key: n for key, n in pupils().items() if key[1] == "2020/21"}
    rows = absence({key: n for key, n in one.items() if key[0] != "99000004"})
    told = oddities(tmp_path, enrolment(one), franvaro="\n".join([ABSENCE_HEAD, *rows]))
    assert_table(told, "rule | severity | school_year | unit | told\nabsence-not-delivered|warning|2020/21|99000004|no rows")


SURVEY_HEAD = (
    "Löpnummer;Läsår;Skolenhetskod;Årskurs;Kön;Sömn;Fysisk aktivitet;Frukost;Skollunch;Stress;Mår dåligt;"
    "Värk i nacke och axlar;Arbetsro;Trygg i skolan;Överens med lärare;Vuxen att prata med;Utsatt för kommentarer;Trivs i skolan"
)
_OFTEN = ("Alltid", "Ofta", "Ibland", "Sällan", "Aldrig")


def survey(of: dict[str, int], stress: dict[str, str] | None = None) -> str:
    """Answers of girls of year 4 in each unit; of one unit all the same to one question where `stress` says so."""
    rows, number, some = [SURVEY_HEAD], 0, random.Random(3)
    for unit, answers in of.items():
        for _ in range(answers):
            number += 1
            spread = [some.choice(_OFTEN) for _ in range(10)]
            spread[2] = (stress or {}).get(unit, spread[2])
            rows.append(f"E{number};2020/21;{unit};4;Flicka;8 timmar;Mindre än 30 minuter;{';'.join(spread)};Bra")
    return "\n".join(rows) + "\n"


def test_a_question_that_is_empty_in_a_school_year_is_told_of_and_one_that_was_never_asked_is_not(tmp_path: Path) -> None:
    """Breakfast was not asked about in 2019/20, school lunch never."""
    rows = survey(dict.fromkeys(UNITS, 25)).splitlines()
    before = [row.replace("E", "F", 1).replace("2020/21", "2019/20") for row in rows[1:]]
    without_breakfast = [
        ";".join(["" if place in (7, 8) else cell for place, cell in enumerate(row.split(";"))]) for row in before
    ]
    never = [";".join(["" if place == 8 else cell for place, cell in enumerate(row.split(";"))]) for row in rows[1:]]
    answers = "\n".join([rows[0], *without_breakfast, *never]) + "\n"
    told = oddities(tmp_path, enrolment(pupils()), elevhalsoenkat=answers)
    assert_table(
        told[told["rule"].str.endswith("-not-asked")],
        """
        rule                              | severity | school_year | unit | told
        health-survey-breakfast-not-asked | warning  | 2019/20     |      | Frukost is empty in all 100 rows
        """,
    )


def test_more_answers_than_pupils_can_not_be(tmp_path: Path) -> None:
    all_of_year_4 = sum(pupils()["99000001", "2020/21", "4", gender] for gender in GENDERS)
    told = oddities(tmp_path, enrolment(pupils()), elevhalsoenkat=survey({"99000001": 90, "99000002": 25}))
    assert_table(
        told[told["severity"] == "error"],
        """
        rule                | school_year | unit     | group  | told
        survey-above-pupils | 2020/21     | 99000001 | year=4 | rows 90, but Antal 62 in elever
        """.replace("62", f"{all_of_year_4:.0f}"),
    )


def test_one_answer_for_all_is_told(tmp_path: Path) -> None:
    answers = survey(dict.fromkeys(UNITS, 25), {"99000002": "Aldrig"})
    told = oddities(tmp_path, enrolment(pupils()), elevhalsoenkat=answers)
    assert places(told) == {("survey-spread", "2020/21", "99000002")}
    assert told.loc[0, "told"].startswith("Stress: 25 of 25 say")


def test_a_list_that_was_delivered_twice_is_told(tmp_path: Path) -> None:
    rows = survey(dict.fromkeys(UNITS, 25)).splitlines()
    again = [row.replace("E", "F", 1) for row in rows if ";99000003;" in row]
    told = oddities(tmp_path, enrolment(pupils()), elevhalsoenkat="\n".join([*rows, *again]))
    assert ("survey-twice", "2020/21", "99000003") in places(told)


def places(found: pd.DataFrame) -> set[tuple[str, str, str]]:
    return set(found[["rule", "school_year", "unit"]].itertuples(index=False, name=None))


def _with(row: str, column: int, cell: str) -> str:
    cells = row.split(";")
    return ";".join([*cells[:column], cell, *cells[column + 1 :]])


def _times_ten(row: str, column: int) -> str:
    return row.split(";")[column].replace(",", "")


@pytest.mark.parametrize("rule", read_rules(), ids=lambda rule: rule.name)
def test_a_rule_speaks_of_datasets_and_columns_that_there_are_and_says_why(rule) -> None:
    dataset = DATASETS[rule.dataset]
    columns = [
        column
        for column in (rule.of, *rule.by, *rule.where, *getattr(rule, "columns", ()), getattr(rule, "column", ""))
        if column
    ]
    assert {column.name for column in dataset.columns} >= set(columns)
    for other, of in (("whole", "whole_of"), ("per_dataset", "per")):
        if name := getattr(rule, other, ""):
            assert getattr(rule, of) in {column.name for column in DATASETS[name].columns}
    assert len(rule.reason) > 20


def test_no_two_rules_have_the_same_name() -> None:
    names = [rule.name for rule in read_rules()]
    assert len(set(names)) == len(names)
