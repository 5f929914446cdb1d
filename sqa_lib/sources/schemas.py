"""The typed table of a dataset, as a pandera schema: what every later room may rely on."""

from collections.abc import Hashable
from functools import cache

import pandas as pd
import pandera.pandas as pa

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.rubric import RUBRIC
from sqa_lib.school_years import is_school_year
from sqa_lib.sources.cells import UNIT_CODE
from sqa_lib.sources.datasets import Column, Dataset

NUMERIC = ("integer", "number")
SCHOOL_YEARS = ("school_year", "first_year", "last_year")
"""Columns that hold a school year."""
_DTYPES: dict[str, Hashable] = {
    "integer": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "boolean": "boolean",
    "codes": "object",
    "units": "object",
}


def dtype_of(column: Column) -> Hashable:
    """The pandas dtype of a column: codes are Categorical in the codebook's order, texts `str`."""
    if column.kind == "code":
        dimension = DIMENSIONS[column.dimension]
        return pd.CategoricalDtype(dimension.names, ordered=dimension.is_ordered)
    return _DTYPES.get(column.kind, "str")


def mark_name(column: Column) -> str:
    """The sibling of a numeric column that says why a value is missing: `pupils` has `pupils_mark`."""
    return f"{column.name}_mark"


@cache
def schema_of(dataset: Dataset) -> pa.DataFrameSchema:
    """Every column of the dataset, and `<name>_mark` (a mark or "") beside every numeric one. The key is unique.

    A check's `error` is the text that a problem prints.
    """
    columns = {}
    for column in dataset.columns:
        columns[column.name] = _column(column)
        if column.kind in NUMERIC:
            columns[mark_name(column)] = pa.Column("str", pa.Check.isin([mark.value for mark in Mark]))
    return pa.DataFrameSchema(columns, unique=list(dataset.key), strict=True, report_duplicates="exclude_first")


def _column(column: Column) -> pa.Column:
    can_be_missing = not column.is_required or column.kind in NUMERIC
    return pa.Column(dtype_of(column), _checks(column), nullable=can_be_missing)


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f"is less than {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error=f"is more than {column.maximum:g}"))
    if column.name in SCHOOL_YEARS:
        checks.append(pa.Check(is_school_year, element_wise=True, error="is not a school year"))
    if column.name == "reviewer":
        checks.append(pa.Check.str_matches(RUBRIC.reviewer_pattern, error="is not a role and a number"))
    if column.name == "unit" and column.kind == "id":
        checks.append(pa.Check.str_matches(UNIT_CODE, error="is not a school unit code"))
    return checks
