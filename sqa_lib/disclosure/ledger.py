"""What readers know already: figures of earlier reports, taken as known when the next one is protected.

A release is a folder `data/released/<name>/` with `published.parquet` and `units.json`, as `sqa release` keeps them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.report import ReportError
from sqa_lib.units import UnitTree, tree_of_text

KEY = ["statistic", "school_year", "unit", "breakdown"]
_PARTS = ("numerator", "denominator")


@dataclass(frozen=True)
class Release:
    """An earlier publication. table: columns `PUBLISHED`; tree: its units as they were then."""

    name: str
    table: pd.DataFrame
    tree: UnitTree

    @property
    def shown(self) -> pd.DataFrame:
        """The figures that were shown with their numbers, columns statistic, school_year, unit, breakdown, numerator,
        denominator."""
        return self.table.loc[self.table["mark"] == Mark.NONE.value, [*KEY, *_PARTS]]


def read_releases(folders: Sequence[str], root: Path) -> tuple[Release, ...]:
    """The releases that a report's policy names."""
    return tuple(_read(root / folder, folder) for folder in folders)


def _read(folder: Path, name: str) -> Release:
    table, units = folder / "published.parquet", folder / "units.json"
    for path in (table, units):
        if not path.is_file():
            raise ReportError(
                f"key `disclosure.released`: {name}: no file `{path.name}`; keep a publication with `sqa release REPORT`"
            )
    return Release(name, pd.read_parquet(table), tree_of_text(units.read_text(encoding="utf-8")))


def released_figures(statistics: pd.DataFrame, tree: UnitTree, releases: Sequence[Release]) -> pd.Series:
    """True for the figures that were shown before, of the same schools.

    Raises `ReportError` where a release and the data disagree: then one of them is wrong, and readers of both could tell.
    """
    known = pd.Series(False, statistics.index)
    for release in releases:
        units = [unit.code for unit in release.tree.units if is_same(unit.code, tree, release.tree)]
        same = release.shown[release.shown["unit"].isin(units)]
        both = statistics.reset_index(names="figure").merge(same, on=KEY, suffixes=("", "_then"))
        for part in _PARTS:
            _check(both, part, release)
        known[both["figure"]] = True
    return known


def is_same(unit: str, now: UnitTree, then: UnitTree) -> bool:
    """Whether a unit is made up of the same schools and preschools as then."""
    return unit in now and members(unit, now) == members(unit, then)


def members(unit: str, tree: UnitTree) -> frozenset[str]:
    """The schools and preschools at or below a unit; the unit itself where it has none below."""
    return frozenset(leaf.code for leaf in tree.children(unit, "school") + tree.children(unit, "preschool")) or frozenset({unit})


def _check(both: pd.DataFrame, part: str, release: Release) -> None:
    then, now = both[f"{part}_then"], both[part]
    wrong = both[then.notna() & now.notna() & ((then - now).abs() > 1e-9)]
    if len(wrong):
        first = wrong.iloc[0]
        raise contradiction(release.name, len(wrong), tuple(first[KEY]), f"{part} {first[part + '_then']:g}")


def contradiction(release: str, n: int, first: Sequence[str], told: str) -> ReportError:
    """A release and the data disagree in n figures. first: statistic, school year, unit and breakdown of the first of them; told:
    what was released of it. What the data has now is not told, since it may be hidden."""
    statistic, school_year, unit, breakdown = first
    return ReportError(
        f"{release}: {n} figures were released with other numbers than the data has now, first {statistic} {school_year} {unit} "
        f"[{breakdown}] with {told}: mend the data; or, if the old number was wrong and is withdrawn, take its row out of the "
        "release and say so in the report"
    )
