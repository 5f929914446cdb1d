"""School units as what is counted."""

from sqa_lib.metrics.schools import by_form, schools, schools_by_need, with_form
from sqa_lib.metrics.tally import TALLY
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table


def test_a_school_is_counted_in_the_years_that_it_has_pupils() -> None:
    tables = city(
        enrolment=rows(
            """
            school_year | unit | gender | pupils
            2023/24     | e1   | girl   | 10
            2023/24     | e1   | boy    | 12
            2024/25     | e1   | girl   | 0
            2024/25     | eg   | girl   | 30
            """,
            numbers=("pupils",),
        )
    )
    assert_table(
        schools(tables),
        """
        school_year | unit | school_form
        2023/24     | e1   | compulsory
        2024/25     | eg   | upper_secondary
        """,
    )


def test_preschools_are_no_schools() -> None:
    tables = city(
        school_units=rows(
            """
            unit | school_form
            e1   | compulsory
            ep   | preschool
            """
        )
    )
    pupils = rows(
        """
        unit | pupils
        e1   | 10
        ep   | 20
        """
    )
    assert_table(
        with_form(tables, pupils),
        """
        unit | school_form | pupils
        e1   | compulsory  | 10
        """,
    )


def test_schools_by_need() -> None:
    tables = city(
        school_need=rows(
            """
            school_year | unit | need
            2024/25     | e1   | high
            2024/25     | e2   | low
            2024/25     | w1   | high
            2024/25     | eg   | low
            """
        )
    )
    found = schools_by_need(tables, CITY)
    assert_table(
        at(found, "school_form").query("unit in ('all', 'west', 'eg')"),
        """
        unit | breakdown                   | numerator
        all  | school_form=compulsory      | 3
        all  | school_form=upper_secondary | 1
        west | school_form=compulsory      | 1
        west | school_form=upper_secondary | 0
        eg   | school_form=upper_secondary | 1
        """,
    )
    assert_table(
        at(found, "need=high;school_form=compulsory"),
        """
        unit | numerator
        all  | 2
        east | 1
        west | 1
        e1   | 1
        e2   | 0
        w1   | 1
        """,
    )


def test_without_a_row_there_is_nothing() -> None:
    found = by_form(rows("school_year | unit | school_form"), CITY)
    assert found.empty and list(found) == TALLY
