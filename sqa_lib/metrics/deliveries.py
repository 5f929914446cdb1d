"""What has come of each dataset and what is missing of it: rows without a number, rows that were rejected, units that delivered
nothing. A *gap* is such a row, or such a unit, of one dataset and school year.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sqa_lib.school_years import is_school_year
from sqa_lib.sources.cells import folded
from sqa_lib.sources.check import Input
from sqa_lib.sources.datasets import DATASETS, SCHOOL_UNITS, Dataset
from sqa_lib.sources.rules import DUPLICATE
from sqa_lib.units import SINGLE, Unit, UnitTree

Codes = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A row of a dataset as far as it tells whose it is. codes: of the dimensions that are known of it."""

    school_year: str
    unit: str
    codes: Codes = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """What has come of a dataset. whole: rows that are counted; missing: rows that are not, since a number is not there or they
    were rejected; absent: (school year, unit) of which nothing has come, though every unit delivers."""

    dataset: Dataset
    whole: tuple[Row, ...]
    missing: tuple[Row, ...]
    absent: frozenset[tuple[str, str]]

    @property
    def has_gaps(self) -> bool:
        return bool(self.missing or self.absent)


def deliveries_of(data: Input, tree: UnitTree) -> list[Delivery]:
    """What has come of each dataset that says of which school year its rows are, in the datasets' order."""
    return [
        _delivery(dataset, data, tree)
        for name, dataset in DATASETS.items()
        if name in data.tables and dataset is not SCHOOL_UNITS and "school_year" in {column.name for column in dataset.columns}
    ]


def _delivery(dataset: Dataset, data: Input, tree: UnitTree) -> Delivery:
    incomplete = data.incomplete.get(dataset.name)
    whole = tuple(_rows(data.tables[dataset.name], dataset))
    missing = list(_rows(incomplete, dataset)) if incomplete is not None else []
    missing += _rejected(dataset, data, tree, {row.school_year for row in (*whole, *missing)})
    return Delivery(dataset, whole, tuple(missing), frozenset(_absent(dataset, [*whole, *missing], tree)))


def _rows(table: pd.DataFrame, dataset: Dataset) -> Iterator[Row]:
    coded = [column.name for column in dataset.columns if column.kind == "code"]
    for row in table.to_dict("records"):
        yield Row(row["school_year"], row.get("unit", ""), {name: str(row[name]) for name in coded if not pd.isna(row[name])})


def _rejected(dataset: Dataset, data: Input, tree: UnitTree, school_years: Collection[str]) -> Iterator[Row]:
    """Rows that only repeat others are missed by nobody. What a rejected row says besides its year and unit is not relied on; one
    that says no year that there is may be of each of the dataset's `school_years`."""
    rows = data.rejected.get(dataset.name, pd.DataFrame())
    heads = {folded(dataset.column(name).header): name for name in ("school_year", "unit") if name in _names(dataset)}
    for row in rows.rename(columns=lambda head: heads.get(folded(str(head)), head)).to_dict("records"):
        if not all(DUPLICATE in reason for reason in _MENDS.sub("", str(row["orsak"])).split("; ")):
            unit = str(row.get("unit", "")).strip()
            year = str(row.get("school_year", "")).strip()
            for each in [year] if is_school_year(year) else sorted(school_years):
                yield Row(each, unit if unit in tree else "")


_MENDS = re.compile(r"\([^)]*\)")
"""What a reason says in brackets: how to mend it."""


def _names(dataset: Dataset) -> set[str]:
    return {column.name for column in dataset.columns}


def _absent(dataset: Dataset, delivered: Iterable[Row], tree: UnitTree) -> Iterator[tuple[str, str]]:
    """Of a dataset that every unit delivers: the units of its school forms without any row in a school year that others have."""
    if not dataset.every_unit:
        return
    there = {(row.school_year, row.unit) for row in delivered if row.unit in tree}
    forms = {form for _, unit in there for form in tree[unit].school_forms}
    concerned = [unit.code for unit in tree.at(*SINGLE) if not forms.isdisjoint(unit.school_forms)]
    for year in sorted({year for year, _ in there}):
        yield from ((year, unit) for unit in concerned if (year, unit) not in there and tree[unit].is_open(year))


DELIVERED = ["dataset", "school_year", "unit", "whole", "missing", "status"]
WHOLE, INCOMPLETE, ABSENT, NOT_OPEN, NOTHING = "delivered", "incomplete", "not delivered", "not open", "no rows"


def delivered_table(deliveries: Iterable[Delivery], tree: UnitTree) -> pd.DataFrame:
    """One row for each dataset, school year and single unit of its school forms, columns `DELIVERED`.

    whole, missing: rows. status: `no rows` where nothing may have happened, `not delivered` where every unit should have some.
    """
    rows = [row for delivery in deliveries for row in _delivered(delivery, tree)]
    return pd.DataFrame(rows, columns=DELIVERED)


def _delivered(delivery: Delivery, tree: UnitTree) -> Iterator[tuple]:
    whole, missing = (Counter((row.school_year, row.unit) for row in rows) for rows in (delivery.whole, delivery.missing))
    there = [key for key in {**whole, **missing} if key[1] in tree]
    forms = {form for _, unit in there for form in tree[unit].school_forms}
    concerned = [unit for unit in tree.at(*SINGLE) if not forms.isdisjoint(unit.school_forms)]
    for year in sorted({year for year, _ in there}):
        for unit in concerned:
            key = year, unit.code
            yield delivery.dataset.name, *key, whole[key], missing[key], _status(delivery, key, whole[key], missing[key], unit)


def _status(delivery: Delivery, key: tuple[str, str], whole: int, missing: int, unit: Unit) -> str:
    if missing:
        return INCOMPLETE
    if whole:
        return WHOLE
    if not unit.is_open(key[0]):
        return NOT_OPEN
    return ABSENT if key in delivery.absent else NOTHING
