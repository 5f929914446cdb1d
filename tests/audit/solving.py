"""How far numbers can move that agree with linear rows: bounds row by row, then linear programs (HiGHS, by scipy).

Nothing is shared with the audit or the protection.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

CLOSE = 1e-6
SEVERAL = 3
"""One program for many numbers is repeated as long as it settles so many."""
FAR = 1e5
"""Where an end that has none is looked for."""


@dataclass(frozen=True)
class Rows:
    """low <= sum of coefficient x number <= high, one entry for each coefficient: its row and the place of its number."""

    row: np.ndarray
    at: np.ndarray
    coefficient: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, sums: Sequence[tuple[Sequence[int], Sequence[float]]], low: float, high: float) -> "Rows":
        """sums: places and coefficients of each."""
        sizes = [len(places) for places, _ in sums]
        return cls(
            np.repeat(np.arange(len(sums)), sizes),
            np.concatenate([np.empty(0, dtype=int), *(places for places, _ in sums)]).astype(int),
            np.concatenate([np.empty(0), *(weights for _, weights in sums)]).astype(float),
            np.full(len(sums), float(low)),
            np.full(len(sums), float(high)),
        )

    @classmethod
    def joined(cls, several: Sequence["Rows"]) -> "Rows":
        start = np.cumsum([0, *(len(each) for each in several)])
        return cls(
            np.concatenate([each.row + first for each, first in zip(several, start, strict=False)]),
            *(np.concatenate([getattr(each, name) for each in several]) for name in ("at", "coefficient", "low", "high")),
        )

    def __len__(self) -> int:
        return len(self.low)

    def sums(self, numbers: np.ndarray) -> np.ndarray:
        """Of each row, NaN where one of its numbers is."""
        return np.bincount(self.row, self.coefficient * numbers[self.at], minlength=len(self))

    def hold(self, numbers: np.ndarray) -> bool:
        """Whether no row is broken, of those whose numbers are all known (others are NaN)."""
        sums = self.sums(numbers)
        with np.errstate(invalid="ignore"):
            return not ((sums < self.low - CLOSE) | (sums > self.high + CLOSE)).any()

    def unknown(self, numbers: np.ndarray) -> "Rows":
        """The rows with numbers that are not known."""
        kept = np.isnan(self.sums(numbers))
        inside, place = kept[self.row], np.cumsum(kept) - 1
        return Rows(place[self.row[inside]], self.at[inside], self.coefficient[inside], self.low[kept], self.high[kept])


@dataclass(frozen=True)
class Ends:
    """Of each number: low, high, what is proved of it; need: where a small one has to reach, 0 for others."""

    low: np.ndarray
    high: np.ndarray
    need: np.ndarray

    @property
    def is_unsafe(self) -> np.ndarray:
        return (self.need > 0) & ((self.low > 1) | (self.high < self.need))


def ends_of(low: np.ndarray, high: np.ndarray, rows: Rows, need: np.ndarray) -> Ends:
    """low, high: what is told of each number; need: as far as it has to be able to reach, and down to 1, where it is small; 0 for
    others. A number of which it is told that it reaches less far (`~100`) needs no more."""
    system, variable = _merged(low, high, rows)
    wanted = np.zeros(len(system.low))
    np.maximum.at(wanted, variable, need)
    wanted = np.minimum(wanted, system.high)
    system = _propagated(system)
    low, high = system.low.copy(), system.high.copy()
    for part, at in _parts(system, wanted):
        low[at], high[at] = _Search(part, wanted[at]).ends()
    return Ends(low[variable], high[variable], np.where(need > 0, wanted[variable], 0.0))


@dataclass(frozen=True)
class _System:
    """low <= x <= high, row_low <= matrix x <= row_high."""

    matrix: sparse.csr_array
    row_low: np.ndarray
    row_high: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def of(self, rows: np.ndarray, columns: np.ndarray) -> "_System":
        matrix = self.matrix[rows][:, columns]
        return _System(matrix, self.row_low[rows], self.row_high[rows], self.low[columns], self.high[columns])


def _merged(low: np.ndarray, high: np.ndarray, rows: Rows) -> tuple[_System, np.ndarray]:
    """Numbers that a row says are equal as one; and of each number its place."""
    n = len(low)
    matrix = sparse.csr_array((rows.coefficient, (rows.row, rows.at)), shape=(len(rows), n))
    is_same = (np.diff(matrix.indptr) == 2) & (rows.low == 0) & (rows.high == 0) & (matrix.sum(axis=1) == 0)
    one, other = matrix[is_same].indices.reshape(-1, 2).T
    many, variable = connected_components(sparse.csr_array((np.ones(len(one)), (one, other)), shape=(n, n)), directed=False)
    least, most = np.full(many, -np.inf), np.full(many, np.inf)
    np.maximum.at(least, variable, low)
    np.minimum.at(most, variable, high)
    together = sparse.csr_array((np.ones(n), (np.arange(n), variable)), shape=(n, many))
    return _distinct(_System((matrix @ together).tocsr(), rows.low, rows.high, least, most)), variable


def _distinct(system: _System) -> _System:
    """Each row once; one is known by two sums with weights drawn by lot."""
    system.matrix.eliminate_zeros()
    marks = np.round(system.matrix @ np.random.default_rng(3).random((system.matrix.shape[1], 2)), 8)
    kept = np.unique(np.column_stack([marks, system.row_low, system.row_high]), axis=0, return_index=True)[1]
    kept = kept[np.diff(system.matrix.indptr)[kept] > 0]
    return replace(system, matrix=system.matrix[kept], row_low=system.row_low[kept], row_high=system.row_high[kept])


def _propagated(system: _System) -> _System:
    """What the other terms of a row leave to each, in whole numbers, until no row says more."""
    entries = system.matrix.tocoo()
    row, column, weight = entries.row, entries.col, entries.data
    is_up, low, high = weight > 0, system.low, system.high
    is_open = (low < high)[column]
    while True:
        least, most = (weight * np.where(is_up, first[column], second[column]) for first, second in ((low, high), (high, low)))
        above = (system.row_high[row] - _others(row, least, len(system.row_low))) / weight
        below = (system.row_low[row] - _others(row, most, len(system.row_low))) / weight
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, column[is_open], np.ceil(np.where(is_up, below, above) - CLOSE)[is_open])
        np.minimum.at(new_high, column[is_open], np.floor(np.where(is_up, above, below) + CLOSE)[is_open])
        if (new_low > new_high).any():
            raise ValueError("no numbers agree with all that is believed")
        if (new_low == low).all() and (new_high == high).all():
            return replace(system, low=low, high=high)
        low, high = new_low, new_high


def _others(row: np.ndarray, terms: np.ndarray, rows: int) -> np.ndarray:
    """For each entry the sum of the other terms of its row."""
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    more = np.bincount(row, endless, minlength=rows)[row] - endless
    return np.bincount(row, finite, minlength=rows)[row] - finite + np.where(more > 0, np.sign(terms.sum()) * np.inf, 0.0)


def _parts(system: _System, wanted: np.ndarray) -> Iterator[tuple[_System, np.ndarray]]:
    """Parts that no row connects and that have wanted numbers which are open, with their places."""
    is_open = system.low < system.high
    told = system.matrix @ np.where(is_open, 0.0, system.low)
    free = np.flatnonzero(is_open)
    system = replace(system, row_low=system.row_low - told, row_high=system.row_high - told)
    system = _distinct(system.of(np.arange(len(told)), free))
    _, label = connected_components(sparse.block_array([[None, system.matrix], [system.matrix.T, None]]), directed=False)
    of_row, of_number = np.split(label, [len(system.row_low)])
    for part in np.unique(of_number[wanted[free] > 0]):
        rows, inside = np.flatnonzero(of_row == part), np.flatnonzero(of_number == part)
        if len(rows):
            yield system.of(rows, inside), free[inside]


class _Search:
    """least, most: what the numbers of a part are in tables that agree with it; together they may be anything between."""

    def __init__(self, system: _System, need: np.ndarray):
        self.system, self.need = system, need
        self.low, self.high = system.low.copy(), system.high.copy()
        self.least, self.most = np.full(len(need), np.inf), np.full(len(need), -np.inf)
        is_equal = system.row_low == system.row_high
        above, below = ~is_equal & np.isfinite(system.row_high), ~is_equal & np.isfinite(system.row_low)
        self.most_of = sparse.vstack([system.matrix[above], -system.matrix[below]], format="csr")
        self.limit = np.concatenate([system.row_high[above], -system.row_low[below]])
        self.equal, self.total = system.matrix[is_equal], system.row_low[is_equal]

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Proved bounds, where a wanted number can't reach both ends; else no narrower than what it reaches."""
        for is_up in (True, False):
            left = self._left(is_up)
            while len(left):
                self._together(left, is_up)
                before, left = len(left), self._left(is_up)
                if before - len(left) < SEVERAL:
                    break
            while len(left := self._left(is_up)):
                self._alone(left[0], is_up)
        return self.low, self.high

    def _left(self, is_up: bool) -> np.ndarray:
        """The wanted numbers of which it is not yet known whether they reach their end."""
        if is_up:
            return np.flatnonzero((self.need > 0) & (self.most < self.need - CLOSE) & (self.high >= self.need))
        return np.flatnonzero((self.need > 0) & (self.least > 1 + CLOSE) & (self.low <= 1))

    def _together(self, at: np.ndarray, is_up: bool) -> None:
        """The table in which these numbers are short of their ends by as little as can be in all."""
        n, many, sign = len(self.need), len(at), 1.0 if is_up else -1.0
        chosen = sparse.csr_array((np.full(many, -sign), (np.arange(many), at)), shape=(many, n))
        short = sparse.hstack([chosen, -sparse.eye_array(many)])
        ends = -self.need[at] if is_up else np.ones(many)
        matrix = sparse.vstack([_wider(self.most_of, many), short])
        costs = np.concatenate([np.zeros(n), np.ones(many)])
        low, high = np.concatenate([self.system.low, np.zeros(many)]), np.concatenate([self.system.high, np.full(many, np.inf)])
        self._seen(self._solution(costs, matrix, np.concatenate([self.limit, ends]), _wider(self.equal, many), low, high)[:n])

    def _alone(self, at: int, is_up: bool) -> None:
        costs = np.zeros(len(self.need))
        costs[at] = -1.0 if is_up else 1.0
        found = self._solution(costs, self.most_of, self.limit, self.equal, self.system.low, np.minimum(self.system.high, FAR))
        self._seen(found)
        if is_up:
            self.high[at] = np.floor(found[at] + CLOSE) if found[at] < FAR - 1 else np.inf
        else:
            self.low[at] = np.ceil(found[at] - CLOSE)

    def _solution(self, costs, matrix, limit, equal, low, high) -> np.ndarray:
        rows = {"A_ub": matrix, "b_ub": limit} if matrix.shape[0] else {}
        rows |= {"A_eq": equal, "b_eq": self.total} if equal.shape[0] else {}
        found = linprog(costs, **rows, bounds=np.column_stack([low, high]), method="highs")
        if found.status != 0:
            raise ValueError(found.message)
        return found.x

    def _seen(self, table: np.ndarray) -> None:
        self.least, self.most = np.minimum(self.least, table), np.maximum(self.most, table)


def _wider(matrix: sparse.csr_array, columns: int) -> sparse.csr_array:
    return sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], columns))], format="csr")
