"""An attacker who knows nothing of what figures mean and tries everything. He shares nothing with the audit or the protection.

He reads what is published and which units lie in which. What may hold between numbers he looks for by brute force in another
municipality: sums and inequalities of numbers of one unit and school year, wholes and their parts (units, codes, school years)
and what rates are made of. What holds there, and here wherever it can be seen, he takes on (what is false all the same he is
spared), and computes how far each withheld number can move.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from sqa_lib.metrics import DEFINITIONS
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree
from sqa_lib.words import is_period, years_of
from tests.audit.solving import Ends, Rows, ends_of

SERIES, CELL = ["statistic", "part", "breakdown"], ["school_year", "unit"]
Name = tuple[str, str, str]
ENOUGH = 40
"""Series that count fewer in all municipalities together agree by chance."""
SURPRISE = 10.0
"""An inequality between series of which this many rows would break it, were the two independent, has a meaning."""


@dataclass(frozen=True)
class Numbers:
    """series: names `SERIES`; cells: names `CELL`; low, high: series x cells, what each number is at least and at most, NaN where
    there is none; rates: columns statistic, breakdown, school_year, unit, value."""

    series: pd.MultiIndex
    cells: pd.MultiIndex
    low: np.ndarray
    high: np.ndarray
    rates: pd.DataFrame
    tree: UnitTree

    @cached_property
    def exists(self) -> np.ndarray:
        return ~np.isnan(self.low)

    @cached_property
    def known(self) -> np.ndarray:
        """NaN for what is withheld."""
        return np.where(self.low == self.high, self.low, np.nan)

    @cached_property
    def line(self) -> dict[Name, int]:
        return {name: at for at, name in enumerate(self.series)}

    @cached_property
    def column(self) -> dict[tuple[str, str], int]:
        return {name: at for at, name in enumerate(self.cells)}

    @cached_property
    def tables(self) -> dict[tuple[str, str, tuple[str, ...]], dict[tuple[str, ...], int]]:
        """(statistic, part, dimensions) → codes → series."""
        found: dict = {}
        for at, (statistic, part, breakdown) in enumerate(self.series):
            codes = dict(sorted(code.split("=", 1) for code in breakdown.split(";") if code))
            found.setdefault((statistic, part, tuple(codes)), {})[tuple(codes.values())] = at
        return found

    def place(self, line: int | np.ndarray, column: int | np.ndarray) -> int | np.ndarray:
        return line * len(self.cells) + column

    def names(self, place: int) -> tuple[str, ...]:
        line, column = divmod(int(place), len(self.cells))
        return *self.series[line], *self.cells[column]

    def of(self, other: "Numbers") -> np.ndarray:
        """What is known of these numbers by others."""
        known = pd.DataFrame(other.known, other.series, other.cells).reindex(index=self.series, columns=self.cells)
        return np.where(self.exists, known.to_numpy(), np.nan)

    def of_form(self, form: str) -> np.ndarray:
        """The cells of units of this school form alone; all for ""."""
        units = {unit.code for unit in self.tree.units if not form or unit.school_forms == (form,)}
        return np.flatnonzero(self.cells.get_level_values("unit").isin(units))

    def at(self, names: pd.MultiIndex, form: str) -> np.ndarray:
        """What is known of these series in the units of a form."""
        return pd.DataFrame(self.known[:, self.of_form(form)], self.series).reindex(names).to_numpy()

    def shown(self, places: Sequence[int], truth: np.ndarray) -> "Numbers":
        """The same with these numbers shown after all. truth: series x cells."""
        low, high = self.low.copy(), self.high.copy()
        low.flat[places] = high.flat[places] = truth.flat[places]
        return replace(self, low=low, high=high)


def numbers_of(table: pd.DataFrame, tree: UnitTree, policy: Disclosure) -> Numbers:
    """table: columns of `published.parquet`, or of true statistics, which have no marks but `.`."""
    kind = table["statistic"].map(lambda name: DEFINITIONS[name].kind)
    counts = table[(kind == "count") & (table["mark"] != ".")]
    shares = table[kind == "share"].assign(rest=lambda rows: rows["denominator"] - rows["numerator"])
    parts = [(counts, "numerator"), (shares, "numerator"), (shares, "denominator"), (shares, "rest")]
    long = pd.concat([_between(rows, part, policy) for rows, part in parts]).set_index([*SERIES, *CELL])
    low, high = (long[side].unstack(CELL) for side in ("low", "high"))
    rates = table.loc[(kind == "ratio") & table["value"].notna(), ["statistic", "breakdown", *CELL, "value"]]
    return Numbers(low.index, low.columns, low.to_numpy(), high.to_numpy(), rates, tree)


def _between(rows: pd.DataFrame, part: str, policy: Disclosure) -> pd.DataFrame:
    """Columns `SERIES`, `CELL`, low, high. `.`: there is nobody; `~100`: a few are outside of enough."""
    rules = {name: policy.thresholds_of(DEFINITIONS[name].datasets) for name in rows["statistic"].unique()}
    low, high, nearly_all = rows[part].fillna(0.0), rows[part].fillna(np.inf), rows["mark"] == "~100"
    if part == "denominator":
        low = low.mask(nearly_all, rows["statistic"].map(lambda name: float(rules[name].minimum_denominator)))
    if part == "rest":
        low, high = (
            low.mask(nearly_all, 1.0),
            high.mask(nearly_all, rows["statistic"].map(lambda name: rules[name].minimum_count - 1.0)),
        )
    return rows[["statistic", "breakdown", *CELL]].assign(part=part, low=low, high=high.mask(rows["mark"] == ".", 0.0))


def where_withheld(published: pd.DataFrame) -> set[str]:
    """The datasets of which anything is withheld. published: columns of `published.parquet`."""
    names = published.loc[published["mark"].isin(["..", "~100"]), "statistic"].unique()
    return {dataset for name in names if DEFINITIONS[name].kind != "official" for dataset in DEFINITIONS[name].datasets}


def made_of(table: pd.DataFrame, datasets: Collection[str]) -> pd.DataFrame:
    """The rows of statistics that need none but these datasets; an agency's are left out."""
    kept = [name for name in table["statistic"].unique() if set(DEFINITIONS[name].datasets) <= set(datasets)]
    return table[table["statistic"].isin([name for name in kept if DEFINITIONS[name].kind != "official"])]


# ---- numbers of one unit and school year ----------------------------------------------------------------------------


def of_datasets(numbers: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The distinct series of each dataset that count enough, where all of them have figures (units above the schools too)."""
    dataset = numbers.index.get_level_values("statistic").map(lambda name: DEFINITIONS[name].datasets[0])
    for name in sorted(set(dataset)):
        own = numbers[dataset == name]
        own = own[own.sum(axis=1) >= ENOUGH].drop_duplicates()
        if len(own) > 1:
            yield name, own


def found_sums(series: pd.DataFrame) -> Iterator[list[tuple[Name, float]]]:
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
            if not {one, other} & set(pair):
                yield _terms(series, [one, other], list(pair))
        pairs.setdefault(total, []).append((one, other))
    for total, whole in at.items():
        for third in range(len(marks)):
            for pair in pairs.get(total - int(marks[third]), ()):
                if third > pair[1]:
                    yield _terms(series, [*pair, third], [whole])


def _terms(series: pd.DataFrame, left: list[int], right: list[int]) -> list[tuple[Name, float]]:
    return [*((series.index[at], 1.0) for at in left), *((series.index[at], -1.0) for at in right)]


def nowhere_below(values: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """(a series, those that are nowhere below it), where there are any."""
    for part in range(len(values)):
        with np.errstate(invalid="ignore"):
            wholes = np.flatnonzero(~(values < values[part]).any(axis=1))
        if len(wholes) > 1:
            yield part, wholes[wholes != part]


def surprise(rows: np.ndarray, part: int, inside: np.ndarray) -> np.ndarray:
    """For each series how little likely it is that all rows of the part are in it by chance, where the part is known to lie
    inside of some: −log of the share of the rows in all of these that are in it, for each row of the part."""
    context = (rows[inside] > 0).all(axis=0) & ~np.isnan(rows[part])
    exists = ~np.isnan(rows) & context
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ((rows > 0) & exists).sum(axis=1) / exists.sum(axis=1)
        return np.nan_to_num(-np.log(share), posinf=0.0) * ((rows[part] > 0) & context).sum()


# ---- wholes and parts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whole:
    """Wholes, each with what may be its parts, as places of numbers."""

    name: str
    families: Sequence[tuple[int, np.ndarray]]

    def guesses(self) -> Iterator[tuple[str, Rows]]:
        """The parts make up the whole; they are inside without overlap; each is inside; they cover it."""
        sums = [([whole, *parts], [1.0, *([-1.0] * len(parts))]) for whole, parts in self.families]
        yield "sum", Rows.of(sums, 0, 0)
        yield "at most", Rows.of(sums, 0, np.inf)
        yield "each", Rows.of([([whole, part], [1.0, -1.0]) for whole, parts in self.families for part in parts], 0, np.inf)
        yield "at least", Rows.of(sums, -np.inf, 0)


def wholes(numbers: Numbers) -> Iterator[Whole]:
    """Of units, of school years, and of the codes of each dimension."""
    years = [(at, parts) for at, parts in _school_years(numbers) if None not in parts]
    for (statistic, part, dimensions), table in numbers.tables.items():
        name, lines = f"{statistic} {part} [{', '.join(dimensions)}]", np.array(list(table.values()))
        units = list(_units(numbers, numbers.exists[lines].any(axis=0)))
        for level in sorted({level for level, *_ in units}):
            yield Whole(f"{name}: units of {level}", _over(numbers, lines, [family for at, *family in units if at == level]))
        yield Whole(f"{name}: school years", _over(numbers, lines, years))
        for (other, other_part, finer), parts in numbers.tables.items():
            if (other, other_part) == (statistic, part) and set(dimensions) < set(finer):
                more = ", ".join(sorted(set(finer) - set(dimensions)))
                yield Whole(f"{name}: codes of {more}", list(_codes(numbers, dimensions, table, finer, parts)))


def _school_years(numbers: Numbers) -> Iterator[tuple[int, list[int | None]]]:
    for (time_, code), at in numbers.column.items():
        if is_period(time_):
            yield at, [numbers.column.get((year, code)) for year in years_of(time_)]


def _units(numbers: Numbers, present: np.ndarray) -> Iterator[tuple[str, int, list[int]]]:
    """(level, column of a unit, columns of the nearest units below it that have numbers)."""
    below: dict[str, list[str]] = {}
    for unit in numbers.tree.units:
        below.setdefault(unit.parent, []).append(unit.code)

    def nearest(year: str, code: str) -> Iterator[int]:
        for child in below.get(code, ()):
            at = numbers.column.get((year, child))
            if at is not None and present[at]:
                yield at
            else:
                yield from nearest(year, child)

    for (year, code), at in numbers.column.items():
        if present[at] and (children := list(nearest(year, code))):
            yield numbers.tree[code].level, at, children


def _over(numbers: Numbers, lines: np.ndarray, families: Sequence[tuple[int, list[int]]]) -> list[tuple[int, np.ndarray]]:
    return [
        (numbers.place(line, whole), numbers.place(line, np.array(parts)))
        for whole, parts in families
        for line in lines[numbers.exists[np.ix_(lines, [whole, *parts])].all(axis=1)]
    ]


def _codes(numbers: Numbers, dimensions, table, finer, parts) -> Iterator[tuple[int, np.ndarray]]:
    kept = [finer.index(dimension) for dimension in dimensions]
    of_codes: dict[tuple[str, ...], list[int]] = {}
    for codes, line in parts.items():
        of_codes.setdefault(tuple(codes[at] for at in kept), []).append(line)
    for codes, whole in table.items():
        lines = np.array(of_codes.get(codes, []), dtype=int)
        for cell in np.flatnonzero(numbers.exists[whole] & numbers.exists[lines].any(axis=0)):
            yield numbers.place(whole, cell), numbers.place(lines[numbers.exists[lines, cell]], cell)


# ---- rates ----------------------------------------------------------------------------------------------------------


def found_rates(numbers: Numbers) -> Iterator[tuple[str, str, Name, Name]]:
    """(statistic, breakdown, series, series) where the one over the other gives each value, as it is unrounded."""
    for (statistic, breakdown), rows in numbers.rates.groupby(["statistic", "breakdown"]):
        own = set(DEFINITIONS[statistic].datasets)
        lines = np.array([at for at, (name, *_) in enumerate(numbers.series) if not own.isdisjoint(DEFINITIONS[name].datasets)])
        lines = lines[np.sort(np.unique(np.nan_to_num(numbers.known[lines], nan=-1.0), axis=0, return_index=True)[1])]
        cells = np.array([numbers.column.get(cell, -1) for cell in zip(rows["school_year"], rows["unit"], strict=True)])
        values, cells = rows["value"].to_numpy()[cells >= 0], cells[cells >= 0]
        if len(lines) and len(cells):
            for over, under in _quotients(numbers.known[np.ix_(lines, cells)], values, DEFINITIONS[statistic].per):
                yield statistic, breakdown, numbers.series[lines[over]], numbers.series[lines[under]]


def _quotients(known: np.ndarray, values: np.ndarray, per: float) -> np.ndarray:
    """Pairs (n x 2) of lines that give all values."""
    first, *others = np.argsort(-np.nan_to_num(known).sum(axis=0), kind="stable")
    with np.errstate(invalid="ignore"):
        over, under = np.nonzero(np.isclose(per * known[:, None, first], values[first] * known[None, :, first], rtol=1e-9))
        for cell in others:
            kept = np.isclose(per * known[over, cell], values[cell] * known[under, cell], rtol=1e-9)
            over, under = over[kept], under[kept]
    return np.column_stack([over, under])


def rate_rows(numbers: Numbers, statistic: str, breakdown: str, over: Name, under: Name) -> Rows:
    """What a rate, printed with so many decimals, says of the two."""
    rates, one = numbers.rates, DEFINITIONS[statistic]
    rows = rates[(rates["statistic"] == statistic) & (rates["breakdown"] == breakdown)]
    half, sums = 0.5 * 10.0**-one.decimals, {1: [], -1: []}
    for year, unit, value in rows[[*CELL, "value"]].itertuples(index=False):
        column = numbers.column.get((year, unit))
        if column is not None and numbers.exists[[numbers.line[over], numbers.line[under]], column].all():
            places = [numbers.place(numbers.line[name], column) for name in (over, under)]
            for sign in sums:
                sums[sign].append((places, [one.per, -(value + sign * half)]))
    return Rows.joined([Rows.of(sums[1], -np.inf, 0), Rows.of(sums[-1], 0, np.inf)])


# ---- what he takes on -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Belief:
    """What holds between numbers of the publication. kind: same, inside, sum, rate, or of wholes: units, codes, school years."""

    kind: str
    name: str
    rows: Rows


def within(numbers: Numbers, terms: Sequence[tuple[Name, float]], high: float = 0.0, cells: np.ndarray | None = None) -> Rows:
    """0 <= sum of terms <= high in each unit and school year that has all of them. cells: among these."""
    if any(name not in numbers.line for name, _ in terms):
        return Rows.of([], 0, high)
    lines, weights = np.array([numbers.line[name] for name, _ in terms]), np.array([weight for _, weight in terms])
    cells = np.arange(len(numbers.cells)) if cells is None else cells
    cells = cells[numbers.exists[np.ix_(lines, cells)].all(axis=0)]
    n, many = len(cells), len(lines)
    places = numbers.place(lines[None, :], cells[:, None]).ravel()
    return Rows(np.repeat(np.arange(n), many), places, np.tile(weights, n), np.zeros(n), np.full(n, float(high)))


def guesses(published: Numbers, others: Sequence[Numbers], singles: Numbers | None = None) -> Iterator[Belief]:
    """What holds in all the other municipalities, put to this publication. singles: rows that are each a school of its own;
    without them an inequality needs no surprise to be taken for more than chance."""
    yield from _pairs(published, others, singles)
    yield from _sums(published, others)
    yield from _wholes(published, others)
    for rate in found_rates(others[0]):
        if all(name in published.line for name in rate[2:]):
            yield Belief("rate", " ".join(map(str, rate)), rate_rows(published, *rate))


def _pairs(published: Numbers, others: Sequence[Numbers], singles: Numbers | None) -> Iterator[Belief]:
    """Series that are the same or one inside another in all units, or in all of one school form."""
    names = pd.MultiIndex.from_tuples([name for name in published.series if all(name in each.line for each in others)])
    dataset = np.array([DEFINITIONS[statistic].datasets[0] for statistic, *_ in names])
    is_near = dataset[:, None] == dataset[None, :]
    before = np.zeros_like(is_near)
    forms = sorted({form for unit in published.tree.units for form in unit.school_forms})
    for form in ("", *forms) if len(forms) > 1 else ("",):
        holds = _hold([each.at(names, form) for each in others]) & ~before
        before |= holds
        same, cells = holds & holds.T, published.of_form(form)
        for one, other in np.argwhere(np.triu(same)):
            terms = [(names[one], 1.0), (names[other], -1.0)]
            yield Belief("same", f"{form} {names[one]} = {names[other]}", within(published, terms, cells=cells))
        rows = None if singles is None else singles.at(names, form)
        size = np.nansum(np.hstack([each.at(names, form) for each in others]), axis=1)
        for part, inside in enumerate(holds & ~same & is_near):
            candidates = np.flatnonzero(inside)[np.argsort(size[inside], kind="stable")]
            for whole in candidates if rows is None else _meant(rows, part, candidates):
                if _are_beside(names[part], names[whole]):
                    continue
                terms = [(names[whole], 1.0), (names[part], -1.0)]
                yield Belief("inside", f"{form} {names[part]} <= {names[whole]}", within(published, terms, np.inf, cells))


def _are_beside(one: Name, other: Name) -> bool:
    """Whether they are those in a share and those outside of it: that fewer are in it holds by size alone."""
    return (one[0], one[2]) == (other[0], other[2]) and {one[1], other[1]} == {"numerator", "rest"}


def _hold(known: Sequence[np.ndarray]) -> np.ndarray:
    """series x series: where the first is nowhere above the second, and both count enough."""
    values = np.hstack(known)
    is_some = np.nansum(values, axis=1) >= ENOUGH
    holds = np.zeros((len(values),) * 2, dtype=bool)
    for part, inside in nowhere_below(values):
        holds[part, inside] = is_some[part] & is_some[inside]
    return holds


def _meant(rows: np.ndarray, part: int, candidates: np.ndarray) -> list[int]:
    """Those that all rows of the part lie in, and not by chance: the most surprising first, the next among the rows in it; of
    equals the first."""
    with np.errstate(invalid="ignore"):
        left = [whole for whole in candidates if not (rows[whole] < rows[part]).any()]
    every, found = rows[[part, *left]], []
    while len(found) < len(left):
        sizes = surprise(every, 0, np.array(found, dtype=int))
        sizes[[0, *found]] = 0.0
        if sizes.max() < SURPRISE:
            break
        found.append(int(sizes.argmax()))
    return [left[at - 1] for at in found]


def _sums(published: Numbers, others: Sequence[Numbers]) -> Iterator[Belief]:
    first = others[0]
    for _, series in of_datasets(pd.DataFrame(first.known, first.series, first.cells)):
        for terms in found_sums(series):
            if all(within(other, terms).hold(other.known.ravel()) for other in others):
                yield Belief("sum", " ".join(f"{weight:+g} {name}" for name, weight in terms), within(published, terms))
    for statistic, part, breakdown in published.series:
        if part == "rest":
            parts = [((statistic, name, breakdown), sign) for name, sign in (("numerator", 1), ("rest", 1), ("denominator", -1))]
            yield Belief("sum", f"{statistic} [{breakdown}]: a share's numbers", within(published, parts))


def _wholes(published: Numbers, others: Sequence[Numbers]) -> Iterator[Belief]:
    elsewhere = [{whole.name: dict(whole.guesses()) for whole in wholes(other)} for other in others]
    known = [other.known.ravel() for other in others]
    for whole in wholes(published):
        there = [each.get(whole.name, {}) for each in elsewhere]
        held = [
            (how, rows)
            for how, rows in whole.guesses()
            if len(rows) and all(how in each and each[how].hold(values) for each, values in zip(there, known, strict=True))
        ]
        for how, rows in held[:1] if held and held[0][0] == "sum" else held:
            yield Belief(whole.name.rpartition(": ")[2].partition(" of ")[0], f"{whole.name}: {how}", rows)


@dataclass(frozen=True)
class Attack:
    """found: kind → how many relations hold in other municipalities; beliefs: those that hold here too, wherever it can be seen,
    and in truth; ends: of each number; truth: series x cells."""

    published: Numbers
    truth: np.ndarray
    beliefs: Sequence[Belief]
    found: Mapping[str, int]
    ends: Ends

    @property
    def confirmed(self) -> dict[str, int]:
        return pd.Series([belief.kind for belief in self.beliefs]).value_counts().to_dict()

    @property
    def unsafe(self) -> list[str]:
        return [
            f"{' '.join(self.published.names(at))}: {self.ends.low[at]:g}-{self.ends.high[at]:g}"
            for at in np.flatnonzero(self.ends.is_unsafe)
        ]


def attacked(
    published: Numbers, truth: np.ndarray, others: Sequence[Numbers], policy: Disclosure, singles: Numbers | None = None
) -> Attack:
    """truth: series x cells; it spares him what is false, and judges him."""
    found: dict[str, int] = {}
    beliefs = []
    for belief in guesses(published, others, singles):
        if len(belief.rows):
            found[belief.kind] = found.get(belief.kind, 0) + 1
            if belief.rows.hold(published.known.ravel()) and belief.rows.hold(truth.ravel()):
                beliefs.append(belief)
    return Attack(published, truth, beliefs, found, solved(published, beliefs, small(published, truth, policy)))


def small(published: Numbers, truth: np.ndarray, policy: Disclosure) -> np.ndarray:
    """For each number where it has to be able to reach: the threshold for small numbers of people, 0 for others."""
    rules = {name: policy.thresholds_of(DEFINITIONS[name].datasets).minimum_count for name, *_ in published.series}
    people = [DEFINITIONS[name].is_about_people for name, *_ in published.series]
    enough = np.array([rules[name] for name, *_ in published.series], dtype=float)[:, None]
    with np.errstate(invalid="ignore"):
        return np.where((truth >= 1) & (truth < enough) & np.array(people)[:, None], enough, 0.0)


def solved(published: Numbers, beliefs: Sequence[Belief], need: np.ndarray) -> Ends:
    """need: series x cells, as in `small`."""
    rows = Rows.joined([belief.rows.unknown(published.known.ravel()) for belief in beliefs])
    low, high = (np.nan_to_num(side, nan=0.0, posinf=np.inf).ravel() for side in (published.low, published.high))
    return ends_of(low, high, rows, need.ravel())
