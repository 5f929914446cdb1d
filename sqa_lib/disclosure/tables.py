"""Whole tables that agree with what is published, found by linear programming.

A *move* is a change of all cells at once that keeps every equation and every number at or above zero: the true values plus
a move are a table that a reader could take for the true one, as long as only hidden cells move.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Part:
    """Cells that can be looked at by themselves. cells: their numbers; equations: only their columns, no empty rows;
    down, up: how far each can move; loss: what hiding it costs."""

    cells: np.ndarray
    equations: sparse.csc_matrix
    down: np.ndarray
    up: np.ndarray
    loss: np.ndarray


class FreeMoves:
    """Moves of a part's cells when all of them are free to move.

    One model is kept and only its objective changes: the last move stays feasible, so that each search starts from there (primal
    simplex), which is many times faster than starting anew.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._solver = _solver(_model(part.equations, np.zeros(len(part.cells)), -part.down, part.up), _PRIMAL)

    def reaching(self, wanted: np.ndarray) -> np.ndarray:
        """A move that changes the cells by as much of what is wanted as it can. wanted: per cell, 0 where nothing is wanted."""
        cells = np.flatnonzero(wanted).astype(np.int32)
        low, high = -self._part.down[cells], self._part.up[cells]
        by = wanted[cells]
        self._change(
            cells, np.maximum(low, np.where(by < 0, by, low)), np.minimum(high, np.where(by > 0, by, high)), -np.sign(by)
        )
        self._solver.run()
        move = _cleaned(np.array(self._solver.getSolution().col_value))
        self._change(cells, low, high, np.zeros(len(cells)))
        return move

    def _change(self, cells: np.ndarray, low: np.ndarray, high: np.ndarray, cost: np.ndarray) -> None:
        self._solver.changeColsBounds(len(cells), cells, low, high)
        self._solver.changeColsCost(len(cells), cells, cost)


class CheapestMoves:
    """Moves of a part's cells that hide as little as possible with what is hidden so far.

    Every cell has two columns, up and down, and pays for either. One model is kept: the next search is optimal but for the
    wanted cell's bound (dual simplex).
    """

    def __init__(self, part: Part) -> None:
        self._n = len(part.cells)
        self._most = np.concatenate([part.up, part.down])
        both_ways = sparse.hstack([part.equations, -part.equations], format="csc")
        loss = np.concatenate([part.loss, part.loss])
        self._solver = _solver(_model(both_ways, loss, np.zeros(2 * self._n), self._most), _DUAL)

    def free(self, cells: np.ndarray) -> None:
        """These cells (positions in the part) are hidden: moving them costs nothing any more."""
        for cell in cells.tolist():
            self._solver.changeColCost(cell, 0.0)
            self._solver.changeColCost(cell + self._n, 0.0)

    def reaching(self, cell: int, by: float) -> np.ndarray | None:
        """The cheapest move that changes the cell by at least `by` (up where positive, else down); None where there is none."""
        column, opposite = (cell, cell + self._n) if by > 0 else (cell + self._n, cell)
        if abs(by) > self._most[column]:
            return None
        self._solver.changeColBounds(column, abs(by), self._most[column])
        self._solver.changeColBounds(opposite, 0.0, 0.0)
        self._solver.run()
        found = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        columns = np.array(self._solver.getSolution().col_value) if found else None
        for changed in (column, opposite):
            self._solver.changeColBounds(changed, 0.0, self._most[changed])
        return None if columns is None else _cleaned(columns[: self._n] - columns[self._n :])


_DUAL, _PRIMAL = 1, 4
"""HiGHS's numbers for the two simplex methods."""


def _cleaned(move: np.ndarray) -> np.ndarray:
    return np.where(np.abs(move) < TOLERANCE, 0.0, move)


def _model(equations: sparse.csc_matrix, cost: np.ndarray, low: np.ndarray, high: np.ndarray) -> highspy.HighsLp:
    """Minimise cost · x with equations · x = 0 and low ≤ x ≤ high."""
    rows, columns = equations.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_ = model.row_upper_ = np.zeros(rows)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = equations.indptr, equations.indices, equations.data
    return model


def _solver(model: highspy.HighsLp, method: int) -> highspy.Highs:
    """One thread and a fixed seed: the same input gives the same moves."""
    solver = highspy.Highs()
    options = {"output_flag": False, "threads": 1, "random_seed": 0, "presolve": "off", "simplex_strategy": method}
    for option, value in options.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver
