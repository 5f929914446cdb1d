"""Training: occasions and how many of the invited schools came."""

from sqa_lib.metrics.training import training_attendance, training_occasions
from tests.metrics.city_tables import CITY, city, rows
from tests.spec import assert_table

TABLES = city(
    training=rows(
        """
        school_year | kind     | topic           | school_form | schools | attended
        2024/25     | workshop | special_groups  | compulsory  | 3       | 2
        2024/25     | workshop | special_groups  | compulsory  | 3       | 1
        2024/25     | workshop | attendance      | compulsory  | 3       | 3
        2024/25     | event    | systematic_work |             | 5       | 4
        """,
        numbers=("schools", "attended"),
    )
)


def test_occasions_by_kind_and_topic() -> None:
    assert_table(
        training_occasions(TABLES, CITY).query("numerator > 0"),
        """
        unit | breakdown                                                                  | numerator
        all  |                                                                            | 4
        all  | training_kind=workshop                                                     | 3
        all  | training_kind=event                                                        | 1
        all  | training_kind=workshop;training_topic=special_groups                       | 2
        all  | training_kind=workshop;training_topic=attendance                           | 1
        all  | training_kind=event;training_topic=systematic_work                         | 1
        all  | school_form=compulsory                                                     | 3
        all  | school_form=compulsory;training_kind=workshop                              | 3
        all  | school_form=compulsory;training_kind=workshop;training_topic=special_groups | 2
        all  | school_form=compulsory;training_kind=workshop;training_topic=attendance    | 1
        """,
    )


def test_attendance_is_out_of_the_invited_schools() -> None:
    found = training_attendance(TABLES, CITY)
    assert_table(
        found[found["breakdown"].isin(["", "school_form=compulsory", "training_kind=event"])],
        """
        breakdown              | numerator | denominator
                               | 10        | 14
        school_form=compulsory | 6         | 9
        training_kind=event    | 4         | 5
        """,
    )
