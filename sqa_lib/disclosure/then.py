"""What an earlier release says of numbers that were corrected, or came late, since then.

A school's number was 12 and is 4 now, or there was none then. Its release can't be taken for today's numbers, but it was true of
those of then: the area's 45 less the 12 are still what the area's other schools have, which nobody corrected. Each equation that
a visibly corrected number is a part of therefore holds once more, with the numbers that were shown then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.disclosure.ledger import KEY, Release, is_of_same, members
from sqa_lib.marks import Mark
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.units import SINGLE, UnitTree

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Equation:
    """Σ sign · cell = value."""

    cells: np.ndarray
    signs: np.ndarray
    value: float


def numbers_then(
    release: Release, statistics: pd.DataFrame, parts: pd.DataFrame, n: int, tree: UnitTree, definitions: Mapping[str, Statistic]
) -> np.ndarray:
    """What each of n cells was shown as in a release, NaN where it was not. statistics: today's figures; parts: which cells they
    are made of (`System.parts`). A single unit's count or share that said `.` was nothing in all sums."""
    then = release.table[is_of_same(release.table, tree, release.tree)]
    kinds = then["statistic"].map({name: definition.kind for name, definition in definitions.items()})
    single = {unit.code for unit in release.tree.units if unit.level in SINGLE}
    is_nothing = (then["mark"] == Mark.MISSING.value) & kinds.isin(["count", "share"]) & then["unit"].isin(single)
    nothing = {name: then[name].mask(is_nothing, 0.0) for name in ("numerator", "denominator")}
    shown = then.assign(**nothing).loc[(then["mark"] == Mark.NONE.value) | is_nothing, [*KEY, "numerator", "denominator"]]
    figures = statistics[KEY].reset_index(names="figure").merge(shown, on=KEY)
    both = parts.merge(figures[["figure", "numerator", "denominator"]], on="figure")
    both["rest"] = both["denominator"] - both["numerator"]
    found = np.full(n, np.nan)
    for part in ("numerator", "denominator", "rest"):
        rows = both[(both["part"] == part) & both[part].notna()]
        found[rows["cell"]] = rows[part]
    return found


def equations_then(equations: sparse.csr_matrix, then: np.ndarray, values: np.ndarray) -> Iterator[Equation]:
    """Each equation with a corrected number as it was then, where that is true of what was not shown.

    then: what cells were shown as, NaN for not; values: their true numbers now.
    """
    corrected = ~np.isnan(then) & (np.abs(then - values) > _TOLERANCE)
    if not corrected.any():
        return
    touched = np.flatnonzero(abs(equations) @ corrected.astype(float) > 0)
    for row in touched:
        entries = slice(equations.indptr[row], equations.indptr[row + 1])
        yield from _as_then(equations.indices[entries], equations.data[entries], then, values)


def _as_then(cells: np.ndarray, signs: np.ndarray, then: np.ndarray, values: np.ndarray) -> Iterator[Equation]:
    unknown = np.isnan(then[cells])
    value = -float(signs[~unknown] @ then[cells[~unknown]])
    if unknown.any() and abs(float(signs[unknown] @ values[cells[unknown]]) - value) <= _TOLERANCE:
        yield Equation(cells[unknown], signs[unknown], value)


def sums_then(
    release: Release, tree: UnitTree, number: np.ndarray, adds_up: np.ndarray, line: Mapping[tuple[str, str, str], int],
    place: Mapping[tuple[str, str], int], then: np.ndarray, values: np.ndarray,
) -> Iterator[Equation]:  # fmt: skip
    """The same for the sums of single units that areas and the authority showed then, whatever lies between them.

    number: series x places → cell, −1 for none; line, place: the rows and columns of it.
    """
    corrected = ~np.isnan(then) & (np.abs(then - values) > _TOLERANCE)
    if not corrected.any():
        return
    single = {unit.code for unit in release.tree.at(*SINGLE)}
    wide = release.table[(release.table["mark"] == Mark.NONE.value) & ~release.table["unit"].isin(single)]
    below = cache(lambda year, unit: sorted(members(unit, release.tree, tree, year) & single))
    for row in wide.itertuples():
        columns = [place[pair] for unit in below(row.school_year, row.unit) if (pair := (row.school_year, unit)) in place]
        for part in ("numerator", "denominator"):
            series = line.get((row.statistic, part, row.breakdown))
            if series is None or not adds_up[series] or pd.isna(getattr(row, part)):
                continue
            cells = number[series, columns]
            cells = cells[cells >= 0]
            if corrected[cells].any():
                known = ~np.isnan(then[cells])
                yield from _sum_as_then(cells, known, getattr(row, part), then, values)


def _sum_as_then(cells: np.ndarray, known: np.ndarray, whole: float, then: np.ndarray, values: np.ndarray) -> Iterator[Equation]:
    value = float(whole - then[cells[known]].sum())
    if (~known).any() and abs(float(values[cells[~known]].sum()) - value) <= _TOLERANCE:
        yield Equation(cells[~known], np.ones((~known).sum()), value)
