"""An attacker who knows nothing and tries everything: whatever holds between numbers of municipalities must follow from what
the protection knows.

He sees the true numbers of the demo's municipality drawn with three seeds, finds by brute force all sums of up to four series and
all inequalities between two that hold in each unit and school year, and asks of each whether it follows (linear algebra, linear
programming) from the meanings. What does not is a leak that nobody has thought of.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.register import tree_of_datasets
from sqa_lib.units import UnitTree
from tests.audit.meanings import Knowledge, World, values_of, world

pytestmark = pytest.mark.xdist_group("meanings")
SEEDS = (None, 3, 77)
ENOUGH = 40
"""Series that count fewer in all municipalities together agree by chance."""
SURPRISE = 10.0
"""An inequality between series of which this many rows would break it, were the two independent, has a meaning."""

BY_SIZE = {("health_cases_profession", "language_vulnerability_share")}
"""Counsellors and physicians take part in no compulsory school's case about language, but in preschools' cases, which an area has
few of: there it holds by size alone. No definition says it."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    return [world("lulea-2020-21", tmp_path_factory.mktemp("seed"), seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def numbers(worlds: list[World], rows: pd.DataFrame) -> pd.DataFrame:
    """The numbers of all municipalities side by side, and of one whose every case, answer or pupil is a school of its own, where
    nothing is at most another by its size alone."""
    whole = pd.concat([each.values for each in worlds], axis=1, keys=range(len(worlds)), join="inner")
    return whole.join(pd.concat([rows], axis=1, keys=["rows"]), how="left").T.drop_duplicates().T


@pytest.fixture(scope="module")
def rows(worlds: list[World]) -> pd.DataFrame:
    """The numbers of each row by itself: of its area, which has all breakdowns."""
    found = values_of(compute_all(*of_single_rows(worlds[0])))
    return found.loc[:, [unit.startswith("omrade-") for _, unit in found.columns]]


def of_single_rows(of: World) -> tuple[dict[str, pd.DataFrame], UnitTree]:
    """The lists of a municipality with each row in a school and an area of its own, in the last school year."""
    rows = {name: table for name, table in of.tables.items() if "row_id" in table and "school_year" in table}
    units, lists = [], {}
    for name, table in rows.items():
        codes = [f"{name.replace(chr(95), chr(45))}-{row}" for row in range(len(table))]
        forms = table["unit"].map({unit.code: unit.school_forms[0] for unit in of.tree.units if unit.level != "area"})
        units.append(pd.DataFrame({"unit": codes, "unit_name": codes, "school_form": forms, "area": codes, "area_name": codes}))
        lists[name] = table.assign(unit=codes, school_year=of.report.school_year)
    register = pd.concat(units, ignore_index=True)
    return {"school_units": register, **lists}, tree_of_datasets(of.report.authority, register)


@pytest.fixture(scope="module")
def knowledge(worlds: list[World]) -> Knowledge:
    """Beside the meanings: what is outside of a share, what nobody has anywhere, and that shares are of enrolled pupils."""
    first = worlds[0]
    thirds = [(statistic, breakdown) for statistic, part, breakdown in first.values.index if part == "rest"]
    shares = [([((s, "numerator", b), 1), ((s, "rest", b), 1), ((s, "denominator", b), -1)], True) for s, b in thirds]
    nothing = [([(name, 1)], True) for name, row in first.values.fillna(0).iterrows() if not row.any()]
    return Knowledge([*((meaning.terms, meaning.is_equal) for meaning in first.meanings), *shares, *nothing, *of_enrolled(first)])


def of_enrolled(of: World) -> Iterator[tuple[list, bool]]:
    """The wholes of shares that are pupils by year and stage: their years add up."""
    for name in ("mother_tongue_participation", "high_absence"):
        for statistic, part, breakdown in of.values.index:
            if (statistic, part) == (name, "denominator"):
                yield [((name, part, breakdown), 1), (("pupils", "numerator", breakdown), -1)], True
    years = [(("survey_response", "denominator", f"survey_year={year}"), 1) for year in (4, 7)]
    yield [*years, (("survey_response", "denominator", ""), -1)], True


def of_datasets(numbers: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The distinct series of each dataset that count enough, where all of them have figures (units above the schools too)."""
    dataset = numbers.index.get_level_values("statistic").map(lambda name: DEFINITIONS[name].datasets[0])
    for name in sorted(set(dataset)):
        own = numbers[dataset == name]
        own = own[own.sum(axis=1) >= ENOUGH].drop_duplicates()
        if len(own) > 1:
            yield name, own


def found_sums(series: pd.DataFrame) -> Iterator[list[tuple[tuple[str, str, str], float]]]:
    """a + b = c, a + b + c = d and a + b = c + d, wherever all of them have figures."""
    everywhere = series.dropna(axis=1).to_numpy()
    if not everywhere.size:
        return
    weights = np.random.default_rng(5).integers(1, 2**30, everywhere.shape[1]).astype(np.int64)
    marks = (everywhere.round().astype(np.int64) * weights).sum(axis=1)
    at = {int(mark): number for number, mark in enumerate(marks)}
    pairs: dict[int, list[tuple[int, int]]] = {}
    for one, other in combinations(range(len(marks)), 2):
        total = int(marks[one] + marks[other])
        if total in at:
            yield _terms(series, [one, other], [at[total]])
        for pair in pairs.get(total, ()):
            yield _terms(series, [one, other], list(pair))
        pairs.setdefault(total, []).append((one, other))
    for total, whole in at.items():
        for third in range(len(marks)):
            for pair in pairs.get(total - int(marks[third]), ()):
                if third > pair[1]:
                    yield _terms(series, [*pair, third], [whole])


def _terms(series: pd.DataFrame, left: list[int], right: list[int]) -> list[tuple[tuple[str, str, str], float]]:
    return [*((series.index[at], 1.0) for at in left), *((series.index[at], -1.0) for at in right)]


def holds(terms: list, numbers: pd.DataFrame) -> bool:
    over = sum(sign * numbers.loc[name] for name, sign in terms).dropna()
    return len(over) > 0 and bool((over.abs() < 1e-9).all())


def test_every_sum_that_holds_everywhere_follows_from_what_the_protection_knows(
    numbers: pd.DataFrame, knowledge: Knowledge
) -> None:
    tried, unknown = 0, []
    for _, series in of_datasets(numbers):
        for terms in found_sums(series):
            if holds(terms, series):
                tried += 1
                if not knowledge.is_sum(terms):
                    unknown.append(terms)
    assert tried > 300
    assert unknown == []


def test_every_inequality_that_holds_everywhere_follows_from_what_the_protection_knows(
    numbers: pd.DataFrame, rows: pd.DataFrame, knowledge: Knowledge
) -> None:
    known, unknown = 0, []
    for _, series in of_datasets(numbers):
        names, single = list(series.index), rows.reindex(series.index).to_numpy()
        for part, wholes in _nowhere_below(series.to_numpy()):
            inside = [knowledge.implies([(names[whole], 1.0), (names[part], -1.0)], is_equal=False) for whole in wholes]
            known += sum(inside)
            surprise = _surprise(single, part, wholes[np.array(inside)])
            unknown += [(names[part], names[whole]) for whole in wholes[~np.array(inside)] if surprise[whole] >= SURPRISE]
    assert known > 300
    assert {(part, whole) for (part, *_), (whole, *_) in unknown} <= BY_SIZE


def _nowhere_below(values: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """(a series, those that are nowhere below it), where there are any."""
    for part in range(len(values)):
        with np.errstate(invalid="ignore"):
            wholes = np.flatnonzero(~(values < values[part]).any(axis=1))
        if len(wholes) > 1:
            yield part, wholes[wholes != part]


def _surprise(rows: np.ndarray, part: int, inside: np.ndarray) -> np.ndarray:
    """For each series how little likely it is that all rows of the part are in it by chance, where the part is known to lie
    inside of some: −log of the share of the rows in all of these that are in it, for each row of the part."""
    context = (rows[inside] > 0).all(axis=0) & ~np.isnan(rows[part])
    exists = ~np.isnan(rows) & context
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((rows > 0) & exists).sum(axis=1) / exists.sum(axis=1)
        return np.nan_to_num(-np.log(share), posinf=0.0) * ((rows[part] > 0) & context).sum()
