"""An attacker who knows nothing and tries everything: whatever holds between numbers of municipalities must follow from what
the protection knows.

He sees the true numbers of the demo's municipality drawn with three seeds, finds by brute force all sums of up to four series and
all inequalities between two that hold in each unit and school year, and asks of each whether it follows (linear algebra, linear
programming) from the meanings. What does not is a leak that nobody has thought of.

Then he takes on all that he finds and computes how far each withheld number of both demos can move (`brute_force.py`).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from sqa_lib.metrics import compute_all
from sqa_lib.published import Published
from sqa_lib.register import tree_of_datasets
from sqa_lib.units import UnitTree
from tests.audit.brute_force import (
    SURPRISE,
    Attack,
    Numbers,
    attacked,
    found_sums,
    made_of,
    nowhere_below,
    numbers_of,
    of_datasets,
    small,
    solved,
    surprise,
    where_withheld,
)
from tests.audit.meanings import Knowledge, World, values_of, world

pytestmark = pytest.mark.xdist_group("meanings")
SEEDS = (None, 3, 77)

BY_SIZE = {("health_cases_profession", "language_vulnerability_share")}
"""Counsellors and physicians take part in no compulsory school's case about language, but in preschools' cases, which an area has
few of: there it holds by size alone. In schools the protection knows it (`Meaning.form`)."""


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
def singles(worlds: list[World]) -> Numbers:
    """The numbers of each row by itself: of its area, which has all breakdowns."""
    tables, tree = of_single_rows(worlds[0])
    found = values_of(compute_all(tables, tree))
    found = found.loc[:, [unit.startswith("omrade-") for _, unit in found.columns]]
    values = found.to_numpy(dtype=float)
    return Numbers(found.index, found.columns, values, values, worlds[0].statistics.iloc[:0], tree)


@pytest.fixture(scope="module")
def rows(singles: Numbers) -> pd.DataFrame:
    return pd.DataFrame(singles.known, singles.series, singles.cells)


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
    asked = lists["health_survey"]  # who answers is enrolled
    enrolled = asked[["school_year", "unit", "year", "gender"]].assign(pupils=1, pupils_mark="")
    return {"school_units": register, "enrolment": enrolled, **lists}, tree_of_datasets(of.report.authority, register)


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
        for part, wholes in nowhere_below(series.to_numpy()):
            inside = [knowledge.implies([(names[whole], 1.0), (names[part], -1.0)], is_equal=False) for whole in wholes]
            known += sum(inside)
            chance = surprise(single, part, wholes[np.array(inside)])
            unknown += [(names[part], names[whole]) for whole in wholes[~np.array(inside)] if chance[whole] >= SURPRISE]
    assert known > 300
    assert {(part, whole) for (part, *_), (whole, *_) in unknown} <= BY_SIZE


# ---- what he can tell of the withheld numbers -----------------------------------------------------------------------


def true_numbers(of: World, datasets: set[str]) -> Numbers:
    statistics = made_of(of.statistics, datasets)
    return numbers_of(statistics.assign(mark=np.where(statistics["value"].isna(), ".", "")), of.tree, of.report.disclosure)


def attack_on(table: pd.DataFrame, of: World, others: list[World], singles: Numbers | None = None) -> Attack:
    """table: columns of `published.parquet`; it, the tree of units and the other municipalities are all that he reads."""
    datasets = where_withheld(table)
    published = numbers_of(made_of(table, datasets), of.tree, of.report.disclosure)
    truth = published.of(true_numbers(of, datasets))
    return attacked(published, truth, [true_numbers(other, datasets) for other in others], of.report.disclosure, singles)


@pytest.fixture(scope="module")
def lulea(demo_published: Published, worlds: list[World], singles: Numbers) -> Attack:
    return attack_on(demo_published.table, worlds[0], worlds[1:], singles)


@pytest.fixture(scope="module")
def stockholm(city_published: Published, tmp_path_factory: pytest.TempPathFactory) -> Attack:
    needed = where_withheld(city_published.table) | {"school_units"}
    own, other = (world("stockholm-2024-25", tmp_path_factory.mktemp("city"), seed, needed) for seed in SEEDS[:2])
    tables, tree = of_single_groups(own)
    singles = made_of(compute_all(tables, tree), needed)
    marked = singles.assign(mark=np.where(singles["value"].isna(), ".", ""))
    return attack_on(city_published.table, own, [other], numbers_of(marked, tree, own.report.disclosure))


def of_single_groups(of: World, schools: int = 12) -> tuple[dict[str, pd.DataFrame], UnitTree]:
    """The lists of numbers of some schools in the last school year; girls and boys of each year in a school of their own."""
    kept = [unit.code for unit in of.tree.at("school") if unit.school_forms == ("compulsory",)][:schools]
    lists = {}
    for name, table in of.tables.items():
        if "school_year" in table:
            rows = table[table["unit"].isin(kept) & (table["school_year"] == of.report.school_year)]
            own = [rows[column].astype("str") for column in ("unit", "year", "gender") if column in rows]
            lists[name] = rows.assign(unit=pd.concat(own, axis=1).agg("-".join, axis=1))
    codes = sorted({code for rows in lists.values() for code in rows["unit"]})
    units = {"unit": codes, "unit_name": codes, "school_form": "compulsory", "area": codes, "area_name": codes}
    register = pd.DataFrame(units).assign(is_attendance_project=False)
    return {"school_units": register, **lists}, tree_of_datasets(of.report.authority, register)


@pytest.mark.parametrize(("name", "confirmed", "numbers"), [("lulea", 1500, 10_000), ("stockholm", 200, 4_000)])
def test_no_small_number_can_be_told_by_all_that_he_finds(
    name: str, confirmed: int, numbers: int, request: pytest.FixtureRequest
) -> None:
    attack: Attack = request.getfixturevalue(name)
    truth, ends = attack.truth.ravel(), attack.ends
    assert sum(attack.confirmed.values()) > confirmed
    assert (ends.need > 0).sum() > numbers
    with np.errstate(invalid="ignore"):
        assert not ((truth < ends.low - 1e-6) | (truth > ends.high + 1e-6)).any()
    assert attack.unsafe == []


KINDS = ("sum", "inside", "units", "codes")


def nearly_told(attack: Attack, kind: str) -> tuple[int, list[int]]:
    """A small number that one relation of a kind would tell, and the withheld numbers that keep it from doing so."""
    known, truth, need = attack.published.known.ravel(), attack.truth.ravel(), attack.ends.need
    for rows in (belief.rows.unknown(known) for belief in attack.beliefs if belief.kind == kind):
        for row in np.flatnonzero((rows.low == rows.high) | (kind == "inside")):
            places = [int(at) for at in rows.at[rows.row == row] if np.isnan(known[at])]
            first, *others = sorted(places, key=lambda at: (-need[at], truth[at]))
            if others and need[first] and truth[first] > 0 and (kind != "inside" or truth[others[0]] < need[first]):
                return first, others
    raise LookupError(f"no {kind} tells a small number")


def families(attack: Attack) -> dict[str, tuple[int, list[int]]]:
    """The third minority language, and who did not answer: a small number, and the withheld ones that would tell it."""
    published, truth, need = attack.published, attack.truth, attack.ends.need.reshape(attack.truth.shape)
    line = published.line
    one, *others = [("mother_tongue_pupils", "numerator", f"language={name}") for name in ("meankieli", "finnish", "sami")]
    together = [line[name] for name in (*others, ("mother_tongue_minority", "numerator", ""))]
    cell = int(np.flatnonzero(need[line[one]])[0])
    language = published.place(line[one], cell), [published.place(at, cell) for at in together]
    silent = ("survey_response", "rest", "survey_year=4")
    questions = [
        at for (name, part, codes), at in line.items() if (name, part) == ("survey", "denominator") and "year=4" in codes
    ]
    for cell in np.flatnonzero(need[line[silent]]):
        few = np.nan_to_num(truth[line["pupils", "numerator", "year=4"], cell] - truth[questions, cell], nan=np.inf)
        if few.min() < need[line[silent], cell] - 1:
            asked = questions[int(few.argmin())]
            return {
                "languages": language,
                "silent": (published.place(line[silent], cell), [published.place(asked, cell)]),
            }
    raise LookupError("in no school nearly all answered")


def test_he_is_not_blind(lulea: Attack) -> None:
    """Withheld numbers shown after all, with which one relation tells a small number: he finds each. All in one publication."""
    asked = {kind: nearly_told(lulea, kind) for kind in KINDS} | families(lulea)
    shown = lulea.published.shown([at for _, places in asked.values() for at in places], lulea.truth)
    need = np.zeros(lulea.truth.size)
    numbers = np.array([at for at, _ in asked.values()])
    need[numbers] = lulea.ends.need[numbers]
    found = solved(shown, lulea.beliefs, need.reshape(lulea.truth.shape))
    assert dict(zip(asked, found.is_unsafe[numbers].tolist(), strict=True)) == dict.fromkeys(asked, True)


def test_he_sees_through_a_publication_that_hides_small_numbers_only(lulea: Attack, worlds: list[World]) -> None:
    policy = worlds[0].report.disclosure
    need = small(lulea.published, lulea.truth, policy)
    hides_small = lulea.published.shown(np.flatnonzero((need == 0) & np.isnan(lulea.published.known)).tolist(), lulea.truth)
    assert solved(hides_small, lulea.beliefs, need).is_unsafe.sum() > 1000
