"""Wishes of one part met: with moves that hide nothing more, or at the least loss.

That every move counts for all cells of its part is this project's own. Parts share no cell, so that they can be treated side by
side.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from sqa_lib.disclosure.cover import cheapest_cover
from sqa_lib.disclosure.tables import TOLERANCE, CheapestMoves, FreeMoves, Part

MANY = 50
"""As many wishes make a move for all of them worth its time."""

LARGE = 20_000
"""In a part of as many columns moves are sought side by side."""

FEW = 10
"""As few wishes are met one by one sooner than together; what more wishes need is hardly ever needless."""


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
    """The wishes of a task as arrays: at (place of the cell in its part), by (of the cell), column, far (by of the column)."""

    def __init__(self, task: Task) -> None:
        part = task.part
        self.at = np.searchsorted(part.cells, [wish.cell for wish in task.wishes])
        self.by = np.array([wish.by for wish in task.wishes])
        self.column, self.far = part.column[self.at], self.by / part.ratio[self.at]
        self.furthest = np.where(self.far > 0, part.high[self.column], -part.low[self.column])

    def possible(self) -> np.ndarray:
        """The numbers of the wishes that no limit stands against."""
        return np.flatnonzero(np.abs(self.far) <= self.furthest + TOLERANCE)

    def served(self, move: np.ndarray) -> np.ndarray:
        """True for the wishes that a move of the columns meets."""
        return move[self.column] * np.sign(self.far) >= np.abs(self.far) - TOLERANCE

    def weighed(self, wishes: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(columns, how far, worth of each step): of several wishes about a column the one of most weight."""
        in_order = np.argsort(-weight, kind="stable")
        columns, first = np.unique(self.column[wishes[in_order]], return_index=True)
        chosen = in_order[first]
        far = self.far[wishes[chosen]]
        return columns, far, weight[chosen] / np.abs(far)

    def open(self, wishes: np.ndarray, reach: Reach) -> np.ndarray:
        """Those of these wishes that are not met yet."""
        at, by = self.at[wishes], self.by[wishes]
        return wishes[np.abs(np.where(by > 0, reach.up[at], reach.down[at])) < np.abs(by) - TOLERANCE]


class _Tries:
    """Moves that meet as many wishes as can be at once, with the cells that cost nothing.

    Wishes stand in each other's way, so that in each try chance says which come first: the next then meets others. In a part of
    many columns two tries run side by side, the second with those first that are last in the other.
    """

    def __init__(self, asked: _Asked, part: Part, fixed: np.ndarray | None = None) -> None:
        self._asked, self._chance = asked, np.random.default_rng(0)
        self._free = [FreeMoves(part, fixed) for _ in range(2 if part.size >= LARGE else 1)]

    def free(self, columns: np.ndarray) -> None:
        """These columns may move as well."""
        for moves in self._free:
            moves.free(columns)

    def fix(self, column: int) -> None:
        """This column may not move any more."""
        for moves in self._free:
            moves.fix(column)

    def many(self, wishes: np.ndarray) -> list[np.ndarray]:
        """Moves of the columns for as many of these wishes as can be."""
        weight = self._chance.lognormal(size=len(wishes))
        if len(self._free) == 1:
            return [self._free[0].reaching(*self._asked.weighed(wishes, weight))]
        with ThreadPoolExecutor(len(self._free)) as side_by_side:
            tries = zip(self._free, (weight, 1 / weight), strict=True)
            begun = [side_by_side.submit(free.reaching, *self._asked.weighed(wishes, each)) for free, each in tries]
            return [each.result() for each in begun]

    def one(self, wish: int) -> np.ndarray | None:
        """A move for this wish."""
        return self._free[0].reaching_one(self._asked.column[wish], self._asked.far[wish])


def freely(task: Task) -> Reach:
    """With cells that cost nothing: as many wishes as can be with each move while that meets any, then one by one."""
    asked, reach = _Asked(task), _nothing_moves(task)
    tries = _Tries(asked, task.part)
    wishes, before = asked.possible(), len(task.wishes) + 1
    while FEW < len(wishes) < before:
        before = len(wishes)
        for move in tries.many(wishes):
            reach = reach.with_move(task.part.of_cells(move), task.is_sure)
        wishes = asked.open(wishes, reach)
    for wish in wishes:
        move = tries.one(wish) if len(asked.open(wishes[wishes == wish], reach)) else None
        if move is not None:
            reach = reach.with_move(task.part.of_cells(move), task.is_sure)
    return reach


def at_least_loss(task: Task) -> Reach:
    """First what single equations ask for, all at once; then one wish after another, each at the least loss with what the others
    hide; then what later moves made needless is shown again: further cells stay hidden only if some wish has no move without
    them."""
    search = _Search(task)
    search.hide_cover()
    search.meet_all()
    search.show_needless()
    reach = _nothing_moves(task)
    more = np.zeros(task.part.size, dtype=bool)
    for move in search.needed():
        reach = reach.with_move(task.part.of_cells(move), task.is_sure)
        more |= move != 0
    return replace(reach, more=more[task.part.column] & (task.part.loss > 0))


class _Search:
    """found: moves so far, and which wishes each serves; more: True for the columns that must be hidden for them."""

    def __init__(self, task: Task) -> None:
        self.part, self.asked = task.part, _Asked(task)
        self.cheapest = CheapestMoves(task.part, task.part.cost)
        self.freely = _Tries(self.asked, task.part, task.part.cost > 0)
        self.found: list[tuple[np.ndarray, np.ndarray]] = []
        self.is_met = np.zeros(len(task.wishes), dtype=bool)
        self.more, self.cover = (np.zeros(task.part.size, dtype=bool) for _ in range(2))

    def hide_cover(self) -> None:
        """What single equations ask for is hidden, and moves for as many wishes as can be are sought with it."""
        wishes, before = self.asked.possible(), len(self.is_met) + 1
        self.cover = cheapest_cover(self.part, self.asked.column[wishes], self.asked.far[wishes])
        self._hide(self.cover)
        while 0 < len(wishes) < before:
            before = len(wishes)
            wishes = self._together(wishes)

    def meet_all(self) -> None:
        """What is hidden for one wish may help many: then one move is sought for all that wait."""
        wishes = self.asked.possible()
        for number, wish in enumerate(wishes):
            if not self.is_met[wish] and self._hides_for(wish):
                waiting = wishes[number + 1 :][~self.is_met[wishes[number + 1 :]]]
                if len(waiting) >= MANY:
                    self._together(waiting)

    def show_needless(self) -> None:
        """Where single wishes asked for more beside the cover, that may do instead of it: what others can do without is shown."""
        added, equations = self.more & ~self.cover, abs(self.part.equations)
        beside = self.cover & (equations.T @ (equations @ added) > 0)
        for column in sorted(np.flatnonzero(beside), key=lambda at: (-self.part.cost[at], at)):
            self._show(column)

    def _show(self, column: int) -> None:
        """Without the moves of a column, if others meet all wishes that it does."""
        kept = [(move, serves) for move, serves in self.found if not move[column]]
        is_met = np.any([serves for _, serves in kept], axis=0) if kept else np.zeros_like(self.is_met)
        wishes, before = np.flatnonzero(self.is_met & ~is_met), len(self.is_met) + 1
        if len(wishes) > FEW:
            return
        self.freely.fix(column)
        while 0 < len(wishes) < before:
            before = len(wishes)
            found = [(move, self.asked.served(move)) for move in self.freely.many(wishes)]
            kept += found
            wishes = wishes[~np.any([serves for _, serves in found], axis=0)[wishes]]
        if len(wishes):
            self.freely.free(np.array([column]))
        else:
            self.found, self.more[column] = kept, False

    def _together(self, wishes: np.ndarray) -> np.ndarray:
        """Moves for many of these wishes are sought; gives those that they don't meet."""
        for move in self.freely.many(wishes):
            self._take(move)
        return wishes[~self.is_met[wishes]]

    def _hides_for(self, wish: int) -> bool:
        """Whether more was hidden for a wish."""
        move = self.cheapest.reaching(self.asked.column[wish], self.asked.far[wish])
        if move is None:
            return False
        self._take(move)
        return self._hide(move != 0)

    def _hide(self, columns: np.ndarray) -> bool:
        """Whether any of these columns (True for them) had to be hidden."""
        new = np.flatnonzero(columns & (self.part.cost > 0) & ~self.more)
        self.more[new] = True
        self.cheapest.free(new)
        self.freely.free(new)
        return len(new) > 0

    def _take(self, move: np.ndarray) -> None:
        serves = self.asked.served(move)
        self.found.append((move, serves))
        self.is_met |= serves

    def needed(self) -> list[np.ndarray]:
        """The moves that the wishes which are met can't do without."""
        if not self.found:
            return []
        table, serves = (np.array(each) for each in zip(*self.found, strict=True))
        kept = np.ones(len(table), dtype=bool)
        for column in sorted(np.flatnonzero(self.more), key=lambda at: (-self.part.cost[at], at)):
            without = kept & (table[:, column] == 0)
            if serves[without].any(axis=0)[self.is_met].all():
                kept = without
        return list(table[kept])
