"""What follows from the meaning of statistics: sums and inequalities that hold for every row that there can be.

They are found among what drawn rows add to each series (`sqa_lib.disclosure.atoms`), not among an authority's numbers, where
small ones often agree by chance. With rows that add to series a, b, c: a + b = c and a ≤ b hold for all numbers when they hold
for each row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from sqa_lib.disclosure.atoms import Atoms, atoms_of
from sqa_lib.metrics.statistic import Statistic, Tables
from sqa_lib.units import UnitTree

SURE = 10.0
"""A series is taken to lie within another when that all its rows do so has a chance of less than e to minus this, one in 20,000,
were the two independent."""
Name = tuple[str, str, str]
"""Statistic, part, breakdown."""


@dataclass(frozen=True)
class Meaning:
    """Σ sign · series is 0, or never below 0 where not `is_equal`. terms: (series, sign); form: the school form whose units it
    holds in, "" for all units."""

    terms: tuple[tuple[Name, int], ...]
    is_equal: bool
    form: str = ""


def meanings_of(tables: Tables, tree: UnitTree, definitions: Mapping[str, Statistic]) -> list[Meaning]:
    """All sums and inequalities between the numbers of a unit and school year that follow from the definitions, and from which
    codes occur together; then those of units of one school form alone."""
    found = [(atoms, found_in(atoms)) for atoms in atoms_of(tables, tree, definitions)]
    everywhere = [meaning for _, meanings in found for meaning in meanings]
    return [*everywhere, *(meaning for atoms, meanings in found for meaning in _of_forms(atoms, meanings))]


def _of_forms(atoms: Atoms, everywhere: Sequence[Meaning]) -> Iterator[Meaning]:
    """What holds in units of one school form besides: counsellors take part in no school's cases about language, while a
    preschool's cases, which an area has too, are in no number of schools."""
    for form in atoms.draws_in if len(atoms.draws_in) > 1 else ():
        own = atoms.of(form)
        names = list(own.names.itertuples(index=False, name=None))
        adds = dict(zip(names, (row.tobytes() for row in own.adds.T), strict=True))
        said = {_as_added(meaning, adds) for meaning in everywhere if not meaning.is_equal}
        equal = _row_space([_signs(meaning, names) for meaning in everywhere if meaning.is_equal], len(names))
        for meaning in found_in(own):
            signs = _signs(meaning, names)
            is_said = (
                np.abs(signs - equal.T @ (equal @ signs)).max() < 1e-7 if meaning.is_equal else _as_added(meaning, adds) in said
            )
            if not is_said:
                yield replace(meaning, form=form)


def _as_added(meaning: Meaning, adds: Mapping[Name, bytes]) -> tuple[tuple[bytes, int], ...]:
    """An inequality by what rows add to its series, whatever these are called; those that no row adds to are 0."""
    return tuple(sorted((adds[name], sign) for name, sign in meaning.terms if name in adds))


def _signs(meaning: Meaning, names: Sequence[Name]) -> np.ndarray:
    signs = dict(meaning.terms)
    return np.array([signs.get(name, 0) for name in names], dtype=float)


def _row_space(rows: Sequence[np.ndarray], width: int) -> np.ndarray:
    """Orthonormal rows that span the same."""
    _, sizes, span = np.linalg.svd(np.reshape(rows, (len(rows), width)), full_matrices=False)
    return span[sizes > 1e-9]


def found_in(atoms: Atoms) -> list[Meaning]:
    """The same series under several names; series that are sums of others; series that are at most others or their sums."""
    distinct, of = np.unique(atoms.adds.T, axis=0, return_inverse=True)
    names = [tuple(row) for row in atoms.names.itertuples(index=False)]
    first = {int(number): names[int(np.flatnonzero(of == number)[0])] for number in range(len(distinct))}
    series = _Series(distinct, first, atoms.draws)
    same = [
        Meaning(((first[int(number)], 1), (name, -1)), is_equal=True)
        for name, number in zip(names, of, strict=True)
        if first[int(number)] != name
    ]
    groups = list(_groups(names, of))
    sums = [*_made_of_codes(series, groups), *_triples(series)]
    equal = (series.meaning(terms, is_equal=True) for terms in _independent(series, sums))
    return [*same, *equal, *_at_most(series, groups, sums)]


@dataclass(frozen=True)
class _Series:
    """adds: distinct series x rows; names: of each series; draws: of each row."""

    adds: np.ndarray
    names: Mapping[int, Name]
    draws: np.ndarray

    def surprise(self, is_in: np.ndarray, is_in_other: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
        """−log of the chance that all draws in one are in another, were the two independent; each with each, where there are
        more. among: the rows that both can be in, all where it is not said."""
        draws = self.draws if among is None else self.draws * among
        one, other = is_in.astype(float) @ draws, is_in_other.astype(float) @ draws
        return np.multiply.outer(one, -np.log(other / draws.sum()))

    def meaning(self, terms: Sequence[tuple[int, int]], is_equal: bool) -> Meaning:
        return Meaning(tuple((self.names[series], sign) for series, sign in terms), is_equal)

    def sum(self, terms: Sequence[tuple[int, int]]) -> np.ndarray:
        numbers, signs = zip(*terms, strict=True)
        return np.asarray(signs) @ self.adds[list(numbers)]


Terms = list[tuple[int, int]]


def _groups(names: Sequence[Name], of: np.ndarray) -> Iterator[list[int]]:
    """The series of the codes of each dimension of each breakdown, each group once."""
    found: dict[tuple[str, ...], list[int]] = {}
    for (statistic, part, breakdown), number in zip(names, of.tolist(), strict=True):
        if part == "rest":  # what codes are outside of follows from what they are in
            continue
        pieces = breakdown.split(";") if breakdown else []
        for piece in pieces:
            rest = ";".join(other for other in pieces if other != piece)
            found.setdefault((statistic, part, piece.split("=")[0], rest), []).append(number)
    unique = dict.fromkeys(tuple(sorted(set(group))) for group in found.values())
    return (list(group) for group in unique if len(group) > 1)


def _made_of_codes(series: _Series, groups: Sequence[list[int]]) -> Iterator[Terms]:
    """Series that are some codes of a dimension together: a total, a stage, the minority languages."""
    for group in groups:
        for whole, parts in _over(series, group):
            if len(parts) > 1 and (series.adds[parts].sum(axis=0) == series.adds[whole]).all():
                yield [*((part, 1) for part in parts), (whole, -1)]


def _over(series: _Series, group: list[int]) -> Iterator[tuple[int, list[int]]]:
    """(a series, those of the group that it meets) where no row is in two of the group and the series is in none but these."""
    parts = series.adds[group]
    if ((parts > 0).sum(axis=0) > 1).any():
        return
    meets = (series.adds > 0).astype(float) @ (parts > 0).T.astype(float) > 0
    inside = (series.adds <= parts.sum(axis=0)).all(axis=1)
    for whole in np.flatnonzero(inside):
        if int(whole) not in group:
            yield int(whole), [part for part, is_met in zip(group, meets[whole], strict=True) if is_met]


def _triples(series: _Series) -> Iterator[Terms]:
    """One + other = whole, found by fingerprints that add up as the series do."""
    weights = np.random.default_rng(7).integers(1, 2**24, series.adds.shape[1]).astype(float)
    mark = series.adds @ weights
    at = {value: number for number, value in enumerate(mark.tolist())}
    for one, other in combinations(range(len(mark)), 2):
        whole = at.get(mark[one] + mark[other])
        if whole is not None and not series.sum([(one, 1), (other, 1), (whole, -1)]).any():
            yield [(one, 1), (other, 1), (whole, -1)]


def _independent(series: _Series, sums: Sequence[Terms]) -> list[Terms]:
    """Sums of which none follows from the others, short ones first."""
    rows: list[np.ndarray] = []
    kept: list[Terms] = []
    for terms in sorted(sums, key=lambda terms: (len(terms), terms)):
        row = np.zeros(len(series.adds))
        row[[number for number, _ in terms]] = [sign for _, sign in terms]
        for pivot in rows:
            lead = int(np.flatnonzero(pivot)[0])
            row = row - row[lead] / pivot[lead] * pivot
        row[np.abs(row) < 1e-9] = 0.0
        if row.any():
            rows.append(row)
            kept.append(terms)
    return kept


def _at_most(series: _Series, groups: Sequence[list[int]], sums: Sequence[Terms]) -> Iterator[Meaning]:
    """A series ≤ another, with none between; ≤ some codes of a dimension together; codes that overlap ≥ their whole, and codes
    that don't ≤ theirs."""
    is_part, below = _parts_of(sums), _below(series)
    nearest = below & ~((below.astype(float) @ below.astype(float)) > 0)
    found: dict[tuple[tuple[int, int], ...], None] = {}
    for part, whole in zip(*np.nonzero(nearest), strict=True):
        if (int(part), int(whole)) not in is_part:
            found[(int(whole), 1), (int(part), -1)] = None
    for amount in np.flatnonzero(series.adds.max(axis=1) > 1):
        found |= dict.fromkeys(((int(amount), 1), (part, -times)) for part, times in _times(series, amount, below))
    for group in groups:
        found |= dict.fromkeys(tuple(sorted(terms)) for terms in _within_codes(series, group, below))
        found |= dict.fromkeys(tuple(sorted(terms)) for terms in _covered(series, group, below))
        found |= dict.fromkeys(tuple(sorted(terms)) for terms in _apart(series, group, below, sums))
    return (series.meaning(terms, is_equal=False) for terms in found)


def _times(series: _Series, amount: int, below: np.ndarray) -> Iterator[tuple[int, int]]:
    """(series, how often it fits into an amount in every row, if more than once): a case that took more than 60 days adds at
    least 61 to the days. Not where a wider series fits in as often."""
    fits = {}
    for part in np.flatnonzero(below[:, amount]).tolist():
        is_in = series.adds[part] > 0
        fits[part] = int((series.adds[amount, is_in] / series.adds[part, is_in]).min())
    for part, times in fits.items():
        if times > 1 and not any(below[part, wider] and fits[wider] >= times for wider in fits):
            yield part, times


def _parts_of(sums: Sequence[Terms]) -> set[tuple[int, int]]:
    """(part, whole) of the sums, which say already that no part is above its whole."""
    found = set()
    for terms in sums:
        for sign in (1, -1):
            wholes = [number for number, own in terms if own == sign]
            if len(wholes) == 1:
                found |= {(part, wholes[0]) for part, own in terms if own != sign}
    return found


def _below(series: _Series) -> np.ndarray:
    """series x series: True where the first is never above the second, and by no chance."""
    below = np.ones((len(series.adds),) * 2, dtype=bool)
    for row in np.unique(series.adds.T, axis=0):
        below &= row[:, None] <= row[None, :]
    np.fill_diagonal(below, False)
    is_in = series.adds > 0
    return below & ((series.surprise(is_in, is_in) >= SURE) | is_in.all(axis=1)[None, :])


def _within_codes(series: _Series, group: list[int], below: np.ndarray) -> Iterator[Terms]:
    """A series ≤ the codes that it meets: grades are given to pupils of years 6 to 9. Where it meets all, only if nothing else
    that it is below is all of them."""
    for part, codes in _over(series, group):
        together = series.adds[codes].sum(axis=0)
        around = series.adds[below[part]] > 0
        known = around[(around & (together == 0)).any(axis=1)].all(axis=0)
        is_chance = (together == 0).any() and series.surprise(series.adds[part] > 0, together > 0, known) < SURE
        if len(codes) < 2 or is_chance or (together == series.adds[part]).all():
            continue
        between = np.flatnonzero(below[part] & (series.adds <= together).all(axis=1))
        if not len(between):
            yield [*((code, 1) for code in codes), (part, -1)]


def _covered(series: _Series, group: list[int], below: np.ndarray) -> Iterator[Terms]:
    """Codes of which a row can have several: what they all lie in, and of which every row has one of them, is not above them
    together (all cases and their types; cases of language vulnerability and four of the types)."""
    if not ((series.adds[group] > 0).sum(axis=0) > 1).any():
        return
    found: dict[tuple[int, ...], list[int]] = {}
    for whole in range(len(series.adds)):
        inside = tuple(code for code in group if below[code, whole])
        if len(inside) > 1 and (series.adds[whole] <= series.adds[list(inside)].sum(axis=0)).all():
            found.setdefault(inside, []).append(whole)
    for inside, wholes in found.items():
        smallest = [whole for whole in wholes if not any(below[other, whole] for other in wholes)]
        yield from ([*((code, 1) for code in inside), (whole, -1)] for whole in smallest)


def _apart(series: _Series, group: list[int], below: np.ndarray, sums: Sequence[Terms]) -> Iterator[Terms]:
    """Codes of which a row has one at most: together they are not above the whole (cases have a gender, or none). Not where each
    lies in another part of the whole, which says it already."""
    parts = series.adds[group]
    together = parts.sum(axis=0)
    if ((parts > 0).sum(axis=0) > 1).any() or (series.adds == together).all(axis=1).any():
        return
    wholes = np.flatnonzero(below[group].all(axis=0) & (together <= series.adds).all(axis=1))
    smallest = [whole for whole in wholes if not any(below[other, whole] for other in wholes)]
    for whole in smallest:
        splits = [[part for part, sign in terms if sign == 1] for terms in sums if (whole, -1) in terms]
        homes = [[next((of for of in split if of == code or below[code, of]), -1) for code in group] for split in splits]
        if not any(-1 not in home and len(set(home)) == len(home) for home in homes):
            yield [(int(whole), 1), *((code, -1) for code in group)]
