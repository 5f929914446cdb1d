"""Wishes of one part met: with moves that hide nothing more, or at the least loss.

That every move counts for all cells of its part is this project's own. Parts share no cell, so that they can be treated side by
side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sqa_lib.disclosure.tables import TOLERANCE, CheapestMoves, FreeMoves, Part

WORTHWHILE = 10
"""A move for many wishes at once is tried as long as two of them meet this many."""


@dataclass(frozen=True)
class Wish:
    """A cell (its number) must be able to change by `by`, up or down."""

    cell: int
    by: float


@dataclass(frozen=True)
class Task:
    """A part and the wishes of its cells. is_sure: True for the cells that are in no equation which was looked away from."""

    part: Part
    wishes: Sequence[Wish]
    is_sure: np.ndarray


@dataclass(frozen=True)
class Reach:
    """How far each cell of a part can move, down and up: in any move, and in those that break no equation which is looked away
    from. more: True for the cells that must be hidden for it."""

    cells: np.ndarray
    down: np.ndarray
    up: np.ndarray
    sure_down: np.ndarray
    sure_up: np.ndarray
    more: np.ndarray

    def with_move(self, move: np.ndarray, is_sure: np.ndarray) -> "Reach":
        """move: of the cells; is_sure: as in a task."""
        down, up = np.minimum(self.down, move), np.maximum(self.up, move)
        if move[~is_sure].any():
            return replace(self, down=down, up=up)
        sure_down, sure_up = np.minimum(self.sure_down, move), np.maximum(self.sure_up, move)
        return replace(self, down=down, up=up, sure_down=sure_down, sure_up=sure_up)


def is_met(wish: Wish, down: float, up: float) -> bool:
    """down, up: how far its cell can move."""
    return abs(up if wish.by > 0 else down) >= abs(wish.by) - TOLERANCE


def _nothing_moves(task: Task) -> Reach:
    still = np.zeros(len(task.part.cells))
    return Reach(task.part.cells, still, still, still, still, np.zeros(len(still), dtype=bool))


class _Asked:
    """What wishes ask of the columns of their part."""

    def __init__(self, task: Task) -> None:
        self.part = task.part
        self._position = {cell: position for position, cell in enumerate(task.part.cells.tolist())}

    def of(self, wish: Wish) -> tuple[int, float]:
        """The column to move, and how far."""
        at = self._position[wish.cell]
        return int(self.part.column[at]), wish.by / self.part.ratio[at]

    def is_met(self, wish: Wish, reach: Reach) -> bool:
        at = self._position[wish.cell]
        return is_met(wish, reach.down[at], reach.up[at])

    def together(self, wishes: Sequence[Wish], turn: int = 0) -> np.ndarray:
        """The widest wish of each column; of a column with wishes both ways, in the direction whose turn it is."""
        wanted = np.zeros(self.part.size)
        for column, by in map(self.of, wishes):
            if (wanted[column] > 0) == (by > 0):
                wanted[column] = max(wanted[column], by, key=abs)
            elif not wanted[column] or (by > 0) == ((column + turn) % 2 == 0):
                wanted[column] = by
        return wanted


def freely(task: Task) -> Reach:
    """With cells that cost nothing: as many wishes as can be with each move while that pays, then one by one."""
    moves, asked, reach = FreeMoves(task.part), _Asked(task), _nothing_moves(task)

    def beyond(wanted: np.ndarray) -> Reach:
        return reach.with_move(task.part.of_cells(moves.reaching(wanted)), task.is_sure)

    wishes = list(task.wishes)
    turn, before = 0, [len(wishes) + 2 * WORTHWHILE] * 2
    while wishes and before[0] - len(wishes) >= WORTHWHILE:
        turn, before = turn + 1, [before[1], len(wishes)]
        reach = beyond(asked.together(wishes, turn))
        wishes = [wish for wish in wishes if not asked.is_met(wish, reach)]
    for wish in wishes:
        if not asked.is_met(wish, reach):
            reach = beyond(asked.together([wish]))
    return reach


def at_least_loss(task: Task) -> Reach:
    """One wish after another, each at the least loss with what the others hide; then what later moves made needless is shown
    again: further cells stay hidden only if some wish has no move without them."""
    search = _Search(task)
    met = [wish for wish in task.wishes if search.meets(wish)]
    reach = _nothing_moves(task)
    more = np.zeros(task.part.size, dtype=bool)
    for move in search.needed(met):
        reach = reach.with_move(task.part.of_cells(move), task.is_sure)
        more |= move != 0
    return replace(reach, more=more[task.part.column] & (task.part.loss > 0))


class _Search:
    """found: moves so far; more: True for the columns that must be hidden for them."""

    def __init__(self, task: Task) -> None:
        self.part, self.asked = task.part, _Asked(task)
        self.moves = CheapestMoves(task.part)
        self.found: list[np.ndarray] = []
        self.more = np.zeros(task.part.size, dtype=bool)

    def meets(self, wish: Wish) -> bool:
        if self._serving(wish).any():
            return True
        move = self.moves.reaching(*self.asked.of(wish))
        if move is None:
            return False
        self.found.append(move)
        new = np.flatnonzero((move != 0) & (self.part.cost > 0) & ~self.more)
        self.more[new] = True
        self.moves.free(new)
        return True

    def _serving(self, wish: Wish) -> np.ndarray:
        """True for the moves that meet the wish."""
        column, by = self.asked.of(wish)
        reach = np.array([move[column] for move in self.found])
        return reach * np.sign(by) >= abs(by) - TOLERANCE

    def needed(self, wishes: Sequence[Wish]) -> list[np.ndarray]:
        """The moves that these wishes, which all have one, can't do without."""
        if not self.found:
            return []
        table = np.array(self.found)
        serves = np.array([self._serving(wish) for wish in wishes])
        kept = np.ones(len(table), dtype=bool)
        for column in sorted(np.flatnonzero(self.more), key=lambda at: (-self.part.cost[at], at)):
            without = kept & (table[:, column] == 0)
            if serves[:, without].any(axis=1).all():
                kept = without
        return list(table[kept])
