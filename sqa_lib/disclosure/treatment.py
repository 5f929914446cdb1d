"""The whole publication treated at once, its independent pieces side by side."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
import pandas as pd

from sqa_lib.disclosure.all_but_few import all_but_few
from sqa_lib.disclosure.hiding import labels
from sqa_lib.disclosure.periods import hide_periods
from sqa_lib.disclosure.secondary import hide
from sqa_lib.disclosure.system import System
from sqa_lib.units import UnitTree

LARGE = 20_000
"""A publication of fewer cells is done sooner than further processes have started."""


@dataclass(frozen=True)
class Treatment:
    """hidden: True for the cells to hide. nearly_all: figures that may say `~100`. unprotected: cells that nothing protects."""

    hidden: np.ndarray
    nearly_all: list[int]
    unprotected: list[int]


def treat(system: System, tree: UnitTree, candidates: pd.DataFrame, processes: int | None = None) -> Treatment:
    """What to hide. candidates: shares that may say `~100` if they are withheld, columns of `all_but_few`.

    First the single school years with their signs, then what several together may show. Pieces that no equation connects (school
    years, datasets) are treated in processes of their own, which changes nothing but the time it takes. processes: how many at
    most; as many as pay where it is not said.
    """
    most = processes or (1 if len(system.cells) < LARGE else os.cpu_count() or 1)
    none = np.zeros(len(system.cells), dtype=bool)
    years = _side_by_side(_treat_years, _Piece(system, candidates, none), np.flatnonzero(~system.is_period), tree, most)
    if years.unprotected or not system.is_period.any():
        return years
    signs = candidates[candidates["figure"].isin(years.nearly_all)]
    return _side_by_side(_add_periods, _Piece(system, signs, years.hidden), np.arange(len(none)), tree, most)


@dataclass(frozen=True)
class _Piece:
    """hidden: True for the cells that are hidden so far."""

    system: System
    candidates: pd.DataFrame
    hidden: np.ndarray

    def of(self, cells: np.ndarray) -> "_Piece":
        """These cells alone, which are numbered anew, and the equations that are about no other."""
        number = np.full(len(self.hidden), -1)
        number[cells] = np.arange(len(cells))
        equations, own = self.system.equations, self.candidates[number[self.candidates["cell"]] >= 0]
        reaches_out = abs(equations) @ (number < 0) > 0
        inside = equations[np.flatnonzero(~reaches_out & (np.diff(equations.indptr) > 0))][:, cells]
        system = replace(
            self.system,
            cells=self.system.cells.iloc[cells].reset_index(drop=True),
            equations=inside,
            shows=self.system.shows[:, cells],
            parts=self.system.parts.iloc[:0],
        )
        numbered = own.assign(cell=number[own["cell"]], whole=number[own["whole"]]).reset_index(drop=True)
        return _Piece(system, numbered, self.hidden[cells])


def _side_by_side(
    treat_one: Callable[[_Piece, UnitTree], Treatment], whole: _Piece, among: np.ndarray, tree: UnitTree, most: int
) -> Treatment:
    """The cells `among`, in as many as `most` processes."""
    chosen = whole.of(among)
    groups = _groups(chosen.system, most)
    pieces = [chosen.of(cells) for cells in groups]
    if len(pieces) < 2:
        treated = [treat_one(piece, tree) for piece in pieces]
    else:
        with ProcessPoolExecutor(len(pieces), mp_context=get_context("spawn")) as pool:
            treated = list(pool.map(treat_one, pieces, [tree] * len(pieces)))
    hidden, unprotected = whole.hidden.copy(), []
    for cells, piece in zip(groups, treated, strict=True):
        hidden[among[cells]] = piece.hidden
        unprotected += among[cells[piece.unprotected]].tolist()
    return Treatment(hidden, sorted(figure for piece in treated for figure in piece.nearly_all), sorted(unprotected))


def _treat_years(piece: _Piece, tree: UnitTree) -> Treatment:
    hidden, unprotected = hide(piece.system, tree)
    if unprotected:
        return Treatment(hidden, [], unprotected)
    withheld = piece.system.shows @ hidden > 0
    nearly_all = all_but_few(piece.system, hidden, piece.candidates[withheld[piece.candidates["figure"]]], tree)
    return Treatment(hidden, nearly_all["figure"].tolist(), [])


def _add_periods(piece: _Piece, tree: UnitTree) -> Treatment:
    hidden, unprotected = hide_periods(piece.system, piece.hidden, piece.candidates, tree)
    return Treatment(hidden, piece.candidates["figure"].tolist(), unprotected)


def _groups(system: System, n: int) -> list[np.ndarray]:
    """The cells in up to n groups of about the same size that no equation connects, numbers in order."""
    label = labels(system.equations, len(system.cells))
    sizes = np.bincount(label)
    group, filled = np.zeros(len(sizes), dtype=int), np.zeros(n)
    for piece in np.argsort(-sizes, kind="stable"):
        group[piece] = int(filled.argmin())
        filled[group[piece]] += sizes[piece]
    return [cells for number in range(n) if (cells := np.flatnonzero(group[label] == number)).size]
