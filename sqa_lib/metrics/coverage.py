"""What a figure rests on and what is missing of it.

A figure has the gaps of its datasets (`sqa_lib.metrics.deliveries`) that lie at or below its unit and that its breakdown takes
in. It is then incomplete: a count is a least ("minst 201"), a share or mean is of what is there, and what rests on two datasets
of which one has a gap is not known, since its parts are no longer about the same pupils.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics.deliveries import Codes, Delivery, Row
from sqa_lib.metrics.statistic import NUMBERS, Statistic
from sqa_lib.sources.datasets import SCHOOL_UNITS
from sqa_lib.units import SINGLE, Unit, UnitTree
from sqa_lib.words import years_of

Figure = tuple[str, str, str, str]
"""Statistic, school year, unit, breakdown."""


@dataclass(frozen=True)
class Coverage:
    """How much of what a figure should rest on is there. what: `units`, or `rows` of a single unit's own data. is_unknown:
    whether the figure can't be told at all."""

    there: int
    expected: int
    what: str
    is_unknown: bool


# ---- what is published ----------------------------------------------------------------------------------------------

Key = tuple[str, str, str]
"""Statistic, school year, breakdown."""
ByUnit = Mapping[str, Mapping[Key, Coverage]]


def told(
    statistics: pd.DataFrame, definitions: Mapping[str, Statistic], coverage: Mapping[Figure, Coverage], tree: UnitTree
) -> pd.DataFrame:
    """Statistics before they are protected, in which `.` stands at counts of 0 that something is missing of, or whose unit was
    not open: they may be anything. Their numbers stay: whoever reads the sign knows that the sums above have nothing of the
    unit, and so does the protection. columns `STATISTICS`."""
    some = {code for unit in tree.at(*SINGLE) if unit.first_year or unit.last_year for code in tree.ancestors(unit.code)}
    if not coverage and not some:
        return statistics
    is_count = statistics["statistic"].map({name: each.kind == "count" for name, each in definitions.items()}).astype(bool)
    rows = statistics[["statistic", "school_year", "unit", "breakdown"]].itertuples(index=False)
    is_gap = pd.Series(
        [tuple(row) in coverage or (row.unit in some and not tree.is_open(tree[row.unit], row.school_year)) for row in rows],
        index=statistics.index, dtype=bool,
    )  # fmt: skip
    return statistics.assign(mark=statistics["mark"].mask(is_gap & is_count & (statistics["value"] == 0), Mark.MISSING.value))


def without_untold(published: pd.DataFrame, coverage: Mapping[Figure, Coverage]) -> pd.DataFrame:
    """Published figures in which those that can't be told are missing, after they were protected as if they were shown: what is
    left out then gives nothing away. published: columns `PUBLISHED`. What is withheld stays so."""
    if not coverage:
        return published
    rows = published[["statistic", "school_year", "unit", "breakdown"]].itertuples(index=False)
    found = (coverage.get(tuple(row)) for row in rows)
    is_untold = pd.Series([each is not None and each.is_unknown for each in found], published.index, dtype=bool)
    gone = is_untold & (published["mark"] == Mark.NONE.value)
    numbers = [name for name in NUMBERS if name in published]
    return published.assign(mark=published["mark"].mask(gone, Mark.MISSING.value), **published[numbers].mask(gone))


def by_unit(coverage: Mapping[Figure, Coverage]) -> ByUnit:
    found: dict[str, dict[Key, Coverage]] = {}
    for (statistic, school_year, unit, breakdown), each in coverage.items():
        found.setdefault(unit, {})[statistic, school_year, breakdown] = each
    return found


def text_of_coverage(coverage: ByUnit) -> str:
    """As it is kept beside published statistics (`coverage.json`)."""
    rows = {
        unit: [[*key, each.there, each.expected, each.what, each.is_unknown] for key, each in figures.items()]
        for unit, figures in coverage.items()
    }
    return json.dumps(rows, ensure_ascii=False) + "\n"


def coverage_of_text(text: str) -> ByUnit:
    return {unit: {(row[0], row[1], row[2]): Coverage(*row[3:]) for row in rows} for unit, rows in json.loads(text).items()}


# ---- what that means for figures ------------------------------------------------------------------------------------


def coverage_of(
    figures: pd.DataFrame, definitions: Mapping[str, Statistic], deliveries: Iterable[Delivery], tree: UnitTree, least: float
) -> dict[Figure, Coverage]:
    """The figures that are incomplete. figures: columns statistic, school_year, unit, breakdown; least: the share of units that
    have to be there for an area's or the authority's figure to be told."""
    by_dataset = {delivery.dataset.name: _Gaps(delivery, tree) for delivery in deliveries if delivery.has_gaps}
    found: dict[Figure, Coverage] = {}
    for name, rows in figures.groupby("statistic", sort=False) if by_dataset else ():
        definition = definitions[name]
        gaps = [by_dataset[dataset] for dataset in definition.datasets if dataset in by_dataset]
        for row in rows.itertuples() if gaps else ():
            if coverage := _coverage(definition, gaps, row.school_year, row.unit, row.breakdown, tree, least):
                found[name, row.school_year, row.unit, row.breakdown] = coverage
    return found


def _coverage(
    definition: Statistic, gaps: list["_Gaps"], school_year: str, unit: str, breakdown: str, tree: UnitTree, least: float
) -> Coverage | None:
    if unit not in tree:
        return None
    codes = _codes(breakdown)
    whose = tree.authority.code if definition.of_authority else unit
    parts = [part for each in gaps if (part := each.coverage(years_of(school_year), tree[whose], codes))]
    if not parts:
        return None
    worst = min(parts, key=lambda part: part.there / part.expected)
    rests_on = [dataset for dataset in definition.datasets if dataset != SCHOOL_UNITS.name]
    is_unknown = (
        (worst.what == "rows" and not worst.there)
        or (definition.kind in ("share", "ratio") and len(rests_on) > 1)
        or (worst.what == "units" and worst.there < least * worst.expected)
    )
    return Coverage(worst.there, worst.expected, worst.what, is_unknown)


class _Gaps:
    """A dataset's gaps by school year and unit, those of a unit below in the units above it too."""

    def __init__(self, delivery: Delivery, tree: UnitTree) -> None:
        self._delivery, self._tree = delivery, tree
        self._missing: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in delivery.missing:
            for code in tree.ancestors(row.unit) if row.unit else (tree.authority.code,):
                self._missing[row.school_year, code].append(row)
        self._absent: dict[tuple[str, str], set[str]] = defaultdict(set)
        for year, unit in delivery.absent:
            for code in tree.ancestors(unit):
                self._absent[year, code].add(unit)
        self._whole: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in delivery.whole:
            self._whole[row.school_year, row.unit].append(row)
        units = {row.unit for row in (*delivery.whole, *delivery.missing) if row.unit in tree}
        self._forms = {form for unit in units for form in tree[unit].school_forms}
        self._units_below: dict[str, list[str]] = {}

    def coverage(self, school_years: Iterable[str], unit: Unit, codes: Codes) -> Coverage | None:
        """None where nothing is missing of the figure."""
        years = list(school_years)
        missing = [row for year in years for row in self._missing.get((year, unit.code), ()) if _takes_in(codes, row.codes)]
        absent = set().union(*(self._absent.get((year, unit.code), set()) for year in years))
        if not missing and not absent:
            return None
        if unit.level in SINGLE:
            there = sum(_takes_in(codes, row.codes) for year in years for row in self._whole.get((year, unit.code), ()))
            return Coverage(0 if absent else there, there + len(missing) + len(absent), "rows", False)
        concerned = [code for code in self._concerned(unit) if any(self._tree[code].is_open(year) for year in years)]
        without = {row.unit for row in missing if row.unit} | absent
        unplaced = any(not row.unit for row in missing)
        return Coverage(len(concerned) - max(len(without), unplaced), len(concerned), "units", False)

    def _concerned(self, unit: Unit) -> list[str]:
        """The single units below that have a school form of those that deliver."""
        if unit.code not in self._units_below:
            below = [each for level in SINGLE for each in self._tree.children(unit.code, level)]
            own = [each.code for each in below if not self._forms.isdisjoint(each.school_forms)]
            self._units_below[unit.code] = own or [unit.code]
        return self._units_below[unit.code]


def _codes(breakdown: str) -> Codes:
    return dict(part.split("=", 1) for part in breakdown.split(";") if part)


def _takes_in(figure: Codes, row: Codes) -> bool:
    """Whether a figure of a breakdown is also of a row; what the row does not say may be anything."""
    return all(_is_of(name, code, row) for name, code in figure.items())


def _is_of(name: str, code: str, row: Codes) -> bool:
    if name in row:
        return row[name] == code
    gathers = DIMENSIONS[name].grouped if name in DIMENSIONS else ""
    return gathers not in row or row[gathers] in DIMENSIONS[name].groups[code]
