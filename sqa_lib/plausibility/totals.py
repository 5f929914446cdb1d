"""What two datasets say of the same pupils."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sqa_lib.plausibility.oddity import Oddity
from sqa_lib.plausibility.panel import head, number, panel
from sqa_lib.plausibility.rule import Total
from sqa_lib.sources.datasets import DATASETS


def totals(rule: Total, part: pd.DataFrame, whole: pd.DataFrame) -> Iterator[Oddity]:
    """Groups of units and years that both datasets have something of."""
    parts = panel(part, rule.of, rule.by, rule.where)
    wholes = panel(whole, rule.whole_of, rule.by, rule.where)
    parts, wholes = (cells.assign(is_there=True) for cells in (parts, wholes))
    both = parts.merge(wholes, on=["unit", "school_year", "group"], how="outer", suffixes=("", "_whole"))
    both = both.merge(_pairs(parts)).merge(_pairs(wholes))
    if rule.relation == "equal":
        both = both[both["school_year"].isin(parts["school_year"]) & both["group"].isin(set(parts["group"]))]
    value = both["value"].mask(both["is_there"].isna(), 0.0)
    of = both["value_whole"].mask(both["is_there_whole"].isna(), 0.0)
    slack = np.maximum(rule.slack * of, rule.slack_rows)
    is_odd = (value - of > slack) if rule.relation == "at_most" else ((value - of).abs() > slack)
    for row, mine, other in zip(both[is_odd].itertuples(index=False), value[is_odd], of[is_odd], strict=True):
        there, in_whole = head(rule.dataset, rule.of), head(rule.whole, rule.whole_of)
        told = f"{there} {number(mine)}, but {in_whole} {number(other)} in {DATASETS[rule.whole].path}"
        yield Oddity(row.school_year, row.unit, row.group, told)


def _pairs(cells: pd.DataFrame) -> pd.DataFrame:
    return cells[["unit", "school_year"]].drop_duplicates()
