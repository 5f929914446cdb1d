"""What goes on from one year's report to the next: this year's areas become last year's, with their outcome to be filled in."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from sqa_lib.cycle.areas import Area
from sqa_lib.words import next_year

_HEAD = """\
# The prioritised development areas of each unit: unit → areas; data/README.md says what every key means.
# Areas of {last} are last year's: set the `status` of their measures and write under `conclusions` what the evaluation gave.
# Areas of {now} go on from them, with the measures whose end lies ahead; go through them, and add those that are new.

"""


def carried(units: Mapping[str, Sequence[Area]], school_year: str) -> str:
    """The next year's file of development areas, from those that this school year's report decided."""
    following = next_year(school_year)
    areas = {
        unit: [kept for area in decided for kept in (_with_outcome(area), *_continued(area, following))]
        for unit, areas in units.items()
        if (decided := [area for area in areas if area.school_year == school_year])
    }
    head = _HEAD.format(last=school_year, now=following)
    return head + (yaml.dump(areas, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120) if areas else "")


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


def _continued(area: Area, following: str) -> list[dict[str, Any]]:
    """The area in the next report, with what lies ahead when its school year is over; [] where nothing does."""
    over = datetime.date(int(following[:4]) + 1, 7, 31)
    ahead = tuple(measure for measure in area.measures if measure.ends > over)
    if not ahead:
        return []
    changes = {
        "school_year": following, "carried_from": area.school_year, "measures": ahead, "conclusions": (),
        "indicators": tuple(indicator for indicator in area.indicators if indicator.date > over),
    }  # fmt: skip
    return [_plain(area.model_copy(update=changes))]


def _plain(area: Area) -> dict[str, Any]:
    """As it is written in the file: only what is given, in the schema's order."""
    return _lists(area.model_dump(by_alias=True, exclude_defaults=True))


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, tuple | list) else value
