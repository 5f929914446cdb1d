"""From tables to statistics: every quantity of the reports, computed once for all units."""

from sqa_lib.metrics import (  # noqa: F401  importing a module registers its statistics
    access,
    arts_school,
    attendance,
    central_psychologists,
    complaints,
    health_cases,
    health_plans,
    lesson_absence,
    mother_tongue,
    networks,
    newly_arrived,
    offensive_treatment,
    patient_safety,
    plan_reviews,
    pupils,
    safety_dialogues,
    schools,
    special_groups,
    staff,
    surveys,
    training,
)
from sqa_lib.metrics.national import national_definitions
from sqa_lib.metrics.statistic import REGISTRY, STATISTICS, Statistic, compute_all

DEFINITIONS: dict[str, Statistic] = {**REGISTRY, **national_definitions()}
"""Every statistic there is, by name."""

__all__ = ["DEFINITIONS", "STATISTICS", "Statistic", "compute_all"]
