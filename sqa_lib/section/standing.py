"""Where single schools stand: on which step of a scale, or within which bounds."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqa_lib.published import Cell
from sqa_lib.section.evidence import Column, Evidence, parted
from sqa_lib.section.output import emit_markdown
from sqa_lib.section.tables import pipe_table, source_line, text_table
from sqa_lib.units import Unit
from sqa_lib.words import listed, number, sentence

MOST_COLUMNS = 5
"""Schools that a table has room for beside each other."""
ENOUGH_SCHOOLS = 10
"""From so many schools on, shares of them are worth a finding: of fewer, one school is more than a tenth."""


class Standing(Evidence):
    """What shows the school of a book on a scale, and the schools below a unit by a figure of theirs."""

    @property
    def has_few_schools(self) -> bool:
        """Whether so few schools are below this unit that shares of them say little: tables name the schools instead."""
        return len(self.below("school")) < ENOUGH_SCHOOLS

    @property
    def has_room_for_each(self) -> bool:
        """Whether a table has room for a column a school below this unit."""
        return len(self.below("school")) <= MOST_COLUMNS

    def placed(self, label: str, statistic: str, rows: str, scale: str, *, caption: str, **more: Any) -> None:
        """A table of where schools stand on a scale: in each row the step that a school's share lies on. In a school's book
        beside the authority's shares of each step, else with a column a school; nothing where no school stands anywhere."""
        codes, names = parted(more)
        picks = self.axis(rows, statistic, self.unit.code)
        found = {school.name: self._steps(statistic, picks, scale, school, codes) for school in self.below("school")}
        stood = {name: steps for name, steps in found.items() if any(steps.values())}
        if not stood:
            return
        self.published.seen.add(statistic)
        whole = self.block(statistic, rows, scale, at=self.authority.code, **codes)
        shares = whole.series if self.is_school else ()
        heads = [whole.row_head, *stood, *(f"{sentence(step)}, %" for step in shares)]
        body = [
            [sentence(row), *(steps[row] or "." for steps in stood.values()), *(whole[row, step].figure for step in shares)]
            for row in picks
        ]
        table = pipe_table(heads, body, self.words(caption, **names), f"{self.name}-{label}", range(1 + len(stood)))
        emit_markdown(table)

    def _steps(
        self, statistic: str, picks: Mapping[str, Any], scale: str, school: Unit, codes: Mapping[str, str]
    ) -> dict[str, str]:
        """Row → the label of the step that the school stands on; "" for none."""
        return {
            row: listed(self.within(statistic, scale, least=1, at=school.code, **pick, **codes)) for row, pick in picks.items()
        }

    def answered(self, label: str, caption: str, rows: str, columns: Sequence[Column], **names: Any) -> None:
        """As `table`, where each figure is about one school and is either something or nothing: *ja* or *nej* instead of it. Rows
        without any figure are left out; nothing is said where all are, or without columns, as of years without data."""
        picks = self.axis(rows, columns[0][1], self.unit.code) if columns else {}
        cells = {row: [self.v(name, **{**pick, **codes}) for _, name, codes in columns] for row, pick in picks.items()}
        shown = {row: some for row, some in cells.items() if any(cell.is_known or cell.is_withheld for cell in some)}
        if shown:
            self.published.seen |= {name for _, name, _ in columns}
            heads = [self.row_head(rows), *(self.words(head) for head, _, _ in columns)]
            body = [[sentence(row), *map(_yes_or_no, some)] for row, some in shown.items()]
            table = pipe_table(heads, body, self.words(caption, **names), f"{self.name}-{label}", range(len(heads)))
            emit_markdown(table + source_line([cell for some in shown.values() for cell in some]))

    def named(self, label: str, caption: str, rows: str, columns: Sequence[Column], **names: Any) -> None:
        """A table of the schools below this unit: in each column the labels of the rows that the school has any of, those whose
        figure is shown and above 0. Nothing is said where no school has any."""
        schools = self.below("school")
        body = [
            [school.name, *(self._has(statistic, rows, school, codes) for _, statistic, codes in columns)] for school in schools
        ]
        if any(told for _, *some in body for told in some):
            self.published.seen |= {statistic for _, statistic, _ in columns}
            heads, widths = [self.row_head("schools"), *(self.words(head) for head, _, _ in columns)], (24, *[70] * len(columns))
            shown = [[sentence(told or "inga") for told in row] for row in body]
            emit_markdown(text_table(heads, shown, self.words(caption, **names), f"{self.name}-{label}", widths))

    def _has(self, statistic: str, rows: str, school: Unit, codes: Mapping[str, str]) -> str:
        cells = {
            row: self.v(statistic, at=school.code, **pick, **codes)
            for row, pick in self.axis(rows, statistic, school.code).items()
        }
        return "; ".join(row for row, cell in cells.items() if cell.is_known and cell.value > 0)

    def some_schools(self, label: str, caption: str, columns: Sequence[Column], schools: Collection[str], **names: Any) -> None:
        """As `table` with a row for each school that is named, and none for the unit, since it has other schools too; nothing
        where there are none."""
        given = [column for column in columns if self._is_given("schools", *column[1:])]
        picks = {name: pick for name, pick in self.axis("schools", "", self.unit.code).items() if name in schools}
        cells = [[self.v(statistic, **{**pick, **codes}) for _, statistic, codes in given] for pick in picks.values()]
        if picks and given:
            described = self.words(caption, **names)
            self._print_table(f"{self.name}-{label}", described, self.row_head("schools"), list(picks), given, cells)

    def schools_where(
        self, label: str, caption: str, statistic: str, *, least: float = -math.inf, most: float = math.inf, **more: Any
    ) -> None:
        """The schools below this unit whose figure lies within bounds (see `within`), area by area in a table; nothing where
        there are none."""
        codes, names = parted(more)
        found = {
            area.name: self.within(statistic, "schools", at=area.code, least=least, most=most, **codes)
            for area in self.below("area")
        }
        rows = [[area, number(len(schools)), ", ".join(schools)] for area, schools in found.items() if schools]
        if rows:
            self.published.seen.add(statistic)
            heads, described = ["Skolområde", "Antal", "Skolor"], self.words(caption, **names)
            emit_markdown(text_table(heads, rows, described, f"{self.name}-{label}", [26, 10, 64], (1,)))


def _yes_or_no(cell: Cell) -> str:
    if not cell.is_known:
        return cell.mark.value
    return "ja" if cell.value else "nej"
