"""The attack: from published tables to an interval for every hidden count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sqa_lib.audit.earlier import Earlier, beside
from sqa_lib.audit.identities import identities
from sqa_lib.audit.intervals import Bounds, intervals_of
from sqa_lib.audit.knowledge import known
from sqa_lib.audit.needs import Needs, needs_of, quantities_called, rules_of, with_late
from sqa_lib.audit.outside import known_zeros
from sqa_lib.audit.ratios import ratios
from sqa_lib.audit.relations import TOLERANCE, Beliefs, Relation
from sqa_lib.audit.series import DENOMINATOR, KEY, NUMERATOR, Figures, figures_of, truth_of
from sqa_lib.audit.signs import signs
from sqa_lib.audit.structure import hierarchies, margins, shares
from sqa_lib.audit.system import Contradiction, merged, system_of
from sqa_lib.audit.then import of_then
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

_ROLE_ORDER = [NUMERATOR, DENOMINATOR]
_BOLDNESS = ("then", "sign", "ratio", "sum", "same", "margin", "hierarchy", "share", "words")


class OtherData(Exception):
    """The publication and the data that it is to be judged by don't belong together."""


@dataclass(frozen=True)
class Attack:
    """What an attacker gets out of what is published.

    figures: the published quantities and what was known beforehand; relations: what he believed; bounds: what follows; asked: the
    minimum count of the older policy that each quantity was released under and is judged by, infinite for none; accepted: the
    quantities that someone has signed for;
    truth: each quantity's true number, None when he was not checked by it; wrong_guesses: beliefs that the truth refuted;
    contradicted: released numbers that the publication contradicts (columns `KEY`, shown, released).
    """

    figures: Figures
    relations: tuple[Relation, ...]
    bounds: Bounds
    asked: np.ndarray
    accepted: np.ndarray
    truth: np.ndarray | None
    wrong_guesses: tuple[str, ...]
    contradicted: pd.DataFrame

    @cached_property
    def hidden(self) -> np.ndarray:
        """One quantity for each hidden number; of quantities that must be equal the plainest name."""
        at = np.flatnonzero(self.figures.is_hidden)
        series = at // len(self.figures.cells)
        role = self.figures.series["role"].map({name: place for place, name in enumerate(_ROLE_ORDER)}).fillna(len(_ROLE_ORDER))
        order = np.lexsort([at, self._is_share[series], role.to_numpy()[series], self.bounds.variable[at]])
        _, first = np.unique(self.bounds.variable[at[order]], return_index=True)
        return np.sort(at[order][first])

    @cached_property
    def _is_share(self) -> np.ndarray:
        shares = set(self.figures.series.loc[self.figures.series["role"] == DENOMINATOR, "statistic"])
        return self.figures.series["statistic"].isin(shares).to_numpy()

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """One row per hidden number: `KEY`, low, high, need (what the interval has to reach, 0: nothing), is_narrow."""
        bounds, at = self.bounds, self.hidden
        return self.figures.keys(at)[KEY].assign(
            low=bounds.low[at], high=bounds.high[at], need=bounds.need[at], is_narrow=bounds.is_narrow[at], quantity=at
        )


def attack(
    published: pd.DataFrame,
    tree: UnitTree,
    definitions: Mapping[str, Statistic],
    policy: Disclosure,
    released: Sequence[Earlier] = (),
    statistics: pd.DataFrame | None = None,
) -> Attack:
    """Attack published tables (columns of `published.parquet`) with earlier ones at hand.

    statistics: the authority's own (columns `STATISTICS`), for an audit: they refute beliefs that are false, so that the attacker
    is one who guesses right, and tell which hidden numbers are small, so that only their intervals are sought. Without them every
    hidden number's is. Raises `OtherData` when they are not what was published.
    """
    rules = rules_of(policy, definitions)
    before = [part for number, earlier in enumerate(released, 1) for part in beside(earlier, tree, number)]
    told = [(earlier, rules_of(earlier.rule or policy, definitions)) for earlier in before]
    tables = [(earlier.table, rules_then) for earlier, rules_then in told]
    figures, contradicted = figures_of(published, definitions, rules, tables, statistics)
    truth = None if statistics is None else truth_of(statistics, definitions, figures)
    _check_same_data(figures, truth)
    figures = figures.zero(known_zeros(figures, tree, truth))
    beliefs = Beliefs(figures.values.ravel(), None if truth is None else truth.ravel())
    relations = believed(figures, published, tree, definitions, before, beliefs)
    relations = (*relations, *of_then(figures, relations, told, definitions, truth))
    low, high = figures.limits
    known = None if truth is None else with_late(truth, figures, relations, before)
    needs = needs_of(figures, definitions, policy, before, known)
    relations, bounds = consistent(relations, beliefs, lambda kept: _solved(low, high, kept, needs, truth))
    accepted = quantities_called(policy.accept, figures)
    return Attack(figures, relations, bounds, needs.asked, accepted, truth, tuple(beliefs.wrong), contradicted)


def believed(
    figures: Figures,
    published: pd.DataFrame,
    tree: UnitTree,
    definitions: Mapping[str, Statistic],
    before: Sequence[Earlier],
    beliefs: Beliefs,
) -> tuple[Relation, ...]:
    """All relations that the attacker finds between these figures."""
    return (
        *(today := hierarchies(figures, tree, beliefs)),
        *(
            relation
            for earlier in before
            for relation in hierarchies(figures, earlier.tree, beliefs, today, set(earlier.table["school_year"]))
        ),
        *margins(figures, beliefs),
        *shares(figures, beliefs),
        *identities(figures, definitions, beliefs),
        *ratios(figures, published, definitions, beliefs),
        *signs(figures, published, definitions, beliefs),
        *known(figures, published, definitions, beliefs),
    )


def consistent(
    relations: tuple[Relation, ...], beliefs: Beliefs, solve: Callable[[tuple[Relation, ...]], Bounds]
) -> tuple[tuple[Relation, ...], Bounds]:
    """The bounds under all relations; when no table agrees with them, without the boldest of those in the way."""
    try:
        return relations, solve(relations)
    except Contradiction as contradiction:
        starts = np.cumsum([0, *(len(relation) for relation in relations)])
        blamed = {int(np.searchsorted(starts, row, "right")) - 1 for row in contradiction.rows}
        boldest = min((_BOLDNESS.index(relations[at].kind) for at in blamed), default=len(_BOLDNESS))
        if boldest == len(_BOLDNESS):
            raise
        dropped = {at for at in blamed if relations[at].kind == _BOLDNESS[boldest]}
        beliefs.wrong += [relations[at].name for at in sorted(dropped)]
        kept = tuple(relation for at, relation in enumerate(relations) if at not in dropped)
        return consistent(kept, beliefs, solve)


def _check_same_data(figures: Figures, truth: np.ndarray | None) -> None:
    if truth is None:
        return
    with np.errstate(invalid="ignore"):
        differs = np.abs(figures.values - truth) > TOLERANCE
    if differs.any():
        first = figures.key(np.flatnonzero(differs)[0])
        where = ", ".join(first[name] for name in ("statistic", "school_year", "unit", "breakdown") if first[name])
        raise OtherData(f"{int(differs.sum())} published numbers are not those of the data, such as {where}")


def _solved(low: np.ndarray, high: np.ndarray, relations: Sequence[Relation], needs: Needs, truth: np.ndarray | None) -> Bounds:
    _, variable = merged(system_of(low, high, relations))
    needs = needs.together(variable, truth)
    return intervals_of(low, high, relations, needs.enough, needs.is_wanted, needs.floor)
