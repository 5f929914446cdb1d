"""Skolverket's statistics as a section shows them: the unit's figures beside those that it can be compared with
(`s.official`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics.expected import OUTCOMES, TERMS
from sqa_lib.metrics.national import COUNTRY, MUNICIPALITIES, SIMILAR_GROUP, expected_name, model_name, statistic_name
from sqa_lib.published import Cell
from sqa_lib.section.blocks import Block
from sqa_lib.section.findings import Finding, findings_of
from sqa_lib.section.output import emit_markdown
from sqa_lib.section.tables import pipe_table, source_line, text_table
from sqa_lib.sources.skolverket.authorities import is_municipality
from sqa_lib.sources.skolverket.measures import ALL_MEASURES, GROUPS, MEASURE_OF, Measure
from sqa_lib.units import Unit
from sqa_lib.words import counted, day, listed, lower_first, number, sentence, spelled

if TYPE_CHECKING:
    from sqa_lib.section.section import Section

SOURCE = "Källa: Skolverket"
_CHARTED = {"procent": "procent", "index 0–10": "index 0–10"}
_NEARLY_ALL = (Mark.NEARLY_ALL, Mark.ALL_BUT_FEW)
_CORE = ("swedish", "swedish_second", "english", "mathematics")
_TARGETS = {
    "target_1": "elevernas kunskaper", "target_2": "trygghet och studiero", "target_3": "stimulans", "target_4": "stöd",
    "target_5": "läsa och skriva", "target_6": "matematik",
}  # fmt: skip
_CARDS = {
    "results": ("target1_eligible_upper_secondary", "target1_all_subjects_year9", "target1_all_subjects_year6"),
    "environment": ("target2_safety_year8", "target2_safety_year5"),
    "staff": ("qualified_teachers_share", "pupils_per_teacher"),
    "costs": ("cost_per_pupil",),
    "pupils": ("pupils",),
}
"""Section → measures that a first page may show a card of."""
_MOST_CARDS = 6


@dataclass(frozen=True)
class Shown:
    """A measure of a unit in a school year, and what is known of it. year: the latest that the unit has it of."""

    measure: Measure
    year: str
    codes: Mapping[str, str]

    @property
    def label(self) -> str:
        return sentence(self.measure.label)


class Official:
    """What a section of one unit shows of the official statistics. Every method that shows returns nothing."""

    def __init__(self, section: "Section") -> None:
        self.section = section
        self.published = section.published
        self.unit: Unit = section.unit

    # ---- looking up -------------------------------------------------------------------------------------------------

    def cell(self, measure: str, at: str = "", year: str = "", **codes: str) -> Cell:
        """The figure of a measure of this unit (or another), this school year (or another)."""
        return self.section.v(statistic_name(measure), at=at, school_year=year, **codes)

    def expected(self, measure: str, at: str = "") -> Cell | None:
        """What could be expected; None where that isn't known."""
        name = expected_name(measure) if measure in OUTCOMES else ""
        found = self.section.v(name, at=at) if name and self.published.has(name) else None
        return found if found and found.is_known else None

    def year_of(self, measure: str, at: str = "", **codes: str) -> str:
        """The latest school year up to this one that the unit has the measure of, shown or withheld; "" for none."""
        name = statistic_name(measure)
        if not self.published.has(name):
            return ""
        years = [year for year in self.published.years(name) if year <= self.section.year]
        return next((year for year in reversed(years) if self.cell(measure, at, year, **codes).mark is not Mark.MISSING), "")

    def has(self, *measures: str, at: str = "") -> bool:
        """Whether the unit (or another) has any of the measures, shown or withheld."""
        return any(self.year_of(measure, at) for measure in measures)

    def shows(self, *measures: str, at: str = "", **codes: str) -> bool:
        """Whether any of the measures can be shown."""
        return any((year := self.year_of(m, at, **codes)) and self.cell(m, at, year, **codes).is_known for m in measures)

    def tells(self, *measures: str) -> bool:
        """Whether any of the measures is shown, or withheld because nearly all are in the share."""
        return any(self.year_of(m) and (self.cell(m).is_known or self.cell(m).mark in _NEARLY_ALL) for m in measures)

    def measures(self, *groups: str) -> list[str]:
        """The names of the groups' measures that no other table is about, in the file's order."""
        return [measure.name for measure in ALL_MEASURES if measure.group in groups]

    @cached_property
    def beside(self) -> dict[str, str]:
        """Name → code of those that the unit's figures stand beside."""
        tree = self.published.tree
        if self.unit.level == "school":
            return {tree.authority.name: tree.authority.code, tree.name_of(COUNTRY): COUNTRY}
        codes = {unit.code: unit.name for unit in tree.beside if unit.level == "beside"}
        return {codes[code]: code for code in (SIMILAR_GROUP, COUNTRY) if code in codes}

    @property
    def beside_words(self) -> list[str]:
        """Those names within a sentence: `liknande kommuner`, `riket`; the authority's own stays as it is."""
        return [
            lower_first(name) if code in (COUNTRY, SIMILAR_GROUP, MUNICIPALITIES) else name for name, code in self.beside.items()
        ]

    @property
    def similar(self) -> list[Unit]:
        """The similar authorities, the nearest first."""
        return [unit for unit in self.published.tree.beside if unit.level == "similar"]

    def period(self, measures: Iterable[str], year: str = "") -> str:
        """`läsåret 2024/25`, `kalenderåret 2024` for what is counted over calendar years."""
        year = year or self.section.year
        is_calendar = all(MEASURE_OF[measure].is_of_calendar_year for measure in measures)
        return f"kalenderåret {year[:4]}" if is_calendar else f"läsåret {year}"

    # ---- the first page ---------------------------------------------------------------------------------------------

    def findings(self) -> list[Finding]:
        """What matters most: the unit's figures that differ most, see `sqa_lib.section.findings`."""
        return findings_of(self)

    def show_findings(self) -> None:
        """What matters most as a list; where nothing stands out, that is said."""
        found = self.findings()
        if found:
            emit_markdown("\n".join(f"- {finding.text}{self._link(finding.section)}" for finding in found))
        else:
            self.section.note("Inget av måtten för {{ unit }} skiljer sig mer än vanligt. Alla mått står i avsnitten som följer.")

    def _link(self, section: str) -> str:
        return f" Läs mer i @sec-{section}." if section in self.section.section_names else ""

    def cards(self) -> None:
        """The figures that readers look for first, each beside those it can be compared with."""
        shown = [
            (section, measure)
            for section, measures in _CARDS.items()
            for measure in measures
            if section in self.section.section_names and self.shows(measure)
        ][:_MOST_CARDS]
        if shown:
            cards = "\n".join(self._card(section, measure) for section, measure in shown)
            emit_markdown(f":::: {{.key-figures}}\n{cards}\n::::")

    def _card(self, section: str, measure: str) -> str:
        year = self.year_of(measure)
        own = self.cell(measure, year=year)
        others = [] if MEASURE_OF[measure].is_total else self._others(measure, year)
        said = " ".join([*(f"{name}: {cell.with_sign}." for name, cell in others), f"Läs mer: @sec-{section}."])
        label = lower_first(MEASURE_OF[measure].label)
        return f"::: {{.key-figure}}\n[{own.with_sign}]{{.value}}\n[{label}]{{.label}}\n[{said}]{{.change}}\n:::\n"

    def _others(self, measure: str, year: str) -> list[tuple[str, Cell]]:
        cells = [(name, self.cell(measure, code, year)) for name, code in self.beside.items()]
        return [(name, cell) for name, cell in cells if cell.is_known]

    # ---- measures beside others -------------------------------------------------------------------------------------

    def compared(self, label: str, measures: Sequence[str], title: str) -> None:
        """Measures of the unit beside others: a chart of those that share a scale, and a table of all. Totals stand by
        themselves.

        A measure that the unit does not have is left out; where it has none, that is said.
        """
        there = [self._shown(measure) for measure in measures if self.year_of(measure)]
        if not there:
            self.section.note("{{ title }}: uppgifter saknas för {{ unit }}.", title=title)
            return
        beside = [shown for shown in there if not shown.measure.is_total]
        if beside:
            self._beside(label, beside, title)
        if totals := [shown for shown in there if shown.measure.is_total]:
            self._totals(f"{label}-totals", totals, title)

    def _shown(self, measure: str, **codes: str) -> Shown:
        return Shown(MEASURE_OF[measure], self.year_of(measure, **codes), codes)

    def _beside(self, label: str, there: Sequence[Shown], title: str) -> None:
        block = self._block(there)
        about = self._about(there)
        drawn = self._drawn(block)
        for unit, kind in _CHARTED.items():
            rows = [row for row, shown in zip(block.rows, there, strict=True) if shown.measure.unit == unit]
            part = drawn.with_rows([row for row in rows if block[row, self.unit.name].is_known])
            if len(part.rows) >= 2 and part.size >= 3:
                suffix = "share" if unit == "procent" else "index"
                self.section._draw(
                    "spread",
                    f"fig-{self.section.name}-{label}-{suffix}",
                    part,
                    f"{title}, {kind}",
                    f"{about}{self._marks_of_chart}",
                )
        heads, rows = self._table(block, there)
        cells = [cell for row in block.rows for cell in (block[row, series] for series in block.series)]
        emit_markdown(
            pipe_table(heads, rows, f"{title}. {about}", f"{self.section.name}-{label}") + source_line(cells, self._note(block))
        )

    def _drawn(self, block: Block) -> Block:
        """For a chart: a school's band is the middle half of the country's units; an authority's similar ones have a line
        instead."""
        return block if self.unit.level == "school" else replace(block, spread={})

    @property
    def _marks_of_chart(self) -> str:
        """What a chart's band, or line, is."""
        if self.unit.level == "school":
            return ". Det grå fältet är den mittersta hälften av landets skolenheter"
        return ". Strecket går från det lägsta till det högsta bland de liknande" if self.similar else ""

    def _block(self, there: Sequence[Shown]) -> Block:
        places = {self.unit.name: self.unit.code, **self.beside}
        cells = {
            (shown.label, name): self.cell(shown.measure.name, code, shown.year, **shown.codes)
            for shown in there
            for name, code in places.items()
        }
        spread = {shown.label: self._spread(shown) for shown in there}
        rows = tuple(shown.label for shown in there)
        return Block(rows, tuple(places), cells, "Mått", frozenset({self.unit.name}), spread)

    def _spread(self, shown: Shown) -> tuple[float, float] | None:
        """What a figure can be read against: for an authority the lowest and the highest of the similar ones, for a school the
        middle half of the country's; None where that isn't known."""
        if self.unit.level == "school":
            low, high = (
                self.cell(shown.measure.name, COUNTRY, shown.year, quantile=q, spread_over="school") for q in ("p25", "p75")
            )
            return (low.value, high.value) if low.is_known and high.is_known and not shown.codes else None
        group = self.cell(shown.measure.name, SIMILAR_GROUP, shown.year, **shown.codes)
        return (group.low, group.high) if group.is_known else None

    def _table(self, block: Block, there: Sequence[Shown]) -> tuple[list[str], list[list[str]]]:
        spread = "Mittersta hälften av landets skolenheter" if self.unit.level == "school" else "Lägst–högst bland liknande"
        is_told = any(block.spread[row] for row in block.rows)
        heads = ["Mått", *block.series, *([spread] if is_told else [])]
        rows = []
        for row, shown in zip(block.rows, there, strict=True):
            limits = block.spread[row]
            decimals = shown.measure.decimals
            told = f"{number(limits[0], decimals)}–{number(limits[1], decimals)}" if limits else "–"
            rows.append(
                [self._with_unit(shown), *(block[row, series].figure for series in block.series), *([told] if is_told else [])]
            )
        return heads, rows

    def _with_unit(self, shown: Shown) -> str:
        unit = shown.measure.unit
        year = f" ({self.period([shown.measure.name], shown.year)})" if shown.year != self.section.year else ""
        return (shown.label if unit in shown.label.lower() else f"{shown.label}, {unit}") + year

    def _note(self, block: Block) -> str:
        """What the columns are, where that is not plain."""
        if self.unit.level == "school" or SIMILAR_GROUP not in self.beside.values():
            return ""
        others = "De åtta liknande" if len(self.similar) == 8 else "De liknande"
        return f"{others} och hur de är valda står i {self.method}. För dem visas det mellersta värdet (medianen)."

    @property
    def _where_the_method_is(self) -> str:
        if "national-method" in self.section.section_names:
            return "Modellen beskrivs i @sec-national-method."
        return f"Modellen beskrivs i metodkapitlet i rapporten för {self.published.tree.authority.name}."

    @property
    def method(self) -> str:
        return "@sec-national-method" if "national-method" in self.section.section_names else "@sec-about"

    def _about(self, there: Sequence[Shown]) -> str:
        years = sorted({shown.year for shown in there})
        who = listed([self.unit.name, *self.beside_words])
        return f"{who}, {self.period([shown.measure.name for shown in there], years[-1])}. {SOURCE}"

    def _totals(self, label: str, totals: Sequence[Shown], title: str) -> None:
        """Totals of the unit alone: another's, or the country's, would say nothing beside them."""
        rows = [[self._with_unit(shown), self.cell(shown.measure.name, year=shown.year).figure] for shown in totals]
        cells = [self.cell(shown.measure.name, year=shown.year) for shown in totals]
        caption = f"{title}, totalt. {self.unit.name}, {self.period([s.measure.name for s in totals], totals[0].year)}. {SOURCE}"
        emit_markdown(pipe_table(["Mått", self.unit.name], rows, caption, f"{self.section.name}-{label}") + source_line(cells))

    # ---- what could be expected -------------------------------------------------------------------------------------

    def show_expected(self) -> None:
        """Results beside what could be expected of a unit with such pupils; nothing where that isn't known."""
        there = [measure for measure in OUTCOMES if self.expected(measure) and self.cell(measure).mark is not Mark.MISSING]
        if not there:
            return
        self.section.heading("Väntat utifrån elevernas bakgrund")
        self.section.say(
            "Det väntade värdet är skattat utifrån hur resultaten i landets skolenheter hänger ihop med föräldrarnas utbildning, "
            "utländsk bakgrund och andelen flickor. Inom intervallet ligger 95 av 100 {{ kind }} med sådana elever. Ett resultat "
            "utanför intervallet är värt att förstå, men säger inte varför: modellen känner inte till om elever är nyanlända, "
            "flyttar eller behöver särskilt stöd. Det väntade värdet är inget mål och ingen rangordning. {{ method }}",
            kind="skolenheter" if self.unit.level == "school" else "huvudmän av samma slag", method=self._where_the_method_is,
        )  # fmt: skip
        rows = [self._expected_row(measure) for measure in there]
        about = f"{self.unit.name}, {self.period(there)}. {SOURCE} och egen beräkning"
        emit_markdown(
            pipe_table(
                ["Mått", "Resultat, %", "Väntat, %", "Intervall", "Jämförelse"],
                rows,
                f"Resultat och väntat resultat. {about}",
                f"{self.section.name}-expected",
                text_columns=(0, 4),
            )
            + source_line([self.cell(measure) for measure in there])
        )

    def _expected_row(self, measure: str) -> list[str]:
        own, expected = self.cell(measure), self.expected(measure)
        return [
            sentence(MEASURE_OF[measure].label), own.figure, expected.figure,
            f"{number(expected.low)}–{number(expected.high)}", self.beside_expected(measure),
        ]  # fmt: skip

    def beside_expected(self, measure: str, at: str = "") -> str:
        """`lägre än väntat`, `högre än väntat`, `inom intervallet`; "" where one of both isn't known."""
        own, expected = self.cell(measure, at), self.expected(measure, at)
        if expected is None or not own.is_known:
            return ""
        if own.value < expected.low:
            return "lägre än väntat"
        return "högre än väntat" if own.value > expected.high else "inom intervallet"

    # ---- girls and boys, subjects, tests ----------------------------------------------------------------------------

    def by_gender(self, label: str, measures: Sequence[str], title: str) -> None:
        """Girls, boys and all of the unit, and girls and boys of the similar authorities; nothing where the files don't tell."""
        there = [m for m in measures if any(self.shows(m, gender=g) for g in ("girl", "boy"))]
        if not there:
            return
        group = self.published.tree.name_of(SIMILAR_GROUP)
        columns = [("Flickor", "", "girl"), ("Pojkar", "", "boy"), (f"{group}: flickor", SIMILAR_GROUP, "girl"),
                   (f"{group}: pojkar", SIMILAR_GROUP, "boy")]  # fmt: skip
        cells = {m: [self.cell(m, at, self.year_of(m, gender="girl"), gender=g) for _, at, g in columns] for m in there}
        rows = [[self._with_unit(self._shown(m, gender="girl")), *(cell.figure for cell in cells[m])] for m in there]
        about = f"{self.unit.name}, {self.period(there, max(self.year_of(m, gender='girl') for m in there))}. {SOURCE}"
        heads = ["Mått", *(head for head, _, _ in columns)]
        every = [cell for some in cells.values() for cell in some]
        emit_markdown(pipe_table(heads, rows, f"{title}. {about}", f"{self.section.name}-{label}") + source_line(every))

    def gender_gap(self, measure: str) -> str:
        """A sentence on girls and boys: `Flickorna 83,2 procent och pojkarna 79,2 procent.`; "" where one isn't shown."""
        girl, boy = (self.cell(measure, year=self.year_of(measure, gender=g), gender=g) for g in ("girl", "boy"))
        return f"Bland flickorna är andelen {girl} och bland pojkarna {boy}." if girl.is_known and boy.is_known else ""

    def subjects(self, label: str, title: str) -> None:
        """The share who passed each subject in year 9, this year beside others, and the core subjects over the years."""
        measure, dimension = "subject_passed_year9", DIMENSIONS["school_subject"]
        subjects = [code for code in dimension.names if self.shows(measure, school_subject=code)]
        if not subjects:
            return
        group = self.published.tree.name_of(SIMILAR_GROUP)
        all_municipalities = self.published.tree.name_of(MUNICIPALITIES)
        places = {self.unit.name: "", group: SIMILAR_GROUP, all_municipalities: MUNICIPALITIES}
        cells = {
            (dimension.label_of(code), name): self.cell(measure, at, school_subject=code)
            for code in subjects
            for name, at in places.items()
        }
        rows = tuple(dimension.label_of(code) for code in subjects)
        block = Block(rows, tuple(places), cells, "Ämne", frozenset({self.unit.name})).without_empty_rows()
        chart = replace(
            block, series=block.series[:2], cells={key: cell for key, cell in block.cells.items() if key[1] != all_municipalities}
        )
        own = lower_first(group)
        line = "strecket går från det lägsta till det högsta bland dem"
        about = f"{self.unit.name} och {own} ({line}), läsåret {self.section.year}. {SOURCE}"
        self.section._draw("dots", f"fig-{self.section.name}-{label}", chart, title, about)
        self._figures(
            label,
            block,
            title,
            f"{listed([self.unit.name, own, lower_first(all_municipalities)])}, läsåret {self.section.year}. {SOURCE}",
        )
        self._over_years(f"{label}-years", [code for code in _CORE if code in subjects])

    def _over_years(self, label: str, subjects: Sequence[str]) -> None:
        measure, dimension = "subject_passed_year9", DIMENSIONS["school_subject"]
        years = [year for year in self.published.years(statistic_name(measure)) if year <= self.section.year]
        if len(years) < 3 or not subjects:
            return
        cells = {
            (year, dimension.label_of(code)): self.cell(measure, year=year, school_subject=code)
            for year in years
            for code in subjects
        }
        series = tuple(dimension.label_of(code) for code in subjects)
        block = Block(tuple(years), series, cells, "Läsår", frozenset())
        about = f"{self.unit.name}, läsåren {years[0]}–{years[-1]}. {SOURCE}"
        title = "Svenska, engelska och matematik över tid"
        about = f"Andel elever med lägst betyget E i årskurs 9. {about}"
        self.section._draw("lines", f"fig-{self.section.name}-{label}", block, title, about)
        self._figures(label, block, title, about)

    def _figures(self, label: str, block: Block, title: str, about: str) -> None:
        """The table of a block's figures."""
        unit = next(iter(block.cells.values())).statistic.unit_of_measure
        heads = [block.row_head, *(f"{sentence(series)}{', %' if unit == 'procent' else ''}" for series in block.series)]
        rows = [[sentence(row), *(block[row, series].figure for series in block.series)] for row in block.rows]
        table = pipe_table(heads, rows, f"{title}. {about}", f"{self.section.name}-{label}")
        emit_markdown(table + source_line(list(block.cells.values())))

    def tests(self, label: str, title: str) -> None:
        """National tests in year 9 by subject: the share who passed, girls and boys, the points, beside the similar
        authorities."""
        dimension, year = DIMENSIONS["school_subject"], ""
        rows, cells = [], []
        for code in _CORE:
            year = self.year_of("test_passed_year9", school_subject=code) or year
            own = [
                self.cell("test_passed_year9", year=year, school_subject=code),
                self.cell("test_passed_year9", SIMILAR_GROUP, year, school_subject=code),
                *(self.cell("test_passed_year9", year=year, school_subject=code, gender=g) for g in ("girl", "boy")),
                self.cell("test_points_year9", year=year, school_subject=code),
                self.cell("test_points_year9", SIMILAR_GROUP, year, school_subject=code),
            ]
            if any(cell.mark is not Mark.MISSING for cell in own[:1]):
                rows.append([sentence(dimension.label_of(code)), *(cell.figure for cell in own)])
                cells += own
        if rows:
            heads = ["Ämne", "Alla, %", "Liknande, %", "Flickor, %", "Pojkar, %", "Poäng", "Liknande, poäng"]
            caption = f"{title}: andel med lägst provbetyget E, och betygspoäng. {self.unit.name}, läsåret {year}. {SOURCE}"
            more = "Betygspoängen är ett medelvärde från 0 (betyget F) till 20 (betyget A)."
            emit_markdown(pipe_table(heads, rows, caption, f"{self.section.name}-{label}") + source_line(cells, more))

    # ---- years ------------------------------------------------------------------------------------------------------

    def over_years(self, label: str, measures: Sequence[str], title: str) -> None:
        """The unit's figures in every school year that the files have them of; nothing where none has two."""
        names = [measure for measure in measures if len(self._years(measure)) > 1]
        years = sorted({year for measure in names for year in self._years(measure)})
        if not names:
            return
        cells = [[self.cell(measure, year=year) for year in years] for measure in names]
        rows = [
            [sentence(MEASURE_OF[measure].label), *(cell.figure for cell in some)]
            for measure, some in zip(names, cells, strict=True)
        ]
        caption = f"{title}. {self.unit.name}. {SOURCE}"
        every = [cell for some in cells for cell in some]
        emit_markdown(pipe_table(["Mått", *years], rows, caption, f"{self.section.name}-{label}") + source_line(every))

    def _years(self, measure: str) -> list[str]:
        name = statistic_name(measure)
        years = self.published.years(name) if self.published.has(name) else []
        return [y for y in years if y <= self.section.year and self.cell(measure, year=y).mark is not Mark.MISSING][-5:]

    # ---- the authority's units --------------------------------------------------------------------------------------

    @property
    def schools(self) -> tuple[Unit, ...]:
        return self.published.tree.at("school")

    def without_book(self) -> list[tuple[Unit, str]]:
        """The units that have no figure of their own, and why."""
        return [(unit, self._why_without_figures(unit)) for unit in self.schools if not self.published.has_figures(unit.code)]

    def _why_without_figures(self, unit: Unit) -> str:
        marks = {self.cell(measure.name, unit.code).mark for measure in ALL_MEASURES if measure.source}
        if marks <= {Mark.MISSING}:
            return f"inga elever i grundskolan läsåret {self.section.year}, enligt Skolverket"
        return "så få elever att Skolverket skyddar alla uppgifter"

    def school_table(self, label: str) -> None:
        """The authority's units in alphabetical order: pupils, results, and how these lie beside what could be expected."""
        units = [unit for unit in self.schools if self.published.has_figures(unit.code)]
        outcomes = [measure for measure in OUTCOMES if any(self.cell(measure, unit.code).is_known for unit in units)]
        if not units:
            return
        rows, cells = [], []
        for unit in units:
            own = [self.cell("pupils", unit.code), *(self.cell(measure, unit.code) for measure in outcomes)]
            rows.append([unit.name, own[0].figure, *(self._with_expected(measure, unit) for measure in outcomes)])
            cells += own
        heads = ["Skolenhet", "Elever", *(_SHORT[measure] for measure in outcomes)]
        more = (
            "Inom parentes: intervallet för det väntade värdet utifrån elevernas bakgrund; ▲ högre och ▼ lägre än det. "
            "Tabellen är i bokstavsordning, ingen rangordning."
        )
        caption = f"Skolenheterna hos {self.unit.name}, läsåret {self.section.year}. {SOURCE} och egen beräkning"
        emit_markdown(
            pipe_table(heads, rows, caption, f"{self.section.name}-{label}") + source_line(cells, more if outcomes else "")
        )

    def _with_expected(self, measure: str, unit: Unit) -> str:
        """`67,5 (61–97)`, with a sign where the result leaves the interval."""
        cell, expected = self.cell(measure, unit.code), self.expected(measure, unit.code)
        sign = {"lägre än väntat": "\u00a0▼", "högre än väntat": "\u00a0▲"}.get(self.beside_expected(measure, unit.code), "")
        limits = f" ({number(expected.low)}–{number(expected.high)})" if expected and cell.is_known else ""
        return f"{cell.figure}{sign}{limits}"

    def moved(self, word: str) -> list[Unit]:
        """The units that came (`new`) or went (`closed`) between the files' years."""
        return [unit for unit in self.published.tree.beside if unit.level == word]

    def counted_schools(self) -> str:
        """`22 skolenheter`."""
        return counted(len(self.schools), "skolenhet", "skolenheter")

    def counted_without_book(self) -> str:
        """`två skolenheter`; "" for none."""
        without = self.without_book()
        return spelled(len(without)) if without else ""

    def show_without_book(self) -> None:
        """A list of the units that have no book of their own, each with the reason; nothing where all have one."""
        if without := self.without_book():
            self.section.heading("Skolenheter utan egen rapport")
            emit_markdown(
                "\n".join(f"- {unit.name.removesuffix(f' ({unit.code})')} ({unit.code}): {why}" for unit, why in without)
            )

    def show_moved(self) -> None:
        """The units that came or went between the files' school years; nothing where none did."""
        lines = [f"- {unit.name} ({unit.code}) är ny läsåret {unit.since}" for unit in self.moved("new")]
        lines += [f"- {unit.name} ({unit.code}) finns inte kvar; sista läsåret var {unit.since}" for unit in self.moved("closed")]
        if lines:
            self.section.heading("Nya och avslutade skolenheter")
            emit_markdown("\n".join(lines))

    @cached_property
    def is_municipality(self) -> bool:
        return is_municipality(self.section.report.authority.organisation_number)

    def by_year(self, label: str, title: str) -> None:
        """Pupils in each year, in the school years that the files have; nothing where they don't tell."""
        dimension = DIMENSIONS["year"]
        years = [y for y in self.published.years(statistic_name("pupils")) if y <= self.section.year]
        name = statistic_name("pupils")
        years = [y for y in years if any(self.section.v(name, school_year=y, year=code).is_known for code in dimension.names)]
        if not years:
            return
        rows, cells = [], []
        for code in dimension.names:
            own = [self.section.v(name, school_year=y, year=code) for y in years]
            if any(cell.mark is not Mark.MISSING for cell in own):
                rows.append([sentence(dimension.label_of(code)), *(cell.figure for cell in own)])
                cells += own
        caption = f"{title}. {self.unit.name}. {SOURCE}"
        emit_markdown(pipe_table(["Årskurs", *years], rows, caption, f"{self.section.name}-{label}") + source_line(cells))

    # ---- method and sources -----------------------------------------------------------------------------------------

    def similar_table(self, label: str) -> None:
        """The similar authorities with what they are chosen by."""
        features = ("pupils", "foreign_background_share", "parents_higher_education_share")
        rows = [
            [unit.name, *(self.cell(measure, unit.code).figure for measure in features)]
            for unit in (self.published.tree.authority, *self.similar)
        ]
        heads = ["Huvudman", "Elever", "Utländsk bakgrund, %", "Föräldrar med eftergymnasial utbildning, %"]
        caption = f"De liknande huvudmännen, de närmaste först, läsåret {self.section.year}. {SOURCE}"
        emit_markdown(pipe_table(heads, rows, caption, f"{self.section.name}-{label}"))

    def models_table(self, label: str) -> None:
        """The models' coefficients and how well they fit."""
        outcomes = [measure for measure in OUTCOMES if self.published.has(model_name(measure))]
        terms = [*TERMS, "spread", "spread_municipalities", "spread_others", "explained", "units", "nearly_all"]
        rows = []
        for term in terms:
            cells = [self.section.v(model_name(measure), at=COUNTRY, model_term=term) for measure in outcomes]
            decimals = {"explained": 0, "units": 0, "nearly_all": 0}.get(term, 3)
            rows.append(
                [
                    sentence(DIMENSIONS["model_term"].label_of(term)),
                    *(number(c.value, decimals) if c.is_known else "." for c in cells),
                ]
            )
        heads = ["Del av modellen", *(_SHORT[measure].removesuffix(", %") for measure in outcomes)]
        emit_markdown(pipe_table(heads, rows, f"Modellernas delar, läsåret {self.section.year}", f"{self.section.name}-{label}"))

    @property
    def has_models(self) -> bool:
        return any(self.published.has(model_name(measure)) for measure in OUTCOMES)

    def sources_table(self, label: str) -> None:
        """Every official file that the report is made from: its name, when it was retrieved, and its fingerprint."""
        rows = [
            [file.name, day(file.retrieved) if file.retrieved else "okänt", file.sha256[:16] if file.sha256 else "okänt"]
            for file in self.section.report.files
        ]
        if rows:
            heads = ["Fil från Skolverket", "Hämtad", "Fingeravtryck (sha256, början)"]
            emit_markdown(text_table(heads, rows, "Rapportens källor", f"{self.section.name}-{label}", [55, 20, 25]))

    # ---- the national quality system's targets ----------------------------------------------------------------------

    def targets(self) -> None:
        """Each of the national quality system's targets (delmål 1–6) under its heading; then the targets without figures."""
        absent = []
        for group, about in _TARGETS.items():
            title = f"{GROUPS[group]}: {about}"
            measures = [measure.name for measure in ALL_MEASURES if measure.group == group]
            if self.shows(*measures):
                self.section.heading(title)
                self.compared(group.replace("_", "-"), measures, title)
            elif self.unit.level == "school" and self.shows(*measures, at=self.published.tree.authority.code):
                self.section._left_out.append((lower_first(title), self.published.tree.authority))
            else:
                absent.append(lower_first(title))
        if absent:
            self.section.note(
                "Skolverkets underlag har inga uppgifter om {{ what | listed }} för {{ whose }}.",
                what=absent, whose=self.unit.name,
            )  # fmt: skip


_SHORT = {
    "target1_eligible_upper_secondary": "Behöriga, %",
    "target1_all_subjects_year9": "Alla ämnen åk 9, %",
    "target1_all_subjects_year6": "Alla ämnen åk 6, %",
}
