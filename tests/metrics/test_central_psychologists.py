"""Psychologists whom the city places at schools, now and by plan."""

from sqa_lib.metrics.central_psychologists import (
    central_psychologists,
    central_psychologists_planned,
    psychologist_reach,
    psychologist_reach_planned,
)
from tests.metrics.city_tables import CITY, city, rows
from tests.spec import assert_table

STAFF = """
    school_year | unit | profession   | employment | posts
    2024/25     | e1   | psychologist | own        | 1
    2024/25     | eg   | psychologist | bought_in  | 0.2
"""
PLAN = """
    school_year | unit | posts | planned_posts
    2024/25     | eg   | 0.3   | 0
    2024/25     | wg   | 0     | 0.5
"""
TABLES = city(health_staff=rows(STAFF, numbers=("posts",)), central_psychologists=rows(PLAN, numbers=("posts", "planned_posts")))


def test_posts_and_plan_of_the_school_form_that_has_any() -> None:
    assert_table(
        central_psychologists(TABLES, CITY),
        """
        unit | numerator
        all  | 0.3
        east | 0.3
        west | 0
        eg   | 0.3
        wg   | 0
        """,
    )
    assert_table(
        central_psychologists_planned(TABLES, CITY).query("numerator > 0"),
        """
        unit | numerator
        all  | 0.5
        west | 0.5
        wg   | 0.5
        """,
    )


def test_schools_that_are_reached_now_and_when_the_plan_is_carried_out() -> None:
    """A service that is bought in is no psychologist at the school."""
    assert_table(
        psychologist_reach(TABLES, CITY).query("unit in ('all', 'wg')"),
        """
        unit | breakdown                   | numerator | denominator
        all  | school_form=upper_secondary | 1         | 2
        wg   | school_form=upper_secondary | 0         | 1
        """,
    )
    assert_table(
        psychologist_reach_planned(TABLES, CITY).query("unit in ('all', 'wg')"),
        """
        unit | numerator | denominator
        all  | 2         | 2
        wg   | 1         | 1
        """,
    )


def test_a_school_whose_plan_is_not_known_is_reached_as_it_is_now() -> None:
    plan = rows(PLAN, numbers=("posts", "planned_posts"))
    unknown = city(health_staff=TABLES["health_staff"], central_psychologists=plan.assign(planned_posts=[float("nan"), 0.5]))
    assert_table(
        psychologist_reach_planned(unknown, CITY).query("unit == 'all'"),
        """
        unit | numerator | denominator
        all  | 2         | 2
        """,
    )
