"""The known ways to work out a hidden number: each is found, and what is safe is not complained of."""

import numpy as np
import pytest

from sqa_lib.audit import attack
from sqa_lib.audit.attack import OtherData
from sqa_lib.report import Disclosure
from tests.audit.publications import POLICY, attacked, audited, statistic, table, tree_of, unsafe

CASES = statistic("cases")
OTHER = statistic("other")
SHARE = statistic("share", "share")
RATE = statistic("rate", "ratio", per=1000.0)
ONE_AREA = tree_of(a=["a1", "a2", "a3"])
TWO_AREAS = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3"])

SAFE = """
unit | all | gender=girl | gender=boy
m    | 92  | 45   | 47
a    | 45  | 20   | 25
a1   | 12  | (3)  | (9)
a2   | 13  | (5)  | (8)
a3   | 20  | 12   | 8
b    | 47  | 25   | 22
b1   | 17  | 9    | 8
b2   | 10  | (6)  | (4)
b3   | 20  | (10) | (10)
"""


def test_a_number_and_another_hidden_with_it_in_every_row_and_column_is_safe() -> None:
    verdict = audited(TWO_AREAS, {CASES: SAFE})
    assert verdict.is_safe
    assert verdict.summary.set_index("level").loc["school"].to_dict() == {
        "hidden": 8, "primary": 2, "secondary": 6, "unsafe": 0, "exact": 0
    }  # fmt: skip


@pytest.mark.parametrize("shown", ["(9)", "(5)", "(8)", "(6)", "(10) | (10)"])
def test_showing_any_of_those_hidden_for_their_sake_gives_it_away(shown: str) -> None:
    mutated = SAFE.replace(shown, shown.replace("(", "").replace(")", ""))
    assert mutated != SAFE
    assert audited(TWO_AREAS, {CASES: mutated}).findings


@pytest.mark.parametrize(
    ("leak", "text", "found"),
    [
        (
            "the rest of a row",
            """
            unit | all | gender=girl | gender=boy
            m    | 45  | 25  | 20
            a    | 45  | 25  | 20
            a1   | 12  | (3) | 9
            a2   | 13  | 12  | (1)
            a3   | 20  | (10) | (10)""",
            {"cases a1 [gender=girl] 3-3", "cases a2 [gender=boy] 1-1"},
        ),
        (
            "the other schools of the area",
            """
            unit | all
            m    | 20
            a    | 20
            a1   | (3)
            a2   | 9
            a3   | 8""",
            {"cases a1 3-3"},
        ),
        (
            "too little room between two that are hidden",
            """
            unit | all
            m    | 12
            a    | 12
            a1   | (3)
            a2   | (1)
            a3   | 8""",
            {"cases a1 0-4", "cases a2 0-4"},
        ),
        (
            "a row and a column that cross",
            """
            unit | all | gender=girl | gender=boy
            m    | 45  | 23   | 22
            a    | 45  | 23   | 22
            a1   | 12  | (3)  | (9)
            a2   | 13  | 6    | 7
            a3   | 20  | 14   | 6""",
            {"cases a1 [gender=girl] 3-3"},
        ),
        (
            "two breakdowns of the same total",
            """
            unit | all | gender=girl | gender=boy | level=group | level=school
            m    | 45  | 23   | 22 | 25 | 20
            a    | 45  | 23   | 22 | 25 | 20
            a1   | (12) | (3)  | 9  | 7  | 5
            a2   | 13  | (7)  | (6) | 8 | 5
            a3   | 20  | 13   | 7  | 10 | 10""",
            {"cases a1 [gender=girl] 3-3"},
        ),
    ],
)
def test_subtraction_within_a_statistic(leak: str, text: str, found: set[str]) -> None:
    assert unsafe(audited(ONE_AREA, {CASES: text})) == found, leak


def test_an_area_with_one_school_is_that_school() -> None:
    tree = tree_of(a=["a1"], b=["b1", "b2"])
    text = "unit | all\nm | 40\na | {}\na1 | (3)\nb | {}\nb1 | 17\nb2 | (20)"
    assert unsafe(audited(tree, {CASES: text.format("3", "37")})) == {"cases a1 3-3"}
    assert unsafe(audited(tree, {CASES: text.format("(3)", "37")})) == {"cases a 3-3"}
    hidden = audited(tree, {CASES: text.format("(3)", "(37)")})
    assert hidden.is_safe
    assert hidden.summary.set_index("level")["hidden"].to_dict() == {
        "municipality": 0, "area": 2, "school": 1, "preschool": 0, "all": 3
    }  # fmt: skip


def test_a_school_has_no_cases_of_another_school_form() -> None:
    """The preschool's total is not hidden by hiding its only school form, nor the zero of the other."""
    tree = tree_of(a=["a1", "f1", "f2"])
    text = """
    unit | all | school_form=compulsory | school_form=preschool
    m    | 39  | 20   | 19
    a    | 39  | 20   | 19
    a1   | 20  | 20   | 0
    f1   | 4   | (0)  | (4)
    f2   | 15  | (0)  | (15)"""
    assert unsafe(audited(tree, {CASES: text})) == {"cases f1 [school_form=preschool] 4-4"}


MANY = tree_of(a=["a1", "a2", "a3", "a4", "a5"], b=["b1", "b2", "b3", "b4", "b5"])
NUMBERS = {"m": 252, "a": 118, "a1": 3, "a2": 31, "a3": 14, "a4": 45, "a5": 25}
NUMBERS |= {"b": 134, "b1": 22, "b2": 41, "b3": 18, "b4": 37, "b5": 16}


def column(numbers: dict[str, object], **instead: str) -> str:
    return "unit | all\n" + "\n".join(f"{unit} | {instead.get(unit, number)}" for unit, number in numbers.items())


def test_the_same_number_shown_in_another_book() -> None:
    tables = {CASES: column(NUMBERS, a1="(3)", a2="(31)"), OTHER: column(NUMBERS)}
    assert unsafe(audited(MANY, tables)) == {"cases a1 3-3"}


def test_last_years_book_shows_what_this_years_hides() -> None:
    now = {CASES: column(NUMBERS, a="(118)", a1="(3)", a2="(31)", b="(134)", b1="(22)")}
    assert audited(MANY, now).is_safe
    assert unsafe(audited(MANY, now, released={CASES: "unit | all\na | 118\na2 | 31"})) == {"cases a1 3-3"}


def test_what_was_shown_before_can_not_be_hidden_again_and_is_not_complained_of() -> None:
    now = {CASES: column(NUMBERS, a1="(3)", a2="(31)")}
    assert audited(MANY, now, released={CASES: "unit | all\na1 | 3"}).is_safe


def test_released_numbers_that_contradict_the_publication_or_the_data_are_told_of_and_not_used() -> None:
    now = {CASES: column(NUMBERS, a1="(3)", a2="(31)")}
    verdict = audited(MANY, now, released={CASES: "unit | all\na3 | 15\na2 | 30"})
    assert verdict.is_safe
    assert verdict.contradicted[["unit", "released"]].to_records(index=False).tolist() == [("a2", 30), ("a3", 15)]
    assert verdict.contradicted["shown"].fillna(-1).tolist() == [-1, 14], "nothing is told of the hidden number"


def test_a_school_that_moved_is_what_two_books_of_an_area_differ_by() -> None:
    """a1 belonged to b last year: the old total of b is another number than the new, and the difference is the school."""
    then = tree_of(a=["a2", "a3"], b=["a1", "b1", "b2"])
    now = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2"])
    text = "unit | all\nm | 60\na | 24\na1 | (3)\na2 | (12)\na3 | 9\nb | 36\nb1 | (20)\nb2 | (16)"
    assert audited(now, {CASES: text}).is_safe
    assert unsafe(audited(now, {CASES: text}, released={CASES: "unit | all\nb | 39"}, tree_before=then)) == {"cases a1 3-3"}
    assert audited(now, {CASES: text}, released={CASES: "unit | all\nb | 36"}).is_safe


def test_a_school_that_another_report_withheld_is_not_taken_for_nobody_when_its_area_has_other_schools_now() -> None:
    """Last year's area is the sum of a1, which was withheld, and of a2, which had nobody: not of a2 alone."""
    text = "unit | all\nm | 42\na | (8)\na1 | (8)\na2 | 0\nb | 34\nb1 | 34"
    share = "unit | all\nm | (30/42)\na | (5/8)\na1 | (5/8)\na2 | .\nb | 25/34\nb1 | 25/34"
    then, now = tree_of(a=["a1", "a2"], b=["b1"]), tree_of(a=["a1", "a2", "a3"], b=["b1"])
    found = attacked(now, {CASES: text}, released={SHARE: share}, tree_before=then)[0]
    there = found.figures.keys(np.flatnonzero(found.figures.exists))
    assert {"a@1", "a1", "a2"} <= set(there.loc[there["statistic"] == "share", "unit"])


PUPILS = {"m": 500, "a": 240, "a1": 40, "a2": 61, "a3": 33, "a4": 71, "a5": 35}
PUPILS |= {"b": 260, "b1": 49, "b2": 72, "b3": 38, "b4": 64, "b5": 37}


def shares(**instead: str) -> str:
    return column({unit: f"{number}/{PUPILS[unit]}" for unit, number in NUMBERS.items()}, **instead)


def test_a_shown_percentage_gives_its_count_away() -> None:
    tables = {CASES: column(NUMBERS, a1="(3)", a2="(31)"), SHARE: shares()}
    assert unsafe(audited(MANY, tables)) == {"cases a1 3-3"}
    tables = {CASES: column(NUMBERS, a1="(3)", a2="(31)"), SHARE: shares(a1="(3/40)", a2="(31/61)")}
    assert audited(MANY, tables).is_safe


def test_those_who_are_not_in_a_share_are_a_count_too() -> None:
    """37 of 40: three are not in."""
    numbers = NUMBERS | {"a1": 37, "a": 152, "m": 286}
    tables = {CASES: column(numbers), OTHER: column(PUPILS), SHARE: column({u: f"{n}/{PUPILS[u]}" for u, n in numbers.items()})}
    hidden = tables | {SHARE: tables[SHARE].replace("37/40", "(37/40)")}
    assert unsafe(audited(MANY, hidden)) == {"share a1 complement 3-3"}


def test_nearly_all_says_that_a_few_are_outside_and_may_say_no_more() -> None:
    nearly = {unit: f"{number}/{PUPILS[unit]}" for unit, number in (NUMBERS | {"a1": 37, "a": 152, "m": 286}).items()}
    safe = column(nearly, a1="~100(37/40)", a2="(31/61)")
    verdict = audited(MANY, {SHARE: safe})
    assert verdict.is_safe
    known = audited(MANY, {SHARE: column(nearly, a1="~100(37/40)")})
    assert unsafe(known) == {"share a1 complement 3-3"}, "the area and the other schools tell"


def test_the_other_code_of_a_share_is_what_is_outside() -> None:
    """Girls and boys make up all: when 3 are boys, a shown share of girls tells it."""
    text = """
    unit | gender=girl | gender=boy
    m    | 130/200 | 70/200
    a    | 130/200 | 70/200
    a1   | 37/40   | (3/40)
    a2   | 51/80   | 29/80
    a3   | 42/80   | 38/80"""
    found = unsafe(audited(ONE_AREA, {SHARE: text}))
    assert found == {"share a1 [gender=boy] 3-3"}


def test_a_rate_gives_its_count_away_when_its_denominator_is_known() -> None:
    rates = column({unit: f"{number}/{PUPILS[unit]}" for unit, number in NUMBERS.items()})
    tables = {CASES: column(NUMBERS, a1="(3)", a2="(31)"), OTHER: column(PUPILS)}
    assert audited(MANY, tables).is_safe
    assert unsafe(audited(MANY, tables | {RATE: rates})) == {"cases a1 3-3"}


def test_tables_that_are_each_safe_by_themselves() -> None:
    """The golden leak: each table hides a second school beside the small one, but not the same, and together they give it away.

    In the first, a1 and a2 make up 16. In the second, the levels of a2 are shown, those of a1 and a3 hidden.
    """
    first = """
    unit | all
    m    | 40
    a    | 40
    a1   | (3)
    a2   | (13)
    a3   | 24"""
    second = """
    unit | level=group | level=school
    m    | 21   | 19
    a    | 21   | 19
    a1   | (3)  | (0)
    a2   | 6    | 7
    a3   | (12) | (12)"""
    joined = "\n".join(f"{one} | {two.split('|', 1)[1]}" for one, two in zip(*map(lines, (first, second)), strict=True))
    assert audited(ONE_AREA, {CASES: first}).is_safe
    assert audited(ONE_AREA, {CASES: second}).is_safe
    assert unsafe(audited(ONE_AREA, {CASES: joined})) == {"cases a1 3-3", "cases a1 [level=group] 0-3"}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def test_a_dataset_may_have_a_stricter_rule() -> None:
    text = column({"m": 30, "a": 30, "a1": "(7)", "a2": "(2)", "a3": 21})
    assert unsafe(audited(ONE_AREA, {CASES: text})) == set()
    stricter = Disclosure.model_validate({"datasets": {"health_cases": {"minimum_count": 10}}})
    definition = statistic("cases", dataset="health_cases")
    assert unsafe(audited(ONE_AREA, {definition: text}, policy=stricter)) == {"cases a1 0-9", "cases a2 0-9"}


def test_without_the_truth_every_hidden_number_is_held_to_the_rule() -> None:
    text = column({"m": 52, "a": 52, "a1": "(3)", "a2": "(31)", "a3": 18})
    assert audited(ONE_AREA, {CASES: text}, is_checked=False).is_safe
    text = column({"m": 21, "a": 21, "a1": "(3)", "a2": "(0)", "a3": 18})
    assert unsafe(audited(ONE_AREA, {CASES: text}, is_checked=False)) == {"cases a1 0-3", "cases a2 0-3"}


def test_another_data_than_what_was_published_is_refused() -> None:
    published, truth = "unit | all\nm | 20\na | 20", "unit | all\nm | 21\na | 20"
    with pytest.raises(OtherData, match=r"1 published numbers are not those of the data, such as cases, 2020/21, m"):
        attack(table(CASES, published)[0], ONE_AREA, {"cases": CASES}, POLICY, (), table(CASES, truth)[1])
