"""Development areas in a book: the printed template's table, what the indicators say, and last year's promises."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqa_lib.cycle.areas import FILE, Area, Measure, areas_in, written_areas
from sqa_lib.cycle.outcome import Outcome, outcome_of
from sqa_lib.cycle.sentences import told
from sqa_lib.markdown import literal
from sqa_lib.published import Cell
from sqa_lib.section.indicators import show_indicators, status_words, target_words
from sqa_lib.section.output import emit_conclusions, emit_markdown
from sqa_lib.section.tables import grid_table, pipe_table, source_line, text_table
from sqa_lib.units import Unit
from sqa_lib.words import day, listed, lower_first, sentence

if TYPE_CHECKING:
    from sqa_lib.section.section import Section

QUESTIONS = {
    "why": "Varför är området prioriterat?",
    "governing_documents": "Vilka styrdokument gäller?",
    "expected_effects": "Vilka effekter väntas på kort och lång sikt?",
    "conditions": "Vilka förutsättningar finns? Vem, vad och hur?",
    "measures": "Vilka insatser ska göras på kort och lång sikt?",
    "follow_up": "Hur följs insatserna upp och utvärderas?",
    "research": "Hur kopplas arbetet till forskning och beprövad erfarenhet?",
}
"""Part of an area → question in the table, after the printed template of Luleå's resource centre."""

PROGRESS = {"planned": "planerad", "ongoing": "pågår", "done": "genomförd", "not_done": "inte genomförd"}
NOTEBOOK = "development-areas"
"""The notebook that shows this year's areas; its sections may have other names."""
_MISSING = "utfall saknas"
_TERMS = {"short": "På kort sikt", "long": "På lång sikt"}


# ---- what there is --------------------------------------------------------------------------------------------------


def areas_of(section: Section, unit: str, school_year: str) -> list[Area]:
    """The areas that a unit decided in the report of a school year, of the school forms that the section is about."""
    written = written_areas(_path(section)).get(unit)
    section.published.reads.note(f"areas {unit}", written)
    areas = [_named(area) for area in areas_in(FILE, unit, written)]
    return [area for area in areas if area.school_year == school_year and section.report.is_about(section.name, area.school_form)]


def _named(area: Area) -> Area:
    """The area with its names as Markdown; its sentences are Markdown as they are written."""
    indicators = tuple(one.model_copy(update={"name": literal(one.name)}) for one in area.indicators)
    measures = tuple(one.model_copy(update={"responsible": literal(one.responsible)}) for one in area.measures)
    return area.model_copy(update={"name": literal(area.name), "indicators": indicators, "measures": measures})


def _told(section: Section, areas: Sequence[Area]) -> list[Area]:
    """This unit's areas with figures in their sentences."""
    return [told(area, section.unit, section.published) for area in areas]


def has_areas(section: Section) -> bool:
    """Whether the report has a file of development areas."""
    found = _path(section).is_file()
    section.published.reads.note("areas-file", found)
    return found


def _path(section: Section) -> Path:
    return section.written / FILE


def outcomes(section: Section, area: Area, unit: str = "") -> list[Outcome]:
    """What the published statistics of a unit (this one) say of the area's indicators."""

    def figure(statistic: str, **where: str) -> Cell:
        return section.v(statistic, at=unit, **where)

    return [outcome_of(one, figure, section.published.years(one.statistic), section.year) for one in area.indicators]


def nearest_with_areas(section: Section, school_year: str) -> Unit | None:
    """The nearest unit above this one that decided areas in that year's report."""
    above = section.published.tree.ancestors(section.unit.code)[1:]
    return next((section.published.tree[code] for code in above if areas_of(section, code, school_year)), None)


# ---- this year's areas ----------------------------------------------------------------------------------------------


def show_areas(section: Section, areas: Sequence[Area]) -> None:
    """Each area: the questions of the printed template, then its indicators."""
    for i, area in enumerate(_told(section, areas), start=1):
        title = f"Utvecklingsområde {i}: {lower_first(area.name)}"
        label = f"{section.name}-{i}"
        section.heading(title)
        emit_markdown(area_table(area, section.report.date, title.replace(":", ","), label))
        caption = f"Indikatorer för {lower_first(area.name)}, {section.unit.name}"
        show_indicators(outcomes(section, area), caption, f"{label}-indicators", section.report.design)


def area_table(area: Area, today: datetime.date, caption: str, label: str) -> str:
    """Question and answers; several answers are a list. today: the report's date."""
    rows = [([question], answers) for key, question in QUESTIONS.items() if (answers := _answers(area, key, today))]
    return grid_table(["Fråga", "Svar"], rows, caption, label, (30, 74))


def _answers(area: Area, key: str, today: datetime.date) -> list[str]:
    if key == "expected_effects":
        effects = area.expected_effects
        return [f"{_TERMS[term]}: {said}" for term in _TERMS for said in getattr(effects, f"{term}_term")]
    if key == "measures":
        return [_promised(measure, today) for term in _TERMS for measure in area.measures if measure.term == term]
    if key == "follow_up":
        return [*area.follow_up, *area.evaluation]
    return list(getattr(area, key))


def _promised(measure: Measure, today: datetime.date) -> str:
    missing = f"; {_MISSING}" if measure.is_overdue(today) else ""
    return f"{_TERMS[measure.term]}: {measure.what.rstrip('.')} ({measure.responsible}, {_between(measure)}{missing})."


def _progress(measure: Measure, today: datetime.date) -> str:
    """How a measure went. One whose time is over is not planned and does not go on, whatever nobody has written."""
    return f"skulle vara klar {day(measure.ends)}; {_MISSING}" if measure.is_overdue(today) else PROGRESS[measure.status]


def _between(measure: Measure) -> str:
    return f"{day(measure.begins)} – {day(measure.ends)}"


# ---- last year's areas ----------------------------------------------------------------------------------------------


def show_last_year(section: Section) -> None:
    """What was promised in last year's report, what became of it, and what was concluded.

    A unit without areas of its own sees those of the nearest unit above it, with its own figures beside.
    """
    year = section.previous
    if own := areas_of(section, section.unit.code, year):
        for i, area in enumerate(_told(section, own), start=1):
            _show_promise(section, area, f"{section.name}-{i}")
    elif above := nearest_with_areas(section, year):
        for i, area in enumerate(areas_of(section, above.code, year), start=1):
            section.heading(sentence(area.name))
            _show_beside(section, area, above, f"{section.name}-{i}")


def _show_promise(section: Section, area: Area, label: str) -> None:
    section.heading(sentence(area.name))
    bullets = [*area.expected_effects.short_term, *area.expected_effects.long_term]
    if area.why:
        emit_markdown(f"**Därför prioriterades området.** {' '.join(area.why)}")
    if bullets:
        emit_markdown("**Det här skulle arbetet leda till:**\n\n" + "\n".join(f"- {bullet}" for bullet in bullets))
    if area.measures:
        emit_markdown(measures_table(area, section.report.date, f"Insatser, {lower_first(area.name)}", f"{label}-measures"))
    caption = f"Indikatorer för {lower_first(area.name)}, {section.unit.name}"
    show_indicators(outcomes(section, area), caption, label, section.report.design)
    _show_concluded(section, area)


def measures_table(area: Area, today: datetime.date, caption: str, label: str) -> str:
    """What would be done, by whom and when, and how it went. today: the report's date."""
    rows = [
        [measure.what.rstrip("."), sentence(measure.responsible), _between(measure), sentence(_progress(measure, today))]
        for measure in area.measures
    ]
    return text_table(["Insats", "Ansvarig", "Tid", "Läge"], rows, caption, label, (44, 20, 20, 16))


def _show_concluded(section: Section, area: Area) -> None:
    """The conclusions of the evaluation, and whether the area goes on."""
    bullets = [f"- {said}" for said in area.conclusions] or ["- Slutsatserna av utvärderingen är inte inlagda."]
    now = areas_of(section, section.unit.code, section.year)
    if any(later.carried_from == area.school_year and later.name == area.name for later in now):
        bullets.append(f"- Området fortsätter{_see(section, area)}.")
    emit_conclusions(f"Slutsatser: {lower_first(area.name)}", bullets, level=3)


def _see(section: Section, area: Area) -> str:
    """Where this book tells of this year's areas."""
    names = [name for name in section.sections_with(NOTEBOOK) if section.report.is_about(name, area.school_form)]
    return f", se {listed([f'@sec-{name}' for name in names])}" if names else ""


def _show_beside(section: Section, area: Area, above: Unit, label: str) -> None:
    """The indicators of a unit above, with this unit's own figures in the last column."""
    found = outcomes(section, area, above.code)
    if not found:
        section.note("Området har inga indikatorer.")
        return
    own = [section.v(one.indicator.statistic, **one.indicator.codes) for one in found]
    caption = f"Indikatorer för {lower_first(area.name)}: {above.name}, och {section.unit.name} läsåret {section.year}"
    heads = ["Indikator", "Utgångsläge", section.year, "Mål", "Läge", section.unit.name]
    rows = [
        [one.indicator.name, f"{one.baseline.with_sign} ({one.indicator.baseline})", one.now.with_sign, target_words(one),
         status_words(one), cell.with_sign]
        for one, cell in zip(found, own, strict=True)
    ]  # fmt: skip
    cells = [cell for one in found for cell in (one.baseline, one.now)]
    emit_markdown(pipe_table(heads, rows, caption, label, (0, 3, 4)) + source_line([*cells, *own]))
