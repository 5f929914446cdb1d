"""A reader of all releases together: what was published, how it hangs together, how far each small number is narrowed down.

It shares nothing with the product. Its numbers are those of a *quantity* (pupils, those of them who read a mother tongue, those
who do not, …) in a school year, for a set of schools and a group of them. The same number in two releases is one number unless it
was corrected between them, and this reader is told which ones were: a number is known by its true value too. That is more than
any reader knows, so that what it can't narrow down nobody can.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from tests.years.authority import AUTHORITY

Number = tuple[str, str, frozenset[str], str, float]
"""Quantity, school year, schools, group, true value."""
MADE_OF: Mapping[str, tuple[str, str, str]] = {
    "pupils": ("pupils", "", ""),
    "mother_tongue_pupils": ("takes", "", ""),
    "mother_tongue_minority": ("minority", "", ""),
    "remote_pupils": ("remote", "", ""),
    "mother_tongue_participation": ("takes part", "pupils", "takes no part"),
    "mother_tongue_passed": ("passed", "graded", "failed"),
    "mother_tongue_grades": ("grade", "graded", "other grade"),
    "mother_tongue_left": ("left", "began", "takes"),
    "survey_response": ("answered", "asked", "silent"),
    "survey": ("so", "said", "not so"),
    "complaints": ("complaints", "", ""),
}
"""Statistic → the quantities of its numerator, its denominator and of those outside."""
OUTSIDE = {rest for _, _, rest in MADE_OF.values()} - {"", "takes"}
"""What `~100` may say of any share: that these are some, and few. More than that nothing may tell."""
STAGES = {"F-3": ("F", "1", "2", "3"), "4-6": ("4", "5", "6"), "7-9": ("7", "8", "9")}
MINORITY = ("language=finnish", "language=meankieli")
EPSILON = 1e-6


@dataclass(frozen=True)
class Seen:
    """A release as it is read. units: of `units.json`; true: all figures of its rows, also of schools that it does not give;
    minimum_count, minimum_denominator: of its policy."""

    name: str
    table: pd.DataFrame
    units: Sequence[Mapping[str, object]]
    true: pd.DataFrame
    minimum_count: int
    minimum_denominator: int

    @cached_property
    def schools(self) -> dict[str, Mapping[str, object]]:
        return {str(unit["code"]): unit for unit in self.units if unit["level"] == "school"}

    def members(self, unit: str, school_year: str) -> frozenset[str]:
        """The schools of a unit that were open in a school year."""
        return frozenset(
            code
            for code, school in self.schools.items()
            if unit in (code, school["parent"], AUTHORITY) and _is_open(school, school_year)
        )

    @property
    def areas(self) -> list[str]:
        return [str(unit["code"]) for unit in self.units if unit["level"] == "area"]


def _is_open(school: Mapping[str, object], school_year: str) -> bool:
    return (school["first_year"] or school_year) <= school_year <= (school["last_year"] or school_year)


@dataclass(frozen=True)
class Narrowed:
    """A small number that is narrowed down too far. is_listed: whether a release has a figure of it, shown or withheld."""

    number: Number
    low: float
    high: float
    need: int
    is_listed: bool

    def __str__(self) -> str:
        quantity, year, schools, group, value = self.number
        told = (
            f"{quantity} {year} {'+'.join(sorted(schools))} [{group}] {value:g}: {self.low:g} to {self.high:g}, needs {self.need}"
        )
        return told if self.is_listed else f"{told} (in no table)"


class Reader:
    """What is known from all releases. `read` takes in one more."""

    def __init__(self) -> None:
        self._place: dict[Number, int] = {}
        self._low: list[float] = []
        self._high: list[float] = []
        self._need: list[int] = []
        self._listed: set[int] = set()
        self._equations: dict[tuple[tuple[int, float], ...], float] = {}

    @property
    def numbers(self) -> int:
        return len(self._place)

    def read(self, seen: Seen, with_figures: bool = True) -> None:
        """with_figures: otherwise only which numbers there are and how they hang together."""
        release = _Release(seen)
        for number in release.numbers.values():
            self._number(number, seen.minimum_count - _is_outside(number))
        for key, least, most in release.told() if with_figures else ():
            at = self._place[release.numbers[key]]
            self._low[at], self._high[at] = max(self._low[at], least), min(self._high[at], most)
            assert self._low[at] <= self._high[at] + EPSILON, f"{seen.name} contradicts what was known of {key}"
        self._listed |= {self._place[release.numbers[key]] for key in release.listed}
        for terms, is_at_most in release.relations():
            self._relate([(self._place[release.numbers[key]], sign) for key, sign in terms], is_at_most)
        for (quantity, _, unit, group), value, years in release.periods() if with_figures else ():
            self._relate_to([(self._place[release.numbers[quantity, year, unit, group]], 1.0) for year in years], value)

    def _number(self, number: Number, need: int) -> None:
        """need: how far it has to reach; of several policies the most lenient, since what is out is out."""
        at = self._place.setdefault(number, len(self._low))
        if at == len(self._low):
            self._low.append(0.0)
            self._high.append(np.inf)
            self._need.append(need)
        self._need[at] = min(self._need[at], need)

    def _relate(self, terms: Iterable[tuple[int, float]], is_at_most: bool) -> None:
        """The terms add up to 0, or to no more."""
        summed: dict[int, float] = defaultdict(float)
        for at, sign in terms:
            summed[at] += sign
        found = tuple(sorted((at, sign) for at, sign in summed.items() if sign))
        if not found or found in self._equations:
            return
        self._equations[found] = np.nan if is_at_most else 0.0

    def _relate_to(self, terms: Iterable[tuple[int, float]], value: float) -> None:
        self._equations.setdefault(tuple(sorted(terms)), value)

    # ---- attack -----------------------------------------------------------------------------------------------------

    def narrowed(self, among: Collection[Number] | None = None) -> list[Narrowed]:
        """All small numbers, or those among these, that do not reach down to 1 and up to what they need. Of those that no release
        has a figure of (a school's, where only areas have any) only the ones that reach neither: where all but a few of an area
        are in a share, that is so in each of its schools too."""
        low, high = np.array(self._low), np.array(self._high)
        value = np.array([number[-1] for number in self._place])
        need = np.array(self._need, dtype=float)
        is_small = (value >= 1) & (value < need) & np.array([among is None or number in among for number in self._place])
        found: list[Narrowed] = []
        names = list(self._place)
        is_listed = np.isin(np.arange(len(need)), list(self._listed))
        for part in _parts(self._equations, low, high):
            targets = [at for at in part.variables if is_small[at]]
            for at, ends in part.ends(targets, need, low, high).items():
                if is_listed[at] or (ends[0] > 1 - EPSILON and ends[1] < need[at] - EPSILON):
                    found.append(Narrowed(names[at], *ends, int(need[at]), bool(is_listed[at])))
        loose = is_small & (low >= high - EPSILON)
        found += [Narrowed(names[at], low[at], high[at], int(need[at]), bool(is_listed[at])) for at in np.flatnonzero(loose)]
        return sorted(found, key=str)


def _is_outside(number: Number) -> bool:
    """Those with grade F are those outside the share with grades A to E."""
    quantity, _, _, group, _ = number
    return quantity in OUTSIDE or group == "grade=F"


Key = tuple[str, str, str, str]
"""Quantity, school year, unit, group."""


class _Release:
    """One release as numbers: which they are, what is told of them, how they hang together."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self._years = sorted({year for year in seen.table["school_year"] if "–" not in year})
        self._true = self._true_numbers()
        self._groups = self._groups_of_quantities()
        self.numbers: dict[Key, Number] = {
            (quantity, year, unit, group): (quantity, year, members, group, self._true.get((quantity, year, unit, group), 0.0))
            for year in self._years
            for unit in [AUTHORITY, *seen.areas, *seen.schools]
            if (members := seen.members(unit, year))
            for quantity, groups in self._groups.items()
            for group in groups
        }

    def _true_numbers(self) -> dict[Key, float]:
        found: dict[Key, float] = {}
        for row in self.seen.true[~self.seen.true["school_year"].str.contains("–")].itertuples(index=False):
            for quantity, group, value in _numbers_of(row.statistic, row.breakdown, row.numerator, row.denominator):
                found[quantity, row.school_year, row.unit, group] = value
        return found

    def _groups_of_quantities(self) -> dict[str, list[str]]:
        """The groups that the release, or the rows behind it, speak of."""
        found: dict[str, set[str]] = defaultdict(set)
        for frame in (self.seen.table, self.seen.true):
            for statistic, breakdown in frame[["statistic", "breakdown"]].drop_duplicates().itertuples(index=False):
                for quantity, group, _ in _numbers_of(statistic, breakdown, 0.0, 0.0):
                    found[quantity].add(group)
        return {quantity: sorted(groups) for quantity, groups in found.items()}

    @cached_property
    def listed(self) -> set[Key]:
        rows = self.seen.table[["statistic", "school_year", "unit", "breakdown"]].itertuples(index=False)
        keys = {
            (quantity, row.school_year, row.unit, group)
            for row in rows
            for quantity, group, _ in _numbers_of(row.statistic, row.breakdown, 0.0, 0.0)
        }
        return keys & self.numbers.keys()

    def told(self) -> Iterator[tuple[Key, float, float]]:
        """What figures say of single numbers: (key, least, most)."""
        for row in self.seen.table.itertuples(index=False):
            parts = [
                (quantity, row.school_year, row.unit, group)
                for quantity, group, _ in _numbers_of(row.statistic, row.breakdown, 0.0, 0.0)
            ]
            if not parts or parts[0] not in self.numbers:
                continue
            if row.mark == "":
                yield parts[0], row.numerator, row.numerator
                if len(parts) > 1:
                    yield parts[1], row.denominator, row.denominator
            if row.mark == "~100":
                yield parts[2], 1.0, self.seen.minimum_count - 1.0
                yield parts[1], float(self.seen.minimum_denominator), np.inf
            if row.mark == "." and len(parts) == 1 and row.unit in self.seen.schools:
                yield parts[0], 0.0, 0.0

    def periods(self) -> Iterator[tuple[Key, float, list[str]]]:
        """Shown figures of several school years: (key, number, the years that it is the sum of)."""
        rows = self.seen.table
        for row in rows[rows["school_year"].str.contains("–") & (rows["mark"] == "")].itertuples(index=False):
            first, last = row.school_year.split("–")
            years = [year for year in self._years if first <= year <= last]
            values = (row.numerator, row.denominator)
            for (quantity, group, _), value in zip(_numbers_of(row.statistic, row.breakdown, 0.0, 0.0), values, strict=False):
                keys = [(quantity, year, row.unit, group) for year in years]
                there = [key for key in keys if key in self.numbers]
                if np.isclose(sum(self.numbers[key][-1] for key in there), value):
                    yield (quantity, row.school_year, row.unit, group), value, [key[1] for key in there]

    # ---- how numbers hang together ----------------------------------------------------------------------------------

    def relations(self) -> Iterator[tuple[list[tuple[Key, float]], bool]]:
        """(terms, whether they add up to at most 0 and not to 0), those that are true."""
        for terms, is_at_most in self._all_relations():
            if any(key not in self.numbers for key, _ in terms):
                continue
            total = sum(sign * self.numbers[key][-1] for key, sign in terms)
            if abs(total) < EPSILON or (is_at_most and total < 0):
                yield terms, is_at_most

    def _all_relations(self) -> Iterator[tuple[list[tuple[Key, float]], bool]]:
        yield from self._of_units()
        for year in self._years:
            for unit in [AUTHORITY, *self.seen.areas, *self.seen.schools]:
                for terms, is_at_most in self._of_groups():
                    yield [((quantity, year, unit, group), sign) for quantity, group, sign in terms], is_at_most

    def _of_units(self) -> Iterator[tuple[list[tuple[Key, float]], bool]]:
        for quantity, year, unit, group in self.numbers:
            if unit in self.seen.schools:
                continue
            below = self.seen.areas if unit == AUTHORITY else self.seen.members(unit, year)
            there = [part for part in below if self.seen.members(part, year)]
            yield [((quantity, year, unit, group), 1.0), *(((quantity, year, part, group), -1.0) for part in there)], False

    def _of_groups(self) -> Iterator[tuple[list[tuple[str, str, float]], bool]]:
        """Relations between quantities and groups of one unit and year: (quantity, group, sign)."""
        for quantity, groups in self._groups.items():
            yield from _sums_of_groups(quantity, groups)
        for group in self._groups.get("takes part", ()):
            yield [("takes part", group, 1.0), ("takes no part", group, 1.0), ("pupils", group, -1.0)], False
            yield [("takes part", group, 1.0), ("takes", group, -1.0)], False
        for group in self._groups.get("left", ()):
            yield [("left", group, 1.0), ("takes", group, 1.0), ("began", group, -1.0)], False
        for group in self._groups.get("passed", ()):
            yield [("passed", group, 1.0), ("failed", group, 1.0), ("graded", group, -1.0)], False
            yield [("graded", group, 1.0), ("takes", group, -1.0)], True
        if "graded" in self._groups:
            yield [("graded", "", 1.0), *(("takes", f"year={year}", -1.0) for year in "6789")], True
            yield [("failed", "", 1.0), ("grade", "grade=F", -1.0)], False
            yield [("graded", "", 1.0), *(("grade", group, -1.0) for group in self._groups["grade"])], False
            yield [("minority", "", 1.0), *(("takes", group, -1.0) for group in MINORITY)], False
            yield [("remote", "", 1.0), ("takes", "place=remote", -1.0)], False
        for group in self._groups.get("grade", ()):
            yield [("grade", group, 1.0), ("other grade", group, 1.0), ("graded", "", -1.0)], False
        for group in self._groups.get("answered", ()):
            yield [("answered", group, 1.0), ("silent", group, 1.0), ("asked", group, -1.0)], False
            if group:
                yield [("asked", group, 1.0), ("pupils", group.removeprefix("survey_"), -1.0)], False
        for group in self._groups.get("so", ()):
            yield [("so", group, 1.0), ("not so", group, 1.0), ("said", group, -1.0)], False
            if "gender" not in group:
                yield [("said", group, 1.0), ("answered", group.split(";")[1], -1.0)], True


def _sums_of_groups(quantity: str, groups: Sequence[str]) -> Iterator[tuple[list[tuple[str, str, float]], bool]]:
    """A whole is the sum of its groups by each dimension, and a stage that of its years."""
    by: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group in groups:
        codes = dict(part.split("=") for part in group.split(";") if part)
        for name in codes:
            if name not in ("survey_item", "survey_year") or quantity in ("answered", "asked", "silent"):
                rest = ";".join(part for part in group.split(";") if not part.startswith(f"{name}="))
                by[name, rest].append(group)
    for (_, whole), parts in by.items():
        if whole in groups:
            yield [(quantity, whole, 1.0), *((quantity, part, -1.0) for part in parts)], False
    for stage, years in STAGES.items():
        if f"stage={stage}" in groups:
            yield [(quantity, f"stage={stage}", 1.0), *((quantity, f"year={year}", -1.0) for year in years)], False


def _numbers_of(statistic: str, breakdown: str, numerator: float, denominator: float) -> list[tuple[str, str, float]]:
    """(quantity, group, value) of a figure: its numerator, its denominator, those outside."""
    if statistic not in MADE_OF:
        return []
    part, whole, rest = MADE_OF[statistic]
    found = [(part, breakdown, numerator)]
    if whole:
        found.append((whole, "" if statistic == "mother_tongue_grades" else breakdown, denominator))
        found.append((rest, breakdown, denominator - numerator))
    return found


# ---- linear programs ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Numbers that are not known and hang together. equations · x = to, or at most that."""

    variables: list[int]
    equations: sparse.csr_matrix
    to: np.ndarray
    is_at_most: np.ndarray

    def ends(self, targets: Sequence[int], need: np.ndarray, low: np.ndarray, high: np.ndarray) -> dict[int, tuple[float, float]]:
        """Target → least, most, for those that do not reach far enough."""
        place = {at: column for column, at in enumerate(self.variables)}
        bounds = np.column_stack([low[self.variables], high[self.variables]])
        columns = np.array([place[at] for at in targets], dtype=int)
        needs = np.array([need[at] for at in targets])
        most = self._reached(columns, needs, bounds, 1.0)
        least = self._reached(columns, np.ones(len(columns)), bounds, -1.0)
        narrow = sorted(most.keys() | least.keys())
        return {self.variables[column]: (self._end(column, bounds, -1.0), self._end(column, bounds, 1.0)) for column in narrow}

    def _reached(self, columns: np.ndarray, needs: np.ndarray, bounds: np.ndarray, sign: float) -> dict[int, float]:
        """The columns that can't get as far as they need, up (sign 1) or down (sign −1): those left over when all were pushed
        together for as long as that helps, and then one by one."""
        left = dict(zip(columns.tolist(), needs.tolist(), strict=True))
        while left:
            found = self._pushed(left, bounds, sign)
            reached = [column for column, end in left.items() if sign * (found[column] - end) >= -EPSILON]
            for column in reached:
                del left[column]
            if not reached:
                break
        for column, end in list(left.items()):
            if column in left and sign * (self._end(column, bounds, sign) - end) >= -EPSILON:
                del left[column]
        return left

    def _pushed(self, left: Mapping[int, float], bounds: np.ndarray, sign: float) -> np.ndarray:
        """Where all numbers stand when these are as far as they need to be, in sum."""
        n, m = len(self.variables), len(left)
        # sign · x + short >= sign · end, short >= 0, as little short as can be
        rows = sparse.csr_matrix((np.full(m, -sign), (np.arange(m), list(left))), (m, n))
        more = sparse.hstack([rows, -sparse.identity(m)])
        cost = np.concatenate([np.zeros(n), np.ones(m)])
        own = sparse.hstack([self.equations, sparse.csr_matrix((self.equations.shape[0], m))], format="csr")
        at_most = sparse.vstack([own[self.is_at_most], more])
        to = np.concatenate([self.to[self.is_at_most], -sign * np.array(list(left.values()))])
        limits = np.vstack([bounds, np.column_stack([np.zeros(m), np.full(m, np.inf)])])
        return self._solved(cost, at_most, to, own[~self.is_at_most], limits)[:n]

    def _end(self, column: int, bounds: np.ndarray, sign: float) -> float:
        cost = np.zeros(len(self.variables))
        cost[column] = -sign
        equal = ~self.is_at_most
        found = self._solved(cost, self.equations[self.is_at_most], self.to[self.is_at_most], self.equations[equal], bounds)
        return float(found[column])

    def _solved(self, cost: np.ndarray, at_most, to: np.ndarray, equal, bounds: np.ndarray) -> np.ndarray:
        # no number needs more than this, and an unbounded program has no corner to look at
        bounds = np.minimum(bounds, 1e5)
        some = {"A_ub": at_most, "b_ub": to} if at_most.shape[0] else {}
        same = {"A_eq": equal, "b_eq": self.to[~self.is_at_most]} if equal.shape[0] else {}
        found = linprog(cost, bounds=bounds, method="highs", **some, **same)
        assert found.status == 0, found.message
        return found.x


def _parts(equations: Mapping[tuple[tuple[int, float], ...], float], low: np.ndarray, high: np.ndarray) -> Iterator[_Part]:
    """The equations without what is known, in parts that share no number."""
    is_known = high - low <= EPSILON
    rows: list[dict[int, float]] = []
    to, is_at_most = [], []
    for terms, value in equations.items():
        own = {at: sign for at, sign in terms if not is_known[at]}
        known = sum(sign * low[at] for at, sign in terms if is_known[at])
        if own:
            rows.append(own)
            to.append((0.0 if np.isnan(value) else value) - known)
            is_at_most.append(bool(np.isnan(value)))
    matrix = sparse.csr_matrix(
        (
            np.array([sign for row in rows for sign in row.values()]),
            (np.repeat(np.arange(len(rows)), [len(row) for row in rows]), [at for row in rows for at in row]),
        ),
        (len(rows), len(low)),
    )
    together = abs(matrix).T @ abs(matrix)
    _, label = sparse.csgraph.connected_components(together, directed=False)
    label[is_known] = -1
    to, is_at_most = np.array(to), np.array(is_at_most, dtype=bool)
    first = matrix.indices[matrix.indptr[:-1]]
    rows_of, columns_of = defaultdict(list), defaultdict(list)
    for row, at in enumerate(first):
        rows_of[label[at]].append(row)
    for at, part in enumerate(label):
        columns_of[part].append(at)
    for part, chosen in rows_of.items():
        yield _Part(columns_of[part], matrix[chosen][:, columns_of[part]], to[chosen], is_at_most[chosen])
