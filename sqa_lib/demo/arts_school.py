"""The arts school: participants and queue by unit, subject and gender."""

import itertools

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng, uneven
from sqa_lib.demo.school_year import SchoolYear

PARTICIPANTS = {"2018/19": 1207, "2019/20": 1184, "2020/21": 871}
QUEUE = {"2018/19": 385, "2019/20": 412, "2020/21": 500}

SUBJECTS = {"music": 0.52, "dance": 0.22, "theatre": 0.11, "art": 0.15}
GIRLS = {"music": 0.54, "dance": 0.86, "theatre": 0.66, "art": 0.69}
"""How the participants are spread over subjects, and the share of girls in each."""


def arts_school(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row for every compulsory unit, subject and gender, zeros included."""
    size = year.compulsory.set_index("unit")["size"]
    table = pd.DataFrame(itertools.product(size.index, SUBJECTS, ("girl", "boy")), columns=["unit", "subject", "gender"])
    girls = table.subject.map(GIRLS)
    gender = np.where(table.gender == "girl", girls, 1 - girls)
    weight = table.unit.map(size) * table.subject.map(SUBJECTS) * gender * uneven(table.unit, rng, shape=6)
    chance = (weight / weight.sum()).to_numpy()
    participants, queue = (rng.multinomial(total[year.name], chance) for total in (PARTICIPANTS, QUEUE))
    return table.assign(participants=participants, queue=queue)
