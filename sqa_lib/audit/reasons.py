"""Why a number is hidden that is not small itself: which small ones readers could narrow down too far if it were shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sqa_lib.audit.attack import Attack
from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.equations import Equations
from sqa_lib.audit.judge import primary_variables
from sqa_lib.audit.series import Figures
from sqa_lib.audit.supposing import Narrowed, Supposing, believing
from sqa_lib.audit.wording import Swedish, Wording
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

NUMBER, FIGURE, OTHERS, NOTHING, KNOWN = "number", "figure", "others", "nothing", "known"


@dataclass(frozen=True)
class Number:
    """The name of a hidden number, never the number."""

    statistic: str
    role: str
    school_year: str
    unit: str
    breakdown: str


@dataclass(frozen=True)
class Reason:
    """Why a number that is not small itself is hidden.

    held_by: `number`: if it were shown, readers could narrow down those that it protects; `figure`: it would be shown with the
    counts `beside` it, all of one share, and they together narrow down; `others`: it could be shown, but not together with those
    `beside` it; `nothing`: it could be shown, together with all others of which this is said; `known`: readers have it already.
    protects: the small numbers, first the one that `equations` tell how to narrow down (`explained`: the same in Swedish).
    """

    number: Number
    held_by: str
    beside: tuple[Number, ...] = ()
    protects: tuple[Number, ...] = ()
    equations: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()


def reasons(
    attack: Attack,
    published: pd.DataFrame,
    tree: UnitTree,
    definitions: Mapping[str, Statistic],
    policy: Disclosure,
    released: Sequence[Earlier] = (),
    level: str = "municipality",
) -> tuple[Reason, ...]:
    """One for each number of the units at this level that is hidden and not small, in the order of `Attack.hidden`; none where
    the truth was not at hand.

    Everything else stays hidden as it is. Readers believe what they would believe if all these numbers were shown. Small numbers
    that are unsafe as it is are protected by nothing, so they are no reason.
    """
    secondary = _secondary(attack, tree, definitions, policy, level)
    if not secondary:
        return ()
    shares = _Shares(attack.figures)
    shown = {other for quantity in secondary for other in shares.hidden_with(quantity)}
    bolder = believing(attack, np.array(sorted(shown)), published, tree, definitions, released)
    return _Inquiry(bolder, shares, (Wording(), Swedish(definitions=definitions, tree=tree))).reasons(secondary)


def _secondary(attack: Attack, tree: UnitTree, definitions: Mapping[str, Statistic], policy: Disclosure, level: str) -> list[int]:
    if attack.truth is None:
        return []
    cells = attack.figures.cells
    at_level = np.array([code in tree and tree[code].level == level for code in cells["unit"]])
    primary = primary_variables(attack, definitions, policy)
    is_primary = np.isin(attack.bounds.variable[attack.hidden], primary)
    is_known = ~np.isnan(attack.truth.ravel()[attack.hidden])
    return attack.hidden[at_level[attack.hidden % len(cells)] & ~is_primary & is_known].tolist()


class _Shares:
    """Which quantities stand in one figure: a count alone, a share's three."""

    def __init__(self, figures: Figures):
        self.figures = figures
        self._names = list(zip(figures.series["statistic"], figures.series["breakdown"], strict=True))
        self._lines: dict[tuple[str, str], list[int]] = {}
        for line, name in enumerate(self._names):
            self._lines.setdefault(name, []).append(line)

    def hidden_with(self, quantity: int) -> list[int]:
        """The hidden quantities of its figure."""
        line, cell = divmod(int(quantity), len(self.figures.cells))
        lines = [at for at in self._lines[self._names[line]] if self.figures.is_hidden[at, cell]]
        return [self.figures.quantity(at, cell) for at in lines]


@dataclass(frozen=True)
class _Showing:
    """A hidden quantity, and the smallest figure that it can be shown in: all of the figure's hidden variables."""

    quantity: int
    variables: frozenset[int]


class _Inquiry:
    def __init__(self, attack: Attack, shares: _Shares, wordings: tuple[Wording, Wording]):
        self.attack, self.shares, self.wordings = attack, shares, wordings
        self.supposing = Supposing(attack)
        self.variable = attack.bounds.variable

    def reasons(self, quantities: Sequence[int]) -> tuple[Reason, ...]:
        held = {quantity: self._held(quantity) for quantity in quantities}
        free = [showing for showing in held.values() if isinstance(showing, _Showing)]
        return tuple((held | self._held_together(free)).values())

    def _held(self, quantity: int) -> Reason | _Showing:
        """Why the number can't be shown though all else is hidden as it is, or the figure that it can be shown in."""
        bounds, variable = self.attack.bounds, int(self.variable[quantity])
        if bounds.low[quantity] == bounds.high[quantity]:
            return self._reason(quantity, KNOWN, (), Narrowed())
        if (narrowed := self.supposing.known([variable])).variables:
            return self._reason(quantity, NUMBER, (), narrowed)
        held = [(figure, self.supposing.known(figure)) for figure in self._figures_with(variable)]
        harmless = next((figure for figure, narrowed in held if not narrowed.variables), None)
        if harmless is not None:
            return _Showing(quantity, harmless)
        figure, narrowed = held[0]
        return self._reason(quantity, FIGURE, figure - {variable}, narrowed)

    def _figures_with(self, variable: int) -> list[frozenset[int]]:
        """The hidden variables of each figure of today that this one stands in, the smallest figure first. Of what only an
        earlier release withheld the truth is not at hand."""
        same = np.flatnonzero((self.variable == variable) & ~np.isnan(self.attack.truth.ravel()))
        figures = {frozenset(self.variable[self.shares.hidden_with(quantity)].tolist()) for quantity in same}
        return sorted(figures, key=lambda figure: (len(figure), sorted(figure)))

    def _held_together(self, free: Sequence[_Showing]) -> dict[int, Reason]:
        """One after another is shown where it does no harm beside those before it."""
        shown: list[_Showing] = []
        found = {}
        for one in free:
            if self._together([*shown, one]).variables:
                needed = self._needed(one, shown)
                beside = {int(self.variable[other.quantity]) for other in needed}
                found[one.quantity] = self._reason(one.quantity, OTHERS, beside, self._together([*needed, one]))
            else:
                shown.append(one)
                found[one.quantity] = self._reason(one.quantity, NOTHING, (), Narrowed())
        return found

    def _together(self, showings: Sequence[_Showing]) -> Narrowed:
        return self.supposing.known(frozenset().union(*(showing.variables for showing in showings)))

    def _needed(self, one: _Showing, shown: Sequence[_Showing]) -> list[_Showing]:
        """Of those shown before, a few that do harm together with this one, none of which can be spared."""
        pieces = self.supposing.pieces_of(one.variables)
        kept = [other for other in shown if pieces & self.supposing.pieces_of(other.variables)]
        for other in list(kept):
            without = [each for each in kept if each is not other]
            if self._together([*without, one]).variables:
                kept = without
        return kept

    def _reason(self, quantity: int, held_by: str, beside: Collection[int], narrowed: Narrowed) -> Reason:
        """With the equations of the small number that needs the fewest, or of the number itself where readers have it already."""
        plain, swedish = self._equations(narrowed)
        small = sorted((self._called[v] for v in narrowed.variables), key=lambda q: (len(plain.lines(q)), q))
        told = [quantity] if held_by == KNOWN else small[:1]
        return Reason(
            self._name(quantity),
            held_by,
            tuple(self._name(self._called[v]) for v in sorted(beside)),
            tuple(self._name(q) for q in small),
            *(tuple(line for q in told for line in equations.lines(q)) for equations in (plain, swedish)),
        )

    def _equations(self, narrowed: Narrowed) -> tuple[Equations, Equations]:
        """What reveals a number: the rows that it follows from now, and what was known of the others in them before."""
        bounds = self.attack.bounds
        rows = {v: tuple(dict.fromkeys([*new, *bounds.reasons.get(v, ())])) for v, new in narrowed.reasons.items()}
        supposed = replace(self.attack, bounds=replace(bounds, reasons=bounds.reasons | rows))
        plain, swedish = self.wordings
        return Equations(supposed, plain), Equations(supposed, swedish)

    @cached_property
    def _called(self) -> dict[int, int]:
        """Variable → the quantity that it is called by."""
        return {int(self.variable[quantity]): int(quantity) for quantity in self.attack.hidden}

    def _name(self, quantity: int) -> Number:
        return Number(**self.attack.figures.key(quantity))
