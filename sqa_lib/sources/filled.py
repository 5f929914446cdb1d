"""What is left to fill in of a dataset's forms: nothing is wrong with it, and nothing of it is lost."""

from collections.abc import Iterator

import pandas as pd

from sqa_lib.sources.datasets import Dataset
from sqa_lib.sources.delivered import Delivered
from sqa_lib.sources.problems import Problem


def waits(cells: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """Whether a row has none of what people fill in; never where there are no forms. cells: columns as in Python."""
    if not dataset.form:
        return pd.Series(False, index=cells.index)
    return _empty(cells, dataset).all(axis=1)


def half_filled(cells: pd.DataFrame, files: Delivered, dataset: Dataset) -> Iterator[Problem]:
    """One problem for each row that lacks something of what people fill in, with the columns that are left."""
    if not dataset.form:
        return
    empty = _empty(cells, dataset)
    for row, is_left in empty[empty.any(axis=1)].iterrows():
        headers = ", ".join(dataset.column(name).header for name in is_left.index[is_left])
        file, number = files.places.loc[row]
        mend = "fill it in; what is filled in of the row is used"
        yield Problem(file, "is not filled in yet", mend, int(number), headers, is_absence=True)


def _empty(cells: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    return cells[list(dataset.form.filled)].map(str.strip) == ""
