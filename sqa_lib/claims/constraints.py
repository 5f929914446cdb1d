"""The constraints that tie printed figures together, as rows of whole numbers."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, product

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sqa_lib.claims.claim import Claim, Rounding
from sqa_lib.claims.quantity import Quantity
from sqa_lib.claims.wording import Parts


@dataclass(frozen=True)
class Row:
    """low ≤ Σ coefficient × quantity ≤ high, all of them whole numbers; None is no limit."""

    terms: tuple[tuple[Quantity, int], ...]
    low: int | None = None
    high: int | None = None

    def holds(self, values: Mapping[Quantity, int]) -> bool:
        total = sum(coefficient * values[quantity] for quantity, coefficient in self.terms)
        return (self.low is None or total >= self.low) and (self.high is None or total <= self.high)


def rows_of(claim: Claim, rounding: Rounding = "either") -> list[Row]:
    """What a printed figure says of its quantities.

    A share s of n out of N at a printed precision says low ≤ 100 n / N < high, which is linear in n and N (the idea of the
    GRIM test: Brown & Heathers 2017, for means of whole numbers); multiplied out it is exact in whole numbers.
    """
    if claim.count is None:
        return []
    values = claim.values(rounding)
    rows = [] if values.low is None else [row_above(claim, values.low, values.is_low_closed)]
    return rows if values.high is None else [*rows, row_below(claim, values.high, values.is_high_closed)]


def row_above(claim: Claim, end: Fraction, is_closed: bool) -> Row:
    """The claim's value is above `end`, or at it where that is closed."""
    return _row(claim, end, is_closed, 1)


def row_below(claim: Claim, end: Fraction, is_closed: bool) -> Row:
    """The claim's value is below `end`, or at it where that is closed."""
    return _row(claim, end, is_closed, -1)


def _row(claim: Claim, end: Fraction, is_closed: bool, sign: int) -> Row:
    """sign × (scale × count − end × out_of) ≥ 0, or > 0, multiplied by the end's denominator."""
    least = 0 if is_closed else 1
    count, bound = sign * claim.scale * end.denominator, sign * end.numerator
    if claim.out_of is None:
        return Row(((claim.count, count),), low=bound + least)
    return Row(((claim.count, count), (claim.out_of, -bound)), low=least)


def relations_of(claims: Iterable[Claim], parts: Mapping[str, Parts]) -> list[Row]:
    """How the claims' quantities hang together: parts add up to their whole, or to no more; a part is no more than its whole.

    Wholes and parts that no claim speaks of are added: every margin of every table that a claim has a cell of. All rows are
    true of any data; contradictions that only show in the whole of three or more tables with two dimensions each may be missed.
    """
    present = dict.fromkeys(chain.from_iterable(quantities_of(claim) for claim in claims))
    margins: dict[Quantity, dict[frozenset[str], None]] = {}
    for quantity in present:
        for dimensions in _subsets(_parted(quantity, parts)):
            margins.setdefault(_without(quantity, _parted(quantity, parts)), {})[dimensions] = None
    sums = [row for whole, tables in margins.items() for row in _sums(whole, tables, parts)]
    told = dict.fromkeys([*present, *(quantity for row in sums for quantity, _ in row.terms)])
    return [*sums, *(row for part in told for row in _within(part, told, parts))]


def _parted(quantity: Quantity, parts: Mapping[str, Parts]) -> frozenset[str]:
    """The quantity's dimensions whose codes exclude each other."""
    return frozenset(name for name, code in quantity.where if name in parts and code in parts[name].codes)


def _without(quantity: Quantity, dimensions: Iterable[str]) -> Quantity:
    for name in dimensions:
        quantity = quantity.without(name)
    return quantity


def _subsets(names: Iterable[str]) -> Iterator[frozenset[str]]:
    ordered = sorted(names)
    return (frozenset(chosen) for size in range(len(ordered) + 1) for chosen in combinations(ordered, size))


def _sums(whole: Quantity, tables: Collection[frozenset[str]], parts: Mapping[str, Parts]) -> Iterator[Row]:
    """Every cell of every table as the sum of the cells of a table with one dimension more."""
    for table in tables:
        for name in sorted(table):
            for codes in product(*(parts[other].codes for other in sorted(table - {name}))):
                cell = _cell(whole, zip(sorted(table - {name}), codes, strict=True))
                pieces = [(cell.part(name, code), -1) for code in parts[name].codes]
                yield Row(((cell, 1), *pieces), low=0, high=0 if parts[name].is_whole else None)


def _cell(whole: Quantity, codes: Iterable[tuple[str, str]]) -> Quantity:
    for name, code in codes:
        whole = whole.part(name, code)
    return whole


def _within(part: Quantity, told: Collection[Quantity], parts: Mapping[str, Parts]) -> Iterator[Row]:
    """A part by a dimension whose codes may overlap is no more than its whole."""
    others = [name for name in part.codes if name not in _parted(part, parts)]
    for chosen in filter(None, _subsets(others)):
        if (whole := _without(part, chosen)) in told:
            yield Row(((whole, 1), (part, -1)), low=0)


@dataclass(frozen=True)
class Component:
    """Claims that share quantities, with the relations between these: what one says of others is all in here."""

    claims: tuple[Claim, ...]
    relations: tuple[Row, ...]


def components(claims: Sequence[Claim], parts: Mapping[str, Parts]) -> list[Component]:
    """The claims parted into components, each in the claims' order; claims that count nothing known are left out."""
    told = [claim for claim in claims if claim.count is not None]
    relations = relations_of(told, parts)
    together = [*(quantities_of(claim) for claim in told), *([quantity for quantity, _ in row.terms] for row in relations)]
    number = {quantity: at for at, quantity in enumerate(dict.fromkeys(chain.from_iterable(together)))}
    pairs = [(number[group[0]], number[other]) for group in together for other in group]
    links = sparse.coo_array((np.ones(len(pairs)), np.array(pairs, dtype=int).reshape(-1, 2).T), shape=(len(number),) * 2)
    _, component = connected_components(links, directed=False)

    def within(which: int) -> Component:
        return Component(
            tuple(claim for claim in told if component[number[claim.count]] == which),
            tuple(row for row in relations if component[number[row.terms[0][0]]] == which),
        )

    return [within(which) for which in dict.fromkeys(component[number[claim.count]] for claim in told)]


def quantities_of(claim: Claim) -> list[Quantity]:
    """The quantities that a claim speaks of."""
    return [quantity for quantity in (claim.count, claim.out_of) if quantity is not None]
