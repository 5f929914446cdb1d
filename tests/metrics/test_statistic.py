"""What a statistic's value and interval are."""

import pandas as pd
import pytest

from sqa_lib.metrics.statistic import STATISTICS, Statistic, statistic, valued
from tests.spec import assert_table, table


def a_statistic(kind: str, per: float = 1.0) -> Statistic:
    return Statistic("one", "Ett mått", kind, "elever", "elever", "elever", "läsåret", (), per=per)


def tally(text: str) -> pd.DataFrame:
    """A tally of one unit: numerator and denominator from the text."""
    rows = table("numerator | denominator\n" + text, numbers=("numerator", "denominator"))
    return rows.assign(school_year="2020/21", unit="n1", breakdown="", people=rows["denominator"])


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_a_shares_interval_is_wilsons(numerator: int, denominator: int, low: float, high: float) -> None:
    """The worked examples of Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3."""
    row = valued(a_statistic("share"), tally(f"{numerator} | {denominator}")).iloc[0]
    assert row["value"] == pytest.approx(100 * numerator / denominator)
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))


def test_values_by_kind() -> None:
    rows = tally("3 | 12\n0 | 12\n0 | 0\n4 |")
    assert_table(
        valued(a_statistic("share"), rows),
        """
        numerator | denominator | value | low   | high
        3         | 12          | 25    | 8.89  | 53.23
        0         | 12          | 0     | 0     | 24.25
        0         | 0           |       |       |
        4         |             |       |       |
        """,
    )
    assert_table(
        valued(a_statistic("ratio", per=1000), rows),
        """
        numerator | denominator | value | low | high
        3         | 12          | 250   |     |
        0         | 12          | 0     |     |
        0         | 0           |       |     |
        4         |             |       |     |
        """,
    )
    counted = valued(a_statistic("count"), rows)
    assert list(counted["value"]) == [3, 0, 0, 4]
    assert list(counted.columns) == STATISTICS


def test_every_interval_of_the_demo_holds_its_share(demo_statistics: pd.DataFrame) -> None:
    own = ~demo_statistics["statistic"].str.startswith(("national_", "expected_"))  # official ones have the range of others
    shares = demo_statistics[demo_statistics["low"].notna() & own]
    assert len(shares) > 7_000
    assert (shares["low"] <= shares["value"] + 1e-9).all() and (shares["value"] <= shares["high"] + 1e-9).all()
    assert shares["low"].min() >= 0 and shares["high"].max() <= 100


def test_two_statistics_of_one_name_are_refused() -> None:
    def pupils(tables, tree):
        """Bears the name of a statistic that there is."""

    with pytest.raises(ValueError, match="two statistics are called pupils"):
        statistic("Elever", "count", population="", numerator="", date="", datasets=())(pupils)
