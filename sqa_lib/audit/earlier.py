"""What was published before, with the units as they were then."""

from dataclasses import dataclass, replace

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


def beside(earlier: Earlier, tree: UnitTree, number: int) -> Earlier:
    """The same where a unit that other schools belong to now is another unit: a school that moves changes two areas."""
    changed = {
        unit.code: f"{unit.code}@{number}"
        for unit in earlier.tree.units
        if _schools(earlier.tree, unit.code) != _schools(tree, unit.code)
    }
    units = tuple(
        replace(unit, code=changed.get(unit.code, unit.code), parent=changed.get(unit.parent, unit.parent))
        for unit in earlier.tree.units
    )
    return Earlier(earlier.table.assign(unit=earlier.table["unit"].replace(changed)), UnitTree(units), earlier.rule)


def _schools(tree: UnitTree, code: str) -> frozenset[str]:
    """The units without units of their own at or below a unit, none of a unit that is not there."""
    if code not in tree:
        return frozenset()
    parents = {unit.parent for unit in tree.units}
    return frozenset(unit.code for unit in tree.units if unit.code not in parents and code in tree.ancestors(unit.code))
