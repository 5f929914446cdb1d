"""What a reader takes `.` for, where it stands for what is missing and not for nobody.

Of a count of a single unit it says that the sums above have nothing of the unit: there it is as good as a 0, whatever the
unit's true number is. Of an area's or the authority's it hides a sum that holds all the same. A share or mean that is not told
since something is missing says nothing of how many there are.
"""

from collections.abc import Mapping

import pandas as pd

from sqa_lib.audit.earlier import Late
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.metrics.coverage import ByUnit
from sqa_lib.units import SINGLE, UnitTree


def as_read(table: pd.DataFrame, coverage: ByUnit, tree: UnitTree, definitions: Mapping[str, Statistic]) -> pd.DataFrame:
    """Published or true figures as the attacker reads them. table: columns statistic, school_year, unit, breakdown, numerator,
    value, mark."""
    is_missing = table["mark"] == Mark.MISSING.value
    if not is_missing.any():
        return table
    kinds = table["statistic"].map({name: definition.kind for name, definition in definitions.items()})
    single = table["unit"].isin([unit.code for unit in tree.at(*SINGLE)])
    is_nothing = is_missing & (kinds == "count") & single
    is_hidden = is_missing & (kinds == "count") & ~single & _is_told_of(table, coverage, tree)
    says_nothing = is_missing & kinds.isin(["share", "ratio"]) & _is_told_of(table, coverage, tree)
    counted = {name: table[name].mask(is_nothing, 0.0) for name in ("numerator", "value")}
    mark = table["mark"].mask(is_nothing, Mark.NONE.value).mask(is_hidden, Mark.WITHHELD.value)
    return table.assign(mark=mark, **counted)[~says_nothing]


def _is_told_of(table: pd.DataFrame, coverage: ByUnit, tree: UnitTree) -> pd.Series:
    """Whether the books say that something is missing of a figure, or that its unit was not open."""
    rows = table[["statistic", "school_year", "unit", "breakdown"]].itertuples(index=False)
    told = [
        (statistic, year, breakdown) in coverage.get(unit, {}) or (unit in tree and not tree.is_open(tree[unit], year))
        for statistic, year, unit, breakdown in rows
    ]
    return pd.Series(told, index=table.index, dtype=bool)


def late_of(then: pd.DataFrame, now: pd.DataFrame, coverage: ByUnit, tree: UnitTree) -> Late:
    """The single units that are told to be missing now and have figures then, and, in the same tables, those that came since.

    then, now: published tables; coverage: of those of now.
    """
    key, single = ["statistic", "school_year", "unit"], [unit.code for unit in tree.at(*SINGLE)]
    missing, given = {}, {}
    for name, table in (("then", then), ("now", now)):
        rows = table[table["unit"].isin(single)]
        is_missing = rows["mark"] == Mark.MISSING.value
        given[name] = _keys(rows.loc[~is_missing, key])
        missing[name] = _keys(rows.loc[is_missing, key]) - given[name]
    told = now[pd.MultiIndex.from_frame(now[key]).isin(missing["now"] & given["then"])]
    late = _keys(told.loc[_is_told_of(told, coverage, tree), key])
    tables = {key[:2] for key in late}
    return Late(frozenset(late), frozenset(key for key in missing["then"] & given["now"] if key[:2] in tables))


def _keys(rows: pd.DataFrame) -> set[tuple[str, str, str]]:
    return set(rows.itertuples(index=False, name=None))
