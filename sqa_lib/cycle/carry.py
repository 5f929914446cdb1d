"""What goes on from one year's report to the next: this year's areas become last year's, with their outcome to be filled in."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from sqa_lib.cycle.areas import Area
from sqa_lib.texts.times import dated
from sqa_lib.words import next_year

_HEAD = """\
# The prioritised development areas of each unit: unit → areas; data/README.md says what every key means.
# Areas of {last} are last year's: set the `status` of their measures and write under `conclusions` what the evaluation gave.
# Areas of {now} go on from them, with the measures and targets whose end lies ahead; go through them, and add those that are new.

"""


@dataclass(frozen=True)
class Carried:
    """The next year's file. left: what does not go on, a line each; dated: the units with a reference that got the year that is
    typed beside."""

    text: str
    left: tuple[str, ...]
    dated: tuple[str, ...]


def carried(units: Mapping[str, Sequence[Area]], school_year: str) -> Carried:
    """The next year's file of development areas, from those that this school year's report decided."""
    decided = {unit: own for unit, areas in units.items() if (own := [area for area in areas if area.school_year == school_year])}
    areas = {
        unit: [kept for area in own for kept in (_with_outcome(area), *map(_plain, _continued(area)))]
        for unit, own in decided.items()
    }
    head = _HEAD.format(last=school_year, now=next_year(school_year))
    return Carried(
        head + (yaml.dump(areas, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120) if areas else ""),
        tuple([*_of_other_years(units, school_year), *(line for unit, own in decided.items() for line in _left(unit, own))]),
        tuple(unit for unit, own in decided.items() if any(_dated(ahead) != ahead for area in own for ahead in _ahead(area))),
    )


class _Plain(yaml.SafeDumper):
    """Writes what comes twice twice: people go on writing in the file."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _with_outcome(area: Area) -> dict[str, Any]:
    """The area as it was, every measure with a status and a place for the conclusions."""
    kept = _plain(area)
    for measure, as_read in zip(kept.get("measures", []), area.measures, strict=True):
        measure["status"] = as_read.status
    return {**kept, "conclusions": list(area.conclusions)}


def _continued(area: Area) -> list[Area]:
    """The area in the next report, with what lies ahead when its school year is over; [] where nothing does."""
    changes = {"school_year": next_year(area.school_year), "carried_from": area.school_year}
    return [_dated(ahead).model_copy(update=changes) for ahead in _ahead(area)]


def _ahead(area: Area) -> list[Area]:
    """The area with the measures and targets that are not over with the next school year; [] without any."""
    over = datetime.date(int(next_year(area.school_year)[:4]) + 1, 7, 31)
    measures = tuple(measure for measure in area.measures if measure.ends > over and not measure.has_outcome)
    indicators = tuple(indicator for indicator in area.indicators if indicator.date > over)
    changes = {"measures": measures, "indicators": indicators, "conclusions": ()}
    return [area.model_copy(update=changes)] if measures or indicators else []


def _dated(area: Area) -> Area:
    """The area with a year in the references that stand beside a typed one: they would become the next year's figures."""
    return area.with_sentences(lambda key, sentence: dated(sentence, area.school_year))


# ---- what does not go on --------------------------------------------------------------------------------------------


def _of_other_years(units: Mapping[str, Sequence[Area]], school_year: str) -> Iterator[str]:
    years = sorted({area.school_year for areas in units.values() for area in areas} - {school_year})
    for year in years:
        number = sum(area.school_year == year for areas in units.values() for area in areas)
        yield f"areas of {year} are not taken along: {number}"


def _left(unit: str, decided: Sequence[Area]) -> Iterator[str]:
    for area in decided:
        place = f"{unit}: {area.name}"
        ahead = _ahead(area)
        if not ahead:
            yield f"{place}: does not go on, since no measure and no target lies ahead; it stands under {area.school_year}"
        elif gone := [
            *_gone(area.measures, ahead[0].measures, "measure"),
            *_gone(area.indicators, ahead[0].indicators, "target"),
        ]:
            yield f"{place}: goes on without {' and '.join(gone)} that will be over; all stand under {area.school_year}"


def _gone(then: Sequence[object], now: Sequence[object], what: str) -> list[str]:
    """`2 measures` that are not there any more; none where all are."""
    number = len(then) - len(now)
    return [f"{number} {what}{'s' if number > 1 else ''}"] if number else []


# ---- as it is written -----------------------------------------------------------------------------------------------


def _plain(area: Area) -> dict[str, Any]:
    """As it is written in the file: only what is given, in the schema's order."""
    return _lists(area.model_dump(by_alias=True, exclude_defaults=True))


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, tuple | list) else value
