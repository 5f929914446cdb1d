"""The same numbers in two statistics, and series that add up to a third: found in the published numbers alone.

Two series that agree in every number that both show may agree by chance. How unlikely that is is counted in bits: a count of v
has about sqrt(2 pi v) likely values (Poisson's spread), so each shown agreement is worth log2(1 + sqrt(2 pi v)) bits and one of
zeros nothing. What is believed is worth more than it takes to pick it among all that were tried: slices, which are many, need
more than whole tables, which are few. On top of that it is worth `RELATED` bits when the statistics are made from the same
dataset (every book prints which), else `UNRELATED`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sqa_lib.audit.relations import Beliefs, Relation, combination, joined
from sqa_lib.audit.series import Figures
from sqa_lib.audit.structure import tables_of
from sqa_lib.metrics import Statistic

RELATED, UNRELATED = 10.0, 30.0
_WEIGHTS = 1 << 40


@dataclass(frozen=True)
class Table:
    """Series of one statistic and role that differ only in the free dimensions, in the order of their codes."""

    name: str
    statistic: str
    series: tuple[int, ...]


def identities(figures: Figures, definitions: Mapping[str, Statistic], beliefs: Beliefs) -> list[Relation]:
    """Tables, then single series, that are the same quantity, and series that are the sum of two others."""
    found: list[Relation] = []
    same = np.arange(len(figures.series))
    for tables in _alike(figures):
        for one, other in _agreeing(figures, tables, definitions):
            if (same[list(one.series)] == same[list(other.series)]).all():
                continue
            relation = _sameness(figures, one, other)
            if len(relation) and beliefs.allow(relation):
                found.append(relation)
                same = _united(same, one.series, other.series)
    return found + [relation for relation in _sums(figures, np.unique(same), definitions) if beliefs.allow(relation)]


def _alike(figures: Figures) -> Iterator[list[Table]]:
    """Tables with the same free dimensions and codes, the largest first: whole, and with some dimensions at one code."""
    found: dict[tuple[str, ...], list[Table]] = {}
    for (statistic, role, dimensions), lines in tables_of(figures).items():
        for n in range(len(dimensions) + 1):
            for fixed in combinations(dimensions, n):
                for codes, series in _by_codes(figures, lines, fixed).items():
                    free = sorted((_rest(figures.codes[line], fixed), line) for line in series)
                    name = f"{statistic} {role} [{', '.join([*codes, *(d for d in dimensions if d not in fixed)])}]"
                    found.setdefault(tuple(text for text, _ in free), []).append(
                        Table(name, statistic, tuple(line for _, line in free))
                    )
    return iter([found[key] for key in sorted(found, key=lambda key: (-len(key), key))])


def _by_codes(figures: Figures, lines: Sequence[int], fixed: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for line in lines:
        groups.setdefault(tuple(f"{name}={figures.codes[line][name]}" for name in fixed), []).append(line)
    return groups


def _rest(codes: dict[str, str], fixed: Sequence[str]) -> str:
    return ";".join(f"{name}={code}" for name, code in sorted(codes.items()) if name not in fixed)


def bits(values: np.ndarray) -> np.ndarray:
    """What an agreement in these shown numbers is worth; nothing where the number is hidden."""
    return np.log2(1 + np.sqrt(2 * np.pi * np.nan_to_num(np.abs(values))))


def _agreeing(figures: Figures, tables: Sequence[Table], definitions: Mapping[str, Statistic]) -> Iterator[tuple[Table, Table]]:
    """Pairs that agree wherever both are shown, surprisingly often, and of which something is hidden."""
    if len(tables) < 2:
        return
    values = np.array([figures.values[list(table.series)].ravel() for table in tables])
    hides = np.array([figures.is_hidden[list(table.series)].any() for table in tables])
    is_shown = ~np.isnan(values)
    worth = bits(values).astype(np.float32) @ is_shown.T.astype(np.float32)
    need = np.log2(len(tables) * (len(tables) - 1) / 2) + np.where(_related(tables, definitions), RELATED, UNRELATED)
    candidate = np.triu((np.minimum(worth, worth.T) >= need) & (hides[:, None] | hides[None, :]), 1)
    one, other = np.nonzero(candidate)
    for column in np.argsort(-np.nansum(values, axis=0), kind="stable"):
        a, b = values[one, column], values[other, column]
        agree = (a == b) | np.isnan(a) | np.isnan(b)
        if not agree.all():
            one, other = one[agree], other[agree]
        if not len(one):
            return
    for a, b in zip(one, other, strict=True):
        yield tables[a], tables[b]


def _related(tables: Sequence[Table], definitions: Mapping[str, Statistic]) -> np.ndarray:
    """tables x tables: are they made from a dataset in common?"""
    datasets = [definitions[table.statistic].datasets for table in tables]
    names = sorted({name for each in datasets for name in each})
    made_from = np.array([[name in each for name in names] for each in datasets], dtype=np.float32).reshape(
        len(tables), len(names)
    )
    return made_from @ made_from.T > 0


def _sameness(figures: Figures, one: Table, other: Table) -> Relation:
    name = f"{one.name} is {other.name}"
    pieces = []
    for a, b in zip(one.series, other.series, strict=True):
        cells = np.flatnonzero(figures.exists[a] & figures.exists[b])
        pieces.append(combination("same", name, [(1, figures.quantity(a, cells)), (-1, figures.quantity(b, cells))], 0, 0))
    return joined(pieces)


def _united(same: np.ndarray, one: Sequence[int], other: Sequence[int]) -> np.ndarray:
    """The class of each series once these are the same; a class is known by its first series."""
    n = len(same)
    left, right = np.concatenate([np.arange(n), one]), np.concatenate([same, other])
    _, label = connected_components(sparse.csr_array((np.ones(len(left)), (left, right)), shape=(n, n)), directed=False)
    _, first = np.unique(label, return_index=True)
    return first[label]


def _sums(figures: Figures, series: np.ndarray, definitions: Mapping[str, Statistic]) -> list[Relation]:
    """Series P + R = Q of different statistics: hashes of the numbers of the municipality and its areas add up as they do."""
    found: set[tuple[int, int, int]] = set()
    for family, surprise in _families(figures, series, definitions):
        need = surprise + np.log2(max(1, len(family) * (len(family) - 1) * (len(family) - 2) / 2))
        triples = [_adding_up(figures, _usable(figures, family, cells), cells) for cells in _well_shown(figures, family)]
        found.update(map(tuple, _surprising(figures, np.unique(np.concatenate(triples), axis=0), need).tolist()))
    return [_sum(figures, *triple) for triple in sorted(found)]


def _families(figures: Figures, series: np.ndarray, definitions: Mapping[str, Statistic]) -> Iterator[tuple[np.ndarray, float]]:
    """Series to try against each other: the totals made from a dataset, all that is made from it, everything."""
    statistics, is_total = figures.series["statistic"].iloc[series], (figures.series["breakdown"].iloc[series] == "").to_numpy()
    datasets = statistics.map({name: definition.datasets for name, definition in definitions.items()})
    for dataset in sorted({name for each in datasets for name in each}):
        of_dataset = np.array([dataset in each for each in datasets])
        yield series[of_dataset & is_total], RELATED
        yield series[of_dataset], RELATED
    yield series, UNRELATED


def _well_shown(figures: Figures, series: np.ndarray) -> list[np.ndarray]:
    """For each school year, and for all, the cells where the fewest numbers are hidden and the numbers are largest."""
    size = np.nansum(figures.values[series], axis=0)
    years = figures.cells["school_year"].to_numpy()
    largest = [np.flatnonzero(years == year)[np.argsort(-size[years == year], kind="stable")] for year in np.unique(years)]
    return [cells[:n] for cells in [*largest, np.argsort(-size, kind="stable")] for n in (2, 4)]


def _usable(figures: Figures, series: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """The series of whole numbers, not all zero, that are shown in all these cells."""
    numbers = figures.values[np.ix_(series, cells)]
    return series[~np.isnan(numbers).any(axis=1) & (numbers > 0).any(axis=1) & (numbers % 1 == 0).all(axis=1)]


def _adding_up(figures: Figures, series: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Triples (P, R, Q) whose numbers in these cells add up: found by looking up the sum of two hashes among all hashes."""
    weights = np.random.default_rng(0).integers(1, _WEIGHTS, len(cells))
    marks = (figures.values[np.ix_(series, cells)].astype(np.int64) * weights).sum(axis=1)
    order = np.argsort(marks, kind="stable")
    p, r = np.triu_indices(len(series), 1)
    total = marks[p] + marks[r]
    first, last = (np.searchsorted(marks[order], total, side) for side in ("left", "right"))
    many = last - first
    pair = np.repeat(np.arange(len(p)), many)
    q = order[np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)]
    return np.column_stack([series[p[pair]], series[r[pair]], series[q]])


def _surprising(figures: Figures, triples: np.ndarray, need: float) -> np.ndarray:
    """Those of more than one statistic with something hidden that add up wherever shown, each of the three well above zero often
    enough."""
    statistic, hides = figures.series["statistic"].factorize()[0], figures.is_hidden.any(axis=1)
    triples = triples[(np.ptp(statistic[triples], axis=1) > 0) & hides[triples].any(axis=1)]
    for column in np.argsort(-np.nansum(figures.values, axis=0), kind="stable"):
        p, r, q = figures.values[triples, column].T
        triples = triples[(p + r == q) | np.isnan(p + r + q)]
    kept = [min(_worth(figures, triple)) >= need for triple in triples]
    return triples[np.array(kept, dtype=bool)]


def _worth(figures: Figures, triple: np.ndarray) -> np.ndarray:
    """What the agreement is worth in bits for each of the three."""
    values = figures.values[triple]
    return bits(values[:, ~np.isnan(values).any(axis=0)]).sum(axis=1)


def _sum(figures: Figures, p: int, r: int, q: int) -> Relation:
    names = [_name(figures, line) for line in (p, r, q)]
    cells = np.flatnonzero(figures.exists[[p, r, q]].all(axis=0))
    terms = [(1.0, figures.quantity(q, cells)), (-1.0, figures.quantity(p, cells)), (-1.0, figures.quantity(r, cells))]
    return combination("sum", f"{names[2]} = {names[0]} + {names[1]}", terms, 0, 0)


def _name(figures: Figures, line: int) -> str:
    statistic, role, breakdown = figures.series.loc[line, ["statistic", "role", "breakdown"]]
    return f"{statistic} {role} [{breakdown}]"
