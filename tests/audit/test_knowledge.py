"""What the attacker knows from the words: readable, true, used; and the protection knows no less and no more."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sqa_lib.audit import attack
from sqa_lib.audit.knowledge import Fact, Index, fact_of, facts, known
from sqa_lib.audit.relations import Beliefs, Relation
from sqa_lib.audit.series import Figures, figures_of, truth_of
from sqa_lib.audit.structure import margins, shares
from sqa_lib.metrics import DEFINITIONS
from tests.audit.meanings import ROLES, Knowledge, World, world
from tests.disclosure.test_meaning import said

pytestmark = pytest.mark.xdist_group("meanings")
FOUND = Path(__file__).with_name("found_in_data.txt")
PART = {role: part for part, role in ROLES.items()}


@pytest.fixture(scope="module")
def lulea(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world("lulea-2020-21", tmp_path_factory.mktemp("lulea"))


@pytest.fixture(scope="module")
def stockholm(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world("stockholm-2024-25", tmp_path_factory.mktemp("stockholm"))


def laid_out(of: World) -> tuple[Figures, pd.DataFrame, np.ndarray]:
    """The figures as if nothing was hidden, the table that they are from, and the truth of each."""
    table = of.statistics.assign(mark=np.where(of.statistics["value"].isna(), ".", ""))
    rules = {name: of.report.disclosure.thresholds_of(each.datasets) for name, each in DEFINITIONS.items()}
    figures, _ = figures_of(table, DEFINITIONS, rules)
    return figures, table, truth_of(of.statistics, DEFINITIONS, figures)


def name_of(figures: Figures, line: int) -> tuple[str, str, str]:
    statistic, role, breakdown = figures.series.loc[line, ["statistic", "role", "breakdown"]]
    return statistic, PART[role], breakdown


# ---- the list -------------------------------------------------------------------------------------------------------


def test_a_line_is_read_as_it_is_written() -> None:
    fact = fact_of("words", "61 a.rest[level=l, ...] <= days[level=l, ...] * a.whole[level=l, ...] + b[x=each]")
    assert [(t.statistic, t.role, t.codes, t.is_open, t.times, t.mean) for t, _ in fact.terms] == [
        ("a", "complement", (("level", "l"),), True, 61.0, ""),
        ("a", "denominator", (("level", "l"),), True, 1.0, "days"),
        ("b", "numerator", (("x", "each"),), False, 1.0, ""),
    ]
    assert not fact.is_equal


@pytest.mark.parametrize("says", ["a", "a = b = c", "a < b", "a = b[", "a = 2b c"])
def test_a_line_that_can_not_be_read_is_refused(says: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        fact_of("words", says)


def test_every_line_says_something_else_and_is_about_statistics_that_there_are() -> None:
    assert len({fact.says for fact in facts()}) == len({fact.words for fact in facts()}) == len(facts())
    named = {term.statistic for fact in facts() for term, _ in fact.terms}
    assert named <= set(DEFINITIONS)


def test_every_line_is_used_in_one_of_the_demos(lulea: World, stockholm: World) -> None:
    used: set[str] = set()
    for of in (lulea, stockholm):
        figures, table, truth = laid_out(of)
        used |= {relation.name for relation in known(figures, table, DEFINITIONS, Beliefs(truth.ravel(), truth.ravel()))}
    assert [fact.words for fact in facts() if fact.words not in used] == []


# ---- against the protection's own -----------------------------------------------------------------------------------


def cases(fact: Fact, figures: Figures) -> Iterator[list[tuple[tuple[str, str, str], float]]]:
    """Each case of a fact as what is at most nothing."""
    for terms in Index(figures).expanded(fact):
        if not any(term.mean for term in terms):
            yield [(name_of(figures, term.line), term.coefficient) for term in terms]


@pytest.mark.parametrize("name", ["lulea", "stockholm"])
def test_the_protection_knows_all_that_the_attacker_knows(name: str, request: pytest.FixtureRequest) -> None:
    """Of numbers of one dataset that are not nothing everywhere; what joins datasets the protection sees in the numbers."""
    of: World = request.getfixturevalue(name)
    figures, _, _ = laid_out(of)
    thirds = [name for name in of.values.index if name[1] == "rest"]
    whole = [([((s, "numerator", b), 1), ((s, part, b), 1), ((s, "denominator", b), -1)], True) for s, part, b in thirds]
    protection = Knowledge([*((meaning.terms, meaning.is_equal) for meaning in of.meanings), *whole])
    is_something = of.values.fillna(0).gt(0).any(axis=1)
    own = {name for meaning in of.meanings for name, _ in meaning.terms}
    missing = [
        fact.words
        for fact in facts()
        for terms in cases(fact, figures)
        if all(name in own and is_something.get(name, False) for name, _ in terms)
        and not protection.implies([(name, -times) for name, times in terms], fact.is_equal)
        and not is_false(terms, fact, of.values)
    ]
    assert missing == []


def is_false(terms: list, fact: Fact, values: pd.DataFrame) -> bool:
    over = sum(times * values.loc[name] for name, times in terms)
    return bool((over.abs() > 1e-9).any() if fact.is_equal else (over > 1e-9).any())


def test_what_the_protection_knows_besides_is_found_in_the_data_and_listed(lulea: World) -> None:
    """`found_in_data.txt`: what no definition says, but all rows do (a case about behaviour has always had a psychologist)."""
    figures, table, truth = laid_out(lulea)
    beliefs = Beliefs(np.full(truth.size, np.nan), truth.ravel())
    relations = [*margins(figures, beliefs), *shares(figures, beliefs), *known(figures, table, DEFINITIONS, beliefs)]
    cell = figures.cells.index[
        (figures.cells["unit"] == lulea.tree.authority.code) & (figures.cells["school_year"] == lulea.report.school_year)
    ][0]
    attacker = Knowledge(row for relation in relations for row in rows_at(relation, cell, figures))
    besides = [
        said(meaning)
        for meaning in lulea.meanings
        if all(name in attacker.column for name, _ in meaning.terms) and not attacker.implies(meaning.terms, meaning.is_equal)
    ]
    assert sorted(besides) == FOUND.read_text(encoding="utf-8").splitlines()


def rows_at(relation: Relation, cell: int, figures: Figures) -> Iterator[tuple[list, bool]]:
    """The rows of a relation that are about one unit and school year alone."""
    series, cells = np.divmod(relation.quantity, len(figures.cells))
    outside = np.bincount(relation.row, cells != cell, minlength=len(relation))
    for row in np.flatnonzero(outside == 0):
        at = relation.row == row
        terms = [(name_of(figures, line), weight) for line, weight in zip(series[at], relation.coefficient[at], strict=True)]
        if relation.low[row] == 0:
            yield terms, bool(relation.high[row] == 0)
        elif relation.high[row] == 0:
            yield [(name, -weight) for name, weight in terms], False


# ---- the two families that readers worked out -----------------------------------------------------------------------


def attacked(of: World, published: pd.DataFrame) -> set[tuple[str, str, str, str]]:
    """The small numbers that the attacker rings in, as statistic, role, unit and breakdown."""
    found = attack(published, of.tree, DEFINITIONS, of.report.disclosure, statistics=of.statistics).intervals
    narrow = found[found["is_narrow"]]
    return set(narrow[["statistic", "role", "unit", "breakdown"]].itertuples(index=False, name=None))


def published_with(of: World, hidden: list[tuple[str, str]], year: str = "2020/21") -> pd.DataFrame:
    """All figures of one year, but those (statistic, breakdown) of every unit are withheld."""
    rows = of.statistics[of.statistics["school_year"] == year].copy()
    rows["mark"] = np.where(rows["value"].isna(), ".", "")
    is_hidden = pd.MultiIndex.from_frame(rows[["statistic", "breakdown"]]).isin(hidden)
    rows.loc[is_hidden, "mark"] = ".."
    rows.loc[is_hidden, ["numerator", "denominator", "value", "low", "high"]] = np.nan
    return rows


def test_the_third_minority_language_follows_from_the_other_two_and_all(lulea: World) -> None:
    rows = lulea.statistics
    small = rows[
        (rows["statistic"] == "mother_tongue_pupils")
        & (rows["breakdown"] == "language=meankieli")
        & rows["numerator"].between(1, 4)
        & (rows["school_year"] == "2020/21")
    ]
    assert len(small) > 0
    only = [
        name
        for name in DEFINITIONS
        if name.startswith("mother_tongue_") and name not in ("mother_tongue_pupils", "mother_tongue_minority")
    ]
    hidden = [("mother_tongue_pupils", "language=meankieli"), *((name, b) for name in only for b in set(rows["breakdown"]))]
    found = attacked(lulea, published_with(lulea, hidden))
    assert {("mother_tongue_pupils", "numerator", unit, "language=meankieli") for unit in small["unit"]} <= found


def test_who_did_not_answer_follows_from_the_pupils_and_the_question_that_most_answered(lulea: World) -> None:
    rows = lulea.statistics
    rest = (rows["denominator"] - rows["numerator"]).between(1, 4)
    small = rows[(rows["statistic"] == "survey_response") & rows["breakdown"].str.contains("survey_year") & rest]
    small = small[small["school_year"] == "2020/21"]
    assert len(small) > 0
    hidden = [("survey_response", breakdown) for breakdown in ("", "survey_year=4", "survey_year=7")]
    found = attacked(lulea, published_with(lulea, hidden))
    wanted = {("survey_response", "complement", row.unit, row.breakdown) for row in small.itertuples()}
    assert len(wanted & found) >= 0.9 * len(wanted)
