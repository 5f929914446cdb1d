"""All that the attacker knows as one system of linear rows over whole numbers, made as small as it can be without loss."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sqa_lib.audit.relations import Relation

WHOLE = 1e-6
"""How far from a whole number a computed bound may be and still count as it."""


class Contradiction(Exception):
    """No table at all agrees with the system. rows: those that can't hold together, by their place in the system."""

    def __init__(self, rows: Sequence[int]):
        self.rows = tuple(rows)
        super().__init__(f"no whole numbers agree with {len(self.rows)} of the rows")


@dataclass(frozen=True)
class System:
    """low <= x <= high, row_low <= A x <= row_high.

    matrix: rows x variables; origin: for each row its number among all rows of the relations it was made from.
    """

    low: np.ndarray
    high: np.ndarray
    matrix: sparse.csr_array
    row_low: np.ndarray
    row_high: np.ndarray
    origin: np.ndarray


def system_of(low: np.ndarray, high: np.ndarray, relations: Sequence[Relation]) -> System:
    """The system of quantities with these bounds."""
    matrices = [relation.matrix(len(low)) for relation in relations]
    matrix = sparse.vstack(matrices, format="csr") if matrices else sparse.csr_array((0, len(low)))
    row_low, row_high = (
        np.concatenate([np.empty(0), *(getattr(relation, side) for relation in relations)]) for side in ("low", "high")
    )
    return System(low.astype(float), high.astype(float), matrix, row_low, row_high, np.arange(matrix.shape[0]))


def merged(system: System) -> tuple[System, np.ndarray]:
    """The system where quantities that must be equal are one variable, and for each quantity its variable.

    Equal are the two of a row `x - y = 0`, and what two rows differ by that are otherwise the same: those outside the share of
    girls are the boys. Rows that say the same of the same variables are kept once.
    """
    variable = np.arange(len(system.low))
    while True:
        system = _distinct_rows(system)
        pairs, rows = (np.concatenate(both) for both in zip(_equal(system), _interchangeable(system), strict=True))
        if not len(pairs):
            return system, variable
        system, united = _united(system, pairs, rows)
        variable = united[variable]


def _equal(system: System) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of variables (n x 2) that are equal by a row of two terms, and the row."""
    entries = np.diff(system.matrix.indptr)
    is_equality = (entries == 2) & (system.row_low == 0) & (system.row_high == 0)
    is_equality[is_equality] = system.matrix[is_equality].sum(axis=1) == 0
    return system.matrix[is_equality].indices.reshape(-1, 2), np.flatnonzero(is_equality)


def _interchangeable(system: System) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of variables (n x 2) that two equations of three terms or more differ by, each pair once with either row. The other
    terms are known by two sums with random weights (a fixed seed)."""
    is_equation = (system.row_low == system.row_high) & (np.diff(system.matrix.indptr) > 2)
    terms = system.matrix[is_equation].tocoo()
    weights = np.random.default_rng(1).random((system.matrix.shape[1], 2))
    others = (system.matrix[is_equation] @ weights)[terms.row] - terms.data[:, None] * weights[terms.col]
    total = system.row_low[is_equation][terms.row]
    marks = np.round(np.column_stack([others, total]) / terms.data[:, None], 9) + 0.0
    order = np.lexsort(marks.T)
    is_same = (np.diff(marks[order], axis=0) == 0).all(axis=1) & (np.diff(terms.col[order]) != 0)
    one, other = order[:-1][is_same], order[1:][is_same]
    pairs = np.column_stack([terms.col[one], terms.col[other]])
    rows = np.flatnonzero(is_equation)
    return np.concatenate([pairs, pairs]), np.concatenate([rows[terms.row[one]], rows[terms.row[other]]])


def _united(system: System, pairs: np.ndarray, rows: np.ndarray) -> tuple[System, np.ndarray]:
    """The system where the two of each pair are one variable, and for each variable its new one. rows: why they are equal."""
    n = len(system.low)
    graph = sparse.csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    count, variable = connected_components(graph, directed=False)
    low, high = np.full(count, -np.inf), np.full(count, np.inf)
    np.maximum.at(low, variable, system.low)
    np.minimum.at(high, variable, system.high)
    if (low > high).any():
        wrong = np.isin(variable, np.flatnonzero(low > high))
        raise Contradiction(system.origin[np.unique(rows[wrong[pairs[:, 0]]])])
    together = sparse.csr_array((np.ones(n), (np.arange(n), variable)), shape=(n, count))
    return replace(system, low=low, high=high, matrix=system.matrix @ together), variable


def _rows(system: System, kept: np.ndarray) -> System:
    return replace(
        system,
        matrix=system.matrix[kept],
        row_low=system.row_low[kept],
        row_high=system.row_high[kept],
        origin=system.origin[kept],
    )


def _distinct_rows(system: System) -> System:
    """Each row once. A row is known by two sums with random weights (a fixed seed)."""
    matrix = system.matrix.copy()
    matrix.eliminate_zeros()
    weights = np.random.default_rng(0).random((matrix.shape[1], 2))
    marks = np.round(matrix @ weights, 9)
    _, first = np.unique(np.column_stack([marks, system.row_low, system.row_high]), axis=0, return_index=True)
    kept = np.sort(first)
    return _rows(replace(system, matrix=matrix), kept[np.diff(matrix.indptr)[kept] > 0])


def propagated(system: System, rounds: int = 200) -> tuple[System, np.ndarray, np.ndarray]:
    """The same with bounds tightened row by row, to whole numbers: what is known of the other terms of a row bounds each term.

    Also for each variable the row (by its origin) that its lower and its upper bound come from, -1 where it is not tightened.
    """
    entries = system.matrix.tocoo()
    row, variable, weight = entries.row, entries.col, entries.data
    low, high = system.low.copy(), system.high.copy()
    why_low, why_high = (np.full(len(low), -1) for _ in range(2))
    is_open = (low < high)[variable]  # what is shown need not be whole (full-time posts)
    for _ in range(rounds):
        smallest = _rest(row, np.where(weight > 0, weight * low[variable], weight * high[variable]), len(system.row_low), -np.inf)
        largest = _rest(row, np.where(weight > 0, weight * high[variable], weight * low[variable]), len(system.row_low), np.inf)
        by_high, by_low = (system.row_high[row] - smallest) / weight, (system.row_low[row] - largest) / weight
        at_most = np.where(is_open, np.floor(np.where(weight > 0, by_high, by_low) + WHOLE), np.inf)
        at_least = np.where(is_open, np.ceil(np.where(weight > 0, by_low, by_high) - WHOLE) + 0.0, -np.inf)
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, variable, at_least)
        np.minimum.at(new_high, variable, at_most)
        if (new_low > new_high).any():
            wrong = np.isin(variable, np.flatnonzero(new_low > new_high))
            raise Contradiction(system.origin[np.unique(row[wrong])])
        raises = (at_least == new_low[variable]) & (new_low > low)[variable]
        lowers = (at_most == new_high[variable]) & (new_high < high)[variable]
        if not raises.any() and not lowers.any():
            break
        why_low[variable[raises]] = system.origin[row[raises]]
        why_high[variable[lowers]] = system.origin[row[lowers]]
        low, high = new_low, new_high
    return replace(system, low=low, high=high), why_low, why_high


def _rest(row: np.ndarray, terms: np.ndarray, rows: int, infinite: float) -> np.ndarray:
    """For each entry the sum of its row's other terms."""
    is_infinite = np.isinf(terms)
    finite = np.where(is_infinite, 0.0, terms)
    total = np.bincount(row, finite, minlength=rows)[row]
    others_infinite = np.bincount(row, is_infinite, minlength=rows)[row] - is_infinite
    return np.where(others_infinite > 0, infinite, total - finite)


def open_part(system: System) -> tuple[System, np.ndarray]:
    """The system of the variables that are still open, the fixed ones as constants; and the open variables."""
    is_open = system.low < system.high
    fixed = np.where(is_open, 0.0, system.low)
    constant = system.matrix @ fixed
    free = np.flatnonzero(is_open)
    smaller = replace(
        system,
        low=system.low[free],
        high=system.high[free],
        matrix=system.matrix[:, free],
        row_low=system.row_low - constant,
        row_high=system.row_high - constant,
    )
    return _distinct_rows(smaller), free


def components(system: System) -> list[tuple[System, np.ndarray]]:
    """Parts that have no row in common, each with its variables; variables without a row are left out."""
    rows = len(system.row_low)
    links = sparse.block_array([[None, system.matrix], [system.matrix.T, None]], format="csr") if rows else None
    if links is None:
        return []
    _, label = connected_components(links, directed=False)
    row_label, variable_label = label[:rows], label[rows:]
    found = []
    for part in np.unique(row_label):
        kept, free = np.flatnonzero(row_label == part), np.flatnonzero(variable_label == part)
        smaller = _rows(system, kept)
        found.append((replace(smaller, low=system.low[free], high=system.high[free], matrix=smaller.matrix[:, free]), free))
    return found
