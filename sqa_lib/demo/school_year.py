"""One school year of an invented authority: its units, who is enrolled in them, and each pupil of compulsory school."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng

GIRLS = 0.49


@dataclass(frozen=True)
class SchoolYear:
    """What one school year's datasets are drawn from.

    name: `2020/21`. seed: that of all demo data. units: unit, unit_name, school_form, area, area_name, years (one letter each),
    size and what else an authority tells of them. enrolment: see `enrolment`. pupils: see `pupils_of`.
    """

    name: str
    seed: int
    units: pd.DataFrame
    enrolment: pd.DataFrame
    pupils: pd.DataFrame

    @property
    def first_calendar_year(self) -> int:
        return int(self.name[:4])

    @property
    def compulsory(self) -> pd.DataFrame:
        return self.units[self.units.school_form == "compulsory"].reset_index(drop=True)

    @property
    def preschools(self) -> pd.DataFrame:
        return self.units[self.units.school_form == "preschool"].reset_index(drop=True)

    @property
    def upper_secondary(self) -> pd.DataFrame:
        return self.units[self.units.school_form == "upper_secondary"].reset_index(drop=True)


def enrolment(all_units: pd.DataFrame, growth: float, rng: Rng) -> pd.DataFrame:
    """unit, year ("" for units without), gender, pupils; a unit has its size times growth, over its years and genders."""
    rows = []
    for row in all_units.itertuples():
        years = row.years or [""]
        per_year = rng.multinomial(round(row.size * growth), np.full(len(years), 1 / len(years)))
        for year, pupils in zip(years, per_year, strict=True):
            girls = int(rng.binomial(pupils, GIRLS))
            rows += [(row.unit, year, "girl", girls), (row.unit, year, "boy", int(pupils) - girls)]
    return pd.DataFrame(rows, columns=["unit", "year", "gender", "pupils"])


def pupils_of(enrolled: pd.DataFrame, all_units: pd.DataFrame) -> pd.DataFrame:
    """One row per pupil in compulsory school: unit, area, year, gender."""
    compulsory = enrolled[enrolled.year != ""].merge(all_units[["unit", "area"]], on="unit")
    return compulsory.loc[compulsory.index.repeat(compulsory.pupils), ["unit", "area", "year", "gender"]].reset_index(drop=True)


def numbered(table: pd.DataFrame, year: SchoolYear, prefix: str) -> pd.DataFrame:
    """The table with its school year and, for rows that have no key of their own, serial numbers: `EHA-2020-0001`."""
    numbers = [f"{prefix}-{year.first_calendar_year}-{number:04d}" for number in range(1, len(table) + 1)]
    return table.assign(school_year=year.name, row_id=numbers)
