"""Demo data: the synthetic input of `params/stockholm-2024-25.yml`, a city's pupil-health work, from one seed.

The city resembles that of a printed report of 2024/25 and gives its figures, but every school, pupil, plan and dialogue is
invented. The printed report was written in autumn 2024, so what it tells of "last school year" is of 2023/24 here, and what it
tells of the autumn and the year to come is of 2024/25.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sqa_lib.demo.chance import Rng, stream
from sqa_lib.demo.city import dialogues, plans, pupils, staff, support
from sqa_lib.demo.city.schools import GROWTH, school_year, units
from sqa_lib.demo.school_year import SchoolYear, numbered
from sqa_lib.demo.write import write
from sqa_lib.sources.datasets import DATASETS

SCHOOL_YEARS = tuple(GROWTH)

SEED = 2425
"""The seed of the committed data."""

_BUILDERS: dict[str, tuple[Callable[[SchoolYear, Rng], pd.DataFrame], str]] = {
    "enrolment": (lambda year, _: year.enrolment, "2021/22"),
    "school_need": (pupils.school_need, "2021/22"),
    "health_staff": (staff.health_staff, "2021/22"),
    "central_psychologists": (staff.central_psychologists, "2024/25"),
    "health_plans": (plans.health_plans, "2021/22"),
    "plan_reviews": (plans.plan_reviews, "2022/23"),
    "safety_dialogues": (dialogues.safety_dialogues, "2023/24"),
    "offensive_treatment": (pupils.offensive_treatment, "2021/22"),
    "special_groups": (pupils.special_groups, "2021/22"),
    "absence": (pupils.absence, "2018/19"),
    "lesson_absence": (pupils.lesson_absence, "2018/19"),
    "networks": (support.networks, "2021/22"),
    "training": (support.training, "2021/22"),
}
"""Dataset → what draws a school year of it, and the first school year it has."""


def generate(folder: Path, seed: int = SEED) -> list[Path]:
    """Write every dataset into `folder` and return the paths; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write(DATASETS[name], table, folder) for name, table in tables(seed).items()]


def tables(seed: int = SEED, school_years: Sequence[str] = SCHOOL_YEARS) -> dict[str, pd.DataFrame]:
    """Every dataset, the school years together, with the columns of `DATASETS` and English codes."""
    years = [school_year(name, seed) for name in school_years]
    return {"school_units": units(seed)} | {
        name: pd.concat(
            [numbered(build(year, stream(seed, name, year.name)), year, "UTB") for year in years if year.name >= first],
            ignore_index=True,
        )
        for name, (build, first) in _BUILDERS.items()
    }
