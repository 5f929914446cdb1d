"""Answers that spread as nowhere else: swapped columns, one answer for all."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.plausibility.oddity import Oddity
from sqa_lib.plausibility.panel import chosen
from sqa_lib.plausibility.rule import Spread
from sqa_lib.sources.datasets import DATASETS


def spreads(rule: Spread, table: pd.DataFrame) -> Iterator[Oddity]:
    """Each question of each unit and year against the answers of all others together."""
    rows = chosen(table, rule.where)
    for column in rule.columns:
        there = rows[rows[column].notna()]
        counts = there.groupby(["unit", "school_year", there[column].astype("str")]).size().unstack(fill_value=0)
        yield from _of_counts(rule, column, counts)


def _of_counts(rule: Spread, column: str, counts: pd.DataFrame) -> Iterator[Oddity]:
    """counts: unit and school year × answer."""
    values = counts.to_numpy()
    rest = values.sum(axis=0) - values
    total = values.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        elsewhere = rest / rest.sum(axis=1)[:, None]
        distance = np.abs(values / total[:, None] - elsewhere).sum(axis=1) / 2
    for row in np.flatnonzero((total >= rule.at_least) & (distance >= rule.distance)):
        unit, year = counts.index[row]
        most = values[row].argmax()
        question = DATASETS[rule.dataset].column(column)
        answer = DIMENSIONS[question.dimension].label_of(counts.columns[most])
        told = f"{question.header}: {values[row, most]} of {total[row]} say {answer}, of all others {elsewhere[row, most]:.0%}"
        yield Oddity(year, unit, "", told)
