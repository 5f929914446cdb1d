"""A block of evidence: published figures in rows and series, drawn as a chart and printed as a table from the same cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqa_lib.markdown import plain
from sqa_lib.published import Cell


@dataclass(frozen=True)
class Block:
    """rows, series: labels in the order shown. cells: (row, series) → figure. row_head: what the rows are.

    own: the series or rows (labels) that are the unit of the book itself, or its year; charts give them the accent colour.
    spread: row → 25th and 75th percentile of the units it can be read against, where they are known.
    """

    rows: tuple[str, ...]
    series: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]
    row_head: str
    own: frozenset[str] = frozenset()
    spread: Mapping[str, tuple[float, float] | None] = field(default_factory=dict)

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        return self.cells[key]

    def known(self) -> Iterator[Cell]:
        """The figures that are shown."""
        return (cell for cell in self.cells.values() if cell.is_known)

    @property
    def size(self) -> int:
        """How many figures are shown."""
        return sum(1 for _ in self.known())

    def sorted_by_size(self) -> "Block":
        """Rows by the first series' value, largest first; withheld rows after, then zeros kept last."""
        return self.with_rows(sorted(self.rows, key=self._size_key))

    def _size_key(self, row: str) -> tuple[int, float]:
        cell = self[row, self.series[0]]
        if not cell.is_known:
            return (1 if cell.is_withheld else 3, 0.0)
        return (0, -cell.value) if cell.value else (2, 0.0)

    def upper_half(self, row: str) -> float:
        """What a row has in the later half of its series, the upper steps of a scale; NaN where one of them isn't shown."""
        cells = [self[row, series] for series in self.series[len(self.series) // 2 :]]
        return sum(cell.value for cell in cells) if all(cell.is_known for cell in cells) else float("nan")

    def sorted_by_upper_half(self) -> "Block":
        """Rows by what they have in the upper half of the scale, largest first; those that aren't shown last."""
        upper = {row: self.upper_half(row) for row in self.rows}
        return self.with_rows(sorted(self.rows, key=lambda row: -upper[row] if upper[row] == upper[row] else 1.0))

    def without_empty_rows(self) -> "Block":
        """Only rows where some series has a figure other than 0, or a withheld one."""
        return self.with_rows([row for row in self.rows if any(self._says_something(row, s) for s in self.series)])

    def _says_something(self, row: str, series: str) -> bool:
        cell = self[row, series]
        return bool(cell.value) if cell.is_known else cell.is_withheld

    def with_known_rows(self) -> "Block":
        """Only rows in which every series has a figure."""
        return self.with_rows([row for row in self.rows if all(self[row, series].is_known for series in self.series)])

    @property
    def drawn(self) -> "Block":
        """The block for a chart, whose labels are no Markdown."""
        return Block(
            tuple(map(plain, self.rows)),
            tuple(map(plain, self.series)),
            {(plain(row), plain(series)): cell for (row, series), cell in self.cells.items()},
            plain(self.row_head),
            frozenset(map(plain, self.own)),
            {plain(row): spread for row, spread in self.spread.items()},
        )

    def without_missing_series(self) -> "Block":
        """Without series in which every figure is missing (a year or a unit that has no data)."""
        kept = tuple(s for s in self.series if any(c.is_known or c.is_withheld for c in (self[row, s] for row in self.rows)))
        return replace(self, series=kept, cells={key: cell for key, cell in self.cells.items() if key[1] in kept})

    def with_rows(self, rows: list[str]) -> "Block":
        """Only these rows, in this order."""
        kept = {(row, series): self[row, series] for row in rows for series in self.series}
        return replace(self, rows=tuple(rows), cells=kept)
