"""What the rows of the school units must agree on over the years: a unit's spans, its former codes, whose place it took."""

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from sqa_lib.register import ordered
from sqa_lib.sources.datasets import Dataset
from sqa_lib.sources.problems import Finding, did_you_mean, joined


def wrong_spans(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Everything that is wrong with the columns first_year, last_year, former_codes and replaces of the school units' table."""
    table = table[table["unit"].notna()]
    yield from _ended_before_begun(table)
    yield from _two_at_a_time(table, dataset)
    yield from _former_codes(table)
    yield from _replaced(table)


def _ended_before_begun(table: pd.DataFrame) -> Iterator[Finding]:
    for row in table.index[table["last_year"] < table["first_year"]]:
        yield Finding(row, "last_year", "is before the first school year", f"{table['first_year'][row]} or later")


def _two_at_a_time(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Rows of a unit that begin before an earlier one has ended; rows that begin in the same year are duplicates."""
    columns = " and ".join(dataset.column(name).header for name in ("first_year", "last_year"))
    for _, rows in ordered(table).groupby("unit"):
        for (before, earlier), (row, later) in pairwise(rows.fillna({"first_year": "", "last_year": ""}).iterrows()):
            both_begin = earlier["first_year"] == later["first_year"]
            if not both_begin and (not earlier["last_year"] or earlier["last_year"] >= later["first_year"]):
                mend = f"a unit has one row at a time: give in {columns} when the earlier row ended and this one began"
                yield Finding(row, "first_year", "begins before another row of the unit has ended", mend, see=before)


def _former_codes(table: pd.DataFrame) -> Iterator[Finding]:
    units, taken = set(table["unit"]), {}
    for row, unit, codes in _named(table, "unit", "former_codes"):
        for code in codes:
            if code in units:
                mend = f"if {code} was another unit whose place this one took, write it under Ersätter; else take its row away"
                yield Finding(row, "former_codes", f"names {code}, which is a unit with a row of its own", mend)
            elif taken.setdefault(code, unit) != unit:
                mend = f"if {code} was a unit of its own, give it a row with its last school year, and write it under Ersätter"
                yield Finding(row, "former_codes", f"names {code}, which {taken[code]} had before too", mend)


def _replaced(table: pd.DataFrame) -> Iterator[Finding]:
    last = _last_years(table)
    for row, unit, first, codes in _named(table, "unit", "first_year", "replaces"):
        for code in codes:
            if problem := _wrong_successor(unit, "" if pd.isna(first) else first, code, last):
                yield Finding(row, "replaces", *problem)


def _named(table: pd.DataFrame, *columns: str) -> Iterator[tuple]:
    """Row and these columns, of the rows whose last one could be read."""
    return table.loc[table[columns[-1]].notna(), list(columns)].itertuples(name=None)


def _last_years(table: pd.DataFrame) -> dict[str, str]:
    """Unit → its last school year, "" where it is open still."""
    rows = ordered(table).drop_duplicates("unit", keep="last")
    return dict(zip(rows["unit"], rows["last_year"].fillna(""), strict=True))


def _wrong_successor(unit: str, first: str, code: str, last: dict[str, str]) -> tuple[str, str] | None:
    """Problem and mend of a unit that takes another's place from its first school year on."""
    if code == unit:
        return "names the unit itself", "the codes of other units"
    if code not in last:
        mend = f"give {code} a row with its last school year; if it is a code that this unit had, write it under Tidigare koder"
        return f"names {code}, which is not among the school units", joined(did_you_mean(code, last), mend)
    if not first:
        return "says nothing of when", "give the first school year in which the unit had taken the other's place"
    if not last[code] or last[code] >= first:
        return f"names {code}, which is open still in {first}", f"give {code} its last school year, before {first}"
    return None
