"""What a section shows: sentences, charts and tables, the charts always with the table of the same figures."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.published import Cell
from sqa_lib.section.blocks import Block
from sqa_lib.section.charts import draw
from sqa_lib.section.comparing import ComparingView
from sqa_lib.section.funnel import draw_funnel, funnel_alt, funnel_finding, funnel_note, funnel_table
from sqa_lib.section.output import emit_figure, emit_markdown
from sqa_lib.section.prose import render
from sqa_lib.section.school_forms import SchoolFormsView
from sqa_lib.section.shades import SHADED, draw_shaded
from sqa_lib.section.tables import beside_table, block_table, change_table, pipe_table, source_line, text_table
from sqa_lib.section.view import CHILDREN, Shown
from sqa_lib.units import Unit
from sqa_lib.words import day, listed, lower_first, next_year, number, sentence, spelled

Column = tuple[str, str, Mapping[str, str]]
"""A table's column: its head, a statistic and the codes that pick the figure."""

MOST_BARS = 12
_CHART = {
    "bars": "Stapeldiagram", "dots": "Punktdiagram", "lines": "Linjediagram", "spread": "Punktdiagram",
    "stacked": "Delat stapeldiagram", "heat": "Rutdiagram",
}  # fmt: skip


class Evidence(ComparingView, SchoolFormsView):
    """What shows figures. Texts are templates (Jinja, sandboxed) whose numbers come from `v`; further keyword arguments are names
    in the template, except codes of a dimension, which pick figures."""

    # ---- prose ------------------------------------------------------------------------------------------------------

    @cached_property
    def _context(self) -> dict[str, Any]:
        return {
            **self.vocabulary,
            "top": self.top, "has": self.has, "together": self.together,
            "is_surely_lower": self.is_surely_lower,
            "level": self.level, "is_whole": self.is_whole, "is_school": self.is_school,
            "is_single": self.is_single, "kind": self.kind,
            "authority": self.authority.name, "next_year": next_year(self.year),
            "school_forms": self.its_forms, "about": self.about, "schools": self.schools, "enrolled": self.enrolled,
            "policy": self.report.disclosure, "since": self.since, "report": self.report, "date": day(self.report.date),
            "why_not": self.why_not,
        }  # fmt: skip

    def words(self, template: str, **names: Any) -> str:
        """The template's text for this unit."""
        return render(template, {**self._context, **names})

    def say(self, template: str, **names: Any) -> None:
        """A paragraph or more of prose; nothing where the template comes out empty."""
        if text := self.words(template, **names):
            emit_markdown(text)

    def lead(self, template: str, **names: Any) -> None:
        """The section's answer: one or two sentences."""
        self._div("lead", template, **names)

    def note(self, template: str, **names: Any) -> None:
        """A calm remark, such as that a school is too small."""
        self._div("too-small", template, **names)

    def _div(self, kind: str, template: str, **names: Any) -> None:
        emit_markdown(f"::: {{.{kind}}}\n{self.words(template, **names)}\n:::")

    def heading(self, text: str, level: int = 2) -> None:
        """A heading that only some units' books have."""
        emit_markdown(f"{'#' * level} {text}")

    def carries(self, what: str, statistic: str, *dimensions: str, least: int = 3, **codes: str) -> Shown | None:
        """How the unit is large enough to show `what` (in the definite form: `språken`), see `finest`. None where it is not,
        which is told of once, by `left_out`; the whole authority shows it all the same. Data that are missing this school year
        are told of at once.
        """
        if not self.has_now(statistic):
            self.note("Underlag saknas: {{ what }}.", what=what)
            return None
        found = self.finest(statistic, *dimensions, least=least, **codes)
        if not found and self.is_whole:
            return Shown(dimensions[0] if dimensions else "", self.year)
        if not found:
            self._left_out.append((what, self.nearest(statistic, *dimensions[:1], least=least, **codes)))
        return found

    @staticmethod
    def why_not(*cells: Cell) -> str:
        """Why none of the figures is shown, after a colon: some are withheld; there are no data; there is nothing but zeros."""
        if any(cell.is_withheld for cell in cells):
            return "för få, eller för att skydda en uppgift om få"
        return "det finns inga" if any(cell.is_known for cell in cells) else "underlag saknas"

    def left_out(self) -> None:
        """One calm remark on all that this unit is too small to show, and whose report shows it."""
        if self._left_out:
            tree = self.published.tree
            widest = min((shown for _, shown in self._left_out), key=lambda unit: len(tree.ancestors(unit.code)))
            self.note(
                "För {{ unit }} redovisas inte {{ what | listed }}: uppgifterna saknas, är för få eller skyddar andra uppgifter "
                "om få. {{ 'De' if what | length > 1 else 'Det' }} redovisas samlat i rapporten för {{ shown }}.",
                what=[what for what, _ in self._left_out], shown=widest.name,
            )  # fmt: skip
            self._left_out.clear()

    @cached_property
    def _left_out(self) -> list[tuple[str, Unit]]:
        return []

    # ---- evidence ---------------------------------------------------------------------------------------------------

    def bars(self, label: str, statistic: str, rows: str, series: str = "", **options: Any) -> None:
        """Sorted bars (in the codes' own order where that means something), and their table; options as `evidence`."""
        self._evidence("bars", label, statistic, rows, series, **options)

    def dots(self, label: str, statistic: str, rows: str, series: str = "", **options: Any) -> None:
        """Dots with intervals, and their table."""
        self._evidence("dots", label, statistic, rows, series, **options)

    def lines(self, label: str, statistic: str, rows: str, series: str = "", **options: Any) -> None:
        """Lines over ordered rows, and their table."""
        self._evidence("lines", label, statistic, rows, series, **options)

    def stacked(self, label: str, statistic: str, rows: str, series: str, **options: Any) -> None:
        """Shares over the steps of a scale (the series, lowest first) as one whole bar a row, and their table; the rows with the
        most in the scale's upper half first."""
        self._evidence("stacked", label, statistic, rows, series, **options)

    def heat(self, label: str, statistic: str, rows: str, series: str, **options: Any) -> None:
        """A grid of figures, darker where they are larger, and their table."""
        self._evidence("heat", label, statistic, rows, series, **options)

    def _evidence(
        self, kind: str, label: str, statistic: str, rows: str, series: str = "", *, about: str, finding: str = "", at: str = "",
        only: Sequence[str] = (), keep: Sequence[str] | None = None, known_only: bool = False, columns: Sequence[Column] = (),
        school_year: str = "", **more: Any,
    ) -> None:  # fmt: skip
        """A chart when there are at least three figures, and always the table of the same figures.

        about: population and date. finding: the sentence that the chart shows; where it comes out empty, the caption only
        names what is shown. at: the unit whose figures they are. only: codes of the row dimension to keep. keep: labels of
        the rows to show (see `within`). known_only: rows without a figure are left out (for dimensions with many small codes,
        such as languages). columns: of the table, where it is to say more than the chart's figures. school_year: another than
        this one, or several together.
        """
        codes, names = parted(more)
        if not self.has(statistic):
            self.note("Underlag saknas: {{ what }}.", what=lower_first(self.label(statistic)))
            return
        asked = self.block(statistic, rows, series, at=at, only=only, school_year=school_year, **codes)
        block = asked.without_empty_rows()
        if keep is not None:
            block = block.with_rows([row for row in block.rows if row in keep])
        if known_only:
            block = block.with_known_rows()
        if kind == "bars" and not self._is_ordered(rows):
            block = block.sorted_by_size()
        if kind == "stacked" and not self._is_ordered(rows):
            block = block.sorted_by_upper_half()
        if block.size:
            described = self.words(about, **names)
            self._draw(kind, f"fig-{self.name}-{label}", block, self.words(finding, **names), described)
            if columns:
                self.table(label, about, rows, columns, at=at, school_year=school_year, keep=keep, **names)
            else:
                emit_markdown(block_table(block, described, f"{self.name}-{label}") + source_line(list(block.cells.values())))
        else:
            self.note("{{ what }} redovisas inte: {{ why_not(*cells) }}.", what=self.label(statistic), cells=asked.cells.values())

    def _is_ordered(self, rows: str) -> bool:
        return rows == "school_year" or (rows in DIMENSIONS and DIMENSIONS[rows].is_ordered)

    def _draw(self, kind: str, name: str, block: Block, finding: str, about: str) -> None:
        """The chart; fewer than three figures need none, a sentence and the table do. Of many bars it shows the largest."""
        if kind == "bars" and len(block.rows) > 1.5 * MOST_BARS:
            block = block.with_rows(list(block.rows[:MOST_BARS]))
            about = f"{about}. Diagrammet visar de {spelled(MOST_BARS)} största"
        if block.size >= 3:
            svg = (draw_shaded if kind in SHADED else draw)(kind, block, self.report.design)
            emit_figure(name, f"**{finding}.** {about}." if finding else f"{about}.", _alt(kind, block, finding, about), svg)

    def table(
        self, label: str, caption: str, rows: str, columns: Sequence[Column], *, at: str = "", total: bool = False,
        school_year: str = "", keep: Sequence[str] | None = None, **names: Any,
    ) -> None:  # fmt: skip
        """A table of several statistics, without the columns that the report's data do not give. rows: as in `block`; below units
        the unit itself comes last, and with `total` a row without the dimension does. school_year: another than this one, or
        several together. keep: labels of the rows to show (see `within`); nothing where there are none."""
        if keep is not None and not keep:
            return
        columns = [column for column in columns if self._is_given(rows, *column[1:])]
        if not columns:
            self.note("{{ caption }}: underlag saknas.", caption=self.words(caption, **names))
            return
        unit = at or self.unit.code
        picks = self.axis(rows, columns[0][1], unit)
        picks = {row: pick for row, pick in picks.items() if keep is None or row in keep}
        if rows in CHILDREN:
            picks |= {self.published.tree[unit].name: {"at": unit}}
        elif total:
            picks |= {"Totalt": {}}
        here = {"at": unit, "school_year": school_year}
        cells = [[self.v(name, **{**here, **pick, **codes}) for _, name, codes in columns] for pick in picks.values()]
        self._print_table(f"{self.name}-{label}", self.words(caption, **names), self.row_head(rows), list(picks), columns, cells)

    def _is_given(self, rows: str, statistic: str, codes: Mapping[str, str]) -> bool:
        """Whether the report gives the statistic by what the column asks for (its staff need not be told by funding)."""
        asked = frozenset(name for name in (rows, *codes) if name in DIMENSIONS)
        return self.has(statistic) and asked in self.published.breakdowns(statistic)

    def _print_table(
        self, name: str, caption: str, row_head: str, labels: Sequence[str], columns: Sequence[Column], cells: list[list[Cell]]
    ) -> None:
        rows = [(label, row) for label, row in zip(labels, cells, strict=True) if any(c.is_known or c.is_withheld for c in row)]
        if not rows:
            self.note("{{ caption }}: underlag saknas.", caption=caption)
            return
        heads = [row_head, *(self.words(head) for head, _, _ in columns)]
        body = [[sentence(label), *(cell.figure for cell in row)] for label, row in rows]
        emit_markdown(pipe_table(heads, body, caption, name) + source_line([cell for _, row in rows for cell in row]))

    def changes(self, label: str, statistic: str, rows: str, *, caption: str, at: str = "", **more: Any) -> None:
        """A table of shares last year and this, their difference in percentage points and what it says."""
        codes, names = parted(more)
        if not {self.previous, self.year} <= set(self.published.years(statistic)):
            self.note("{{ caption }}: underlag saknas.", caption=self.words(caption, **names))
            return
        block = self.block(statistic, rows, "school_year", at=at, **codes)
        given = {row for (row, _), cell in block.cells.items() if cell.is_known or cell.is_withheld}
        found = {
            row: self.change(statistic, at=at, **pick, **codes)
            for row, pick in self.axis(rows, statistic, at).items()
            if row in given
        }
        table = change_table(block, self.previous, self.year, found, self.words(caption, **names), f"{self.name}-{label}")
        tested = sum(1 for change in found.values() if change.p == change.p)
        together = self._together(tested) if self.published.definitions[statistic].compared_over else ""
        emit_markdown(table + source_line(list(block.cells.values()), together))

    def _together(self, tested: int) -> str:
        """What is said under a table whose rows are looked through together."""
        if tested < 2:
            return ""
        return (
            "Intervallet (95 procent) gäller varje rad för sig. Ordet *säker* tar hänsyn till att "
            f"{spelled(tested)} rader jämförs på en gång. Se {self.method}."
        )

    @property
    def method(self) -> str:
        """Where the book tells how figures are compared."""
        return "@sec-method" if "method" in self.section_names else "@sec-about"

    def beside(
        self, label: str, statistic: str, rows: str, *, caption: str, only: Sequence[str] = (), school_year: str = "", **more: Any
    ) -> None:
        """A table of a school's shares beside those of the authority's other schools together; rows whose figure isn't shown are
        left out, and nothing is said where none is."""
        codes, names = parted(more)
        picks = {
            row: {**pick, **codes}
            for row, pick in self.axis(rows, statistic, self.unit.code, only).items()
            if all(self.v(statistic, at=at, school_year=school_year, **pick, **codes).is_known for at in self._compared)
        }
        if picks:
            found = self.beside_others(statistic, picks.values(), school_year=school_year)
            besides = dict(zip(picks, found, strict=True))
            table = beside_table(besides, self.unit.name, self.words(caption, **names), f"{self.name}-{label}")
            emit_markdown(table + source_line([], self._together(len(besides))))

    @property
    def _compared(self) -> tuple[str, str]:
        return self.unit.code, self.authority.code

    def funnel(
        self, label: str, statistic: str, *, about: str, per: str = "", adjusted_for: str = "", school_year: str = "", **more: Any
    ) -> None:  # fmt: skip
        """A funnel plot of the schools below this unit around the authority, and its table; nothing where too few are shown.

        about: population and date. per, adjusted_for: see `schools_around`. Raises NotComparable for what has no limits.
        """
        codes, names = parted(more)
        if not self.has(statistic):
            return
        found = self.schools_around(statistic, per=per, adjusted_for=adjusted_for, school_year=school_year, **codes)
        if found:
            described, finding, name = self.words(about, **names), funnel_finding(found), f"{self.name}-{label}"
            svg = draw_funnel(found, self.report.design)
            emit_figure(f"fig-{name}", f"**{finding}.** {described}.", funnel_alt(found, finding, described), svg)
            emit_markdown(
                funnel_table(found, described, name) + source_line([], f"{funnel_note(found)} Se {self.method}.", found.whole)
            )

    def facts(self, label: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A table of texts."""
        emit_markdown(text_table(heads, rows, self.words(caption), f"{self.name}-{label}", widths))


def parted(more: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Keyword arguments parted into codes of dimensions and names for templates."""
    return {k: v for k, v in more.items() if k in DIMENSIONS}, {k: v for k, v in more.items() if k not in DIMENSIONS}


def _alt(kind: str, block: Block, finding: str, about: str) -> str:
    """Type of chart, what it shows, the finding, the extremes, and where the table is."""
    series = f" för {listed(list(block.series))}" if len(block.series) > 1 else ""
    said = f"{finding}. {about}" if finding else about
    extremes = _extremes_of_scale(block) if kind == "stacked" else _extremes(block)
    return f"{_CHART[kind]}{series}. {said}. {extremes}Alla tal finns i tabellen efter diagrammet."


def _extremes(block: Block) -> str:
    """Which row (and series, where there are several) is highest and lowest; "" where that says nothing."""
    known = [(block[row, series], row, series) for series in block.series for row in block.rows if block[row, series].is_known]
    if len(known) < 2:
        return ""
    (high, *top), (low, *bottom) = max(known, key=lambda k: k[0].value), min(known, key=lambda k: k[0].value)
    if number(high.value, 1) == number(low.value, 1):
        return ""
    named = slice(None) if len(block.series) > 1 else slice(1)
    highest = f"{', '.join(top[named])} ({high.with_sign})"
    lowest = f"{', '.join(bottom[named])} ({low.with_sign})"
    if any(cell.is_withheld for cell in block.cells.values()):
        return f"Av det som redovisas är {highest} högst och {lowest} lägst. "
    return f"Högst är {highest} och lägst {lowest}. "


def _extremes_of_scale(block: Block) -> str:
    """Which rows have most and least in the upper half of the scale; "" where that says nothing."""
    upper = {row: share for row in block.rows if (share := block.upper_half(row)) == share}
    if len(upper) < 2 or max(upper.values()) == min(upper.values()):
        return ""
    most, least = max(upper, key=upper.__getitem__), min(upper, key=upper.__getitem__)
    steps = listed(list(block.series[len(block.series) // 2 :]))
    shares = {row: f"{row} ({number(upper[row])}\u00a0%)" for row in (most, least)}
    return f"Störst del i {steps} har {shares[most]} och minst {shares[least]}. "
