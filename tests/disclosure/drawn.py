"""Random publications of a few schools, made as the real ones are: counts rolled up, their shares, rates and means."""

from dataclasses import dataclass

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from sqa_lib.metrics import STATISTICS
from sqa_lib.metrics.statistic import valued
from sqa_lib.metrics.tally import counts, ratios, shares, shares_of_authority
from sqa_lib.units import UnitTree
from tests.audit.publications import YEAR, statistic, tree_of

PUPILS = statistic("pupils", dataset="pupils", is_public=True)
CASES = statistic("cases")
LEVELS = statistic("levels", "share")
GENDERS = statistic("genders", "share")
RATE = statistic("rate", "ratio", per=1000.0)
DAYS = statistic("days", "ratio")
SPREAD = statistic("spread", "share", of_authority=True)
DEFINITIONS = {each.id: each for each in (PUPILS, CASES, LEVELS, GENDERS, RATE, DAYS, SPREAD)}

TREES = (
    tree_of(a=["a1", "a2"]),
    tree_of(a=["a1"], b=["b1", "b2"]),
    tree_of(a=["a1", "a2", "a3"], b=["b1"]),
    tree_of(a=["a1", "a2"], b=["b1", "b2"]),
)


@dataclass(frozen=True)
class Publication:
    """statistics: columns `STATISTICS`, of the units of the tree."""

    tree: UnitTree
    statistics: pd.DataFrame


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """Cases of pupils: those of groups and of whole schools have no gender. A drawn number is a case's weight in the rows."""
    tree = draw(st.sampled_from(TREES))
    pupils, cases = [], []
    for school in tree.at("school"):
        for gender in ("girl", "boy"):
            pupils.append((school.code, gender, draw(st.integers(1, 40))))
            cases.append((school.code, gender, "individual", draw(st.integers(0, 15))))
        for level in ("group", "school"):
            cases.append((school.code, None, level, draw(st.integers(0, 9))))
    assume(any(number for *_, number in cases))
    return Publication(tree, statistics_of(tree, pupils, cases))


def statistics_of(tree: UnitTree, pupils: list[tuple], cases: list[tuple]) -> pd.DataFrame:
    """pupils: (school, gender, number); cases: (school, gender, level, number)."""
    all_pupils = _rows(pupils, ["unit", "gender", "number"])
    all_cases = _rows(cases, ["unit", "gender", "level", "number"])
    of_pupils = all_cases[all_cases["gender"].notna()]
    enrolled, total = counts(all_pupils, tree), counts(all_cases, tree)
    days = counts(all_cases.assign(days=3.0), tree, of="days")
    tallies = {
        PUPILS: counts(all_pupils, tree, [(), ("gender",)]),
        CASES: pd.concat([counts(all_cases, tree, [(), ("level",)]), counts(of_pupils, tree, [("gender",)])], ignore_index=True),
        LEVELS: shares(counts(all_cases, tree, [("level",)]), total, drop=("level",)),
        GENDERS: shares(counts(of_pupils, tree, [("gender",)]), counts(of_pupils, tree), drop=("gender",)),
        RATE: ratios(total, enrolled, people=total),
        DAYS: ratios(days, total, people=total),
        SPREAD: shares_of_authority(total, tree),
    }
    return pd.concat([valued(definition, tally) for definition, tally in tallies.items()], ignore_index=True)[STATISTICS]


def _rows(drawn: list[tuple], columns: list[str]) -> pd.DataFrame:
    """One row per child or case."""
    table = pd.DataFrame(drawn, columns=columns)
    return table.loc[table.index.repeat(table["number"])].assign(school_year=YEAR).reset_index(drop=True)
