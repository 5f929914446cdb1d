"""The ledger: what was released before is known to readers, and what is published now must be safe beside it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqa_lib.audit import Earlier, attack, judge
from sqa_lib.audit.past import without_past
from sqa_lib.disclosure import Release
from sqa_lib.disclosure.ledger import is_same
from sqa_lib.report import Disclosure
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import POLICY, assert_shown, audited, definitions_of, protected, release, true, withheld

CASES = statistic("cases")
SHARE = statistic("share", "share")
TREE = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3"])

FIGURES = """
unit | all
m    | 120
a    | 50
a1   | 3
a2   | 17
a3   | 30
b    | 70
b1   | 22
b2   | 28
b3   | 20
"""


def shown_before(tree, text: str, definition=CASES) -> Release:
    """A release of these figures, all of them shown."""
    table = true({definition: text})
    return Release("data/released/before", table.assign(mark=""), tree)


def test_without_a_release_another_school_of_the_area_is_withheld_beside_the_small_one() -> None:
    assert withheld(protected(TREE, {CASES: FIGURES})) == {"cases a1", "cases a3"}


def test_a_figure_that_was_shown_before_can_not_protect_another() -> None:
    before = shown_before(TREE, "unit | all\na3 | 30")
    published = protected(TREE, {CASES: FIGURES}, releases=[before])
    assert withheld(published) == {"cases a1", "cases a2"}
    assert audited(published, TREE, {CASES: FIGURES}, releases=[before]).is_safe
    assert not audited(protected(TREE, {CASES: FIGURES}), TREE, {CASES: FIGURES}, releases=[before]).is_safe


def test_a_small_figure_that_was_shown_before_is_not_shown_again_but_nothing_is_withheld_for_its_sake() -> None:
    published = protected(TREE, {CASES: FIGURES}, releases=[shown_before(TREE, "unit | all\na1 | 3")])
    assert withheld(published) == {"cases a1"}


def test_what_releases_tell_already_is_withheld_from_now_on_and_the_rest_goes_on() -> None:
    before = shown_before(TREE, FIGURES.replace("a1   | 3\n", ""))
    assert withheld(protected(TREE, {CASES: FIGURES}, releases=[before])) == {"cases a1"}


def test_what_is_told_already_protects_nothing_else() -> None:
    """a1 follows from the release; b1 is small too, and is protected by others than a1."""
    figures = FIGURES.replace("b1   | 22", "b1   | 2").replace("b    | 70", "b    | 50").replace("m    | 120", "m    | 100")
    before = shown_before(TREE, "unit | all\na | 50\na2 | 17\na3 | 30")
    published = protected(TREE, {CASES: figures}, releases=[before])
    assert withheld(published) == {"cases a1", "cases b1", "cases b3"}


# ---- a release that the data say otherwise --------------------------------------------------------------------------


def test_a_figure_that_was_corrected_is_not_known_and_all_others_are() -> None:
    before = shown_before(TREE, "unit | all\na2 | 19\na3 | 30")
    published = protected(TREE, {CASES: FIGURES}, releases=[before])
    assert withheld(published) == {"cases a1", "cases a2"}
    assert audited(published, TREE, {CASES: FIGURES}, releases=[before]).is_safe


@pytest.mark.parametrize("released", ["a | 90", "c | 33"])
def test_a_former_area_that_is_not_the_sum_of_its_schools_any_more_tells_nothing(released: str) -> None:
    then = tree_of(a=["a1", "a2", "a3", "b1"], c=["b2", "b3"])
    published = protected(TREE, {CASES: FIGURES}, releases=[shown_before(then, f"unit | all\n{released}")])
    assert withheld(published) == {"cases a1", "cases a3"}


def test_a_share_that_was_nearly_all_then_and_is_all_now_is_shown() -> None:
    before = shown_before(TREE, "unit | all\na1 | 38/40", SHARE).table.assign(mark="~100")
    published = protected(TREE, {SHARE: "unit | all\na1 | 40/40"}, releases=[Release("before", before, TREE)])
    assert_shown(published, SHARE, "unit | all\na1 | 40/40")


# ---- what was withheld stays withheld -------------------------------------------------------------------------------


def test_a_correction_elsewhere_changes_nothing_of_what_is_withheld() -> None:
    """a3 was withheld beside a1 as the cheaper of two; with a2 corrected to less than a3, a2 would be chosen anew."""
    before = release("before", TREE, {CASES: FIGURES})
    assert withheld(before.table) == {"cases a1", "cases a3"}
    corrected = FIGURES.replace("a2   | 17", "a2   | 47").replace("a    | 50", "a    | 80").replace("m    | 120", "m    | 150")
    assert withheld(protected(TREE, {CASES: corrected}, releases=[before])) == {"cases a1", "cases a3"}


def test_what_was_withheld_and_then_shown_is_not_withheld_again() -> None:
    """a3 protected a1 in the first release; the second gave it away."""
    first, second = release("first", TREE, {CASES: FIGURES}), shown_before(TREE, "unit | all\na3 | 30")
    for releases in ([first, second], [second, first]):
        assert withheld(protected(TREE, {CASES: FIGURES}, releases=releases)) == {"cases a1"}


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_same_again_is_the_same(seed: int) -> None:
    """Beside its own release a publication is what it was, and safe."""
    chance = np.random.default_rng(seed)
    numbers = {unit: int(chance.integers(0, 30)) for unit in ("a1", "a2", "a3", "b1", "b2", "b3")}
    for area in "ab":
        numbers[area] = sum(numbers[f"{area}{n}"] for n in (1, 2, 3))
    numbers["m"] = numbers["a"] + numbers["b"]
    text = "unit | all\n" + "\n".join(f"{unit} | {numbers[unit]}" for unit in numbers)
    once = release("once", TREE, {CASES: text})
    again = protected(TREE, {CASES: text}, releases=[once])
    pd.testing.assert_frame_equal(again, once.table)
    assert audited(again, TREE, {CASES: text}, releases=[once]).is_safe


# ---- last year's books and this year's ------------------------------------------------------------------------------

YEARS = {
    "2019/20": """
    unit | all | gender=girl | gender=boy
    m    | 99  | 48 | 51
    a    | 45  | 20 | 25
    a1   | 12  | 3  | 9
    a2   | 13  | 5  | 8
    a3   | 20  | 12 | 8
    b    | 54  | 28 | 26
    b1   | 17  | 9  | 8
    b2   | 17  | 9  | 8
    b3   | 20  | 10 | 10"""
}


def test_what_was_published_last_year_and_is_published_again_is_safe_together() -> None:
    """The same school year stands in both reports: what may be hidden is what was hidden then."""
    tables = {CASES: YEARS["2019/20"]}
    before = release("data/released/before", TREE, tables)
    assert withheld(before.table)
    again = protected(TREE, tables, releases=[before])
    assert withheld(again) == withheld(before.table)
    assert audited(again, TREE, tables, releases=[before]).is_safe


def test_another_table_of_the_same_cases_this_year_keeps_what_last_years_books_hid() -> None:
    more = statistic("more")
    levels = """
    unit | level=group | level=school
    m    | 50 | 49
    a    | 20 | 25
    a1   | 3  | 9
    a2   | 7  | 6
    a3   | 10 | 10
    b    | 30 | 24
    b1   | 10 | 7
    b2   | 12 | 5
    b3   | 8  | 12"""
    before = release("data/released/before", TREE, {CASES: YEARS["2019/20"]})
    tables = {CASES: YEARS["2019/20"], more: levels}
    published = protected(TREE, tables, releases=[before])
    assert audited(published, TREE, tables, releases=[before]).is_safe
    hidden = withheld(published)
    assert {"cases a1 gender=girl", "more a1 level=group"} <= hidden
    assert {name for name in hidden if name.startswith("cases")} == withheld(before.table)


def test_a_stricter_threshold_this_year_takes_back_nothing_that_was_shown() -> None:
    """Six was shown when counts below five were hidden; with ten as the threshold it is known, and a new nine is protected."""
    text = FIGURES.replace("a2   | 17", "a2   | 6").replace("b3   | 20", "b3   | 9")
    text = text.replace("a    | 50", "a    | 39").replace("b    | 70", "b    | 59").replace("m    | 120", "m    | 98")
    before = shown_before(TREE, "unit | all\na2 | 6")
    strict = Disclosure(minimum_count=10)
    published = protected(TREE, {CASES: text}, strict, [before])
    assert withheld(published) >= {"cases a1", "cases a2", "cases a3", "cases b3"}
    assert audited(published, TREE, {CASES: text}, policy=strict, releases=[before]).is_safe


# ---- units that were others then ------------------------------------------------------------------------------------

THEN = tree_of(a=["a2", "a3"], b=["a1", "b1", "b2"])
NOW = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2"])
MOVED = """
unit | all
m    | 60
a    | 24
a1   | 3
a2   | 12
a3   | 9
b    | 36
b1   | 20
b2   | 16
"""


def test_a_school_that_moved_is_what_two_books_of_an_area_differ_by() -> None:
    """The old total of b counts a1 and the new does not: either is harmless, both together tell."""
    before = shown_before(THEN, "unit | all\nb | 39")
    alone = protected(NOW, {CASES: MOVED})
    assert withheld(alone) == {"cases a1", "cases a3"}
    assert not audited(alone, NOW, {CASES: MOVED}, releases=[before]).is_safe
    published = protected(NOW, {CASES: MOVED}, releases=[before])
    assert audited(published, NOW, {CASES: MOVED}, releases=[before]).is_safe
    assert withheld(published) >= {"cases a", "cases a1", "cases b"}


def test_a_whole_publication_before_the_move_is_safe_beside_the_one_after_it() -> None:
    then = MOVED.replace("a    | 24", "a    | 21").replace("b    | 36", "b    | 39")
    before = release("data/released/before", THEN, {CASES: then})
    assert_shown(before.table, CASES, "unit | all\nm | 60\na | 21\na1 | ..\na2 | 12\na3 | 9\nb | 39\nb1 | 20\nb2 | ..")
    published = protected(NOW, {CASES: MOVED}, releases=[before])
    assert audited(published, NOW, {CASES: MOVED}, releases=[before]).is_safe


def test_another_report_over_the_same_schools_with_other_areas_is_known_too() -> None:
    """Two hierarchies that overlap: districts of another report cut across the areas of this one."""
    districts = tree_of(x=["a1", "b1"], y=["a2", "b2"], z=["a3", "b3"])
    other = shown_before(districts, "unit | all\nx | 25\ny | 45\nz | 50")
    published = protected(TREE, {CASES: FIGURES}, releases=[other])
    assert {name[:7] for name in withheld(published)} == {"cases a", "cases b"}
    assert len(withheld(published)) == 4
    assert audited(published, TREE, {CASES: FIGURES}, releases=[other]).is_safe
    assert not audited(protected(TREE, {CASES: FIGURES}), TREE, {CASES: FIGURES}, releases=[other]).is_safe


def test_a_school_that_is_closed_now_is_protected_by_its_former_area_still() -> None:
    """c1 had 4 then, hidden beside a2; it has no books any more. The former area's total and today's schools must not tell it."""
    then = tree_of(a=["a1", "a2", "c1"], b=["b1", "b2"])
    now = tree_of(a=["a1", "a2"], b=["b1", "b2"])
    text = "unit | all\nm | 80\na | 40\na1 | 18\na2 | 22\nb | 40\nb1 | 19\nb2 | 21"
    before = shown_before(then, "unit | all\na | 44\na1 | 18")
    published = protected(now, {CASES: text}, releases=[before])
    assert {"cases a2", "cases a"} <= withheld(published)
    known = shown_before(then, "unit | all\na | 44\nc1 | 4")
    assert withheld(protected(now, {CASES: text}, releases=[known])) == set()


def test_a_closed_school_can_not_have_had_fewer_than_none() -> None:
    """The former area had fewer than today's schools have for that year: one of the numbers was corrected."""
    then, now = tree_of(a=["a1", "a2", "c1"]), tree_of(a=["a1", "a2"])
    before = shown_before(then, "unit | all\na | 39")
    assert withheld(protected(now, {CASES: "unit | all\nm | 40\na | 40\na1 | 18\na2 | 22"}, releases=[before])) == set()


# ---- `~100` then ----------------------------------------------------------------------------------------------------

NEARLY = """
unit | all
m    | 240/300
a    | 120/150
a1   | 38/40
a2   | 42/60
a3   | 40/50
b    | 120/150
b1   | 40/50
b2   | 40/50
b3   | 40/50
"""


def nearly_all_before() -> Release:
    table = true({SHARE: NEARLY})
    return Release("data/released/before", table[table["unit"] == "a1"].assign(mark="~100"), TREE)


def test_nearly_all_then_is_known_to_be_a_few_outside_a_whole_that_is_large_enough() -> None:
    published = protected(TREE, {SHARE: NEARLY}, Disclosure(all_but_few=False), [nearly_all_before()])
    verdict = audited(published, TREE, {SHARE: NEARLY}, releases=[nearly_all_before()])
    assert verdict.is_safe
    assert "share a1" in withheld(published)


def test_nearly_all_then_may_be_nearly_all_again() -> None:
    published = protected(TREE, {SHARE: NEARLY}, releases=[nearly_all_before()])
    marks = published.set_index("unit")["mark"]
    assert marks["a1"] == "~100"
    assert audited(published, TREE, {SHARE: NEARLY}, releases=[nearly_all_before()]).is_safe
    pd.testing.assert_frame_equal(published, protected(TREE, {SHARE: NEARLY}))


THREE_THEN, THREE_NOW = tree_of(a=["a1", "a2"], b=["b1"], c=["c1"]), tree_of(a=["a1"], b=["b1", "a2"], c=["c1"])
Kinds = tuple[int, int, int]


@pytest.mark.parametrize(
    ("a", "b", "c", "of_a2"),
    [
        ((0, 1, 6), (2, 5, 5), (0, 4, 0), (0, 6, 0)),
        ((6, 4, 0), (0, 0, 0), (0, 3, 0), (0, 6, 2)),
        ((7, 0, 1), (0, 2, 0), (7, 6, 0), (0, 7, 2)),
        ((1, 0, 3), (7, 0, 2), (4, 2, 5), (4, 1, 2)),
    ],
)
def test_areas_of_then_are_the_authority_together_where_their_schools_have_no_such_figures(
    a: Kinds, b: Kinds, c: Kinds, of_a2: Kinds
) -> None:
    """a2 moved from a to b; figures are of areas only: those of then and of now have nothing in common but the authority."""
    then, now = {"a": added(a, of_a2), "b": b, "c": c}, {"a": a, "b": added(b, of_a2), "c": c}
    before = release("before", THREE_THEN, {CASES: by_kind(then)})
    tables = {CASES: by_kind(now)}
    published = protected(THREE_NOW, tables, releases=[before])
    definitions = definitions_of(tables)
    found = attack(published, THREE_NOW, definitions, POLICY, [Earlier(before.table, before.tree)], true(tables))
    assert not without_past(judge(found, THREE_NOW, definitions, POLICY), found, THREE_NOW).findings


def added(one: Kinds, other: Kinds) -> Kinds:
    return tuple(map(sum, zip(one, other, strict=True)))


def by_kind(areas: dict[str, Kinds]) -> str:
    """A table of areas and of the authority, in all and of three kinds."""
    rows = areas | {"m": tuple(map(sum, zip(*areas.values(), strict=True)))}
    lines = [f"{unit} | {sum(kinds)} | {' | '.join(map(str, kinds))}" for unit, kinds in rows.items()]
    return "\n".join(["unit | all | level=group | level=individual | level=school", *lines])


# ---- the same units in a school year --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes", "same"),
    [
        ("2021/22", "", {"2020/21": True, "2021/22": False}),
        ("", "2019/20", {"2019/20": False, "2020/21": True}),
        ("", "", {"2020/21": False}),
    ],
)
def test_an_area_is_the_same_in_the_years_in_which_its_schools_are(opens: str, closes: str, same: dict[str, bool]) -> None:
    """b4 is in the area now, and was not in the release."""
    grown = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3", "b4"])
    units = [replace(unit, first_year=opens, last_year=closes) if unit.code == "b4" else unit for unit in grown.units]
    now = replace(grown, units=tuple(units))
    for area in ("b", "m"):
        assert {year: is_same(area, now, TREE, year) for year in same} == same
    assert all(is_same("a", now, TREE, year) for year in same)
