"""Safety dialogues: coverage of a school year and of the two-year cycle, who is due next, themes and roles."""

from sqa_lib.metrics.safety_dialogues import (
    safety_dialogue_coverage,
    safety_dialogue_cycle,
    safety_dialogue_roles,
    safety_dialogue_schools,
    safety_dialogue_themes,
    safety_dialogues_due,
    safety_dialogues_overdue,
)
from tests.metrics.city_tables import CITY, city, rows
from tests.spec import assert_table

DIALOGUES = rows(
    """
    school_year | unit | roles            | themes
    2023/24     | e1   | principal        | recess
    2024/25     | e2   | principal,nurse  | recess,attendance
    """,
    lists=("roles", "themes"),
)
BEFORE = """
    school_year | unit | gender | pupils
    2023/24     | e1   | girl   | 100
    2023/24     | e2   | girl   | 100
    2023/24     | w1   | girl   | 0
"""
TABLES = city(safety_dialogues=DIALOGUES)
TABLES["enrolment"] = rows(BEFORE, ("pupils",)).merge(TABLES["enrolment"], how="outer")


def test_only_the_school_form_with_dialogues_is_told_of() -> None:
    assert_table(
        safety_dialogue_schools(TABLES, CITY).query("school_year == '2024/25'"),
        """
        unit | breakdown              | numerator
        all  | school_form=compulsory | 1
        east | school_form=compulsory | 1
        west | school_form=compulsory | 0
        e1   | school_form=compulsory | 0
        e2   | school_form=compulsory | 1
        w1   | school_form=compulsory | 0
        """,
    )


def test_coverage_is_out_of_the_schools_that_had_pupils_in_the_year() -> None:
    assert_table(
        safety_dialogue_coverage(TABLES, CITY).query("unit == 'all'"),
        """
        school_year | numerator | denominator
        2023/24     | 1         | 2
        2024/25     | 1         | 3
        """,
    )


def test_the_cycle_is_this_school_year_and_the_one_before() -> None:
    assert_table(
        safety_dialogue_cycle(TABLES, CITY).query("unit in ('all', 'east', 'w1')"),
        """
        school_year | unit | numerator | denominator
        2024/25     | all  | 2         | 3
        2024/25     | east | 2         | 2
        2024/25     | w1   | 0         | 1
        """,
    )


def test_due_next_year_is_who_had_none_this_year_and_overdue_who_had_none_in_two() -> None:
    assert_table(
        safety_dialogues_due(TABLES, CITY).query("school_year == '2024/25'"),
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
    assert_table(
        safety_dialogues_overdue(TABLES, CITY),
        """
        school_year | unit | numerator
        2024/25     | all  | 1
        2024/25     | east | 0
        2024/25     | west | 1
        2024/25     | e1   | 0
        2024/25     | e2   | 0
        2024/25     | w1   | 1
        """,
    )


def test_themes_and_roles_are_shares_of_the_dialogues() -> None:
    assert_table(
        safety_dialogue_themes(TABLES, CITY).query("unit == 'all'"),
        """
        school_year | breakdown                                         | numerator | denominator
        2023/24     | dialogue_theme=recess;school_form=compulsory      | 1         | 1
        2023/24     | dialogue_theme=attendance;school_form=compulsory  | 0         | 1
        2024/25     | dialogue_theme=recess;school_form=compulsory      | 1         | 1
        2024/25     | dialogue_theme=attendance;school_form=compulsory  | 1         | 1
        """,
    )
    assert_table(
        safety_dialogue_roles(TABLES, CITY).query("unit == 'east'"),
        """
        school_year | breakdown                                    | numerator | denominator
        2023/24     | dialogue_role=principal;school_form=compulsory | 1       | 1
        2023/24     | dialogue_role=nurse;school_form=compulsory     | 0       | 1
        2024/25     | dialogue_role=principal;school_form=compulsory | 1       | 1
        2024/25     | dialogue_role=nurse;school_form=compulsory     | 1       | 1
        """,
    )
