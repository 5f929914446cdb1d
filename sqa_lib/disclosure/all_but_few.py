"""Which withheld shares may say `~100`: that all but a few are in, and no more.

The sign tells readers that the number outside lies between 1 and the threshold, and that there are enough people for a share
to be shown. It is given where every small number, this one within those limits, stays as uncertain as before. Source of the
sign: Skolverket's statistics database.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.disclosure.hiding import Hiding, Run, wishes_of
from sqa_lib.disclosure.meeting import Wish
from sqa_lib.disclosure.neighbourhoods import everything, schools, wide
from sqa_lib.disclosure.system import System

NARROW_FIRST = ("preschool", "school", "area", "municipality")


def all_but_few(system: System, hidden: np.ndarray, candidates: pd.DataFrame, run: Run = map) -> pd.DataFrame:
    """The candidates that can be shown so. candidates: columns figure, cell (of the rest), few (the most it can be),
    whole (the cell of the denominator), least (the fewest people that a share is shown for).

    All are tried, in each area first; while that leaves a small number too certain, the candidates nearest to it are given up.
    What one such try has shown to be possible stays so in the next, which knows less.
    """
    kept = candidates.set_index("cell")
    hiding = Hiding(system, hidden, run)
    tell(hiding, kept)
    wishes = within(wishes_of(system), kept, system)
    for near in (wide(system), schools(system)):
        hiding.use_what_is_free([wish for wish in wishes if near.own[wish.cell]], near.among, near.under)
    hiding.forget()
    whole = everything(system)
    while unmet := hiding.use_what_is_free(wishes, whole.among, whole.under):
        given_up = _nearest(system, hiding.can_move, kept, sorted({wish.cell for wish in unmet}))
        kept = kept.drop(given_up)
        tell(hiding, kept)
        again = {wish.cell for wish in unmet} | set(given_up)
        wishes = within([wish for wish in wishes_of(system) if wish.cell in again], kept, system)
    return kept.reset_index()[candidates.columns.tolist()]


def tell(hiding: Hiding, kept: pd.DataFrame) -> None:
    """What readers learn from the signs. kept: index cell, columns few, whole, least, as the candidates."""
    hiding.unbound()
    few = kept["few"].groupby(level=0).min()
    hiding.bound(few.index.to_numpy(), 1.0, few.to_numpy(dtype=float))
    hiding.bound(kept["whole"].to_numpy(), kept["least"].to_numpy(dtype=float), np.inf)


def within(wishes: Sequence[Wish], kept: pd.DataFrame, system: System) -> list[Wish]:
    """The wishes, each no further than the sign itself allows."""
    few = kept["few"].groupby(level=0).min()
    furthest = (few - system.cells["value"].to_numpy()[few.index.to_numpy()]).to_dict()
    return [Wish(wish.cell, furthest.get(wish.cell, wish.by)) if wish.by > 0 else wish for wish in wishes]


def _nearest(system: System, can_move: np.ndarray, kept: pd.DataFrame, unmet: list[int]) -> list[int]:
    """For each cell that lost its protection the narrowest of the candidates that are fewest equations away."""
    terms = abs(system.equations) @ sparse.diags(can_move.astype(float))
    links = (terms.T @ terms).tocsr()
    is_kept = np.zeros(len(can_move), dtype=bool)
    is_kept[kept.index] = True
    order = {level: rank for rank, level in enumerate(NARROW_FIRST)}
    rank = system.cells["level"].map(order).to_numpy()
    found: set[int] = set()
    for cell in unmet:
        nearest = _closest(links, cell, is_kept)
        found.update(nearest[rank[nearest] == rank[nearest].min(initial=len(order))].tolist())
    return sorted(found)


def _closest(links: sparse.csr_matrix, cell: int, is_kept: np.ndarray) -> np.ndarray:
    """The kept cells fewest links away from a cell."""
    near = np.array([cell])
    while True:
        if (found := near[is_kept[near]]).size:
            return found
        wider = np.unique(np.concatenate([near, links[near].indices]))
        if wider.size == near.size:
            return np.flatnonzero(is_kept)
        near = wider
