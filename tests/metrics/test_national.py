"""Skolverket's values: taken as they are, with their marks, beside what they can be compared with."""

from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.demo.authorities import Authority as Invented
from sqa_lib.demo.authorities import Unit as School
from sqa_lib.demo.skolverket import write
from sqa_lib.metrics.country import Country, country_of, peers_of
from sqa_lib.metrics.national import national_definitions, national_statistics, national_tree
from sqa_lib.report import Authority
from sqa_lib.sources.skolverket.measures import ALL_MEASURES, MEASURES
from sqa_lib.sources.skolverket.underlag import read_underlag
from tests.spec import assert_table, table

OURS = Authority(code="lavheden", name="Lavhedens kommun", organisation_number="2120009901")
YEARS = dict.fromkeys("123456", 10)
YEAR = "2022/23"


def school(code: str, name: str, pupils: dict[str, int] = YEARS) -> School:
    return School(code, name, pupils, pupils)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our authority with three units, two of one name and one without pupils, and another authority."""
    units = (school("99110002", "Älvskolan"), school("99110001", "Älvskolan"), school("99110003", "Bäckskolan", {}))
    ours = Invented(OURS.organisation_number, OURS.name, units)
    other = Invented("9900000201", "Kottens AB", (school("99110009", "Kottskolan"),), is_public=False)
    return write(tmp_path_factory.mktemp("national") / "underlag.xlsx", [ours, other], YEAR)


@pytest.fixture(scope="module")
def country(file: Path) -> Country:
    return country_of([file], file.parent / "output")


@pytest.fixture(scope="module")
def statistics(country: Country) -> pd.DataFrame:
    return national_statistics(country, OURS, national_tree(country, OURS, YEAR), YEAR)


def test_the_units_are_the_authoritys_and_those_that_share_a_name_get_their_code(country: Country) -> None:
    units = pd.DataFrame(national_tree(country, OURS, YEAR).units)
    assert_table(
        units,
        """
        code     | name                 | level        | parent
        lavheden | Lavhedens kommun     | municipality |
        99110003 | Bäckskolan           | school       | lavheden
        99110001 | Älvskolan (99110001) | school       | lavheden
        99110002 | Älvskolan (99110002) | school       | lavheden
        """,
    )


def test_values_and_marks_are_the_files_own(statistics: pd.DataFrame) -> None:
    """Only the report's units and the country: the other authority is no municipality, and none is similar."""
    pupils = statistics[(statistics["statistic"] == "national_pupils") & (statistics["breakdown"] == "")]
    assert_table(
        pupils[pupils["unit"] != "kommuner"].sort_values("unit"),
        """
        school_year | unit     | value | mark | numerator | denominator
        2022/23     | 99110001 | 120   |      |           |
        2022/23     | 99110002 | 120   |      |           |
        2022/23     | 99110003 |       | .    |           |
        2022/23     | lavheden | 240   |      |           |
        2022/23     | riket    | 360   |      |           |
        """,
    )


def test_every_cell_of_the_file_arrives(statistics: pd.DataFrame, file: Path) -> None:
    own = read_underlag(file).values
    own = own[own["organisation_number"] == OURS.organisation_number]
    came = statistics[statistics["statistic"].str.startswith("national_") & ~statistics["unit"].isin(["riket", "kommuner"])]
    came = came.assign(measure=came["statistic"].str.removeprefix("national_"), unit=came["unit"].replace("lavheden", ""))
    both = own.merge(came, on=["measure", "unit"], suffixes=("", "_came"))
    assert len(both) == len(own) == len(MEASURES) * 4
    pd.testing.assert_series_equal(both["value"], both["value_came"], check_names=False)
    pd.testing.assert_series_equal(both["mark"], both["mark_came"], check_names=False)
    assert {".", ""} <= set(own["mark"])


def test_ratios_make_totals_comparable(statistics: pd.DataFrame, file: Path) -> None:
    value = read_underlag(file).values.query("unit == '' and organisation_number == '2120009901'").set_index("measure")["value"]
    own = statistics[(statistics["unit"] == "lavheden") & (statistics["breakdown"] == "")].set_index("statistic")["value"]
    assert own["national_staff_per_100_pupils"] == pytest.approx(100 * value["staff_posts"] / value["pupils"])
    assert own["national_pupils_per_principal"] == pytest.approx(value["pupils"] / value["principal_posts"])


def test_the_country_has_the_quantiles_of_its_units(statistics: pd.DataFrame) -> None:
    spread = statistics[(statistics["statistic"] == "national_pupils") & statistics["breakdown"].str.contains("quantile")]
    assert_table(
        spread[spread["breakdown"].str.contains("p25|p50|p75")],
        """
        unit  | breakdown                        | value
        riket | quantile=p25;spread_over=school  | 120
        riket | quantile=p50;spread_over=school  | 120
        riket | quantile=p75;spread_over=school  | 120
        """,
    )


def test_every_measure_has_a_definition_that_no_protection_applies_to() -> None:
    definitions = national_definitions()
    assert {f"national_{measure.name}" for measure in ALL_MEASURES} <= set(definitions)
    assert {(d.kind, d.is_about_people) for d in definitions.values()} == {("official", False)}


def test_a_difference_is_large_or_not_among_units_of_the_same_kind_and_size() -> None:
    """A small school's differ more by chance alone; one whose pupils nobody knows is taken for small."""
    units = table(
        """
        organisation_number | unit | value
        2120009901          |      | 400
        2120009901          | a    | 99
        2120009901          | b    | 100
        2120009901          | c    | 301
        2120009901          | d    |
        9900000201          |      | 301
        """,
        ("value",),
    ).fillna({"unit": ""})
    values = units.assign(measure="pupils", school_year=YEAR, codes="", mark="")
    assert peers_of(units, values).to_list() == ["municipality", "school 0", "school 1", "school 2", "school 0", "other"]
