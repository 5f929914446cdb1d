"""Change over time, called a change only when the interval of the difference says so."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep

from sqa_lib.metrics.statistic import CONFIDENCE, Statistic

Direction = Literal["increased", "decreased", "uncertain", "untested", "unknown"]
_WORDS = {
    "increased": "har ökat", "decreased": "har minskat", "uncertain": "visar ingen säker förändring",
    "untested": "har inte kunnat jämföras säkert", "unknown": "har inte kunnat jämföras",
}  # fmt: skip
"""What a sentence says of its subject, before `sedan förra läsåret`."""


class Figure(Protocol):
    """What a change is made of: a published figure."""

    statistic: Statistic
    value: float
    numerator: float
    denominator: float

    @property
    def is_known(self) -> bool: ...


@dataclass(frozen=True)
class Change:
    """difference: now − before (percentage points for shares); low, high: its 95 % interval, NaN when there is none."""

    direction: Direction
    difference: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")

    def __str__(self) -> str:
        return _WORDS[self.direction]


def change_between(before: Figure, now: Figure) -> Change:
    """The change from `before` to `now`.

    Shares: Newcombe's hybrid score interval for a difference of independent proportions (Newcombe 1998, method 10).
    Counts of people or cases: conditional exact test of two Poisson counts (Przyborowski & Wilenski 1940).
    Ratios, posts and official values have no interval: their change is told, but not tested.
    """
    if not (before.is_known and now.is_known):
        return Change("unknown")
    difference = now.value - before.value
    if now.statistic.kind == "share":
        return _share_change(before, now, difference)
    if now.statistic.kind == "count" and now.statistic.is_about_people:
        return Change(_count_direction(int(before.value), int(now.value)), difference)
    return Change("untested", difference)


def _share_change(before: Figure, now: Figure, difference: float) -> Change:
    low, high = confint_proportions_2indep(
        now.numerator,
        now.denominator,
        before.numerator,
        before.denominator,
        compare="diff",
        method="newcomb",
        alpha=1 - CONFIDENCE,
    )
    if np.isnan(low) or np.isnan(high):
        return Change("uncertain", difference)
    direction: Direction = "increased" if low > 0 else "decreased" if high < 0 else "uncertain"
    return Change(direction, difference, 100 * low, 100 * high)


def _count_direction(before: int, now: int) -> Direction:
    if before + now == 0 or binomtest(now, before + now, 0.5).pvalue >= 1 - CONFIDENCE:
        return "uncertain"
    return "increased" if now > before else "decreased"
