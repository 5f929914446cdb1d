"""Worlds that readers can't tell apart: other microdata, whole cases of whole pupils, that agree with all that is published.

Nothing here knows the protector's equations. What one case adds to each figure is asked of the project's own metrics, so that a
world is a solution of the published table itself.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.disclosure.release import PUBLISHED
from sqa_lib.marks import Mark
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree
from sqa_lib.words import round_half_up

YEAR = "2020/21"
KEY = ["statistic", "unit", "breakdown"]
NUMBERS = ["numerator", "denominator", "value", "low", "high"]
LARGE = 1_000
"""More cases than there need be of any kind."""
ENOUGH = 0.02
"""A world need not be the very one of least cost; to prove that it is takes most of the time."""
_SPARSIFY = 1 << 14
"""A rule of HiGHS's presolve (1.15) that takes some of these programs for infeasible although the truth solves them."""


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
    """The figures made of cases, as what one case of each kind adds to them. table: columns of `STATISTICS`, kind, published
    mark; numerator, denominator: figures x kinds of case."""

    table: pd.DataFrame
    numerator: sparse.csr_array
    denominator: sparse.csr_array

    @property
    def rest(self) -> sparse.csr_array:
        return (self.denominator - self.numerator).tocsr()

    @property
    def has_fixed_denominator(self) -> np.ndarray:
        return self.table["statistic"].map(lambda name: "enrolment" in DEFINITIONS[name].datasets).to_numpy()


def table_of(published: pd.DataFrame, truth: pd.DataFrame, datasets: Sequence[str]) -> pd.DataFrame:
    """The true figures made from these datasets with the kind of their statistic and their published mark.

    published, truth: columns `PUBLISHED` and `STATISTICS`.
    """
    mark = _marks(published, truth).fillna(Mark.WITHHELD.value)
    table = truth.assign(mark=mark, kind=truth["statistic"].map(lambda name: DEFINITIONS[name].kind))
    is_made_of = table["statistic"].map(lambda name: not set(datasets).isdisjoint(DEFINITIONS[name].datasets))
    return table[is_made_of].reset_index(drop=True)


def _marks(published: pd.DataFrame, statistics: pd.DataFrame) -> pd.Series:
    """The published mark of each figure; missing where it is not given at all (several school years that can't be shown)."""
    key = ["statistic", "school_year", "unit", "breakdown"]
    return statistics[key].merge(published[[*key, "mark"]], on=key, how="left", validate="one_to_one")["mark"]


def figures_of(
    published: pd.DataFrame, truth: pd.DataFrame, kinds: pd.DataFrame, tables: Mapping[str, pd.DataFrame], tree: UnitTree
) -> Figures:
    """Figures of a single school year: each kind of case is computed in a school year of its own."""
    table = table_of(published, truth, ["health_cases"])
    years = [f"{number:04}/{(number + 1) % 100:02}" for number in 1000 + 2 * kinds.index]
    every_year = pd.concat([tables["enrolment"].assign(school_year=year) for year in years])
    one_each = cases_of(kinds, np.ones(len(kinds), dtype=int), years)
    computed = compute_all({**tables, "health_cases": one_each, "enrolment": every_year}, tree)
    computed = computed[computed["school_year"].isin(years)]
    wide = computed.pivot(index=KEY, columns="school_year", values=["numerator", "denominator"])
    wide = wide.reindex(pd.MultiIndex.from_frame(table[KEY])).fillna(0.0)
    return Figures(table, *(sparse.csr_array(wide[part].to_numpy()) for part in ("numerator", "denominator")))


@dataclass(frozen=True)
class Space:
    """All worlds that agree with what is published: low <= matrix x counts <= high, none of any kind above `most`, whole numbers
    where `is_whole`."""

    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    most: np.ndarray
    is_whole: np.ndarray

    def solution(self, costs: np.ndarray) -> np.ndarray:
        """A world of nearly least cost; there is one, the true one."""
        solver = highspy.Highs()
        options = (("output_flag", False), ("threads", 1), ("presolve_rule_off", _SPARSIFY), ("mip_rel_gap", ENOUGH))
        for name, value in options:
            solver.setOptionValue(name, value)
        solver.passModel(self._model(costs))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS: {solver.modelStatusToString(solver.getModelStatus())}")
        return np.asarray(solver.getSolution().col_value)

    def _model(self, costs: np.ndarray) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = self.matrix.shape
        model.col_cost_, model.col_lower_, model.col_upper_ = costs, np.zeros(len(costs)), self.most
        model.row_lower_, model.row_upper_ = self.low, self.high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.num_row_, model.a_matrix_.num_col_ = self.matrix.shape
        model.a_matrix_.start_, model.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        model.a_matrix_.value_ = self.matrix.data
        kinds = np.where(self.is_whole, highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
        model.integrality_ = kinds.tolist()
        return model


@dataclass(frozen=True)
class Rows:
    """low <= matrix x counts <= high."""

    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, matrix: sparse.csr_array, low: float | np.ndarray, high: float | np.ndarray) -> "Rows":
        n = matrix.shape[0]
        return cls(matrix, np.broadcast_to(low, n).astype(float), np.broadcast_to(high, n).astype(float))


def space_of(figures: Figures, policy: Disclosure, links: Sequence[Rows] = (), is_whole: np.ndarray | None = None) -> Space:
    """links: what else a world has to keep to; is_whole: kinds that come in whole numbers, by default all."""
    rows = [*_published(figures, policy), *links]
    matrix = sparse.vstack([each.matrix for each in rows], format="csr")
    low, high = (np.concatenate([getattr(each, side) for each in rows]) for side in ("low", "high"))
    most = np.where(_nothing(matrix, high), 0.0, float(LARGE))
    matrix = (matrix @ sparse.diags_array((most > 0).astype(float))).tocsr()
    matrix.eliminate_zeros()
    kept = _first_of_each(matrix, low, high)
    return Space(matrix[kept], low[kept], high[kept], most, np.ones(len(most), dtype=bool) if is_whole is None else is_whole)


def _nothing(matrix: sparse.csr_array, high: np.ndarray) -> np.ndarray:
    """Kinds of which a number that is shown to be 0 counts some."""
    matrix.eliminate_zeros()
    has_negative = sparse.csr_array(matrix < 0).sum(axis=1) > 0
    return np.isin(np.arange(matrix.shape[1]), matrix[(high == 0) & ~has_negative].indices)


def _first_of_each(matrix: sparse.csr_array, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The places of different rows. A row is known by two sums with random weights (a fixed seed)."""
    sums = np.round(matrix @ np.random.default_rng(0).random((matrix.shape[1], 2)), 7)
    return np.sort(np.unique(np.column_stack([sums, low, high]), axis=0, return_index=True)[1])


def _published(figures: Figures, policy: Disclosure) -> list[Rows]:
    """What every world has to agree with: each number shown, each mean, and what `~100` says."""
    table, numerator, denominator = figures.table, figures.numerator, figures.denominator
    mark, kind = table["mark"].to_numpy(), table["kind"].to_numpy()
    is_shown, is_nearly_all = mark == "", mark == Mark.ALL_BUT_FEW.value
    is_quotient = is_shown & (kind != "count") & ~figures.has_fixed_denominator
    over, under = (table[part].to_numpy() for part in ("numerator", "denominator"))
    return [
        Rows.of(numerator[is_shown], over[is_shown], over[is_shown]),
        Rows.of(denominator[is_quotient], under[is_quotient], under[is_quotient]),
        Rows.of(figures.rest[is_nearly_all], 1, policy.minimum_count - 1),
        Rows.of(denominator[is_nearly_all], policy.minimum_denominator, np.inf),
    ]


@dataclass(frozen=True)
class SmallNumbers:
    """The small numbers of people, each once. terms: numbers x kinds; reach: what each has to be at least in some world, besides
    at most 1 in another."""

    terms: sparse.csr_array
    reach: np.ndarray

    def __len__(self) -> int:
        return len(self.reach)

    def met(self, counts: np.ndarray) -> np.ndarray:
        """2 x numbers: at most 1 in this world; as large as it has to be."""
        size = self.terms @ counts
        return np.array([size <= 1, size >= self.reach])

    def covered(self, worlds: Sequence[np.ndarray]) -> np.ndarray:
        """The numbers that the worlds leave as open as the rule wants it."""
        return np.any([self.met(world) for world in worlds], axis=0).all(axis=0)

    def differing(self, worlds: Sequence[np.ndarray]) -> np.ndarray:
        """The numbers that are not the same in all worlds."""
        return np.ptp([self.terms @ world for world in worlds], axis=0) > 0


def small_numbers(figures: Figures, policy: Disclosure, space: Space) -> SmallNumbers:
    """Of 1 to the threshold less one; what `~100` says of those outside is kept."""
    found: dict[tuple[bytes, bytes], tuple[sparse.csr_array, float]] = {}
    possible = sparse.diags_array((space.most > 0).astype(float))
    table, enough = figures.table, policy.minimum_count
    few = np.where(table["mark"] == Mark.ALL_BUT_FEW.value, enough - 1.0, enough)
    is_share = (table["kind"] == "share").to_numpy()
    for terms, size, reach, is_counted in (
        (figures.numerator, table["numerator"], np.full(len(table), float(enough)), (table["kind"] != "ratio").to_numpy()),
        (figures.denominator, table["denominator"], np.full(len(table), float(enough)), is_share),
        (figures.rest, table["denominator"] - table["numerator"], few, is_share),
    ):
        for at in np.flatnonzero(is_counted & size.between(1, enough - 1).to_numpy()):
            row = (terms[[at]] @ possible).tocsr()
            row.eliminate_zeros()
            row.sort_indices()
            found[row.indices.tobytes(), row.data.tobytes()] = row, reach[at]
    rows, reach = zip(*found.values(), strict=True)
    return SmallNumbers(sparse.vstack(rows, format="csr"), np.array(reach))


def worlds_of(space: Space, small: SmallNumbers, most: int) -> list[np.ndarray]:
    """Numbers of cases of each kind, one array per world, at most so many worlds, that together leave the small numbers open.

    Each world pushes every number that is left one way, by lot where both are left; where that leads nowhere, the first alone.
    """
    chance = np.random.default_rng(0)
    worlds: list[np.ndarray] = []
    left = np.ones((2, len(small)), dtype=bool)
    while left.any() and len(worlds) < most:
        is_up = np.where(left.all(axis=0), chance.random(len(small)) < 0.5, left[1])
        at = np.flatnonzero(left.any(axis=0))
        tried = (_world(space, small, numbers, is_up[numbers]) for numbers in (at, at[:1]))
        world = next((world for world in tried if (small.met(world) & left).any()), None)
        if world is None:
            left[int(is_up[at[0]]), at[0]] = False
        else:
            worlds.append(world)
            left &= ~small.met(world)
    return worlds


def _world(space: Space, small: SmallNumbers, numbers: np.ndarray, is_up: np.ndarray) -> np.ndarray:
    """The world where these numbers are short of what they are pushed to by as little as can be."""
    n, kinds = len(numbers), space.matrix.shape[1]
    pushed = sparse.hstack([small.terms[numbers], sparse.diags_array(np.where(is_up, 1.0, -1.0))], format="csr")
    kept = sparse.hstack([space.matrix, sparse.csr_array((space.matrix.shape[0], n))], format="csr")
    wider = Space(
        sparse.vstack([kept, pushed], format="csr"),
        np.concatenate([space.low, np.where(is_up, small.reach[numbers], -np.inf)]),
        np.concatenate([space.high, np.where(is_up, np.inf, 1.0)]),
        np.concatenate([space.most, np.full(n, np.inf)]),
        np.concatenate([space.is_whole, np.zeros(n, dtype=bool)]),
    )
    return np.rint(wider.solution(np.concatenate([np.zeros(kinds), np.ones(n)]))[:kinds]).astype(int)


def telling_signs(figures: Figures, space: Space) -> pd.DataFrame:
    """Figures whose `.` (there is nobody to take a share of) tells what no shown number does, columns of `figures.table`."""
    nobody = (figures.table["mark"] == Mark.MISSING.value) & (figures.table["kind"] != "count") & ~figures.has_fixed_denominator
    at = np.flatnonzero(nobody)
    if not len(at):
        return figures.table.iloc[:0]
    every = SmallNumbers(figures.denominator[at], np.ones(len(at)))
    world = _world(space, every, np.arange(len(at)), np.ones(len(at), dtype=bool))
    return figures.table.iloc[at[every.terms @ world > 0]]


def under_the_same_plan(published: pd.DataFrame, statistics: pd.DataFrame) -> pd.DataFrame:
    """What would have been published of this world's statistics had the same figures been withheld: `..` is all that a withheld
    figure says, whether or not there is anybody to take a share of."""
    planned = _marks(published, statistics)
    statistics = statistics[planned.notna()].reset_index(drop=True)
    planned = planned[planned.notna()].reset_index(drop=True)
    mark = planned.where(planned.isin([Mark.WITHHELD.value, Mark.ALL_BUT_FEW.value]), statistics["mark"])
    mark = mark.mask(statistics["value"].isna() & (mark == ""), Mark.MISSING.value)
    numbers = statistics[NUMBERS].where(mark == "")
    is_ratio = statistics["statistic"].map(lambda name: DEFINITIONS[name].kind == "ratio")
    numbers.loc[is_ratio, ["numerator", "denominator"]] = np.nan
    for row in numbers.index[is_ratio & numbers["value"].notna()]:
        numbers.loc[row, "value"] = round_half_up(
            numbers.loc[row, "value"], DEFINITIONS[statistics.loc[row, "statistic"]].decimals
        )
    return statistics.assign(mark=mark, **numbers)[PUBLISHED]
