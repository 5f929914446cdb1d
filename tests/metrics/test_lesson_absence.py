"""Absence from lessons by subject, weekday and time of day."""

from sqa_lib.metrics.lesson_absence import lesson_absence, lesson_absence_by_kind
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table

TABLES = city(
    lesson_absence=rows(
        """
        school_year | unit | subject     | weekday | time_of_day | pupils | scheduled_hours | valid_hours | invalid_hours
        2024/25     | eg   | swedish     | monday  | before_10   | 20     | 100             | 10          | 5
        2024/25     | eg   | swedish     | friday  | after_14    | 30     | 300             | 20          | 10
        2024/25     | wg   | swedish     | monday  | before_10   | 8      | 100             | 4           |
        2024/25     | wg   | mathematics | monday  | before_10   | 9      | 100             | 6           | 2
        """,
        numbers=("pupils", "scheduled_hours", "valid_hours", "invalid_hours"),
    )
)


def test_hours_are_added_up_and_pupils_are_not() -> None:
    """A pupil has lessons in many rows: behind a figure of a school are at least those of its largest row."""
    found = lesson_absence(TABLES, CITY)
    assert_table(
        at(found, ""),
        """
        unit | numerator | denominator | people
        all  | 57        | 600         | 39
        east | 45        | 400         | 30
        west | 12        | 200         | 9
        eg   | 45        | 400         | 30
        wg   | 12        | 200         | 9
        """,
    )
    assert_table(
        at(found, "lesson_subject").query("unit == 'all'"),
        """
        breakdown                  | numerator | denominator | people
        lesson_subject=swedish     | 49        | 500         | 38
        lesson_subject=mathematics | 8         | 100         | 9
        """,
    )
    assert_table(
        at(found, "time_of_day=before_10"),
        """
        unit | numerator | denominator | people
        all  | 27        | 300         | 29
        east | 15        | 100         | 20
        west | 12        | 200         | 9
        eg   | 15        | 100         | 20
        wg   | 12        | 200         | 9
        """,
    )


def test_weekday_and_time_together_are_told_of_the_whole_city_only() -> None:
    both = at(lesson_absence(TABLES, CITY), "time_of_day;weekday")
    assert set(both["unit"]) == {"all"}
    assert_table(
        both[both["denominator"] > 0],
        """
        breakdown                            | numerator | denominator
        time_of_day=before_10;weekday=monday | 27        | 300
        time_of_day=after_14;weekday=friday  | 30        | 300
        """,
    )


def test_each_kind_over_the_whole_schedule() -> None:
    assert_table(
        lesson_absence_by_kind(TABLES, CITY).query("unit in ('all', 'wg')"),
        """
        unit | breakdown            | numerator | denominator | people
        all  | absence_kind=valid   | 40        | 600         | 39
        all  | absence_kind=invalid | 17        | 600         | 39
        wg   | absence_kind=valid   | 10        | 200         | 9
        wg   | absence_kind=invalid | 2         | 200         | 9
        """,
    )
