"""Health plans: which schools have one, whether it follows the template and is followed up, and what it works on."""

from sqa_lib.metrics.health_plans import (
    health_plan_focus,
    health_plans,
    health_plans_follow_template,
    health_plans_followed_up,
    health_plans_submitted,
)
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table

PLANS = rows(
    """
    school_year | unit | is_submitted | follows_template | is_followed_up | focus_areas
    2024/25     | e1   | yes          | yes              | yes            | attendance,systematics
    2024/25     | e2   | yes          | no               | yes            | attendance
    2024/25     | w1   | no           |                  |                |
    2024/25     | eg   | yes          | yes              | no             | attendance
    2024/25     | wg   | yes          |                  | no             |
    """,
    flags=("is_submitted", "follows_template", "is_followed_up"),
    lists=("focus_areas",),
)
TABLES = city(health_plans=PLANS)


def test_schools_with_a_plan_out_of_all_schools_of_the_form() -> None:
    assert_table(
        health_plans_submitted(TABLES, CITY),
        """
        unit | breakdown                   | numerator | denominator
        all  | school_form=compulsory      | 2         | 3
        all  | school_form=upper_secondary | 2         | 2
        east | school_form=compulsory      | 2         | 2
        east | school_form=upper_secondary | 1         | 1
        west | school_form=compulsory      | 0         | 1
        west | school_form=upper_secondary | 1         | 1
        e1   | school_form=compulsory      | 1         | 1
        e2   | school_form=compulsory      | 1         | 1
        w1   | school_form=compulsory      | 0         | 1
        eg   | school_form=upper_secondary | 1         | 1
        wg   | school_form=upper_secondary | 1         | 1
        """,
    )


def test_a_school_form_that_has_handed_in_no_plan_has_none_of_its_schools() -> None:
    nobody = PLANS.assign(is_submitted=PLANS["is_submitted"] & ~PLANS["unit"].isin(["eg", "wg"]))
    assert_table(
        health_plans_submitted(city(health_plans=nobody), CITY).query("unit == 'all'"),
        """
        unit | breakdown                   | numerator | denominator
        all  | school_form=compulsory      | 2         | 3
        all  | school_form=upper_secondary | 0         | 2
        """,
    )
    assert_table(
        health_plans(city(health_plans=nobody), CITY).query("unit == 'all'"),
        """
        unit | breakdown                   | numerator
        all  | school_form=compulsory      | 2
        all  | school_form=upper_secondary | 0
        """,
    )


def test_plans_are_counted_once_they_are_handed_in() -> None:
    assert_table(
        health_plans(TABLES, CITY).query("unit == 'all'"),
        """
        breakdown                   | numerator
        school_form=compulsory      | 2
        school_form=upper_secondary | 2
        """,
    )


def test_a_plan_of_which_nothing_is_known_is_no_part_of_the_share() -> None:
    assert_table(
        health_plans_follow_template(TABLES, CITY).query("unit == 'all'"),
        """
        breakdown                   | numerator | denominator
        school_form=compulsory      | 1         | 2
        school_form=upper_secondary | 1         | 1
        """,
    )
    assert_table(
        health_plans_followed_up(TABLES, CITY).query("unit == 'all'"),
        """
        breakdown                   | numerator | denominator
        school_form=compulsory      | 2         | 2
        school_form=upper_secondary | 0         | 2
        """,
    )


def test_a_plan_with_two_focus_areas_counts_in_both() -> None:
    assert_table(
        at(health_plan_focus(TABLES, CITY), "plan_focus;school_form").query("unit == 'all'"),
        """
        breakdown                                          | numerator | denominator
        plan_focus=attendance;school_form=compulsory       | 2         | 2
        plan_focus=systematics;school_form=compulsory      | 1         | 2
        plan_focus=attendance;school_form=upper_secondary  | 1         | 2
        plan_focus=systematics;school_form=upper_secondary | 0         | 2
        """,
    )
