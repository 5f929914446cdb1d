"""What readers know already: figures of earlier releases, taken as known when the next report is protected.

A figure that was released with another number than the data has now was corrected since then: what it said is no longer true, so
that it tells nothing of today's number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.report import Disclosure
from sqa_lib.units import SINGLE, UnitTree
from sqa_lib.words import is_period

KEY = ["statistic", "school_year", "unit", "breakdown"]
_PARTS = ("numerator", "denominator")


@dataclass(frozen=True)
class Release:
    """An earlier publication. table: columns `PUBLISHED`; tree: its units as they were then; rule: its policy, where that is
    known; judged_by: the same where it is older than today's holds, None where today's judges it too."""

    name: str
    table: pd.DataFrame
    tree: UnitTree
    rule: Disclosure | None = None
    judged_by: Disclosure | None = None

    @property
    def shown(self) -> pd.DataFrame:
        """The figures that were shown with their numbers, columns statistic, school_year, unit, breakdown, numerator,
        denominator."""
        return self.table.loc[self.table["mark"] == Mark.NONE.value, [*KEY, *_PARTS]]

    def in_codes_of(self, tree: UnitTree) -> "Release":
        """The same with the codes that its units have now. Of two codes that were one unit's, one has a figure at most."""
        code_of = {code: unit.code for unit in tree.units for code in unit.former_codes if code in self.tree}
        if not code_of:
            return self
        table = self.table.assign(unit=self.table["unit"].replace(code_of))
        given_first = table.iloc[(table["mark"] == Mark.MISSING.value).to_numpy().argsort(kind="stable")]
        return replace(self, table=given_first.drop_duplicates(KEY).sort_index(), tree=self.tree.with_codes(code_of))


def released_figures(statistics: pd.DataFrame, tree: UnitTree, releases: Sequence[Release]) -> pd.Series:
    """True for the figures that were shown before as they are now, of the same schools."""
    known = pd.Series(False, statistics.index)
    for release in releases:
        both = _both(statistics, release.shown, tree, release.tree)
        known[both.loc[_is_as_then(both), "figure"]] = True
    return known


def marks_before(statistics: pd.DataFrame, tree: UnitTree, releases: Sequence[Release]) -> pd.Series:
    """What stood in each figure's place when it was released last: its mark, "" where it was ever shown, `.` where it was not
    given. Several school years together that were left out where others were given were withheld. releases: the oldest first."""
    mark, shown = pd.Series(Mark.MISSING.value, statistics.index), pd.Series(False, statistics.index)
    for release in releases:
        both = _both(statistics, release.table[[*KEY, "mark"]], tree, release.tree)
        mark[_left_out(statistics, tree, release)] = Mark.WITHHELD.value
        mark[both["figure"]] = both["mark_then"].to_numpy()
        shown[both.loc[both["mark_then"] == Mark.NONE.value, "figure"]] = True
    return mark.mask(shown, Mark.NONE.value)


def thresholds_before(
    statistics: pd.DataFrame, tree: UnitTree, releases: Sequence[Release], under: Callable[[Disclosure], pd.DataFrame]
) -> pd.DataFrame:
    """The most lenient thresholds of an older policy that each figure was released under, as it is now or withheld: columns
    minimum_count, minimum_denominator, NaN for none. under: a policy's thresholds, index statistic."""
    found = pd.DataFrame(np.nan, statistics.index, ["minimum_count", "minimum_denominator"])
    for release in releases:
        if release.judged_by is not None:
            both = _both(statistics, release.table[[*KEY, *_PARTS]], tree, release.tree)
            both = both[_is_as_then(both)]
            then = under(release.judged_by).loc[both["statistic"]].set_axis(both["figure"])
            found = found.where(found <= then.reindex(found.index), then.reindex(found.index).fillna(found))
    return found


def missing_now(statistics: pd.DataFrame, tree: UnitTree, release: Release) -> frozenset[tuple[str, str, str]]:
    """(statistic, school year, unit) of single units that a release has figures of, and of which today's say that they are
    missing."""
    key, single = ["statistic", "school_year", "unit"], [unit.code for unit in tree.at(*SINGLE)]

    def given(table: pd.DataFrame) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(table.loc[table["mark"] != Mark.MISSING.value, key].drop_duplicates())

    own = statistics.loc[statistics["unit"].isin(single) & (statistics["mark"] == Mark.MISSING.value), key].drop_duplicates()
    missing = pd.MultiIndex.from_frame(own)
    return frozenset(missing[~missing.isin(given(statistics)) & missing.isin(given(release.table))])


def _left_out(statistics: pd.DataFrame, tree: UnitTree, release: Release) -> pd.Series:
    """True for the figures of several school years of units that the release knows, where it gives such of the statistic."""
    given = pd.MultiIndex.from_frame(release.table[["statistic", "school_year"]].drop_duplicates())
    is_of_years = statistics["school_year"].map(is_period).astype(bool)
    same = is_of_same(statistics[is_of_years], tree, release.tree).reindex(statistics.index, fill_value=False)
    return is_of_years & same & pd.MultiIndex.from_frame(statistics[["statistic", "school_year"]]).isin(given)


def _both(statistics: pd.DataFrame, then: pd.DataFrame, tree: UnitTree, tree_then: UnitTree) -> pd.DataFrame:
    """Today's figures beside those of then of the same schools. Adds `figure` and what was then with `_then` after its name."""
    renamed = then.rename(columns={name: f"{name}_then" for name in then.columns if name not in KEY})
    return statistics.reset_index(names="figure").merge(renamed[is_of_same(renamed, tree, tree_then)], on=KEY)


def is_of_same(figures: pd.DataFrame, now: UnitTree, then: UnitTree) -> pd.Series:
    """True for the figures whose unit is made up of the same schools and preschools as then, in their school year. figures:
    columns school_year, unit."""
    pairs = figures[["school_year", "unit"]].drop_duplicates().itertuples(index=False, name=None)
    same = {(year, unit) for year, unit in pairs if unit in then and is_same(unit, now, then, year)}
    return pd.Series(
        [pair in same for pair in zip(figures["school_year"], figures["unit"], strict=True)], figures.index, dtype=bool
    )


def is_same(unit: str, now: UnitTree, then: UnitTree, school_year: str) -> bool:
    """Whether a unit is made up of the same schools and preschools as then, in a school year: one that opens later, or closed
    before, is no part of it."""
    return unit in now and members(unit, now, now, school_year) == members(unit, then, now, school_year)


def members(unit: str, tree: UnitTree, now: UnitTree, school_year: str) -> frozenset[str]:
    """The schools and preschools at or below a unit of a tree that are open in a school year, as is known now; the unit itself
    where it has none below."""
    single = tree.single_below.get(unit) or {unit}
    return frozenset(code for code in single if code not in now or now[code].is_open(school_year))


def _is_as_then(both: pd.DataFrame) -> np.ndarray:
    """True for the figures that have the same numbers now, as far as they were told."""
    return np.all([_agrees(both[f"{part}_then"], both[part]) for part in _PARTS], axis=0)


def _agrees(then: pd.Series, now: pd.Series) -> pd.Series:
    """True where both numbers are the same, or either is not told."""
    return then.isna() | now.isna() | ((then - now).abs() <= 1e-9)
