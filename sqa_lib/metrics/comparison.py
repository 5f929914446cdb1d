"""Honest comparison: differences with intervals, limits for funnel plots, and what is allowed for when much is compared at once.

Pure functions of counts. Shares here are between 0 and 1; what prints them makes percent of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import Literal

import numpy as np
import pandas as pd
import scipy

CONFIDENCE = 0.95
INNER, OUTER = 0.95, 0.998
"""What funnel limits cover: two and three standard deviations of a normal variable (Spiegelhalter 2005)."""

Model = Literal["binomial", "poisson"]
Place = Literal["within", "above inner", "below inner", "above outer", "below outer"]
POINTS = ["label", "part", "whole"]
PLACED = [*POINTS, "value", "inner_low", "inner_high", "outer_low", "outer_high", "place"]
_NAN = float("nan")


@dataclass(frozen=True)
class Difference:
    """value: the first minus the second, or for rates their ratio. low, high: its 95 % interval. p: the smallest risk of error at
    which the interval still leaves "no difference" (0, for a ratio 1) out. All NaN where nothing can be compared."""

    value: float
    low: float
    high: float
    p: float


# ---- two groups -----------------------------------------------------------------------------------------------------


def share_difference(part: float, whole: float, other_part: float, other_whole: float) -> Difference:
    """Two independent shares: Newcombe's hybrid score interval (Newcombe 1998, method 10), made of Wilson's two (1927).

    p is found by narrowing the same interval until it touches 0, so that interval and p never disagree.
    """
    if isnan(part + whole + other_part + other_whole) or whole <= 0 or other_whole <= 0:
        return Difference(_NAN, _NAN, _NAN, _NAN)
    low, high = _newcombe(part, whole, other_part, other_whole, scipy.stats.norm.isf((1 - CONFIDENCE) / 2))
    value = part / whole - other_part / other_whole
    return Difference(value, low, high, _p_of_shares(part, whole, other_part, other_whole))


def _wilson(part: float, whole: float, z: float) -> tuple[float, float]:
    share, shrink = part / whole, 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / shrink
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / shrink
    return middle - half, middle + half


def _newcombe(part: float, whole: float, other_part: float, other_whole: float, z: float) -> tuple[float, float]:
    first, second = part / whole, other_part / other_whole
    (low, high), (other_low, other_high) = _wilson(part, whole, z), _wilson(other_part, other_whole, z)
    difference = first - second
    return (
        difference - sqrt((first - low) ** 2 + (other_high - second) ** 2),
        difference + sqrt((high - first) ** 2 + (second - other_low) ** 2),
    )


def _p_of_shares(part: float, whole: float, other_part: float, other_whole: float) -> float:
    """The interval's nearer end moves from the difference, at z = 0, to the other side of 0: it passes 0 once."""
    if part * other_whole < other_part * whole:
        part, whole, other_part, other_whole = other_part, other_whole, part, whole
    if part * other_whole == other_part * whole:
        return 1.0
    far = 2.0
    while _newcombe(part, whole, other_part, other_whole, far)[0] > 0:
        far *= 2
    z = scipy.optimize.brentq(lambda z: _newcombe(part, whole, other_part, other_whole, z)[0], 0, far)
    return float(2 * scipy.stats.norm.sf(z))


def rate_ratio(events: float, exposure: float, other_events: float, other_exposure: float) -> Difference:
    """Two Poisson counts over their exposures, as a ratio: conditional exact test (Przyborowski & Wilenski 1940).

    Given their sum the first count is binomial; the interval is Clopper & Pearson's (1934) for its probability, and p twice the
    smaller tail, so that both agree. For plain counts over equal times the exposures are 1.
    """
    together = events + other_events
    if isnan(together + exposure + other_exposure) or together == 0 or exposure <= 0 or other_exposure <= 0:
        return Difference(_NAN, _NAN, _NAN, _NAN)
    expected = exposure / (exposure + other_exposure)
    tails = scipy.stats.binom.cdf(events, together, expected), scipy.stats.binom.sf(events - 1, together, expected)
    risk = (1 - CONFIDENCE) / 2
    low = scipy.stats.beta.ppf(risk, events, other_events + 1) if events else 0.0
    high = scipy.stats.beta.isf(risk, events + 1, other_events) if other_events else 1.0
    scale = other_exposure / exposure
    ratios = [probability / (1 - probability) * scale if probability < 1 else np.inf for probability in (low, high)]
    value = events / other_events * scale if other_events else np.inf
    return Difference(float(value), float(ratios[0]), float(ratios[1]), float(min(1.0, 2 * min(tails))))


# ---- many comparisons -----------------------------------------------------------------------------------------------


def certain(p_values: Sequence[float]) -> list[bool]:
    """Which of several differences that are looked through together are certain: Holm's step-down procedure (Holm 1979).

    The risk of calling even one of them certain when none is real is at most 5 %, however they depend on each other. That is
    stricter than a false discovery rate (Benjamini & Hochberg 1995): a reader takes each sentence by itself, so that one false
    sentence is a fault whatever else is right. A comparison that can't be made (NaN) is none and counts for nothing.
    """
    tested = [i for i, p in enumerate(p_values) if not isnan(p)]
    found = [False] * len(p_values)
    if tested:
        from statsmodels.stats.multitest import multipletests  # here: it is slow, and a build with nothing to do needs none

        rejected = multipletests([p_values[i] for i in tested], alpha=1 - CONFIDENCE, method="holm")[0]
        for i, is_certain in zip(tested, rejected, strict=True):
            found[i] = bool(is_certain)
    return found


# ---- many units -----------------------------------------------------------------------------------------------------


def limits(target: float, whole: Sequence[float], coverage: float, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Funnel limits around `target` for groups of these sizes (Spiegelhalter 2005), exact and not interpolated.

    A group that has the target's risk lies outside the lower and outside the upper limit with a probability of at most
    (1 − coverage) / 2 each. `binomial`: `part` of `whole` people; `poisson`: events at a rate per person.
    """
    sizes = np.asarray(whole, dtype=float)
    chance = scipy.stats.binom(np.rint(sizes), target) if model == "binomial" else scipy.stats.poisson(sizes * target)
    tail = (1 - coverage) / 2
    return chance.ppf(tail) / sizes, chance.isf(tail) / sizes


def funnel(points: pd.DataFrame, target: float, model: Model) -> pd.DataFrame:
    """Where units lie among the limits around a target. points: columns `POINTS`; gives columns `PLACED`, in the same order.

    The limits are not widened for overdispersion: the question is whether a unit differs from the whole by more than chance, not
    whether it differs more than units usually do. That units in general do so is told beside the chart, see `dispersion`.
    """
    inner = limits(target, points["whole"], INNER, model)
    outer = limits(target, points["whole"], OUTER, model)
    value = points["part"] / points["whole"]
    named = dict(zip(("inner_low", "inner_high", "outer_low", "outer_high"), (*inner, *outer), strict=True))
    placed = points.assign(value=value, **named)
    return placed.assign(place=[_place(row) for row in placed.itertuples(index=False)])[PLACED]


def _place(row) -> Place:
    if row.value > row.outer_high:
        return "above outer"
    if row.value < row.outer_low:
        return "below outer"
    if row.value > row.inner_high:
        return "above inner"
    return "below inner" if row.value < row.inner_low else "within"


@dataclass(frozen=True)
class Dispersion:
    """How much units differ in all. ratio: the mean squared deviation over what chance gives, about 1 when it is chance alone;
    p: of the chi-square test. Both NaN where too few are expected in most units for the test."""

    ratio: float
    p: float

    @property
    def is_certain(self) -> bool:
        return self.p < 1 - CONFIDENCE


LEAST_EXPECTED = 5


def dispersion(points: pd.DataFrame, target: float, model: Model) -> Dispersion:
    """Whether units differ more than chance lets them: Pearson's chi-square over its degrees of freedom. points: `POINTS`.

    Asked only where at least four units in five expect five people or events, and five others (Cochran 1954).
    """
    expected = points["whole"] * target
    others = points["whole"] - expected if model == "binomial" else expected
    enough = (np.minimum(expected, others) >= LEAST_EXPECTED).mean() if len(points) > 1 else 0.0
    if enough < 0.8:
        return Dispersion(_NAN, _NAN)
    variance = expected * (1 - target) if model == "binomial" else expected
    squared = float(((points["part"] - expected) ** 2 / variance).sum())
    freedom = len(points) - 1
    return Dispersion(squared / freedom, float(scipy.stats.chi2.sf(squared, freedom)))
