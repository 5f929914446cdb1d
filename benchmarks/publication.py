"""A synthetic publication of health cases at three sizes, made through the project's own metrics."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics import DEFINITIONS, Statistic
from sqa_lib.metrics.statistic import valued
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Authority
from sqa_lib.units import UnitTree

YEAR = "2020/21"
STATISTICS = (
    "pupils",
    "health_cases",
    "health_cases_level",
    "health_cases_gender",
    "health_cases_of_authority",
    "health_cases_type",
    "language_vulnerability",
    "language_vulnerability_share",
    "health_cases_per_1000",
)
LEVELS = {"individual": 0.70, "group": 0.13, "school": 0.13, "none": 0.04}
BOYS = 0.61
TWO_TYPES = 0.15
GRADES = tuple(str(grade) for grade in range(1, 10))


@dataclass(frozen=True)
class Size:
    """How large a publication is."""

    schools: int
    areas: int
    cases: int

    def __str__(self) -> str:
        return f"{self.schools:,} schools, {self.areas} areas, {self.cases:,} cases"


SIZES = (Size(37, 3, 355), Size(170, 14, 8_000), Size(1_700, 140, 80_000))


@dataclass(frozen=True)
class Publication:
    """True statistics (columns `sqa_lib.metrics.STATISTICS`) of all units, and what they mean."""

    statistics: pd.DataFrame
    definitions: dict[str, Statistic]
    tree: UnitTree


def publication_of(size: Size, seed: int = 2021) -> Publication:
    """Cases fall on schools by size and by how readily each turns to the pupil health team; everything else by fixed parts."""
    rng = np.random.default_rng(seed)
    schools = _schools(size)
    pupils = np.maximum(12, rng.lognormal(5.3, 0.7, size.schools)).round()
    tables = {
        "school_units": schools,
        "enrolment": _enrolment(schools, pupils, rng),
        "health_cases": _cases(schools, pupils * rng.lognormal(0, 0.5, size.schools), size.cases, rng),
    }
    tree = tree_of_datasets(Authority(code="all", name="Lavhedens kommun"), schools)
    definitions = {name: DEFINITIONS[name] for name in STATISTICS}
    computed = [valued(definition, definition.compute(tables, tree)) for definition in definitions.values()]
    return Publication(pd.concat(computed, ignore_index=True), definitions, tree)


def _schools(size: Size) -> pd.DataFrame:
    area = [f"A{number * size.areas // size.schools:03}" for number in range(size.schools)]
    codes = [f"99{number:06}" for number in range(size.schools)]
    return pd.DataFrame({"unit": codes, "unit_name": codes, "school_form": "compulsory", "area": area, "area_name": area})


def _enrolment(schools: pd.DataFrame, pupils: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    rows = (
        schools[["unit"]]
        .merge(pd.DataFrame({"year": GRADES}), how="cross")
        .merge(pd.DataFrame({"gender": ["girl", "boy"]}), how="cross")
    )
    each = np.repeat(pupils / (2 * len(GRADES)), 2 * len(GRADES))
    return rows.assign(school_year=YEAR, pupils=rng.poisson(each))


def _cases(schools: pd.DataFrame, weight: np.ndarray, n: int, rng: np.random.Generator) -> pd.DataFrame:
    level = rng.choice(list(LEVELS), n, p=list(LEVELS.values()))
    gender = np.where(rng.random(n) < BOYS, "boy", "girl")
    return pd.DataFrame(
        {
            "unit": rng.choice(schools["unit"].to_numpy(dtype=object), n, p=weight / weight.sum()),
            "school_year": YEAR,
            "level": level,
            "gender": pd.Series(gender, dtype=object).where(level == "individual"),
            "case_types": _types(n, rng),
        }
    )


def _types(n: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """One or two types of each case; the first types of the codebook are the common ones."""
    names = np.array(DIMENSIONS["case_type"].names, dtype=object)
    common = 1 / np.arange(2, len(names) + 2)
    first, second = (rng.choice(names, n, p=common / common.sum()) for _ in range(2))
    has_two = (rng.random(n) < TWO_TYPES) & (first != second)
    return [(one, other) if two else (one,) for one, other, two in zip(first, second, has_two, strict=True)]
