"""What the sign `.` tells: a mean or rate that is missing where others of its kind are given is one of nobody.

Of shares `.` says the same, and there the count of nobody is the share's own (`sqa_lib.audit.series`). Which count a mean or rate
is taken on is printed in words in every book; the attacker tries all counts with the same breakdown that are made from the same
data: it is nothing wherever `.` stands, and something wherever a value does. `..` tells nothing: it stands for both.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from sqa_lib.audit.relations import Beliefs, Relation, combination
from sqa_lib.audit.series import DENOMINATOR, NUMERATOR, Figures
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic


def signs(figures: Figures, published: pd.DataFrame, definitions: Mapping[str, Statistic], beliefs: Beliefs) -> list[Relation]:
    """Counts that are nothing where a mean or rate of theirs is missing. What is missing for another reason (no data) the truth
    refutes, where it is at hand."""
    found = []
    for name, lines, nobody, given in _quotients(figures, published, definitions):
        for line in lines:
            if not _is_taken_on(figures.values[line], nobody, given):
                continue
            cells = nobody[figures.exists[line, nobody]]
            what = f"{_named(figures, line)} is 0 where {name} is `.`"
            relation = combination("sign", what, [(1, figures.quantity(line, cells))], 0, 0)
            if np.isnan(figures.values[line, cells]).any() and beliefs.allow(relation):
                found.append(relation)
    return found


def _quotients(
    figures: Figures, published: pd.DataFrame, definitions: Mapping[str, Statistic]
) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Each mean or rate and breakdown: its name, the series that it may be taken on, the cells with `.`, those with a value."""
    kinds = published["statistic"].map({name: definition.kind for name, definition in definitions.items()})
    rows = published[(kinds == "ratio") & published["mark"].isin([Mark.NONE.value, Mark.MISSING.value])]
    columns = pd.MultiIndex.from_frame(figures.cells[["school_year", "unit"]])
    is_count = figures.series["role"].isin([NUMERATOR, DENOMINATOR]).to_numpy()
    for (statistic, breakdown), group in rows.groupby(["statistic", "breakdown"], sort=True):
        column = columns.get_indexer(pd.MultiIndex.from_frame(group[["school_year", "unit"]]))
        is_missing = (group["mark"] == Mark.MISSING.value).to_numpy()
        nobody, given = (column[(column >= 0) & kept] for kept in (is_missing, ~is_missing))
        datasets = set(definitions[statistic].datasets)
        related = [name for name, definition in definitions.items() if not datasets.isdisjoint(definition.datasets)]
        is_alike = is_count & (figures.series["breakdown"] == breakdown) & figures.series["statistic"].isin(related)
        yield f"{statistic} [{breakdown}]", np.flatnonzero(is_alike), nobody, given


def _is_taken_on(numbers: np.ndarray, nobody: np.ndarray, given: np.ndarray) -> bool:
    """Whether no number that is shown (others are NaN) says otherwise, and some bear it out."""
    return bool((numbers[given] > 0).any() and not (numbers[given] == 0).any() and not (numbers[nobody] > 0).any())


def _named(figures: Figures, line: int) -> str:
    statistic, role, breakdown = figures.series.loc[line, ["statistic", "role", "breakdown"]]
    return f"{statistic} {role} [{breakdown}]"
