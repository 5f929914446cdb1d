"""What is counted of the city's pupils: offensive treatment, special teaching groups, absence, socio-economic need."""

import numpy as np
import pandas as pd

from sqa_lib.demo import attendance
from sqa_lib.demo.chance import Rng, stream, uneven
from sqa_lib.demo.city.schools import ranked
from sqa_lib.demo.school_year import SchoolYear

# fmt: off
NOTIFIED = {
    "compulsory": {"2021/22": (17, 33), "2022/23": (19, 36), "2023/24": (21, 38), "2024/25": (21, 37)},
    "upper_secondary": {"2021/22": (3.0, 4.0), "2022/23": (3.2, 4.4), "2023/24": (3.6, 4.4), "2024/25": (3.5, 4.6)},
}
"""Notifications of offensive treatment per 1,000 girls and per 1,000 boys."""

GROUPS = {"2021/22": (41, 1.3, 7.6), "2022/23": (62, 1.5, 7.9), "2023/24": (79, 1.6, 8.1), "2024/25": (88, 1.7, 8.3)}
"""Special teaching groups: schools that have any, groups in each of them, pupils in a group. The grant for them came in 2022."""

IN_PILOT = {"2024/25": 6}
"""Schools in the pilot on method guidance for special teaching groups, in autumn 2024."""

VALID = {
    "2018/19": {"F": 0.040, "lower": 0.038, "middle": 0.041, "upper": 0.050},
    "2019/20": {"F": 0.048, "lower": 0.046, "middle": 0.049, "upper": 0.058},
    "2020/21": {"F": 0.069, "lower": 0.064, "middle": 0.066, "upper": 0.075},
    "2021/22": {"F": 0.073, "lower": 0.068, "middle": 0.070, "upper": 0.078},
    "2022/23": {"F": 0.058, "lower": 0.054, "middle": 0.056, "upper": 0.065},
    "2023/24": {"F": 0.052, "lower": 0.049, "middle": 0.052, "upper": 0.061},
    "2024/25": {"F": 0.049, "lower": 0.046, "middle": 0.049, "upper": 0.058},
}

INVALID = {
    "2018/19": {"F": 0.0005, "lower": 0.0012, "middle": 0.0034, "upper": 0.0120},
    "2019/20": {"F": 0.0005, "lower": 0.0013, "middle": 0.0036, "upper": 0.0124},
    "2020/21": {"F": 0.0006, "lower": 0.0015, "middle": 0.0042, "upper": 0.0142},
    "2021/22": {"F": 0.0006, "lower": 0.0016, "middle": 0.0046, "upper": 0.0151},
    "2022/23": {"F": 0.0006, "lower": 0.0015, "middle": 0.0044, "upper": 0.0148},
    "2023/24": {"F": 0.0006, "lower": 0.0015, "middle": 0.0043, "upper": 0.0146},
    "2024/25": {"F": 0.0006, "lower": 0.0014, "middle": 0.0042, "upper": 0.0143},
}
"""Absence in compulsory school, mean share of the scheduled hours: lower than in the pandemic, higher than before it."""

LESSONS = {
    "2018/19": (0.072, 0.030), "2019/20": (0.078, 0.031), "2020/21": (0.093, 0.036), "2021/22": (0.102, 0.040),
    "2022/23": (0.092, 0.040), "2023/24": (0.088, 0.039), "2024/25": (0.085, 0.037),
}
"""Absence in upper-secondary school: valid and invalid share of the scheduled hours."""

BY_SUBJECT = {
    "swedish": 0.97, "english": 0.95, "mathematics": 1.18, "social_studies": 1.0, "natural_science": 1.04,
    "physical_education": 1.22, "modern_languages": 1.08, "programme_subjects": 0.86,
}
BY_WEEKDAY = {"monday": 1.06, "tuesday": 0.94, "wednesday": 0.95, "thursday": 0.96, "friday": 1.14}
BY_TIME = {"before_10": 1.24, "10_12": 0.88, "12_14": 0.90, "after_14": 1.12}
"""Absence as a multiple of the mean."""

SUBJECT_HOURS = {
    "swedish": 88, "english": 72, "mathematics": 86, "social_studies": 66, "natural_science": 40, "physical_education": 40,
    "modern_languages": 32, "programme_subjects": 246,
}
"""Scheduled hours per pupil and year, of those who have the subject."""

HAVING = {"natural_science": 0.62, "modern_languages": 0.45}
"""The share of pupils who have a subject in a year; all, where none is told."""

SLOTS = 9
"""In how many of the week's 20 slots a school has lessons in a subject."""
# fmt: on


def school_need(year: SchoolYear, _: Rng) -> pd.DataFrame:
    return year.units[["unit", "need"]]


def offensive_treatment(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """unit, gender, notifications: some schools notify of much more than others."""
    pupils = year.enrolment.groupby(["unit", "gender"], as_index=False, sort=False).pupils.sum()
    forms = pupils.unit.map(year.units.set_index("unit").school_form)
    rates = [NOTIFIED[form][year.name][gender == "boy"] for form, gender in zip(forms, pupils.gender, strict=True)]
    custom = uneven(pupils.unit, stream(year.seed, "notifying"), shape=2.0)
    notifications = rng.poisson(np.array(rates) / 1000 * pupils.pupils * custom)
    return pupils.assign(notifications=notifications).drop(columns="pupils").sort_values(["unit", "gender"], ignore_index=True)


def special_groups(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per school with groups: unit, groups, pupils, in_pilot."""
    schools, groups, pupils = GROUPS[year.name]
    having = ranked(year.compulsory, "special_groups", year.seed).head(schools)
    counts = 1 + rng.poisson(groups - 1, len(having))
    table = pd.DataFrame(
        {"unit": having.unit, "groups": counts, "pupils": [3 * n + rng.poisson((pupils - 3) * n) for n in counts]}
    )
    table = table.sort_values("unit", ignore_index=True)
    return table.assign(in_pilot=table.index.isin(rng.choice(len(table), IN_PILOT.get(year.name, 0), replace=False)))


def absence(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    return attendance.drawn(year.pupils, VALID[year.name], INVALID[year.name], rng)


def lesson_absence(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per upper-secondary unit, subject, weekday and time of day with lessons: pupils and hours with one decimal."""
    pupils = year.enrolment.groupby("unit").pupils.sum()
    custom = dict(zip(year.upper_secondary.unit, stream(year.seed, "lessons").gamma(25, 1 / 25, 30), strict=True))
    rows = [row for unit in year.upper_secondary.unit for row in _timetable(unit, int(pupils[unit]), rng)]
    table = pd.DataFrame(rows, columns=["unit", "subject", "weekday", "time_of_day", "pupils", "scheduled_hours"])
    level = (
        table.unit.map(custom) * table.subject.map(BY_SUBJECT) * table.weekday.map(BY_WEEKDAY) * table.time_of_day.map(BY_TIME)
    )
    for kind, share in zip(("valid_hours", "invalid_hours"), LESSONS[year.name], strict=True):
        noise = rng.gamma(60, 1 / 60, len(table))
        table[kind] = (table.scheduled_hours * share * level * noise).round(1)
    return table


def _timetable(unit: str, pupils: int, rng: Rng) -> list[tuple]:
    """The slots of a school's week in which each subject has lessons, with its pupils and their hours of a year."""
    slots = [(weekday, time) for weekday in BY_WEEKDAY for time in BY_TIME]
    rows = []
    for subject, hours in SUBJECT_HOURS.items():
        chosen = np.sort(rng.choice(len(slots), SLOTS, replace=False))
        for slot, share in zip(chosen, rng.dirichlet(np.full(SLOTS, 8.0)), strict=True):
            having = round(pupils * HAVING.get(subject, 1.0))
            there = min(having, max(1, round(having * share * SLOTS / 2)))
            rows.append((unit, subject, *slots[slot], there, round(having * hours * share, 1)))
    return rows
