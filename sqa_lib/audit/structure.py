"""Relations that the tables' own make-up suggests: units within units, codes within a breakdown, a share's three counts."""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

import numpy as np

from sqa_lib.audit.relations import Beliefs, Relation, Split, combination, joined
from sqa_lib.audit.series import COMPLEMENT, DENOMINATOR, NUMERATOR, Figures
from sqa_lib.codebook import DIMENSIONS
from sqa_lib.units import UnitTree
from sqa_lib.words import is_period, years_of


def tables_of(figures: Figures) -> dict[tuple[str, str, tuple[str, ...]], list[int]]:
    """(statistic, role, dimensions) → its series."""
    found: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}
    for at, (statistic, role) in enumerate(zip(figures.series["statistic"], figures.series["role"], strict=True)):
        found.setdefault((statistic, role, figures.dimensions[at]), []).append(at)
    return found


def hierarchies(
    figures: Figures, tree: UnitTree, beliefs: Beliefs, today: Sequence[Relation] = (), school_years: Collection[str] = ()
) -> list[Relation]:
    """A unit's number against those of the units below it, for each table and level; several years' against each year's.

    today: what is believed of the units as they are now: where it is known that groups of pupils from two schools count once in
    their area, no more is believed of areas of then. school_years: in which the units nest so; in all where none are given.
    """
    columns = {pair: at for pair, at in _columns(figures).items() if not school_years or pair[0] in school_years}
    now = {relation.name for relation in today}
    found = []
    for (statistic, role, dimensions), lines in tables_of(figures).items():
        if role not in (NUMERATOR, DENOMINATOR):
            continue
        present = figures.exists[lines].any(axis=0)
        for level, families in _families(tree, columns, present).items():
            what = f"{_table(statistic, role, dimensions)}: {level} and the units below"
            split = _split_of_families(figures, lines, families)
            found += beliefs.strongest("hierarchy", what, split, now)
        if together := _periods(columns, present):
            what = f"{_table(statistic, role, dimensions)}: several school years together"
            found += beliefs.strongest("hierarchy", what, _split_of_families(figures, lines, together))
    return found


def _periods(columns: dict[tuple[str, str], int], present: np.ndarray) -> list[tuple[int, list[int]]]:
    """(column of a unit in several school years together, its columns in each of them)."""
    found = []
    for (time, code), column in columns.items():
        years = [columns.get((year, code)) for year in years_of(time)] if is_period(time) else [None]
        if present[column] and None not in years:
            found.append((column, years))
    return found


def _columns(figures: Figures) -> dict[tuple[str, str], int]:
    return {pair: at for at, pair in enumerate(zip(figures.cells["school_year"], figures.cells["unit"], strict=True))}


def _families(tree: UnitTree, columns: dict, present: np.ndarray) -> dict[str, list[tuple[int, list[int]]]]:
    """Level → (column of a unit, columns of the nearest units below that the table has)."""
    below: dict[str, list[str]] = {}
    for unit in tree.units:
        below.setdefault(unit.parent, []).append(unit.code)
    found: dict[str, list[tuple[int, list[int]]]] = {}
    for (year, code), column in columns.items():
        if present[column] and code in tree:
            children = list(_nearest(code, year, below, columns, present))
            if children:
                found.setdefault(tree[code].level, []).append((column, children))
    return found


def _nearest(code: str, year: str, below: dict, columns: dict, present: np.ndarray) -> Iterator[int]:
    for child in below.get(code, []):
        column = columns.get((year, child))
        if column is not None and present[column]:
            yield column
        else:
            yield from _nearest(child, year, below, columns, present)


def _split_of_families(figures: Figures, lines: Sequence[int], families: list[tuple[int, list[int]]]) -> Split:
    splits = []
    for parent, children in families:
        of = [line for line in lines if figures.exists[line, [parent, *children]].all()]
        series = np.array(of, dtype=int)
        part = figures.quantity(series[:, None], np.array(children)[None, :])
        splits.append(Split(figures.quantity(series, parent), part.ravel(), np.repeat(np.arange(len(series)), len(children))))
    return Split.of(splits)


def margins(figures: Figures, beliefs: Beliefs) -> list[Relation]:
    """A breakdown's number against those of a finer breakdown of the same statistic, for each pair with none between."""
    tables = tables_of(figures)
    found = []
    for (statistic, role, coarse), wholes in tables.items():
        if role not in (NUMERATOR, DENOMINATOR):
            continue
        finer = [set(d) for s, r, d in tables if (s, r) == (statistic, role) and set(d) > set(coarse)]
        for fine in (tuple(sorted(d)) for d in finer if not any(set(coarse) < other < d for other in finer)):
            split = _split_of_codes(figures, wholes, tables[statistic, role, fine])
            what = f"{_table(statistic, role, coarse)} by {', '.join(sorted(set(fine) - set(coarse)))}"
            found += beliefs.strongest("margin", what, split)
        found += _gathered_codes(figures, statistic, role, coarse, wholes, tables, beliefs)
    return found


def _gathered_codes(figures, statistic, role, dimensions, wholes, tables, beliefs) -> list[Relation]:
    """A group's number (years 4-6) against those of the codes that it gathers, where there is a table of these."""
    found = []
    for name in (name for name in dimensions if DIMENSIONS[name].grouped):
        finer = tuple(sorted({DIMENSIONS[name].grouped, *dimensions} - {name}))
        parts = tables.get((statistic, role, finer), [])
        splits = [
            _split_over_cells(figures, whole, np.array(_members(figures, whole, parts, name), dtype=int)) for whole in wholes
        ]
        what = f"{_table(statistic, role, dimensions)} by {DIMENSIONS[name].grouped}"
        found += beliefs.strongest("margin", what, Split.of(splits))
    return found


def _members(figures: Figures, whole: int, parts: Sequence[int], name: str) -> list[int]:
    codes = dict(figures.codes[whole])
    gathered = DIMENSIONS[name].groups[codes.pop(name)]
    rest = DIMENSIONS[name].grouped
    return [p for p in parts if (own := dict(figures.codes[p])).pop(rest) in gathered and own == codes]


def _split_of_codes(
    figures: Figures, wholes: Sequence[int], parts: Sequence[int], dimensions: Sequence[str] | None = None
) -> Split:
    """Wholes with the parts that agree with them in every code of the wholes' dimensions."""
    kept = figures.dimensions[wholes[0]] if dimensions is None else dimensions
    by_codes: dict[tuple[str, ...], list[int]] = {}
    for part in parts:
        by_codes.setdefault(tuple(figures.codes[part][name] for name in kept), []).append(part)
    splits = []
    for whole in wholes:
        of = by_codes.get(tuple(figures.codes[whole][name] for name in kept), [])
        splits.append(_split_over_cells(figures, whole, np.array(of, dtype=int)))
    return Split.of(splits)


def _split_over_cells(figures: Figures, whole: int, parts: np.ndarray) -> Split:
    cells = np.flatnonzero(figures.exists[whole] & figures.exists[parts].all(axis=0)) if len(parts) else np.array([], dtype=int)
    part = figures.quantity(parts[None, :], cells[:, None])
    return Split(figures.quantity(whole, cells), part.ravel(), np.repeat(np.arange(len(cells)), len(parts)))


def shares(figures: Figures, beliefs: Beliefs) -> list[Relation]:
    """A share's numerator and complement make up its denominator; denominators that do not vary are one series, and then the
    numerators may make it up."""
    found = [_three_counts(figures)]
    tables = tables_of(figures)
    for (statistic, role, dimensions), lines in tables.items():
        if role != DENOMINATOR:
            continue
        found += _same_for_all_units(figures, statistic, dimensions, lines, beliefs)
        for n in range(len(dimensions), 0, -1):
            for dropped in combinations(dimensions, n):
                same = _same_denominators(figures, statistic, dimensions, lines, dropped)
                if same and _is_supported(same, beliefs.shown) and beliefs.allow(same):
                    found.append(same)
                    found += _numerators_of_whole(figures, statistic, dimensions, lines, tables, dropped, beliefs)
    return [relation for relation in found if len(relation)]


def _three_counts(figures: Figures) -> Relation:
    roles = (DENOMINATOR, NUMERATOR, COMPLEMENT)
    lines = figures.series.reset_index().pivot(index=["statistic", "breakdown"], columns="role", values="index")
    whole, *parts = lines.reindex(columns=list(roles)).dropna().astype(int).to_numpy().T
    at, cells = np.nonzero(figures.exists[whole])
    terms = [(1, figures.quantity(whole[at], cells)), *((-1, figures.quantity(part[at], cells)) for part in parts)]
    return combination("share", "a share's numerator and complement make up its denominator", terms, 0, 0)


def _same_for_all_units(figures, statistic, dimensions, lines, beliefs) -> list[Relation]:
    """The denominator of every unit is that of the first: a share of the whole authority."""
    name = f"{_table(statistic, DENOMINATOR, dimensions)}: the same for all units"
    pieces = []
    for line in lines:
        for _, columns in figures.cells.groupby("school_year").groups.items():
            cells = np.array([c for c in columns if figures.exists[line, c]], dtype=int)
            known = cells[~np.isnan(figures.values[line, cells])]
            first = known[:1] if len(known) else cells[:1]
            others = cells[cells != first] if len(cells) else cells
            one = np.repeat(figures.quantity(line, first), len(others))
            pieces.append(combination("share", name, [(1, one), (-1, figures.quantity(line, others))], 0, 0))
    same = joined(pieces)
    return [same] if _is_supported(same, beliefs.shown) and beliefs.allow(same) else []


def _same_denominators(figures, statistic, dimensions, lines, dropped) -> Relation | None:
    kept = [name for name in dimensions if name not in dropped]
    name = f"{_table(statistic, DENOMINATOR, dimensions)}: the same for every {', '.join(dropped)}"
    pieces = []
    for group in _grouped(figures, lines, kept).values():
        for other in group[1:]:
            cells = np.flatnonzero(figures.exists[group[0]] & figures.exists[other])
            pieces.append(
                combination("share", name, [(1, figures.quantity(group[0], cells)), (-1, figures.quantity(other, cells))], 0, 0)
            )
    return joined(pieces) if pieces else None


def _numerators_of_whole(figures, statistic, dimensions, lines, tables, dropped, beliefs) -> list[Relation]:
    kept = [name for name in dimensions if name not in dropped]
    firsts = [group[0] for group in _grouped(figures, lines, kept).values()]
    split = _split_of_codes(figures, firsts, tables[statistic, NUMERATOR, dimensions], kept)
    what = f"{_table(statistic, NUMERATOR, dimensions)} over {', '.join(dropped)}"
    return beliefs.strongest("share", what, split)


def _grouped(figures: Figures, lines: Sequence[int], kept: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for line in lines:
        groups.setdefault(tuple(figures.codes[line][name] for name in kept), []).append(line)
    return groups


def _is_supported(relation: Relation, shown: np.ndarray) -> bool:
    """Some row of numbers above zero is shown in full."""
    is_complete = ~np.isnan(relation.sums(shown))
    size = np.bincount(relation.row, np.nan_to_num(shown[relation.quantity]), minlength=len(relation))
    return bool((is_complete & (size > 0)).any())


def _table(statistic: str, role: str, dimensions: Sequence[str]) -> str:
    return f"{statistic} {role} [{', '.join(dimensions)}]"
