"""All numbers of a publication as one system of equations: what may be hidden, what must be, and how they hang together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.disclosure.earlier import Former, facts_of
from sqa_lib.disclosure.families import Family, Sum, always_add_up, families_of, sums_of, terms_of
from sqa_lib.disclosure.figures import Figures
from sqa_lib.disclosure.ledger import Release, missing_now
from sqa_lib.disclosure.meaning import Meaning
from sqa_lib.disclosure.relations import Relations, relations_of
from sqa_lib.disclosure.series import Series, series_of
from sqa_lib.disclosure.then import equations_then, numbers_then, sums_then
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.units import UnitTree
from sqa_lib.words import is_period

LOSS = {"municipality": 1000.0, "area": 30.0}
"""What withholding a figure costs, by level; a school's or preschool's costs 1. The widest figures go last."""
DEPTH = 1 / 3
"""Each dimension of a breakdown makes a figure worth less: totals are what readers look for first."""
GROUP_DEPTH = 1 / 2
"""The same for a dimension that gathers the codes of another: it is what units show that are too small for these."""
PERIOD_WORTH = 1 / 2
"""Several school years together are worth less than this one, which readers ask for."""
ZERO_LOSS = 1.5
"""A zero costs a little more than another small number: that nobody is concerned is what readers want to see."""
AMOUNT_MARGIN = 0.2
"""The total behind a withheld mean must stay uncertain by this part of itself, up and down (the p % rule of official
statistics: Hundepool et al. 2012, Statistical Disclosure Control, ch. 4)."""


@dataclass(frozen=True)
class System:
    """cells: one row per number, columns

    * series, place: which number (row and column of `Series.values`); school_year, unit, level;
    * value: its true value;
    * low, high: its feasible values must reach down to `low` and up to `high`; NaN where it needs no protection;
    * least, most: readers know that it lies between them, whatever is published;
    * loss: what hiding it costs;
    * is_public: a number of a public statistic; is_known: readers know it, whatever is published;
    * was_withheld: no figure showed it when it was released before.

    equations: one row per equation, one column per cell; equations · values = 0.
    shows: one row per figure (row of the statistics), one column per cell: 1 where the figure gives the cell's value away.
    parts: which cells a figure is made of, columns figure, part, cell.
    """

    cells: pd.DataFrame
    equations: sparse.csr_matrix
    shows: sparse.csr_matrix
    parts: pd.DataFrame

    @property
    def is_withheld(self) -> np.ndarray:
        """True for the cells that are not shown whatever protects them, even if they were before."""
        return self.cells["low"].notna().to_numpy()

    @property
    def stays_hidden(self) -> np.ndarray:
        """True for the cells that are hidden to begin with: what was withheld before is withheld again."""
        return self.is_withheld | self.cells["was_withheld"].to_numpy()

    @cached_property
    def is_period(self) -> np.ndarray:
        """True for the cells of several school years together that are given today; what was given before stands fast."""
        return (self.cells["school_year"].map(is_period).astype(bool) & (self.cells["place"] >= 0)).to_numpy()

    @property
    def is_small(self) -> np.ndarray:
        """True for the cells to protect."""
        return self.is_withheld & ~self.cells["is_known"].to_numpy()


def system_of(
    figures: Figures,
    definitions: Mapping[str, Statistic],
    tree: UnitTree,
    releases: Sequence[Release] = (),
    meanings: Sequence[Meaning] = (),
) -> System:
    """The system of a report's figures and of what earlier releases tell; `ReportError` where these contradict the data."""
    series = series_of(figures.statistics, definitions, tree)
    relations = relations_of(series, {name: d.datasets[0] for name, d in definitions.items() if d.datasets}, meanings)
    _add_each_at_least(relations, series, definitions)
    kinds = _kinds(series, figures, definitions)
    values, sums = sums_of(relations.values, families_of(series.places, tree))
    stands_at = _stands_at(series, tree, values)
    number = _numbered(values, _included(relations, kinds, sums, len(values)), stands_at)
    cells = _cells(values, np.where(stands_at == np.arange(values.shape[1]), number, -1), series.places)
    parts = series.parts.assign(cell=number[series.parts["series"], series.parts["place"]])
    parts = parts.loc[parts["cell"] >= 0, ["figure", "part", "cell"]].reset_index(drop=True)
    low, high = _reach(cells, parts, kinds, figures)
    shows = _shows(parts, figures, len(cells))
    cells = cells.assign(low=low, high=high, loss=_loss(cells, shows, figures))
    own = parts[parts["part"] != "rest"]
    cells["is_public"] = _any_figure(cells, own, figures.is_public)
    cells["is_known"] = _known(cells, parts, figures, tree)
    cells["was_withheld"] = _any_figure(cells, own, figures.was_withheld) & ~_any_figure(cells, own, figures.is_released)
    cells = cells.assign(least=0.0, most=np.inf)
    adds_up = always_add_up(sums, len(values))
    former = Former(cells, number, series, adds_up, kinds["minimum_count"])
    equations = _equations(relations, _not_implied(sums, relations, number), number)
    counted = [name for name, definition in definitions.items() if definition.kind in ("count", "share")]
    for release in releases:
        late = missing_now(figures.statistics, tree, release)
        for fact in facts_of(release, tree, figures.under(release.rule).loc[counted], late):
            former.add(fact)
        former.add_areas(release, tree)
        then = numbers_then(release, figures.statistics, parts, len(cells), tree, definitions)
        for equation in chain(
            equations_then(equations, then, cells["value"].to_numpy()),
            sums_then(release, tree, number, adds_up, series.number, series.place, then, cells["value"].to_numpy()),
        ):
            former.add_equation(release.name, equation)
    former.relate(relations.found)
    cells, equations = former.extended(cells, equations)
    shows.resize(shows.shape[0], len(cells))
    return System(cells, equations, shows, parts)


def _add_each_at_least(relations: Relations, series: Series, definitions: Mapping[str, Statistic]) -> None:
    """What everyone counted adds at least to a rate's amount: a pupil of high absence to the hours of absence, 15 percent of the
    hours of one pupil of the same unit and group."""
    limits = {name: d.each_at_least for name, d in definitions.items() if d.each_at_least}
    for (name, part, breakdown), count in series.number.items():
        if name not in limits or part != "numerator":
            continue
        rate, least = limits[name]
        made_of = [series.number.get((rate, part, breakdown)) for part in ("numerator", "denominator", "people")]
        if None in made_of:
            continue
        amount, of_all, people = made_of
        with np.errstate(invalid="ignore", divide="ignore"):
            each = least / definitions[rate].per * series.values[of_all] / series.values[people]
        relations.add_each_at_least(count, amount, np.where(np.isfinite(each), each, np.nan))


def _kinds(series: Series, figures: Figures, definitions: Mapping[str, Statistic]) -> pd.DataFrame:
    """The series to protect, index series; columns minimum_count (NaN for amounts) and is_amount (hours, days: what a mean
    adds up). Posts, groups and other numbers that are not of people are left out."""
    names = series.names.assign(
        kind=series.names["statistic"].map(lambda name: definitions[name].kind),
        about=series.names["statistic"].map(lambda name: definitions[name].is_about_people).astype(bool),
        minimum=series.names["statistic"].map(figures.thresholds["minimum_count"]),
    )
    counts_others = names.loc[(names["kind"] == "count") & (names["part"] == "people"), "statistic"].unique()
    is_people = names["about"] & (
        (names["kind"] == "share")
        | ((names["kind"] == "count") & ~names["statistic"].isin(counts_others))
        | ((names["kind"] == "ratio") & (names["part"] == "people"))
    )
    is_amount = names["about"] & (names["kind"] == "ratio") & (names["part"] == "numerator")
    people = names[is_people].groupby("series")["minimum"].max().to_frame("minimum_count").assign(is_amount=False)
    amounts = sorted(set(names.loc[is_amount, "series"]) - set(people.index))
    return pd.concat([people, pd.DataFrame({"minimum_count": np.nan, "is_amount": True}, index=amounts)])


def _included(relations: Relations, kinds: pd.DataFrame, sums: Sequence[Sum], n: int) -> np.ndarray:
    """True for the series of the system: those to protect, differences between them, and what is left over of them."""
    included = np.zeros(n, dtype=bool)
    included[kinds.index] = True
    for relation in relations.found:
        new = [series for series, _ in relation.terms if series >= relations.given]
        if all(included[series] for series, _ in relation.terms if series < relations.given):
            included[new] = True
    included[[each.rest for each in sums if each.rest >= 0 and included[each.series]]] = True
    return included


def _stands_at(series: Series, tree: UnitTree, values: np.ndarray) -> np.ndarray:
    """For each series and place the place whose number it is: its own, but what a share of the whole authority is held against is
    the authority's everywhere. Shape of `values`."""
    places, names = series.places, series.names
    of_year = {row.school_year: row.Index for row in places.itertuples() if row.unit == tree.authority.code}
    authority = places["school_year"].map(of_year).to_numpy()
    stands_at = np.tile(np.arange(values.shape[1]), (len(values), 1))
    for row in names.loc[names["repeats"], "series"].unique():
        stands_at[row] = np.where(np.isnan(values[row, authority]), stands_at[row], authority)
    return stands_at


def _numbered(values: np.ndarray, included: np.ndarray, stands_at: np.ndarray) -> np.ndarray:
    """The number of each cell, −1 where there is none: shape of `values`. stands_at: the place whose cell it is."""
    is_number = ~np.isnan(values) & included[:, None]
    is_cell = is_number & (stands_at == np.arange(values.shape[1]))
    number = np.where(is_cell, np.cumsum(is_cell).reshape(values.shape) - 1, -1)
    return np.where(is_number, np.take_along_axis(number, stands_at, axis=1), -1)


def _cells(values: np.ndarray, number: np.ndarray, places: pd.DataFrame) -> pd.DataFrame:
    series, place = np.nonzero(number >= 0)
    table = places.iloc[place].reset_index(drop=True)
    return table.assign(series=series, place=place, value=values[series, place])


def _reach(cells: pd.DataFrame, parts: pd.DataFrame, kinds: pd.DataFrame, figures: Figures) -> tuple[pd.Series, pd.Series]:
    """How far down and up the feasible values of each cell must reach: no further than it is where an older policy, which it was
    released under, asks nothing of it."""
    minimum, value = cells["series"].map(kinds["minimum_count"]), cells["value"]
    is_small = value.ge(1) & value.lt(minimum)
    asked = minimum.clip(upper=_least_asked(cells, parts, figures.asked_before["minimum_count"]))
    was_small = is_small & value.lt(asked)
    is_thin = _any_figure(cells, parts[parts["part"] == "numerator"], figures.is_thin)
    is_thin &= cells["series"].map(kinds["is_amount"]).eq(True) & cells["value"].gt(0)
    by_hand = _any_figure(cells, parts[parts["part"].isin(["numerator", "rest"])], figures.by_hand)
    margin = AMOUNT_MARGIN * _any_figure(cells, parts[parts["part"] == "numerator"], figures.was_thin)
    low = pd.Series(np.nan, cells.index).mask(is_small, value).mask(was_small, 1.0).mask(is_thin, value * (1 - margin))
    high = pd.Series(np.nan, cells.index).mask(is_small, value).mask(was_small, asked).mask(is_thin, value * (1 + margin))
    least, most = _reach_by_hand(value, minimum)
    return low.mask(by_hand, least), high.mask(by_hand, most)


def _reach_by_hand(value: pd.Series, minimum: pd.Series) -> tuple[pd.Series, pd.Series]:
    """How far down and up a number must reach that is withheld by hand: as a small one does, or as a total behind a mean, and by
    one at least."""
    is_large, margin = ~value.lt(minimum), (AMOUNT_MARGIN * value).clip(lower=1.0)
    return value.clip(upper=1.0).mask(is_large, value - margin), minimum.mask(is_large, value + margin)


def _least_asked(cells: pd.DataFrame, parts: pd.DataFrame, asked: pd.Series) -> pd.Series:
    """What the most lenient policy asks that any figure of a cell was released under, NaN for none."""
    return parts["figure"].map(asked).groupby(parts["cell"]).min().reindex(cells.index)


def _shows(parts: pd.DataFrame, figures: Figures, n: int) -> sparse.csr_matrix:
    """The rest of a share follows from the others; unreliable figures show nothing, nor do shares of nobody, which say so only
    where others show it."""
    tells_nothing = figures.is_unreliable | figures.is_of_nobody
    shown = parts[(parts["part"] != "rest") & ~parts["figure"].map(tells_nothing).astype(bool)]
    shape = (len(figures.statistics), n)
    return sparse.csr_matrix((np.ones(len(shown)), (shown["figure"], shown["cell"])), shape).sign()


def _loss(cells: pd.DataFrame, shows: sparse.csr_matrix, figures: Figures) -> np.ndarray:
    worth = figures.statistics["breakdown"].map(_worth).to_numpy(dtype=float)
    worth = np.where(figures.statistics["school_year"].map(is_period), PERIOD_WORTH * worth, worth)
    most = np.zeros(len(cells))
    figure, cell = shows.nonzero()
    np.maximum.at(most, cell, worth[figure])
    return most * cells["level"].map(LOSS).fillna(1.0).to_numpy() * np.where(cells["value"] == 0, ZERO_LOSS, 1.0)


def _worth(breakdown: str) -> float:
    names = [part.split("=")[0] for part in breakdown.split(";") if part]
    return float(np.prod([GROUP_DEPTH if DIMENSIONS[name].grouped else DEPTH for name in names]))


def _known(cells: pd.DataFrame, parts: pd.DataFrame, figures: Figures, tree: UnitTree) -> np.ndarray:
    """Figures released before; what `.` tells to be nothing; zeros of public statistics (which years a school has); and what is
    0 in every unit of a level and school form, since it can't be otherwise (an upper-secondary school's pupils in year 9)."""
    released = _any_figure(cells, parts, figures.is_released | figures.is_nothing)
    forms = cells["unit"].map({unit.code: " ".join(unit.school_forms) for unit in tree.units})
    never = cells["value"].groupby([cells["series"], cells["level"], forms]).transform("max") == 0
    return (released | (cells["is_public"] & (cells["value"] == 0)) | never).to_numpy()


def _any_figure(cells: pd.DataFrame, parts: pd.DataFrame, which: pd.Series) -> pd.Series:
    """True for the cells that are a part of any figure that `which` is True for."""
    return cells.index.to_series().isin(parts.loc[parts["figure"].map(which).astype(bool), "cell"])


def _not_implied(sums: Sequence[Sum], relations: Relations, number: np.ndarray) -> list[Sum]:
    """The sums without those that follow from others: where a = b + c everywhere, and b and c add up, a does too."""
    exact: dict[int, list[Family]] = {}
    for each in sums:
        if each.rest < 0:
            exact.setdefault(each.series, []).append(each.family)
    found = {(series, family) for series, families in exact.items() for family in families}
    implied: set[tuple[int, Family]] = set()
    needed: set[tuple[int, Family]] = set()
    for relation in relations.found:
        if relation.but_at or relation.weights:
            continue
        series = [number for number, _ in relation.terms]
        for family in exact.get(series[-1], []):
            terms = [(each, family) for each in series]
            places = [family.whole, *family.parts]
            if (number[np.ix_(series, places)] < 0).any() or not found.issuperset(terms) or not implied.isdisjoint(terms):
                continue
            if free := next((term for term in terms if term not in needed), None):
                implied.add(free)
                needed |= set(terms) - {free}
    return [each for each in sums if (each.series, each.family) not in implied]


def _equations(relations: Relations, sums: Sequence[Sum], number: np.ndarray) -> sparse.csr_matrix:
    """Relations at every place where all their series are, and each place as the sum of those that it is made of."""
    rows, columns, signs = [], [], []
    count = 0
    for cells, sign in chain(_terms_of(relations, number), terms_of(sums, number)):
        rows.append(np.repeat(np.arange(count, count + len(cells)), cells.shape[1]))
        columns.append(cells.ravel())
        signs.append(np.broadcast_to(sign, cells.shape).ravel())
        count += len(cells)
    shape = (count, int(number.max(initial=-1)) + 1)
    if not rows:
        return sparse.csr_matrix(shape)
    equations = sparse.csr_matrix((np.concatenate(signs).astype(float), (np.concatenate(rows), np.concatenate(columns))), shape)
    equations.eliminate_zeros()
    return equations


def _terms_of(relations: Relations, number: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(cells, signs): equations with the same number of terms, one per row."""
    for relation in relations.found:
        cells = number[[series for series, _ in relation.terms]].T
        holds = (cells >= 0).all(axis=1)
        holds[list(relation.but_at)] = False
        yield cells[holds], np.broadcast_to(relation.weighted(), cells.shape)[holds]
