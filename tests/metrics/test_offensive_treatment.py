"""Notifications of offensive treatment: how many, and for each 1,000 pupils, by gender."""

from sqa_lib.metrics.offensive_treatment import offensive_treatment, offensive_treatment_per_1000
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table

TABLES = city(
    offensive_treatment=rows(
        """
        school_year | unit | gender | notifications
        2024/25     | e1   | girl   | 6
        2024/25     | e1   | boy    | 12
        2024/25     | w1   | boy    | 3
        2024/25     | eg   | girl   | 0
        """,
        numbers=("notifications",),
    )
)


def test_notifications_are_added_up_in_each_school_form() -> None:
    found = offensive_treatment(TABLES, CITY)
    assert_table(
        at(found, "school_form=compulsory"),
        """
        unit | numerator | people
        all  | 21        | 21
        east | 18        | 18
        west | 3         | 3
        e1   | 18        | 18
        e2   | 0         | 0
        w1   | 3         | 3
        """,
    )
    assert_table(
        at(found, "gender;school_form").query("unit == 'all'"),
        """
        breakdown                               | numerator
        gender=girl;school_form=compulsory      | 6
        gender=boy;school_form=compulsory       | 15
        gender=girl;school_form=upper_secondary | 0
        gender=boy;school_form=upper_secondary  | 0
        """,
    )


def test_the_people_behind_a_rate_are_those_of_the_notifications() -> None:
    """A rate of few notifications tells how many they were to who knows the pupils."""
    assert_table(
        at(offensive_treatment_per_1000(TABLES, CITY), "gender=boy;school_form=compulsory"),
        """
        unit | numerator | denominator | people
        all  | 15        | 210         | 15
        east | 12        | 150         | 12
        west | 3         | 60          | 3
        e1   | 12        | 100         | 12
        e2   | 0         | 50          | 0
        w1   | 3         | 60          | 3
        """,
    )
