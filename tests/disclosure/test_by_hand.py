"""Figures that are withheld by hand, and numbers that nothing protects and someone signs for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.optimize import linprog

from sqa_lib.report import Disclosure, ReportError
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import audited, protected, true, withheld

CASES, SHARE = statistic("cases"), statistic("share", "share")
TREE = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3"])
FIGURES = """
unit | all
m    | 120
a    | 50
a1   | 13
a2   | 17
a3   | 20
b    | 70
b1   | 22
b2   | 28
b3   | 20
"""
NEARLY = """
unit | all
m    | 200/240
a    | 100/120
a1   | 38/40
a2   | 32/40
a3   | 30/40
b    | 100/120
b1   | 36/40
b2   | 32/40
b3   | 32/40
"""
A1 = {"statistic": "cases", "unit": "a1", "school_year": "2020/21"}


def by_hand(**changes: object) -> Disclosure:
    return Disclosure.model_validate({"withhold": [{**A1, "reason": "Skolan är känd från pressen.", **changes}]})


def accepting(**changes: object) -> Disclosure:
    signed = {"by": "förvaltningschefen", "date": "2021-10-15", "reason": "Uppgiften är allmänt känd."}
    return Disclosure.model_validate({"accept": [{**A1, **signed, **changes}]})


def test_what_is_withheld_by_hand_can_not_be_worked_out() -> None:
    assert withheld(protected(TREE, {CASES: FIGURES})) == set()
    published = protected(TREE, {CASES: FIGURES}, by_hand())
    assert withheld(published) == {"cases a1", "cases a3"}
    assert audited(published, TREE, {CASES: FIGURES}, policy=by_hand()).is_safe


def test_the_attacker_finds_a_number_that_was_withheld_by_hand_and_not_protected() -> None:
    published = protected(TREE, {CASES: FIGURES})
    published["mark"] = published["mark"].mask(published["unit"] == "a1", "..")
    published["numerator"] = published["numerator"].mask(published["unit"] == "a1")
    found = audited(published, TREE, {CASES: FIGURES}, policy=by_hand())
    assert [(finding.unit, finding.low, finding.high) for finding in found.findings] == [("a1", 13, 13)]


def test_a_share_that_is_withheld_by_hand_is_not_told_to_be_nearly_all_either() -> None:
    of_a1 = lambda policy: protected(TREE, {SHARE: NEARLY}, policy).set_index("unit")["mark"]["a1"]  # noqa: E731
    assert of_a1(Disclosure()) == "~100"
    policy = by_hand(statistic="share")
    assert of_a1(policy) == ".."
    assert audited(protected(TREE, {SHARE: NEARLY}, policy), TREE, {SHARE: NEARLY}, policy=policy).is_safe


@given(st.lists(st.integers(0, 30), min_size=6, max_size=6).filter(any), st.sampled_from(["a1", "a", "m", "b2"]))
@settings(max_examples=20, deadline=None)
def test_whatever_is_withheld_by_hand_stays_uncertain(numbers: list[int], unit: str) -> None:
    """Small numbers reach from 1 to 5, larger ones a fifth of themselves both ways: linear programs over the shown sums. Nothing
    could hide that there are none anywhere."""
    text, policy = table_of(numbers), by_hand(unit=unit)
    published = protected(TREE, {CASES: text}, policy)
    assert f"cases {unit}" in withheld(published)
    low, high = ends(published, unit)
    true = sum(numbers[at] for at in BELOW[unit])
    margin = max(1, 0.2 * true)
    need = (min(true, 1), 5) if true < 5 else (true - margin, true + margin)
    assert low <= need[0] + 1e-6
    assert high >= need[1] - 1e-6
    assert audited(published, TREE, {CASES: text}, policy=policy).is_safe


BELOW = {"m": range(6), "a": range(3), "b": range(3, 6)} | {
    name: [at] for at, name in enumerate(["a1", "a2", "a3", "b1", "b2", "b3"])
}


def table_of(numbers: list[int]) -> str:
    return "\n".join(["unit | all", *(f"{unit} | {sum(numbers[at] for at in below)}" for unit, below in BELOW.items())])


def ends(published, unit: str) -> tuple[float, float]:
    """The least and the most that a unit's number can be, for who has all that is shown."""
    shown = published[published["mark"] == ""]
    rows = [[float(at in BELOW[name]) for at in range(6)] for name in shown["unit"]]
    cost = np.array([float(at in BELOW[unit]) for at in range(6)])
    equal = {"A_eq": np.array(rows), "b_eq": shown["numerator"].to_numpy(dtype=float)} if rows else {}
    low, high = (sign * linprog(sign * cost, bounds=(0, 1000), **equal).fun for sign in (1, -1))
    return low, high


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"unit": "c1"}, "key `disclosure.withhold.0`: there is no figure `cases 2020/21 c1 []`"),
        ({"school_year": "2019/20"}, "there is no figure `cases 2019/20 a1 []`"),
        ({"codes": {"gender": "girl"}}, "there is no figure `cases 2020/21 a1 [gender=girl]`"),
    ],
)
def test_a_figure_that_is_not_there_is_told(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ReportError) as error:
        protected(TREE, {CASES: FIGURES}, by_hand(**changes))
    assert told in str(error.value)


# ---- what someone signs for -----------------------------------------------------------------------------------------


def unprotected() -> pd.DataFrame:
    """b1 is 3 and withheld alone: what the area has beyond its other schools."""
    published = protected(TREE, {CASES: SMALL})
    is_b1, numbers = published["unit"] == "b1", true({CASES: SMALL})[["numerator", "value"]]
    return published.assign(mark=is_b1.map({True: "..", False: ""}), **numbers.mask(is_b1))


SMALL = FIGURES.replace("b1   | 22", "b1   | 3").replace("b    | 70", "b    | 51").replace("m    | 120", "m    | 101")


@pytest.mark.parametrize(("unit", "is_safe"), [("b1", True), ("b2", False)])
def test_a_number_that_readers_can_work_out_is_published_about_only_if_someone_has_signed_for_it(
    unit: str, is_safe: bool
) -> None:
    found = audited(unprotected(), TREE, {CASES: SMALL}, policy=accepting(unit=unit))
    assert found.is_safe == is_safe
    assert [finding.unit for finding in (found.accepted if is_safe else found.findings)] == ["b1"]
    assert found.summary.set_index("level").loc["all", "unsafe"] == int(not is_safe)


@pytest.mark.parametrize("missing", ["by", "date", "reason"])
def test_who_signs_says_when_and_why(missing: str) -> None:
    with pytest.raises(ValidationError):
        accepting(**{missing: ""})
