"""Demo data: the synthetic input of the demo reports, each from one seed.

`city` is the input of `params/stockholm-2024-25.yml`; what stands here that of `params/lulea-2020-21.yml`.

The municipality resembles that of a printed report of 2020/21 and gives its figures, but every school, pupil, answer and
case is invented. Each module holds one field, with its figures per school year as a table: a further school year is a
line in each table.
Every dataset and school year has a random stream of its own, so that a new year leaves the others unchanged.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from sqa_lib.demo import skolverket
from sqa_lib.demo.arts_school import arts_school
from sqa_lib.demo.attendance import absence
from sqa_lib.demo.authorities import invented
from sqa_lib.demo.chance import Rng, stream
from sqa_lib.demo.complaints import complaints
from sqa_lib.demo.health_cases import health_cases, school_form_assessments
from sqa_lib.demo.health_survey import health_survey
from sqa_lib.demo.mother_tongue import applications, mother_tongue
from sqa_lib.demo.newly_arrived import newly_arrived, study_guidance
from sqa_lib.demo.patient_safety import deviations
from sqa_lib.demo.principals import principals_answers, principals_survey
from sqa_lib.demo.school_year import SchoolYear, numbered
from sqa_lib.demo.schools import GROWTH, school_year, units
from sqa_lib.demo.staff import health_staff
from sqa_lib.demo.write import write
from sqa_lib.sources.datasets import DATASETS

SCHOOL_YEARS = tuple(GROWTH)

SEED = 2021
"""The seed of the committed data."""

UNDERLAG = "underlag_for_analys.xlsx"
"""The national indicators, in the shape of Skolverket's own file."""

_BUILDERS: dict[str, Callable[[SchoolYear, Rng], pd.DataFrame]] = {
    "enrolment": lambda year, _: year.enrolment,
    "newly_arrived": newly_arrived,
    "study_guidance": study_guidance,
    "mother_tongue": mother_tongue,
    "mother_tongue_applications": applications,
    "health_cases": health_cases,
    "school_form_assessments": school_form_assessments,
    "principals_survey": principals_survey,
    "principals_answers": principals_answers,
    "health_survey": health_survey,
    "deviations": deviations,
    "absence": absence,
    "arts_school": arts_school,
    "complaints": complaints,
    "health_staff": health_staff,
}

_PREFIXES = {
    "newly_arrived": "NYA",
    "study_guidance": "SHM",
    "mother_tongue": "MOD",
    "mother_tongue_applications": "ANS",
    "health_cases": "EHA",
    "school_form_assessments": "SFB",
    "principals_survey": "REK",
    "principals_answers": "SVA",
    "health_survey": "ENK",
    "deviations": "AVV",
    "complaints": "SKI",
}
"""How the serial numbers of a dataset begin: `EHA-2020-0001`."""


def generate(folder: Path, seed: int = SEED) -> list[Path]:
    """Write every dataset into `folder` and return the paths; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [write(DATASETS[name], table, folder) for name, table in tables(seed).items()]
    authorities = invented(school_year(SCHOOL_YEARS[-1], seed), stream(seed, UNDERLAG))
    return [*paths, skolverket.write(folder / UNDERLAG, authorities, SCHOOL_YEARS[-1], seed)]


def tables(seed: int = SEED, school_years: Sequence[str] = SCHOOL_YEARS) -> dict[str, pd.DataFrame]:
    """Every dataset, the school years together, with the columns of `DATASETS` and English codes."""
    years = [school_year(name, seed) for name in school_years]
    return {"school_units": units()} | {
        name: pd.concat(
            [numbered(build(year, stream(seed, name, year.name)), year, _PREFIXES.get(name, "")) for year in years],
            ignore_index=True,
        )
        for name, build in _BUILDERS.items()
    }
