"""Readers who know more than the promise is about, and what they can narrow down."""

import pytest

from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.insiders import INSIDER, PUBLIC_FILE, Reader, readers
from sqa_lib.metrics import Statistic
from sqa_lib.units import UnitTree
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import POLICY, audited, definitions_of, protected, true

CASES = statistic("cases")
PUPILS = statistic("pupils", dataset="pupils", is_public=True)
ABSENT = statistic("absent", "share", dataset="absence")
TREE = tree_of(a=["a1", "a2"], b=["b1", "b2", "b3"])


def found(tree: UnitTree, tables: dict[Statistic, str]) -> dict[tuple[str, str], tuple[int, int]]:
    """(knows, unit) → unsafe, exact."""
    published = protected(tree, tables)
    assert audited(published, tree, tables).findings == ()
    more: list[Reader] = list(readers(Earlier(published, tree), [], true(tables), definitions_of(tables), POLICY))
    return {(reader.knows, reader.unit): (reader.unsafe, reader.exact) for reader in more}


def test_who_knows_one_of_two_schools_knows_the_other() -> None:
    """Four and three, where the area has seven: whoever knows one of them subtracts it."""
    cases = """
        unit | all
        m    | 35
        a    | 7
        b    | 28
        a1   | 4
        a2   | 3
        b1   | 21
        b2   | 5
        b3   | 2
    """
    assert found(TREE, {CASES: cases}) == {(PUBLIC_FILE, ""): (0, 0), (INSIDER, "a2"): (1, 1), (INSIDER, "b3"): (0, 0)}


def test_who_knows_how_many_pupils_there_are_knows_that_no_part_of_them_is_more() -> None:
    """One of three pupils of a1 was absent, one of four of a2. All six numbers are withheld; who has the three and the four from
    elsewhere knows what the shares are held against, and that what is in them and outside is less."""
    schools = {"a1": (1, 3), "a2": (1, 4), "a3": (12, 60), "a4": (15, 71), "b1": (11, 52), "b2": (14, 80), "b3": (13, 66)}
    units = {"m": "ab", "a": "a", "b": "b"}
    whole = {unit: [sum(n) for n in zip(*(schools[s] for s in schools if s[0] in of), strict=True)] for unit, of in units.items()}
    numbers = {**whole, **schools}
    pupils = "\n".join(["unit | all", *(f"{unit} | {n}" for unit, (_, n) in numbers.items())])
    absent = "\n".join(["unit | all", *(f"{unit} | {part}/{n}" for unit, (part, n) in numbers.items())])
    tree = tree_of(a=["a1", "a2", "a3", "a4"], b=["b1", "b2", "b3"])
    told = found(tree, {PUPILS: pupils, ABSENT: absent})
    assert told[PUBLIC_FILE, ""] == (6, 2)


@pytest.mark.parametrize("areas", [{"a": ["a1"]}, {}])
def test_where_nothing_is_withheld_nobody_is_an_insider(areas: dict[str, list[str]]) -> None:
    tree = tree_of(**areas)
    cases = "\n".join(["unit | all", *(f"{unit.code} | 12" for unit in tree.units)])
    assert found(tree, {CASES: cases}) == {(PUBLIC_FILE, ""): (0, 0)}
