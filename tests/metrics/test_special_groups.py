"""Special teaching groups: groups, schools, pupils and their share, and the schools in the pilot."""

import pandas as pd
import pytest

from sqa_lib.metrics.special_groups import (
    special_group_pilot,
    special_group_pupils,
    special_group_schools,
    special_group_share,
    special_groups,
)
from tests.metrics.city_tables import CITY, city, rows
from tests.spec import assert_table

TABLES = city(
    special_groups=rows(
        """
        school_year | unit | groups | pupils | in_pilot
        2024/25     | e1   | 2      | 15     | yes
        2024/25     | w1   | 1      | 6      | no
        2024/25     | eg   | 1      | 9      | no
        """,
        numbers=("groups", "pupils"),
        flags=("in_pilot",),
    )
)


@pytest.mark.parametrize(
    ("compute", "all_", "e1", "e2", "w1"),
    [
        (special_groups, 3, 2, 0, 1),
        (special_group_schools, 2, 1, 0, 1),
        (special_group_pupils, 21, 15, 0, 6),
        (special_group_pilot, 1, 1, 0, 0),
    ],
)
def test_only_compulsory_schools_count_and_one_without_groups_says_0(compute, all_: int, e1: int, e2: int, w1: int) -> None:
    found: pd.DataFrame = compute(TABLES, CITY)
    assert_table(
        found,
        f"""
        unit | numerator
        all  | {all_}
        east | {e1 + e2}
        west | {w1}
        e1   | {e1}
        e2   | {e2}
        w1   | {w1}
        """,
    )


def test_the_share_is_of_all_pupils_in_compulsory_school() -> None:
    assert_table(
        special_group_share(TABLES, CITY).query("unit in ('all', 'e1')"),
        """
        unit | numerator | denominator | people
        all  | 21        | 400         | 400
        e1   | 15        | 200         | 200
        """,
    )
