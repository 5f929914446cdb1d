"""Cells that can only move together are one: fewer columns and equations for linear programming, and the same moves.

Where an equation has two cells that can move, each moves by a fixed multiple of the other; where it has one, that can't move at
all. What then says the same twice is said once. Source of these reductions: Andersen & Andersen (1995), Presolving in linear
programming, Mathematical Programming 71.
"""

from collections.abc import Iterator

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

SAME = 1e-9


def joined(equations: sparse.csr_matrix) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """(moves, equations): cells × columns, how far each cell moves with its column; and what the columns must keep, equations of
    three or more columns. Cells that can't move have no column."""
    moves, equations = sparse.identity(equations.shape[1], format="csr"), _distinct(_without_zeros(equations))
    while (np.diff(equations.indptr) == 1).any() or (np.diff(equations.indptr) == 2).any():
        step = _step(equations)
        moves, equations = moves @ step, _distinct(_without_zeros(equations @ step))
    return moves, equations


def _step(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    """Columns before × after: those that equations of two tie together become one, those that can't move go."""
    n, size = equations.shape[1], np.diff(equations.indptr)
    first = equations.indptr[:-1]
    stuck = np.zeros(n, dtype=bool)
    stuck[equations.indices[first[size == 1]]] = True
    one, other = (equations.indices[first[size == 2] + which].astype(np.int64) for which in (0, 1))
    ratio = -equations.data[first[size == 2] + 1] / equations.data[first[size == 2]]
    _, label = connected_components(sparse.csr_matrix((np.ones(len(one)), (one, other)), (n, n)), directed=False)
    factor = _factors(one, other, ratio, label, stuck)
    is_stuck = np.zeros(label.max(initial=-1) + 1, dtype=bool)
    is_stuck[label[stuck]] = True
    column = np.cumsum(~is_stuck) - 1
    kept = np.flatnonzero(~is_stuck[label])
    return sparse.csr_matrix((factor[kept], (kept, column[label[kept]])), (n, int((~is_stuck).sum())))


def _factors(one: np.ndarray, other: np.ndarray, ratio: np.ndarray, label: np.ndarray, stuck: np.ndarray) -> np.ndarray:
    """By how much each column moves when the first that it is tied to moves by one; where two ways say different things, none of
    them can move (told in `stuck`). label: which columns are tied together."""
    n = len(label)
    before, after = np.concatenate([one, other]), np.concatenate([other, one])
    step = np.concatenate([1 / ratio, ratio])
    # the first of each are tied to a column beside all, which is where the ways begin
    firsts = np.unique(label, return_index=True)[1]
    ties = (np.concatenate([before, np.full(len(firsts), n)]), np.concatenate([after, firsts]))
    graph = sparse.csr_matrix((np.ones(len(ties[0])), ties), (n + 1, n + 1))
    nearer = np.append(breadth_first_order(graph, n)[1][:n], n)
    tie, place = np.unique(before * n + after, return_index=True)
    tied = np.flatnonzero(nearer < n)
    factor = np.ones(n + 1)
    factor[tied] = step[place[np.searchsorted(tie, nearer[tied] * n + tied)]]
    while (nearer < n).any():
        factor, nearer = factor * factor[nearer], nearer[nearer]
    moved = step * factor[before]
    stuck[after[np.abs(factor[after] - moved) > SAME * np.maximum(1.0, np.abs(moved))]] = True
    return factor[:n]


def _without_zeros(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    equations = equations.tocsr(copy=True)
    equations.data[np.abs(equations.data) < SAME] = 0
    equations.eliminate_zeros()
    equations.sort_indices()
    return equations


def _distinct(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    """Without empty equations and multiples of others."""
    return equations[np.sort(np.concatenate([np.zeros(0, dtype=int), *_firsts(equations)]))]


def _firsts(equations: sparse.csr_matrix) -> Iterator[np.ndarray]:
    """The first of each set of equal equations, those of one length after another."""
    size = np.diff(equations.indptr)
    for length in np.unique(size[size > 0]):
        rows = np.flatnonzero(size == length)
        places = equations.indptr[rows][:, None] + np.arange(length)
        terms = equations.data[places]
        same = np.hstack([equations.indices[places], np.round(terms / terms[:, :1], 9)])
        order = np.lexsort(same.T)  # equal ones stay in order
        is_first = np.append(True, (same[order[1:]] != same[order[:-1]]).any(axis=1))
        yield rows[np.sort(order[is_first])]
