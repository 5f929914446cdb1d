"""A policy that holds from a day: what was released before is judged by the policy of its release, what is new by this one."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqa_lib.audit import Earlier, Verdict, attack, judge
from sqa_lib.audit.past import exposed_before, without_past
from sqa_lib.disclosure import Release
from sqa_lib.report import Disclosure
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import audited, definitions_of, protected, release, true, withheld

CASES, MORE = statistic("cases"), statistic("more")
TREE = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3"])
LENIENT, STRICT = Disclosure(), Disclosure(minimum_count=10, minimum_denominator=20)
FIGURES = """
unit | all
m    | 105
a    | 39
a1   | 3
a2   | 30
a3   | 6
b    | 66
b1   | 18
b2   | 28
b3   | 20
"""


def before(tables: dict, rule: Disclosure = LENIENT) -> Release:
    """What was published of the tables under a policy that has been replaced since then."""
    return replace(release("before", TREE, tables, rule), rule=rule, judged_by=rule)


def verdict(published, tables: dict, releases: list[Release], policy: Disclosure = STRICT) -> Verdict:
    definitions = definitions_of(tables)
    earlier = [Earlier(each.table, each.tree, each.rule, each.judged_by) for each in releases]
    found = attack(published, TREE, definitions, policy, earlier, true(tables))
    return without_past(judge(found, TREE, definitions, policy), found, TREE)


@pytest.mark.parametrize(
    ("since", "released", "judges"),
    [(None, "2020-10-01", True), ("2023-07-01", "2023-06-30", False), ("2023-07-01", "2023-07-01", True)],
)
def test_a_policy_judges_what_is_released_from_its_day_on(since: str | None, released: str, judges: bool) -> None:
    policy = Disclosure.model_validate({"since": since})
    assert policy.judges(datetime.date.fromisoformat(released)) == judges


def test_what_was_shown_under_the_older_policy_is_withheld_now_and_nothing_for_its_sake() -> None:
    """a3 was withheld beside a1: they are nine together, and neither could be ten. b1 was shown."""
    tables = {CASES: FIGURES.replace("b1   | 18", "b1   | 8").replace("b3   | 20", "b3   | 30")}
    then = before(tables)
    assert withheld(then.table) == {"cases a1", "cases a3"}
    published = protected(TREE, tables, STRICT, [then])
    assert withheld(published) == {"cases a1", "cases a3", "cases b1"}
    assert verdict(published, tables, [then]).is_safe


def test_without_a_day_the_policy_asks_the_same_of_what_was_released() -> None:
    tables = {CASES: FIGURES}
    then = before(tables)
    published = protected(TREE, tables, STRICT, [then])
    found = audited(published, TREE, tables, policy=STRICT, releases=[replace(then, judged_by=None)])
    assert {finding.unit for finding in found.findings} == {"a1", "a3"}
    assert audited(published, TREE, tables, policy=STRICT, releases=[then]).is_safe


def test_what_is_new_is_protected_by_the_policy_of_today() -> None:
    """more b1 was not out: eight is withheld, and another for it."""
    tables = {CASES: FIGURES, MORE: FIGURES.replace("b1   | 18", "b1   | 8").replace("b3   | 20", "b3   | 30")}
    then = before({CASES: FIGURES})
    published = protected(TREE, tables, STRICT, [then])
    new = {name for name in withheld(published) if name.startswith("more b")}
    assert "more b1" in new
    assert len(new) > 1
    assert verdict(published, tables, [then]).is_safe


def test_a_number_that_was_corrected_is_new() -> None:
    """b1 was shown as 18 under the older policy and is 8: readers do not know it, and another is withheld for it."""
    tables = {
        CASES: FIGURES.replace("b1   | 18", "b1   | 8").replace("b    | 66", "b    | 56").replace("m    | 105", "m    | 95")
    }
    then = before({CASES: FIGURES})
    published = protected(TREE, tables, STRICT, [then])
    assert len({"cases b", "cases b1", "cases b2", "cases b3"} & withheld(published)) > 1
    assert verdict(published, tables, [then]).is_safe


def test_the_audit_names_what_readers_know_closer_than_the_policy_allows() -> None:
    tables = {CASES: FIGURES.replace("b1   | 18", "b1   | 8").replace("b3   | 20", "b3   | 30")}
    then = before(tables)
    published = protected(TREE, tables, STRICT, [then])
    found = attack(published, TREE, definitions_of(tables), STRICT, [Earlier(then.table, TREE, LENIENT, LENIENT)], true(tables))
    assert [number.unit for number in exposed_before(found, published, definitions_of(tables), STRICT)] == ["a1", "a3", "b1"]


@given(st.integers(0, 100_000))
@settings(max_examples=15, deadline=None)
def test_whatever_was_released_before_the_next_release_is_safe(seed: int) -> None:
    """Another table of the same schools joins the first; sums of both reach from one to the other."""
    chance = np.random.default_rng(seed)
    tables = {definition: drawn(chance) for definition in (CASES, MORE)}
    then = before({CASES: tables[CASES]})
    published = protected(TREE, tables, STRICT, [then])
    assert verdict(published, tables, [then]).is_safe
    shown = published[(published["mark"] == "") & (published["numerator"] > 0)]
    assert shown["numerator"].min() >= STRICT.minimum_count


def drawn(chance: np.random.Generator) -> str:
    """A table of all units, girls and boys."""
    numbers = {unit: chance.integers(0, 14, 2) for unit in ("a1", "a2", "a3", "b1", "b2", "b3")}
    for area in "ab":
        numbers[area] = sum(numbers[f"{area}{n}"] for n in (1, 2, 3))
    numbers["m"] = numbers["a"] + numbers["b"]
    lines = [f"{unit} | {sum(both)} | {both[0]} | {both[1]}" for unit, both in numbers.items()]
    return "\n".join(["unit | all | gender=girl | gender=boy", *lines])
