"""Professional networks: meetings, attendance, focus areas; a meeting for both school forms counts in none of them."""

from sqa_lib.metrics.networks import network_attendance, network_common_meetings, network_focus, network_meetings
from tests.metrics.city_tables import CITY, at, city, rows
from tests.spec import assert_table

TABLES = city(
    networks=rows(
        """
        school_year | profession | school_form     | invited | attended | focus_areas
        2024/25     | nurse      | compulsory      | 10      | 5        | interprofessional
        2024/25     | nurse      | upper_secondary | 4       | 4        | interprofessional,neurodevelopmental
        2024/25     | counsellor |                 | 6       | 3        |
        2024/25     |            | upper_secondary | 20      | 10       |
        """,
        numbers=("invited", "attended"),
        lists=("focus_areas",),
    )
)


def test_meetings() -> None:
    assert_table(
        network_meetings(TABLES, CITY).query("numerator > 0"),
        """
        unit | breakdown                                    | numerator
        all  |                                              | 4
        all  | profession=nurse                             | 2
        all  | profession=counsellor                        | 1
        all  | school_form=compulsory                       | 1
        all  | school_form=upper_secondary                  | 2
        all  | profession=nurse;school_form=compulsory      | 1
        all  | profession=nurse;school_form=upper_secondary | 1
        """,
    )
    assert_table(
        network_common_meetings(TABLES, CITY),
        """
        breakdown                   | numerator
                                    | 1
        school_form=compulsory      | 0
        school_form=upper_secondary | 1
        """,
    )


def test_attendance_is_out_of_the_invited() -> None:
    found = network_attendance(TABLES, CITY)
    assert_table(
        found[found["breakdown"].isin(["", "profession=nurse", "school_form=upper_secondary"])],
        """
        breakdown                   | numerator | denominator
                                    | 22        | 40
        profession=nurse            | 9         | 14
        school_form=upper_secondary | 14        | 24
        """,
    )


def test_focus_areas_are_shares_of_the_meetings() -> None:
    found = network_focus(TABLES, CITY)
    assert_table(
        at(found, "network_focus"),
        """
        breakdown                        | numerator | denominator
        network_focus=interprofessional  | 2         | 4
        network_focus=neurodevelopmental | 1         | 4
        """,
    )
    assert_table(
        at(found, "network_focus=interprofessional;school_form=upper_secondary"),
        """
        numerator | denominator
        1         | 2
        """,
    )
