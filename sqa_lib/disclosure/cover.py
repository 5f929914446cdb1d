"""What to hide together at the least loss so that no equation by itself tells too much: a covering problem in whole numbers.

Where a column must be hidden, each equation that it is in must hide another, and what those may move by must be enough: the
bridgeless and capacity inequalities of Fischetti & Salazar (2001), Solving the cell suppression problem on tabular data with
linear constraints, Management Science 47. What several equations tell together is left to linear programming.
"""

from collections.abc import Sequence

import highspy
import numpy as np
from scipy import sparse

from sqa_lib.disclosure.programs import program, run, solver_of
from sqa_lib.disclosure.tables import TOLERANCE, Part

NEAR = 0.005
"""No cover costs less by more than this part of it: the last bit takes longest."""
NODES = 100
"""A search of more steps gives the best that it has found; on every machine the same, as seconds would not be."""

Inequalities = tuple[sparse.csr_matrix, np.ndarray]
"""Inequalities × columns, and least: Σ coefficient · is_hidden(column) ≥ least."""


def cheapest_cover(part: Part, wanted: np.ndarray, far: np.ndarray) -> np.ndarray:
    """True for the columns to hide. wanted: columns that must be able to move by `far`, up or down; each as often as is asked."""
    is_wanted = np.isin(np.arange(part.size), wanted)
    equations = _Equations(part)
    matrix, least = _open([equations.bridges(is_wanted), equations.capacities(wanted, far)], part.cost == 0)
    if not len(least):
        return np.zeros(part.size, dtype=bool)
    return _solved(matrix, least, part.cost, is_wanted) & (part.cost > 0)


class _Equations:
    """The terms of a part's equations, row by row."""

    def __init__(self, part: Part) -> None:
        rows = part.equations.tocsr()
        self.part, self._start, self._size = part, rows.indptr[:-1], np.diff(rows.indptr)
        self.row, self.column, self.weight = np.repeat(np.arange(rows.shape[0]), self._size), rows.indices, rows.data

    def bridges(self, is_wanted: np.ndarray) -> Inequalities:
        """A column that is hidden alone in an equation follows from it."""
        own = np.flatnonzero((self.part.cost > 0)[self.column] | is_wanted[self.column])
        number, term = self._terms_beside(own)
        return self._matrix(number, term, np.where(term == own[number], -1.0, 1.0), len(own)), np.zeros(len(own))

    def capacities(self, wanted: np.ndarray, far: np.ndarray) -> Inequalities:
        """What a column must move by, the others of each equation move by the other way."""
        by_column = np.argsort(self.column, kind="stable")
        first, last = (np.searchsorted(self.column[by_column], wanted, side) for side in ("left", "right"))
        wish, place = _ranges(first, last - first)
        own, by = by_column[place], far[wish]
        number, term = self._terms_beside(own)
        ratio = self.weight[term] / self.weight[own[number]]
        limit = np.where(ratio * by[number] < 0, self.part.high[self.column[term]], -self.part.low[self.column[term]])
        room = np.where(term == own[number], 0.0, np.minimum(limit * np.abs(ratio), np.abs(by[number])))
        return self._matrix(number, term, room, len(own)), np.abs(by)

    def _matrix(self, number: np.ndarray, term: np.ndarray, coefficient: np.ndarray, n: int) -> sparse.csr_matrix:
        return sparse.csr_matrix((coefficient, (number, self.column[term])), (n, self.part.size))

    def _terms_beside(self, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(number, term): all terms of the equation of each of these terms, and which of these it is."""
        return _ranges(self._start[self.row[own]], self._size[self.row[own]])


def _ranges(first: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(number, place): the places of each range, `size` of them from `first`."""
    number = np.repeat(np.arange(len(size)), size)
    return number, np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(first, size)


def _open(inequalities: Sequence[Inequalities], is_free: np.ndarray) -> Inequalities:
    """Those that something must be hidden for: what is free is hidden already; what nothing can meet is left out."""
    matrices, least = zip(*inequalities, strict=True)
    matrix = sparse.vstack(matrices, format="csr")
    least = np.concatenate(least) - matrix @ is_free.astype(float)
    matrix = matrix @ sparse.diags((~is_free).astype(float))
    matrix.eliminate_zeros()
    most, fewest = (np.asarray(each.sum(axis=1)).ravel() for each in (matrix.maximum(0), matrix.minimum(0)))
    kept = np.flatnonzero((least > fewest + TOLERANCE) & (least <= most + TOLERANCE))
    return matrix[kept], least[kept]


def _solved(matrix: sparse.csr_matrix, least: np.ndarray, cost: np.ndarray, is_hidden: np.ndarray) -> np.ndarray:
    """True for the columns that cost least together and meet the inequalities; nothing where the search found none."""
    model = program(matrix, cost, is_hidden.astype(float), np.ones(len(cost)), least, np.full(len(least), np.inf))
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    solver = solver_of(model)
    run(solver, {"mip_rel_gap": NEAR, "mip_max_nodes": NODES})
    found = np.array(solver.getSolution().col_value)
    return found > 0.5 if len(found) == len(cost) else np.zeros(len(cost), dtype=bool)
