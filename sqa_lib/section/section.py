"""One section of one unit's book: what a notebook calls to show something."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.cycle.areas import Area
from sqa_lib.marks import Mark
from sqa_lib.published import Cell
from sqa_lib.report import Thresholds
from sqa_lib.section import development, glossary
from sqa_lib.section.blocks import Block
from sqa_lib.section.charts import draw
from sqa_lib.section.indicators import in_short
from sqa_lib.section.national import NationalView
from sqa_lib.section.output import emit_figure, emit_markdown
from sqa_lib.section.prose import render
from sqa_lib.section.tables import block_table, change_table, marks_note, pipe_table, text_table
from sqa_lib.section.view import CHILDREN, Shown
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.units import Unit
from sqa_lib.words import counted, day, genitive, listed, lower_first, number, school_years, sentence, spelled

Column = tuple[str, str, Mapping[str, str]]
"""A table's column: its head, a statistic and the codes that pick the figure."""

MOST_BARS = 12
_CHART = {"bars": "Stapeldiagram", "dots": "Punktdiagram", "lines": "Linjediagram", "spread": "Punktdiagram"}
_SINCE = {
    "increased": "Säker ökning sedan läsåret {} ({}).", "decreased": "Säker minskning sedan läsåret {} ({}).",
    "uncertain": "Ingen säker förändring sedan läsåret {} ({}).", "untested": "Läsåret {}: {}.",
}  # fmt: skip


class Section(NationalView):
    """A section bound to a report, a unit and a school year.

    Every method here shows something as the cell's output and returns nothing. Texts are templates (Jinja, sandboxed)
    whose numbers come from `v`; further keyword arguments are names in the template, except codes of a dimension, which
    pick figures.
    """

    # ---- prose ------------------------------------------------------------------------------------------------------

    @cached_property
    def _context(self) -> dict[str, Any]:
        tree = self.published.tree
        return {
            "v": self.v, "change": self.change, "top": self.top, "has": self.has, "national": self.first_known,
            "unit": self.unit.name, "units": genitive(self.unit.name), "level": self.level,
            "years": school_years(self.year), "together": self.together,
            "is_whole": self.is_whole, "is_school": self.is_school, "year": self.year, "last_year": self.previous,
            "above": tree[self.unit.parent].name if self.unit.parent else "",
            "schools": len(tree.children(self.unit.code, "school")),
            "preschools": len(tree.children(self.unit.code, "preschool")),
            "policy": self.report.disclosure, "report": self.report, "date": day(self.report.date),
            "withheld": "för få, eller för att skydda en uppgift om få",
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
        which is told of once, by `left_out`; the whole authority shows it all the same. Data that the report lacks is told of at
        once.
        """
        if not self.has(statistic):
            self.note("Underlag saknas: {{ what }}.", what=what)
            return None
        found = self.finest(statistic, *dimensions, least=least, **codes)
        if not found and self.is_whole:
            return Shown(dimensions[0] if dimensions else "", self.year)
        if not found:
            self._left_out.append((what, self.nearest(statistic, *dimensions[:1], least=least, **codes)))
        return found

    def left_out(self) -> None:
        """One calm remark on all that this unit is too small to show, and whose report shows it."""
        if self._left_out:
            tree = self.published.tree
            widest = min((shown for _, shown in self._left_out), key=lambda unit: len(tree.ancestors(unit.code)))
            self.note(
                "För {{ unit }} redovisas inte {{ what | listed }}: uppgifterna saknas, är för få eller skyddar andra uppgifter "
                "om få. {{ 'De' if what | length > 1 else 'Det' }} redovisas i rapporten för {{ shown }}.",
                what=[what for what, _ in self._left_out], shown=widest.name,
            )  # fmt: skip
            self._left_out.clear()

    @cached_property
    def _left_out(self) -> list[tuple[str, Unit]]:
        return []

    def conclusions(self) -> None:
        """What was left out, the unit's comment and its conclusions; nothing where there is nothing to say."""
        self.left_out()
        self.comment()
        self.conclusion_box()

    def comment(self) -> None:
        """What the unit writes itself in this section, if anything."""
        if self.text.comment:
            emit_markdown(self.text.comment)

    def conclusion_box(self, title: str = "Slutsats") -> None:
        """The unit's conclusions of this section, if any."""
        if self.text.conclusions:
            emit_markdown(_box(title, [f"- {bullet}" for bullet in self.text.conclusions]))

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

    def _evidence(
        self, kind: str, label: str, statistic: str, rows: str, series: str = "", *, about: str, finding: str = "", at: str = "",
        only: Sequence[str] = (), known_only: bool = False, columns: Sequence[Column] = (), school_year: str = "", **more: Any,
    ) -> None:  # fmt: skip
        """A chart when there are at least three figures, and always the table of the same figures.

        about: population and date. finding: the sentence that the chart shows; where it comes out empty, the caption only
        names what is shown. at: the unit whose figures they are. only: codes of the row dimension to keep. known_only:
        rows without a figure are left out (for dimensions with many small codes, such as languages). columns: of the table,
        where it is to say more than the chart's figures. school_year: another than this one, or several together.
        """
        codes, names = _parted(more)
        if not self.has(statistic):
            self.note("Underlag saknas: {{ what }}.", what=lower_first(self.label(statistic)))
            return
        block = self.block(statistic, rows, series, at=at, only=only, school_year=school_year, **codes).without_empty_rows()
        if known_only:
            block = block.with_known_rows()
        if kind == "bars" and not self._is_ordered(rows):
            block = block.sorted_by_size()
        if block.size:
            described = self.words(about, **names)
            self._draw(kind, f"fig-{self.name}-{label}", block, self.words(finding, **names), described)
            if columns:
                self.table(label, about, rows, columns, at=at, school_year=school_year, **names)
            else:
                emit_markdown(block_table(block, described, f"{self.name}-{label}") + _source(list(block.cells.values())))
        else:
            self.note("{{ what }} redovisas inte: {{ withheld }}.", what=self.label(statistic))

    def _is_ordered(self, rows: str) -> bool:
        return rows == "school_year" or (rows in DIMENSIONS and DIMENSIONS[rows].is_ordered)

    def _draw(self, kind: str, name: str, block: Block, finding: str, about: str) -> None:
        """The chart; fewer than three figures need none, a sentence and the table do. Of many bars it shows the largest."""
        if kind == "bars" and len(block.rows) > 1.5 * MOST_BARS:
            block = block.with_rows(list(block.rows[:MOST_BARS]))
            about = f"{about}. Diagrammet visar de {spelled(MOST_BARS)} största"
        if block.size >= 3:
            svg = draw(kind, block, self.report.design)
            emit_figure(name, f"**{finding}.** {about}." if finding else f"{about}.", _alt(kind, block, finding, about), svg)

    def table(
        self, label: str, caption: str, rows: str, columns: Sequence[Column], *, at: str = "", total: bool = False,
        school_year: str = "", **names: Any,
    ) -> None:  # fmt: skip
        """A table of several statistics. rows: as in `block`; below units the unit itself comes last, and with `total` a
        row without the dimension does. school_year: another than this one, or several together."""
        columns = [column for column in columns if self.has(column[1])]
        if not columns:
            self.note("{{ caption }}: underlag saknas.", caption=self.words(caption, **names))
            return
        unit = at or self.unit.code
        picks = self.axis(rows, columns[0][1], unit)
        if rows in CHILDREN:
            picks |= {self.published.tree[unit].name: {"at": unit}}
        elif total:
            picks |= {"Totalt": {}}
        here = {"at": unit, "school_year": school_year}
        cells = [[self.v(name, **{**here, **pick, **codes}) for _, name, codes in columns] for pick in picks.values()]
        self._print_table(f"{self.name}-{label}", self.words(caption, **names), self.row_head(rows), list(picks), columns, cells)

    def _print_table(
        self, name: str, caption: str, row_head: str, labels: Sequence[str], columns: Sequence[Column], cells: list[list[Cell]]
    ) -> None:
        rows = [(label, row) for label, row in zip(labels, cells, strict=True) if any(c.is_known or c.is_withheld for c in row)]
        if not rows:
            self.note("{{ caption }}: redovisas inte, {{ withheld }}.", caption=caption)
            return
        heads = [row_head, *(self.words(head) for head, _, _ in columns)]
        body = [[sentence(label), *(cell.figure for cell in row)] for label, row in rows]
        emit_markdown(pipe_table(heads, body, caption, name) + _source([cell for _, row in rows for cell in row]))

    def changes(self, label: str, statistic: str, rows: str, *, caption: str, at: str = "", **more: Any) -> None:
        """A table of shares last year and this, their difference in percentage points and what it says."""
        codes, names = _parted(more)
        block = self.block(statistic, rows, "school_year", at=at, **codes)
        found = {row: self.change(statistic, at=at, **pick, **codes) for row, pick in self.axis(rows, statistic, at).items()}
        table = change_table(block, self.previous, self.year, found, self.words(caption, **names), f"{self.name}-{label}")
        emit_markdown(table + _source(list(block.cells.values())))

    def facts(self, label: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A table of texts."""
        emit_markdown(text_table(heads, rows, self.words(caption), f"{self.name}-{label}", widths))

    def gender_gap(self, statistic: str, dimension: str, *, only: Sequence[str], **codes: str) -> str:
        """The item in which girls and boys surely differ most, as a sentence without full stop; "" when they differ in none."""
        gaps = []
        for code in only:
            girl, boy = (self.v(statistic, gender=g, **{dimension: code}, **codes) for g in ("girl", "boy"))
            if girl.is_known and boy.is_known and (girl.low > boy.high or boy.low > girl.high):
                gaps.append((abs(girl.value - boy.value), code, girl, boy))
        if not gaps:
            return ""
        _, code, girl, boy = max(gaps, key=lambda gap: gap[0])
        more = f"Fler flickor än pojkar {DIMENSIONS[dimension].label_of(code)}: {girl} mot {boy}"
        fewer = f"Fler pojkar än flickor {DIMENSIONS[dimension].label_of(code)}: {boy} mot {girl}"
        return more if girl.value > boy.value else fewer

    # ---- summary, analysis, development areas, about ----------------------------------------------------------------

    def key_figures(self, figures: Sequence[tuple[str, str, Mapping[str, str], str]], at_most: int = 6) -> None:
        """Cards: (what it is, statistic, codes, section to read more in); figures that can't be shown are left out."""
        cards = [self._card(*figure) for figure in figures if self.shows(figure[1], **figure[2])]
        if cards:
            emit_markdown(":::: {.key-figures}\n" + "\n".join(cards[:at_most]) + "\n::::")

    def _card(self, label: str, statistic: str, codes: Mapping[str, str], section: str) -> str:
        cell = self.v(statistic, **codes)
        link = f"Läs mer: @sec-{section}." if section in self.section_names else ""
        since = " ".join(part for part in (self._since(statistic, codes), link) if part)
        return f"::: {{.key-figure}}\n[{cell.with_sign}]{{.value}}\n[{label}]{{.label}}\n[{since}]{{.change}}\n:::\n"

    def _since(self, statistic: str, codes: Mapping[str, str]) -> str:
        before = self.v(statistic, school_year=self.previous, **codes)
        if not before.is_known:
            return ""
        change = self.change(statistic, **codes)
        return _SINCE[change.direction].format(self.previous, before.with_sign)

    def main_conclusions(self, sections: Sequence[str]) -> None:
        """The first conclusion of each named section, for the summary."""
        firsts = [(name, self.text_of(name).conclusions) for name in sections if name in self.section_names]
        bullets = [f"- {found[0].rstrip('.')} (@sec-{name})." for name, found in firsts if found]
        if bullets:
            emit_markdown(_box("Viktiga slutsatser", bullets))

    def count_conclusions(self) -> int:
        return sum(len(bullets) for bullets in self.all_conclusions().values())

    def counted_conclusions(self) -> str:
        return counted(self.count_conclusions(), "slutsats", "slutsatser")

    def gathered(self) -> None:
        """Every section's conclusions of this unit, each with a link back."""
        for name, bullets in self.all_conclusions().items():
            emit_markdown(f"**{self.title_of(name)}** (@sec-{name})\n\n" + "\n".join(f"- {bullet}" for bullet in bullets))

    def development_areas(self, school_year: str = "", at: str = "") -> list[Area]:
        """The areas that the unit (or the unit `at`) decided in this year's report (or another's); [] when it has none."""
        return development.areas_of(self, at or self.unit.code, school_year or self.year)

    def show_development_areas(self) -> None:
        """Each area as a table, with the questions of the printed template, and what its indicators say."""
        development.show_areas(self, self.development_areas())

    def show_last_year(self) -> None:
        """What last year's report promised, what the indicators say of it and what was concluded."""
        development.show_last_year(self)

    def above_with_areas(self) -> Unit | None:
        """The nearest unit above this one that decided areas in last year's report."""
        return development.nearest_with_areas(self, self.previous)

    def report_has_areas(self) -> bool:
        """Whether any unit of the report has development areas."""
        return development.has_areas(self)

    def last_year_in_short(self) -> str:
        """How many of last year's targets are reached, on their way and so on; "" without indicators."""
        areas = self.development_areas(self.previous)
        return in_short([found for area in areas for found in development.outcomes(self, area)])

    def definitions(self) -> None:
        """Every statistic that the unit has figures of, with population, numerator, denominator and date."""
        said = self.published.statistics_of(self.unit.code)
        own = [d for d in self.published.definitions.values() if d.kind != "official" and d.id in said]
        emit_markdown("\n".join(glossary.definition_of(definition) for definition in own) or glossary.OFFICIAL)

    def glossary(self) -> None:
        """The words that a reader may not know."""
        emit_markdown(glossary.words(self.report.source))

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Mark and meaning, for the table of signs."""
        return [(mark.value, mark.explanation) for mark in Mark if mark]

    def stricter_limits(self) -> list[tuple[str, Thresholds]]:
        """What the report's policy protects more than other data, and from how many on it is shown."""
        policy = self.report.disclosure
        return [(lower_first(DATASETS[name].label), policy.thresholds_of([name])) for name in policy.datasets]

    @staticmethod
    def few(limits: Thresholds) -> str:
        """The counts that are too small to show: `mellan 1 och 4`."""
        return f"mellan 1 och {limits.minimum_count - 1}" if limits.minimum_count > 2 else "på 1"

    @property
    def source_name(self) -> str:
        """The data, as the reader is told: a folder of the project, or a file's name."""
        return self.report.data if self.report.source == "datasets" else self.report.data.rsplit("/", 1)[-1]

    # ---- national indicators ----------------------------------------------------------------------------------------

    def national_group(self, group: str, *, at: str = "") -> None:
        """The measures of one group: a chart for those in percent or on an index, and a table of all."""
        self._national(group, self.measures(group), self.group_label(group), at or self.unit.code)

    def national_targets(self) -> None:
        """Each of the national quality system's targets (delmål 1–6) under its heading; then the targets without figures."""
        absent = []
        for group, about in self.targets().items():
            title = f"{self.group_label(group)}: {about}"
            if self.has_national(group, self.unit):
                self.heading(title)
                self._national(group, self.measures(group), title, self.unit.code)
            elif self.has_national(group, self.authority):
                self._left_out.append((lower_first(title), self.authority))
            else:
                absent.append(lower_first(title))
        if absent:
            self.note(
                "Skolverkets underlag har inga uppgifter om {{ what | listed }} för {{ whose }}.",
                what=absent,
                whose=self.authority.name,
            )

    def _national(self, group: str, measures: Sequence[str], title: str, unit: str) -> None:
        shown = self.published.tree[unit]
        block = self.national_block(measures, unit)
        if not any(cell.is_known for (_, series), cell in block.cells.items() if series == shown.name):
            self.note("{{ title }}: uppgifterna för {{ shown }} saknas eller är skyddade.", title=title, shown=shown.name)
            return
        about = f"{shown.name} jämfört med {listed(list(block.series[1:]))}, läsåret {self.year}. Källa: Skolverket"
        name = f"{self.name}-{group.replace('_', '-')}"
        for kind, part in self.charted(block):
            self._draw("spread", f"fig-{name}-{'share' if kind == 'procent' else 'index'}", part, f"{title}, {kind}", about)
        cells = [cell for (_, series), cell in block.cells.items() if series in block.series]
        more = self.NO_SPREAD if any(middle is None for middle in block.spread.values()) else ""
        emit_markdown(self.national_table(block, f"{title}. {about}", name) + _source(cells, more))

    def national_key_figures(self) -> None:
        """Cards of the most telling national measures, each beside the country."""
        cards = [
            f"::: {{.key-figure}}\n[{own.with_sign}]{{.value}}\n[{lower_first(own.statistic.label)}]{{.label}}\n"
            f"[Riket: {country.with_sign}. Läs mer: @sec-{section}.]{{.change}}\n:::\n"
            for own, country, section in self.key_measures()
        ]
        if cards:
            emit_markdown(":::: {.key-figures}\n" + "\n".join(cards) + "\n::::")


def _parted(more: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Keyword arguments parted into codes of dimensions and names for templates."""
    return {k: v for k, v in more.items() if k in DIMENSIONS}, {k: v for k, v in more.items() if k not in DIMENSIONS}


def _box(title: str, lines: Sequence[str]) -> str:
    return "::: {.conclusions}\n## " + title + " {.unnumbered .unlisted}\n\n" + "\n".join(lines) + "\n:::"


def _source(cells: Sequence[Cell], more: str = "") -> str:
    """The line under a table: what its marks mean, and more if there is more to say; "" when there is nothing."""
    note = marks_note(cells)
    said = [f"Tecken: {note}. Se @sec-about." if note else "", more]
    text = " ".join(part for part in said if part)
    return f"\n::: {{.source}}\n{text}\n:::\n" if text else ""


def _alt(kind: str, block: Block, finding: str, about: str) -> str:
    """Type of chart, what it shows, the finding, the extremes, and where the table is."""
    series = f" för {listed(list(block.series))}" if len(block.series) > 1 else ""
    said = f"{finding}. {about}" if finding else about
    return f"{_CHART[kind]}{series}. {said}. {_extremes(block)}Alla tal finns i tabellen efter diagrammet."


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
