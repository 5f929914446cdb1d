"""Published statistics as notebooks read them: look one up, select a table, compare with last year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics.change import Change, change_between, changes_together
from sqa_lib.metrics.coverage import ByUnit, Coverage
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.metrics.tally import breakdown_key
from sqa_lib.report import Disclosure
from sqa_lib.rows import Rows
from sqa_lib.units import Unit, UnitTree
from sqa_lib.words import counted, is_period, nearest, number, percent, years_of

_KEY, _FIGURES = ("statistic", "school_year", "breakdown"), ("value", "low", "high", "numerator", "denominator", "mark")
_Key, _Figures = tuple[str, str, str], tuple[float, float, float, float, float, str]


class UnknownStatistic(KeyError):
    """A statistic, unit or breakdown that does not exist; the message lists those that do."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Cell:
    """One published figure. coverage: how much of what it should rest on is there, where that is not all; era: see `Unit.era`.

    Written in a sentence it words itself: `355 ärenden`, `69 procent`, `ett ej redovisat antal ärenden`. A withheld figure may
    be large, small or 0, and its words don't tell which.
    """

    statistic: Statistic
    value: float
    low: float
    high: float
    numerator: float
    denominator: float
    mark: Mark
    coverage: Coverage | None = None
    era: int = 0

    @property
    def is_known(self) -> bool:
        return self.mark is Mark.NONE

    @property
    def is_whole(self) -> bool:
        """Whether it is known and nothing of it is missing: only such figures are compared."""
        return self.is_known and self.coverage is None

    @property
    def is_withheld(self) -> bool:
        return self.mark in (Mark.WITHHELD, Mark.ALL_BUT_FEW, Mark.NEARLY_ALL)

    @property
    def says_something(self) -> bool:
        """Whether it tells a number, or that nearly all are in."""
        return self.is_known or self.mark is Mark.ALL_BUT_FEW

    @property
    def figure(self) -> str:
        """For a table: the number alone, or the mark."""
        if not self.is_known:
            return self.mark.value
        return f"{_AT_LEAST if self.is_least else ''}{number(self.value, self.statistic.decimals)}"

    @property
    def is_least(self) -> bool:
        """Whether it is a count of which something is missing: there are so many at least."""
        return self.coverage is not None and self.statistic.kind == "count"

    @property
    def is_percentage(self) -> bool:
        return self.statistic.kind == "share" or self.statistic.unit_of_measure == "procent"

    @property
    def with_sign(self) -> str:
        """For a card: the number with its sign; what is counted stands in the label."""
        unit = "%" if self.is_percentage else _SIGNS.get(self.statistic.unit_of_measure, "")
        return f"{self.figure}\u00a0{unit}" if unit and self.is_known else self.figure

    def __str__(self) -> str:
        if not self.is_known:
            return self._unknown() if self._is_nearly_all else f"{self._unknown()} {self.statistic.noun[1]}".rstrip()
        return f"{_AT_LEAST if self.is_least else ''}{self._in_words}{self._of_how_many}"

    @property
    def _of_how_many(self) -> str:
        """Behind a share or mean of which something is missing: of how many units, or rows, it is."""
        if self.coverage is None or self.is_least:
            return ""
        return f" ({_of(self.coverage)})"

    @property
    def _in_words(self) -> str:
        if self.is_percentage:
            return percent(self.value, self.statistic.decimals)
        if self.statistic.noun[0]:
            if self.value == 0:
                return _none_of(self.statistic.noun)
            return counted(self.value, *self.statistic.noun, self.statistic.decimals)
        unit = f"\u00a0{self.statistic.unit_of_measure}" if self.statistic.unit_of_measure else ""
        return number(self.value, self.statistic.decimals) + unit

    @property
    def alone(self) -> str:
        """In a sentence that says itself what is counted: the number, or words for one that is not shown."""
        return self.figure if self.is_known else self._unknown()

    @property
    def _is_nearly_all(self) -> bool:
        return self.mark in (Mark.ALL_BUT_FEW, Mark.NEARLY_ALL)

    def _unknown(self) -> str:
        if self._is_nearly_all:
            return "nästan alla"
        words = _MISSING if self.mark is Mark.MISSING else _WITHHELD
        return words.get(self.statistic.kind, words[""])


_AT_LEAST = "minst\u00a0"
_MISSED = {"units": "enheter", "rows": "uppgifter"}


def _of(coverage: Coverage) -> str:
    """`36 av 37 enheter`."""
    return f"{number(coverage.there)} av {number(coverage.expected)} {_MISSED[coverage.what]}"


def coverage_note(cells: Iterable[Cell]) -> str:
    """What is to be said of incomplete figures under a table; "" when all are whole."""
    found = list(dict.fromkeys(_of(cell.coverage) for cell in cells if cell.coverage))
    if not found:
        return ""
    listed = ", ".join(found[:_MOST_TOLD]) + (" med flera" if len(found) > _MOST_TOLD else "")
    return f"Underlaget är inte fullständigt ({listed})."


_MOST_TOLD = 3
_WITHHELD = {"count": "ett ej redovisat antal", "share": "en ej redovisad andel", "": "ett ej redovisat värde"}
_MISSING = {"count": "ett okänt antal", "share": "en okänd andel", "": "ett okänt värde"}
_SIGNS = {"kronor": "kr", "tusen kronor": "tkr"}


def _none_of(noun: tuple[str, str]) -> str:
    return f"inga {noun[1]}" if noun[0] != noun[1] else f"inga {noun[0]}"


def _together(dimensions: Iterable[str]) -> str:
    return " and ".join(sorted(dimensions)) or "nothing"


@dataclass(frozen=True)
class Published:
    """All published statistics of one report. coverage: of the figures that are incomplete; rejected: school year → the datasets
    of which rows of that year were, or may have been, rejected."""

    rows: Rows
    definitions: Mapping[str, Statistic]
    tree: UnitTree
    policy: Disclosure
    coverage: ByUnit = field(default_factory=dict)
    rejected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def table(self) -> pd.DataFrame:
        """All rows, columns `sqa_lib.disclosure.PUBLISHED`: of all units, so nothing that a section should ask for."""
        return self.rows.table

    @cached_property
    def _cells(self) -> dict[str, dict[_Key, _Figures]]:
        """Unit → (statistic, school year, breakdown) → what is published; of the units that were asked for."""
        return {}

    def _cells_of(self, unit: str) -> dict[_Key, _Figures]:
        if unit not in self._cells:
            rows = self.rows.of(unit)
            keys, figures = (zip(*(rows[name].to_list() for name in names), strict=True) for names in (_KEY, _FIGURES))
            self._cells[unit] = dict(zip(keys, figures, strict=True))
        return self._cells[unit]

    def has(self, statistic: str) -> bool:
        """Whether the report has any figure of this statistic."""
        self._definition(statistic)
        return statistic in self.rows.extents

    def rejected_of(self, school_year: str) -> tuple[str, ...]:
        """The datasets of which rows of the school year were, or may have been, rejected."""
        return self.rejected.get(school_year, ())

    def statistics_of(self, unit: str) -> frozenset[str]:
        """The statistics that a unit has a figure of, shown or withheld."""
        rows = self.rows.of(unit)
        return frozenset(rows.loc[rows["mark"] != Mark.MISSING.value, "statistic"].unique())

    def has_figures(self, unit: str) -> bool:
        """Whether a unit has any number of its own."""
        return bool((self.rows.of(unit)["mark"] == Mark.NONE.value).any())

    def cell(self, statistic: str, unit: str, school_year: str, **codes: str) -> Cell:
        """One figure; a combination that was never computed for this unit is *missing*. Several school years together are given
        only where they can be shown, so that others are withheld."""
        definition = self._definition(statistic)
        for name, code in codes.items():
            self._check_code(name, code)
        found = self._cells_of(unit).get((statistic, school_year, breakdown_key(**codes)))
        if found is None:
            nan = float("nan")
            return Cell(definition, nan, nan, nan, nan, nan, Mark.WITHHELD if is_period(school_year) else Mark.MISSING)
        *figures, mark = found
        coverage = self.coverage.get(unit, {}).get((statistic, school_year, breakdown_key(**codes)))
        return Cell(definition, *figures, Mark(mark), coverage, self.tree[unit].era(school_year) if unit in self.tree else 0)

    def _definition(self, statistic: str) -> Statistic:
        if statistic not in self.definitions:
            raise UnknownStatistic(f"no statistic `{statistic}`{nearest(statistic, sorted(self.definitions))}")
        return self.definitions[statistic]

    def _check_code(self, name: str, code: str) -> None:
        if name not in DIMENSIONS:
            raise UnknownStatistic(f"no dimension `{name}`{nearest(name, sorted(DIMENSIONS))}")
        if code not in DIMENSIONS[name].names:
            raise UnknownStatistic(f"`{name}` has no code `{code}`{nearest(code, DIMENSIONS[name].names)}")

    def check(self, statistic: str, unit: str, codes: Mapping[str, str]) -> None:
        """Raise UnknownStatistic where no data could give the figure: for an unknown unit, or a breakdown that is not made."""
        self._definition(statistic)
        for name, code in codes.items():
            self._check_code(name, code)
        if not self.knows(unit):
            raise UnknownStatistic(f"no unit `{unit}`{nearest(unit, sorted(self._units))}")
        given = self.breakdowns(statistic)
        if given and frozenset(codes) not in given:
            by, ways = _together(codes), ", ".join(self.given_by(statistic))
            raise UnknownStatistic(f"`{statistic}` is not given by {by}; it is given by: {ways}")

    def knows(self, unit: str) -> bool:
        """Whether the unit is in the report or has figures in it."""
        return unit in self._units

    @cached_property
    def _units(self) -> frozenset[str]:
        return self.rows.units | {unit.code for unit in self.tree.units}

    def breakdowns(self, statistic: str) -> frozenset[frozenset[str]]:
        """The sets of dimensions that a statistic is given by; none when the report has no figure of it."""
        given = self.rows.extents[statistic].breakdowns if statistic in self.rows.extents else ()
        return frozenset(frozenset(part.partition("=")[0] for part in key.split(";") if part) for key in given)

    def given_by(self, statistic: str) -> list[str]:
        """`breakdowns` in words: `["gender and level", "nothing"]`."""
        return sorted(map(_together, self.breakdowns(statistic)))

    def over(self, statistic: str, dimension: str, unit: str, school_year: str, **codes: str) -> dict[str, Cell]:
        """Code → figure for every code of `dimension`, in the codebook's order, other dimensions held at `codes`."""
        return {
            code: self.cell(statistic, unit, school_year, **{dimension: code}, **codes) for code in DIMENSIONS[dimension].names
        }

    def years(self, statistic: str) -> list[str]:
        """The school years that the statistic has, each by itself."""
        return [year for year in self.times(statistic) if not is_period(year)]

    @property
    def school_years(self) -> list[str]:
        """Every school year that any statistic has by itself."""
        times = {time for extent in self.rows.extents.values() for time in extent.school_years}
        return sorted(time for time in times if not is_period(time))

    def period(self, statistic: str, school_year: str) -> str:
        """The school years up to this one that the statistic gives together, such as `2018/19–2020/21`; "" for none."""
        return next((time for time in self.times(statistic) if is_period(time) and years_of(time)[-1] == school_year), "")

    def times(self, statistic: str) -> tuple[str, ...]:
        """The school years that the statistic has, single ones and several together."""
        return self.rows.extents[statistic].school_years if statistic in self.rows.extents else ()

    def among(self, statistic: str, units: Sequence[Unit], school_year: str, **codes: str) -> dict[Unit, Cell]:
        """Unit → figure, in the order given."""
        return {unit: self.cell(statistic, unit.code, school_year, **codes) for unit in units}

    def change(self, statistic: str, unit: str, before: str, now: str, **codes: str) -> Change:
        """What happened between two school years, with its certainty.

        A figure that is read beside others (`Statistic.compared_over`) is tested together with them wherever it is told of, so
        that no two places of a book contradict each other.
        """
        beside = self._definition(statistic).compared_over
        if beside not in codes:
            return self._change(statistic, unit, before, now, codes)
        together = {code: self._change(statistic, unit, before, now, codes | {beside: code}) for code in DIMENSIONS[beside].names}
        return changes_together(together)[codes[beside]]

    def _change(self, statistic: str, unit: str, before: str, now: str, codes: Mapping[str, str]) -> Change:
        earlier, later = (self.cell(statistic, unit, year, **codes) for year in (before, now))
        return change_between(earlier, later)
