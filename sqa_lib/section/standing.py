"""Where single schools stand: on which step of a scale, or within which bounds."""

import math
from collections.abc import Sequence
from typing import Any

from sqa_lib.published import Cell
from sqa_lib.section.evidence import Column, Evidence, parted
from sqa_lib.section.output import emit_markdown
from sqa_lib.section.tables import pipe_table, source_line, text_table
from sqa_lib.words import listed, number, sentence


class Standing(Evidence):
    """What shows the school of a book on a scale, and the schools below a unit by a figure of theirs."""

    def placed(self, label: str, statistic: str, rows: str, scale: str, *, caption: str, **more: Any) -> None:
        """A table of where a single school stands on a scale: in each row the step that its share lies on, beside the authority's
        shares of each step. Nothing where the school stands nowhere."""
        codes, names = parted(more)
        whole = self.block(statistic, rows, scale, at=self.authority.code, **codes)
        picks = self.axis(rows, statistic, self.unit.code)
        steps = {row: self.within(statistic, scale, least=1, **pick, **codes) for row, pick in picks.items()}
        body = [
            [sentence(row), listed(stood), *(whole[row, step].figure for step in whole.series)]
            for row, stood in steps.items()
            if stood
        ]
        if body:
            self.published.seen.add(statistic)
            heads = [whole.row_head, self.unit.name, *(f"{sentence(step)}, %" for step in whole.series)]
            emit_markdown(pipe_table(heads, body, self.words(caption, **names), f"{self.name}-{label}", text_columns=(0, 1)))

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
        areas = self.published.tree.children(self.unit.code, "area")
        found = {area.name: self.within(statistic, "schools", at=area.code, least=least, most=most, **codes) for area in areas}
        rows = [[area, number(len(schools)), ", ".join(schools)] for area, schools in found.items() if schools]
        if rows:
            self.published.seen.add(statistic)
            heads, described = ["Skolområde", "Antal", "Skolor"], self.words(caption, **names)
            emit_markdown(text_table(heads, rows, described, f"{self.name}-{label}", [26, 10, 64], (1,)))


def _yes_or_no(cell: Cell) -> str:
    if not cell.is_known:
        return cell.mark.value
    return "ja" if cell.value else "nej"
