"""Where single schools stand: on which step of a scale, or within which bounds."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqa_lib.published import Cell
from sqa_lib.section.evidence import Column, Evidence, parted
from sqa_lib.section.output import emit_markdown
from sqa_lib.section.tables import pipe_table, source_line, text_table
from sqa_lib.units import Unit
from sqa_lib.words import listed, number, sentence

MOST_COLUMNS = 5
"""Schools that a table has room for beside each other."""


class Standing(Evidence):
    """What shows the school of a book on a scale, and the schools below a unit by a figure of theirs."""

    @property
    def has_few_schools(self) -> bool:
        """Whether so few schools are below this unit that a table has room for each, and shares of them say little."""
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
        without any figure are left out, and nothing is said where all are."""
        picks = self.axis(rows, columns[0][1], self.unit.code)
        cells = {row: [self.v(name, **{**pick, **codes}) for _, name, codes in columns] for row, pick in picks.items()}
        shown = {row: some for row, some in cells.items() if any(cell.is_known or cell.is_withheld for cell in some)}
        if shown:
            self.published.seen |= {name for _, name, _ in columns}
            heads = [self.row_head(rows), *(self.words(head) for head, _, _ in columns)]
            body = [[sentence(row), *map(_yes_or_no, some)] for row, some in shown.items()]
            table = pipe_table(heads, body, self.words(caption, **names), f"{self.name}-{label}", range(len(heads)))
            emit_markdown(table + source_line([cell for some in shown.values() for cell in some]))

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
