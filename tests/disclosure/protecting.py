"""Small publications as text, protected and attacked: `12` a count, `3/12` a share, `40/4 of 9` a mean of nine people."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from sqa_lib.audit import Earlier, Verdict, attack, judge
from sqa_lib.disclosure import Release, protect
from sqa_lib.marks import Mark
from sqa_lib.metrics import STATISTICS, Statistic
from sqa_lib.metrics.statistic import valued
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

YEAR = "2020/21"
POLICY = Disclosure()


def true(tables: Mapping[Statistic, str], school_year: str = YEAR) -> pd.DataFrame:
    """The true statistics of some tables. Each text: heads are breakdowns (`all` for none), the first column is the unit; an
    empty cell is no figure."""
    frames = [_true(definition, text, school_year) for definition, text in tables.items()]
    return pd.concat(frames, ignore_index=True)


def _true(definition: Statistic, text: str, school_year: str) -> pd.DataFrame:
    head, *lines = _cells(text)
    rows = [
        (school_year, unit, "" if breakdown == "all" else breakdown, *_numbers(cell))
        for unit, *cells in lines
        for breakdown, cell in zip(head[1:], cells, strict=True)
        if cell
    ]
    columns = ["school_year", "unit", "breakdown", "numerator", "denominator", "people"]
    tally = pd.DataFrame(rows, columns=columns)
    people = tally["people"].fillna(tally["numerator" if definition.kind == "count" else "denominator"])
    return valued(definition, tally.assign(people=people))[STATISTICS]


def _cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _numbers(cell: str) -> tuple[float, float, float]:
    counted, over, people = re.fullmatch(r"([\d.]+)(?:/([\d.]+))?(?: of (\d+))?", cell).groups()
    return float(counted), float(over or "nan"), float(people or "nan")


def definitions_of(tables: Mapping[Statistic, str]) -> dict[str, Statistic]:
    return {definition.id: definition for definition in tables}


def protected(
    tree: UnitTree, tables: Mapping[Statistic, str], policy: Disclosure = POLICY, releases: Sequence[Release] = ()
) -> pd.DataFrame:
    """What may be published of the tables, columns `PUBLISHED`."""
    return protect(true(tables), definitions_of(tables), tree, policy, releases)


def release(
    name: str, tree: UnitTree, tables: Mapping[Statistic, str], policy: Disclosure = POLICY, school_year: str = YEAR
) -> Release:
    """An earlier publication: the tables as they were protected then."""
    return Release(name, protect(true(tables, school_year), definitions_of(tables), tree, policy), tree)


def shown(published: pd.DataFrame, definition: Statistic) -> str:
    """A statistic's published table as text: `12`, `3/12`, `40` (a mean's value), or the mark."""
    rows = published[published["statistic"] == definition.id]
    cells = rows.assign(cell=[_cell(row) for row in rows.itertuples()], breakdown=rows["breakdown"].replace("", "all"))
    units, heads = list(dict.fromkeys(cells["unit"])), list(dict.fromkeys(cells["breakdown"]))
    wide = cells.pivot(index="unit", columns="breakdown", values="cell").reindex(index=units, columns=heads).fillna("")
    return _text([["unit", *heads], *([unit, *row] for unit, row in zip(wide.index, wide.to_numpy().tolist(), strict=True))])


def _cell(row) -> str:
    if row.mark:
        return row.mark
    if pd.isna(row.numerator):
        return f"{row.value:g}"
    return f"{row.numerator:g}" + ("" if pd.isna(row.denominator) else f"/{row.denominator:g}")


def _text(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(" | ".join(row) for row in rows)


def assert_shown(published: pd.DataFrame, definition: Statistic, expected: str) -> None:
    """The statistic's published table is this one."""
    found = shown(published, definition)
    assert found == _text(_cells(expected)), found


def audited(
    published: pd.DataFrame,
    tree: UnitTree,
    tables: Mapping[Statistic, str] | pd.DataFrame,
    definitions: Mapping[str, Statistic] | None = None,
    policy: Disclosure = POLICY,
    releases: Sequence[Release] = (),
) -> Verdict:
    """What the attacker, who is checked by the truth, makes of a publication. tables: those it was made of, or its statistics."""
    is_frame = isinstance(tables, pd.DataFrame)
    definitions = definitions or definitions_of(tables)
    statistics = tables if is_frame else true(tables)
    before = [Earlier(each.table, each.tree, each.rule, each.judged_by) for each in releases]
    return judge(attack(published, tree, definitions, policy, before, statistics), tree, definitions, policy)


def withheld(published: pd.DataFrame) -> set[str]:
    """`{"cases a1 gender=girl"}`: the figures that are withheld, in short."""
    rows = published[published["mark"] == Mark.WITHHELD.value]
    return {" ".join(part for part in (row.statistic, row.unit, row.breakdown) if part) for row in rows.itertuples()}
