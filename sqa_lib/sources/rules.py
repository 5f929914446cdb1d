"""What a row must agree with: the rows before it, its school year, the school units."""

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from sqa_lib.sources.datasets import Dataset
from sqa_lib.sources.problems import Finding, did_you_mean, joined
from sqa_lib.sources.spans import wrong_spans
from sqa_lib.units import slug

DUPLICATE = "makes the row a duplicate"


@dataclass(frozen=True)
class KnownUnits:
    """The units that other datasets may speak of. refused: units whose own row was rejected; open: of units that are not open
    in all school years, the first and the last of each span, "" for no end; codes: one that a unit had before → its own."""

    accepted: frozenset[str]
    refused: frozenset[str] = frozenset()
    open: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


def broken_rules(
    table: pd.DataFrame, dataset: Dataset, units: KnownUnits | None, found: Collection[Finding]
) -> Iterator[Finding]:
    """Everything in a typed table that takes more than a cell to see.

    units: None for the school units themselves. found: problems of single cells; those are missing in the table.
    """
    without_key = {finding.row for finding in found if finding.column in dataset.key}
    yield from duplicates(table.drop(index=without_key), dataset)
    yield from two_names_for_an_area(table, dataset)
    yield from areas_without_a_code(table, dataset)
    yield from unknown_units(table, dataset, units)
    yield from of_closed_units(table, dataset, units)
    if "first_year" in table:
        yield from wrong_spans(table, dataset)
    yield from outside_school_year(table, dataset)
    yield from before_another_date(table, dataset)
    yield from more_than_the_whole(table, dataset)


def duplicates(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Every row whose key an earlier row has. Missing values are equal (the year of preschools is empty)."""
    key = list(dataset.key)
    rows = pd.Series(table.index, index=table.index)
    first = rows.groupby([table[name] for name in key], dropna=False, observed=True).transform("first")
    headers = " + ".join(dataset.column(name).header for name in key)
    for row in rows.index[rows != first]:
        yield Finding(row, key[-1], DUPLICATE, f"{headers} must be unique", see=int(first[row]))


def two_names_for_an_area(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """An area's code has one name: the one of its first row."""
    if "area_name" not in table:
        return
    names = table.groupby("area")["area_name"].transform("first")
    for row in table.index[(table["area_name"] != names) & names.notna() & table["area_name"].notna()]:
        yield Finding(row, "area_name", "is another name than the area has above", f"area {table['area'][row]} is {names[row]}")


def areas_without_a_code(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Areas whose names give no code, or the same one as another spelling above (`Norra` and `norra`, `Östra` and `Ostra`)."""
    if "area_name" not in table:
        return
    first: dict[str, str] = {}
    for row, area in table["area"].dropna().items():
        code = slug(area)
        if not code:
            yield Finding(row, "area", "has neither letter nor digit", "a code such as HÖB")
        elif first.setdefault(code, area) != area:
            mend = "write it the same way; two areas need names that differ in more than case, dots and dashes"
            yield Finding(row, "area", f"can't be told apart from {first[code]} above", mend)


def unknown_units(table: pd.DataFrame, dataset: Dataset, units: KnownUnits | None) -> Iterator[Finding]:
    """Units that have no accepted row among the school units."""
    for column in [c for c in dataset.columns if c.kind == "unit" and units and units.accepted]:
        for row, unit in table[column.name].dropna().items():
            if unit in units.refused:
                yield Finding(row, column.name, "is a unit whose own row was rejected", "mend that row first")
            elif unit not in units.accepted:
                mend = joined(did_you_mean(unit, units.accepted), "add the unit there, or mend the code")
                yield Finding(row, column.name, "is not among the school units", mend)


def of_closed_units(table: pd.DataFrame, dataset: Dataset, units: KnownUnits | None) -> Iterator[Finding]:
    """Rows of a school year in which their unit was not open."""
    if not units or not units.open or not {"unit", "school_year"} <= set(table.columns):
        return
    for row, unit, year in table.loc[table["unit"].isin(list(units.open)), ["unit", "school_year"]].dropna().itertuples():
        spans = units.open[unit]
        if not any((not first or year >= first) and (not last or year <= last) for first, last in spans):
            mend = f"{unit} is open {' and '.join(map(_span, spans))}; mend the row or the register"
            yield Finding(row, "school_year", "is a school year in which the unit was not open", mend)


def _span(span: tuple[str, str]) -> str:
    first, last = span
    return " ".join([*(["from", first] if first else []), *(["to", last] if last else [])])


def outside_school_year(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Dates before 1 August or after 31 July of the row's own school year."""
    for column in [c for c in dataset.columns if c.in_school_year]:
        for row, day, school_year in table[[column.name, "school_year"]].dropna().itertuples():
            first, last = bounds(school_year)
            if not first <= day.date() <= last:
                yield Finding(row, column.name, f"is outside the school year {school_year}", f"a date from {first} to {last}")


def bounds(school_year: str) -> tuple[datetime.date, datetime.date]:
    """The first and last day of a school year: `2020/21` runs from 2020-08-01 to 2021-07-31."""
    start = int(school_year[:4])
    return datetime.date(start, 8, 1), datetime.date(start + 1, 7, 31)


def before_another_date(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Dates that can't come before another date of the row."""
    for column in [c for c in dataset.columns if c.not_before]:
        other = dataset.column(column.not_before)
        for row in table.index[table[column.name] < table[other.name]]:
            yield Finding(row, column.name, f"is before {other.header}", f"{table[other.name][row]:%Y-%m-%d} or later")


def more_than_the_whole(table: pd.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Numbers above another number of the row that they are a part of."""
    for column in [c for c in dataset.columns if c.not_above]:
        whole = dataset.column(column.not_above)
        for row in table.index[table[column.name] > table[whole.name]]:
            yield Finding(row, column.name, f"is more than {whole.header}", f"at most {table[whole.name][row]:g}")
