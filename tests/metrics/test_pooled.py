"""Several school years together: added up where a unit has all of them, and only the latest ones without a gap."""

import pandas as pd
import pytest

from sqa_lib.metrics.pooled import pooled
from tests.spec import assert_table, table


def tally(text: str) -> pd.DataFrame:
    rows = table(text, numbers=("numerator", "denominator"))
    return rows.assign(breakdown=rows["breakdown"].fillna(""), people=rows["denominator"])


SHARES = """
    school_year | unit | breakdown   | numerator | denominator
    2018/19     | n1   | gender=girl | 2         | 4
    2019/20     | n1   | gender=girl | 3         | 7
    2020/21     | n1   | gender=girl | 4         | 6
    2019/20     | n2   | gender=girl | 1         | 5
    2020/21     | n2   | gender=girl | 1         | 5
    2019/20     | n1   |             | 9         | 12
    2020/21     | n1   |             | 9         | 12
"""


def test_parts_and_wholes_are_added_where_a_unit_has_every_year() -> None:
    assert_table(
        pooled(tally(SHARES), [("gender",)]),
        """
        school_year     | unit | breakdown   | numerator | denominator | people
        2018/19–2020/21 | n1   | gender=girl | 9         | 17          | 17
        """,
    )


def test_only_the_latest_years_without_a_gap_are_put_together() -> None:
    rows = tally(SHARES)
    gap = rows.assign(school_year=rows["school_year"].replace("2018/19", "2016/17"))
    assert_table(
        pooled(gap, [("gender",)]),
        """
        school_year     | unit | breakdown   | numerator | denominator
        2019/20–2020/21 | n1   | gender=girl | 7         | 13
        2019/20–2020/21 | n2   | gender=girl | 2         | 10
        """,
    )


def test_more_than_three_years_are_never_put_together() -> None:
    years = [f"20{n}/{n + 1}" for n in range(15, 21)]
    rows = pd.concat([tally(SHARES).iloc[:1].assign(school_year=year) for year in years])
    assert set(pooled(rows, [("gender",)])["school_year"]) == {"2018/19–2020/21"}


def test_what_nobody_was_asked_one_year_is_not_given_for_several() -> None:
    """A question that came in the last year: its answers would stand under three years, and be those of one."""
    rows = tally(SHARES)
    new = rows.assign(
        **{name: rows[name].where(rows["school_year"] == "2020/21", 0.0) for name in ("numerator", "denominator", "people")}
    )
    assert len(pooled(rows, [("gender",)])) and pooled(new, [("gender",)]).empty


@pytest.mark.parametrize("by", [[()], [("gender",)]])
def test_a_single_year_is_not_given_twice(by: list[tuple[str, ...]]) -> None:
    rows = tally(SHARES)
    assert pooled(rows[rows["school_year"] == "2020/21"], by).empty
