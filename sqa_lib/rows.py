"""Published figures as rows that are read a few units at a time, so that a section costs the same in a small report and a large.

Kept, they lie in `published.parquet` with one row group for the authority and one for each area with all below it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sqa_lib.units import UnitTree

TABLE, CONTENTS = "published.parquet", "contents.json"


@dataclass(frozen=True)
class Extent:
    """What there is of a statistic in any unit: school years (single ones and several together) and breakdowns, sorted."""

    school_years: tuple[str, ...]
    breakdowns: tuple[str, ...]


class Rows(Protocol):
    """Columns `sqa_lib.disclosure.PUBLISHED`."""

    @property
    def table(self) -> pd.DataFrame:
        """All rows."""

    @property
    def extents(self) -> Mapping[str, Extent]:
        """Statistic → what there is of it."""

    @property
    def units(self) -> frozenset[str]:
        """The units that have any row."""

    def of(self, unit: str) -> pd.DataFrame:
        """The rows of one unit, none where it has none."""


@dataclass(frozen=True)
class TableRows:
    """Rows in memory."""

    table: pd.DataFrame

    @cached_property
    def extents(self) -> dict[str, Extent]:
        by_statistic = self.table.groupby("statistic", sort=True)[["school_year", "breakdown"]]
        return {name: Extent(*(tuple(sorted(rows[part].unique())) for part in rows)) for name, rows in by_statistic}

    @property
    def units(self) -> frozenset[str]:
        return frozenset(self._places)

    def of(self, unit: str) -> pd.DataFrame:
        return self.table.iloc[self._places.get(unit, [])]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        return self.table.groupby("unit", sort=False).indices


@dataclass(frozen=True)
class KeptRows:
    """Rows in a folder, as `keep_rows` has left them there."""

    folder: Path

    @cached_property
    def table(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / TABLE)

    @cached_property
    def extents(self) -> dict[str, Extent]:
        return {name: Extent(*map(tuple, parts.values())) for name, parts in self._contents["statistics"].items()}

    @property
    def units(self) -> frozenset[str]:
        return frozenset(self._contents["groups"])

    def of(self, unit: str) -> pd.DataFrame:
        group = self._contents["groups"].get(unit)
        return self._group(0).of("") if group is None else self._group(group).of(unit)

    def _group(self, number: int) -> TableRows:
        if number not in self._groups:
            self._groups[number] = TableRows(self._read(number))
        return self._groups[number]

    def _read(self, number: int) -> pd.DataFrame:
        """Without threads: a group is small, and they take longer to start than it takes to read."""
        file = parquet.ParquetFile(self.folder / TABLE, page_checksum_verification=True)
        return file.read_row_group(number, use_threads=False).to_pandas(use_threads=False)

    @cached_property
    def _groups(self) -> dict[int, TableRows]:
        return {}

    @cached_property
    def _contents(self) -> dict[str, dict]:
        return json.loads((self.folder / CONTENTS).read_text(encoding="utf-8"))


def in_groups(table: pd.DataFrame, tree: UnitTree) -> pd.DataFrame:
    """The rows in the order in which they are kept: the authority's (and the country's), then each area's with those below it."""
    place = {unit.code: number for number, unit in enumerate(tree.units)}
    order = table["unit"].map({unit: place.get(_area(unit, tree), -1) for unit in table["unit"].unique()})
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def keep_rows(table: pd.DataFrame, tree: UnitTree, folder: Path, save: Callable[[Path, Callable[[Path], object]], None]) -> None:
    """Write rows (in the order of `in_groups`) and their contents. save: calls its second argument with a path to write to."""
    area = table["unit"].map({unit: _area(unit, tree) for unit in table["unit"].unique()})
    number = (area != area.shift()).cumsum() - 1
    save(folder / TABLE, lambda path: _write_groups(table, number, path))
    groups = dict(zip(table["unit"], number.tolist(), strict=True))
    statistics = {name: asdict(extent) for name, extent in TableRows(table).extents.items()}
    text = json.dumps({"groups": groups, "statistics": statistics}, ensure_ascii=False) + "\n"
    save(folder / CONTENTS, lambda path: path.write_text(text, encoding="utf-8"))


def _area(unit: str, tree: UnitTree) -> str:
    """The unit right below the authority that it belongs to; "" for the authority and what is not its own."""
    return tree.area_of(unit) if unit in tree else ""


def _write_groups(table: pd.DataFrame, number: pd.Series, path: Path) -> None:
    whole = pa.Table.from_pandas(table, preserve_index=False)
    with parquet.ParquetWriter(path, whole.schema, write_page_checksum=True) as writer:
        for _, places in number.groupby(number).indices.items():
            writer.write_table(whole.slice(places[0], len(places)), row_group_size=len(places))
        if not len(table):
            writer.write_table(whole)
