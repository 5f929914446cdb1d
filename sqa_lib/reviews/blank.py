"""What a reviewer's form holds before anybody has filled it in, and who may have one."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Report, ReportError
from sqa_lib.rubric import RUBRIC
from sqa_lib.sources.cells import folded
from sqa_lib.sources.datasets import HEALTH_PLANS, PLAN_REVIEWS
from sqa_lib.units import UnitTree
from sqa_lib.words import nearest

UNIT_NAME, AREA = PLAN_REVIEWS.form.shown
UNIT, SCHOOL_YEAR, REVIEWER = (PLAN_REVIEWS.column(name).header for name in ("unit", "school_year", "reviewer"))

GIVEN = (UNIT_NAME, UNIT, AREA, SCHOOL_YEAR, REVIEWER)
"""The columns that are filled in beforehand."""

RATED = tuple(PLAN_REVIEWS.column(name).header for name in PLAN_REVIEWS.form.filled)
"""The columns that the reviewer fills in, one a criterion."""


def reviewer_of(text: str) -> str:
    """`granskare 1` for `Granskare 1`; what is not a role and a number is refused, since it may be somebody's name."""
    if not re.fullmatch(RUBRIC.reviewer_pattern, folded(text)):
        raise ReportError(f"reviewer `{text}`: give {RUBRIC.reviewers}")
    return folded(text)


def blank_form(report: Report, tables: Mapping[str, pd.DataFrame], reviewer: str, units: Sequence[str] = ()) -> pd.DataFrame:
    """One row for each health plan of the report's school year, columns `GIVEN` and `RATED`, by area and name.

    units: codes of units whose plans, and those of all units below, are taken; all where there are none.
    """
    if wanted := [name for name in ("school_units", HEALTH_PLANS.name) if name not in tables]:
        raise ReportError(f"{report.name}: has no dataset `{wanted[0]}`, which says whose plans there are to review")
    tree = tree_of_datasets(report.authority, tables["school_units"])
    _check_known(units, tree)
    rows = _with_plans(report, tables)
    asked = [unit for unit in rows["unit"] if not units or not set(units).isdisjoint(tree.ancestors(unit))]
    chosen = rows[rows["unit"].isin(asked)]
    _check_plans(report, chosen, units, tree)
    ordered = chosen.sort_values(["area_name", "unit_name", "unit"]).reset_index(drop=True)
    given = [ordered["unit_name"], ordered["unit"], ordered["area_name"], report.school_year, reviewer]
    return pd.DataFrame(dict(zip(GIVEN, given, strict=True)) | dict.fromkeys(RATED, ""), index=ordered.index)


def _check_known(units: Sequence[str], tree: UnitTree) -> None:
    if unknown := [unit for unit in units if unit not in tree]:
        raise ReportError(f"unknown unit {unknown[0]}{nearest(unknown[0], [unit.code for unit in tree.units])}")


def _with_plans(report: Report, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The school units that have submitted a plan for the report's school year."""
    plans = tables[HEALTH_PLANS.name]
    plans = plans[(plans["school_year"] == report.school_year) & plans["is_submitted"]]
    return tables["school_units"][tables["school_units"]["unit"].isin(plans["unit"])]


def _check_plans(report: Report, rows: pd.DataFrame, units: Sequence[str], tree: UnitTree) -> None:
    """Every unit that was asked for has plans to review."""
    covered = {ancestor for unit in rows["unit"] for ancestor in tree.ancestors(unit)}
    if without := [unit for unit in units or (tree.authority.code,) if unit not in covered]:
        mend = f"add it to the report's data as `{HEALTH_PLANS.path}` ({HEALTH_PLANS.column('is_submitted').header}: Ja)"
        raise ReportError(f"{without[0]}: no health plan is submitted for {report.school_year}; {mend}")
