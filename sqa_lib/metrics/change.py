"""Change over time, called a change only when the interval of the difference says so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from sqa_lib.metrics.comparison import CONFIDENCE, certain, rate_ratio, share_difference
from sqa_lib.metrics.statistic import Statistic

Direction = Literal["increased", "decreased", "uncertain", "untested", "unknown"]
K = TypeVar("K")
_NAN = float("nan")
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
    coverage: object | None
    era: int

    @property
    def is_known(self) -> bool: ...


@dataclass(frozen=True)
class Change:
    """difference: now − before (percentage points for shares). low, high: the 95 % interval of the difference of two shares, NaN
    for others. p: of the test that the direction follows, NaN when there is none."""

    direction: Direction
    difference: float = _NAN
    low: float = _NAN
    high: float = _NAN
    p: float = _NAN

    def __str__(self) -> str:
        return _WORDS[self.direction]


def change_between(before: Figure, now: Figure) -> Change:
    """The change from `before` to `now`, looked at by itself.

    Shares: Newcombe's interval (`share_difference`). Counts of people or cases: the conditional exact test of two Poisson
    counts (`rate_ratio`). Ratios of hours, groups or cases, posts, enrolment and official values have no interval: they
    are no outcome of chance, or how much they vary isn't known. Their change is told, but not tested. Incomplete figures may be
    of other units each year, and are not compared, nor are those of a school before and after it took another's place.
    """
    if not (before.is_known and now.is_known) or before.coverage or now.coverage or before.era != now.era:
        return Change("unknown")
    difference = now.value - before.value
    definition = now.statistic
    if definition.kind == "share":
        found = share_difference(now.numerator, now.denominator, before.numerator, before.denominator)
        return Change(_direction(found.p, difference), difference, 100 * found.low, 100 * found.high, found.p)
    if definition.kind == "count" and definition.is_about_people and not definition.is_public:
        p = rate_ratio(now.value, 1, before.value, 1).p
        return Change(_direction(p, difference), difference, p=p)
    return Change("untested", difference)


def _direction(p: float, difference: float) -> Direction:
    if not p < 1 - CONFIDENCE:  # NaN, where nothing happened in either year, is no certain change either
        return "uncertain"
    return "increased" if difference > 0 else "decreased"


def changes_together(changes: Mapping[K, Change]) -> dict[K, Change]:
    """The same changes when they are looked through together: those that Holm's procedure doesn't keep are uncertain."""
    kept = certain([change.p for change in changes.values()])
    return {
        key: change if is_certain or change.p != change.p else replace(change, direction="uncertain")
        for (key, change), is_certain in zip(changes.items(), kept, strict=True)
    }
