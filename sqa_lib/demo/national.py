"""What the values of the national file are made of: numerators and denominators, drawn for one unit at a time."""

import numpy as np

from sqa_lib.demo.authorities import YEARS, Unit
from sqa_lib.demo.chance import Rng
from sqa_lib.sources.skolverket.measures import MEASURES

Pairs = dict[str, tuple[float, float]]
"""Measure to numerator and denominator."""


def drawn(unit: Unit, spirit: float, rng: Rng) -> Pairs:
    """All pairs of one unit. spirit: how well it goes there, about 0 ± 0.5 on the log-odds scale."""
    pupils = sum(map(unit.pupils_in, YEARS))
    staff = _staff(pupils, sum(map(unit.pupils_in, "789")), rng)
    background = _pupils(pupils, sum(unit.girls.values()), rng)
    return background | staff | _costs(pupils, rng) | _results(unit, spirit, rng) | _survey(unit, spirit, rng)


def _chance(base: float, spirit: float) -> float:
    """The probability `base`, moved by `spirit` on the log-odds scale."""
    odds = base / (1 - base) * np.exp(spirit)
    return odds / (1 + odds)


def _pupils(pupils: int, girls: int, rng: Rng) -> Pairs:
    return {
        "pupils": (pupils, 1),
        "girls_share": (girls, pupils),
        "foreign_background_share": (rng.binomial(pupils, _chance(0.16, rng.normal(0, 0.7))), pupils),
        "parents_higher_education_share": (rng.binomial(pupils, _chance(0.62, rng.normal(0, 0.4))), pupils),
    }


def _staff(pupils: int, older: int, rng: Rng) -> Pairs:
    """Posts and shares of posts; pupils in years 7–9 have a guidance counsellor."""
    teachers = round(pupils / rng.normal(12.0, 0.8) + 0.6 * (pupils > 0), 1)
    principals = round(max(0.5, pupils / 260), 1) if pupils else 0.0
    counsellors = round(older / 480, 1)
    specialists = round(teachers * 0.09, 1)
    shares = {
        "women_teachers_share": 0.78,
        "qualified_teachers_share": 0.76,
        "permanent_teachers_share": 0.9,
        "first_teachers_share": 0.1,
    }
    return {
        "staff_posts": (round(1.12 * teachers + principals + counsellors, 1), 1),
        "principal_posts": (principals, 1),
        "teacher_posts": (teachers, 1),
        "guidance_counsellor_posts": (counsellors, 1),
        **{name: (teachers * _chance(base, rng.normal(0, 0.3)), teachers) for name, base in shares.items()},
        "qualified_special_teachers_share": (specialists * _chance(0.4, rng.normal(0, 0.5)), specialists),
        "pupils_per_teacher": (pupils, teachers),
        "pupils_per_guidance_counsellor": (pupils, counsellors),
    }


_THOUSAND_KRONOR = {"teaching": 64.0, "premises": 21.0, "meals": 6.9, "materials": 4.8, "health": 4.6, "other": 13.5}
"""About what a pupil costs in a year, in parts."""


def _costs(pupils: int, rng: Rng) -> Pairs:
    parts = {part: pupils * cost * rng.normal(1, 0.06) for part, cost in _THOUSAND_KRONOR.items()}
    total = sum(parts.values())
    per_pupil = {f"cost_per_pupil_{part}": (1000 * cost, pupils) for part, cost in parts.items()}
    return {
        "cost_total": (total, 1),
        "cost_teaching": (parts["teaching"], 1),
        "cost_per_pupil": (1000 * total, pupils),
    } | per_pupil


def _results(unit: Unit, spirit: float, rng: Rng) -> Pairs:
    """Pupils who reach a level; who reaches it in all subjects reaches it in each."""
    third, sixth, ninth = map(unit.pupils_in, "369")
    all_sixth, all_ninth = (rng.binomial(pupils, _chance(0.74, spirit)) for pupils in (sixth, ninth))

    def at_least(reached: int, pupils: int, among_others: float) -> tuple[float, float]:
        return reached + rng.binomial(pupils - reached, among_others), pupils

    return {
        "target1_all_subjects_year6": (all_sixth, sixth),
        "target1_all_subjects_year9": (all_ninth, ninth),
        "target1_eligible_upper_secondary": at_least(all_ninth, ninth, 0.45),
        "target5_swedish_year6": at_least(all_sixth, sixth, 0.6),
        "target5_swedish_year9": at_least(all_ninth, ninth, 0.65),
        "target6_mathematics_year6": at_least(all_sixth, sixth, 0.5),
        "target6_mathematics_year9": at_least(all_ninth, ninth, 0.5),
        "target5_national_test_swedish_year3": (rng.binomial(third, _chance(0.72, spirit)), third),
        "target6_national_test_mathematics_year3": (rng.binomial(third, _chance(0.67, spirit)), third),
    }


_INDEX_MEANS = {
    "target2_safety": 7.9,
    "target2_work_peace": 5.8,
    "target2_against_harassment": 6.0,
    "target3_stimulation": 6.3,
    "target4_support": 6.8,
    "target4_special_support": 6.0,
    "target4_help": 7.2,
}

_RESPONSE = {"year5": 0.88, "year8": 0.82, "staff": 0.8, "guardians": 0.35}


def _survey(unit: Unit, spirit: float, rng: Rng) -> Pairs:
    """Sums of index values and respondents; about every other unit takes part in a year."""
    takes_part = rng.random() < 0.5
    pupils = sum(map(unit.pupils_in, YEARS))
    invited = {"year5": unit.pupils_in("5"), "year8": unit.pupils_in("8"), "staff": pupils // 11, "guardians": pupils}
    answered = {who: int(rng.binomial(invited[who] * takes_part, rate)) for who, rate in _RESPONSE.items()}
    pairs = {}
    for measure in (measure for measure in MEASURES if measure.is_from_survey):
        question, _, who = measure.name.rpartition("_")
        mean = np.clip(_INDEX_MEANS[question] + 0.9 * spirit + rng.normal(0, 0.3), 0, 10)
        pairs[measure.name] = (mean * answered[who], answered[who])
    return pairs
