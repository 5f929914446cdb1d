"""Numbers that were corrected, or came late, after they were released: what both publications together tell of all others.

The attacker is this file's own: linear programs (scipy) over each school's girls and boys then and now, which are the same where
nobody corrected them, and sums over what was shown then and is shown now.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sqa_lib.audit import Earlier, attack, judge
from sqa_lib.audit.past import without_past
from sqa_lib.disclosure import Release, protect
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import POLICY, definitions_of, protected, true, withheld

CASES = statistic("cases")
AREAS = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]}
TREE = tree_of(**AREAS)
SCHOOLS = [school for schools in AREAS.values() for school in schools]
BELOW = {"m": SCHOOLS, **AREAS, **{school: [school] for school in SCHOOLS}}
GENDERS = ("girl", "boy")
Atoms = dict[tuple[str, str], float]


def text_of(atoms: Atoms) -> str:
    """The table of these numbers of girls and boys: of each unit all, girls and boys."""
    lines = ["unit | all | gender=girl | gender=boy"]
    for unit, schools in BELOW.items():
        girls, boys = (sum(atoms[school, gender] for school in schools) for gender in GENDERS)
        lines.append(f"{unit} | {girls + boys:.0f} | {girls:.0f} | {boys:.0f}")
    return "\n".join(lines)


def released(atoms: Atoms, late: str = "") -> Release:
    """The publication of then; of a school whose file was late it says `.`."""
    table = true({CASES: text_of(atoms)})
    table["mark"] = table["mark"].mask(table["unit"] == late, ".")
    return Release("before", protect(table, definitions_of({CASES: ""}), TREE, POLICY), TREE)


def shown_sums(table: pd.DataFrame) -> Iterator[tuple[set[tuple[str, str]], float]]:
    """The atoms that each shown number is the sum of, and the number."""
    for row in table[table["mark"] == ""].itertuples():
        genders = [row.breakdown.removeprefix("gender=")] if row.breakdown else GENDERS
        yield set(itertools.product(BELOW[row.unit], genders)), row.numerator


def narrow(now: pd.DataFrame, then: pd.DataFrame, atoms: Atoms, other: Atoms) -> set[str]:
    """The small numbers that are withheld now and can't be any of 1 to 5, for who knows both publications and which atoms differ.

    other: the atoms that were others then, with what they were.
    """
    names = [*itertools.product(["now"], atoms), *itertools.product(["then"], other)]
    rows, values = [], []
    for time, table in (("now", now), ("then", then)):
        for members, value in shown_sums(table):
            keys = {("then" if time == "then" and atom in other else "now", atom) for atom in members}
            rows.append([float(name in keys) for name in names])
            values.append(value)
    found = set()
    for row in now[(now["mark"] != "")].itertuples():
        genders = [row.breakdown.removeprefix("gender=")] if row.breakdown else GENDERS
        members = set(itertools.product(BELOW[row.unit], genders))
        true_value = sum(atoms[atom] for atom in members)
        if not 1 <= true_value <= 4:
            continue
        cost = np.array([float(name[0] == "now" and name[1] in members) for name in names])
        low, high = (
            sign * linprog(sign * cost, A_eq=np.array(rows) if rows else None, b_eq=values or None, bounds=(0, 1000)).fun
            for sign in (1, -1)
        )
        if low > 1 + 1e-6 or high < 5 - 1e-6:
            found.add(f"{row.unit} {row.breakdown}".strip())
    return found


def beside(atoms: Atoms, before: Atoms, late: str = "") -> tuple[set[str], pd.DataFrame]:
    """What two publications together tell that the first did not tell alone, and the second; the audit's verdict is asserted."""
    other = {atom: before[atom] for atom in atoms if before[atom] != atoms[atom]}
    release = released(before, late)
    now = protected(TREE, {CASES: text_of(atoms)}, releases=[release])
    past = narrow(now.assign(mark=".."), release.table, atoms, other)
    definitions = definitions_of({CASES: ""})
    found = attack(now, TREE, definitions, POLICY, [Earlier(release.table, TREE)], true({CASES: text_of(atoms)}))
    assert without_past(judge(found, TREE, definitions, POLICY), found, TREE).is_safe
    return narrow(now, release.table, atoms, other) - past, now


NUMBERS = {
    ("a1", "girl"): 1, ("a1", "boy"): 2, ("a2", "girl"): 14, ("a2", "boy"): 16, ("a3", "girl"): 3, ("a3", "boy"): 1,
    ("b1", "girl"): 10, ("b1", "boy"): 12, ("b2", "girl"): 13, ("b2", "boy"): 15,
}  # fmt: skip


def test_a_school_whose_file_was_late_does_not_follow_from_what_its_area_was_then() -> None:
    """Then the area had 33 without a3, whose two neighbours were withheld; now 37."""
    before = NUMBERS | {("a3", "girl"): 0, ("a3", "boy"): 0}
    assert withheld(released(before, "a3").table) >= {"cases a1", "cases a2"}
    told, now = beside(NUMBERS, before, "a3")
    assert told == set()
    assert "cases a" in withheld(now)


def test_a_school_that_was_corrected_to_few_does_not_follow_either() -> None:
    told, _ = beside(NUMBERS, NUMBERS | {("a3", "girl"): 8, ("a3", "boy"): 9})
    assert told == set()


def test_nor_do_the_girls_of_a_school_whose_boys_were_corrected() -> None:
    atoms = NUMBERS | {("b1", "girl"): 3}
    told, _ = beside(atoms, atoms | {("b1", "boy"): 19})
    assert told == set()


@pytest.mark.parametrize("size", [6, 25])
@given(st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_whatever_is_corrected_or_late_nothing_new_is_told(size: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    atoms = {atom: float(chance.integers(0, size)) for atom in itertools.product(SCHOOLS, GENDERS)}
    school, gender = SCHOOLS[chance.integers(len(SCHOOLS))], GENDERS[chance.integers(2)]
    if chance.random() < 0.5:
        before, late = atoms | {(school, each): 0.0 for each in GENDERS}, school
    else:
        before, late = atoms | {(school, gender): atoms[school, gender] + float(chance.integers(5, 12))}, ""
    told, _ = beside(atoms, before, late)
    assert told == set()
