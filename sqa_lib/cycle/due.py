"""What of the development areas is due in a report, and not said: outcomes, conclusions, judgements, measures."""

from collections.abc import Iterator, Mapping, Sequence

from sqa_lib.cycle.areas import FILE, Area, Indicator
from sqa_lib.cycle.outcome import outcome_of
from sqa_lib.published import Cell, Published
from sqa_lib.report import Report
from sqa_lib.words import listed, previous_year


def due(units: Mapping[str, Sequence[Area]], report: Report, published: Published | None = None) -> Iterator[str]:
    """What is missing in the areas that the report shows, a line each with what to write.

    A measure is over when its end lies before the report's date, a target is due when the school year of its date is over with
    the report's. published: the report's figures, where they are up to date; without them no target is said to be undecided.
    """
    for unit, areas in units.items():
        for area in areas:
            place = f"{FILE}: unit {unit}: area {area.name} ({area.school_year})"
            if area.school_year == previous_year(report.school_year):
                yield from _of_last_year(unit, area, place, report, published)
            elif area.school_year == report.school_year:
                yield from _of_this_year(area, place, report)


def _of_last_year(unit: str, area: Area, place: str, report: Report, published: Published | None) -> Iterator[str]:
    yield from _overdue(area, place, report)
    if area.conclusions:
        return
    yield f"{place}: nothing is concluded; write under `conclusions` what the evaluation gave"
    for indicator in area.indicators:
        if indicator.due <= report.school_year and published and not _is_decided(indicator, unit, report, published):
            yield (
                f"{place}: the target of `{indicator.name}` was due {indicator.date}, and the figures can't tell whether it is "
                "reached; judge it under `conclusions`"
            )


def _of_this_year(area: Area, place: str, report: Report) -> Iterator[str]:
    yield from _overdue(area, place, report)
    if not any(measure.ends >= report.date and not measure.has_outcome for measure in area.measures):
        yield f"{place}: no measure is left; add one, or take the area away"
    if over := [indicator.name for indicator in area.indicators if indicator.due <= report.school_year]:
        names = listed([f"`{name}`" for name in over])
        yield f"{place}: the target of {names} is due already; set a later `date`, or take it away"


def _overdue(area: Area, place: str, report: Report) -> Iterator[str]:
    for measure in area.measures:
        if measure.is_overdue(report.date):
            yield (
                f"{place}: measure `{measure.what}` should have been done by {measure.ends} and is {measure.status}; set its "
                "`status` to done or not_done, or a later `until`"
            )


def _is_decided(indicator: Indicator, unit: str, report: Report, published: Published) -> bool:
    def figure(statistic: str, school_year: str, **codes: str) -> Cell:
        return published.cell(statistic, unit, school_year, **codes)

    found = outcome_of(indicator, figure, published.years(indicator.statistic), report.school_year)
    return found.verdict.status != "cannot_tell"
