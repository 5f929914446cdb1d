"""From tables to statistics: every quantity of the reports, computed once for all units."""

from sqa_lib.metrics import (  # noqa: F401  importing a module registers its statistics
    arts_school,
    attendance,
    complaints,
    health_cases,
    mother_tongue,
    newly_arrived,
    patient_safety,
    pupils,
    staff,
    surveys,
)
from sqa_lib.metrics.national import national_definitions
from sqa_lib.metrics.statistic import REGISTRY, STATISTICS, Statistic, compute_all

DEFINITIONS: dict[str, Statistic] = {**REGISTRY, **national_definitions()}
"""Every statistic there is, by name."""

__all__ = ["DEFINITIONS", "STATISTICS", "Statistic", "compute_all"]
