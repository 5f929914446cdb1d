"""Public frequency tables that others protect too, as systems of numbers: hierarchies, and tables that share margins.

They lie in a folder of their own and stay there; what is known of each is told in its README.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.disclosure.system import System

Code = tuple[str, str]
Cell = frozenset[Code]
"""Column and code of each dimension that is not summed up."""
Chain = tuple[str, ...]
"""Columns of a hierarchy, the narrowest first."""
LEVEL = {"region": "school", "fylke": "area", "kostragr": "area"}


@dataclass(frozen=True)
class Case:
    """A file, its column of counts, and its tables: each a dimension after another, each of these one or more hierarchies."""

    file: str
    count: str
    tables: Sequence[Sequence[Sequence[Chain]]]


_REGIONS = (("region", "fylke"), ("region", "kostragr"))
_MONTHS = (("mnd", "mnd2"),)
_AGE, _MARITAL = (("age_h", "age_m", "age_l"),), (("lms_h", "lms_l"),)
_HOUSEHOLD, _FAMILY = (("hst_h", "hst_m", "hst_l"),), (("fst_h", "fst_m", "fst_l"),)
_SEX, _SOURCE = (("sex",),), (("hovedint",),)
CASES = (
    Case("z1", "ant", [[[("region",)], _SOURCE]]),
    Case("z2", "ant", [[_REGIONS, _SOURCE]]),
    Case("z3", "ant", [[_REGIONS, _SOURCE, _MONTHS]]),
    Case(
        "d53",
        "freq",
        [
            [_SEX, _AGE, _MARITAL],
            [_SEX, _AGE, _HOUSEHOLD],
            [_SEX, _AGE, _FAMILY],
            [_SEX, _MARITAL, _HOUSEHOLD],
        ],
    ),
    Case("sosialFiktiv", "ant", [[_REGIONS, _SOURCE, _MONTHS]]),
)


def system_of_case(case: Case, folder: Path, limit: int, is_exact: bool) -> System:
    """Counts of 1 to `limit` are small; what hiding another costs is its count. Empty cells are known to be.

    is_exact: a small number need only not be certain; else it must be able to be 1 and limit + 1.
    """
    columns = {name for table in case.tables for dimension in table for chain in dimension for name in chain}
    data = pd.read_csv(folder / f"{case.file}.csv", dtype=dict.fromkeys(columns, str))
    return _system(data, case.count, case.tables, limit, is_exact)


def linked(data: pd.DataFrame, count: str, tables: Sequence[Sequence[Sequence[Chain]]], limit: int) -> tuple[System, list[Cell]]:
    """The system of a small case and its cells by name, for a test."""
    return _system(data, count, tables, limit, True), _numbers(data, count, tables)[0]


def _system(data: pd.DataFrame, count: str, tables: Sequence, limit: int, is_exact: bool) -> System:
    names, value = _numbers(data, count, tables)
    equations = _equations(data, tables, {name: number for number, name in enumerate(names)})
    small = value <= limit
    low, high = (value, value + 0.01) if is_exact else (np.ones(len(value)), np.full(len(value), limit + 1.0))
    cells = pd.DataFrame(
        {
            "school_year": "", "unit": "", "place": 0, "level": [_level(name) for name in names],
            "value": value, "least": 0.0, "most": np.inf, "is_public": False, "is_known": False,
            "was_withheld": False, "loss": value,
            "low": np.where(small, low, np.nan), "high": np.where(small, high, np.nan),
        }
    )  # fmt: skip
    return System(cells, equations, sparse.identity(len(value), format="csr"), pd.DataFrame(columns=["figure", "part", "cell"]))


def _level(name: Cell) -> str:
    return next((LEVEL[column] for column, _ in name if column in LEVEL), "municipality")


def _numbers(data: pd.DataFrame, count: str, tables: Sequence) -> tuple[list[Cell], np.ndarray]:
    """Every cell of the tables that is not empty, each once, and its number."""
    found: dict[Cell, float] = {}
    for by in _margins(tables):
        sums = data.groupby(by, as_index=False)[count].sum() if by else data[[count]].sum().to_frame().T
        for row in sums.to_dict("records"):
            found[frozenset((name, row[name]) for name in by)] = float(row[count])
    kept = {name: number for name, number in found.items() if number > 0}
    return list(kept), np.array(list(kept.values()))


def _margins(tables: Sequence) -> Iterator[list[str]]:
    """The columns of every margin of the tables."""
    for table in tables:
        for chosen in _choices(table):
            yield [name for name in chosen if name]


def _choices(table: Sequence[Sequence[Chain]]) -> Iterator[tuple[str, ...]]:
    """A column of each dimension, "" where that is summed up."""
    return product(*(dict.fromkeys([*(name for chain in dimension for name in chain), ""]) for dimension in table))


def _equations(data: pd.DataFrame, tables: Sequence, number: Mapping[Cell, int]) -> sparse.csr_matrix:
    """Each cell as the sum of those one step further down in one hierarchy."""
    sums = {(whole, tuple(sorted(parts))) for table in tables for whole, parts in _sums(data, table, number)}
    rows = [(row, cell, sign) for row, (whole, parts) in enumerate(sorted(sums)) for cell, sign in _terms(whole, parts)]
    row, cell, sign = zip(*rows, strict=True)
    return sparse.csr_matrix((np.array(sign, dtype=float), (row, cell)), (len(sums), len(number)))


def _terms(whole: int, parts: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield whole, -1
    yield from ((part, 1) for part in parts)


def _sums(data: pd.DataFrame, table: Sequence[Sequence[Chain]], number: Mapping[Cell, int]) -> Iterator[tuple[int, set[int]]]:
    for chosen in _choices(table):
        for place, dimension in enumerate(table):
            for narrow, wide in {step for chain in dimension for step in zip(chain, (*chain[1:], ""), strict=True)}:
                if narrow == chosen[place]:
                    above = [*chosen[:place], wide, *chosen[place + 1 :]]
                    yield from _summed(data, [name for name in chosen if name], [name for name in above if name], number)


def _summed(data: pd.DataFrame, by: list[str], above: list[str], number: Mapping[Cell, int]) -> Iterator[tuple[int, set[int]]]:
    parts: dict[Cell, set[int]] = {}
    for row in data[list(dict.fromkeys(by + above))].drop_duplicates().to_dict("records"):
        part = frozenset((name, row[name]) for name in by)
        if part in number:
            parts.setdefault(frozenset((name, row[name]) for name in above), set()).add(number[part])
    yield from ((number[whole], of) for whole, of in parts.items())
