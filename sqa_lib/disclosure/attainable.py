"""How far a number is uncertain to readers whatever is withheld now: what earlier releases leave open."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from sqa_lib.disclosure.system import System

_EXACT = 1e-6


def attainable(system: System, cells: Sequence[int]) -> System:
    """The same where these cells, which nothing protects, need to reach no further than they do when all is withheld. One that
    can't be anything else is known; so is, to be on the safe side, one that reaches far enough then (a sign is in its way)."""
    table = system.cells.copy()
    for cell, low, high in _limits(system, np.asarray(cells)):
        before = table.at[cell, "low"], table.at[cell, "high"]
        now = max(before[0], low), min(before[1], high)
        table.loc[cell, ["low", "high"]] = now
        is_further = now[0] - before[0] > _EXACT or before[1] - now[1] > _EXACT
        table.loc[cell, "is_known"] |= high - low < _EXACT or not is_further
    return System(table, system.equations, system.shows, system.parts)


def _limits(system: System, cells: np.ndarray) -> Iterator[tuple[int, float, float]]:
    """(cell, low, high) by linear programs over the cells that the equations connect it with."""
    value, least, most = (system.cells[name].to_numpy(dtype=float) for name in ("value", "least", "most"))
    is_free = ~system.cells["is_known"].to_numpy()
    free = np.flatnonzero(is_free)
    open_part = system.equations[:, free].tocsr()
    told = -(system.equations[:, np.flatnonzero(~is_free)] @ value[~is_free])
    _, part = connected_components(open_part.T @ open_part, directed=False)
    at = np.searchsorted(free, cells)
    for component in np.unique(part[at]):
        inside = np.flatnonzero(part == component)
        rows = np.flatnonzero(abs(open_part[:, inside]).sum(axis=1) > 0)
        matrix, right = open_part[rows][:, inside], told[rows]
        bounds = np.column_stack([np.maximum(least[free[inside]], 0.0), most[free[inside]]])
        for cell in cells[part[at] == component]:
            wanted = (free[inside] == cell).astype(float)
            ends = [_end(sign * wanted, matrix, right, bounds) for sign in (1.0, -1.0)]
            yield int(cell), ends[0], -ends[1]


def _end(cost: np.ndarray, matrix: sparse.csr_matrix, right: np.ndarray, bounds: np.ndarray) -> float:
    """The least of the cost, −∞ where there is none."""
    found = linprog(cost, A_eq=matrix if matrix.shape[0] else None, b_eq=right if matrix.shape[0] else None, bounds=bounds)
    return float(found.fun) if found.status == 0 else -np.inf
