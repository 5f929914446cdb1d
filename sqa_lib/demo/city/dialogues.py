"""Safety dialogues with the compulsory schools: a dialogue with every school in two school years."""

import pandas as pd

from sqa_lib.demo.chance import Rng, term_days
from sqa_lib.demo.city.schools import ranked
from sqa_lib.demo.school_year import SchoolYear

HELD = {"2023/24": 60, "2024/25": 70}
"""How many dialogues; the first year those with greater need rather, and no school twice before all have had one."""

# fmt: off
ROLES = {
    "administration": 1.0, "principal": 1.0, "deputy_principal": 0.62, "counsellor": 0.93, "special_educator": 0.72,
    "nurse": 0.58, "psychologist": 0.36, "safety_group": 0.81,
}
THEMES = {
    "2023/24": {
        "promoting_preventing": 0.88, "recess": 0.93, "systematics": 0.60, "offensive_treatment": 0.55, "attendance": 0.47,
        "calm_classrooms": 0.40, "mental_health": 0.28, "special_support": 0.35, "social_media": 0.22,
    },
    "2024/25": {
        "promoting_preventing": 0.90, "recess": 0.95, "systematics": 0.66, "offensive_treatment": 0.52, "attendance": 0.58,
        "calm_classrooms": 0.44, "mental_health": 0.30, "special_support": 0.37, "social_media": 0.33,
    },
}
"""The share of dialogues with each."""
# fmt: on


def safety_dialogues(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per dialogue, by its day: unit, held, roles, themes."""
    units = _visited(year)
    order = rng.permutation(len(units))
    return pd.DataFrame(
        {
            "unit": [units[place] for place in order],
            "held": term_days(year.name, len(units), rng),
            "roles": [_some(ROLES, rng) for _ in units],
            "themes": [_some(THEMES[year.name], rng) for _ in units],
        }
    )


def _visited(year: SchoolYear) -> list[str]:
    order = ranked(year.compulsory, "safety_dialogues", year.seed, by_need=0.5).unit.tolist()
    before = sum(count for name, count in HELD.items() if name < year.name)
    return order[before : before + HELD[year.name]]


def _some(shares: dict[str, float], rng: Rng) -> tuple[str, ...]:
    return tuple(code for code, chance in zip(shares, rng.random(len(shares)), strict=True) if chance < shares[code])
