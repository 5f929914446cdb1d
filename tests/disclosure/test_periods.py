"""Several school years together: shown where no single year can be worked out from them, and not given at all elsewhere."""

from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqa_lib.disclosure import Release, Unprotectable, protect
from sqa_lib.metrics import Statistic
from sqa_lib.metrics.pooled import pooled
from sqa_lib.metrics.statistic import STATISTICS, valued
from sqa_lib.metrics.tally import TALLY
from sqa_lib.units import UnitTree
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import POLICY, audited, definitions_of, true

CASES, SHARE = statistic("cases"), statistic("share", "share")
TREE = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3"])
TOGETHER = "2019/20–2020/21"


def of_years(before: Mapping[Statistic, str], now: Mapping[Statistic, str]) -> pd.DataFrame:
    """The true statistics of two school years, and of both together."""
    years = pd.concat([true(before, "2019/20"), true(now, "2020/21")], ignore_index=True)
    both = [
        valued(definition, pooled(rows[TALLY], [(), ("gender",)]))[STATISTICS]
        for definition in now
        for rows in [years[years["statistic"] == definition.id]]
    ]
    return pd.concat([years, *both], ignore_index=True)


def counts(**numbers: int) -> str:
    """A table of cases: the schools' numbers, with what their areas and the municipality make of them."""
    sums = {area: sum(n for school, n in numbers.items() if school[0] == area) for area in ("a", "b")}
    return "\n".join(["unit | all", *(f"{unit} | {n}" for unit, n in {"m": sum(sums.values()), **sums, **numbers}.items())])


def safely(statistics: pd.DataFrame, definitions: Mapping[Statistic, str], tree: UnitTree = TREE) -> pd.DataFrame:
    """What is published, when the attacker finds nothing in it."""
    published = protect(statistics, definitions_of(definitions), tree, POLICY)
    assert not audited(published, tree, statistics, definitions_of(definitions)).findings
    return published


def given_together(published: pd.DataFrame, name: str = "cases") -> dict[str, float]:
    rows = published[(published["school_year"] == TOGETHER) & (published["statistic"] == name)]
    return dict(zip(rows["unit"], rows["value"], strict=True))


def test_two_years_too_small_to_show_are_shown_together() -> None:
    before, now = counts(a1=4, a2=4, a3=14, b1=9, b2=11, b3=12), counts(a1=4, a2=3, a3=13, b1=9, b2=10, b3=14)
    published = safely(of_years({CASES: before}, {CASES: now}), {CASES: now})
    assert {unit: value for unit, value in given_together(published).items() if unit in ("a1", "a2")} == {"a1": 8, "a2": 7}
    hidden = published[(published["unit"].isin(["a1", "a2"])) & (published["school_year"] != TOGETHER)]
    assert set(hidden["mark"]) == {".."}


def test_together_with_a_year_that_is_shown_they_would_tell_the_other() -> None:
    before, now = counts(a1=3, a2=2, a3=14, b1=9, b2=11, b3=12), counts(a1=8, a2=7, a3=13, b1=9, b2=10, b3=14)
    published = safely(of_years({CASES: before}, {CASES: now}), {CASES: now})
    assert not {"a1", "a2"} & set(given_together(published))
    assert {"b1", "b2", "b3", "b", "m"} <= set(given_together(published))


def test_what_is_small_still_is_not_given() -> None:
    before, now = counts(a1=1, a2=2, a3=14, b1=9, b2=11, b3=12), counts(a1=2, a2=4, a3=13, b1=9, b2=10, b3=14)
    published = safely(of_years({CASES: before}, {CASES: now}), {CASES: now})
    assert "a1" not in given_together(published)


def test_nothing_of_several_years_stands_there_as_withheld() -> None:
    before, now = counts(a1=1, a2=2, a3=14, b1=9, b2=11, b3=12), counts(a1=2, a2=4, a3=13, b1=9, b2=10, b3=14)
    published = safely(of_years({CASES: before}, {CASES: now}), {CASES: now})
    assert set(published.loc[published["school_year"] == TOGETHER, "mark"]) == {""}


def test_a_share_on_too_few_in_each_year_is_shown_of_both() -> None:
    text = "unit | all\nm | 100/200\na | 48/96\na1 | {a1}\na2 | {a2}\na3 | 36/74\nb | 52/104\nb1 | 20/40\nb2 | 16/32\nb3 | 16/32"
    before, now = text.format(a1="6/9", a2="6/13"), text.format(a1="7/9", a2="5/13")
    published = safely(of_years({SHARE: before}, {SHARE: now}), {SHARE: now})
    assert given_together(published, "share")["a1"] == pytest.approx(100 * 13 / 18)


def test_the_attacker_makes_use_of_a_year_shown_beside_both() -> None:
    """Or the tests above would prove nothing."""
    before, now = counts(a1=3, a2=2, a3=14, b1=9, b2=11, b3=12), counts(a1=8, a2=7, a3=13, b1=9, b2=10, b3=14)
    statistics = of_years({CASES: before}, {CASES: now})
    published = protect(statistics, definitions_of({CASES: now}), TREE, POLICY)
    row = statistics[(statistics["school_year"] == TOGETHER) & (statistics["unit"] == "a1")]
    leaky = pd.concat([published, row.assign(mark="")[published.columns]], ignore_index=True)
    found = audited(leaky, TREE, statistics, definitions_of({CASES: now})).findings
    assert any((f.unit, f.school_year, f.low, f.high) == ("a1", "2019/20", 3, 3) for f in found)


numbers = st.integers(0, 14)
schools = st.fixed_dictionaries({unit: numbers for unit in ("a1", "a2", "a3", "b1", "b2", "b3")})


@settings(deadline=None, max_examples=40)
@given(before=schools, now=schools)
def test_the_attacker_finds_nothing_in_any_two_years_and_both(before: dict[str, int], now: dict[str, int]) -> None:
    tables = {CASES: counts(**before)}, {CASES: counts(**now)}
    statistics = of_years(*tables)
    try:
        published = protect(statistics, definitions_of(tables[0]), TREE, POLICY)
    except Unprotectable:
        return
    verdict = audited(published, TREE, statistics, definitions_of(tables[0]))
    assert verdict.outside == 0
    assert not verdict.findings


# ---- and what was released before -----------------------------------------------------------------------------------

FOUR_YEARS = {
    "2017/18": counts(a1=4, a2=4, a3=14, b1=9, b2=11, b3=12),
    "2018/19": counts(a1=4, a2=3, a3=14, b1=9, b2=11, b3=12),
    "2019/20": counts(a1=3, a2=4, a3=13, b1=9, b2=10, b3=14),
    "2020/21": counts(a1=8, a2=9, a3=13, b1=9, b2=10, b3=14),
}


def up_to(*years: str) -> pd.DataFrame:
    """These school years, and the latest of them together."""
    rows = pd.concat([true({CASES: FOUR_YEARS[year]}, year) for year in years], ignore_index=True)
    return pd.concat([rows, valued(CASES, pooled(rows[TALLY], [()]))[STATISTICS]], ignore_index=True)


@pytest.mark.parametrize("years", [list(FOUR_YEARS), list(FOUR_YEARS)[1:]])
def test_years_that_were_told_together_before_are_known_together_still(years: list[str]) -> None:
    """2017/18 to 2019/20 as published then, less 2018/19 to 2020/21, leaves a single year; also when the data has lost one."""
    before, now, definitions = up_to(*list(FOUR_YEARS)[:3]), up_to(*years), definitions_of({CASES: ""})
    released = Release("then", protect(before, definitions, TREE, POLICY), TREE)
    assert released.table.set_index(["school_year", "unit"])["value"]["2017/18–2019/20", "a1"] == 11
    published = protect(now, definitions, TREE, POLICY, [released])
    assert not audited(published, TREE, now, definitions, releases=[released]).findings
    careless = protect(now, definitions, TREE, POLICY)
    found = audited(careless, TREE, now, definitions, releases=[released]).findings
    assert bool(found) == (years == list(FOUR_YEARS))


def test_years_told_together_before_that_were_corrected_tell_nothing() -> None:
    before, now, definitions = up_to(*list(FOUR_YEARS)[:3]), up_to(*FOUR_YEARS), definitions_of({CASES: ""})
    then = protect(before, definitions, TREE, POLICY)
    is_together = then["school_year"] == "2017/18–2019/20"
    wrong = then.assign(numerator=then["numerator"].mask(is_together, then["numerator"] + 1))
    published = protect(now, definitions, TREE, POLICY, [Release("then", wrong, TREE)])
    without = protect(now, definitions, TREE, POLICY, [Release("then", then[~is_together], TREE)])
    pd.testing.assert_frame_equal(published, without)
