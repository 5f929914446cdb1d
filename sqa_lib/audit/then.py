"""What an earlier publication says of today's hidden numbers through others that were corrected, or came late, since then.

The attacker sees which released numbers are others now. Whatever he believes of how numbers hang together he believes of those of
then too: he writes each such row once more with the numbers that were shown then; hidden ones he takes for what they are still.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.relations import TOLERANCE, Relation
from sqa_lib.audit.series import DENOMINATOR, KEY, NUMERATOR, Figures, quantities_of
from sqa_lib.audit.structure import tables_of
from sqa_lib.metrics import Statistic
from sqa_lib.report import Thresholds

_LASTING = ("hierarchy", "margin", "share", "same", "sum", "words")
"""Kinds of relations that hold of the numbers of any publication."""


def of_then(
    figures: Figures,
    relations: Sequence[Relation],
    released: Iterable[tuple[Earlier, Mapping[str, Thresholds]]],
    definitions: Mapping[str, Statistic],
    truth: np.ndarray | None,
) -> list[Relation]:
    """The rows that corrected numbers are part of, as they were in each release; without those that the truth refutes."""
    now = figures.values.ravel() if truth is None else np.where(np.isnan(truth), figures.values, truth).ravel()
    found = []
    for number, (earlier, rules) in enumerate(released, 1):
        then, was_there = _then(figures, earlier.table, definitions, rules)
        corrected = np.abs(then - now) > TOLERANCE  # never where either is unknown
        if corrected.any():
            lasting = [relation for relation in relations if relation.kind in _LASTING]
            for relation in (*lasting, *_sums_of_single_units(figures, earlier)):
                as_then = _as_then(relation, then, was_there, corrected, f"release {number}: {relation.name}")
                found += [kept for kept in [_not_refuted(as_then, now)] if len(kept)]
    return found


def _then(
    figures: Figures, table: pd.DataFrame, definitions: Mapping[str, Statistic], rules: Mapping[str, Thresholds]
) -> tuple[np.ndarray, np.ndarray]:
    """Each quantity's number in a release, NaN where it showed none, and whether it was part of the release, shown or not."""
    rows = quantities_of(table, definitions, rules).drop_duplicates(KEY, keep="last")
    place = figures.places_of(rows)
    there = place >= 0
    at = place[there]
    number, was_there = np.full(figures.low.size, np.nan), np.zeros(figures.low.size, dtype=bool)
    number[at], was_there[at] = rows["low"].where(rows["low"] == rows["high"]).to_numpy()[there], True
    return number, was_there


def _sums_of_single_units(figures: Figures, earlier: Earlier) -> list[Relation]:
    """Each unit's number as the sum of those of all units at the end of the tree below it, whatever lies between."""
    tree, school_years = earlier.tree, set(earlier.table["school_year"])
    pairs = enumerate(zip(figures.cells["school_year"], figures.cells["unit"], strict=True))
    columns = {pair: at for at, pair in pairs if pair[0] in school_years}
    parents = {unit.parent for unit in tree.units}
    leaves = {
        unit.code: [other.code for other in tree.units if other.code not in parents and unit.code in tree.ancestors(other.code)]
        for unit in tree.units
        if unit.code in parents
    }
    found = []
    for (statistic, role, dimensions), lines in tables_of(figures).items():
        if role in (NUMERATOR, DENOMINATOR):
            name = f"{' by '.join([statistic, *dimensions])} {role}: the single units below"
            found += [_sum(figures, lines, columns, year, code, leaves[code], name) for year, code in columns if code in leaves]
    return [relation for relation in found if len(relation)]


def _sum(
    figures: Figures, lines: Sequence[int], columns: Mapping, school_year: str, whole: str, parts: Sequence[str], name: str
) -> Relation:
    below = np.array([columns[school_year, part] for part in parts if (school_year, part) in columns], dtype=int)
    column = columns[school_year, whole]
    of = np.array([line for line in lines if figures.exists[line, column] and figures.exists[line, below].any()], dtype=int)
    there = figures.exists[np.ix_(of, below)] if len(of) and len(below) else np.zeros((0, 0), dtype=bool)
    row, place = np.nonzero(there)
    n = len(there)
    return Relation(
        "hierarchy",
        name,
        np.concatenate([np.arange(n), row]),
        np.concatenate([figures.quantity(of[:n], column), figures.quantity(of[row], below[place])]).astype(int),
        np.concatenate([np.ones(n), -np.ones(len(row))]),
        np.zeros(n),
        np.zeros(n),
    )


def _as_then(relation: Relation, then: np.ndarray, was_there: np.ndarray, corrected: np.ndarray, name: str) -> Relation:
    """The rows with a corrected number that are all of the release, in which what was shown then is a number and the rest is
    unknown."""
    value = then[relation.quantity]
    known = ~np.isnan(value)
    shown = np.bincount(relation.row[known], relation.coefficient[known] * value[known], minlength=len(relation))
    touched = np.zeros(len(relation), dtype=bool)
    touched[relation.row[corrected[relation.quantity]]] = True
    touched &= np.bincount(relation.row[~known], minlength=len(relation)) > 0
    touched[relation.row[~was_there[relation.quantity]]] = False
    kept = touched[relation.row] & ~known
    place = np.cumsum(touched) - 1
    return Relation(
        "then",
        name,
        place[relation.row[kept]],
        relation.quantity[kept],
        relation.coefficient[kept],
        (relation.low - shown)[touched],
        (relation.high - shown)[touched],
    )


def _not_refuted(relation: Relation, now: np.ndarray) -> Relation:
    """Without the rows that the numbers of now, where they are known, contradict: a hidden one was corrected too."""
    right = ~relation.breaks(now)
    kept = right[relation.row]
    place = np.cumsum(right) - 1
    return replace(
        relation,
        row=place[relation.row[kept]],
        quantity=relation.quantity[kept],
        coefficient=relation.coefficient[kept],
        low=relation.low[right],
        high=relation.high[right],
    )
