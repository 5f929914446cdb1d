"""All rules on all of a report's data."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from sqa_lib.metrics.deliveries import deliveries_of
from sqa_lib.plausibility.change import absent, blanks, changes, gaps, other_number_of_rows, uneven
from sqa_lib.plausibility.oddity import ODDITIES, Oddity, key_of
from sqa_lib.plausibility.rates import rates
from sqa_lib.plausibility.repeats import repeats, twice
from sqa_lib.plausibility.rule import (
    Absent,
    Blank,
    Change,
    Gap,
    Rate,
    Repeat,
    Rows,
    Rule,
    Spread,
    Total,
    Twice,
    Unasked,
    Uneven,
    read_rules,
)
from sqa_lib.plausibility.spread import spreads
from sqa_lib.plausibility.totals import totals
from sqa_lib.sources.check import Input
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.units import UnitTree

_EVERY_UNIT = "every unit of its school form delivers this; one that opened or closed has its years in skolenheter"
_ASKED = "other school years have it; if it was not asked, the books have no figure of it"
_ORDER = {"error": 0, "warning": 1, "note": 2}


def odd(data: Input, tree: UnitTree, rules: Iterable[Rule] | None = None) -> pd.DataFrame:
    """Everything that the rules find, errors first, columns `ODDITIES`. rules: other ones than the library's."""
    tables = {name: _with_incomplete(name, data) for name in data.tables}
    chosen = read_rules() if rules is None else rules
    found = [
        *_not_delivered(data, tree),
        *_not_asked(tables),
        *((rule, each) for rule in chosen for each in _found(rule, tables, tree)),
    ]
    table = pd.DataFrame([_row(rule, each) for rule, each in found], columns=ODDITIES, dtype="str")
    return table.sort_values("severity", key=lambda severity: severity.map(_ORDER), kind="stable", ignore_index=True)


def _with_incomplete(name: str, data: Input) -> pd.DataFrame:
    """A dataset's rows, those too that have a mark in a number's place."""
    return pd.concat([data.tables[name], data.incomplete[name]]) if name in data.incomplete else data.tables[name]


def _row(rule: Rule, each: Oddity) -> tuple[str, ...]:
    key = key_of(rule.name, each)
    return key, rule.severity, rule.name, rule.dataset, each.school_year, each.unit, each.group, each.told, rule.reason


def _not_delivered(data: Input, tree: UnitTree) -> Iterator[tuple[Absent, Oddity]]:
    """Of what every unit of its school form delivers."""
    for delivery in deliveries_of(data, tree):
        name = delivery.dataset.name
        rule = Absent(kind="absent", name=f"{name.replace('_', '-')}-not-delivered", dataset=name, reason=_EVERY_UNIT)
        yield from ((rule, Oddity(year, unit, "", "no rows")) for year, unit in sorted(delivery.absent))


def _not_asked(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[Unasked, Oddity]]:
    """Columns that may be empty and are so in all rows of a school year, though other years have something."""
    for name, table in tables.items():
        columns = [column for column in DATASETS[name].columns if not column.is_required and column.name in table]
        for column in columns if "school_year" in table else ():
            is_said = table[column.name].map(lambda cell: cell != () and pd.notna(cell)).astype(bool)
            said, rows = is_said.groupby(table["school_year"]).sum(), table["school_year"].value_counts()
            for year in said.index[(said == 0) & (said > 0).any()]:
                rule = Unasked(
                    kind="unasked", name=f"{name}-{column.name}-not-asked".replace("_", "-"), dataset=name, reason=_ASKED
                )
                yield rule, Oddity(year, "", "", f"{column.header} is empty in all {rows[year]} rows")


def _found(rule: Rule, tables: Mapping[str, pd.DataFrame], tree: UnitTree) -> Iterator[Oddity]:
    """A dataset that has not come has nothing odd."""
    table = tables.get(rule.dataset)
    if table is None or table.empty:
        return
    match rule:
        case Change():
            yield from changes(rule, table, tree)
        case Gap():
            yield from gaps(rule, table, tree)
        case Uneven():
            yield from uneven(rule, table)
        case Absent():
            yield from absent(rule, table, tree)
        case Blank():
            yield from blanks(rule, table, tree)
        case Rows():
            yield from other_number_of_rows(rule, table, tree)
        case Rate():
            base = tables.get(rule.per_dataset or rule.dataset)
            if base is not None and len(base):
                yield from rates(rule, table, base)
        case Total():
            whole = tables.get(rule.whole)
            if whole is not None and len(whole):
                yield from totals(rule, table, whole)
        case Repeat():
            yield from repeats(rule, table)
        case Twice():
            yield from twice(rule, table, DATASETS[rule.dataset].key)
        case Spread():
            yield from spreads(rule, table)
