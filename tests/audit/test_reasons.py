"""Why a number is hidden that is not small itself: what it protects, or that it protects nothing."""

from collections.abc import Mapping

import pandas as pd
import pytest

from sqa_lib.audit import Earlier, attack
from sqa_lib.audit.reasons import Number, Reason, reasons
from sqa_lib.metrics import Statistic
from sqa_lib.units import UnitTree
from tests.audit.publications import POLICY, YEAR, audited, statistic, table, tree_of, unsafe

ONE_AREA = tree_of(a=["a1", "a2"])
CASES = statistic("cases")
PEOPLE = statistic("people")
HANDLED = statistic("handled", "share")

MUST = """
unit | all | level=none | level=group | level=individual
m    | 20  | (3)    | (7)    | 10
"""
EITHER = """
unit | all | level=none | level=group | level=individual
m    | 20  | (3)    | (7)    | (10)
"""
NEED_NOT = """
unit | all | level=none | level=group | level=individual
m    | 30  | (12)   | (8)    | 10
"""
SHARE = """
unit | all       | level=none | level=group | level=individual
m    | 5604/7406 | (4/6)      | (2400/3300) | 3200/4100
"""
SAME_PEOPLE = """
unit | all  | level=none | level=group | level=individual
m    | 7406 | (6)        | (3300)      | 4100
"""
OVER_UNITS = """
unit | all | level=none
m    | 60  | 20
a    | 40  | (16)
b    | 20  | (4)
"""


def explained(
    tables: Mapping[Statistic, str], tree: UnitTree = ONE_AREA, level: str = "municipality", is_checked: bool = True
) -> tuple[Reason, ...]:
    """The reasons for what is hidden in these tables."""
    definitions = {one.id: one for one in tables}
    published, truth = (pd.concat(frames) for frames in zip(*(table(one, text) for one, text in tables.items()), strict=True))
    found = attack(published, tree, definitions, POLICY, statistics=truth if is_checked else None)
    return reasons(found, published, tree, definitions, POLICY, level=level)


def number(breakdown: str, role: str = "numerator", statistic: str = "cases", unit: str = "m") -> Number:
    return Number(statistic, role, YEAR, unit, breakdown)


def short(found: tuple[Reason, ...]) -> dict[str, str]:
    """`{"level=group numerator": "number"}`"""
    return {f"{reason.number.breakdown} {reason.number.role}": reason.held_by for reason in found}


def test_a_number_that_would_give_a_small_one_away_is_explained_by_it() -> None:
    (reason,) = explained({CASES: MUST})
    assert (reason.number, reason.held_by, reason.beside) == (number("level=group"), "number", ())
    assert reason.protects == (number("level=none"),)
    assert reason.equations == ("cases 2020/21 m (20) = [level=group] (?) + [level=individual] (10) + [level=none] (?)",)
    assert unsafe(audited(ONE_AREA, {CASES: MUST.replace("(7)", "7")})) == {"cases m [level=none] 3-3"}


def test_of_two_of_which_one_is_enough_the_second_is_held_back_by_the_first() -> None:
    first, second = explained({CASES: EITHER})
    assert (first.number, first.held_by, first.protects, first.equations) == (number("level=group"), "nothing", (), ())
    assert (second.number, second.held_by, second.beside) == (number("level=individual"), "others", (number("level=group"),))
    assert second.protects == (number("level=none"),)
    assert not unsafe(audited(ONE_AREA, {CASES: EITHER.replace("(7)", "7")}))
    assert unsafe(audited(ONE_AREA, {CASES: EITHER.replace("(7)", "7").replace("(10)", "10")}))


def test_what_protects_nothing_is_said_to_protect_nothing() -> None:
    found = explained({CASES: NEED_NOT})
    assert short(found) == {"level=none numerator": "nothing", "level=group numerator": "nothing"}


def test_a_number_that_follows_from_others_is_known_already() -> None:
    (reason,) = explained({CASES: NEED_NOT.replace("(12)", "12")})
    assert (reason.number, reason.held_by) == (number("level=group"), "known")
    assert reason.equations == ("cases 2020/21 m (30) = [level=group] (?) + [level=individual] (10) + [level=none] (12)",)


def test_a_count_that_stands_in_a_share_alone_is_held_back_with_the_share() -> None:
    """3 300 people tell nothing of the others' answers; 2 400 of 3 300 does."""
    found = explained({HANDLED: SHARE})
    assert short(found) == {
        "level=group complement": "number",
        "level=group denominator": "figure",
        "level=group numerator": "number",
    }
    of_whole = next(reason for reason in found if reason.held_by == "figure")
    assert set(of_whole.beside) == {number("level=group", role, "handled") for role in ("numerator", "complement")}
    assert set(of_whole.protects) == {number("level=none", role, "handled") for role in ("numerator", "complement")}


def test_a_count_that_is_also_a_table_of_its_own_can_be_shown_there() -> None:
    """The same 3 300 people; that the two are the same is a belief that only showing them supports."""
    found = {reason.number: reason.held_by for reason in explained({HANDLED: SHARE, PEOPLE: SAME_PEOPLE})}
    assert found[number("level=group", "denominator", "handled")] == "nothing"
    assert found[number("level=group", statistic="people")] == "nothing"
    assert found[number("level=group", statistic="handled")] == "number"


@pytest.mark.parametrize(("level", "units"), [("municipality", []), ("area", ["a"]), ("school", [])])
def test_each_level_is_accounted_for_by_itself(level: str, units: list[str]) -> None:
    tree = tree_of(a=["a1", "a2"], b=["b1"])
    found = explained({CASES: OVER_UNITS}, tree, level)
    assert [(reason.number.unit, reason.held_by) for reason in found] == [(unit, "number") for unit in units]
    assert all(reason.protects == (number("level=none", unit="b"),) for reason in found)


@pytest.mark.parametrize("text", [MUST, EITHER, NEED_NOT])
def test_no_withheld_number_is_told(text: str) -> None:
    said = [line for reason in explained({CASES: text}) for line in (*reason.equations, *reason.explained)]
    withheld = {f"({cell.strip('( )')})" for cell in text.replace("\n", "|").split("|") if "(" in cell}
    assert withheld
    assert not [line for line in said for value in withheld if value in line]


def test_without_the_truth_nobody_knows_what_is_small() -> None:
    assert explained({CASES: MUST}, is_checked=False) == ()


@pytest.mark.filterwarnings("error")  # numbers that are none
def test_what_an_earlier_report_withheld_beside_a_number_is_not_asked_for() -> None:
    """Those who take part were a share of all in another report: its other numbers are not known here."""
    taking, part = statistic("mother_tongue_pupils"), statistic("mother_tongue_participation", "share")
    shares = "unit | all | level=none | level=group | level=individual\nm | 7406/9000 | (6/9) | (3300/4000) | 4100/4991"
    definitions = {one.id: one for one in (taking, part)}
    (published, truth), before = table(taking, SAME_PEOPLE), [Earlier(table(part, shares)[0], ONE_AREA)]
    found = attack(published, ONE_AREA, definitions, POLICY, before, truth)
    told = reasons(found, published, ONE_AREA, definitions, POLICY, before)
    assert {reason.number.breakdown for reason in told} >= {"level=group"}
