"""Whole tables that agree with what is published, found by linear programming.

A *move* is a change of all cells at once that keeps every equation and every number at or above zero: the true values plus
a move are a table that a reader could take for the true one, as long as only hidden cells move.
"""

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from scipy import sparse

from sqa_lib.disclosure.programs import program, run, solver_of

TOLERANCE = 1e-6
PATIENCE = 6000
"""Steps of the simplex method; a search that takes more is one for an interior point."""


@dataclass(frozen=True)
class Part:
    """Cells that can be looked at by themselves. cells: their numbers; loss: what hiding each costs.

    column, ratio: what each moves with, and by how much when that moves by one (see `reduced`); low, high: how far each column
    can move, down (negative) and up; equations: what the columns keep.
    """

    cells: np.ndarray
    loss: np.ndarray
    column: np.ndarray
    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray
    equations: sparse.csc_matrix

    @cached_property
    def size(self) -> int:
        """The number of columns."""
        return self.equations.shape[1]

    @cached_property
    def cost(self) -> np.ndarray:
        """What moving each column by one costs."""
        return np.bincount(self.column, np.abs(self.ratio) * self.loss, self.size)

    def of_cells(self, move: np.ndarray) -> np.ndarray:
        """A move of the columns as one of the cells."""
        return self.ratio * move[self.column]


class FreeMoves:
    """Moves of a part's cells when all of them are free to move. fixed: True for the columns that must not.

    One model is kept, and only what is wanted changes: the last move stays feasible, so that each search starts from there
    (primal simplex). In a part where that takes long, they are from scratch (interior point).
    """

    def __init__(self, part: Part, fixed: np.ndarray | None = None) -> None:
        self._part, self._takes_long = part, False
        self._low, self._high = (limit if fixed is None else np.where(fixed, 0.0, limit) for limit in (part.low, part.high))
        self._solver = _solver(part.equations, np.zeros(part.size), self._low, self._high)

    def free(self, columns: np.ndarray) -> None:
        """These columns may move as well."""
        low, high = self._part.low[columns], self._part.high[columns]
        self._low[columns], self._high[columns] = low, high
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), low, high)

    def fix(self, column: int) -> None:
        """This column may not move any more."""
        self._low[column] = self._high[column] = 0.0
        self._solver.changeColBounds(column, 0.0, 0.0)

    def reaching(self, columns: np.ndarray, by: np.ndarray, worth: np.ndarray) -> np.ndarray:
        """A move that changes these columns by as much of what is wanted (`by`) as it can, most of all where it is worth most."""
        low, high, columns = self._low[columns], self._high[columns], columns.astype(np.int32)
        nearest = np.maximum(low, np.where(by < 0, by, low)), np.minimum(high, np.where(by > 0, by, high))
        self._change(columns, *nearest, -np.sign(by) * worth)
        self._solve()
        move = _cleaned(np.array(self._solver.getSolution().col_value))
        self._change(columns, low, high, np.zeros(len(columns)))
        return move

    def reaching_one(self, column: int, by: float) -> np.ndarray | None:
        """A move that changes one column by `by`, or as much of it as it can, or None where it can't by so much."""
        if self._takes_long:
            return self._nearest.reaching(column, by)
        return self.reaching(np.array([column]), np.array([by]), np.ones(1))

    @cached_property
    def _nearest(self) -> "CheapestMoves":
        """In a part where searches take long, a move of as little as possible is found soonest."""
        return CheapestMoves(self._part, np.ones(self._part.size))

    def _solve(self) -> None:
        if not self._takes_long:
            self._takes_long = run(self._solver, _PRIMAL) == highspy.HighsModelStatus.kIterationLimit
        if self._takes_long:
            self._solver.clearSolver()
            if run(self._solver, _INTERIOR) != highspy.HighsModelStatus.kOptimal:
                run(self._solver, _DUAL)

    def _change(self, columns: np.ndarray, low: np.ndarray, high: np.ndarray, cost: np.ndarray) -> None:
        self._solver.changeColsBounds(len(columns), columns, low, high)
        self._solver.changeColsCost(len(columns), columns, cost)


class CheapestMoves:
    """Moves of a part's cells that hide as little as possible with what is hidden so far.

    cost: what moving each column by one costs. Every column is two of the model, up and down, and pays for either. Each search
    starts from where nothing moves, which is optimal but for the wanted column's bound (dual simplex): the last move would have
    to be undone first.
    """

    def __init__(self, part: Part, cost: np.ndarray) -> None:
        self._n = part.size
        self._most = np.concatenate([part.high, -part.low])
        both_ways = sparse.hstack([part.equations, -part.equations], format="csc")
        self._solver = _solver(both_ways, np.tile(cost, 2), np.zeros(2 * self._n), self._most)

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
        self._solver.clearSolver()
        found = run(self._solver, _DUAL) == highspy.HighsModelStatus.kOptimal
        columns = np.array(self._solver.getSolution().col_value) if found else None
        for changed in (column, opposite):
            self._solver.changeColBounds(changed, 0.0, self._most[changed])
        return None if columns is None else _cleaned(columns[: self._n] - columns[self._n :])


_INTERIOR = {"solver": "ipm", "presolve": "on", "simplex_iteration_limit": highspy.kHighsIInf}
_DUAL = {"solver": "simplex", "presolve": "off", "simplex_strategy": 1, "simplex_iteration_limit": highspy.kHighsIInf}
_PRIMAL = {"solver": "simplex", "presolve": "off", "simplex_strategy": 4, "simplex_iteration_limit": PATIENCE}
"""HiGHS's options for its methods."""


def _cleaned(move: np.ndarray) -> np.ndarray:
    return np.where(np.abs(move) < TOLERANCE, 0.0, move)


def _solver(equations: sparse.csc_matrix, cost: np.ndarray, low: np.ndarray, high: np.ndarray) -> highspy.Highs:
    """Minimise cost · x with equations · x = 0 and low ≤ x ≤ high."""
    nothing = np.zeros(equations.shape[0])
    return solver_of(program(equations, cost, low, high, nothing, nothing))
