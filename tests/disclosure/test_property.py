"""Whatever is published of small linked tables, protected, tells an attacker of all of it nothing that it should not."""

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sqa_lib.audit.judge import Finding
from sqa_lib.disclosure import Unprotectable, protect
from sqa_lib.report import Disclosure
from tests.audit.publications import hidden_one_by_one, tree_of
from tests.disclosure.drawn import DEFINITIONS, Publication, publications, statistics_of
from tests.disclosure.protecting import POLICY, audited

policies = st.sampled_from(
    [POLICY, Disclosure(all_but_few=False), Disclosure(minimum_count=3, minimum_denominator=5), Disclosure(minimum_count=8)]
)


@settings(deadline=None, max_examples=20)
@given(drawn=publications(), policy=policies)
def test_the_attacker_finds_nothing_in_what_is_published(drawn: Publication, policy: Disclosure) -> None:
    try:
        published = protect(drawn.statistics, DEFINITIONS, drawn.tree, policy)
    except Unprotectable as refused:
        event("refused")
        assert "small numbers can be worked out whatever else is withheld: " in str(refused)
        return
    verdict = audited(published, drawn.tree, drawn.statistics, DEFINITIONS, policy)
    assert verdict.outside == 0
    assert not beyond_the_sign(verdict.findings, published, policy)


def beyond_the_sign(findings: Sequence[Finding], published: pd.DataFrame, policy: Disclosure) -> list[Finding]:
    """The findings that no `~100` of the unit allows: of those outside such a share (boys, where nearly all are girls) it tells
    that they are 1 to minimum_count - 1, and may tell no more."""
    signed = set(published.loc[published["mark"] == "~100", "unit"])
    return [f for f in findings if f.unit not in signed or (f.low, f.high) != (1, policy.minimum_count - 1)]


# ---- one publication, looked at closely -----------------------------------------------------------------------------

TREE = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2"])
PUPILS = {"a1": (31, 22), "a2": (17, 25), "a3": (40, 38), "b1": (28, 33), "b2": (19, 24)}
INDIVIDUAL = {"a1": (7, 9), "a2": (3, 6), "a3": (12, 8), "b1": (2, 11), "b2": (6, 8)}
OTHERS = {"a1": (6, 4), "a2": (5, 0), "a3": (7, 9), "b1": (8, 6), "b2": (5, 3)}


@pytest.fixture(scope="module")
def statistics() -> pd.DataFrame:
    pupils = [(unit, gender, n) for unit, both in PUPILS.items() for gender, n in zip(("girl", "boy"), both, strict=True)]
    individual = [
        (unit, gender, "individual", n)
        for unit, both in INDIVIDUAL.items()
        for gender, n in zip(("girl", "boy"), both, strict=True)
    ]
    others = [(unit, None, level, n) for unit, both in OTHERS.items() for level, n in zip(("group", "school"), both, strict=True)]
    return statistics_of(TREE, pupils, individual + others)


@pytest.fixture(scope="module")
def published(statistics: pd.DataFrame) -> pd.DataFrame:
    return protect(statistics, DEFINITIONS, TREE, POLICY)


def test_it_is_safe_while_most_is_shown(published: pd.DataFrame, statistics: pd.DataFrame) -> None:
    verdict = audited(published, TREE, statistics, DEFINITIONS)
    assert not beyond_the_sign(verdict.findings, published, POLICY)
    assert verdict.summary.set_index("level").at["all", "primary"] >= 8
    assert (published["mark"] == "").mean() > 0.5


def test_with_only_the_small_figures_hidden_the_same_attacker_finds_them(statistics: pd.DataFrame) -> None:
    by_hand = hidden_one_by_one(statistics, DEFINITIONS)
    found = audited(by_hand, TREE, statistics, DEFINITIONS).findings
    assert len(found) >= 4
    assert any(finding.is_exact for finding in found)


def test_with_each_table_protected_by_itself_the_attacker_finds_what_they_tell_together(statistics: pd.DataFrame) -> None:
    """Every table of cases is safe alone. Together they are not: one is silent about what another shows."""
    of_cases = statistics[statistics["statistic"].isin(["cases", "levels", "genders"])]
    alone = [protect(rows, DEFINITIONS, TREE, Disclosure(all_but_few=False)) for _, rows in of_cases.groupby("statistic")]
    for rows in alone:
        own = statistics[statistics["statistic"] == rows["statistic"].iloc[0]]
        assert audited(rows, TREE, own, DEFINITIONS).is_safe
    assert audited(pd.concat(alone, ignore_index=True), TREE, statistics, DEFINITIONS).findings


def test_publishing_what_was_withheld_for_the_sake_of_others_gives_them_away(
    published: pd.DataFrame, statistics: pd.DataFrame
) -> None:
    """Each figure that is not small itself is shown in turn: most were needed, and each of those the attacker makes use of."""
    counts = statistics["statistic"] == "cases"
    is_small = statistics["numerator"].between(1, 4)
    secondary = published.index[(published["mark"] == "..") & counts & ~is_small]
    before = audited(published, TREE, statistics, DEFINITIONS)
    assert not beyond_the_sign(before.findings, published, POLICY)
    gave_away = []
    for row in secondary:
        mutated = published.copy()
        mutated.loc[row, ["numerator", "value"]] = statistics.loc[row, "numerator"]
        mutated.loc[row, "mark"] = ""
        after = audited(mutated, TREE, statistics, DEFINITIONS)
        gave_away.append(bool(beyond_the_sign(after.findings, mutated, POLICY)))
    assert len(gave_away) >= 4
    assert sum(gave_away) > len(gave_away) / 2


def test_an_interval_stands_only_where_both_numbers_that_it_tells_are_shown(statistics: pd.DataFrame) -> None:
    """From both ends of an interval numerator and denominator can be worked out. Here shares, rates and means have one."""
    kinds = statistics["statistic"].map({name: definition.kind for name, definition in DEFINITIONS.items()})
    middle = statistics["value"].where(kinds != "count")
    given = statistics.assign(low=middle - 1, high=middle + 1)
    found = protect(given, DEFINITIONS, TREE, POLICY)
    with_interval = found[found["low"].notna() | found["high"].notna()]
    assert with_interval["statistic"].nunique() >= 2
    assert with_interval[["numerator", "denominator"]].notna().all(axis=None)
    assert (with_interval["mark"] == "").all()


def test_the_same_statistics_are_always_published_the_same(published: pd.DataFrame, statistics: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(protect(statistics, DEFINITIONS, TREE, POLICY), published)


def test_several_processes_publish_what_one_does(statistics: pd.DataFrame) -> None:
    """School years hang together through no equation, so that each may have a process of its own."""
    years = [statistics.assign(school_year=year) for year in ("2019/20", "2020/21")]
    both = pd.concat(years, ignore_index=True)
    one, two = (protect(both, DEFINITIONS, TREE, POLICY, processes=n) for n in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert (one["mark"] == "..").any()


def test_nearly_all_of_the_authority_in_one_area_tells_nothing_of_the_other() -> None:
    """`~100` says that the other area has 1 to 4: it may say so of no number that is that one."""
    tree = tree_of(a=["a1"], b=["b1"])
    cases = [("a1", None, "group", 8), ("b1", None, "group", 3)]
    statistics = statistics_of(tree, [("a1", "girl", 30), ("b1", "girl", 30)], cases)
    published = protect(statistics, DEFINITIONS, tree, POLICY)
    spread = published[published["statistic"] == "spread"].set_index("unit")["mark"]
    assert spread[["a", "b", "a1", "b1"]].tolist() == [".."] * 4
    assert audited(published, tree, statistics, DEFINITIONS).findings == ()
