"""From relations to intervals: what every hidden quantity can be at least and at most, given all that is published."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sqa_lib.audit.program import Program
from sqa_lib.audit.relations import Relation
from sqa_lib.audit.system import WHOLE, System, components, merged, open_part, propagated, system_of

_WORTH_A_SWEEP = 5
"""A push of many variables costs a few times what one takes; it is repeated as long as it settles so many."""


@dataclass(frozen=True)
class Bounds:
    """What is proved of each quantity.

    low, high: nothing outside is possible; need, floor: how far up and down the interval of a wanted quantity has to reach, 0 and
    infinite for others; variable: quantities that must be equal share one; reasons: variable → rows (numbered through all
    relations in order) that its interval follows from; programs: how many linear programs were solved.
    """

    low: np.ndarray
    high: np.ndarray
    need: np.ndarray
    floor: np.ndarray
    variable: np.ndarray
    reasons: dict[int, tuple[int, ...]]
    programs: int

    @property
    def is_narrow(self) -> np.ndarray:
        """The wanted quantities whose interval does not reach both as far down and as far up as it has to."""
        return _is_narrow(self.low, self.high, self.need, self.floor)


def _is_narrow(low: np.ndarray, high: np.ndarray, need: np.ndarray, floor: np.ndarray) -> np.ndarray:
    return (need > 0) & ((low > floor) | (high < need))


def intervals_of(
    low: np.ndarray, high: np.ndarray, relations: Sequence[Relation], enough: np.ndarray, wanted: np.ndarray, floor: np.ndarray
) -> Bounds:
    """Intervals of quantities with these bounds under these relations, whole numbers.

    enough: for each quantity the number that its interval has to reach, or as far as the publication itself says (`~100`);
    wanted: the quantities that matter; floor: how far down it has to reach, one for a small number. A wanted quantity whose
    interval does not reach both has its exact linear-programming bounds, rounded inwards; others have what follows row by row,
    which may be wider.
    Raises `Contradiction` when no table agrees.
    """
    start, variable = merged(system_of(low, high, relations))
    need = np.zeros(len(start.low))
    np.maximum.at(need, variable[wanted], enough[wanted])
    need = np.where(start.low < start.high, np.minimum(need, start.high), need)
    lowest = np.full(len(start.low), np.inf)
    np.minimum.at(lowest, variable, np.where(wanted, floor, np.inf))
    found = settled(start, need, lowest)
    limits = found.low, found.high, need, lowest
    return Bounds(*(limit[variable] for limit in limits), variable, found.reasons, found.programs)


@dataclass(frozen=True)
class Settled:
    """low, high, reasons and programs as in `Bounds`, for the variables of one system."""

    low: np.ndarray
    high: np.ndarray
    reasons: dict[int, tuple[int, ...]]
    programs: int


def settled(start: System, need: np.ndarray, floor: np.ndarray) -> Settled:
    """The intervals of a system's variables. need: what each has to reach, 0 where that does not matter; floor: how far down."""
    system, *why = propagated(start)
    reasons = {v: tuple(sorted({int(w[v]) for w in why if w[v] >= 0})) for v in np.flatnonzero((why[0] >= 0) | (why[1] >= 0))}
    smaller, free = open_part(system)
    lower, upper, solved = system.low.copy(), system.high.copy(), 0
    for part, inside in components(smaller):
        at = free[inside]
        if need[at].any():
            search = Search(part, need[at], floor[at])
            search.run()
            lower[at], upper[at] = search.low, search.high
            reasons |= {at[v]: tuple(part.origin[sorted(rows)].tolist()) for v, rows in search.rows.items()}
            solved += search.solved
    return Settled(lower, upper, reasons, solved)


class Search:
    """The intervals of one component. low, high: proved; least, most: found in tables that are possible; rows: variable → the
    rows that prove its bounds."""

    def __init__(self, system: System, need: np.ndarray, floor: np.ndarray):
        self.low, self.high = system.low.copy(), system.high.copy()
        self.least, self.most = np.full(len(need), np.inf), np.full(len(need), -np.inf)
        self.need, self.floor = need, floor
        self.rows: dict[int, set[int]] = {}
        told = np.concatenate([_finite(system.row_low), _finite(system.row_high), system.low])
        self.cap = 10 * (need.max() + np.abs(told).max(initial=0))
        self.program = Program(replace(system, high=np.minimum(system.high, self.cap)))
        self.solved = 0

    def run(self) -> None:
        """Widen by whole tables, settle one by one what is still open, and prove both bounds of what is too narrow."""
        self._sweep(-1)
        self._sweep(1)
        for sign in (1, -1):
            while len(still := self._open(sign)):
                self._solve(still[0], sign)
        for at in np.flatnonzero(_is_narrow(self.low, self.high, self.need, self.floor)):
            for sign in (1, -1):
                if self._gap(at, sign) > WHOLE and not self._is_endless(at, sign):
                    self._solve(at, sign)

    def _gap(self, at: int, sign: int) -> float:
        return self.least[at] - self.low[at] if sign > 0 else self.high[at] - self.most[at]

    def _is_endless(self, at: int, sign: int) -> bool:
        return sign < 0 and self.most[at] >= self.cap - 1

    def _open(self, sign: int) -> np.ndarray:
        """Variables whose verdict still hangs on their minimum (sign 1) or maximum (-1)."""
        if sign > 0:
            return np.flatnonzero((self.need > 0) & (self.low <= self.floor) & (self.least > self.floor + WHOLE))
        return np.flatnonzero((self.need > 0) & (self.high >= self.need) & (self.most < self.need - WHOLE))

    def _sweep(self, sign: int) -> None:
        """Many at once: push all that are open in one direction, as long as that settles some."""
        rng = np.random.default_rng(0)
        still = self._open(sign)
        while len(still):
            costs = np.zeros(len(self.need))
            costs[still] = sign * (1 + rng.random(len(still)))
            self._widen(self.program.minimum(costs)[1])
            before, still = len(still), self._open(sign)
            if before - len(still) < _WORTH_A_SWEEP:
                break

    def _solve(self, at: int, sign: int) -> None:
        costs = np.zeros(len(self.need))
        costs[at] = sign
        best, table = self.program.minimum(costs)
        self._widen(table)
        bound = np.ceil(best - WHOLE) + 0.0 if sign > 0 else np.floor(-best + WHOLE) if -best < self.cap - 1 else np.inf
        is_news = bound > self.low[at] if sign > 0 else bound < self.high[at]
        if is_news:
            (self.low if sign > 0 else self.high)[at] = bound
            self.rows.setdefault(at, set()).update(self.program.rows_used().tolist())

    def _widen(self, table: np.ndarray) -> None:
        self.solved += 1
        np.minimum(self.least, table, out=self.least)
        np.maximum(self.most, table, out=self.most)


def _finite(numbers: np.ndarray) -> np.ndarray:
    return numbers[np.isfinite(numbers)]
