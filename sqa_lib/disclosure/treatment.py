"""The whole publication treated at once, its independent pieces side by side."""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
import pandas as pd

from sqa_lib.disclosure.all_but_few import all_but_few
from sqa_lib.disclosure.hiding import labels
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

    Pieces that no equation connects (school years, datasets) are treated in processes of their own, which changes nothing but
    the time it takes. processes: how many at most; as many as pay where it is not said.
    """
    groups = _groups(system, processes or (1 if len(system.cells) < LARGE else os.cpu_count() or 1))
    pieces = [_piece(system, candidates, cells) for cells in groups]
    if len(pieces) < 2:
        treated = [_treat(*piece, tree) for piece in pieces]
    else:
        with ProcessPoolExecutor(len(pieces), mp_context=get_context("spawn")) as pool:
            treated = list(pool.map(_treat, *zip(*pieces, strict=True), [tree] * len(pieces)))
    hidden = np.zeros(len(system.cells), dtype=bool)
    unprotected: list[int] = []
    for cells, piece in zip(groups, treated, strict=True):
        hidden[cells] = piece.hidden
        unprotected += cells[piece.unprotected].tolist()
    return Treatment(hidden, sorted(figure for piece in treated for figure in piece.nearly_all), sorted(unprotected))


def _groups(system: System, n: int) -> list[np.ndarray]:
    """The cells in up to n groups of about the same size that no equation connects, numbers in order."""
    label = labels(system.equations, len(system.cells))
    sizes = np.bincount(label)
    group, filled = np.zeros(len(sizes), dtype=int), np.zeros(n)
    for piece in np.argsort(-sizes, kind="stable"):
        group[piece] = int(filled.argmin())
        filled[group[piece]] += sizes[piece]
    return [cells for number in range(n) if (cells := np.flatnonzero(group[label] == number)).size]


def _piece(system: System, candidates: pd.DataFrame, cells: np.ndarray) -> tuple[System, pd.DataFrame]:
    """The system of these cells alone, which are numbered anew."""
    number = np.full(len(system.cells), -1)
    number[cells] = np.arange(len(cells))
    equations = system.equations[:, cells]
    own = candidates[number[candidates["cell"]] >= 0]
    piece = replace(
        system,
        cells=system.cells.iloc[cells].reset_index(drop=True),
        equations=equations[np.flatnonzero(np.diff(equations.indptr))],
        shows=system.shows[:, cells],
        parts=system.parts.iloc[:0],
    )
    return piece, own.assign(cell=number[own["cell"]], whole=number[own["whole"]]).reset_index(drop=True)


def _treat(system: System, candidates: pd.DataFrame, tree: UnitTree) -> Treatment:
    hidden, unprotected = hide(system, tree)
    withheld = system.shows @ hidden > 0
    nearly_all = all_but_few(system, hidden, candidates[withheld[candidates["figure"]]]) if not unprotected else candidates[:0]
    return Treatment(hidden, nearly_all["figure"].tolist(), unprotected)
