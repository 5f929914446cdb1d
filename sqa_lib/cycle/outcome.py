"""An indicator and what the published statistics say of it: its series, its baseline, its target and its status."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqa_lib.cycle.areas import FILE, Area, Indicator
from sqa_lib.cycle.target import Goal, Verdict, judge
from sqa_lib.published import Cell, Published, UnknownStatistic
from sqa_lib.words import years_of


@dataclass(frozen=True)
class Outcome:
    """series: school year → figure, until this year. target: the value to reach; NaN for a change since what is not shown."""

    indicator: Indicator
    series: dict[str, Cell]
    year: str
    target: float
    verdict: Verdict

    @property
    def baseline(self) -> Cell:
        return self.series[self.indicator.baseline]

    @property
    def now(self) -> Cell:
        return self.series[self.year]

    @property
    def is_due(self) -> bool:
        """Whether the school year of the target's date is over with this one."""
        return self.year >= self.indicator.due


def outcome_of(indicator: Indicator, figure: Callable[..., Cell], years: Iterable[str], school_year: str) -> Outcome:
    """What the published statistics say of an indicator, as known in the report of a school year.

    figure: looks a figure up by statistic, `school_year` and codes. years: those that the statistic has.
    """
    shown = sorted({year for year in years if year <= school_year} | {indicator.baseline, school_year})
    series = {year: figure(indicator.statistic, school_year=year, **indicator.codes) for year in shown}
    before, now, target = series[indicator.baseline], series[school_year], indicator.target
    goal = Goal(target.value(before.value), target.is_upwards, pace_of(indicator, school_year))
    is_new = school_year <= indicator.baseline
    verdict = judge(before, now, goal, is_baseline_year=is_new, is_change=target.is_change)
    return Outcome(indicator, series, school_year, goal.value, verdict)


def pace_of(indicator: Indicator, school_year: str) -> float:
    """The part of the way that should lie behind, in equal steps a school year: 0.5 after one of two years, at most 1."""
    return min(1.0, _steps(indicator.baseline, school_year) / _steps(indicator.baseline, indicator.due))


def unbound(units: Mapping[str, Sequence[Area]], published: Published) -> list[str]:
    """Indicators whose statistic has no figures by the dimensions of their codes, a line each, with those that it has."""
    every = [(unit, area, indicator) for unit, areas in units.items() for area in areas for indicator in area.indicators]
    found = []
    for unit, area, indicator in every:
        try:
            published.check(indicator.statistic, unit, indicator.codes)
        except UnknownStatistic as error:
            found.append(f"{FILE}: unit {unit}: area {area.name}: indicator {indicator.name}: {error}; mend its `codes`")
    return found


def _steps(first: str, last: str) -> int:
    """School years from one to another; 0 where the last is not after the first."""
    return max(0, len(years_of(f"{first}–{last}")) - 1)
