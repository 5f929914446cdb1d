"""Two publications of one day, each without a school whose file had not come: what the first withholds of the second's late one.

The attacker of these tests is linear programming over each school's girls and boys.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from sqa_lib.audit import Earlier, Verdict, attack, judge
from sqa_lib.audit.missing import as_read, late_of
from sqa_lib.audit.past import without_past
from sqa_lib.disclosure import Release, protect
from sqa_lib.metrics.coverage import Coverage
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import POLICY, definitions_of, true

CASES = statistic("cases")
DEFINITIONS = definitions_of({CASES: ""})
AREAS = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]}
TREE = tree_of(**AREAS)
SCHOOLS = [school for schools in AREAS.values() for school in schools]
BELOW = {"m": SCHOOLS, **AREAS, **{school: [school] for school in SCHOOLS}}
GENDERS = ("girl", "boy")
BREAKDOWNS = {"": GENDERS, "gender=girl": ("girl",), "gender=boy": ("boy",)}
Atoms = dict[tuple[str, str], float]


def statistics_without(late: str, atoms: Atoms) -> pd.DataFrame:
    """What is counted while a school's file has not come: `.` of the school, and sums that have nothing of it."""
    there = {atom: 0.0 if atom[0] == late else number for atom, number in atoms.items()}
    lines = ["unit | all | gender=girl | gender=boy"]
    for unit, schools in BELOW.items():
        girls, boys = (sum(there[school, gender] for school in schools) for gender in GENDERS)
        lines.append(f"{unit} | {girls + boys:.0f} | {girls:.0f} | {boys:.0f}")
    table = true({CASES: "\n".join(lines)})
    return table.assign(mark=table["mark"].mask(table["unit"] == late, "."))


def published_after(late: str, atoms: Atoms, releases: list[Release]) -> pd.DataFrame:
    return protect(statistics_without(late, atoms), DEFINITIONS, TREE, POLICY, releases)


def audited(published: pd.DataFrame, late: str, atoms: Atoms, before: Release) -> Verdict:
    told = {("cases", "2020/21", breakdown): Coverage(0, 1, "units", False) for breakdown in BREAKDOWNS}
    coverage = {unit: told for unit in BELOW if late in BELOW[unit]}
    earlier = Earlier(
        as_read(before.table, coverage, TREE, DEFINITIONS), TREE, late=late_of(before.table, published, coverage, TREE)
    )
    now, statistics = (as_read(table, coverage, TREE, DEFINITIONS) for table in (published, statistics_without(late, atoms)))
    found = attack(now, TREE, DEFINITIONS, POLICY, [earlier], statistics)
    return without_past(judge(found, TREE, DEFINITIONS, POLICY), found, TREE)


def narrow(tables: list[tuple[pd.DataFrame, str]], atoms: Atoms) -> set[tuple[str, str]]:
    """Small numbers (unit, breakdown) of single schools that can't be any of 1 to 5. tables: publications, and who is late."""
    names, rows, values = list(atoms), [], []
    for table, late in tables:
        for row in table[table["mark"] == ""].itertuples():
            members = set(itertools.product(set(BELOW[row.unit]) - {late}, BREAKDOWNS[row.breakdown]))
            rows.append([float(name in members) for name in names])
            values.append(row.numerator)
    found = set()
    for school, (breakdown, genders) in itertools.product(SCHOOLS, BREAKDOWNS.items()):
        members = set(itertools.product([school], genders))
        if 1 <= sum(atoms[atom] for atom in members) <= 4:
            cost = np.array([float(name in members) for name in names])
            equal = {"A_eq": np.array(rows), "b_eq": values} if rows else {}
            low, high = (sign * linprog(sign * cost, bounds=(0, 1000), **equal).fun for sign in (1, -1))
            if low > 1 + 1e-6 or high < 5 - 1e-6:
                found.add((school, breakdown))
    return found


def told_by_both(seed: int, is_known: bool) -> tuple[set[tuple[str, str]], bool]:
    """What both tell that neither tells alone, and whether the audit of the second is safe. is_known: whether the second was
    protected with the first at hand."""
    chance = np.random.default_rng(seed)
    atoms = {atom: float(chance.integers(0, 8)) for atom in itertools.product(SCHOOLS, GENDERS)}
    first, second = (str(school) for school in chance.choice(SCHOOLS, 2, replace=False))
    before = Release("before", published_after(first, atoms, []), TREE)
    now = published_after(second, atoms, [before] if is_known else [])
    both = narrow([(before.table, first), (now, second)], atoms)
    alone = narrow([(before.table, first)], atoms) | narrow([(now, second)], atoms)
    return both - alone, audited(now, second, atoms, before).is_safe


@pytest.mark.parametrize("seed", range(8))
def test_what_both_tell_together_is_protected(seed: int) -> None:
    assert told_by_both(seed, is_known=True) == (set(), True)


@pytest.mark.parametrize("seed", range(8))
def test_the_attacker_finds_what_both_tell_together(seed: int) -> None:
    told, is_safe = told_by_both(seed, is_known=False)
    assert not (told and is_safe), told
