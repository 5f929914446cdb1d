"""Worlds that readers can't tell apart: other microdata, whole cases of whole pupils, that agree with all that is published.

Nothing here knows the protector's equations. What one case adds to each figure is asked of the project's own metrics (each kind
of case in a school year of its own), so that a world is a solution of the published table itself.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sqa_lib.disclosure.release import PUBLISHED
from sqa_lib.marks import Mark
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

YEAR = "2020/21"
KEY = ["statistic", "unit", "breakdown"]
NUMBERS = ["numerator", "denominator", "value", "low", "high"]
LARGE = 1_000
"""More cases than there need be of any kind."""


def kinds_of_case(schools: Sequence[str], case_types: Sequence[str]) -> pd.DataFrame:
    """Every kind of case there can be, columns unit, level, gender (individual cases only), case_type."""
    levels = [("individual", "girl"), ("individual", "boy"), ("group", None), ("school", None), ("none", None)]
    rows = [(school, *level, name) for school in schools for level in levels for name in case_types]
    return pd.DataFrame(rows, columns=["unit", "level", "gender", "case_type"])


def cases_of(kinds: pd.DataFrame, counts: np.ndarray, school_year: Sequence[str] | str = YEAR) -> pd.DataFrame:
    """The dataset `health_cases` with so many cases of each kind; all took thirty days of one psychologist."""
    rows = kinds.assign(school_year=school_year)
    rows = rows.loc[rows.index.repeat(counts)].reset_index(drop=True)
    day = datetime.date(2020, 10, 1)
    return rows.assign(
        row_id=[f"C{number:05}" for number in rows.index],
        case_types=[(name,) for name in rows["case_type"]],
        professions=[("psychologist",)] * len(rows),
        received=pd.Timestamp(day),
        closed=pd.Timestamp(day + datetime.timedelta(days=30)),
    ).drop(columns="case_type")


@dataclass(frozen=True)
class Figures:
    """The figures made of cases, as what one case of each kind adds to them. table: columns KEY, kind, mark, value, true
    numerator and denominator; numerator, denominator: figures x kinds of case."""

    table: pd.DataFrame
    numerator: np.ndarray
    denominator: np.ndarray
    has_fixed_denominator: np.ndarray

    @property
    def rest(self) -> np.ndarray:
        return self.denominator - self.numerator


def figures_of(
    published: pd.DataFrame, truth: pd.DataFrame, kinds: pd.DataFrame, tables: Mapping[str, pd.DataFrame], tree: UnitTree
) -> Figures:
    """published, truth: columns `PUBLISHED` and `STATISTICS`, in the same order."""
    table = truth.assign(mark=published["mark"], kind=truth["statistic"].map(lambda name: DEFINITIONS[name].kind))
    datasets = table["statistic"].map(lambda name: DEFINITIONS[name].datasets)
    table = table[["health_cases" in names for names in datasets]].reset_index(drop=True)
    years = [f"{number:04}" for number in kinds.index]
    every_year = pd.concat([tables["enrolment"].assign(school_year=year) for year in years])
    one_each = cases_of(kinds, np.ones(len(kinds), dtype=int), years)
    computed = compute_all({**tables, "health_cases": one_each, "enrolment": every_year}, tree)
    wide = computed.pivot(index=KEY, columns="school_year", values=["numerator", "denominator"])
    wide = wide.reindex(pd.MultiIndex.from_frame(table[KEY])).fillna(0.0)
    fixed = table["statistic"].map(lambda name: "enrolment" in DEFINITIONS[name].datasets).to_numpy()
    return Figures(table, wide["numerator"].to_numpy(), wide["denominator"].to_numpy(), fixed)


@dataclass(frozen=True)
class Goal:
    """A sum of cases (one coefficient per kind) that a world has to show at least (`up`) or at most so large."""

    terms: bytes
    reach: float
    is_up: bool

    def is_met(self, counts: np.ndarray) -> bool:
        size = np.frombuffer(self.terms) @ counts
        return bool(size >= self.reach if self.is_up else size <= self.reach)


def goals_of(figures: Figures, policy: Disclosure) -> list[Goal]:
    """Each small number of people, once: at most 1 in one world, at least the threshold in another; what `~100` says is kept."""
    found: dict[Goal, None] = {}
    for at, row in enumerate(figures.table.itertuples()):
        parts = [(row.numerator, figures.numerator[at], np.inf)] if row.kind in ("count", "share") else []
        if row.kind == "share":
            few = policy.minimum_count - 1 if row.mark == Mark.ALL_BUT_FEW.value else np.inf
            parts += [
                (row.denominator, figures.denominator[at], np.inf),
                (row.denominator - row.numerator, figures.rest[at], few),
            ]
        for size, terms, most in parts:
            if 1 <= size < policy.minimum_count:
                found[Goal(terms.tobytes(), 1.0, False)] = None
                found[Goal(terms.tobytes(), min(float(policy.minimum_count), most), True)] = None
    return list(found)


def _published_constraints(figures: Figures, policy: Disclosure) -> LinearConstraint:
    """What every world has to agree with: each number shown, each mean, and what `~100` says."""
    rows, low, high = [], [], []

    def add(terms: np.ndarray, least: float, most: float) -> None:
        rows.append(terms)
        low.append(least)
        high.append(most)

    for at, row in enumerate(figures.table.itertuples()):
        numerator, denominator = figures.numerator[at], figures.denominator[at]
        if row.mark == Mark.ALL_BUT_FEW.value:
            add(figures.rest[at], 1, policy.minimum_count - 1)
            add(denominator, policy.minimum_denominator, np.inf)
        elif row.mark == "" and row.kind == "ratio" and not figures.has_fixed_denominator[at]:
            add(numerator * row.denominator - denominator * row.numerator, 0, 0)
            add(denominator, policy.minimum_denominator, np.inf)
        elif row.mark == "":
            add(numerator, row.numerator, row.numerator)
            if row.kind == "share":
                add(denominator, row.denominator, row.denominator)
    return LinearConstraint(sparse.csr_array(np.array(rows)), low, high)


def worlds_of(figures: Figures, goals: Sequence[Goal], policy: Disclosure) -> tuple[list[np.ndarray], list[Goal]]:
    """Numbers of cases of each kind, one array per world, that together meet the goals; and the goals that no world meets.

    Each world meets as many of the goals that are left as one world can (near enough: the search is not run to its end).
    """
    published = _published_constraints(figures, policy)
    worlds: list[np.ndarray] = []
    left = list(goals)
    while left:
        counts = _world(published, left)
        still = left if counts is None else [goal for goal in left if not goal.is_met(counts)]
        if len(still) == len(left):
            return worlds, left
        worlds.append(counts)
        left = still
    return worlds, []


def _world(published: LinearConstraint, goals: Sequence[Goal]) -> np.ndarray | None:
    """Whole numbers of cases, and for each goal a switch that is 1 only where it is met; as many switches as can be."""
    terms = np.array([np.frombuffer(goal.terms) for goal in goals])
    n, m = terms.shape[1], len(goals)
    is_up = np.array([goal.is_up for goal in goals])
    reach = np.array([goal.reach for goal in goals])
    switch = sparse.diags_array(np.where(is_up, -reach, LARGE))
    goal_rows = sparse.hstack([sparse.csr_array(terms), switch], format="csr")
    met = LinearConstraint(goal_rows, np.where(is_up, 0.0, -np.inf), np.where(is_up, np.inf, reach + LARGE))
    padded = sparse.hstack([published.A, sparse.csr_array((published.A.shape[0], m))], format="csr")
    found = milp(
        np.concatenate([np.zeros(n), -np.ones(m)]),
        integrality=np.ones(n + m),
        bounds=Bounds(0, np.concatenate([np.full(n, LARGE), np.ones(m)])),
        constraints=[LinearConstraint(padded, published.lb, published.ub), met],
        options={"mip_rel_gap": 0.2, "node_limit": 2_000},
    )
    return None if found.x is None else np.rint(found.x[:n]).astype(int)


def telling_signs(figures: Figures, policy: Disclosure) -> pd.DataFrame:
    """Figures whose `.` (there is nobody to take a share of) tells what no shown number does, columns of `figures.table`."""
    nobody = (figures.table["mark"] == Mark.MISSING.value) & ~figures.has_fixed_denominator & figures.denominator.any(axis=1)
    published = _published_constraints(figures, policy)
    return figures.table[[bool(nobody[at]) and _most(figures.denominator[at], published) > 0 for at in figures.table.index]]


def _most(terms: np.ndarray, published: LinearConstraint) -> float:
    """The largest that a sum of cases can be."""
    found = milp(-terms, bounds=Bounds(0, LARGE), constraints=published)
    return -round(found.fun, 6)


def under_the_same_plan(published: pd.DataFrame, statistics: pd.DataFrame) -> pd.DataFrame:
    """What would have been published of this world's statistics had the same figures been withheld: `..` is all that a withheld
    figure says, whether or not there is anybody to take a share of."""
    is_withheld = published["mark"].isin([Mark.WITHHELD.value, Mark.ALL_BUT_FEW.value])
    mark = published["mark"].where(is_withheld, "").mask(statistics["value"].isna() & ~is_withheld, Mark.MISSING.value)
    numbers = statistics[NUMBERS].where(mark == "")
    is_ratio = statistics["statistic"].map(lambda name: DEFINITIONS[name].kind == "ratio")
    numbers.loc[is_ratio, ["numerator", "denominator"]] = np.nan
    return statistics.assign(mark=mark, **numbers)[PUBLISHED]
