"""Deviations in the medical pupil health, by calendar year: the one in which the school year begins."""

import pandas as pd

from sqa_lib.demo.chance import Rng, deal
from sqa_lib.demo.school_year import SchoolYear

KINDS = {
    "2018/19": {"vaccination": 8, "records": 8, "health_visit": 5, "medication": 3, "communication": 6, "confidentiality": 2},
    "2019/20": {"vaccination": 9, "records": 8, "health_visit": 6, "medication": 2, "communication": 7, "confidentiality": 2},
    "2020/21": {"vaccination": 11, "records": 9, "health_visit": 8, "medication": 2, "communication": 8, "confidentiality": 3},
}

SEVERITIES = {
    "2018/19": {"minor": 25, "moderate": 7, "serious": 0},
    "2019/20": {"minor": 27, "moderate": 7, "serious": 0},
    "2020/21": {"minor": 31, "moderate": 9, "serious": 1},
}


def deviations(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per deviation; a serious one is reported under Lex Maria (patientsäkerhetslagen 2010:659, 3 kap. 5 §)."""
    kinds = deal(KINDS[year.name], rng)
    units = year.compulsory
    return pd.DataFrame(
        {
            "calendar_year": year.first_calendar_year,
            "unit": rng.choice(units.unit.to_numpy(dtype=object), len(kinds), p=units["size"] / units["size"].sum()),
            "kind": kinds,
            "severity": deal(SEVERITIES[year.name], rng),
        }
    ).assign(is_lex_maria=lambda table: table.severity == "serious")
