"""Skolverket's values: taken as they are, with their marks, and the country's spread where it is not drawn askew."""

from dataclasses import replace

import pandas as pd
import pytest

from sqa_lib.demo.authorities import Authority as Invented
from sqa_lib.demo.authorities import Unit as School
from sqa_lib.demo.skolverket import write
from sqa_lib.metrics.national import national_definitions, national_statistics, national_tree
from sqa_lib.report import Authority
from sqa_lib.sources.measures import MEASURES
from sqa_lib.sources.skolverket import Underlag, distribution, read_underlag
from tests.spec import assert_table

OURS = Authority(code="lavheden", name="Lavhedens kommun", organisation_number="9900000101")
YEARS = dict.fromkeys("123456", 10)


def school(code: str, name: str, pupils: dict[str, int] = YEARS) -> School:
    return School(code, name, pupils, pupils)


@pytest.fixture(scope="module")
def underlag(tmp_path_factory: pytest.TempPathFactory) -> Underlag:
    """Our authority with three units, two of one name and one without pupils, and another authority."""
    ours = Invented(
        OURS.organisation_number,
        OURS.name,
        (school("99110002", "Älvskolan"), school("99110001", "Älvskolan"), school("99110003", "Bäckskolan", {})),
    )
    other = Invented("9900000201", "Kottens AB", (school("99110009", "Kottskolan"),), is_public=False)
    return read_underlag(write(tmp_path_factory.mktemp("national") / "underlag.xlsx", [ours, other], "2022/23"))


@pytest.fixture(scope="module")
def statistics(underlag: Underlag) -> pd.DataFrame:
    return national_statistics(underlag, OURS, national_tree(underlag, OURS))


def test_the_units_are_the_authoritys_and_those_that_share_a_name_get_their_code(underlag: Underlag) -> None:
    units = pd.DataFrame(national_tree(underlag, OURS).units)
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
    """Only the report's units and the country: other authorities come in through the country's spread alone."""
    pupils = statistics[(statistics["statistic"] == "national_pupils") & (statistics["breakdown"] == "")]
    assert_table(
        pupils,
        """
        school_year | unit     | value | mark | numerator | denominator
        2022/23     | riket    | 360   |      |           |
        2022/23     | lavheden | 240   |      |           |
        2022/23     | 99110001 | 120   |      |           |
        2022/23     | 99110002 | 120   |      |           |
        2022/23     | 99110003 |       | .    |           |
        """,
    )


def test_every_cell_of_the_file_arrives(statistics: pd.DataFrame, underlag: Underlag) -> None:
    key = ["measure", "unit"]
    own = underlag.values[underlag.values["organisation_number"] == OURS.organisation_number]
    came = statistics.assign(measure=statistics["statistic"].str.removeprefix("national_"))
    came = came[came["unit"] != "riket"].assign(unit=lambda rows: rows["unit"].replace("lavheden", ""))
    both = own.merge(came, on=key, suffixes=("", "_came"))
    assert len(both) == len(own) == len(came) == len(MEASURES) * 4
    pd.testing.assert_series_equal(both["value"], both["value_came"], check_names=False)
    pd.testing.assert_series_equal(both["mark"], both["mark_came"], check_names=False)
    assert {".", ""} <= set(own["mark"])


def test_the_country_has_the_quantiles_of_its_units_and_authorities(statistics: pd.DataFrame) -> None:
    spread = statistics[(statistics["statistic"] == "national_pupils") & statistics["breakdown"].str.contains("quantile")]
    assert_table(
        spread[spread["breakdown"].str.contains("p25|p50|p75")],
        """
        unit  | breakdown                           | value
        riket | quantile=p25;spread_over=authority | 150
        riket | quantile=p50;spread_over=authority | 180
        riket | quantile=p75;spread_over=authority | 210
        riket | quantile=p25;spread_over=school    | 120
        riket | quantile=p50;spread_over=school    | 120
        riket | quantile=p75;spread_over=school    | 120
        """,
    )


@pytest.mark.parametrize(("hidden", "shown"), [(0, 12), (1, 11), (2, 0)])
def test_a_spread_is_left_out_where_more_than_a_tenth_is_withheld_as_nearly_all(
    hidden: int, shown: int, underlag: Underlag
) -> None:
    """Those are the highest shares: a spread of the others would lie too low. Twelve units; one of twelve may be withheld."""
    units = pd.DataFrame(
        [(f"{n:08}", f"Skola {n}", "school", "99", "X") for n in range(12)], columns=list(underlag.units.columns)
    )
    rows = pd.DataFrame({"measure": "girls_share", "unit": units["unit"], "organisation_number": "99", "school_year": "2022/23"})
    rows = rows.assign(value=[float("nan")] * hidden + [50.0] * (12 - hidden), mark=["..."] * hidden + [""] * (12 - hidden))
    made = replace(underlag, units=units, values=rows)
    spread = national_statistics(made, OURS, national_tree(underlag, OURS))
    assert list(distribution(made)["nearly_all"]) == [hidden]
    assert list(spread["value"]) == ([50.0] * 5 if shown else [])


def test_every_measure_has_a_definition_that_no_protection_applies_to() -> None:
    definitions = national_definitions()
    assert list(definitions) == [f"national_{measure.name}" for measure in MEASURES]
    assert {(d.kind, d.is_about_people) for d in definitions.values()} == {("official", False)}
