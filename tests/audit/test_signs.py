"""What `.` gives away: that there is nobody to take a mean of."""

from tests.audit.publications import attacked, audited, statistic, tree_of, unsafe

CASES = statistic("cases")
DAYS = statistic("days", "ratio")
TREE = tree_of(a=["a1", "a2", "a3", "a4"])
COUNTS = """
unit | all  | gender=boy | gender=girl
m    | 41   | 18  | 23
a    | 41   | 18  | 23
a1   | (13) | (3) | 10
a2   | 9    | (9) | (0)
a3   | (8)  | (0) | 8
a4   | (11) | 6   | (5)"""
"""The boys of a1 and a3 are three more than the girls of a2, who may be 0 to 5."""


def days(**instead: str) -> str:
    """Days per case of the girls."""
    cells = {"m": "690/23", "a": "690/23", "a1": "400/10", "a2": "(0/0)", "a3": "240/8", "a4": "(50/5)"} | instead
    return "unit | gender=girl\n" + "\n".join(f"{unit} | {cell}" for unit, cell in cells.items())


def test_a_withheld_mean_tells_nothing() -> None:
    assert audited(TREE, {CASES: COUNTS, DAYS: days()}).is_safe


def test_a_missing_mean_says_that_there_is_nobody_and_that_narrows_others() -> None:
    verdict = audited(TREE, {CASES: COUNTS, DAYS: days(a2=".(0/0)")})
    assert unsafe(verdict) == {"cases a1 [gender=boy] 0-3"}
    assert "cases 2020/21 a2 [gender=girl] (?) = 0" in verdict.findings[0].equations


def test_where_the_others_do_not_bear_it_out_the_sign_is_not_read() -> None:
    """A mean is given where nobody is: it is not taken on these cases."""
    nobody = COUNTS.replace("a3   | (8)  | (0) | 8", "a3   | (8)  | (8) | 0").replace("| 18  | 23", "| 26  | 15")
    assert audited(TREE, {CASES: nobody, DAYS: days(a2=".(0/0)")}).is_safe


def test_a_mean_that_is_missing_for_another_reason_is_a_wrong_guess() -> None:
    found, verdict = attacked(TREE, {CASES: COUNTS, DAYS: days(a2=".(0/0)", a4=".(50/5)")})
    assert found.wrong_guesses == ("cases numerator [gender=girl] is 0 where days [gender=girl] is `.`",)
    assert verdict.is_safe
