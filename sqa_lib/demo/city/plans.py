"""Health plans of the city's schools, and the reviews of them with the rubric."""

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.demo.chance import Rng, draw, stream
from sqa_lib.demo.city.schools import ranked
from sqa_lib.demo.school_year import SchoolYear

FORMS = ("compulsory", "upper_secondary")
RATINGS = DIMENSIONS["rating"].names

# fmt: off
SUBMITTED = {
    "2021/22": {"compulsory": 118, "upper_secondary": 22}, "2022/23": {"compulsory": 127, "upper_secondary": 26},
    "2023/24": {"compulsory": 137, "upper_secondary": 30}, "2024/25": {"compulsory": 140, "upper_secondary": 30},
}

FOLLOWS_TEMPLATE = {
    "2021/22": {"compulsory": 61, "upper_secondary": 9}, "2022/23": {"compulsory": 74, "upper_secondary": 13},
    "2023/24": {"compulsory": 98, "upper_secondary": 19}, "2024/25": {"compulsory": 112, "upper_secondary": 23},
}

FOLLOWED_UP = {
    "2021/22": {"compulsory": 60, "upper_secondary": 22}, "2022/23": {"compulsory": 84, "upper_secondary": 26},
    "2023/24": {"compulsory": 137, "upper_secondary": 30}, "2024/25": {"compulsory": 140, "upper_secondary": 30},
}
"""How many plans, by school year and form."""

FOCUS = {
    "compulsory": {
        "attendance": 0.48, "interprofessional": 0.34, "systematics": 0.38, "sustainable_learning": 0.10,
        "stress_mental_health": 0.30, "learning_environment": 0.55, "safety_wellbeing": 0.52, "special_support": 0.41,
    },
    "upper_secondary": {
        "attendance": 0.83, "interprofessional": 0.63, "systematics": 0.57, "sustainable_learning": 0.33,
        "stress_mental_health": 0.47, "learning_environment": 0.43, "safety_wellbeing": 0.40, "special_support": 0.20,
    },
}
"""The share of plans with each focus area."""

REVIEWED_TWICE = {
    "2022/23": {"upper_secondary": 10}, "2023/24": {"compulsory": 36, "upper_secondary": 12},
    "2024/25": {"compulsory": 40, "upper_secondary": 12},
}
"""All plans of these forms were reviewed; so many of them by two."""

REVIEWERS = {"compulsory": (1, 2, 3, 4), "upper_secondary": (5, 6)}

DIFFICULTY = {
    "promoting": -0.5, "preventing": -0.35, "remedial": -0.95, "school_level": -0.15, "group_level": -0.2,
    "individual_level": -1.0, "evaluation": 0.7, "plan_from_needs": 0.6,
}
"""How much less of each criterion the plans have than of another: routines are described, development seldom."""
# fmt: on

PROGRESS = {"2022/23": -0.35, "2023/24": -0.1, "2024/25": 0.1}
SPREAD = {
    "compulsory": {"2023/24": 0.75, "2024/25": 0.75},
    "upper_secondary": {"2022/23": 0.85, "2023/24": 0.65, "2024/25": 0.45},
}
"""How much the quality of plans varies between schools, as standard deviation."""

STEPS = (-1.2, -0.1, 1.0)
"""Above which quality a criterion is begun, clear, systematic."""

OF_ITS_OWN, OF_THE_REVIEWER = 0.5, 0.35
"""Standard deviations: what a plan's criterion has of its own, and what a reviewer's eye adds."""


def health_plans(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per unit: unit, is_submitted, follows_template, is_followed_up, focus_areas."""
    pieces = [_plans(year, form, rng) for form in FORMS]
    return pd.concat(pieces, ignore_index=True).sort_values("unit", ignore_index=True)


def _plans(year: SchoolYear, form: str, rng: Rng) -> pd.DataFrame:
    units = year.units[year.units.school_form == form]
    order = ranked(units, f"health_plans/{form}", year.seed, by_need=0).unit.tolist()
    submitted = order[: SUBMITTED[year.name][form]]
    template = ranked(units[units.unit.isin(submitted)], f"template/{form}", year.seed, by_need=0).unit
    template = set(template.head(FOLLOWS_TEMPLATE[year.name][form]))
    followed_up = set(submitted[: FOLLOWED_UP[year.name][form]])
    rows = [
        (unit, True, unit in template, unit in followed_up, _focus(form, rng))
        if unit in submitted
        else (unit, False, None, None, ())
        for unit in units.unit
    ]
    return pd.DataFrame(rows, columns=["unit", "is_submitted", "follows_template", "is_followed_up", "focus_areas"])


def _focus(form: str, rng: Rng) -> tuple[str, ...]:
    """At least one focus area."""
    shares = FOCUS[form]
    found = tuple(area for area, chance in zip(shares, rng.random(len(shares)), strict=True) if chance < shares[area])
    return found or ("systematics",)


def plan_reviews(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per plan and reviewer: unit, reviewer, a rating of every criterion."""
    pieces = [_reviews(year, form, rng) for form in REVIEWED_TWICE[year.name]]
    return pd.concat(pieces, ignore_index=True).sort_values(["unit", "reviewer"], ignore_index=True)


def _reviews(year: SchoolYear, form: str, rng: Rng) -> pd.DataFrame:
    plans = health_plans(year, stream(year.seed, "health_plans", year.name)).query("is_submitted")
    units = year.units.loc[(year.units.school_form == form) & year.units.unit.isin(plans.unit), ["unit"]].reset_index(drop=True)
    quality = _quality(year, form, units, rng)
    twice = draw(units, REVIEWED_TWICE[year.name][form], rng)
    first, second = _reviewers(form, len(units), rng)
    return pd.concat(
        [_rated(units, quality, first, rng), _rated(twice, quality[twice.index], second[twice.index], rng)], ignore_index=True
    )


def _quality(year: SchoolYear, form: str, units: pd.DataFrame, rng: Rng) -> np.ndarray:
    """A row per plan and a column per criterion. A school's standing is much the same every year."""
    everyone = year.units.loc[year.units.school_form == form, "unit"]
    standing = pd.Series(stream(year.seed, "quality", form).normal(size=len(everyone)), everyone.to_numpy())
    own = SPREAD[form][year.name] * standing[units.unit].to_numpy()
    return PROGRESS[year.name] + own[:, None] - np.array(list(DIFFICULTY.values())) + rng.normal(0, OF_ITS_OWN, (len(units), 8))


def _reviewers(form: str, plans: int, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Two different reviewers of every plan."""
    among = np.array(REVIEWERS[form])
    first = rng.integers(len(among), size=plans)
    return among[first], among[(first + 1 + rng.integers(len(among) - 1, size=plans)) % len(among)]


def _rated(units: pd.DataFrame, quality: np.ndarray, reviewers: np.ndarray, rng: Rng) -> pd.DataFrame:
    seen = np.digitize(quality + rng.normal(0, OF_THE_REVIEWER, quality.shape), STEPS)
    ratings = pd.DataFrame(np.array(RATINGS, dtype=object)[seen], columns=list(DIFFICULTY))
    return ratings.assign(unit=units.unit.to_numpy(), reviewer=[f"granskare {number}" for number in reviewers])
