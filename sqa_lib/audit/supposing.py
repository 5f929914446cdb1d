"""What the attacker would find if he knew more: some of the hidden numbers, besides what is published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sqa_lib.audit.attack import Attack, believed, consistent
from sqa_lib.audit.earlier import Earlier, beside
from sqa_lib.audit.intervals import intervals_of, settled
from sqa_lib.audit.relations import Beliefs
from sqa_lib.audit.system import components, merged, open_part, propagated, system_of
from sqa_lib.metrics import Statistic
from sqa_lib.units import UnitTree


def believing(
    attack: Attack,
    quantities: np.ndarray,
    published: pd.DataFrame,
    tree: UnitTree,
    definitions: Mapping[str, Statistic],
    released: Sequence[Earlier] = (),
) -> Attack:
    """The attack of one who believes all that he would believe if these hidden quantities were shown, but does not know them.

    He believes nothing false, also of what only an earlier publication told, so that no number can contradict him.
    """
    figures, bounds = attack.figures, attack.bounds
    is_shown = np.isin(np.arange(figures.low.size), quantities).reshape(figures.low.shape)
    low, high = (np.where(is_shown, attack.truth, side) for side in (figures.low, figures.high))
    richer = replace(figures, low=low, high=high)
    truth = np.where(np.isnan(attack.truth), figures.values, attack.truth)
    beliefs = Beliefs(richer.values.ravel(), truth.ravel())
    before = [part for number, earlier in enumerate(released, 1) for part in beside(earlier, tree, number)]
    relations, bounds = consistent(
        believed(richer, published, tree, definitions, before, beliefs),
        beliefs,
        lambda kept: intervals_of(*figures.limits, kept, bounds.need, bounds.need > 0, bounds.floor),
    )
    return replace(attack, relations=relations, bounds=bounds)


@dataclass(frozen=True)
class Narrowed:
    """variables: the small numbers that become too narrow, also those now known, ascending; reasons: variable → rows, as in
    `Bounds`."""

    variables: tuple[int, ...] = ()
    reasons: dict[int, tuple[int, ...]] = field(default_factory=dict)


class Supposing:
    """An attack's system once more, in the pieces that it falls into. What he believes stays the same."""

    def __init__(self, attack: Attack):
        bounds = attack.bounds
        start, variable = merged(system_of(*attack.figures.limits, attack.relations))
        n = len(start.low)
        self._need, self._truth, self._was_narrow = np.zeros(n), np.full(n, np.nan), np.zeros(n, dtype=bool)
        self._floor = np.full(n, np.inf)
        np.maximum.at(self._need, variable, bounds.need)
        np.minimum.at(self._floor, variable, bounds.floor)
        np.fmax.at(self._truth, variable, attack.truth.ravel())
        self._was_narrow[variable[bounds.is_narrow]] = True
        smaller, free = open_part(propagated(start)[0])
        self._pieces = [(piece, free[inside]) for piece, inside in components(smaller)]
        self._piece_of = {int(v): at for at, (_, variables) in enumerate(self._pieces) for v in variables}

    def pieces_of(self, variables: Collection[int]) -> set[int]:
        """Where numbers tell anything: what is known in one piece tells nothing of another."""
        return {self._piece_of[v] for v in variables if v in self._piece_of}

    def known(self, variables: Collection[int]) -> Narrowed:
        """The small numbers that become too narrow when these are known too."""
        found: list[int] = []
        reasons: dict[int, tuple[int, ...]] = {}
        for at in sorted(self.pieces_of(variables)):
            narrow, why = self._in_piece(at, variables)
            found += narrow
            reasons |= why
        return Narrowed(tuple(sorted(found)), {v: rows for v, rows in reasons.items() if v not in variables})

    def _in_piece(self, at: int, variables: Collection[int]) -> tuple[list[int], dict[int, tuple[int, ...]]]:
        piece, members = self._pieces[at]
        is_known = np.isin(members, list(variables))
        low, high = (np.where(is_known, self._truth[members], side) for side in (piece.low, piece.high))
        need, floor = self._need[members], self._floor[members]
        found = settled(replace(piece, low=low, high=high), need, floor)
        is_narrow = (need > 0) & ((found.low > floor) | (found.high < need)) & ~self._was_narrow[members]
        return members[is_narrow].tolist(), {int(members[v]): rows for v, rows in found.reasons.items()}
