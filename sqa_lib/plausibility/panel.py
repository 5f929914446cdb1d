"""Sums by unit, school year and group: what most rules look at."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sqa_lib.sources.datasets import DATASETS
from sqa_lib.units import UnitTree

PANEL = ["unit", "school_year", "group", "value"]


def panel(table: pd.DataFrame, of: str, by: Iterable[str], where: Mapping[str, Iterable[str]] = {}) -> pd.DataFrame:
    """Columns `PANEL`: the sum of a column, or the number of rows (`of` is ""), of each unit, school year and group.

    A sum of which a number is missing is missing: nothing is said of it here, for that it is missing is told already.
    """
    rows = chosen(table, where)
    value = rows[of].astype("float64") if of else pd.Series(1.0, rows.index)
    cells = pd.DataFrame({"unit": rows["unit"], "school_year": rows["school_year"], "group": groups(rows, by), "value": value})
    return cells.groupby(PANEL[:3], sort=True, as_index=False)["value"].sum(skipna=False)


def chosen(table: pd.DataFrame, where: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    for name, codes in where.items():
        table = table[table[name].astype("str").isin(list(codes))]
    return table


def groups(table: pd.DataFrame, by: Iterable[str]) -> pd.Series:
    """`year=7;gender=girl`, without what a row does not say."""
    names = list(by)
    if not names:
        return pd.Series("", index=table.index, dtype="str")
    codes = table[names].astype("object").where(table[names].notna(), "")
    each = {
        row: ";".join(f"{name}={code}" for name, code in zip(names, row, strict=True) if code)
        for row in set(codes.itertuples(index=False, name=None))
    }
    return pd.Series([each[row] for row in codes.itertuples(index=False, name=None)], index=table.index, dtype="str")


def wide(cells: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and group, one column per school year."""
    return cells.pivot(index=["unit", "group"], columns="school_year", values="value")


def over_years(cells: pd.DataFrame, tree: UnitTree, otherwise: float = np.nan) -> pd.DataFrame:
    """As `wide`, of units as long as they are the same: missing where a unit is not open, and a row for itself from each year on
    in which it took another's place. otherwise: where an open unit has no row."""
    years = wide(cells)
    units = [tree[unit] for unit in years.index.get_level_values("unit")]
    filled = years.fillna(otherwise)
    is_open = [[unit.is_open(year) for year in years.columns] for unit in units]
    filled = filled.where(np.reshape(is_open, filled.shape))
    eras = np.array([[unit.era(year) for year in years.columns] for unit in units]).reshape(filled.shape)
    return pd.concat([filled.where(eras == era)[(eras == era).any(axis=1)] for era in range(int(eras.max(initial=0)) + 1)])


def spread_of(values: np.ndarray) -> float:
    """The standard deviation as a few odd values don't move it: 1.4826 times the median absolute value (Hampel 1974)."""
    there = np.abs(values[np.isfinite(values)])
    return float(1.4826 * np.median(there)) if there.size else 0.0


def number(value: float) -> str:
    """As an analyst's table has it: `670`, `13 650`, `5.3`."""
    return f"{value:,.0f}".replace(",", " ") if abs(value - round(value)) < 1e-6 or abs(value) >= 1000 else f"{value:.3g}"


def head(dataset: str, of: str) -> str:
    """What the column is called in the file; rows have no name."""
    return DATASETS[dataset].column(of).header if of else "rows"
