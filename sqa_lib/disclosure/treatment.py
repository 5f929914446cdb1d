"""The whole publication treated: first the single school years with their signs, then what several together may show."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sqa_lib.disclosure.all_but_few import all_but_few
from sqa_lib.disclosure.hiding import Run
from sqa_lib.disclosure.periods import hide_periods
from sqa_lib.disclosure.processes import pool
from sqa_lib.disclosure.secondary import hide
from sqa_lib.disclosure.system import System

LARGE = 20_000
"""A publication of fewer cells is done sooner than further processes have started."""


@dataclass(frozen=True)
class Treatment:
    """hidden: True for the cells to hide. nearly_all: figures that may say `~100`. unprotected: cells that nothing protects."""

    hidden: np.ndarray
    nearly_all: list[int]
    unprotected: list[int]


def treat(system: System, candidates: pd.DataFrame, processes: int | None = None) -> Treatment:
    """What to hide. candidates: shares that may say `~100` if they are withheld, columns of `all_but_few`.

    Parts that no equation connects (school years, datasets, areas) are treated in several processes, which changes nothing but
    the time it takes. processes: how many at most; as many as pay where it is not said.
    """
    with _side_by_side(processes or (1 if len(system.cells) < LARGE else os.cpu_count() or 1)) as run:
        years = _treat_years(system, candidates, run)
        if years.unprotected or not system.is_period.any():
            return years
        signs = candidates[candidates["figure"].isin(years.nearly_all)]
        hidden, unprotected = hide_periods(system, years.hidden, signs, run)
        return Treatment(hidden, years.nearly_all, unprotected)


@contextmanager
def _side_by_side(processes: int) -> Iterator[Run]:
    if processes == 1:
        yield map
        return
    with pool(processes) as workers:
        yield workers.map


def _treat_years(system: System, candidates: pd.DataFrame, run: Run) -> Treatment:
    single = np.flatnonzero(~system.is_period)
    own = _of(system, single)
    hidden, unprotected = np.zeros(len(system.cells), dtype=bool), []
    hidden[single], unprotected = hide(own, run)
    if unprotected:
        return Treatment(hidden, [], single[unprotected].tolist())
    withheld = own.shows @ hidden[single] > 0
    numbered = _numbered(candidates[withheld[candidates["figure"]]], single, len(hidden))
    nearly_all = all_but_few(own, hidden[single], numbered, run)
    return Treatment(hidden, sorted(nearly_all["figure"].tolist()), [])


def _of(system: System, chosen: Sequence[int]) -> System:
    """These cells alone, which are numbered anew, and the equations that are about no other."""
    outside = np.ones(len(system.cells), dtype=bool)
    outside[chosen] = False
    reaches_out = abs(system.equations) @ outside > 0
    return replace(
        system,
        cells=system.cells.iloc[chosen].reset_index(drop=True),
        equations=system.equations[np.flatnonzero(~reaches_out & (np.diff(system.equations.indptr) > 0))][:, chosen],
        shows=system.shows[:, chosen],
        parts=system.parts.iloc[:0],
    )


def _numbered(candidates: pd.DataFrame, chosen: np.ndarray, n: int) -> pd.DataFrame:
    """The candidates among the chosen cells, by their new numbers."""
    number = np.full(n, -1)
    number[chosen] = np.arange(len(chosen))
    own = candidates[number[candidates["cell"]] >= 0]
    return own.assign(cell=number[own["cell"]], whole=number[own["whole"]]).reset_index(drop=True)
