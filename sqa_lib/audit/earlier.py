"""What was published before, with the units as they were then."""

from dataclasses import dataclass

import pandas as pd

from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree


@dataclass(frozen=True)
class Earlier:
    """An earlier publication. table: columns of `published.parquet`; tree: its units then; rule: its policy, where that is
    known."""

    table: pd.DataFrame
    tree: UnitTree
    rule: Disclosure | None = None


def beside(earlier: Earlier, tree: UnitTree, number: int) -> list[Earlier]:
    """The same where a unit that other schools belong to now is another unit: a school that moves changes two areas. In parts,
    one for all school years in which the same units are others: a school that opens changes none of those before."""
    years_of: dict[frozenset[str], list[str]] = {}
    for year in earlier.table["school_year"].unique():
        years_of.setdefault(_changed(earlier.tree, tree, year), []).append(year)
    parts = sorted(years_of.items(), key=lambda part: part[1])
    names = [f"{number}" if len(parts) == 1 else f"{number}.{place}" for place, _ in enumerate(parts, 1)]
    return [_part(earlier, changed, years, name) for (changed, years), name in zip(parts, names, strict=True)]


def _part(earlier: Earlier, changed: frozenset[str], school_years: list[str], name: str) -> Earlier:
    code_of = {code: f"{code}@{name}" for code in changed}
    rows = earlier.table[earlier.table["school_year"].isin(school_years)]
    return Earlier(rows.assign(unit=rows["unit"].replace(code_of)), earlier.tree.with_codes(code_of), earlier.rule)


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
