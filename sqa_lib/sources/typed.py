"""From a dataset's cells to its typed table; a cell that can't be read, or breaks the schema, is found."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
import pandera.errors

from sqa_lib.marks import Mark, mark_of
from sqa_lib.sources.cells import Unreadable, allowed, cleaned, folded, reader_of, without_value, words
from sqa_lib.sources.datasets import Column, Dataset
from sqa_lib.sources.problems import Finding, did_you_mean, joined
from sqa_lib.sources.schemas import NUMERIC, dtype_of, mark_name, schema_of


class _Reading(NamedTuple):
    value: object
    mark: Mark = Mark.NONE
    problem: str = ""


def typed(cells: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, list[Finding]]:
    """The table that `schema_of(dataset)` describes, on the rows of `cells`, and what is wrong in single columns.

    cells: texts, columns named as in Python, indexed by row number. A cell with a problem is missing in the table.
    """
    columns: dict[str, pd.Series] = {}
    findings: list[Finding] = []
    for column in dataset.columns:
        readings = _readings(cells[column.name], column)
        columns[column.name] = pd.Series([r.value for r in readings], index=cells.index, dtype=dtype_of(column))
        if column.kind in NUMERIC:
            columns[mark_name(column)] = pd.Series([r.mark.value for r in readings], index=cells.index, dtype="str")
        findings += _unread(cells[column.name], readings, column)
    table = pd.DataFrame(columns, index=cells.index)
    if len(table):
        findings += _against_schema(table, dataset, {(f.row, f.column) for f in findings})
    return _blanked(table, findings), findings


def _readings(texts: pd.Series, column: Column) -> list[_Reading]:
    by_text = {text: _read(cleaned(text), column) for text in texts.unique()}
    return [by_text[text] for text in texts]


def _read(text: str, column: Column) -> _Reading:
    missing = () if column.kind in ("codes", "units") else None
    if not text:
        return _Reading(missing, problem="is empty" if column.is_required else "")
    if why := without_value(text):
        return _Reading(missing, problem=why)
    if column.kind in NUMERIC and mark_of(text):
        return _Reading(missing, mark_of(text))
    try:
        return _Reading(reader_of(column)(text))
    except Unreadable as error:
        return _Reading(missing, problem=str(error))


def _unread(texts: pd.Series, readings: list[_Reading], column: Column) -> Iterator[Finding]:
    for row, reading in zip(texts.index, readings, strict=True):
        if reading.problem:
            yield Finding(row, column.name, reading.problem, joined(_close_word(texts[row], column), allowed(column)))


def _close_word(text: str, column: Column) -> str:
    """A hint for the first misspelt word of the cell."""
    known = {folded(word) for word in words(column)}
    misspelt = [word for word in text.split("|") if known and folded(word) not in known]
    return did_you_mean(cleaned(misspelt[0]), words(column)) if misspelt else ""


def _against_schema(table: pd.DataFrame, dataset: Dataset, known: set[tuple[int, str]]) -> Iterator[Finding]:
    """What single columns break of the schema; its unique key is the business of `rules`."""
    try:
        schema_of(dataset).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for case in cases[cases["schema_context"] == "Column"].itertuples():
            if (case.index, case.column) not in known:
                yield Finding(case.index, case.column, case.check, allowed(dataset.column(case.column)))


def _blanked(table: pd.DataFrame, findings: list[Finding]) -> pd.DataFrame:
    """The table with a missing value in every cell that has a problem."""
    wrong = pd.DataFrame(False, index=table.index, columns=table.columns)
    for finding in findings:
        wrong.loc[finding.row, finding.column] = True
    return table.mask(wrong)
