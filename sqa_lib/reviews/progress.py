"""How far the reviewers have come with the plans of a school year."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sqa_lib.rubric import RUBRIC
from sqa_lib.sources.cells import cleaned, folded
from sqa_lib.sources.check import Input
from sqa_lib.sources.datasets import HEALTH_PLANS, PLAN_REVIEWS

NO_DESIGNATION = "(no role and number)"
REVIEWERS = ["reviewer", "reviewed", "partly", "rejected", "waiting"]


@dataclass(frozen=True)
class Progress:
    """The reviews of one school year.

    plans: codes of the units that have submitted one. by_reviewers: how many reviewers → how many plans. without_plan: units
    that are reviewed without a submitted plan. reviewers: columns `REVIEWERS`: plans reviewed, those of them that lack a rating,
    plans whose rows were rejected, plans of the reviewer's form without any rating. other_years: school year → reviews.
    """

    school_year: str
    plans: frozenset[str]
    by_reviewers: Mapping[int, int]
    without_plan: tuple[str, ...]
    reviewers: pd.DataFrame
    other_years: Mapping[str, int]

    @property
    def reviewed(self) -> int:
        return sum(self.by_reviewers.values())


def progress_of(data: Input, school_year: str) -> Progress | None:
    """None where nobody has reviewed anything and no forms are given out."""
    reviews, waiting = data.tables.get(PLAN_REVIEWS.name), data.waiting.get(PLAN_REVIEWS.name)
    if reviews is None or waiting is None or (reviews.empty and waiting.empty):
        return None
    of_year = reviews[reviews["school_year"] == school_year]
    not_used = [_of_year(_rejected(data), school_year), _of_year(waiting, school_year)]
    plans = _submitted(data, school_year)
    return Progress(
        school_year,
        plans,
        of_year.groupby("unit")["reviewer"].nunique().value_counts().sort_index().to_dict(),
        tuple(sorted(set(of_year["unit"]) - plans)),
        _reviewers(of_year, *not_used),
        reviews.loc[reviews["school_year"] != school_year, "school_year"].value_counts().sort_index().to_dict(),
    )


def _submitted(data: Input, school_year: str) -> frozenset[str]:
    plans = data.tables.get(HEALTH_PLANS.name)
    if plans is None:
        return frozenset()
    return frozenset(plans.loc[(plans["school_year"] == school_year) & plans["is_submitted"], "unit"])


def _rejected(data: Input) -> pd.DataFrame:
    """The rejected reviews, cells as delivered, columns as in Python; one that a form lacks is empty."""
    rows = data.rejected.get(PLAN_REVIEWS.name, pd.DataFrame())
    names = {folded(PLAN_REVIEWS.column(name).header): name for name in PLAN_REVIEWS.key}
    return rows.rename(columns=lambda header: names.get(folded(header), header)).reindex(columns=PLAN_REVIEWS.key, fill_value="")


def _of_year(rows: pd.DataFrame, school_year: str) -> set[tuple[str, str]]:
    """(reviewer, unit) of rows as they were delivered."""
    texts = rows[list(PLAN_REVIEWS.key)].map(cleaned)
    return {(_designation(row.reviewer), row.unit) for row in texts.itertuples() if row.school_year == school_year}


def _designation(reviewer: str) -> str:
    """What stands there when it is a role and a number: it may be a name."""
    return reviewer if re.fullmatch(RUBRIC.reviewer_pattern, reviewer) else NO_DESIGNATION


def _reviewers(reviews: pd.DataFrame, rejected: set[tuple[str, str]], waiting: set[tuple[str, str]]) -> pd.DataFrame:
    """One row per reviewer, by role and number; each plan of a reviewer's is counted once."""
    lacks = reviews[list(PLAN_REVIEWS.form.filled)].isna().any(axis=1)
    done = set(zip(reviews["reviewer"], reviews["unit"], strict=True))
    counts = {
        "reviewed": reviews["reviewer"].value_counts(),
        "partly": reviews.loc[lacks, "reviewer"].value_counts(),
        "rejected": _per_reviewer(rejected - done),
        "waiting": _per_reviewer(waiting - rejected - done),
    }
    table = pd.DataFrame(counts).fillna(0).astype("int64").rename_axis("reviewer").reset_index()
    return table.sort_values("reviewer", key=lambda names: names.map(_in_order)).reset_index(drop=True)[REVIEWERS]


def _per_reviewer(plans: set[tuple[str, str]]) -> pd.Series:
    return pd.Series([reviewer for reviewer, _ in plans], dtype="str").value_counts()


def _in_order(reviewer: str) -> str:
    """`granskare 2` before `granskare 10`."""
    role, _, number = reviewer.rpartition(" ")
    return f"{role} {number:>3}"
