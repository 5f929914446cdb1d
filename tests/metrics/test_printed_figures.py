"""The printed report's figures, one by one: what the pipeline computes from the demo data is what the report prints.

`published_figures.csv` is the reference, as printed. `printed_figures_map.csv` says which statistic each figure is; where printed
figures contradict each other it says which of them the data can't give, and why.
"""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent
YEAR = "2020/21"
PRINTED = pd.read_csv(HERE / "published_figures.csv", dtype=str, keep_default_na=False).set_index("id")
OURS = PRINTED[PRINTED["document"] == "lulea-2020-21"]
MAP = pd.read_csv(HERE / "printed_figures_map.csv", dtype=str, keep_default_na=False).set_index("figure")
EQUAL, CONTRADICTED = (list(MAP.index[MAP["verdict"] == verdict]) for verdict in ("equal", "contradicted"))


@pytest.fixture(scope="module")
def computed(demo_statistics: pd.DataFrame) -> pd.Series:
    """The true values of the school year by statistic, unit and breakdown."""
    rows = demo_statistics[demo_statistics["school_year"] == YEAR]
    return rows.set_index(["statistic", "unit", "breakdown"])["value"]


def value_of(figure: str, computed: pd.Series) -> Decimal:
    """The statistic that the map names, at nine decimals so that thirds and halves are what they are."""
    where = MAP.loc[figure]
    return Decimal(f"{computed[where['statistic'], where['unit'], where['breakdown']]:.9f}")


def agrees(value: Decimal, printed: pd.Series) -> bool:
    """Whether a value is the printed one, by its qualifier: more than it; about it (one step of the printed precision);
    else equal to it once rounded, halves upwards."""
    step, shown = Decimal(1).scaleb(-int(printed["decimals"])), Decimal(printed["value"])
    if printed["qualifier"] == "more than":
        return value > shown
    if printed["qualifier"] == "about":
        return abs(value - shown) <= step
    return value.quantize(step, ROUND_HALF_UP) == shown


@pytest.mark.parametrize("figure", EQUAL)
def test_a_printed_figure_comes_out_of_the_pipeline(figure: str, computed: pd.Series) -> None:
    assert agrees(value_of(figure, computed), OURS.loc[figure]), (
        f"{value_of(figure, computed)}, printed {OURS.loc[figure, 'value']}"
    )


@pytest.mark.parametrize("figure", CONTRADICTED)
def test_a_figure_that_others_contradict_does_not(figure: str, computed: pd.Series) -> None:
    assert MAP.loc[figure, "reason"]
    assert not agrees(value_of(figure, computed), OURS.loc[figure])


def test_every_figure_of_the_report_has_its_verdict() -> None:
    """Of 82 figures 75 come out and 7 are contradicted by others; the reference's last eleven belong to another city's report."""
    assert list(MAP.index) == list(OURS.index) == [f"F{number:03}" for number in range(1, 83)]
    assert (len(EQUAL), CONTRADICTED) == (75, ["F010", "F031", "F032", "F038", "F039", "F040", "F058"])
    assert list(PRINTED.index.difference(OURS.index)) == [f"F{number:03}" for number in range(83, 94)]


@pytest.mark.parametrize(
    ("value", "printed", "decimals", "qualifier", "expected"),
    [
        ("23.636363636", "23.6", 1, "", True),
        ("23.65", "23.6", 1, "", False),
        ("62.5", "63", 0, "", True),
        ("62.5", "62", 0, "", False),
        ("10.9", "10", 0, "about", True),
        ("11.1", "10", 0, "about", False),
        ("50", "50", 0, "more than", False),
        ("50.1", "50", 0, "more than", True),
    ],
)
def test_how_a_value_agrees(value: str, printed: str, decimals: int, qualifier: str, expected: bool) -> None:
    row = pd.Series({"value": printed, "decimals": decimals, "qualifier": qualifier})
    assert agrees(Decimal(value), row) is expected
