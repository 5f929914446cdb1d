"""One section of one unit's book: what a notebook calls to show something."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from sqa_lib.cycle.areas import Area
from sqa_lib.markdown import literal
from sqa_lib.marks import Mark
from sqa_lib.report import KeyFigure, Thresholds
from sqa_lib.section import development, glossary
from sqa_lib.section.conclusions import QUESTION, Conclusion, ConclusionsView, by_theme, how_many
from sqa_lib.section.indicators import goal_in_short, in_short
from sqa_lib.section.official import Official
from sqa_lib.section.output import emit_conclusions, emit_markdown
from sqa_lib.section.school_forms import ENROLLED
from sqa_lib.section.standing import Standing
from sqa_lib.section.tables import pipe_table
from sqa_lib.section.unit_history import has_moved, took_over, what_became
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.units import SINGLE, Unit, form_of
from sqa_lib.words import counted, day, listed, lower_first, number, spelled

_SINCE = {
    "increased": "Säker ökning sedan läsåret {} ({}).", "decreased": "Säker minskning sedan läsåret {} ({}).",
    "uncertain": "Ingen säker förändring sedan läsåret {} ({}).", "untested": "Läsåret {}: {}.",
    "unknown": "Kan inte jämföras med läsåret {}: underlaget är inte fullständigt.",
}  # fmt: skip
_TOOK_OVER = "Kan inte jämföras med läsåret {}: skolan har sedan dess tagit över {}."


class Section(Standing, ConclusionsView):
    """A section bound to a report, a unit and a school year.

    Every method here shows something as the cell's output and returns nothing. Texts are templates (Jinja, sandboxed)
    whose numbers come from `v`; further keyword arguments are names in the template, except codes of a dimension, which
    pick figures.
    """

    def conclusions(self) -> None:
        """What ends a section: what was left out, the unit's comment and its conclusions, where its figures are defined; nothing
        where there is nothing to say."""
        self.left_out()
        self.comment()
        self.conclusion_box(f"*{QUESTION}*")
        self.about_figures()

    def comment(self) -> None:
        """What is written in this section for all units, and what the unit writes itself, if anything."""
        for written in (self.shared_text, self.text.comment):
            if written:
                emit_markdown(written)

    def conclusion_box(self, question: str = "", *, title: str = "Slutsats") -> None:
        """The unit's conclusions of this section, if any, under the question that they answer."""
        if own := self.conclusions_of(self.name):
            asked = [question, ""] if question else []
            emit_conclusions(title, [*asked, *(f"- {conclusion.text}" for conclusion in own)])

    def about_figures(self) -> None:
        """The statistics that the reader has seen in this section, each with a link to its definition."""
        seen = [definition for name, definition in self.published.definitions.items() if name in self.published.seen]
        if seen:
            self._of_which_units()
            emit_markdown(glossary.figures_used(seen, is_linked="about" in self.section_names))

    def _of_which_units(self) -> None:
        """Whose figures of earlier school years are, of an area that is not of the same units, and of a school that took over
        others since then."""
        tree, first = self.published.tree, self._first_year
        if self.level == "area" and has_moved(tree, self.unit, first, self.year):
            self.note("Siffror för tidigare läsår gäller de enheter som hör till {{ unit }} läsåret {{ year }}. Se @sec-about.")
        if others := took_over(tree, self.unit, first, self.year):
            self.note(
                "{{ unit }} har tagit över {{ others }}. Siffrorna för läsåren före det är utan {{ others }}. Se @sec-about.",
                others=others,
            )

    def unit_history(self) -> list[str]:
        """What became of the units at or below this one since the first school year with figures, a sentence each."""
        return what_became(self.published.tree, self.unit, self._first_year, self.year)

    @cached_property
    def _first_year(self) -> str:
        """The first school year of the statistics that count who goes to the units; this one where there are none."""
        counts = [name for name in ENROLLED.values() if self.has(name)]
        return min([self.year, *(year for name in counts for year in self.published.years(name))])

    # ---- summary, analysis, development areas, about ----------------------------------------------------------------

    def key_figures(self, at_most: int = 6) -> None:
        """A card for each of the report's key figures; those that can't be shown are left out."""
        own = [figure for figure in self.report.key_figures if self.level in figure.levels]
        shown = [figure for figure in own if self.shows(figure.statistic, **figure.codes)][:at_most]
        if shown:
            emit_markdown(":::: {.key-figures}\n" + "\n".join(map(self._card, shown)) + "\n::::")

    def _card(self, figure: KeyFigure) -> str:
        cell = self.v(figure.statistic, **figure.codes)
        link = f"Läs mer: @sec-{figure.section}." if figure.section in self.section_names else ""
        since = " ".join(part for part in (self._since(figure.statistic, figure.codes), link) if part)
        return f"::: {{.key-figure}}\n[{cell.with_sign}]{{.value}}\n[{figure.label}]{{.label}}\n[{since}]{{.change}}\n:::\n"

    def _since(self, statistic: str, codes: Mapping[str, str]) -> str:
        before = self.v(statistic, school_year=self.previous, **codes)
        if not before.is_known:
            return ""
        if before.era != self.v(statistic, **codes).era:
            return _TOOK_OVER.format(self.previous, took_over(self.published.tree, self.unit, self.previous, self.year))
        change = self.change(statistic, **codes)
        if change.direction != "unknown" and before.with_sign == self.v(statistic, **codes).with_sign:
            return f"Samma som läsåret {self.previous}."
        return _SINCE[change.direction].format(self.previous, before.with_sign)

    def main_conclusions(self) -> None:
        """The first conclusion of each section that the report names as one of its main ones."""
        names = [name for name in self.report.main_conclusions if name in self.section_names]
        firsts = [found[0] for name in names if (found := self.conclusions_of(name))]
        if firsts:
            emit_conclusions("Viktiga slutsatser", [_with_link(conclusion) for conclusion in firsts])

    # ---- analysis ---------------------------------------------------------------------------------------------------

    def count_conclusions(self) -> int:
        return len(self.own_conclusions())

    def counted_conclusions(self) -> str:
        return counted(self.count_conclusions(), "slutsats", "slutsatser")

    def conclusions_by_theme(self) -> None:
        """This unit's conclusions of all sections, theme by theme, each with a link back to its section."""
        for theme, some in by_theme(self.own_conclusions(), self.report).items():
            self.heading(theme, 3)
            emit_markdown("\n".join(_with_link(conclusion) for conclusion in some))

    def sections_without_conclusions(self) -> None:
        """A calm remark on the sections that ask what to take along and got no answer."""
        if names := self.without_conclusions():
            self.note(
                "{{ question }} Frågan är inte besvarad {{ sections | listed }}.",
                question=QUESTION, sections=[f"i @sec-{name} ({lower_first(self.title_of(name))})" for name in names],
            )  # fmt: skip

    def areas_conclusions(self) -> None:
        """The areas' conclusions, theme by theme, with the area's name and the section they are from."""
        self._conclusions_of_units("Skolområdenas slutsatser", self.conclusions_below("area"))

    def schools_conclusions(self) -> None:
        """What the schools, and the preschools, below conclude: how many take up each theme; for an area also each conclusion and
        who drew it."""
        for level in SINGLE:
            if below := self.conclusions_below(level):
                self._conclusions_of_single(level, below)

    def _conclusions_of_single(self, level: str, below: Sequence[Conclusion]) -> None:
        names, all_units = {"of": form_of(level)}, self.below(level)
        self.heading(self.words("{{ of | the_forms | cap }}s slutsatser", **names))
        self.say(
            "Av {{ all }} {{ of | forms }} har {{ some }} lagt in slutsatser i sina rapporter. Tabellen visar hur många som tar "
            "upp varje tema. Att en {{ of | a_form }} inte tar upp ett tema betyder inte att frågan saknar betydelse där."
            "{{ ' Slutsatserna står ord för ord i rapporten för varje skolområde.' if is_whole }}",
            all=spelled(len(all_units)), some=spelled(how_many(below)), **names,
        )  # fmt: skip
        rows = [[theme, number(how_many(some)), number(len(some))] for theme, some in by_theme(below, self.report).items()]
        caption = self.words("{{ of | the_forms | cap }}s slutsatser per tema, {{ unit }}, läsåret {{ year }}", **names)
        heads = ["Tema", self.words("{{ of | forms | cap }}", **names), "Slutsatser"]
        emit_markdown(pipe_table(heads, rows, caption, f"{self.name}-{level}s"))
        if not self.is_whole:
            self._by_theme_and_unit(below)

    def _conclusions_of_units(self, title: str, conclusions: Sequence[Conclusion]) -> None:
        if conclusions:
            self.heading(title)
            self._by_theme_and_unit(conclusions)

    def _by_theme_and_unit(self, conclusions: Sequence[Conclusion]) -> None:
        for theme, some in by_theme(conclusions, self.report).items():
            self.heading(theme, 3)
            lines = [f"- **{c.unit.name}** ({lower_first(self.title_of(c.section))}): {c.text}" for c in some]
            emit_markdown("\n".join(lines))

    # ---- development areas, about -----------------------------------------------------------------------------------

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

    def goals_in_short(self) -> None:
        """The goals that the unit has decided itself, each with its figure and whether it is reached; nothing where it has
        none."""
        found = [outcome for area in self.development_areas() for outcome in development.outcomes(self, area)]
        if found:
            self.heading("Egna mål")
            emit_markdown("\n".join(f"- {goal_in_short(outcome)}" for outcome in found))

    def definitions(self) -> None:
        """Every statistic that the book may show, with population, numerator, denominator, date and source: the unit's, and
        those of the units above it, except for official ones, which a book has of its own unit only."""
        own, *above = map(self.published.statistics_of, self.published.tree.ancestors(self.unit.code))
        said = own.union(*above)
        known = [
            definition
            for name, definition in self.published.definitions.items()
            if name in (own if definition.kind == "official" else said)
        ]
        emit_markdown(glossary.definitions(known))

    def glossary(self) -> None:
        """The words that a reader may not know."""
        said = self.published.statistics_of(self.authority.code)
        emit_markdown(glossary.words([definition for name, definition in self.published.definitions.items() if name in said]))

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Mark and meaning, for the table of signs."""
        return [(mark.value, mark.explanation) for mark in Mark if mark]

    @property
    def corrections(self) -> list[tuple[str, str]]:
        """Day and reason of each correction of the report, the last first; none in the book of another school year."""
        if not self.is_of_report_year:
            return []
        return [(day(correction.date), correction.reason) for correction in reversed(self.report.corrections)]

    @property
    def rejected(self) -> list[str]:
        """The data of which rows of this school year could not be used."""
        return [lower_first(DATASETS[name].label) for name in self.published.rejected_of(self.year)]

    def stricter_limits(self) -> list[tuple[str, Thresholds]]:
        """What the report's policy protects more than other data, and from how many on it is shown."""
        policy = self.report.disclosure
        return [(lower_first(DATASETS[name].label), policy.thresholds_of([name])) for name in policy.datasets]

    @property
    def since(self) -> str:
        """The day that the policy holds from, "" where it holds for all that was ever published."""
        return day(self.report.disclosure.since) if self.report.disclosure.since else ""

    @staticmethod
    def few(limits: Thresholds) -> str:
        """The counts that are too small to show: `mellan 1 och 4`."""
        return f"mellan 1 och {limits.minimum_count - 1}" if limits.minimum_count > 2 else "på 1"

    @property
    def source_name(self) -> str:
        """The data, as the reader is told: a folder of the project, or the official files."""
        return (
            literal(self.report.data) if self.report.source == "datasets" else listed([file.name for file in self.report.files])
        )

    # ---- official statistics ----------------------------------------------------------------------------------------

    @cached_property
    def official(self) -> Official:
        """What Skolverket's statistics say of the unit, beside others."""
        return Official(self)


def _with_link(conclusion: Conclusion) -> str:
    """A bullet with a link to the conclusion's section."""
    return f"- {conclusion.text.rstrip('.')} (@sec-{conclusion.section})."
