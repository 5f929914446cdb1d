"""How far the interval of each quantity has to reach for its number to be safe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sqa_lib.audit.earlier import Earlier, plain
from sqa_lib.audit.relations import Relation
from sqa_lib.audit.series import COMPLEMENT, DENOMINATOR, NUMERATOR, Figures, quantities_of
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure, FigureName, Thresholds

MARGIN = 0.2
"""A number that is not small and was withheld by hand has to be uncertain by this part of itself, and by one at least."""


@dataclass(frozen=True)
class Needs:
    """For each quantity: is_wanted, whether it needs anything; floor, enough: how far down and up its interval has to reach;
    asked: the minimum count of the older policy that it was released under and is judged by, infinite for none."""

    is_wanted: np.ndarray
    floor: np.ndarray
    enough: np.ndarray
    asked: np.ndarray

    def together(self, variable: np.ndarray, truth: np.ndarray | None) -> "Needs":
        """Of a number that was released under an older policy, under whatever name, only what that one asks. variable: the number
        of each quantity."""
        if not np.isfinite(self.asked).any():
            return self
        least = np.full(len(self.asked), np.inf)
        np.minimum.at(least, variable, self.asked)
        least = least[variable]
        is_asked_nothing = np.isfinite(least) & (self.floor == 1) & (False if truth is None else truth.ravel() >= least)
        return replace(self, is_wanted=self.is_wanted & ~is_asked_nothing, enough=np.minimum(self.enough, least))


def needs_of(
    figures: Figures,
    definitions: Mapping[str, Statistic],
    policy: Disclosure,
    before: Sequence[Earlier],
    truth: np.ndarray | None,
) -> Needs:
    """The hidden numbers of people, only the small ones where that is known, and what was withheld by hand. The numbers of a unit
    that is missing today are not known: any of them may be small."""
    rules = rules_of(policy, definitions)
    people = np.array([definitions[name].is_about_people for name in figures.series["statistic"]], dtype=bool)
    enough = np.repeat([rules[name].minimum_count for name in figures.series["statistic"]], len(figures.cells)).astype(float)
    by_hand, hidden = np.zeros(len(enough), dtype=bool), figures.is_hidden.ravel()
    by_hand[quantities_called(policy.withhold, figures, [NUMERATOR, COMPLEMENT])] = True
    wanted, floor = hidden & np.repeat(people, len(figures.cells)), np.ones(len(enough))
    if truth is not None:
        true = truth.ravel()
        with np.errstate(invalid="ignore"):
            wanted &= ((true >= 1) & (true < enough)) | (np.isnan(true) & _is_late(figures, before))
            is_large, margin = by_hand & (true >= enough), np.maximum(1.0, MARGIN * true)
        floor, enough = np.where(is_large, np.ceil(true - margin), floor), np.where(is_large, np.floor(true + margin), enough)
    return Needs(wanted | (by_hand & hidden), floor, enough, _asked(figures, before, definitions))


def with_late(truth: np.ndarray, figures: Figures, relations: Sequence[Relation], before: Sequence[Earlier]) -> np.ndarray:
    """The truth with what the authority can work out of units that are missing today: what was shown of then is true of then, and
    where a sum lacks one number, that is it."""
    is_late = _is_late(figures, before).reshape(truth.shape)
    if not is_late.any():
        return truth
    found = np.where(np.isnan(truth), figures.values, truth).ravel()
    sums = [relation for relation in relations if relation.kind in ("hierarchy", "margin", "share")]
    while True:
        before = np.isnan(found).sum()
        for relation in sums:
            value = found[relation.quantity]
            unknown = np.isnan(value)
            lacks = np.bincount(relation.row[unknown], minlength=len(relation))
            rest = relation.low - np.bincount(
                relation.row[~unknown], (relation.coefficient * value)[~unknown], minlength=len(relation)
            )
            one = unknown & (lacks[relation.row] == 1) & (relation.low == relation.high)[relation.row]
            found[relation.quantity[one]] = rest[relation.row[one]] / relation.coefficient[one]
        if np.isnan(found).sum() == before:
            return np.where(is_late, found.reshape(truth.shape), truth)


def rules_of(policy: Disclosure, definitions: Mapping[str, Statistic]) -> dict[str, Thresholds]:
    """Statistic → its thresholds."""
    return {name: policy.thresholds_of(definition.datasets) for name, definition in definitions.items()}


def quantities_called(
    names: Iterable[FigureName], figures: Figures, roles: Sequence[str] = (NUMERATOR, DENOMINATOR, COMPLEMENT)
) -> np.ndarray:
    """The quantities of the figures with these names, those that there are, also as they were of units of then."""
    rows = [(*name.key, role) for name in names for role in roles]
    wanted = pd.DataFrame(rows, columns=["statistic", "school_year", "unit", "breakdown", "role"], dtype="str")
    codes = pd.DataFrame({"called": figures.cells["unit"].unique()}).assign(unit=lambda each: each["called"].map(plain))
    of_then = wanted.merge(codes, on="unit").drop(columns="unit").rename(columns={"called": "unit"})
    at = figures.places_of(of_then)
    return np.unique(at[at >= 0])


def _is_late(figures: Figures, before: Sequence[Earlier]) -> np.ndarray:
    """True for the quantities of units that earlier releases have figures of, and today's publication does not."""
    found = np.zeros(figures.low.shape, dtype=bool)
    for statistic, year, unit in (key for earlier in before for key in earlier.late.missing):
        lines = (figures.series["statistic"] == statistic).to_numpy()
        cells = ((figures.cells["school_year"] == year) & (figures.cells["unit"] == unit)).to_numpy()
        found |= lines[:, None] & cells
    return found.ravel()


def _asked(figures: Figures, before: Sequence[Earlier], definitions: Mapping[str, Statistic]) -> np.ndarray:
    """The least minimum count of an older policy that each quantity was released under, as it is now or withheld; infinite for
    none."""
    asked = np.full(figures.low.size, np.inf)
    for earlier in before:
        if earlier.judged_by is not None:
            rules = rules_of(earlier.judged_by, definitions)
            rows = quantities_of(earlier.table, definitions, rules)
            at, least = figures.places_of(rows), rows["statistic"].map({name: rule.minimum_count for name, rule in rules.items()})
            was_hidden = (rows["low"] < rows["high"]).to_numpy()
            there = (at >= 0) & (was_hidden | (figures.low_before.ravel()[at] == rows["low"]))
            np.minimum.at(asked, at[there], least.to_numpy(dtype=float)[there])
    return asked
