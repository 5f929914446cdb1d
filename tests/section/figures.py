"""Figures and blocks of a few rows, for charts and tables to show."""

from sqa_lib.marks import Mark
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Cell
from sqa_lib.section.blocks import Block

NAN = float("nan")
CASES = Statistic("cases", "Ärenden", "count", "ärenden", "ärenden", "", "läsåret", (), noun=("ärende", "ärenden"))
SHARE = Statistic("share", "Andel", "share", "elever", "elever", "elever", "läsåret", ())


def count(value: float | str) -> Cell:
    """A count, or the mark that stands for it."""
    mark = Mark(value) if isinstance(value, str) else Mark.NONE
    return Cell(CASES, NAN if mark else value, NAN, NAN, NAN if mark else value, NAN, mark)


def share(value: float | str, low: float = NAN, high: float = NAN, part: float = NAN, whole: float = NAN) -> Cell:
    """A share with its interval and what it is a share of, or the mark that stands for it."""
    mark = Mark(value) if isinstance(value, str) else Mark.NONE
    return Cell(SHARE, NAN, NAN, NAN, NAN, NAN, mark) if mark else Cell(SHARE, value, low, high, part, whole, mark)


def block(rows: dict[str, dict[str, Cell]], **more: object) -> Block:
    """A block from row → series → figure."""
    series = tuple(next(iter(rows.values())))
    return Block(
        tuple(rows), series, {(row, name): cell for row, cells in rows.items() for name, cell in cells.items()}, "Typ", **more
    )


def counts(**values: float | str) -> Block:
    """A block of one series of counts."""
    return block({row: {"Antal": count(value)} for row, value in values.items()})
