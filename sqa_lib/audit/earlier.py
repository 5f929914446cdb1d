"""What was published before, with the units as they were then."""

from dataclasses import dataclass, replace

import pandas as pd

from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

Key = tuple[str, str, str]
"""Statistic, school year, unit."""


@dataclass(frozen=True)
class Late:
    """Single units whose rows have not come. missing: in today's publication, and the earlier one has figures of them; came: in
    the earlier one, and today's has, in the same tables."""

    missing: frozenset[Key] = frozenset()
    came: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Earlier:
    """An earlier publication. table: columns of `published.parquet`; tree: its units then; rule: its policy, where that is
    known; judged_by: the same where it is older than today's holds, None where today's judges it too; late: units that it has
    figures of and today's publication has none, or the other way about."""

    table: pd.DataFrame
    tree: UnitTree
    rule: Disclosure | None = None
    judged_by: Disclosure | None = None
    late: Late = Late()


def beside(earlier: Earlier, tree: UnitTree, number: int) -> list[Earlier]:
    """The same where a unit that other schools belong to now is another unit: a school that moves changes two areas, and one that
    is missing today all that it lies in, and itself. In parts, one for all tables and school years in which the same units are
    others: a school that opens changes none of those before."""
    tables_of: dict[frozenset[str], list[tuple[str, str]]] = {}
    changed = {year: _changed(earlier.tree, tree, year) for year in earlier.table["school_year"].unique()}
    late: dict[tuple[str, str], set[str]] = {}
    for statistic, year, unit in earlier.late.missing | earlier.late.came:
        late.setdefault((year, statistic), set()).update(earlier.tree.ancestors(unit))
    rows = earlier.table[["school_year", "statistic"]].drop_duplicates().itertuples(index=False, name=None)
    for year, statistic in sorted(rows):
        tables_of.setdefault(changed[year] | late.get((year, statistic), set()), []).append((year, statistic))
    parts = sorted(tables_of.items(), key=lambda part: part[1])
    names = [f"{number}" if len(parts) == 1 else f"{number}.{place}" for place, _ in enumerate(parts, 1)]
    return [_part(earlier, changed, tables, name) for (changed, tables), name in zip(parts, names, strict=True)]


def plain(unit: str) -> str:
    """The code of a unit of then."""
    return unit.split("@")[0]


def _part(earlier: Earlier, changed: frozenset[str], tables: list[tuple[str, str]], name: str) -> Earlier:
    code_of = {code: f"{code}@{name}" for code in changed}
    own = pd.MultiIndex.from_frame(earlier.table[["school_year", "statistic"]]).isin(tables)
    rows = earlier.table[own]
    late = Late(
        frozenset(
            (statistic, year, code_of[unit]) for statistic, year, unit in earlier.late.missing if (year, statistic) in tables
        )
    )
    table = rows.assign(unit=rows["unit"].replace(code_of))
    return replace(earlier, table=table, tree=earlier.tree.with_codes(code_of), late=late)


def _changed(then: UnitTree, now: UnitTree, school_year: str) -> frozenset[str]:
    """The units of then that are made up of others now, of those that were there in the school year."""
    schools, schools_now = _schools(then), _schools(now)
    gone = {unit.code for unit in now.units if not unit.is_open(school_year)}
    return frozenset(code for code, own in schools.items() if own - gone != schools_now.get(code, frozenset()) - gone)


def _schools(tree: UnitTree) -> dict[str, frozenset[str]]:
    """Each unit → the units without units of their own at or below it."""
    parents, found = {unit.parent for unit in tree.units}, {unit.code: set() for unit in tree.units}
    for unit in tree.units:
        for code in tree.ancestors(unit.code) if unit.code not in parents else ():
            found[code].add(unit.code)
    return {code: frozenset(own) for code, own in found.items()}
