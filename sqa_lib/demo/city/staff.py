"""Pupil health in the city's schools: posts by profession and employment, and the psychologists that the city places itself."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng, stream
from sqa_lib.demo.city.schools import ranked
from sqa_lib.demo.school_year import SchoolYear

YEARS = ("2021/22", "2022/23", "2023/24", "2024/25")


@dataclass(frozen=True)
class Supply:
    """A profession in one school form. per_1000: posts per 1,000 pupils of a school that has it, each school year in `YEARS`.

    schools: how many schools have it, each year, those with greater need rather; without: all. employment: of most of them;
    otherwise: of the other_share rest.
    """

    per_1000: tuple[float, float, float, float]
    schools: tuple[int, int, int, int] | None = None
    employment: str = "own"
    otherwise: str = "shared"
    other_share: float = 0.0


# fmt: off
SUPPLY: dict[str, dict[str, Supply]] = {
    "compulsory": {
        "special_educator": Supply((7.6, 8.1, 8.6, 9.2)),
        "counsellor": Supply((2.4, 2.5, 2.5, 2.6), other_share=0.06),
        "nurse": Supply((2.2, 2.2, 2.3, 2.3), other_share=0.08),
        "physician": Supply((0.14, 0.14, 0.14, 0.14), employment="shared", otherwise="bought_in", other_share=0.2),
        "speech_therapist": Supply((0.8, 0.8, 0.8, 0.8), (38, 41, 43, 46), "shared", "bought_in", 0.4),
        "social_pedagogue": Supply((2.2, 2.2, 2.3, 2.3), (52, 57, 61, 66)),
        "study_counsellor": Supply((1.2, 1.2, 1.2, 1.2), (60, 61, 62, 62), other_share=0.3),
        "school_sociologist": Supply((1.0, 1.0, 1.0, 1.0), (5, 6, 7, 8)),
    },
    "upper_secondary": {
        "special_educator": Supply((3.4, 3.6, 3.7, 3.9)),
        "counsellor": Supply((2.3, 2.3, 2.4, 2.4)),
        "nurse": Supply((1.9, 1.9, 2.0, 2.0)),
        "study_counsellor": Supply((2.6, 2.6, 2.7, 2.7)),
        "physician": Supply((0.12, 0.12, 0.12, 0.12), employment="shared", otherwise="bought_in", other_share=0.3),
        "social_pedagogue": Supply((1.4, 1.4, 1.4, 1.4), (17, 18, 19, 20), "own", "bought_in", 0.35),
    },
}
# fmt: on

PSYCHOLOGISTS_PER_1000 = {"own": 1.5, "shared": 1.2, "bought_in": 0.5}

OWN_PSYCHOLOGIST = {"compulsory": (72, 75, 79, 84), "upper_secondary": (7, 8, 9, 9)}
"""How many schools have a psychologist at the school, each school year in `YEARS`."""

NO_PSYCHOLOGIST = {"compulsory": (7, 6, 5, 4), "upper_secondary": (0, 0, 0, 0)}
"""How many have none at all; the others buy in the service."""

WITH_ALL_PSYCHOLOGISTS = "Järva"
"""The area where every compulsory school has a psychologist of its own."""

BY_NEED = {"low": 0.8, "medium": 1.0, "high": 1.45}
"""Posts in compulsory school grow with need."""

SHARED_BELOW = 420
"""Pupils of a school that shares its psychologist with another."""

CENTRAL = {"2024/25": (10, 11)}
"""How many upper-secondary schools without an own psychologist have one placed there, and to how many more it is planned."""

CENTRAL_TENTHS = 30
"""Tenths of a post that the city employs from autumn 2024, and as many again within two years."""

PLANNED_FROM = (datetime.date(2025, 8, 11), datetime.date(2026, 8, 10))


def health_staff(year: SchoolYear, _: Rng) -> pd.DataFrame:
    """unit, profession, employment, posts: what a school has changes little from year to year."""
    pieces = []
    for form in SUPPLY:
        units = _of_form(year, form)
        pieces += [
            (unit, profession, employment, posts)
            for profession, supply in SUPPLY[form].items()
            for unit, employment, posts in _supplied(units, profession, supply, year)
        ]
        pieces += [(unit, "psychologist", employment, posts) for unit, employment, posts in _psychologists(units, form, year)]
    table = pd.DataFrame(pieces, columns=["unit", "profession", "employment", "posts"])
    return table.sort_values(["unit", "profession"], ignore_index=True)


def _of_form(year: SchoolYear, form: str) -> pd.DataFrame:
    """The units of a school form with `pupils` of the year and `level`, the school's own mark on all its staffing."""
    units = year.units[year.units.school_form == form].reset_index(drop=True)
    pupils = year.enrolment.groupby("unit").pupils.sum()
    level = stream(year.seed, "level", form).gamma(30, 1 / 30, len(units))
    factor = units["need"].map(BY_NEED) if form == "compulsory" else 1.0
    return units.assign(pupils=units["unit"].map(pupils), level=level * factor)


def _supplied(units: pd.DataFrame, profession: str, supply: Supply, year: SchoolYear) -> Iterator[tuple[str, str, float]]:
    place = YEARS.index(year.name)
    order = ranked(units, f"{profession}/{units.school_form[0]}", year.seed)
    having = order.index if supply.schools is None else order.index[: supply.schools[place]]
    draws = stream(year.seed, "employment", profession, units.school_form[0]).random(len(units))
    for row, chance in zip(units.itertuples(), draws, strict=True):
        if row.Index in having:
            employment = supply.otherwise if chance < supply.other_share else supply.employment
            yield row.unit, employment, _posts(supply.per_1000[place], row)


def _psychologists(units: pd.DataFrame, form: str, year: SchoolYear) -> Iterator[tuple[str, str, float]]:
    place = YEARS.index(year.name)
    order = ranked(units, f"psychologist/{form}", year.seed, by_need=0.6)
    order = (
        order.sort_values("area", key=lambda area: area != WITH_ALL_PSYCHOLOGISTS, kind="stable")
        if _is_compulsory(form)
        else order
    )
    own, none = OWN_PSYCHOLOGIST[form][place], NO_PSYCHOLOGIST[form][place]
    for rank, row in enumerate(order.head(len(order) - none).itertuples()):
        at_the_school = "own" if row.size >= SHARED_BELOW else "shared"
        employment = at_the_school if rank < own else "bought_in"
        yield row.unit, employment, _posts(PSYCHOLOGISTS_PER_1000[employment], row)


def _is_compulsory(form: str) -> bool:
    return form == "compulsory"


def _posts(per_1000: float, unit) -> float:
    """In tenths of a post, at least one."""
    return max(1, round(per_1000 * unit.pupils * unit.level / 100)) / 10


def central_psychologists(year: SchoolYear, _: Rng) -> pd.DataFrame:
    """unit, posts, planned_posts, planned_from: first the schools with the greatest need, in the end all without an own."""
    now, later = CENTRAL[year.name]
    units = _of_form(year, "upper_secondary")
    having = {unit for unit, employment, _ in _psychologists(units, "upper_secondary", year) if employment != "bought_in"}
    lacking = ranked(units[~units.unit.isin(having)], "central_psychologists", year.seed, by_need=4).head(now + later)
    posts = [*_split(CENTRAL_TENTHS, now), *[0.0] * later]
    planned = [*[0.0] * now, *_split(CENTRAL_TENTHS, later)]
    starts = [None] * now + [PLANNED_FROM[place >= later // 2] for place in range(later)]
    return pd.DataFrame({"unit": lacking.unit, "posts": posts, "planned_posts": planned, "planned_from": starts}).sort_values(
        "unit", ignore_index=True
    )


def _split(tenths: int, schools: int) -> list[float]:
    """As evenly as tenths can be: `_split(30, 11)` is eight times 0.3 and three times 0.2."""
    return [float(share) / 10 for share in (len(part) for part in np.array_split(np.arange(tenths), schools))]
