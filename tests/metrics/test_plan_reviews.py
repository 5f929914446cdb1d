"""Reviews of health plans: ratings per criterion, and Cohen's weighted kappa of two reviewers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from sqa_lib.metrics.plan_reviews import (
    CRITERIA,
    RATINGS,
    disagreement,
    plan_criteria_met,
    plan_ratings,
    plans_reviewed,
    plans_reviewed_twice,
    review_agreement,
)
from sqa_lib.metrics.statistic import REGISTRY, valued
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table

PLANS = rows(
    """
    school_year | unit | is_submitted
    2024/25     | e1   | yes
    2024/25     | e2   | yes
    2024/25     | w1   | yes
    2024/25     | eg   | yes
    2024/25     | wg   | no
    """,
    flags=("is_submitted",),
)
REVIEWS = """
    school_year | unit | reviewer    | evaluation
    2024/25     | e1   | granskare 1 | clear
    2024/25     | e1   | granskare 2 | begun
    2024/25     | e2   | granskare 1 | systematic
    2024/25     | eg   | granskare 3 | missing
"""


def reviews(text: str) -> pd.DataFrame:
    """Reviews of which only the evaluation matters; all other criteria are rated as begun."""
    return rows(text).assign(**{name: "begun" for name in CRITERIA if name not in text})


TABLES = city(health_plans=PLANS, plan_reviews=reviews(REVIEWS))


def test_plans_that_were_reviewed_by_one_or_two() -> None:
    assert_table(
        plans_reviewed(TABLES, CITY).query("unit in ('all', 'west', 'e1')"),
        """
        unit | breakdown                   | numerator | denominator
        all  | school_form=compulsory      | 2         | 3
        all  | school_form=upper_secondary | 1         | 1
        west | school_form=compulsory      | 0         | 1
        west | school_form=upper_secondary | 0         | 0
        e1   | school_form=compulsory      | 1         | 1
        """,
    )


def test_where_two_reviewed_a_plan_the_lower_rating_counts() -> None:
    found = plan_ratings(TABLES, CITY)
    assert_table(
        found[found["breakdown"].str.contains("rubric_item=evaluation;school_form=compulsory") & (found["unit"] == "all")],
        """
        breakdown                                                        | numerator | denominator
        rating=missing;rubric_item=evaluation;school_form=compulsory     | 0         | 2
        rating=begun;rubric_item=evaluation;school_form=compulsory       | 1         | 2
        rating=clear;rubric_item=evaluation;school_form=compulsory       | 0         | 2
        rating=systematic;rubric_item=evaluation;school_form=compulsory  | 1         | 2
        """,
    )


def test_a_school_sees_its_own_rating() -> None:
    found = plan_ratings(TABLES, CITY).query("unit == 'eg' and numerator == 1")
    assert "rating=missing;rubric_item=evaluation;school_form=upper_secondary" in set(found["breakdown"])
    assert len(found) == len(CRITERIA)


def test_clear_and_systematic_together() -> None:
    assert_table(
        at(plan_criteria_met(TABLES, CITY), "rubric_item=evaluation;school_form=compulsory"),
        """
        unit | numerator | denominator
        all  | 1         | 2
        east | 1         | 2
        west | 0         | 0
        e1   | 0         | 1
        e2   | 1         | 1
        w1   | 0         | 0
        """,
    )


def test_a_criterion_that_is_not_rated_yet_counts_nowhere_and_the_others_do() -> None:
    half = """
    school_year | unit | reviewer    | evaluation
    2024/25     | e1   | granskare 1 |
    2024/25     | e1   | granskare 2 | begun
    2024/25     | e2   | granskare 1 |
    2024/25     | w1   | granskare 1 | clear
    """
    tables = city(health_plans=PLANS, plan_reviews=reviews(half))
    found = plan_ratings(tables, CITY).query("unit == 'all'")
    assert_table(
        found[found["breakdown"].str.contains("=(?:begun|clear);rubric_item=(?:evaluation|promoting);school_form=compulsory")],
        """
        breakdown                                                   | numerator | denominator
        rating=begun;rubric_item=evaluation;school_form=compulsory  | 1         | 2
        rating=clear;rubric_item=evaluation;school_form=compulsory  | 1         | 2
        rating=begun;rubric_item=promoting;school_form=compulsory   | 3         | 3
        rating=clear;rubric_item=promoting;school_form=compulsory   | 0         | 3
        """,
    )
    agreed = review_agreement(tables, CITY)
    assert not agreed["breakdown"].str.contains("evaluation").any(), "no plan has two ratings of it"
    assert agreed["breakdown"].str.contains("promoting").any()


# ---- agreement ------------------------------------------------------------------------------------------------------

TWICE = """
    school_year | unit | reviewer    | evaluation
    2024/25     | e1   | granskare 1 | missing
    2024/25     | e1   | granskare 2 | begun
    2024/25     | e2   | granskare 1 | systematic
    2024/25     | e2   | granskare 2 | systematic
    2024/25     | w1   | granskare 1 | begun
    2024/25     | eg   | granskare 3 | clear
    2024/25     | eg   | granskare 4 | clear
"""


def test_agreement_states_its_numerator_and_denominator() -> None:
    """Ratings 0 and 1, 3 and 3: observed disagreement (1 + 0) / 2; expected (|0−1| + |0−3| + |3−1| + |3−3|) / 4 = 1.5."""
    tables = city(health_plans=PLANS, plan_reviews=reviews(TWICE))
    assert_table(
        at(review_agreement(tables, CITY), "rubric_item=evaluation;school_form=compulsory"),
        """
        unit | numerator | denominator | people
        all  | 1         | 1.5         | 2
        """,
    )
    assert_table(
        plans_reviewed_twice(tables, CITY),
        """
        unit | breakdown                   | numerator
        all  | school_form=compulsory      | 2
        all  | school_form=upper_secondary | 1
        """,
    )


def test_all_criteria_together_are_their_sums() -> None:
    """The other seven have no disagreement, neither observed nor expected: all their ratings are the same."""
    tally = review_agreement(city(health_plans=PLANS, plan_reviews=reviews(TWICE)), CITY)
    assert_table(
        at(tally, "school_form"),
        """
        breakdown                   | numerator | denominator
        school_form=compulsory      | 1         | 1.5
        school_form=upper_secondary | 0         | 0
        """,
    )


def test_where_chance_alone_gives_full_agreement_there_is_no_kappa() -> None:
    tally = review_agreement(city(health_plans=PLANS, plan_reviews=reviews(TWICE)), CITY)
    values = valued(REGISTRY["review_agreement"], at(tally, "school_form=upper_secondary"))
    assert values["value"].isna().all()


SCALE = st.integers(0, len(RATINGS) - 1)


@given(st.lists(st.tuples(SCALE, SCALE), min_size=2, max_size=60))
def test_it_is_cohens_weighted_kappa(pairs: list[tuple[int, int]]) -> None:
    """As statsmodels computes it from the table of both reviewers' ratings, with linear weights."""
    first, second = np.array(pairs).T
    observed, expected = disagreement(first, second)
    assume(expected > 0)
    counts = np.zeros((len(RATINGS), len(RATINGS)))
    np.add.at(counts, (first, second), 1)
    assert (expected - observed) / expected == pytest.approx(cohens_kappa(counts, wt="linear").kappa)


@given(st.lists(SCALE, min_size=2, max_size=30))
def test_who_agrees_fully_has_1(ratings: list[int]) -> None:
    observed, expected = disagreement(np.array(ratings), np.array(ratings))
    assert observed == 0 and (expected > 0) == (len(set(ratings)) > 1)
