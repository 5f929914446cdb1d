"""Cells as columns for linear programming: what moves together is one, what can't move is none, and none can move further than
the equations surely let it.

Source of both reductions: Andersen & Andersen (1995), Presolving in linear programming, Mathematical Programming 71.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sqa_lib.disclosure.joined import joined
from sqa_lib.disclosure.tables import TOLERANCE

ROUNDS = 30
"""What limits say of each other may never end; what they say by then is true as well."""


@dataclass(frozen=True)
class Columns:
    """moves: cells × columns, how far each cell moves with its column; equations: what the columns keep; low, high: how far each
    can move, down (negative) and up."""

    moves: sparse.csr_matrix
    equations: sparse.csr_matrix
    low: np.ndarray
    high: np.ndarray


def reduced(equations: sparse.csr_matrix, low: np.ndarray, high: np.ndarray) -> Columns:
    """The cells of these equations as columns. low, high: how far each cell can move, with 0 between them."""
    columns = _joined(Columns(sparse.identity(len(low), format="csr"), equations, low, high))
    while True:
        low, high = tightened(columns.equations, columns.low, columns.high)
        columns, can_move = replace(columns, low=low, high=high), high - low > TOLERANCE
        if can_move.all():
            return columns
        columns = _joined(_only(columns, np.flatnonzero(can_move)))


def _only(columns: Columns, kept: np.ndarray) -> Columns:
    return Columns(columns.moves[:, kept], columns.equations[:, kept], columns.low[kept], columns.high[kept])


def _joined(columns: Columns) -> Columns:
    step, equations = joined(columns.equations)
    before, after = step.nonzero()
    ratio = step.data
    low, high = np.full(step.shape[1], -np.inf), np.full(step.shape[1], np.inf)
    np.maximum.at(low, after, np.where(ratio > 0, columns.low[before], columns.high[before]) / ratio)
    np.minimum.at(high, after, np.where(ratio > 0, columns.high[before], columns.low[before]) / ratio)
    return Columns(columns.moves @ step, equations, low, high)


def tightened(equations: sparse.csr_matrix, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each column can move at the most, by what the others of each equation can, again and again."""
    for _ in range(ROUNDS):
        before = np.concatenate([low, high])
        low, high = _once(equations, low, high)
        after = np.concatenate([low, high])
        is_limit = np.isfinite(after)
        if (np.abs(after[is_limit] - before[is_limit]) <= TOLERANCE).all():
            break
    return low, high


def _once(equations: sparse.csr_matrix, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    row, column, weight = np.repeat(np.arange(equations.shape[0]), np.diff(equations.indptr)), equations.indices, equations.data
    first, last = weight * low[column], weight * high[column]
    least, most = np.where(weight > 0, first, last), np.where(weight > 0, last, first)
    of_others_least, of_others_most = _others(row, least, -np.inf), _others(row, most, np.inf)
    # a term is what the others are, with the other sign
    down, up = -of_others_most / weight, -of_others_least / weight
    new_low, new_high = low.copy(), high.copy()
    np.maximum.at(new_low, column, np.where(weight > 0, down, up))
    np.minimum.at(new_high, column, np.where(weight > 0, up, down))
    # that nothing moves is always possible
    return np.minimum(new_low, 0.0), np.maximum(new_high, 0.0)


def _others(row: np.ndarray, term: np.ndarray, infinite: float) -> np.ndarray:
    """For each term the sum of the others in its equation; `infinite` where one of them is."""
    is_infinite, n = np.isinf(term), int(row.max(initial=-1)) + 1
    finite = np.where(is_infinite, 0.0, term)
    others = np.bincount(row, finite, n)[row] - finite
    has_infinite = np.bincount(row, is_infinite, n)[row] - is_infinite > 0
    return np.where(has_infinite, infinite, others)
