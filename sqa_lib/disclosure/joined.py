"""Cells that can only move together are one: fewer columns and equations for linear programming, and the same moves.

Where an equation has two cells that can move, each moves by a fixed multiple of the other; where it has one, that can't move at
all. What then says the same twice is said once. Source of these reductions: Andersen & Andersen (1995), Presolving in linear
programming, Mathematical Programming 71.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

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
    one, other = equations.indices[first[size == 2]], equations.indices[first[size == 2] + 1]
    ratio = -equations.data[first[size == 2] + 1] / equations.data[first[size == 2]]
    factor = _factors(n, one, other, ratio, stuck)
    _, label = connected_components(sparse.csr_matrix((np.ones(len(one)), (one, other)), (n, n)), directed=False)
    is_stuck = np.zeros(label.max(initial=-1) + 1, dtype=bool)
    is_stuck[label[stuck]] = True
    column = np.cumsum(~is_stuck) - 1
    kept = np.flatnonzero(~is_stuck[label])
    return sparse.csr_matrix((factor[kept], (kept, column[label[kept]])), (n, int((~is_stuck).sum())))


def _factors(n: int, one: np.ndarray, other: np.ndarray, ratio: np.ndarray, stuck: np.ndarray) -> np.ndarray:
    """By how much each column moves when the first that it is tied to moves by one; where two ways say different things, none of
    them can move (told in `stuck`)."""
    tied: dict[int, list[tuple[int, float]]] = {}
    for a, b, r in zip(one.tolist(), other.tolist(), ratio.tolist(), strict=True):
        tied.setdefault(b, []).append((a, r))
        tied.setdefault(a, []).append((b, 1 / r))
    factor = np.ones(n)
    seen = np.zeros(n, dtype=bool)
    for start in sorted(tied):
        if not seen[start]:
            seen[start] = True
            _follow(start, tied, factor, seen, stuck)
    return factor


def _follow(
    start: int, tied: dict[int, list[tuple[int, float]]], factor: np.ndarray, seen: np.ndarray, stuck: np.ndarray
) -> None:
    waiting = deque([start])
    while waiting:
        column = waiting.popleft()
        for near, ratio in tied[column]:
            moved = ratio * factor[column]
            if not seen[near]:
                factor[near], seen[near] = moved, True
                waiting.append(near)
            elif abs(factor[near] - moved) > SAME * max(1.0, abs(moved)):
                stuck[near] = True


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
        yield rows[np.sort(np.unique(same, axis=0, return_index=True)[1])]
