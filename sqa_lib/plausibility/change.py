"""Numbers that differ from those of the years beside them, or are not there at all."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from sqa_lib.plausibility.oddity import Oddity
from sqa_lib.plausibility.panel import head, number, over_years, panel, spread_of
from sqa_lib.plausibility.rule import Absent, Blank, Change, Gap, Rows, Uneven
from sqa_lib.units import UnitTree

_USUAL = (0.7, 1.4)
"""A whole authority does not change more than so from one year to the next: beyond it is the export that is odd."""


def changes(rule: Change, table: pd.DataFrame, tree: UnitTree) -> Iterator[Oddity]:
    """Numbers beyond those of both years beside them; of the last year, beyond the two before it."""
    years = over_years(panel(table, rule.of, rule.by, rule.where), tree, np.nan if rule.of else 0.0)
    values = _without_trend(years)
    scale = max(1.0, spread_of((2 * np.diff(np.sqrt(values), axis=1)).ravel()))
    for place, year in enumerate(years.columns):
        beside = _beside(place, len(years.columns))
        if not beside:
            continue
        now, others = values[:, [place]], values[:, beside]
        differs = (np.abs(2 * (np.sqrt(now) - np.sqrt(others))) > rule.limit * scale) & _by_much(now, others, rule)
        above, below = (differs & (now > others)), (differs & (now < others))
        known = np.isfinite(others)
        odd = known.any(axis=1) & np.isfinite(now[:, 0]) & ((above | ~known).all(axis=1) | (below | ~known).all(axis=1))
        for row in np.flatnonzero(odd):
            seen = {years.columns[other]: years.iat[row, other] for other in beside if np.isfinite(values[row, other])}
            digit = _digit(values[row, place], float(np.nanmean(others[row])))
            told = f"{head(rule.dataset, rule.of)} {number(years.iat[row, place])}, but {_in_years(seen)}{digit}"
            yield Oddity(year, *years.index[row], told)


def _in_years(values: Mapping[str, float]) -> str:
    """`67 in 2018/19 and 70 in 2020/21`."""
    return " and ".join(f"{number(value)} in {year}" for year, value in values.items())


def _by_much(now: np.ndarray, others: np.ndarray, rule: Change) -> np.ndarray:
    least, most = np.minimum(now, others), np.maximum(now, others)
    return (most - least >= rule.at_least) & (most >= rule.ratio * least)


def _digit(now: float, other: float) -> str:
    """What a digit too many, or too few, looks like."""
    times = max(now, other) / min(now, other) if min(now, other) > 0 else 0
    return "; about ten times: a digit too many or too few?" if 7 <= times <= 14 else ""


def _without_trend(years: pd.DataFrame) -> np.ndarray:
    """The values as if all units together had not changed: each year divided by how it usually is to the year before."""
    values = years.to_numpy(dtype="float64", copy=True)
    for place in range(1, values.shape[1]):
        before, now = values[:, place - 1], values[:, place]
        large = (before >= 10) & (now > 0)
        usual = np.median(now[large] / before[large]) if large.sum() >= 10 else 1.0
        values[:, place] /= min(max(usual, _USUAL[0]), _USUAL[1])
    return values


def _beside(place: int, of: int) -> list[int]:
    """The two nearest years; of two years, only the last is judged by the other."""
    if of == 2:
        return [0] if place == 1 else []
    return sorted(sorted((other for other in range(of) if other != place), key=lambda other: abs(other - place))[:2])


def gaps(rule: Gap, table: pd.DataFrame, tree: UnitTree) -> Iterator[Oddity]:
    """Groups without a row in a year in which their unit has others, though the years beside it have them."""
    years = over_years(panel(table, rule.of, rule.by, rule.where), tree)
    is_there = over_years(panel(table, "", rule.by, rule.where), tree).notna()
    delivered = is_there.groupby(level="unit").transform("any").to_numpy()
    values, there = years.to_numpy(), is_there.to_numpy()
    for place, year in enumerate(years.columns):
        beside = [other for other in (place - 1, place + 1) if other < len(years.columns)]
        if place == 0:  # what begins the year after may have begun then
            continue
        some = (np.nan_to_num(values[:, beside]) >= rule.at_least).all(axis=1)
        for row in np.flatnonzero(some & ~there[:, place] & delivered[:, place]):
            seen = {years.columns[other]: values[row, other] for other in beside}
            yield Oddity(year, *years.index[row], f"no row, but {head(rule.dataset, rule.of)} {_in_years(seen)}")


def absent(rule: Absent, table: pd.DataFrame, tree: UnitTree) -> Iterator[Oddity]:
    """Units without any row in a year that others have rows in, while they are open."""
    counts = over_years(panel(table, "", rule.by, rule.where), tree, 0.0)
    values = counts.to_numpy()
    for place, year in enumerate(counts.columns):
        beside = _beside(place, len(counts.columns))
        some = (values[:, beside] >= rule.at_least).all(axis=1) if beside else np.zeros(len(values), dtype=bool)
        for row in np.flatnonzero(some & (values[:, place] == 0)):
            seen = {counts.columns[other]: values[row, other] for other in beside}
            yield Oddity(year, *counts.index[row], f"no rows, but {_in_years(seen)}")


def blanks(rule: Blank, table: pd.DataFrame, tree: UnitTree) -> Iterator[Oddity]:
    units = [unit.code for unit in tree.of_form(rule.school_form)]
    empty = table[table[rule.column].isna() & table["unit"].isin(units)]
    for (unit, year), rows in empty.groupby(["unit", "school_year"]):
        yield Oddity(year, unit, "", f"{len(rows)} rows without {head(rule.dataset, rule.column)}")


def other_number_of_rows(rule: Rows, table: pd.DataFrame, tree: UnitTree) -> Iterator[Oddity]:
    counts = over_years(panel(table, "", rule.by, rule.where), tree, 0.0)
    for (unit, group), every in counts.iterrows():
        years = every.dropna()
        usual = years.mode()
        if len(years) > 2 and len(usual) == 1 and usual[0] and (years == usual[0]).sum() == len(years) - 1:
            year = years.index[years != usual[0]][0]
            yield Oddity(year, unit, group, f"{number(years[year])} rows, but {number(usual[0])} in all its other years")


def uneven(rule: Uneven, table: pd.DataFrame) -> Iterator[Oddity]:
    for (unit, year), cells in panel(table, rule.of, rule.by, rule.where).dropna().groupby(["unit", "school_year"]):
        most, *others = cells.nlargest(2, "value").itertuples(index=False)
        if others and most.value >= max(rule.at_least, rule.ratio * others[0].value):
            yield Oddity(
                year, unit, most.group, f"{number(most.value)}, but no other group has more than {number(others[0].value)}"
            )
