"""Whether an indicator is on its way to its target: one rule, from published figures alone.

Let the baseline and this school year be two published figures, and let *better* be the direction of the target.

1. *Reached*: the whole 95 % interval of this year's figure meets the target, its unfavourable end too. (A figure that happens to
   lie on the right side, while chance alone could have put it there, is not called reached.)
2. *On the way*: the figure has surely become better since the baseline, that is, the unfavourable end of the 95 % interval of the
   change lies on the better side of zero.
3. *Not on the way*: the favourable end of the interval of the change falls short of what should have been achieved by now. The
   way from baseline to target is taken to be walked in equal steps, one a school year; in the year of its date all of it is due.
4. *Can't be told*: otherwise. Both standing still and keeping pace agree with the figures, most often since they are about few
   pupils. Also where a figure that the rule needs is withheld, missing or incomplete, or has no interval (official values,
   ratios), or where the school has taken another's place since the baseline.

In the baseline's own year nothing has changed yet: the status is *baseline*, unless the target is reached already.

Shares: Wilson's interval (Wilson 1927) and Newcombe's interval of a difference (Newcombe 1998, method 10). Counts of people or
cases: the exact Poisson interval (Garwood 1936), and for a change the exact interval of the binomial share that this year has of
both years' total (Clopper & Pearson 1934; Przyborowski & Wilenski 1940). Other counts (posts, schools) are not left to chance:
their interval is the figure itself.
"""

from dataclasses import dataclass
from typing import Literal

import scipy

from sqa_lib.metrics.change import change_between
from sqa_lib.metrics.statistic import CONFIDENCE
from sqa_lib.published import Cell

Status = Literal["reached", "on_the_way", "not_on_the_way", "cannot_tell", "baseline"]
Reason = Literal["", "withheld", "missing", "incomplete", "other_unit", "no_interval", "few"]


@dataclass(frozen=True)
class Goal:
    """value: to be reached, upwards or downwards. pace: the part of the way from the baseline that should lie behind by now."""

    value: float
    is_upwards: bool
    pace: float = 1.0


@dataclass(frozen=True)
class Verdict:
    """reason: why it can't be told, "" where it can."""

    status: Status
    reason: Reason = ""


def judge(before: Cell, now: Cell, goal: Goal, *, is_baseline_year: bool = False, is_change: bool = False) -> Verdict:
    """The status after the rule above. before: the baseline. is_change: the goal's value is taken from the baseline."""
    needed = (before, now) if is_change else (now,)
    if hidden := _hidden(*needed):
        return Verdict("cannot_tell", hidden)
    interval = interval_of(now)
    if interval and _meets(interval, goal):
        return Verdict("reached")
    if is_baseline_year:
        return Verdict("baseline")
    if hidden := _hidden(before, now):
        return Verdict("cannot_tell", hidden)
    if not interval:
        return Verdict("cannot_tell", "no_interval")
    if _has_improved(before, now, goal):
        return Verdict("on_the_way")
    return Verdict("not_on_the_way") if _falls_short(before, now, goal) else Verdict("cannot_tell", "few")


def _hidden(*figures: Cell) -> Reason:
    """Why one of the figures is not there, or not all of it."""
    for figure in figures:
        if not figure.is_known:
            return "withheld" if figure.is_withheld else "missing"
    if len({figure.era for figure in figures}) > 1:
        return "other_unit"
    return "incomplete" if any(figure.coverage for figure in figures) else ""


def interval_of(figure: Cell) -> tuple[float, float] | None:
    """The 95 % interval of a known figure; the figure itself where nothing is left to chance; None where there is none."""
    if figure.statistic.kind == "share":
        return (figure.low, figure.high) if figure.low == figure.low else None
    if figure.statistic.kind != "count":
        return None
    return _poisson(figure.value) if figure.statistic.is_about_people else (figure.value, figure.value)


def _poisson(count: float) -> tuple[float, float]:
    """Garwood's exact interval of a Poisson count."""
    tail = (1 - CONFIDENCE) / 2
    low = scipy.stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    return float(low), float(scipy.stats.chi2.ppf(1 - tail, 2 * count + 2) / 2)


def _meets(interval: tuple[float, float], goal: Goal) -> bool:
    low, high = interval
    return low >= goal.value if goal.is_upwards else high <= goal.value


def _has_improved(before: Cell, now: Cell, goal: Goal) -> bool:
    better = "increased" if goal.is_upwards else "decreased"
    if _is_certain(now):
        return now.value > before.value if goal.is_upwards else now.value < before.value
    return change_between(before, now).direction == better


def _is_certain(figure: Cell) -> bool:
    return figure.statistic.kind == "count" and not figure.statistic.is_about_people


def _falls_short(before: Cell, now: Cell, goal: Goal) -> bool:
    """Whether even the favourable end of the interval of the change is less than what should have been achieved by now."""
    needed = goal.pace * (goal.value - before.value)
    if now.statistic.kind == "share":
        change = change_between(before, now)
        return change.high < needed if goal.is_upwards else change.low > needed
    if _is_certain(now):
        return True
    return _count_falls_short(int(before.value), int(now.value), before.value + needed, goal)


def _count_falls_short(before: int, now: int, expected: float, goal: Goal) -> bool:
    if not before + now or before + expected <= 0:
        return False
    share = scipy.stats.binomtest(now, before + now).proportion_ci(CONFIDENCE, method="exact")
    wanted = expected / (before + expected)
    return bool(share.high < wanted if goal.is_upwards else share.low > wanted)
