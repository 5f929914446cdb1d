"""What a printed figure can stand for."""

from decimal import Decimal
from fractions import Fraction

import pytest

from sqa_lib.claims.claim import Claim


@pytest.mark.parametrize(
    ("value", "printed", "decimals", "precision", "rounding", "expected"),
    [
        ("23.636363636", "23.6", 1, "exact", "either", True),
        ("23.65", "23.6", 1, "exact", "half-up", False),
        ("23.65", "23.6", 1, "exact", "half-even", True),
        ("23.65", "23.6", 1, "exact", "either", True),
        ("23.75", "23.7", 1, "exact", "either", False),  # half to even is 23.8
        ("62.5", "63", 0, "exact", "half-up", True),
        ("62.5", "63", 0, "exact", "half-even", False),
        ("62.5", "63", 0, "exact", "either", True),
        ("10.9", "10", 0, "about", "either", True),
        ("11.1", "10", 0, "about", "either", False),
        ("55", "50", 0, "about", "either", True),
        ("55.1", "50", 0, "about", "either", False),
        ("50", "50", 0, "more than", "either", False),
        ("50.1", "50", 0, "more than", "either", True),
        ("50", "50", 0, "at least", "either", True),
        ("49", "50", 0, "less than", "either", True),
        ("50", "50", 0, "at most", "either", True),
        ("50.4", "50", 0, "at most", "either", False),
    ],
)  # fmt: skip
def test_what_a_figure_can_stand_for(
    value: str, printed: str, decimals: int, precision: str, rounding: str, expected: bool
) -> None:
    claim = Claim("A", Decimal(printed), decimals, precision=precision)
    assert (Fraction(value) in claim.values(rounding)) is expected
