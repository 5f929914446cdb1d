"""`~100` for girls says as much of the boys, however their number is called; more than that it may not say."""

import pytest

from tests.audit.publications import audited, statistic, tree_of, unsafe

SHARE = statistic("share", "share")
CASES = statistic("cases")
TREE = tree_of(a=["a1", "a2", "a3"])
SHARES = """
unit | gender=girl  | gender=boy
m    | 130/200      | 70/200
a    | 130/200      | 70/200
a1   | ~100(37/40)  | (3/40)
a2   | (51/80)      | (29/80)
a3   | 42/80        | 38/80"""
COUNTS = """
unit | gender=girl | gender=boy
m    | 130  | 70
a    | 130  | 70
a1   | (37) | (3)
a2   | (51) | (29)
a3   | 42   | 38"""


@pytest.mark.parametrize("tables", [{SHARE: SHARES}, {SHARE: SHARES, CASES: COUNTS}])
def test_those_outside_the_share_of_girls_are_the_boys(tables: dict) -> None:
    """No finding of their own: that they are one to four is what is published."""
    assert audited(TREE, tables).is_safe


def test_what_tells_more_of_the_boys_is_found() -> None:
    told = {SHARE: SHARES, CASES: COUNTS.replace("(29)", "29")}
    assert {finding.split()[-1] for finding in unsafe(audited(TREE, told))} == {"3-3"}
