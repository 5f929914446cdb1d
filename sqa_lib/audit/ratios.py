"""Shown quotients: a rate tells its numerator as soon as its denominator is known, and the other way round.

Which counts a rate is made of the attacker finds by trying: in the municipality's and the areas' numbers `per x P / Q` gives the
rate for one pair of series only, among those made from the rate's datasets (every book prints which). Rates of magnitudes (hours,
days) have no such pair and tell nothing of a count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.audit.identities import RELATED, bits
from sqa_lib.audit.relations import Beliefs, Relation
from sqa_lib.audit.series import DENOMINATOR, NUMERATOR, Figures
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic

_EXACT = 1e-9
_FEW_CELLS = 8


@dataclass(frozen=True)
class Rate:
    """Shown quotients of a statistic and breakdown: value x Q = scale x P, give or take `half` x Q; cells: where it is shown."""

    name: str
    datasets: tuple[str, ...]
    scale: float
    half: float
    cells: np.ndarray
    value: np.ndarray


def ratios(figures: Figures, published: pd.DataFrame, definitions: Mapping[str, Statistic], beliefs: Beliefs) -> list[Relation]:
    """Rates of counts, each with the pair of series that it was found to be made of."""
    found = []
    for rate in _rates(figures, published, definitions):
        for p, q in _made_of(figures, rate, definitions):
            relation = _relation(figures, rate, p, q)
            if len(relation) and beliefs.allow(relation):
                found.append(relation)
                break
    return found


def _rates(figures: Figures, published: pd.DataFrame, definitions: Mapping[str, Statistic]) -> Iterator[Rate]:
    kinds = published["statistic"].map({name: d.kind for name, d in definitions.items()})
    rows = published[kinds.isin(["ratio"]) & (published["mark"] == Mark.NONE.value)]
    columns = {pair: at for at, pair in enumerate(zip(figures.cells["school_year"], figures.cells["unit"], strict=True))}
    for (statistic, breakdown), group in rows.groupby(["statistic", "breakdown"], sort=True):
        definition = definitions[statistic]
        at = [
            (columns[key], value)
            for *key_, value in group[["school_year", "unit", "value"]].itertuples(index=False)
            if (key := tuple(key_)) in columns
        ]
        value = np.array([v for _, v in at])
        is_rounded = np.abs(value - np.round(value, definition.decimals)).max(initial=0) < _EXACT
        half = 0.5 * 10.0**-definition.decimals if is_rounded else _EXACT * max(1.0, np.abs(value).max(initial=0))
        yield Rate(
            f"{statistic} [{breakdown}]",
            definition.datasets,
            definition.per,
            half,
            np.array([c for c, _ in at], dtype=int),
            value,
        )


def _made_of(figures: Figures, rate: Rate, definitions: Mapping[str, Statistic]) -> Iterator[tuple[int, int]]:
    """Pairs (P, Q) that give every shown value of the rate, surprisingly often, the best supported first."""
    related = [name for name, definition in definitions.items() if not set(definition.datasets).isdisjoint(rate.datasets)]
    series = np.flatnonzero(figures.series["role"].isin([NUMERATOR, DENOMINATOR]) & figures.series["statistic"].isin(related))
    size = np.nansum(figures.values[np.ix_(series, rate.cells)], axis=0)
    front = np.argsort(-size, kind="stable")[:_FEW_CELLS]
    pairs = _agreeing(figures, rate, series, front)
    need = RELATED + 2 * np.log2(max(len(series), 2))
    ranked = []
    for p, q in pairs:
        worth = _worth(figures, rate, p, q)
        if worth >= need:
            ranked.append((-worth, p, q))
    for _, p, q in sorted(ranked):
        yield int(p), int(q)


def _agreeing(figures: Figures, rate: Rate, series: np.ndarray, front: np.ndarray) -> np.ndarray:
    """Pairs that give the rate in the cells with the largest numbers, wherever both are shown there."""
    values = figures.values[np.ix_(series, rate.cells[front])]
    possible, seen = np.ones((len(series), len(series)), dtype=bool), np.zeros((len(series), len(series)), dtype=int)
    for numbers, value in zip(values.T, rate.value[front], strict=True):
        expected, slack = value * numbers / rate.scale, rate.half * numbers / rate.scale + _EXACT
        with np.errstate(invalid="ignore"):
            differs = np.abs(numbers[:, None] - expected[None, :]) > slack[None, :]
        possible &= ~differs
        seen += ~np.isnan(numbers[:, None] + numbers[None, :]) & (numbers[:, None] > 0)
    p, q = np.nonzero(possible & (seen >= 2))
    kept = p != q
    return np.column_stack([series[p[kept]], series[q[kept]]])


def _worth(figures: Figures, rate: Rate, p: int, q: int) -> float:
    """Bits of surprise in how well P and Q give the rate, nothing when they don't."""
    over, under = figures.values[p, rate.cells], figures.values[q, rate.cells]
    slack = rate.half * under / rate.scale
    with np.errstate(invalid="ignore"):
        if (np.abs(over - rate.value * under / rate.scale) > slack + _EXACT).any():
            return 0.0
    lost = np.log2(1 + 2 * np.nan_to_num(slack))
    return float(np.maximum(0.0, np.where(np.isnan(slack), 0.0, bits(over)) - lost).sum())


def _relation(figures: Figures, rate: Rate, p: int, q: int) -> Relation:
    """scale x P - (value - half) x Q >= 0 and scale x P - (value + half) x Q <= 0."""
    here = figures.exists[p, rate.cells] & figures.exists[q, rate.cells]
    cells, value, n = rate.cells[here], rate.value[here], int(here.sum())
    over, under = figures.quantity(p, cells), figures.quantity(q, cells)
    rows = np.arange(n)
    scale = np.full(n, rate.scale)
    return Relation(
        "ratio",
        f"{rate.name} = {rate.scale:g} x {_named(figures, p)} / {_named(figures, q)}",
        np.concatenate([rows, rows, rows + n, rows + n]),
        np.concatenate([over, under, over, under]),
        np.concatenate([scale, -(value - rate.half), scale, -(value + rate.half)]),
        np.concatenate([np.zeros(n), np.full(n, -np.inf)]),
        np.concatenate([np.full(n, np.inf), np.zeros(n)]),
    )


def _named(figures: Figures, line: int) -> str:
    statistic, role, breakdown = figures.series.loc[line, ["statistic", "role", "breakdown"]]
    return f"{statistic} {role} [{breakdown}]"
