"""Several school years counted together: what a small school can show when a single year is too few."""

from collections.abc import Sequence

import pandas as pd

from sqa_lib.metrics.tally import TALLY
from sqa_lib.words import period, previous_year

MOST_YEARS = 3
"""As many years as a pupil is at a stage; what lies longer back describes another school."""
_NUMBERS = ["numerator", "denominator", "people"]


def pooled(tally: pd.DataFrame, by: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """The latest school years of a tally added up, where a unit has figures of all of them; nothing for a single year.

    Only for what happens once, such as cases or answers of a year group: pupils who are there every year would be counted once
    for each, and a figure on few of them pass for one on many.

    by: the breakdowns wanted. Columns `TALLY`; the school year is a period, such as `2018/19–2020/21`.
    """
    years = _latest(set(tally["school_year"]))
    rows = tally[tally["school_year"].isin(years) & tally["breakdown"].map(_dimensions).isin([tuple(sorted(d)) for d in by])]
    rows = rows[~_is_of_nobody(rows)]
    if len(years) < 2 or rows.empty:
        return tally.iloc[:0]
    summed = rows.groupby(["unit", "breakdown"], sort=False)[_NUMBERS].sum(min_count=len(years)).reset_index()
    return summed[summed["numerator"].notna()].assign(school_year=period(years[0], years[-1]))[TALLY]


def _is_of_nobody(rows: pd.DataFrame) -> pd.Series:
    """True for shares that nobody at all is in: a question that was not asked that year has no figures of it."""
    whole = rows.groupby(["school_year", "breakdown"])["denominator"].transform("sum", min_count=1)
    return whole == 0


def _latest(years: set[str]) -> list[str]:
    """The last years without a gap, in order."""
    found = [max(years)]
    while len(found) < MOST_YEARS and previous_year(found[0]) in years:
        found.insert(0, previous_year(found[0]))
    return found


def _dimensions(breakdown: str) -> tuple[str, ...]:
    return tuple(part.split("=")[0] for part in breakdown.split(";") if part)
