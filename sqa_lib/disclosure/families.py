"""Numbers that are made of others elsewhere: a unit's of the units' below it, several school years' of each year's."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.disclosure.series import SCALE
from sqa_lib.units import UnitTree
from sqa_lib.words import is_period, years_of

PERIOD = "period"


@dataclass(frozen=True)
class Family:
    """whole: a place; parts: the places that it is made of. kind: the level of a unit above others, or `period`."""

    kind: str
    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Sum:
    """A family that a series adds up in. rest: the series of what the parts leave over, −1 where they leave nothing."""

    series: int
    family: Family
    rest: int


def families_of(places: pd.DataFrame, tree: UnitTree) -> list[Family]:
    """places: columns school_year, unit."""
    place = {(row.school_year, row.unit): row.Index for row in places.itertuples()}
    below: dict[int, list[int]] = {}
    for (year, unit), part in place.items():
        if parent := tree[unit].parent:
            below.setdefault(place[year, parent], []).append(part)
    units = [Family(tree[places["unit"].iloc[whole]].level, whole, tuple(parts)) for whole, parts in sorted(below.items())]
    times = [
        Family(PERIOD, whole, tuple(years))
        for (time, unit), whole in place.items()
        if is_period(time) and (years := [place[year, unit] for year in years_of(time) if (year, unit) in place])
    ]
    return units + times


def sums_of(values: np.ndarray, families: list[Family]) -> tuple[np.ndarray, list[Sum]]:
    """What adds up in all families of a kind, or leaves something over in some and nothing too much in any (a preschool has no
    figure where a school has): the values (series x places) with a row for each such rest, and the sums.

    What is too much for its whole in some family is no sum: a group of pupils from two schools is one group in their area.
    """
    rows, sums = list(values), []
    for kind in sorted({family.kind for family in families}):
        own = [family for family in families if family.kind == kind]
        over = np.array([_left_over(values, family) for family in own])
        known = np.nan_to_num(over)
        parted = np.array([np.nansum(values[:, family.parts], axis=1) > 0 for family in own]).any(axis=0)
        for series in np.flatnonzero((known >= 0).all(axis=0) & parted):
            rest = -1
            if known[:, series].any():
                rest = len(rows)
                rows.append(_placed(over[:, series], own, values.shape[1]))
            sums += [Sum(int(series), family, rest) for family, left in zip(own, over[:, series], strict=True) if left >= 0]
    return np.reshape(rows, (len(rows), values.shape[1])), sums


def _left_over(values: np.ndarray, family: Family) -> np.ndarray:
    """Whole less parts for each series; NaN where the whole or every part has no figure."""
    parts = values[:, family.parts]
    left = np.rint(values[:, family.whole] * SCALE) - np.rint(np.nan_to_num(parts) * SCALE).sum(axis=1)
    return np.where(np.isnan(parts).all(axis=1), np.nan, left) / SCALE


def _placed(over: np.ndarray, families: list[Family], width: int) -> np.ndarray:
    row = np.full(width, np.nan)
    row[[family.whole for family in families]] = over
    return row


def always_add_up(sums: list[Sum], n: int) -> np.ndarray:
    """True for the series whose units add up without rest, wherever they have figures."""
    has_rest = {each.series for each in sums if each.rest >= 0 and each.family.kind != PERIOD}
    adds_up = np.zeros(n, dtype=bool)
    adds_up[[each.series for each in sums if each.series not in has_rest]] = True
    return adds_up


def terms_of(sums: list[Sum], number: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(cells, signs) of each sum's equation. number: series x places → cell, −1 for none."""
    for each in sums:
        whole = number[each.series, each.family.whole]
        parts = [number[each.series, part] for part in each.family.parts if number[each.series, part] >= 0]
        if whole >= 0 and parts:
            rest = [number[each.rest, each.family.whole]] if each.rest >= 0 else []
            yield np.array([[whole, *parts, *rest]]), np.array([1, *[-1] * (len(parts) + len(rest))])
