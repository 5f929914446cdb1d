"""What the attacker believes: he finds how the tables hang together, and drops what is false."""

import numpy as np
import pandas as pd
import pytest

from sqa_lib.audit import Attack, attack, judge
from sqa_lib.metrics import DEFINITIONS
from tests.audit.publications import attacked, audited, hidden_one_by_one, statistic, tree_of, unsafe
from tests.audit.test_leaks import MANY, NUMBERS, PUPILS, column

CASES, OTHER, THIRD = statistic("cases"), statistic("other"), statistic("third")
SHARE = statistic("share", "share")
TREE = tree_of(a=["a1", "a2"], b=["b1", "b2"])


def beliefs(attack: Attack, *kinds: str) -> set[str]:
    return {relation.name for relation in attack.relations if relation.kind in kinds}


def test_units_add_up_where_they_do() -> None:
    found, _ = attacked(TREE, {CASES: "unit | all\nm | 20\na | 12\na1 | 5\na2 | 7\nb | (8)\nb1 | (3)\nb2 | (5)"})
    assert beliefs(found, "hierarchy") == {
        "cases numerator []: municipality and the units below: sum = whole",
        "cases numerator []: area and the units below: sum = whole",
    }


def test_a_group_of_pupils_from_two_schools_is_one_group_in_the_area() -> None:
    groups = statistic("groups", is_about_people=False)
    found, _ = attacked(TREE, {groups: "unit | all\nm | 9\na | 5\na1 | 4\na2 | 3\nb | 5\nb1 | 2\nb2 | (4)"})
    assert beliefs(found, "hierarchy") == {
        "groups numerator []: municipality and the units below: sum >= whole",
        "groups numerator []: municipality and the units below: each <= whole",
        "groups numerator []: area and the units below: sum >= whole",
        "groups numerator []: area and the units below: each <= whole",
    }


def test_schools_lie_below_the_municipality_where_there_are_no_areas_in_a_table() -> None:
    found, verdict = attacked(TREE, {CASES: "unit | all\nm | 40\na1 | (3)\na2 | 17\nb1 | 15\nb2 | 5"})
    assert unsafe(verdict) == {"cases a1 3-3"}
    assert beliefs(found, "hierarchy") == {"cases numerator []: municipality and the units below: sum = whole"}


@pytest.mark.parametrize(
    ("parts", "belief"),
    [
        ("6 | 4", "sum = whole"),
        ("6 | 2", "sum <= whole"),
        ("9 | 4", "sum >= whole"),
    ],
)
def test_the_codes_of_a_breakdown_make_up_the_whole_or_leave_some_out_or_overlap(parts: str, belief: str) -> None:
    found, _ = attacked(TREE, {CASES: f"unit | all | gender=girl | gender=boy\nm | 10 | {parts}\na | (10) | {parts}"})
    assert f"cases numerator [] by gender: {belief}" in beliefs(found, "margin")


def test_a_belief_that_only_the_truth_refutes_is_told_of_and_not_used() -> None:
    """The whole has cases without a gender in the school where nobody can see it."""
    text = """
    unit | all  | gender=girl | gender=boy
    m    | (20) | 9   | (9)
    a    | 10   | 6   | 4
    a1   | 10   | 6   | 4
    b    | (10) | 3   | (5)
    b1   | 10   | (3) | 5"""
    found, verdict = attacked(tree_of(a=["a1"], b=["b1"]), {CASES: text})
    assert verdict.wrong_guesses == ("cases numerator [] by gender: sum = whole",)
    assert "cases numerator [] by gender: sum <= whole" in beliefs(found, "margin")
    assert verdict.outside == 0


def test_a_margin_is_taken_from_the_nearest_breakdown() -> None:
    text = "unit | all | gender=girl | gender=boy | gender=girl;level=group | gender=boy;level=group\nm | 9 | 5 | (4) | (5) | (4)"
    found, _ = attacked(TREE, {CASES: text})
    assert {name.split(":")[0] for name in beliefs(found, "margin")} == {
        "cases numerator [] by gender",
        "cases numerator [gender] by level",
    }


def test_the_same_series_in_two_statistics_is_found_when_it_can_not_be_chance() -> None:
    tables = {CASES: column(NUMBERS, a1="(3)", a2="(31)"), OTHER: column(NUMBERS, b1="(22)", b2="(41)")}
    found, _ = attacked(MANY, tables)
    assert beliefs(found, "same") == {"cases numerator [] is other numerator []"}
    few = {"m": "(30)", "a": 3, "a1": 1, "a2": 1, "a3": 1, "a4": "(0)", "a5": "(0)"}
    found, _ = attacked(MANY, {CASES: column(few), OTHER: column(few)})
    assert not beliefs(found, "same"), "three schools with one case each in both are nothing to go by"


def test_statistics_of_other_datasets_need_more_to_be_the_same() -> None:
    some = {unit: NUMBERS[unit] for unit in ("m", "a", "b")}
    elsewhere = statistic("other", dataset="staff")
    hidden = {"a1": "(3)", "a2": "(31)", "a3": "(14)"}
    first, second = column(some | hidden), column(some | {"a1": "(3)"})
    assert beliefs(attacked(MANY, {CASES: first, OTHER: second})[0], "same")
    assert not beliefs(attacked(MANY, {CASES: first, elsewhere: second})[0], "same")


def test_two_series_that_add_up_to_a_third() -> None:
    """Open and closed cases make up all, in three statistics."""
    closed = {
        "m": 172,
        "a": 80,
        "a1": 3,
        "a2": 20,
        "a3": 10,
        "a4": 30,
        "a5": 17,
        "b": 92,
        "b1": 15,
        "b2": 30,
        "b3": 9,
        "b4": 25,
        "b5": 13,
    }
    still = {unit: NUMBERS[unit] - number for unit, number in closed.items()}
    found, verdict = attacked(MANY, {CASES: column(NUMBERS), OTHER: column(closed), THIRD: column(still, a2="(11)", a3="(4)")})
    assert beliefs(found, "sum") == {"cases numerator [] = other numerator [] + third numerator []"}
    assert unsafe(verdict) == {"third a3 4-4"}


def test_a_denominator_that_does_not_vary_is_one_number() -> None:
    text = """
    unit | level=group | level=school
    m    | 30/60 | 30/60
    a    | 12/25 | 13/25
    a1   | 6/13  | (7/13)
    a2   | (6/12) | (6/12)
    b    | 18/35 | 17/35"""
    found, _ = attacked(TREE, {SHARE: text})
    assert beliefs(found, "share") == {
        "a share's numerator and complement make up its denominator",
        "share denominator [level]: the same for every level",
        "share numerator [level] over level: sum = whole",
    }


def test_official_figures_are_known_to_everyone() -> None:
    """Skolverket publishes the pupils of each school; a report with such figures is attacked in all other ways too."""
    official = statistic("national", "official", is_about_people=False)
    known = PUPILS | {"a1": 4, "a2": 97}
    tables = {
        CASES: column(known, a1="(4)", a2="(97)"),
        official: column(known),
        SHARE: "unit | gender=girl | gender=boy\nm | 57/60 | (3/60)\na | 57/60 | (3/60)\na1 | 27/30 | (3/30)\na2 | 30/30 | 0/30",
    }
    assert unsafe(audited(MANY, tables)) == {"cases a1 4-4", "share a [gender=boy] 3-3", "share a1 [gender=boy] 3-3"}


def test_the_demo_hidden_cell_by_cell_is_seen_through(demo_statistics, demo_tree, demo_report) -> None:
    """Small counts are hidden, and shares of small counts or wholes; the attacker finds the links between the statistics."""
    published = hidden_one_by_one(demo_statistics, DEFINITIONS)
    found = attack(published, demo_tree, DEFINITIONS, demo_report.disclosure, (), demo_statistics)
    verdict = judge(found, demo_tree, DEFINITIONS, demo_report.disclosure)
    assert verdict.outside == 0
    assert {
        "mother_tongue_left complement [] is mother_tongue_pupils numerator []",
        "health_cases numerator [] = handled_within_60_days denominator [] + open_cases numerator []",
        "arts_participation [] = 100 x arts_participants numerator [] / pupils numerator []",
    } <= beliefs(found, "same", "sum", "ratio")
    assert verdict.summary.set_index("level").loc["all", ["unsafe", "exact"]].gt([1000, 500]).all()


def test_truth_refutes_whatever_is_false() -> None:
    found, _ = attacked(MANY, {CASES: column(NUMBERS, a1="(3)"), OTHER: column(NUMBERS, a1="(4)", a2="(30)")})
    truth = found.truth.ravel()
    assert not any(relation.breaks(truth).any() for relation in found.relations)
    assert isinstance(found.intervals, pd.DataFrame)
    assert np.isfinite(found.bounds.low).all()
