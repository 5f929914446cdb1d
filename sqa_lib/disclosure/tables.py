"""Whole tables that agree with what is published, found by linear programming.

A *move* is a change of all cells at once that keeps every equation and every number at or above zero: the true values plus
a move are a table that a reader could take for the true one, as long as only hidden cells move.
"""

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from scipy import sparse

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Part:
    """Cells that can be looked at by themselves. cells: their numbers; down, up: how far each can move; loss: what hiding costs.

    column, ratio: what each moves with, and by how much when that moves by one (see `joined`); equations: what the columns keep.
    """

    cells: np.ndarray
    down: np.ndarray
    up: np.ndarray
    loss: np.ndarray
    column: np.ndarray
    ratio: np.ndarray
    equations: sparse.csc_matrix

    @cached_property
    def size(self) -> int:
        """The number of columns."""
        return self.equations.shape[1]

    @cached_property
    def limits(self) -> tuple[np.ndarray, np.ndarray]:
        """How far down and up each column can move, as each of its cells lets it."""
        backwards, scale = self.ratio < 0, np.abs(self.ratio)
        down, up = np.full(self.size, np.inf), np.full(self.size, np.inf)
        np.minimum.at(down, self.column, np.where(backwards, self.up, self.down) / scale)
        np.minimum.at(up, self.column, np.where(backwards, self.down, self.up) / scale)
        return down, up

    @cached_property
    def cost(self) -> np.ndarray:
        """What moving each column by one costs."""
        return np.bincount(self.column, np.abs(self.ratio) * self.loss, self.size)

    def of_cells(self, move: np.ndarray) -> np.ndarray:
        """A move of the columns as one of the cells."""
        return self.ratio * move[self.column]


class FreeMoves:
    """Moves of a part's cells when all of them are free to move.

    One model is kept and only its objective changes: the last move stays feasible, so that each search starts from there (primal
    simplex), which is many times faster than starting anew.
    """

    def __init__(self, part: Part) -> None:
        self._down, self._up = part.limits
        self._solver = _solver(_model(part.equations, np.zeros(part.size), -self._down, self._up), _PRIMAL)

    def reaching(self, wanted: np.ndarray) -> np.ndarray:
        """A move that changes the columns by as much of what is wanted as it can. wanted: per column, 0 where nothing is."""
        columns = np.flatnonzero(wanted).astype(np.int32)
        low, high = -self._down[columns], self._up[columns]
        by = wanted[columns]
        self._change(
            columns, np.maximum(low, np.where(by < 0, by, low)), np.minimum(high, np.where(by > 0, by, high)), -np.sign(by)
        )
        self._solver.run()
        move = _cleaned(np.array(self._solver.getSolution().col_value))
        self._change(columns, low, high, np.zeros(len(columns)))
        return move

    def _change(self, columns: np.ndarray, low: np.ndarray, high: np.ndarray, cost: np.ndarray) -> None:
        self._solver.changeColsBounds(len(columns), columns, low, high)
        self._solver.changeColsCost(len(columns), columns, cost)


class CheapestMoves:
    """Moves of a part's cells that hide as little as possible with what is hidden so far.

    Every column of the part is two of the model, up and down, and pays for either. One model is kept: the next search is optimal
    but for the wanted column's bound (dual simplex).
    """

    def __init__(self, part: Part) -> None:
        self._n = part.size
        down, up = part.limits
        self._most = np.concatenate([up, down])
        both_ways = sparse.hstack([part.equations, -part.equations], format="csc")
        self._solver = _solver(_model(both_ways, np.tile(part.cost, 2), np.zeros(2 * self._n), self._most), _DUAL)

    def free(self, columns: np.ndarray) -> None:
        """The cells of these columns are hidden: moving them costs nothing any more."""
        for column in columns.tolist():
            self._solver.changeColCost(column, 0.0)
            self._solver.changeColCost(column + self._n, 0.0)

    def reaching(self, at: int, by: float) -> np.ndarray | None:
        """The cheapest move that changes a column by at least `by` (up where positive, else down); None where there is none."""
        column, opposite = (at, at + self._n) if by > 0 else (at + self._n, at)
        if abs(by) > self._most[column] + TOLERANCE:
            return None
        # two ways to the same limit may differ in the last digit
        self._solver.changeColBounds(column, min(abs(by), self._most[column]), self._most[column])
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
