"""Access to pupil health: posts by profession and employment, per 1,000 pupils, and which schools have a profession."""

import pandas as pd

from sqa_lib.metrics.access import (
    access_bought_in,
    access_per_1000,
    access_posts,
    schools_with_own_staff,
    schools_with_staff,
)
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table

STAFF = rows(
    """
    school_year | unit | profession   | employment | posts
    2024/25     | e1   | psychologist | own        | 0.8
    2024/25     | e2   | psychologist | bought_in  | 0.2
    2024/25     | e1   | nurse        | own        | 1.0
    2024/25     | e2   | nurse        | shared     | 0.5
    2024/25     | w1   | nurse        |            | 9.0
    2024/25     | eg   | psychologist | shared     | 0.5
    """,
    numbers=("posts",),
)
NEED = rows(
    """
    school_year | unit | need
    2024/25     | e1   | high
    2024/25     | e2   | low
    2024/25     | w1   | high
    2024/25     | eg   | low
    2024/25     | wg   | low
    """
)


def test_posts_are_counted_for_each_school_form_and_only_at_its_own_schools() -> None:
    """Posts of unknown employment are not counted: nobody knows whether they are at the school."""
    assert_table(
        at(access_posts(city(health_staff=STAFF), CITY), "school_form"),
        """
        unit | breakdown                   | numerator
        all  | school_form=compulsory      | 2.5
        all  | school_form=upper_secondary | 0.5
        east | school_form=compulsory      | 2.5
        east | school_form=upper_secondary | 0.5
        west | school_form=compulsory      | 0
        west | school_form=upper_secondary | 0
        e1   | school_form=compulsory      | 1.8
        e2   | school_form=compulsory      | 0.7
        w1   | school_form=compulsory      | 0
        eg   | school_form=upper_secondary | 0.5
        wg   | school_form=upper_secondary | 0
        """,
    )


def test_posts_per_pupil_are_held_against_all_pupils_of_the_form() -> None:
    tally = access_per_1000(city(health_staff=STAFF), CITY)
    assert_table(
        at(tally, "profession=psychologist;school_form=compulsory"),
        """
        unit | numerator | denominator
        all  | 1         | 400
        east | 1         | 300
        west | 0         | 100
        e1   | 0.8       | 200
        e2   | 0.2       | 100
        w1   | 0         | 100
        """,
    )
    assert_table(
        at(tally, "employment=shared;profession=nurse;school_form=compulsory").query("unit == 'all'"),
        """
        numerator | denominator
        0.5       | 400
        """,
    )


def test_by_need_the_pupils_are_those_of_schools_with_the_need() -> None:
    tally = access_per_1000(city(health_staff=STAFF, school_need=NEED), CITY)
    assert_table(
        at(tally, "need;profession;school_form").query("denominator > 0 and breakdown.str.contains('psychologist')"),
        """
        unit | breakdown                                              | numerator | denominator
        all  | need=high;profession=psychologist;school_form=compulsory     | 0.8 | 300
        all  | need=low;profession=psychologist;school_form=compulsory      | 0.2 | 100
        all  | need=low;profession=psychologist;school_form=upper_secondary | 0.5 | 500
        """,
    )


def test_the_share_of_posts_that_are_bought_in() -> None:
    assert_table(
        at(access_bought_in(city(health_staff=STAFF), CITY), "profession=psychologist;school_form=compulsory"),
        """
        unit | numerator | denominator
        all  | 0.2       | 1
        east | 0.2       | 1
        west | 0         | 0
        e1   | 0         | 0.8
        e2   | 0.2       | 0.2
        w1   | 0         | 0
        """,
    )


def test_a_profession_that_is_bought_in_is_there_but_not_at_the_school() -> None:
    tables = city(health_staff=STAFF, school_need=NEED)
    psychologist = "profession=psychologist;school_form=compulsory"
    assert_table(
        at(schools_with_staff(tables, CITY), psychologist).query("unit in ('all', 'e2')"),
        """
        unit | numerator | denominator
        all  | 2         | 3
        e2   | 1         | 1
        """,
    )
    own = schools_with_own_staff(tables, CITY)
    assert_table(
        at(own, psychologist),
        """
        unit | numerator | denominator
        all  | 1         | 3
        east | 1         | 2
        west | 0         | 1
        e1   | 1         | 1
        e2   | 0         | 1
        w1   | 0         | 1
        """,
    )
    assert_table(
        at(own, f"need=high;{psychologist}"),
        """
        unit | numerator | denominator
        all  | 1         | 2
        """,
    )


def test_where_no_employment_is_told_there_is_nothing() -> None:
    """A report without the column has `staff_posts`, and nothing twice."""
    untold = STAFF.assign(employment=pd.Series(pd.NA, STAFF.index, dtype="str"))
    for compute in (access_posts, access_per_1000, access_bought_in, schools_with_staff, schools_with_own_staff):
        assert compute(city(health_staff=untold), CITY).empty


def test_a_profession_that_all_schools_buy_is_at_none_of_them() -> None:
    bought = STAFF.assign(employment="bought_in")
    assert_table(
        schools_with_own_staff(city(health_staff=bought), CITY).query("unit == 'all'"),
        """
        unit | breakdown                                            | numerator | denominator
        all  | profession=nurse;school_form=compulsory              | 0         | 3
        all  | profession=nurse;school_form=upper_secondary         | 0         | 2
        all  | profession=psychologist;school_form=compulsory       | 0         | 3
        all  | profession=psychologist;school_form=upper_secondary  | 0         | 2
        """,
    )
