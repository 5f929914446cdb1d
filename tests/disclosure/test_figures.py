"""The rule for each figure by itself: what is too small stays in the room, and where a mark stands no number does.

The figures here are of schools that no other figure is linked to; what links do is in the other files.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqa_lib.disclosure import PUBLISHED, protect
from sqa_lib.marks import Mark
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.metrics.statistic import STATISTICS, Statistic, valued
from sqa_lib.published import Published
from sqa_lib.report import Disclosure
from sqa_lib.units import Unit, UnitTree
from sqa_lib.words import round_half_up
from tests.audit.publications import statistic
from tests.disclosure.protecting import POLICY, assert_shown, protected
from tests.spec import assert_table

NAN = float("nan")
NUMBERS = ["numerator", "denominator", "value", "low", "high"]

COUNT = statistic("count")
SHARE = statistic("share", "share")
MEAN = statistic("mean", "ratio")
DAYS = statistic("days", "ratio", decimals=1)
POSTS = statistic("posts", is_about_people=False)
OFFICIAL = statistic("official", "official", is_about_people=False)
OURS = {each.id: each for each in (COUNT, SHARE, MEAN, POSTS, OFFICIAL)}

SCHOOLS = UnitTree((Unit("m", "m", "municipality"), *(Unit(f"s{i}", f"s{i}", "school", "m") for i in range(40))))


# ---- the rule, kind by kind -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "figures", "expected"),
    [
        (COUNT, "0 | 1 | 4 | 5 | 355", "0 | .. | .. | 5 | 355"),
        (SHARE, "0/10 | 5/10 | 10/10 | 50/50", "0/10 | 5/10 | 10/10 | 50/50"),
        (SHARE, "4/9 | 5/9 | 0/9 | 9/9", ".. | .. | .. | .."),
        (SHARE, "1/10 | 4/50 | 5/50 | 0/50", ".. | .. | 5/50 | 0/50"),
        (SHARE, "45/50 | 46/50 | 49/50 | 6/10", "45/50 | ~100 | ~100 | ~100"),
        (SHARE, "6/12 | 0/0", "6/12 | .."),
        (MEAN, "400/10 of 10 | 400/10 of 9 | 0/0 of 30 | 30/20 of 20", "40 | .. | . | 2"),
        (DAYS, "10/30 of 30 | 45/20 of 20 | 41/20 of 20", "0.3 | 2.3 | 2.1"),
        (POSTS, "1 | 0.5 | 3 | 0", "1 | 0.5 | 3 | 0"),
    ],
)
def test_each_kind_of_figure(definition: Statistic, figures: str, expected: str) -> None:
    assert_shown(protected(SCHOOLS, {definition: at_schools(figures)}), definition, at_schools(expected))


@pytest.mark.parametrize(
    ("definition", "figures", "expected"),
    [
        (COUNT, "9 | 10 | 0", ".. | 10 | 0"),
        (SHARE, "10/19 | 10/20 | 11/20 | 9/40", ".. | 10/20 | ~100 | .."),
        (MEAN, "190/19 of 19 | 200/20 of 20", ".. | 10"),
    ],
)
def test_the_reports_own_policy_decides(definition: Statistic, figures: str, expected: str) -> None:
    strict = Disclosure(minimum_count=10, minimum_denominator=20)
    assert_shown(protected(SCHOOLS, {definition: at_schools(figures)}, strict), definition, at_schools(expected))


def test_a_policy_that_hides_nothing_shows_everything() -> None:
    open_ = Disclosure(minimum_count=1, minimum_denominator=1)
    figures = at_schools("1/3 | 2/3 | 0/1")
    assert_shown(protected(SCHOOLS, {SHARE: figures}, open_), SHARE, figures)


def test_without_the_sign_for_nearly_all_such_shares_are_withheld_as_others() -> None:
    figures, expected = at_schools("45/50 | 46/50 | 6/10"), at_schools("45/50 | .. | ..")
    assert_shown(protected(SCHOOLS, {SHARE: figures}, Disclosure(all_but_few=False)), SHARE, expected)


def test_a_dataset_may_be_stricter_than_the_report() -> None:
    ours = statistic("pupils", dataset="pupils")
    theirs = statistic("cases", dataset="health_cases")
    both = Statistic("both", "both", "count", "", "", "", "", ("pupils", "health_cases"))
    policy = Disclosure.model_validate({"datasets": {"health_cases": {"minimum_count": 10, "minimum_denominator": 20}}})
    figures = "4 | 5 | 9 | 10"
    tables = {ours: at_schools(figures), theirs: at_schools(figures, 4), both: at_schools(figures, 8)}
    published = protected(SCHOOLS, tables, policy)
    assert_shown(published, ours, at_schools(".. | 5 | 9 | 10"))
    assert_shown(published, theirs, at_schools(".. | .. | .. | 10", 4))
    assert_shown(published, both, at_schools(".. | .. | .. | 10", 8))


def at_schools(cells: str, first: int = 0) -> str:
    """A table of figures, one of each school in turn."""
    return "\n".join(["unit | all", *(f"s{first + at} | {cell.strip()}" for at, cell in enumerate(cells.split("|")))])


# ---- figures that are not ours to protect ---------------------------------------------------------------------------


def official(**columns: object) -> pd.DataFrame:
    row = dict.fromkeys(STATISTICS, NAN) | {"statistic": "official", "school_year": "2020/21", "unit": "s1", "breakdown": ""}
    return pd.DataFrame([row | columns])


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark])
def test_an_official_mark_is_kept(mark: Mark) -> None:
    assert list(protect(official(mark=mark.value), OURS, SCHOOLS, POLICY)["mark"]) == [mark.value]


def test_a_small_official_value_is_shown_as_the_agency_shows_it() -> None:
    assert_table(protect(official(value=3.0, mark=""), OURS, SCHOOLS, POLICY), "value | mark\n3 |")


def test_official_figures_of_units_without_a_tree_pass_through() -> None:
    """A report of Skolverket's file alone: nothing in it is made of people that we know of."""
    figures = pd.concat([official(value=3.0, mark=""), official(unit="m", mark="~100")])
    assert_table(protect(figures, OURS, SCHOOLS, POLICY), "unit | value | mark\ns1 | 3 |\nm | | ~100")


@pytest.mark.parametrize("nothing", [pd.DataFrame(columns=STATISTICS), official(mark=".")[:0]])
def test_no_statistics_at_all_are_published_as_none(nothing: pd.DataFrame) -> None:
    published = protect(nothing, OURS, SCHOOLS, POLICY)
    assert published.empty
    assert list(published.columns) == PUBLISHED


# ---- for any statistics ---------------------------------------------------------------------------------------------


def offences(rows: pd.DataFrame, definitions: dict[str, Statistic], policy: Disclosure) -> pd.DataFrame:
    """The published rows that the rule forbids, found with the plain words of the rule and none of its code."""
    few, enough = range(1, policy.minimum_count), policy.minimum_denominator

    def is_offence(row) -> bool:
        if row.mark:
            return any(getattr(row, name) == getattr(row, name) for name in NUMBERS)
        definition = definitions[row.statistic]
        if not definition.is_about_people:
            return False
        if definition.kind == "count":
            return row.value in few
        if definition.kind == "share":
            return row.numerator in few or row.denominator < enough or (row.denominator - row.numerator) in few
        return False

    return rows[[is_offence(row) for row in rows.itertuples()]]


amounts = st.integers(0, 60).map(float)
tallies = st.lists(
    st.tuples(st.sampled_from(["count", "share", "mean", "posts"]), amounts, amounts, amounts), min_size=1, max_size=30
)
policies = st.builds(Disclosure, minimum_count=st.integers(1, 12), minimum_denominator=st.integers(1, 25))


def any_statistics(drawn: list[tuple[str, float, float, float]]) -> pd.DataFrame:
    """True statistics of every kind drawn, one of each school; a share's part is at most its whole."""
    rows = pd.DataFrame(drawn, columns=["name", "numerator", "denominator", "people"])
    rows = rows.assign(school_year="2020/21", breakdown="", unit=[f"s{at}" for at in range(len(rows))])
    parts = rows[["numerator", "denominator"]].min(axis=1)
    rows = rows.assign(
        numerator=parts.where(rows["name"] == "share", rows["numerator"]),
        denominator=rows["denominator"].where(rows["name"].isin(["share", "mean"])),
    )
    rows["people"] = rows["people"].where(rows["name"] == "mean", rows["numerator"])
    return pd.concat([valued(OURS[name], alike) for name, alike in rows.groupby("name")], ignore_index=True)


@settings(deadline=None, max_examples=20)
@given(drawn=tallies, policy=policies)
def test_nothing_small_leaves_the_room(drawn: list, policy: Disclosure) -> None:
    true = any_statistics(drawn)
    rows = protect(true, OURS, SCHOOLS, policy)
    assert offences(rows, OURS, policy).empty
    assert list(rows.columns) == PUBLISHED
    key = ["statistic", "school_year", "unit", "breakdown"]
    pd.testing.assert_frame_equal(rows[key], true[key])
    behind = true["people"].where(rows["statistic"] == "mean")[rows["mark"] == ""].dropna()
    assert (behind >= policy.minimum_denominator).all()


@settings(deadline=None, max_examples=20)
@given(drawn=tallies, policy=policies)
def test_what_is_shown_is_true_and_what_is_large_is_shown(drawn: list, policy: Disclosure) -> None:
    true = any_statistics(drawn)
    rows = protect(true, OURS, SCHOOLS, policy)
    is_shown, is_mean = rows["mark"] == "", rows["statistic"] == "mean"
    pd.testing.assert_frame_equal(rows.loc[is_shown & ~is_mean, NUMBERS], true.loc[is_shown & ~is_mean, NUMBERS])
    means = true.loc[is_shown & is_mean, "value"].map(round_half_up)
    np.testing.assert_array_equal(rows.loc[is_shown & is_mean, "value"], means, "a mean tells no more than is printed of it")
    assert rows.loc[is_mean, ["numerator", "denominator"]].isna().all(axis=None), "what a mean is made of is not published"
    large = rows["statistic"].isin(["count", "posts"]) & (true["numerator"] >= policy.minimum_count)
    assert is_shown[large].all()


# ---- the demo -------------------------------------------------------------------------------------------------------


def test_nothing_small_leaves_the_room_in_the_demo(demo_published: Published) -> None:
    assert offences(demo_published.table, DEFINITIONS, demo_published.policy).empty


def test_rates_of_the_demo_have_ten_people_behind_them(demo_published: Published, demo_statistics: pd.DataFrame) -> None:
    rates = [d.id for d in DEFINITIONS.values() if d.kind == "ratio" and d.is_about_people]
    shown = demo_published.table[(demo_published.table["mark"] == "") & demo_published.table["statistic"].isin(rates)]
    key = ["statistic", "school_year", "unit", "breakdown"]
    assert len(shown) > 100
    assert (shown[key].merge(demo_statistics, on=key, validate="one_to_one")["people"] >= 10).all()


def test_the_demo_has_something_to_hide_and_the_offences_are_found_without_protection(
    demo_published: Published, demo_statistics: pd.DataFrame
) -> None:
    """The same search finds offences in the true statistics: it can see what it looks for."""
    marks = demo_published.table["mark"].value_counts()
    assert min(marks[".."], marks["~100"], marks["."], marks[""]) > 50
    assert len(offences(demo_statistics, DEFINITIONS, demo_published.policy)) > 1000
