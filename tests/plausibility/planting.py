"""Errors as they happen in exports, planted in the cells of a report's files: ten kinds, at random places.

An error is of one dataset, unit and school year. What is planted is text, as it stands in the files.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from sqa_lib.sources.datasets import DATASETS, Column, Dataset
from sqa_lib.sources.files import RawTable

UNIT, YEAR, NUMBER = "Skolenhetskod", "Läsår", "Löpnummer"
SUMS = ("enrolment", "absence", "lesson_absence", "arts_school")
"""Datasets that hold sums, one row a group, and are about every unit."""
LISTS = ("health_survey", "mother_tongue", "study_guidance", "health_cases", "newly_arrived", "mother_tongue_applications")
"""Datasets of one row a pupil or case."""


@dataclass(frozen=True)
class Planted:
    kind: str
    dataset: str
    unit: str
    school_year: str
    what: str


Cells = dict[str, pd.DataFrame]
Place = tuple[str, str]


class Planter:
    """Plants errors at places that have none yet. tables: dataset → its file's cells."""

    def __init__(self, tables: Mapping[str, RawTable], seed: int) -> None:
        self.random = random.Random(seed)
        self.raw = dict(tables)
        self.cells = {name: raw.cells.copy() for name, raw in tables.items()}
        self.first = {name: min(cells[YEAR]) for name, cells in self.cells.items() if YEAR in cells}
        self.used: set[tuple[str, str]] = set()

    def tables(self) -> dict[str, RawTable]:
        return {
            name: replace(raw, cells=self.cells[name], widths=pd.Series(raw.cells.shape[1], self.cells[name].index))
            for name, raw in self.raw.items()
        }

    def plant(self, kind: str) -> Planted:
        """Errors of one unit do not meet: each unit has one in each dataset at most."""
        for _ in range(10_000):
            name, dataset_kind = self.random.choice(_WHERE[kind]), _KINDS[kind]
            if name not in self.cells:
                continue
            unit, year = self._place(name)
            if (name, unit) in self.used or (what := dataset_kind(self, DATASETS[name], unit, year)) is None:
                continue
            self.used.add((name, unit))
            return Planted(kind, name, unit, year, what)
        raise AssertionError(f"no place left for {kind}")

    def _place(self, name: str) -> Place:
        cells = self.cells[name]
        row = cells.iloc[self.random.randrange(len(cells))]
        return row[UNIT], row[YEAR]

    def rows(self, dataset: Dataset, unit: str, year: str) -> pd.DataFrame:
        cells = self.cells[dataset.name]
        return cells[(cells[UNIT] == unit) & (cells[YEAR] == year)]

    def column(self, dataset: Dataset) -> Column:
        return self.random.choice([column for column in dataset.columns if column.kind in ("integer", "number")])

    def set(self, name: str, rows: pd.Index, header: str, values: object) -> None:
        self.cells[name].loc[rows, header] = values


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def a_digit_too_many(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    return _digit(p, dataset, unit, year, lambda text: text.replace(",", "") if "," in text else text + "0")


def a_digit_too_few(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    return _digit(p, dataset, unit, year, lambda text: text.partition(",")[0][:-1])


def _digit(p: Planter, dataset: Dataset, unit: str, year: str, change: Callable[[str], str]) -> str | None:
    header = p.column(dataset).header
    rows = p.rows(dataset, unit, year)
    large = rows[rows[header].map(_value) >= 10]
    if large.empty:
        return None
    row = p.random.choice(list(large.index))
    p.set(dataset.name, pd.Index([row]), header, after := change(rows.at[row, header]))
    return f"{header} {rows.at[row, header]} → {after}"


def zeros(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    """A number is 0 in all of a unit's rows of a year."""
    header = p.column(dataset).header
    rows = p.rows(dataset, unit, year)
    if rows[header].map(_value).sum() < 20:
        return None
    p.set(dataset.name, rows.index, header, "0")
    return f"{header}: {rows[header].map(_value).sum():.0f} → 0"


def a_row_left_out(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    rows = p.rows(dataset, unit, year)
    if year == p.first[dataset.name] or len(rows) < 2:
        return None
    row = p.random.choice(list(rows.index))
    p.cells[dataset.name] = p.cells[dataset.name].drop(index=row)
    return ";".join(rows.loc[row])


def nothing_delivered(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    rows = p.rows(dataset, unit, year)
    if dataset.name in LISTS and len(rows) < 15:
        return None
    p.cells[dataset.name] = p.cells[dataset.name].drop(index=rows.index)
    return f"{len(rows)} rows"


def last_year_again(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    before = f"{int(year[:4]) - 1}/{year[2:4]}"
    return _copied(p, dataset, p.rows(dataset, unit, before), p.rows(dataset, unit, year))


def another_units_numbers(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    other = p.random.choice(sorted(set(p.cells[dataset.name][UNIT])))
    return None if other == unit else _copied(p, dataset, p.rows(dataset, other, year), p.rows(dataset, unit, year))


def _copied(p: Planter, dataset: Dataset, source: pd.DataFrame, target: pd.DataFrame) -> str | None:
    """All rows of a unit and year are those of another, but for whose they are."""
    if len(source) < 6 or len(target) < 6:
        return None
    rows = source.assign(**{UNIT: target[UNIT].iloc[0], YEAR: target[YEAR].iloc[0]})
    rows.index = range(p.cells[dataset.name].index.max() + 1, p.cells[dataset.name].index.max() + 1 + len(rows))
    if NUMBER in rows:
        rows[NUMBER] = [f"{number}-igen" for number in rows[NUMBER]]
    p.cells[dataset.name] = pd.concat([p.cells[dataset.name].drop(index=target.index), rows])
    return f"{len(rows)} rows"


def delivered_twice(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    """A list's rows once more, with new numbers."""
    rows = p.rows(dataset, unit, year)
    if len(rows) < 5:
        return None
    again = rows.assign(**{NUMBER: [f"{number}-igen" for number in rows[NUMBER]]})
    again.index = range(p.cells[dataset.name].index.max() + 1, p.cells[dataset.name].index.max() + 1 + len(again))
    p.cells[dataset.name] = pd.concat([p.cells[dataset.name], again])
    return f"{len(rows)} rows"


def swapped_columns(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    """The contents of two columns that hold the same kind of thing."""
    like = [column for column in dataset.columns if column.kind in ("integer", "number") or column.dimension == "frequency"]
    first, second = p.random.sample(like, 2)
    rows = p.rows(dataset, unit, year)
    if len(rows) < 6 or first.dimension != second.dimension or first.kind != second.kind:
        return None
    for header, other in ((first.header, second.header), (second.header, first.header)):
        p.set(dataset.name, rows.index, header, rows[other])
    return f"{first.header} ↔ {second.header}"


def another_year_group(p: Planter, dataset: Dataset, unit: str, year: str) -> str | None:
    """The rows of one year group are called another that the unit does not have, or that it has already."""
    rows = p.rows(dataset, unit, year)
    groups = sorted(set(rows["Årskurs"]) - {""})
    known = {"4", "7"} if dataset.name == "health_survey" else set("F123456789")
    others = sorted(known - set(groups)) if dataset.name != "mother_tongue" else sorted(known - {*groups, ""})
    if not groups or not others:
        return None
    group = p.random.choice(groups)
    moved = rows.index[rows["Årskurs"] == group]
    if len(moved) < (4 if dataset.name in LISTS else 2):
        return None
    p.set(dataset.name, moved, "Årskurs", other := p.random.choice(others))
    return f"årskurs {group} → {other}"


_KINDS = {
    each.__name__: each
    for each in (
        a_digit_too_many, a_digit_too_few, zeros, a_row_left_out, nothing_delivered, last_year_again, another_units_numbers,
        delivered_twice, swapped_columns, another_year_group,
    )
}  # fmt: skip
KINDS = tuple(_KINDS)
_WHERE: dict[str, tuple[str, ...]] = {name: SUMS for name in KINDS} | {
    "nothing_delivered": (*SUMS, *LISTS),
    "last_year_again": (*SUMS, "health_survey"),
    "another_units_numbers": (*SUMS, "health_survey"),
    "delivered_twice": LISTS,
    "swapped_columns": ("absence", "lesson_absence", "arts_school", "health_survey"),
    "another_year_group": ("enrolment", "absence", "health_survey"),
}


def planted(planter: Planter, kinds: tuple[str, ...]) -> Iterator[Planted]:
    for kind in kinds:
        yield planter.plant(kind)
