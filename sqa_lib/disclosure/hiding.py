"""Hiding cells one after another until every small number is safe: sequential linear programming.

For each small cell two moves are found, one that takes it down to `low` and one up to `high`, at the least loss: moving a
cell that is hidden already costs nothing, moving another means that it must be hidden too. Source: Kelly, Golden & Assad
(1992), Cell suppression: disclosure protection for sensitive tabular data, Networks 22. That every move counts for all cells
is this project's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sqa_lib.disclosure.system import System
from sqa_lib.disclosure.tables import TOLERANCE, CheapestMoves, FreeMoves, Part

WORTHWHILE = 10
"""A move for many wishes at once is tried as long as two of them meet this many."""


@dataclass(frozen=True)
class Wish:
    """A cell (its number) must be able to change by `by`, up or down."""

    cell: int
    by: float


def wishes_of(system: System) -> list[Wish]:
    """What every cell that needs protection must be able to do; what readers know already can't be helped."""
    cells = system.cells[system.is_small]
    up = [Wish(row.Index, row.high - row.value) for row in cells.itertuples() if row.high > row.value]
    down = [Wish(row.Index, row.low - row.value) for row in cells.itertuples() if row.low < row.value]
    return sorted(up + down, key=lambda wish: (wish.cell, wish.by))


class Hiding:
    """What is hidden so far (True per cell), and how far every cell can move because of it. hidden: to start with."""

    def __init__(self, system: System, hidden: np.ndarray) -> None:
        cells = system.cells
        self._value, self._least, self._most = (cells[name].to_numpy() for name in ("value", "least", "most"))
        self.equations, self._columns, self._shows = system.equations, system.equations.tocsc(), system.shows
        self._worth = cells["loss"].to_numpy()
        self.unbound()
        self.hidden = hidden.copy()
        self.can_move = ~cells["is_known"].to_numpy()
        self._sure_down, self._sure_up = np.zeros(len(cells)), np.zeros(len(cells))
        self.forget()

    def unbound(self) -> None:
        """Readers know of each number only what they knew beforehand: that it is not negative, or more."""
        self.most_down, self.most_up = self._value - self._least, self._most - self._value

    def bound(self, cells: np.ndarray, least: float | np.ndarray, most: float | np.ndarray) -> None:
        """Readers know moreover that these cells lie between `least` and `most`."""
        self.most_down[cells] = np.minimum(self.most_down[cells], self._value[cells] - least)
        self.most_up[cells] = np.minimum(self.most_up[cells], most - self._value[cells])

    def forget(self) -> None:
        """Moves that would break an equation which was looked away from count no more."""
        self.down, self.up = self._sure_down.copy(), self._sure_up.copy()

    def remember(self, cells: np.ndarray, move: np.ndarray, is_sure: np.ndarray) -> None:
        """is_sure: True for the cells that are in no equation which was looked away from."""
        self.up[cells] = np.maximum(self.up[cells], move)
        self.down[cells] = np.minimum(self.down[cells], move)
        if not move[~is_sure].any():
            self._sure_up[cells] = np.maximum(self._sure_up[cells], move)
            self._sure_down[cells] = np.minimum(self._sure_down[cells], move)

    def is_met(self, wish: Wish) -> bool:
        reach = self.up[wish.cell] if wish.by > 0 else self.down[wish.cell]
        return abs(reach) >= abs(wish.by) - TOLERANCE

    @property
    def loss(self) -> np.ndarray:
        """What hiding each cell costs now: nothing where it is hidden, or where every figure that shows it is withheld."""
        withheld = self._shows @ self.hidden > 0
        is_shown = self._shows.T @ ~withheld > 0
        return np.where(is_shown & ~self.hidden, self._worth, 0.0)

    def protect(self, wishes: list[Wish], among: np.ndarray, under: np.ndarray) -> list[Wish]:
        """Meet the wishes by moving cells among these only (True per cell), under some of the equations; returns those that
        can't be met so."""
        open_wishes = self.use_what_is_free(wishes, among, under)
        for part, own in self._parts(among & self.can_move, under, open_wishes):
            _Search(self, part, self._is_sure(part, under)).meet(own)
        return self._open(wishes)

    def _open(self, wishes: list[Wish]) -> list[Wish]:
        return [wish for wish in wishes if not self.is_met(wish)]

    def use_what_is_free(self, wishes: list[Wish], among: np.ndarray, under: np.ndarray) -> list[Wish]:
        """Meet the wishes that need nothing more hidden: as many as can be with each move while that pays, then one by one;
        returns those that need more."""
        for part, own in self._parts(among & self.can_move & (self.loss == 0), under, self._open(wishes)):
            moves, position, is_sure = FreeMoves(part), _positions(part), self._is_sure(part, under)
            turn, before = 0, [len(own) + 2 * WORTHWHILE] * 2
            while own and before[0] - len(own) >= WORTHWHILE:
                turn, before = turn + 1, [before[1], len(own)]
                self.remember(part.cells, moves.reaching(_wanted(own, position, turn)), is_sure)
                own = self._open(own)
            for wish in own:
                if not self.is_met(wish):
                    self.remember(part.cells, moves.reaching(_wanted([wish], position)), is_sure)
        return self._open(wishes)

    def _is_sure(self, part: Part, under: np.ndarray) -> np.ndarray:
        """True for the cells of a part that are in no equation which is looked away from."""
        return (
            abs(self.equations[~under][:, part.cells]).sum(axis=0).A1 == 0 if not under.all() else np.ones(len(part.cells), bool)
        )

    def _parts(self, among: np.ndarray, under: np.ndarray, wishes: list[Wish]) -> Iterator[tuple[Part, list[Wish]]]:
        """The cells that hang together, with their wishes; parts without any wish are left out."""
        if not wishes:
            return
        cells = np.flatnonzero(among)
        equations = _not_empty(self._columns[:, cells].tocsr()[under])
        movable = _movable(equations)
        cells, equations = cells[movable], _not_empty(equations[:, movable])
        label = labels(equations, len(cells))
        position = np.full(len(self.hidden), -1)
        position[cells] = np.arange(len(cells))
        wanted: dict[int, list[Wish]] = {}
        for wish in wishes:
            if position[wish.cell] >= 0:
                wanted.setdefault(int(label[position[wish.cell]]), []).append(wish)
        by_label = np.argsort(label, kind="stable")
        edges = np.searchsorted(label[by_label], [[number, number + 1] for number in sorted(wanted)])
        columns, loss = equations.tocsc(), self.loss
        for (first, last), own in zip(edges, (wanted[number] for number in sorted(wanted)), strict=True):
            inside = by_label[first:last]
            chosen = cells[inside]
            block = _not_empty(columns[:, inside].tocsr()).tocsc()
            yield Part(chosen, block, self.most_down[chosen], self.most_up[chosen], loss[chosen]), own


def _movable(equations: sparse.csr_matrix) -> np.ndarray:
    """True for the cells that can move with others: a cell that is alone in an equation can't."""
    terms = abs(equations).sign()
    movable = np.ones(equations.shape[1], dtype=bool)
    while True:
        alone = (terms @ movable.astype(float)) == 1
        stuck = (terms.T @ alone.astype(float) > 0) & movable
        if not stuck.any():
            return movable
        movable &= ~stuck


def _not_empty(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    return equations[np.flatnonzero(np.diff(equations.indptr))]


def labels(equations: sparse.csr_matrix, n: int) -> np.ndarray:
    """Which cells hang together through equations."""
    rows = equations.shape[0]
    graph = sparse.bmat([[None, equations], [equations.T, None]], format="csr") if rows else sparse.csr_matrix((n, n))
    return connected_components(graph, directed=False)[1][rows:]


def _positions(part: Part) -> dict[int, int]:
    return {cell: position for position, cell in enumerate(part.cells.tolist())}


def _wanted(wishes: list[Wish], position: dict[int, int], turn: int = 0) -> np.ndarray:
    """One wish of each cell; of a cell with two, the one whose turn it is."""
    wanted = np.zeros(len(position))
    for wish in wishes:
        at = position[wish.cell]
        if not wanted[at] or (wish.by > 0) == ((at + turn) % 2 == 0):
            wanted[at] = wish.by
    return wanted


class _Search:
    """Wishes of one part, one after another."""

    def __init__(self, hiding: Hiding, part: Part, is_sure: np.ndarray) -> None:
        self.hiding, self.part, self.is_sure = hiding, part, is_sure
        self.moves = CheapestMoves(part)
        self.position = _positions(part)
        self.found: list[np.ndarray] = []
        self.more = np.zeros(len(part.cells), dtype=bool)

    def meet(self, wishes: list[Wish]) -> None:
        self._show_again([wish for wish in wishes if self._meet(wish)])
        self.hiding.hidden[self.part.cells[self.more]] = True
        for move in self.found:
            self.hiding.remember(self.part.cells, move, self.is_sure)

    def _meet(self, wish: Wish) -> bool:
        if self._serving(wish).any():
            return True
        move = self.moves.reaching(self.position[wish.cell], wish.by)
        if move is None:
            return False
        self.found.append(move)
        new = np.flatnonzero((move != 0) & (self.part.loss > 0) & ~self.more)
        self.more[new] = True
        self.moves.free(new)
        return True

    def _serving(self, wish: Wish) -> np.ndarray:
        """True for the moves that meet the wish."""
        reach = np.array([move[self.position[wish.cell]] for move in self.found])
        return reach * np.sign(wish.by) >= abs(wish.by) - TOLERANCE

    def _show_again(self, wishes: list[Wish]) -> None:
        """Show what later moves made needless: a further cell stays hidden only if some wish has no move without it."""
        if not self.found:
            return
        table = np.array(self.found)
        serves = np.array([self._serving(wish) for wish in wishes])
        kept = np.ones(len(table), dtype=bool)
        for cell in sorted(np.flatnonzero(self.more), key=lambda at: (-self.part.loss[at], at)):
            without = kept & (table[:, cell] == 0)
            if serves[:, without].any(axis=1).all():
                kept = without
        self.found = list(table[kept])
        self.more &= (table[kept] != 0).any(axis=0)
