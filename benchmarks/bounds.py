"""What protecting a table costs at the least, proved: integer programming over what every protection must hide.

Where a cell is hidden, each equation that it is in must hide another, and what these may move by must be enough (the
bridgeless and capacity inequalities of Fischetti & Salazar 2001, Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47). A hiding that still leaves a number too certain gives one inequality more (the dual of the
attacker's linear program, no coefficient larger than what is asked), and the least cost is sought again.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from sqa_lib.disclosure.programs import program, run, solver_of
from sqa_lib.disclosure.system import System

ENOUGH = 1e-6
_PRIMAL = {"presolve": "off", "simplex_strategy": 4}
Inequality = tuple[np.ndarray, np.ndarray, float]
"""Σ coefficient · hidden(cell) ≥ least: cells, coefficients, least."""


@dataclass(frozen=True)
class Bound:
    """cost: no protection costs less; is_met: there is one that costs so much."""

    cost: float
    is_met: bool


@dataclass(frozen=True)
class _Need:
    """The cell must be able to move by so much, up or down."""

    cell: int
    by: float


def bound_of(system: System, seconds: float) -> Bound:
    """The best bound that is proved in about this time."""
    started, needs = time.monotonic(), _needs(system)
    inequalities, best = list(_of_equations(system, needs)), 0.0
    while True:
        left = max(seconds - (time.monotonic() - started), 1.0)
        hidden, proved = _least(system, inequalities, left)
        best = max(best, proved)
        more = list(_unmet(system, hidden, needs))
        if not more or time.monotonic() - started > seconds:
            return Bound(best, not more)
        inequalities += more


def _needs(system: System) -> list[_Need]:
    small = system.cells[system.is_small]
    up = [_Need(cell, high - value) for cell, value, high in small[["value", "high"]].itertuples() if high > value]
    down = [_Need(cell, low - value) for cell, value, low in small[["value", "low"]].itertuples() if low < value]
    return up + down


def _room(system: System) -> tuple[np.ndarray, np.ndarray]:
    """How far each cell can go down and up."""
    value, least, most = (system.cells[name].to_numpy() for name in ("value", "least", "most"))
    return value - least, most - value


def _of_equations(system: System, needs: Sequence[_Need]) -> Iterator[Inequality]:
    equations, (down, up) = system.equations.tocsr(), _room(system)
    of_cell: dict[int, list[float]] = {}
    for need in needs:
        of_cell.setdefault(need.cell, []).append(need.by)
    for row in range(equations.shape[0]):
        inside = slice(equations.indptr[row], equations.indptr[row + 1])
        cells, signs = equations.indices[inside], equations.data[inside]
        for at, cell in enumerate(cells):
            yield cells, np.where(np.arange(len(cells)) == at, -1.0, 1.0), 0.0
            for by in of_cell.get(int(cell), ()):
                # the others must make up for it: those of its sign the other way, those across the same way
                goes_up = signs * signs[at] * by < 0
                room = np.minimum(np.where(goes_up, up[cells], down[cells]), abs(by))
                room[at] = 0.0
                yield cells[room > 0], room[room > 0], abs(by)


def _least(system: System, inequalities: Sequence[Inequality], seconds: float) -> tuple[np.ndarray, float]:
    """The cheapest hiding under the inequalities, and what it costs at the least."""
    n = len(system.cells)
    rows = np.repeat(np.arange(len(inequalities)), [len(cells) for cells, _, _ in inequalities])
    columns, values = (np.concatenate([each[part] for each in inequalities]) for part in (0, 1))
    matrix = sparse.csc_matrix((values, (rows, columns)), (len(inequalities), n))
    is_small = system.is_small.astype(float)
    cost = np.where(system.is_small, 0.0, system.cells["loss"])
    least = np.array([at_least for *_, at_least in inequalities])
    model = program(matrix, cost, is_small, np.ones(n), least, np.full(len(least), np.inf))
    model.integrality_ = [highspy.HighsVarType.kInteger] * n
    solver = solver_of(model)
    run(solver, {"time_limit": seconds, "mip_rel_gap": 0.002})
    return np.array(solver.getSolution().col_value) > 0.5, solver.getInfo().mip_dual_bound


def unsafe(system: System, hidden: np.ndarray) -> int:
    """How many small numbers don't reach as far down and up as they must: a linear program for each end."""
    return len({need.cell for need, _ in _missed(system, hidden, _needs(system))})


def _unmet(system: System, hidden: np.ndarray, needs: Sequence[_Need]) -> Iterator[Inequality]:
    """An inequality for each need that moving hidden cells doesn't meet."""
    down, up = _room(system)
    for need, reduced in _missed(system, hidden, needs):
        yield from _from_dual(reduced, need, down, up)


def _missed(system: System, hidden: np.ndarray, needs: Sequence[_Need]) -> Iterator[tuple[_Need, np.ndarray]]:
    """The needs that moving hidden cells doesn't meet, each with the reduced costs of the furthest move."""
    down, up = _room(system)
    low, high = np.where(hidden, -down, 0.0), np.where(hidden, up, 0.0)
    equations = system.equations.tocsc()
    nothing = np.zeros(equations.shape[0])
    solver = solver_of(program(equations, np.zeros(len(hidden)), low, high, nothing, nothing))
    for need in needs:
        cell, sign = np.array([need.cell], dtype=np.int32), float(np.sign(need.by))
        limits = (low[cell], np.minimum(high[cell], need.by)) if sign > 0 else (np.maximum(low[cell], need.by), high[cell])
        solver.changeColsBounds(1, cell, *limits)
        solver.changeColsCost(1, cell, np.array([-sign]))
        run(solver, _PRIMAL)
        solution = solver.getSolution()
        if sign * solution.col_value[need.cell] < abs(need.by) - ENOUGH:
            yield need, np.array(solution.col_dual)
        solver.changeColsBounds(1, cell, low[cell], high[cell])
        solver.changeColsCost(1, cell, np.zeros(1))


def _from_dual(reduced: np.ndarray, need: _Need, down: np.ndarray, up: np.ndarray) -> Iterator[Inequality]:
    """What the cell moves by is what the others move by, each times its reduced cost: no more than they have room for."""
    own = 1.0 + np.sign(need.by) * reduced[need.cell]
    if own < ENOUGH:
        return
    each = np.where(np.abs(reduced) < ENOUGH, 0.0, reduced) / own
    each[need.cell] = 0.0
    with np.errstate(invalid="ignore"):
        room = np.where(each < 0, -each * up, np.where(each > 0, each * down, 0.0))
    room = np.minimum(room, abs(need.by))
    cells = np.flatnonzero(room > ENOUGH)
    yield cells, room[cells], abs(need.by)
