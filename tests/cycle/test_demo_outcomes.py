"""The status of every indicator in the demo, worked out once more: by formulas written out here, from the published table.

Nothing of `sqa_lib.cycle` is used for the expected status; the file is read as plain YAML.
"""

import datetime
import math
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sqa_lib.cycle.areas import read_all
from sqa_lib.cycle.outcome import outcome_of
from sqa_lib.published import Published
from tests.conftest import ROOT

YEAR, Z = "2020/21", 1.959963984540054
FILE = ROOT / "data" / "lulea-2020-21" / "development_areas.yml"
AREAS = yaml.safe_load(FILE.read_text(encoding="utf-8"))
INDICATORS = {
    f"{unit} {area['school_year']} {area['name']}: {indicator['name']}": (unit, indicator)
    for unit, areas in AREAS.items()
    for area in areas
    for indicator in area["indicators"]
}
POSTS = {"staff_posts"}
"""Counts without chance; all other indicators of the demo are shares."""

STATUSES = """
lulea    2019/20 Rektorer som svarar på rektorsenkäten             cannot_tell
lulea    2019/20 Elever i årskurs 7 som har arbetsro               on_the_way
lulea    2019/20 Elever i årskurs 7 som kommer överens med lärarna reached
lulea    2019/20 Elever i årskurs 7 som ofta är stressade          not_on_the_way
lulea    2019/20 Ärenden från grundskolan på individnivå           cannot_tell
lulea    2019/20 Elever med hög frånvaro                           not_on_the_way
lulea    2019/20 Skolpsykologernas heltidstjänster                 reached
lulea    2020/21 Rektorer som svarar på rektorsenkäten             baseline
lulea    2020/21 Elever i årskurs 7 som har arbetsro               on_the_way
lulea    2020/21 Ärenden från grundskolan på individnivå           cannot_tell
hob      2019/20 Elever i årskurs 7 som har arbetsro               cannot_tell
hob      2019/20 Elever i årskurs 7 som ofta är stressade          not_on_the_way
hob      2020/21 Ärenden om språklig sårbarhet                     baseline
srg      2019/20 Elever i årskurs 7 som har en vuxen att prata med cannot_tell
srg      2019/20 Ärenden som avslutas inom 60 dagar                not_on_the_way
bcn      2019/20 Elever i årskurs 7 som har en vuxen att prata med reached
bcn      2019/20 Elever i årskurs 4 som har arbetsro               on_the_way
bcn      2019/20 Elever med hög frånvaro                           not_on_the_way
99001022 2019/20 Elever i årskurs 4 som har arbetsro               cannot_tell
99001029 2019/20 Elever i årskurs 4 som har arbetsro               cannot_tell
99001029 2019/20 Elever som läser modersmål                        on_the_way
99001029 2020/21 Elever i årskurs 4 som har arbetsro               cannot_tell
"""


def wilson(part: float, whole: float) -> tuple[float, float]:
    """(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)."""
    p = part / whole
    middle, spread = p + Z**2 / (2 * whole), Z * math.sqrt(p * (1 - p) / whole + Z**2 / (4 * whole**2))
    return (middle - spread) / (1 + Z**2 / whole), (middle + spread) / (1 + Z**2 / whole)


def newcombe(before: tuple[float, float], now: tuple[float, float]) -> tuple[float, float]:
    """p₂ − p₁ − √((p₂ − l₂)² + (u₁ − p₁)²) to p₂ − p₁ + √((u₂ − p₂)² + (p₁ − l₁)²)."""
    (p1, (l1, u1)), (p2, (l2, u2)) = ((part / whole, wilson(part, whole)) for part, whole in (before, now))
    return p2 - p1 - math.hypot(p2 - l2, u1 - p1), p2 - p1 + math.hypot(u2 - p2, p1 - l1)


def starts(school_year: str) -> int:
    return int(school_year[:4])


def expected(unit: str, indicator: dict, table: pd.DataFrame) -> str:
    """The rule, for a share or a number of posts; a downward target is turned into an upward one of what is left."""
    breakdown = ";".join(f"{name}={code}" for name, code in sorted(indicator.get("codes", {}).items()))
    rows = table[(table.statistic == indicator["statistic"]) & (table.unit == unit) & (table.breakdown == breakdown)]
    before, now = (rows[rows.school_year == year].iloc[0] for year in (indicator["baseline"], YEAR))
    if now["mark"] or before["mark"]:
        return "cannot_tell"
    ((kind, size),) = indicator["target"].items()
    target = {"up_by": before.value + size, "down_by": before.value - size}.get(kind, size)
    if indicator["statistic"] in POSTS:
        return "reached" if now.value >= target else "on_the_way" if now.value > before.value else "not_on_the_way"
    first, last = ((row.numerator, row.denominator) for row in (before, now))
    if kind in ("at_most", "down_by"):
        first, last, target = (first[1] - first[0], first[1]), (last[1] - last[0], last[1]), 100 - target
    if wilson(*last)[0] >= target / 100:
        return "reached"
    if indicator["baseline"] == YEAR:
        return "baseline"
    low, high = newcombe(first, last)
    if low > 0:
        return "on_the_way"
    date: datetime.date = indicator["date"]
    due = date.year if date.month >= 8 else date.year - 1
    pace = min(1, (starts(YEAR) - starts(indicator["baseline"])) / (due - starts(indicator["baseline"])))
    return "not_on_the_way" if high < pace * (target / 100 - first[0] / first[1]) else "cannot_tell"


@pytest.mark.parametrize("name", INDICATORS)
def test_a_status_is_what_the_formulas_give(name: str, demo_published: Published) -> None:
    unit, written = INDICATORS[name]
    assert found(demo_published)[name] == expected(unit, written, demo_published.table)


def test_the_statuses_of_the_demo(demo_published: Published) -> None:
    """All five are seen, and the small school's can't be told since its figure is withheld."""
    statuses = [
        f"{unit:<8} {name.split()[1]} {written['name']:<49} {found(demo_published)[name]}"
        for name, (unit, written) in INDICATORS.items()
    ]
    assert statuses == STATUSES.strip().splitlines()


def found(published: Published) -> dict[str, str]:
    statuses = {}
    for unit, areas in read_all(Path(FILE)).items():
        for area in areas:
            for indicator in area.indicators:
                outcome = outcome_of(
                    indicator,
                    lambda statistic, at=unit, **where: published.cell(statistic, at, **where),
                    published.years(indicator.statistic),
                    YEAR,
                )
                statuses[f"{unit} {area.school_year} {area.name}: {indicator.name}"] = outcome.verdict.status
    return statuses


def test_the_small_schools_figure_is_withheld(demo_published: Published) -> None:
    (indicator,) = read_all(FILE)["99001022"][0].indicators
    outcome = outcome_of(
        indicator, lambda statistic, **where: demo_published.cell(statistic, "99001022", **where), [YEAR], YEAR
    )  # fmt: skip
    assert (outcome.verdict.reason, outcome.now.is_known) == ("withheld", False)
