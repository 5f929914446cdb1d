"""What stands out on a first page: a change that a figure makes every other year is no news."""

import pytest

from sqa_lib.section.findings import is_usual_change


@pytest.mark.parametrize(
    ("values", "is_usual"),
    [
        ([70.3, 48.6, 56.3, 57.1, 54.5, 46.2, 64.6, 42.1, 43.3, 64.6], True),  # Ljungby, Swedish as a second language, year 9
        ([92.4, 92.0, 91.5, 92.1, 84.0], False),
        ([92.4, 84.0], False),  # nobody knows yet how much it swings
        ([50.0], False),
        ([], False),
    ],
)
def test_a_change_is_told_where_it_is_the_figures_own_largest(values: list[float], is_usual: bool) -> None:
    assert is_usual_change(values) is is_usual
