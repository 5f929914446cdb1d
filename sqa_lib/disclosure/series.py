"""What the statistics count: each number that a figure gives away, and which of them are the same number.

A figure (a row of `sqa_lib.metrics.STATISTICS`) is made of *parts*:

* `numerator`: what it counts;
* `denominator` (shares, ratios): what it is held against;
* `rest` (shares): the people outside, denominator − numerator;
* `people` (ratios, and counts of something else): the people behind it.

A *series* is one part of one statistic and breakdown over all units and school years. Two statistics often have the same
series (the denominator of one is the numerator of another): they are merged, so that a number is hidden everywhere or nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sqa_lib.metrics.statistic import Statistic
from sqa_lib.units import UnitTree

SCALE = 1000
"""Series are compared as whole thousandths, so that sums of hours and posts are exact too."""
ENOUGH = 5
"""Series that together count fewer than this are never taken for the same: they may agree by chance."""
NAME = ["statistic", "part", "breakdown"]
"""What names a series: columns."""
_PLACE = ["school_year", "unit"]


@dataclass(frozen=True)
class Series:
    """values: one row per distinct series, one column per (school year, unit); NaN where it has no figure.

    names: one row per (statistic, part, breakdown), columns statistic, part, breakdown, series (a row of `values`), repeats (what
    shares of the whole authority are held against: its number, in every unit).
    parts: one row per part of a figure, columns figure (a row of the statistics), part, series, place.
    places: columns school_year, unit, level, form (the school form of the unit, "" for one of several).
    """

    values: np.ndarray
    names: pd.DataFrame
    parts: pd.DataFrame
    places: pd.DataFrame

    @cached_property
    def number(self) -> dict[tuple[str, str, str], int]:
        """(statistic, part, breakdown) → series."""
        return {tuple(name): of for *name, of in self.names[[*NAME, "series"]].itertuples(index=False)}

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """(school year, unit) → place."""
        return {pair: at for at, pair in enumerate(zip(self.places["school_year"], self.places["unit"], strict=True))}


def series_of(statistics: pd.DataFrame, definitions: Mapping[str, Statistic], tree: UnitTree) -> Series:
    """The series of all statistics that people stand behind. statistics: columns `STATISTICS`, index 0..n-1."""
    parts = _parts(statistics, definitions)
    places = _places(statistics, tree)
    place = pd.MultiIndex.from_frame(places[_PLACE])
    names = parts[NAME].drop_duplicates().sort_values(NAME).reset_index(drop=True)
    row = pd.MultiIndex.from_frame(names).get_indexer(pd.MultiIndex.from_frame(parts[NAME]))
    column = place.get_indexer(pd.MultiIndex.from_frame(parts[_PLACE]))
    values = np.full((len(names), len(places)), np.nan)
    values[row, column] = parts["value"]
    names["repeats"] = _repeats(names, definitions)
    same = merged(values, besides=names["repeats"].to_numpy())
    kept, series = np.unique(same, return_inverse=True)
    parts = parts.assign(series=series[row], place=column)
    return Series(
        _combined(values, series, len(kept)),
        names.assign(series=series),
        parts[["figure", "part", "series", "place"]].reset_index(drop=True),
        places,
    )


def _parts(statistics: pd.DataFrame, definitions: Mapping[str, Statistic]) -> pd.DataFrame:
    """Columns figure, statistic, part, breakdown, school_year, unit, value; figures of agencies are not ours to protect."""
    kind = statistics["statistic"].map({name: d.kind for name, d in definitions.items()})
    is_share, is_ratio = kind == "share", kind == "ratio"
    counted, over = statistics["numerator"], statistics["denominator"]
    differs = (statistics["people"] != counted) & statistics["people"].notna()  # a figure that is missing counts nobody
    counts_others = differs.groupby(statistics["statistic"]).transform("any")
    wanted = [
        ("numerator", kind != "official", counted),
        ("denominator", is_share | is_ratio, over),
        ("rest", is_share, over - counted),
        ("people", is_ratio | ((kind == "count") & counts_others), statistics["people"]),
    ]
    pieces = [
        statistics.assign(part=part, value=value).loc[where & value.notna(), ["statistic", "part", "breakdown", *_PLACE, "value"]]
        for part, where, value in wanted
    ]
    return pd.concat(pieces).rename_axis("figure").reset_index()


def _places(statistics: pd.DataFrame, tree: UnitTree) -> pd.DataFrame:
    codes = [unit.code for unit in tree.units]
    years = sorted(statistics["school_year"].unique())
    places = pd.MultiIndex.from_product([years, codes], names=_PLACE).to_frame(index=False)
    form = {unit.code: unit.school_forms[0] if len(unit.school_forms) == 1 else "" for unit in tree.units}
    return places.assign(level=places["unit"].map({unit.code: unit.level for unit in tree.units}), form=places["unit"].map(form))


def _repeats(names: pd.DataFrame, definitions: Mapping[str, Statistic]) -> pd.Series:
    """True for the series of one number, whose repetition in every unit proves nothing."""
    of_authority = [name for name, definition in definitions.items() if definition.of_authority]
    return names["statistic"].isin(of_authority) & (names["part"] == "denominator")


def merged(values: np.ndarray, besides: np.ndarray) -> np.ndarray:
    """For each row the first row that is the same series: equal wherever both have figures, and the same by no chance. besides:
    True for rows that are never taken for another.

    All rows of a series agree with each other: two that differ in a school may both agree with one that has areas only.
    """
    whole = np.rint(np.nan_to_num(values) * SCALE).astype(np.int64)
    known = ~np.isnan(values)
    coverage = known.sum(axis=0)
    first = np.arange(len(values))
    groups: dict[bytes, list[int]] = {}
    for row in range(len(values)):
        if whole[row].sum() < ENOUGH * SCALE or besides[row]:
            continue
        group = groups.setdefault(_signature(whole[row], coverage), [])
        twin = next((other for other in group if _agree(whole, known, row, other)), None)
        if twin is None:
            group.append(row)
            continue
        first[row] = twin
        whole[twin] = np.where(known[twin], whole[twin], whole[row])  # as `_combined`
        known[twin] |= known[row]
    return first


def _signature(whole: np.ndarray, coverage: np.ndarray) -> bytes:
    """Equal series have equal figures where nearly every series has one: the authority and its areas."""
    return whole[coverage == coverage.max()].tobytes()


def _agree(whole: np.ndarray, known: np.ndarray, one: int, other: int) -> bool:
    both = known[one] & known[other]
    return bool((whole[one, both] == whole[other, both]).all()) and bool(whole[one, both].any())


def _combined(values: np.ndarray, series: np.ndarray, n: int) -> np.ndarray:
    """One row per distinct series, with the figures of every row that is the same."""
    combined = np.full((n, values.shape[1]), np.nan)
    for row, to in zip(values, series, strict=True):
        combined[to] = np.where(np.isnan(combined[to]), row, combined[to])
    return combined
