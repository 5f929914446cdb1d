"""Absence: drawn per pupil, summed per unit, year and gender."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng
from sqa_lib.demo.school_year import SchoolYear

STAGES = {"F": "F", **dict.fromkeys("123", "lower"), **dict.fromkeys("456", "middle"), **dict.fromkeys("789", "upper")}

HOURS = {"F": 525, "lower": 660, "middle": 745, "upper": 815}
"""Scheduled hours per pupil and year: about the least in preschool class, otherwise about the timetable's hours for the stage."""

VALID = {
    "2018/19": {"F": 0.045, "lower": 0.043, "middle": 0.047, "upper": 0.056},
    "2019/20": {"F": 0.047, "lower": 0.045, "middle": 0.049, "upper": 0.058},
    "2020/21": {"F": 0.068, "lower": 0.064, "middle": 0.066, "upper": 0.076},
}

INVALID = {
    "2018/19": {"F": 0.0004, "lower": 0.001, "middle": 0.0028, "upper": 0.0105},
    "2019/20": {"F": 0.0004, "lower": 0.001, "middle": 0.003, "upper": 0.011},
    "2020/21": {"F": 0.0006, "lower": 0.0013, "middle": 0.004, "upper": 0.014},
}
"""Mean share of the scheduled hours."""

HIGH = 0.15
EVENNESS = 1.2
"""Shape of the gamma distribution of pupils' absence: the lower, the more of it falls on a few."""


def absence(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """See `drawn`."""
    return drawn(year.pupils, VALID[year.name], INVALID[year.name], rng)


def drawn(pupils: pd.DataFrame, valid_share: Mapping[str, float], invalid_share: Mapping[str, float], rng: Rng) -> pd.DataFrame:
    """One row per unit, year and gender with pupils: hours with one decimal, and pupils absent for at least 15 percent.

    pupils: unit, year, gender. valid_share, invalid_share: stage → mean share of the scheduled hours.
    """
    stage = pupils.year.map(STAGES)
    by_unit = {unit: rng.normal(1, 0.12) for unit in sorted(pupils.unit.unique())}
    level = pupils.unit.map(by_unit).to_numpy() * rng.gamma(EVENNESS, 1 / EVENNESS, len(pupils))
    valid = np.minimum(level * stage.map(valid_share).to_numpy(), 0.8)
    invalid = np.minimum(rng.gamma(0.3, 1 / 0.3, len(pupils)) * stage.map(invalid_share).to_numpy(), 0.2)
    hours = stage.map(HOURS)
    table = pupils.assign(
        pupils=1,
        scheduled_hours=hours,
        valid_hours=hours * valid,
        invalid_hours=hours * invalid,
        high_absence=(valid + invalid) >= HIGH,
    )
    numbers = ["pupils", "scheduled_hours", "valid_hours", "invalid_hours", "high_absence"]
    return table.groupby(["unit", "year", "gender"], as_index=False, sort=False)[numbers].sum().round(1)
