"""What the city does for its schools' pupil health: professional networks and training."""

import pandas as pd

from sqa_lib.demo.chance import Rng, term_days
from sqa_lib.demo.school_year import SchoolYear

# fmt: off
MEETINGS = {
    "compulsory": {
        "counsellor": (4, 138), "special_educator": (4, 162), "nurse": (3, 140), "psychologist": (4, 64), "physician": (1, 12),
        "study_counsellor": (2, 58),
    },
    "upper_secondary": {
        "counsellor": (5, 44), "special_educator": (4, 66), "nurse": (3, 34), "psychologist": (4, 14), "physician": (1, 5),
        "study_counsellor": (6, 48),
    },
}
"""Meetings of a network in 2024/25, and how many are invited to each."""

COMMON = ("upper_secondary", 2, 190)
"""All professions and the principals meet, so many times a year, so many invited."""

EARLIER = {"2021/22": -1, "2022/23": -1, "2023/24": 0, "2024/25": 0}
"""Meetings more or fewer than in 2024/25, but never none."""

COMING = {"2021/22": 0.55, "2022/23": 0.61, "2023/24": 0.66, "2024/25": 0.70}
"""The share of the invited who come."""

FOCUS = {
    "interprofessional": 0.58, "learning_environment": 0.42, "preventing_attendance_health": 0.50, "neurodevelopmental": 0.36,
}
"""The share of meetings with each focus area."""

OCCASIONS = {
    "2021/22": (
        ("workshop", "neurodevelopmental", "compulsory", 40, 1), ("workshop", "attendance", "upper_secondary", 30, 2),
    ),
    "2022/23": (
        ("workshop", "neurodevelopmental", "compulsory", 50, 2), ("workshop", "attendance", "upper_secondary", 30, 2),
        ("training_day", "attendance", "upper_secondary", 30, 1),
    ),
    "2023/24": (
        ("training_day", "systematic_work", "compulsory", 140, 1), ("workshop", "neurodevelopmental", "compulsory", 60, 3),
        ("workshop", "systematic_work", "upper_secondary", 30, 2), ("workshop", "special_groups", "compulsory", 79, 2),
    ),
    "2024/25": (
        ("event", "systematic_work", None, 170, 1), ("workshop", "special_groups", "compulsory", 88, 8),
        ("pilot", "behaviour_support", "compulsory", 6, 6), ("workshop", "reading_writing", "compulsory", 62, 2),
        ("workshop", "neurodevelopmental", "compulsory", 60, 2), ("training_day", "systematic_work", "upper_secondary", 30, 1),
        ("workshop", "attendance", "upper_secondary", 30, 3),
    ),
}
"""Kind, topic, school form (None: both), schools invited, occasions."""

TAKING_PART = {"training_day": 0.97, "workshop": 0.62, "pilot": 0.95, "event": 0.85}
"""The share of the invited schools that come."""
# fmt: on


def networks(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per meeting: profession, school_form, held, invited, attended, focus_areas."""
    rows = [
        (profession, form, day, invited)
        for form, professions in MEETINGS.items()
        for profession, (meetings, invited) in professions.items()
        for day in term_days(year.name, max(1, meetings + EARLIER[year.name]), rng)
    ]
    form, meetings, invited = COMMON
    rows += [(None, form, day, invited) for day in term_days(year.name, meetings, rng)]
    table = pd.DataFrame(rows, columns=["profession", "school_form", "held", "invited"])
    table["attended"] = rng.binomial(table.invited, COMING[year.name])
    table["focus_areas"] = [_focus(rng) for _ in rows]
    table = table.drop_duplicates(["profession", "school_form", "held"])
    return table.sort_values(["held", "school_form", "profession"], ignore_index=True)


def _focus(rng: Rng) -> tuple[str, ...]:
    """At least one focus area."""
    found = tuple(area for area, chance in zip(FOCUS, rng.random(len(FOCUS)), strict=True) if chance < FOCUS[area])
    return found or ("interprofessional",)


def training(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per occasion, by its day: held, kind, topic, school_form, schools, attended."""
    rows = [
        (day, kind, topic, form, schools, int(rng.binomial(schools, TAKING_PART[kind])))
        for kind, topic, form, schools, occasions in OCCASIONS[year.name]
        for day in term_days(year.name, occasions, rng)
    ]
    columns = ["held", "kind", "topic", "school_form", "schools", "attended"]
    return pd.DataFrame(rows, columns=columns).sort_values(["held", "kind"], ignore_index=True)
