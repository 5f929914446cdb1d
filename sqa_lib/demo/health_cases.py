"""Pupil-health cases, and assessments of the right to adapted compulsory school (grundsärskola)."""

import datetime
import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng, deal, draw, term_days, uneven
from sqa_lib.demo.school_year import SchoolYear

EXPORTED = datetime.date(2021, 6, 30)
"""The day of the export: a case that is not closed by then is open."""


@dataclass(frozen=True)
class Cases:
    """One school form's cases in one school year.

    levels: per area, cases by level. genders: of the individual cases. types: combinations of case types.
    even: individual cases with one of these types are even between the genders. days: median handling time.
    """

    levels: dict[str, dict[str, int]]
    genders: dict[str, int]
    types: dict[tuple[str, ...], int]
    days: float
    even: tuple[str, ...] = ("attendance", "mental_health")


def _levels(individual: int, group: int, school: int, none: int = 0) -> dict[str, int]:
    return {"individual": individual, "group": group, "school": school, "none": none}


# fmt: off
PRESCHOOL = {
    "2018/19": Cases(
        {"HÖB": _levels(23, 2, 1), "SRG": _levels(15, 1, 0), "BCN": _levels(27, 3, 1)},
        {"girl": 17, "boy": 48},
        {
            ("behaviour",): 20, ("behaviour", "social_interaction"): 6, ("social_interaction",): 17,
            ("language_development",): 16, ("language_development", "multilingual"): 4, ("language_disorder",): 5,
            ("complex_learning",): 5,
        },
        days=37,
    ),
    "2019/20": Cases(
        {"HÖB": _levels(26, 2, 1), "SRG": _levels(16, 2, 0), "BCN": _levels(31, 3, 1)},
        {"girl": 18, "boy": 55},
        {
            ("behaviour",): 22, ("behaviour", "social_interaction"): 7, ("social_interaction",): 19,
            ("language_development",): 18, ("language_development", "multilingual"): 4, ("language_disorder",): 6,
            ("complex_learning",): 6,
        },
        days=38,
    ),
    "2020/21": Cases(
        {"HÖB": _levels(29, 3, 1), "SRG": _levels(18, 2, 0), "BCN": _levels(34, 3, 1)},
        {"girl": 17, "boy": 64},
        {
            ("behaviour",): 24, ("behaviour", "social_interaction"): 9, ("social_interaction",): 20,
            ("language_development",): 19, ("language_development", "multilingual"): 4, ("language_disorder",): 7,
            ("multilingual",): 2, ("complex_learning",): 6,
        },
        days=56,
    ),
}

COMPULSORY = {
    "2018/19": Cases(
        {"HÖB": _levels(60, 9, 10, 2), "SRG": _levels(38, 8, 9, 2), "BCN": _levels(64, 10, 10, 3)},
        {"girl": 61, "boy": 101},
        {
            ("reading_writing",): 38, ("reading_writing", "multilingual"): 7, ("reading_writing", "mathematics"): 4,
            ("multilingual",): 22, ("language_disorder",): 8, ("language_development",): 5, ("attendance",): 19,
            ("attendance", "mental_health"): 5, ("mental_health",): 10, ("behaviour",): 26,
            ("behaviour", "social_interaction"): 8, ("social_interaction",): 24, ("complex_learning",): 27,
            ("complex_learning", "mathematics"): 6, ("mathematics",): 16,
        },
        days=41,
    ),
    "2019/20": Cases(
        {"HÖB": _levels(66, 10, 11, 3), "SRG": _levels(37, 9, 10, 2), "BCN": _levels(69, 11, 10, 3)},
        {"girl": 66, "boy": 106},
        {
            ("reading_writing",): 41, ("reading_writing", "multilingual"): 8, ("reading_writing", "mathematics"): 5,
            ("multilingual",): 25, ("language_disorder",): 8, ("language_development",): 4, ("attendance",): 22,
            ("attendance", "mental_health"): 6, ("mental_health",): 11, ("behaviour",): 27,
            ("behaviour", "social_interaction"): 9, ("social_interaction",): 26, ("complex_learning",): 27,
            ("complex_learning", "mathematics"): 6, ("mathematics",): 16,
        },
        days=43,
    ),
    "2020/21": Cases(
        {"HÖB": _levels(73, 12, 12, 4), "SRG": _levels(34, 11, 13, 1), "BCN": _levels(75, 12, 12, 5)},
        {"girl": 71, "boy": 111},
        {
            ("reading_writing",): 44, ("reading_writing", "multilingual"): 10,
            ("reading_writing", "language_disorder"): 3, ("reading_writing", "mathematics"): 5,
            ("multilingual",): 30, ("multilingual", "attendance"): 2, ("language_disorder",): 8,
            ("language_development",): 4, ("attendance",): 28, ("attendance", "mental_health"): 9,
            ("mental_health",): 14, ("behaviour",): 26, ("behaviour", "social_interaction"): 9,
            ("social_interaction",): 25, ("complex_learning",): 29, ("complex_learning", "mathematics"): 5,
            ("mathematics",): 13,
        },
        days=64,
    ),
}
# fmt: on

PROFESSIONS = {
    "reading_writing": ("special_educator", "speech_therapist"),
    "multilingual": ("special_educator", "speech_therapist"),
    "attendance": ("counsellor", "psychologist", "nurse"),
    "mental_health": ("counsellor", "psychologist", "physician"),
    "language_disorder": ("speech_therapist", "special_educator"),
    "language_development": ("speech_therapist", "special_educator"),
    "behaviour": ("psychologist", "special_educator", "counsellor"),
    "social_interaction": ("psychologist", "special_educator", "counsellor"),
    "complex_learning": ("psychologist", "special_educator", "physician"),
    "mathematics": ("special_educator", "psychologist"),
}
"""Who takes part in a case of a type, the one who always does first."""

ASSESSMENTS = {
    "2018/19": {("girl", "granted"): 6, ("boy", "granted"): 11, ("girl", "denied"): 3, ("boy", "denied"): 6},
    "2019/20": {("girl", "granted"): 6, ("boy", "granted"): 12, ("girl", "denied"): 4, ("boy", "denied"): 7},
    "2020/21": {("girl", "granted"): 7, ("boy", "granted"): 13, ("girl", "denied"): 5, ("boy", "denied"): 5},
}
"""Finished by the end of the school year: gender and decision."""

UNFINISHED = {"2018/19": {}, "2019/20": {}, "2020/21": {("girl", "open"): 1, ("boy", "open"): 3}}

FROM_PRESCHOOL = {"2018/19": 10, "2019/20": 11, "2020/21": 12}


def health_cases(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per case, by the day it came in."""
    forms = ((year.preschools, PRESCHOOL), (year.compulsory, COMPULSORY))
    table = pd.concat([_cases(units, cases[year.name], year.name, rng) for units, cases in forms])
    return table.sort_values(["received", "unit"], kind="stable", ignore_index=True)


def school_form_assessments(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per assessment, by the day it came in; what is not finished came in last."""
    kinds = deal(ASSESSMENTS[year.name], rng) + deal(UNFINISHED[year.name], rng)
    preschools = FROM_PRESCHOOL[year.name]
    places = pd.concat([_some(year.preschools, preschools, rng), _some(year.compulsory, len(kinds) - preschools, rng)])
    places = draw(places, len(places), rng).reset_index(drop=True)
    genders, decisions = zip(*kinds, strict=True)
    return pd.DataFrame(
        {
            "unit": places.unit,
            "received_from": places.school_form,
            "gender": genders,
            "received": term_days(year.name, len(kinds), rng),
            "decision": decisions,
        }
    )


def _some(units: pd.DataFrame, count: int, rng: Rng) -> pd.DataFrame:
    """`count` units, large ones more often; one may come several times."""
    return units.iloc[rng.choice(len(units), count, p=units["size"] / units["size"].sum())]


def _cases(units: pd.DataFrame, cases: Cases, school_year: str, rng: Rng) -> pd.DataFrame:
    areas = [_places(units[units.area == area], levels, rng) for area, levels in cases.levels.items()]
    places, types = pd.concat(areas, ignore_index=True), deal(cases.types, rng)
    received = rng.permutation(np.array(term_days(school_year, len(places), rng), dtype=object))
    return places.assign(
        case_types=types,
        gender=_genders(places.level, types, cases, rng),
        professions=[_professions(kinds, rng) for kinds in types],
        received=received,
        closed=[_closed(day, cases.days, rng) for day in received],
    )


def _places(units: pd.DataFrame, levels: dict[str, int], rng: Rng) -> pd.DataFrame:
    """unit and level of one area's cases: by size, but some schools turn to the resource centre more than others."""
    weight = units["size"].to_numpy() * uneven(units.unit, rng)
    dealt = deal(levels, rng)
    places = rng.choice(units.unit.to_numpy(dtype=object), len(dealt), p=weight / weight.sum())
    return pd.DataFrame({"unit": places, "level": dealt})


def _genders(levels: pd.Series, types: list[tuple[str, ...]], cases: Cases, rng: Rng) -> pd.Series:
    """A gender for individual cases only: every other one where `cases.even` says so, the rest dealt to reach the totals."""
    individual = levels.index[levels == "individual"]
    even = sorted((case for case in individual if set(types[case]) & set(cases.even)), key=lambda case: types[case])
    genders = dict(zip(even, itertools.cycle(("boy", "girl")), strict=False))
    rest = {gender: count - list(genders.values()).count(gender) for gender, count in cases.genders.items()}
    genders |= zip(individual.difference(even), deal(rest, rng), strict=True)
    return pd.Series(genders, dtype=object).reindex(levels.index)


def _professions(kinds: tuple[str, ...], rng: Rng) -> tuple[str, ...]:
    """One to three: the first for the type, and others that often join."""
    first, *others = dict.fromkeys(profession for kind in kinds for profession in PROFESSIONS[kind])
    joining = rng.choice(3, p=[0.45, 0.4, 0.15])
    return (first, *(others[i] for i in np.sort(rng.permutation(len(others))[:joining])))


def _closed(received: datetime.date, median: float, rng: Rng) -> datetime.date | None:
    """The weekday when the case was closed, None if that is after the export."""
    weekdays = int(median * np.exp(0.6 * rng.standard_normal()) * 5 / 7)
    closed = np.busday_offset(received, weekdays, roll="forward").astype(datetime.date)
    return closed if closed <= EXPORTED else None
