"""How the series hang together: the sums that a reader can use to work out a hidden number.

A *relation* says that signed series add up to nothing wherever all of them have figures: girls + boys − all = 0. An
inequality (the newly arrived are at most all pupils) is a relation with one more series, the difference, which is never
negative. Relations follow from what the statistics mean (`sqa_lib.disclosure.meaning`) and are found in the true figures: what
holds everywhere is taken to be known to every reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.disclosure.meaning import Meaning
from sqa_lib.disclosure.series import ENOUGH, NAME, SCALE, Series

UNRELATED = 40.0
"""Series of different datasets that add up do so by chance unless the sum could hardly have been guessed, in bits: some 30 are
needed to pick one triple among all that are tried (2^9 series or so), and ten more make chance one in a thousand."""


@dataclass(frozen=True)
class Relation:
    """Σ sign · weight · series = 0. terms: (series, sign) pairs, in order of series; but_at: the places where it does not hold.

    weights: (series, its weight at each place) for those whose weight is not 1.
    """

    terms: tuple[tuple[int, int], ...]
    but_at: tuple[int, ...] = ()
    weights: tuple[tuple[int, tuple[float, ...]], ...] = ()

    def weighted(self) -> np.ndarray:
        """Sign times weight: places x terms, one row where it is the same at all places."""
        weight = dict(self.weights)
        columns = np.broadcast_arrays(*(sign * np.array(weight.get(series, (1.0,))) for series, sign in self.terms))
        return np.column_stack(columns)


class Relations:
    """Relations, each once; differences that are needed become rows of `values` after the `given` ones."""

    def __init__(self, values: np.ndarray) -> None:
        self.given, self._width = values.shape
        self._rows = [np.rint(row * SCALE) for row in values]
        self._known: dict[bytes, int] = {}
        self._found: dict[Relation, None] = {}
        for index, row in enumerate(self._rows):
            self._remember(index, row)

    def _remember(self, index: int, row: np.ndarray) -> None:
        if np.nansum(row) >= ENOUGH * SCALE:
            self._known.setdefault(row.tobytes(), index)

    @property
    def values(self) -> np.ndarray:
        return np.reshape(self._rows, (len(self._rows), self._width)) / SCALE

    @property
    def found(self) -> list[Relation]:
        return list(self._found)

    def row(self, series: int) -> np.ndarray:
        return self._rows[series]

    def add(
        self, *terms: tuple[int, int], but_at: tuple[int, ...] = (), weights: tuple[tuple[int, tuple[float, ...]], ...] = ()
    ) -> None:
        """A relation; one that says nothing (a series equals itself) is left out."""
        signs: dict[int, int] = {}
        for series, sign in terms:
            signs[series] = signs.get(series, 0) + sign
        kept = sorted((series, sign) for series, sign in signs.items() if sign)
        if not kept:
            return
        turn = 1 if kept[0][1] > 0 else -1
        self._found[Relation(tuple((series, sign * turn) for series, sign in kept), but_at, weights)] = None

    def add_meaning(self, terms: Sequence[tuple[int, int]], is_equal: bool, holds: np.ndarray) -> None:
        """What terms mean together: that they add up to nothing, or not to less. holds: at which places. Where numbers say
        otherwise (more pupils on a list than are enrolled) it is left out."""
        over = np.sum([sign * self._rows[series] for series, sign in terms], axis=0)
        with np.errstate(invalid="ignore"):
            is_wrong = ~holds | ((over != 0) if is_equal else (over < 0))
        but_at = tuple(np.flatnonzero(is_wrong & ~np.isnan(over)).tolist())
        if is_equal:
            self.add(*terms, but_at=but_at)
        else:
            self.add(*terms, (self._series(np.where(is_wrong, np.nan, over)), -1))

    def add_at_most(self, parts: list[int], whole: int) -> None:
        """Σ parts ≤ whole."""
        self.add(*((part, 1) for part in parts), (self._series(self._rows[whole] - self._sum(parts)), 1), (whole, -1))

    def add_at_least(self, parts: list[int], whole: int) -> None:
        """Σ parts ≥ whole."""
        self.add(*((part, 1) for part in parts), (self._series(self._sum(parts) - self._rows[whole]), -1), (whole, -1))

    def add_each_at_least(self, count: int, amount: int, each: np.ndarray) -> None:
        """Everyone who is counted adds at least this to the amount. each: by place."""
        over = np.rint(self._rows[amount] - each * self._rows[count])
        with np.errstate(invalid="ignore"):
            left = self._series(np.where(over < 0, np.nan, over))
        weight = tuple(np.nan_to_num(each).tolist())
        self.add((amount, 1), (count, -1), (left, -1), weights=((count, weight),))

    def _sum(self, parts: list[int]) -> np.ndarray:
        return np.sum([self._rows[part] for part in parts], axis=0)

    def _series(self, row: np.ndarray) -> int:
        known = self._known.get(row.tobytes())
        if known is not None:
            return known
        self._rows.append(row)
        self._remember(len(self._rows) - 1, row)
        return len(self._rows) - 1

    def same_sum(self, parts: list[int]) -> int | None:
        """The series that the parts add up to, if there is one."""
        return self._known.get(self._sum(parts).tobytes())

    def compare(self, parts: list[int], whole: int) -> None:
        """Whatever holds everywhere between parts and their whole: equal; a part of it; or overlapping parts of it."""
        difference = self._rows[whole] - self._sum(parts)
        known = difference[~np.isnan(difference)]
        if not known.size:
            return
        if not known.any():
            self.add(*((part, 1) for part in parts), (whole, -1))
        elif (known >= 0).all():
            self.add_at_most(parts, whole)
        else:
            self._overlapping(parts, whole, bool((known <= 0).all()))

    def holds_each(self, parts: list[int], whole: int) -> bool:
        """Whether no part is ever larger than the whole."""
        return all((np.nan_to_num(self._rows[whole] - self._rows[part]) >= 0).all() for part in parts)

    def _overlapping(self, parts: list[int], whole: int, covers: bool) -> None:
        for part in parts:
            if self.holds_each([part], whole):
                self.add_at_most([part], whole)
        if covers:
            self.add_at_least(parts, whole)


def relations_of(series: Series, datasets: Mapping[str, str], meanings: Sequence[Meaning] = ()) -> Relations:
    """All relations between series at one unit and school year: what they mean; shares and their rest; and, of series whose
    meaning is not known (what shares of other datasets are held against), what the numbers say: parts and wholes of a breakdown,
    codes and what gathers them, a narrower count and a wider one of the same rows, and any two series that add up to a third.

    datasets: statistic → the dataset whose rows it counts.
    """
    found = Relations(series.values)
    for meaning in meanings:
        if all(name in series.number for name, _ in meaning.terms):
            holds = np.full(len(series.places), True) if not meaning.form else (series.places["form"] == meaning.form).to_numpy()
            found.add_meaning([(series.number[name], sign) for name, sign in meaning.terms], meaning.is_equal, holds)
    names = series.names.assign(dataset=series.names["statistic"].map(datasets))
    for part, rest, whole in _shares(names):
        found.add((part, 1), (rest, 1), (whole, -1))
    meant = {name for meaning in meanings for name, _ in meaning.terms}
    is_explained = np.array([name in meant for name in names[NAME].itertuples(index=False, name=None)], dtype=bool)
    others = names[~is_explained & ~names["repeats"]]
    for parts, wholes in _breakdowns(others):
        _add_breakdown(found, parts, wholes)
    for parts, whole in _groupings(others):
        found.compare(parts, whole)
    for narrow, wide in _narrower(others):
        if found.holds_each([narrow], wide):
            found.add_at_most([narrow], wide)
    of = names.groupby("series")["dataset"].agg(set)
    explained, repeated = set(names.loc[is_explained, "series"]), set(names.loc[names["repeats"], "series"])
    for terms in _triples(series.values):
        one, other, whole = terms
        is_related = bool(of[one] & of[other] & of[whole]) and not explained.issuperset(terms)
        is_sure = is_related or _surprise(series.values[list(terms)]) >= UNRELATED
        if is_sure and repeated.isdisjoint(terms):
            found.add((one, 1), (other, 1), (whole, -1))
    return found


def _add_breakdown(found: Relations, parts: list[int], wholes: list[int]) -> None:
    """The parts beside the series that they add up to, else beside the smallest that holds each of them."""
    total = found.same_sum(parts)
    if total is not None:
        found.compare(parts, total)
        return
    holding = [whole for whole in wholes if found.holds_each(parts, whole)]
    if holding:
        found.compare(parts, min(holding, key=lambda whole: (np.nansum(found.row(whole)), whole)))


_COUNTING = ("numerator", "denominator")


def _breakdowns(names: pd.DataFrame) -> Iterator[tuple[list[int], list[int]]]:
    """(series of the codes, series that may be their whole) for every dimension of every breakdown.

    The whole bears the breakdown without the dimension: in the same statistic, or in another that counts the same rows.
    """
    wholes = _by_breakdown(names[names["part"].isin(_COUNTING)])
    for (_, part), table in names.groupby(["statistic", "part"], sort=True):
        own = dict(zip(table["breakdown"], table["series"], strict=True))
        for rest, codes in _groups(own):
            if len(set(codes)) == len(codes) > 1:
                others = wholes.get((table["dataset"].iloc[0], rest), []) if part in _COUNTING else []
                yield codes, [own[rest]] if rest in own else others


def _by_breakdown(names: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    """(dataset, breakdown) → the series that bear it."""
    return {key: sorted(set(table["series"])) for key, table in names.groupby(["dataset", "breakdown"], sort=True)}


def _groups(own: Mapping[str, int]) -> Iterator[tuple[str, list[int]]]:
    """(breakdown without a dimension, series of the dimension's codes)."""
    groups: dict[tuple[str, str], list[int]] = {}
    for breakdown, number in own.items():
        for dimension, rest in _without_each(breakdown):
            groups.setdefault((dimension, rest), []).append(number)
    for (_, rest), codes in sorted(groups.items()):
        yield rest, codes


def _groupings(names: pd.DataFrame) -> Iterator[tuple[list[int], int]]:
    """(series of the codes gathered, series of their group) for every breakdown by a dimension that gathers another's codes."""
    for _, table in names.groupby(["statistic", "part"], sort=True):
        own = dict(zip(table["breakdown"], table["series"], strict=True))
        for breakdown, whole in own.items():
            for members in _gathered(breakdown):
                if all(member in own for member in members):
                    yield [own[member] for member in members], whole


def _gathered(breakdown: str) -> Iterator[list[str]]:
    """The breakdowns that one by a group (`stage=4-6`) gathers (`year=4`, `year=5`, `year=6`)."""
    pieces = breakdown.split(";") if breakdown else []
    for piece in pieces:
        name, code = piece.split("=")
        if grouped := DIMENSIONS[name].grouped:
            others = [other for other in pieces if other != piece]
            yield [";".join(sorted([*others, f"{grouped}={member}"])) for member in DIMENSIONS[name].groups[code]]


def _narrower(names: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs of series of the same dataset and breakdown."""
    for series in _by_breakdown(names[names["part"].isin(_COUNTING)]).values():
        yield from permutations(series, 2)


def _without_each(breakdown: str) -> Iterator[tuple[str, str]]:
    """(dimension, the breakdown without it) for each dimension of a breakdown."""
    pieces = breakdown.split(";") if breakdown else []
    for index, piece in enumerate(pieces):
        yield piece.split("=")[0], ";".join(pieces[:index] + pieces[index + 1 :])


def _shares(names: pd.DataFrame) -> Iterator[tuple[int, int, int]]:
    wide = names.pivot(index=["statistic", "breakdown"], columns="part", values="series")
    if "rest" in wide:
        for row in wide.dropna(subset="rest").itertuples():
            yield int(row.numerator), int(row.rest), int(row.denominator)


def _triples(values: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """(one, other, whole) with one + other = whole wherever they have figures; only among series of more than a few."""
    whole = np.rint(values * SCALE)
    large = np.flatnonzero(np.nansum(whole, axis=1) >= 2 * ENOUGH * SCALE)
    everywhere = ~np.isnan(whole[large])
    for pattern in np.unique(everywhere, axis=0):
        rows = large[(everywhere >= pattern).all(axis=1)]
        for one, other, total in _candidates(whole[np.ix_(rows, np.flatnonzero(pattern))]):
            terms = rows[[one, other, total]]
            if not np.nansum(np.abs(np.array([1, 1, -1]) @ whole[terms])):
                yield int(terms[0]), int(terms[1]), int(terms[2])


def _surprise(triple: np.ndarray) -> float:
    """How hard the sums (last row) are to guess, in bits: a count of v has about √(2πv) likely values (Poisson's spread)."""
    sums = triple[-1, ~np.isnan(triple).any(axis=0)]
    return float(np.log2(1 + np.sqrt(2 * np.pi * sums)).sum())


def _candidates(table: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Rows whose fingerprints, which add up as the rows do, say that two add up to a third."""
    weights = np.random.default_rng(2021).integers(1, 2**20, table.shape[1]).astype(float)
    print_of = table @ weights / SCALE
    order = np.argsort(print_of, kind="stable")
    ordered = print_of[order]
    for one in range(len(table) - 1):
        sums = print_of[one] + print_of[one + 1 :]
        first, last = np.searchsorted(ordered, sums - 0.5), np.searchsorted(ordered, sums + 0.5)
        for other in np.flatnonzero(last > first):
            yield from ((one, one + 1 + int(other), int(order[at])) for at in range(first[other], last[other]))
