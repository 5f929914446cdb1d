"""Health staff: full-time posts by unit, profession and funding, in tenths of a post."""

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng
from sqa_lib.demo.school_year import SchoolYear

_PROFESSIONS = ("psychologist", "special_educator", "speech_therapist", "counsellor", "nurse", "physician")

COMPULSORY = {
    "2018/19": dict(zip(_PROFESSIONS, (56, 131, 25, 96, 120, 11), strict=True)),
    "2019/20": dict(zip(_PROFESSIONS, (58, 136, 26, 98, 121, 11), strict=True)),
    "2020/21": dict(zip(_PROFESSIONS, (60, 142, 28, 104, 124, 12), strict=True)),
}

PRESCHOOL = {
    "2018/19": {"psychologist": 11, "special_educator": 63, "speech_therapist": 13},
    "2019/20": {"psychologist": 12, "special_educator": 66, "speech_therapist": 14},
    "2020/21": {"psychologist": 12, "special_educator": 70, "speech_therapist": 15},
}
"""Tenths of a post in base staffing."""

PROJECT = {"2018/19": {}, "2019/20": {}, "2020/21": {"psychologist": 10}}
"""Tenths of a post at the attendance-project schools, paid by the state grant "skolmiljarden"."""


def health_staff(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """unit, profession, funding, posts; only where there are any, and without chance: posts follow size."""
    compulsory = year.compulsory
    parts = (
        (compulsory, COMPULSORY, "base"),
        (year.preschools, PRESCHOOL, "base"),
        (compulsory[compulsory.is_attendance_project], PROJECT, "project"),
    )
    rows = [
        (unit, profession, funding, tenths / 10)
        for units, posts, funding in parts
        for profession, total in posts[year.name].items()
        for unit, tenths in zip(units.unit, shared(total, units["size"].to_numpy()), strict=True)
        if tenths
    ]
    return pd.DataFrame(rows, columns=["unit", "profession", "funding", "posts"]).sort_values(["unit", "profession", "funding"])


def shared(total: int, size: np.ndarray) -> list[int]:
    """`total` tenths over units by size, by largest remainder; `sum(shared(60, size)) == 60`."""
    exact = total * size / size.sum()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(-(exact - whole), kind="stable")[: total - whole.sum()]] += 1
    return whole.tolist()
