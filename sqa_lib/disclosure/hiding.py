"""Hiding cells one after another until every small number is safe: sequential linear programming.

For each small cell two moves are found, one that takes it down to `low` and one up to `high`, at the least loss: moving a
cell that is hidden already costs nothing, moving another means that it must be hidden too. Source: Kelly, Golden & Assad
(1992), Cell suppression: disclosure protection for sensitive tabular data, Networks 22.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sqa_lib.disclosure.meeting import Reach, Task, Wish, at_least_loss, freely, is_met
from sqa_lib.disclosure.reduced import reduced
from sqa_lib.disclosure.system import System
from sqa_lib.disclosure.tables import Part

Meet = Callable[[Task], Reach]
Run = Callable[[Meet, Sequence[Task]], Iterable[Reach]]
"""Tasks one after another (`map`) or side by side."""


def wishes_of(system: System) -> list[Wish]:
    """What every cell that needs protection must be able to do; what readers know already can't be helped."""
    cells = system.cells.loc[system.is_small, ["value", "low", "high"]]
    up = [Wish(row.Index, row.high - row.value) for row in cells.itertuples() if row.high > row.value]
    down = [Wish(row.Index, row.low - row.value) for row in cells.itertuples() if row.low < row.value]
    return sorted(up + down, key=lambda wish: (wish.cell, wish.by))


class Hiding:
    """What is hidden so far (True per cell), and how far every cell can move because of it. hidden: to start with."""

    def __init__(self, system: System, hidden: np.ndarray, run: Run = map) -> None:
        cells = system.cells
        self._value, self._least, self._most = (cells[name].to_numpy() for name in ("value", "least", "most"))
        self.equations, self._columns, self._shows = system.equations, system.equations.tocsc(), system.shows
        self._worth = cells["loss"].to_numpy()
        self._run = run
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
        self._meet(at_least_loss, open_wishes, among & self.can_move, under)
        return self._open(wishes)

    def use_what_is_free(self, wishes: list[Wish], among: np.ndarray, under: np.ndarray) -> list[Wish]:
        """Meet the wishes that need nothing more hidden; returns those that need more."""
        self._meet(freely, self._open(wishes), among & self.can_move & (self.loss == 0), under)
        return self._open(wishes)

    def _open(self, wishes: list[Wish]) -> list[Wish]:
        return [wish for wish in wishes if not is_met(wish, self.down[wish.cell], self.up[wish.cell])]

    def _meet(self, meet: Meet, wishes: list[Wish], among: np.ndarray, under: np.ndarray) -> None:
        """The largest parts first: they take longest."""
        tasks = [Task(part, own, self._is_sure(part, under)) for part, own in self._parts(among, under, wishes)]
        for reach in self._run(meet, sorted(tasks, key=lambda task: -task.part.size)):
            self._take(reach)

    def _take(self, reach: Reach) -> None:
        at = reach.cells
        self.hidden[at] |= reach.more
        self.down[at], self.up[at] = np.minimum(self.down[at], reach.down), np.maximum(self.up[at], reach.up)
        self._sure_down[at] = np.minimum(self._sure_down[at], reach.sure_down)
        self._sure_up[at] = np.maximum(self._sure_up[at], reach.sure_up)

    def _is_sure(self, part: Part, under: np.ndarray) -> np.ndarray:
        """True for the cells of a part that are in no equation which is looked away from."""
        return (
            abs(self.equations[~under][:, part.cells]).sum(axis=0).A1 == 0 if not under.all() else np.ones(len(part.cells), bool)
        )

    def _parts(self, among: np.ndarray, under: np.ndarray, wishes: list[Wish]) -> Iterator[tuple[Part, list[Wish]]]:
        """The cells that hang together, with their wishes; parts without any wish are left out."""
        if not wishes:
            return
        movable = np.flatnonzero(among)
        columns = reduced(self._columns[:, movable].tocsr()[under], -self.most_down[movable], self.most_up[movable])
        moves, equations = columns.moves, columns.equations.tocsc()
        inside, column = moves.nonzero()
        cells, ratio = movable[inside], moves.data
        label = labels(columns.equations, moves.shape[1])
        of_cell = np.full(len(self.hidden), -1)
        of_cell[cells] = label[column]
        wanted: dict[int, list[Wish]] = {}
        for wish in wishes:
            if of_cell[wish.cell] >= 0:
                wanted.setdefault(int(of_cell[wish.cell]), []).append(wish)
        numbers = sorted(wanted)
        own_cells, own_columns = _gathered(label[column], numbers), _gathered(label, numbers)
        loss = self.loss
        for number, here, own in zip(numbers, own_cells, own_columns, strict=True):
            chosen, block = cells[here], _not_empty(equations[:, own].tocsr()).tocsc()
            place = np.searchsorted(own, column[here])
            part = Part(chosen, loss[chosen], place, ratio[here], columns.low[own], columns.high[own], block)
            yield part, wanted[number]


def _gathered(label: np.ndarray, numbers: list[int]) -> Iterator[np.ndarray]:
    """Where each of the labels is, in order."""
    by_label = np.argsort(label, kind="stable")
    edges = np.searchsorted(label[by_label], [[number, number + 1] for number in numbers])
    for first, last in edges.reshape(-1, 2):
        yield by_label[first:last]


def _not_empty(equations: sparse.csr_matrix) -> sparse.csr_matrix:
    return equations[np.flatnonzero(np.diff(equations.indptr))]


def labels(equations: sparse.csr_matrix, n: int) -> np.ndarray:
    """Which columns hang together through equations."""
    rows = equations.shape[0]
    graph = sparse.bmat([[None, equations], [equations.T, None]], format="csr") if rows else sparse.csr_matrix((n, n))
    return connected_components(graph, directed=False)[1][rows:]
