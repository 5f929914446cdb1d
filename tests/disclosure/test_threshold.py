"""The threshold rule: what is too small stays in the room, and where a mark stands nothing else does."""

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
from tests.spec import assert_table, table

NAN = float("nan")
DEFAULT = Disclosure()
FIGURES = ["numerator", "denominator", "value", "low", "high"]


def a_statistic(name: str, kind: str, is_about_people: bool = True, per: float = 1.0) -> Statistic:
    return Statistic(name, name, kind, "elever", "elever", "elever", "läsåret", (), per=per, is_about_people=is_about_people)


OURS = {
    "count": a_statistic("count", "count"),
    "share": a_statistic("share", "share"),
    "ratio": a_statistic("ratio", "ratio", per=1000),
    "posts": a_statistic("posts", "count", is_about_people=False),
    "official": a_statistic("official", "official", is_about_people=False),
}


def statistics(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """True statistics with the numerators, denominators and people of the rows, breakdowns numbered."""
    numbered = rows.reindex(columns=["numerator", "denominator", "people"])
    return valued(OURS[name], numbered.assign(school_year="2020/21", unit="n1", breakdown=[f"row={i}" for i in range(len(rows))]))


def published(name: str, text: str, policy: Disclosure = DEFAULT) -> pd.DataFrame:
    heads = tuple(head.strip() for head in text.strip().splitlines()[0].split("|"))
    return protect(statistics(name, table(text, numbers=heads)), OURS, policy)


# ---- the rule, kind by kind -----------------------------------------------------------------------------------------


def test_counts_of_one_to_four_are_withheld_and_zero_is_shown() -> None:
    assert_table(
        published("count", "numerator\n0\n1\n4\n5\n355"),
        """
        breakdown | numerator | value | mark
        row=0     | 0         | 0     |
        row=1     |           |       | ..
        row=2     |           |       | ..
        row=3     | 5         | 5     |
        row=4     | 355       | 355   |
        """,
    )


def test_shares_need_ten_people_and_more_than_four_on_both_sides() -> None:
    rows = "0 | 10\n5 | 10\n10 | 10\n4 | 9\n0 | 9\n1 | 10\n4 | 50\n46 | 50\n49 | 50\n45 | 50\n50 | 50\n0 | 0"
    assert_table(
        published("share", "numerator | denominator\n" + rows),
        """
        breakdown | numerator | denominator | value | mark
        row=0     | 0         | 10          | 0     |
        row=1     | 5         | 10          | 50    |
        row=2     | 10        | 10          | 100   |
        row=3     |           |             |       | ..
        row=4     |           |             |       | ..
        row=5     |           |             |       | ..
        row=6     |           |             |       | ..
        row=7     |           |             |       | ~100
        row=8     |           |             |       | ~100
        row=9     | 45        | 50          | 90    |
        row=10    | 50        | 50          | 100   |
        row=11    |           |             |       | .
        """,
    )


def test_rates_need_ten_people_behind_them() -> None:
    assert_table(
        published("ratio", "numerator | denominator | people\n40 | 400 | 10\n40 | 400 | 9\n40 | 400 |\n0 | 0 | 30"),
        """
        breakdown | numerator | denominator | value | mark
        row=0     | 40        | 400         | 100   |
        row=1     |           |             |       | ..
        row=2     |           |             |       | ..
        row=3     |           |             |       | .
        """,
    )


def test_posts_and_groups_are_no_people() -> None:
    assert_table(published("posts", "numerator\n1\n0,5\n3".replace(",", ".")), "value | mark\n1 |\n0.5 |\n3 |")


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark])
def test_an_official_mark_is_kept(mark: Mark) -> None:
    row = dict.fromkeys(STATISTICS, NAN) | {"statistic": "official", "school_year": "2020/21", "unit": "n1", "breakdown": ""}
    assert list(protect(pd.DataFrame([row | {"mark": mark.value}]), OURS, Disclosure())["mark"]) == [mark.value]


def test_a_small_official_value_is_shown_as_the_agency_shows_it() -> None:
    row = dict.fromkeys(STATISTICS, NAN) | {"statistic": "official", "school_year": "2020/21", "unit": "n1", "breakdown": ""}
    assert_table(protect(pd.DataFrame([row | {"value": 3.0, "mark": ""}]), OURS, Disclosure()), "value | mark\n3 |")


def test_the_reports_own_policy_decides() -> None:
    strict = Disclosure(minimum_count=10, minimum_denominator=20)
    assert_table(published("count", "numerator\n9\n10", strict), "value | mark\n | ..\n10 |")
    assert_table(
        published("share", "numerator | denominator\n10 | 19\n10 | 20\n11 | 20", strict), "value | mark\n | ..\n50 |\n | ~100"
    )
    assert_table(
        published("ratio", "numerator | denominator | people\n1 | 1 | 19\n1 | 1 | 20", strict), "value | mark\n | ..\n1000 |"
    )
    open_ = Disclosure(minimum_count=1, minimum_denominator=1)
    assert_table(published("count", "numerator\n1", open_), "value | mark\n1 |")


# ---- for any statistics ---------------------------------------------------------------------------------------------


def offences(rows: pd.DataFrame, definitions: dict[str, Statistic], policy: Disclosure) -> pd.DataFrame:
    """The published rows that the rule forbids, found with the plain words of the rule and none of its code."""
    few, enough = range(1, policy.minimum_count), policy.minimum_denominator

    def is_offence(row) -> bool:
        if row.mark:
            return any(getattr(row, name) == getattr(row, name) for name in FIGURES)
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
    st.tuples(st.sampled_from(["count", "share", "ratio", "posts"]), amounts, amounts, amounts | st.just(NAN)),
    min_size=1,
    max_size=30,
)
policies = st.builds(Disclosure, minimum_count=st.integers(1, 12), minimum_denominator=st.integers(1, 25))


def any_statistics(drawn: list[tuple[str, float, float, float]]) -> pd.DataFrame:
    """True statistics of every kind drawn; a share's part is at most its whole."""
    rows = pd.DataFrame(drawn, columns=["name", "numerator", "denominator", "people"])
    parts = rows[["numerator", "denominator"]].min(axis=1)
    rows = rows.assign(numerator=parts.where(rows["name"] == "share", rows["numerator"]))
    return pd.concat([statistics(name, alike) for name, alike in rows.groupby("name")], ignore_index=True)


@settings(deadline=None, max_examples=60)
@given(drawn=tallies, policy=policies)
def test_nothing_small_leaves_the_room(drawn: list, policy: Disclosure) -> None:
    true = any_statistics(drawn)
    rows = protect(true, OURS, policy)
    assert offences(rows, OURS, policy).empty
    assert list(rows.columns) == PUBLISHED
    key = ["statistic", "school_year", "unit", "breakdown"]
    pd.testing.assert_frame_equal(rows[key], true[key])
    behind = true["people"].where(rows["statistic"] == "ratio")[rows["mark"] == ""].dropna()
    assert (behind >= policy.minimum_denominator).all()


@settings(deadline=None, max_examples=60)
@given(drawn=tallies, policy=policies)
def test_what_is_shown_is_true_and_what_is_large_is_shown(drawn: list, policy: Disclosure) -> None:
    true = any_statistics(drawn)
    rows = protect(true, OURS, policy)
    is_shown = rows["mark"] == ""
    pd.testing.assert_frame_equal(rows.loc[is_shown, FIGURES], true.loc[is_shown, FIGURES])
    large = (true["statistic"].isin(["count", "posts"])) & (true["numerator"] >= policy.minimum_count)
    assert is_shown[large].all()


# ---- the demo -------------------------------------------------------------------------------------------------------


def test_nothing_small_leaves_the_room_in_the_demo(demo_published: Published) -> None:
    assert offences(demo_published.table, DEFINITIONS, demo_published.policy).empty


def test_rates_of_the_demo_have_ten_people_behind_them(demo_published: Published, demo_statistics: pd.DataFrame) -> None:
    rates = [d.id for d in DEFINITIONS.values() if d.kind == "ratio" and d.is_about_people]
    is_shown = (demo_published.table["mark"] == "") & demo_published.table["statistic"].isin(rates)
    assert is_shown.sum() > 100
    assert (demo_statistics.loc[is_shown, "people"] >= 10).all()


def test_the_demo_has_something_to_hide_and_the_offences_are_found_without_protection(
    demo_published: Published, demo_statistics: pd.DataFrame
) -> None:
    """The same search finds offences in the true statistics: it can see what it looks for."""
    marks = demo_published.table["mark"].value_counts()
    assert min(marks[".."], marks["~100"], marks["."], marks[""]) > 50
    assert len(offences(demo_statistics, DEFINITIONS, demo_published.policy)) > 1000
