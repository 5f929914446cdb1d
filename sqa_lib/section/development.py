"""Development areas in a book: the printed template's table, what the indicators say, and last year's promises.

The rule for an indicator's status is `sqa_lib.cycle.target`; here it is put into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqa_lib.cycle.areas import FILE, Area, Measure, Target, read_areas
from sqa_lib.cycle.outcome import Outcome, outcome_of
from sqa_lib.cycle.target import interval_of
from sqa_lib.published import Cell
from sqa_lib.section.output import emit_figure, emit_markdown
from sqa_lib.section.tables import grid_table, marks_note, pipe_table, text_table
from sqa_lib.section.target_chart import LEAST, target_chart
from sqa_lib.units import Unit
from sqa_lib.words import day, listed, lower_first, number, points, sentence, spelled

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

STATUS = {
    "reached": "uppnått",
    "on_the_way": "på väg",
    "not_on_the_way": "inte på väg",
    "cannot_tell": "kan inte avgöras",
    "baseline": "utgångsläge",
}
_REASONS = {
    "withheld": "uppgiften redovisas inte",
    "missing": "uppgift saknas",
    "no_interval": "uppgiften har inget säkerhetsmått",
}
PROGRESS = {"planned": "planerad", "ongoing": "pågår", "done": "genomförd", "not_done": "inte genomförd"}
_TERMS = {"short": "På kort sikt", "long": "På lång sikt"}
_COUNTED = {
    "reached": ("är uppnått", "är uppnådda"), "on_the_way": ("är på väg", "är på väg"),
    "not_on_the_way": ("är inte på väg", "är inte på väg"), "cannot_tell": ("kan inte avgöras", "kan inte avgöras"),
    "baseline": ("följs från nästa läsår", "följs från nästa läsår"),
}  # fmt: skip


# ---- what there is --------------------------------------------------------------------------------------------------


def areas_of(section: Section, unit: str, school_year: str) -> list[Area]:
    """The areas that a unit decided in the report of a school year."""
    return [area for area in read_areas(_path(section), unit) if area.school_year == school_year]


def has_areas(section: Section) -> bool:
    """Whether the report has a file of development areas."""
    return _path(section).is_file()


def _path(section: Section) -> Path:
    return section.root / "data" / section.report.name / FILE


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
    for i, area in enumerate(areas, start=1):
        title = f"Utvecklingsområde {i}: {lower_first(area.name)}"
        label = f"{section.name}-{i}"
        section.heading(title)
        emit_markdown(area_table(area, title.replace(":", ","), label))
        show_indicators(section, outcomes(section, area), f"Indikatorer, {lower_first(area.name)}", label)


def area_table(area: Area, caption: str, label: str) -> str:
    """Question and answers; several answers are a list."""
    rows = [([question], answers) for key, question in QUESTIONS.items() if (answers := _answers(area, key))]
    return grid_table(["Fråga", "Svar"], rows, caption, label, (30, 74))


def _answers(area: Area, key: str) -> list[str]:
    if key == "expected_effects":
        effects = area.expected_effects
        return [f"{_TERMS[term]}: {said}" for term in _TERMS for said in getattr(effects, f"{term}_term")]
    if key == "measures":
        return [_promised(measure) for term in _TERMS for measure in area.measures if measure.term == term]
    if key == "follow_up":
        return [*area.follow_up, *area.evaluation]
    return list(getattr(area, key))


def _promised(measure: Measure) -> str:
    return f"{_TERMS[measure.term]}: {measure.what.rstrip('.')} ({measure.responsible}, {_between(measure)})."


def _between(measure: Measure) -> str:
    return f"{day(measure.begins)} – {day(measure.ends)}"


# ---- last year's areas ----------------------------------------------------------------------------------------------


def show_last_year(section: Section) -> None:
    """What was promised in last year's report, what became of it, and what was concluded.

    A unit without areas of its own sees those of the nearest unit above it, with its own figures beside.
    """
    year = section.previous
    if own := areas_of(section, section.unit.code, year):
        for i, area in enumerate(own, start=1):
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
        emit_markdown(measures_table(area, f"Insatser, {lower_first(area.name)}", f"{label}-measures"))
    show_indicators(section, outcomes(section, area), f"Indikatorer, {lower_first(area.name)}", label)
    emit_markdown(_concluded(section, area))


def measures_table(area: Area, caption: str, label: str) -> str:
    """What would be done, by whom and when, and how it went."""
    rows = [
        [measure.what.rstrip("."), sentence(measure.responsible), _between(measure), sentence(PROGRESS[measure.status])]
        for measure in area.measures
    ]
    return text_table(["Insats", "Ansvarig", "Tid", "Läge"], rows, caption, label, (44, 20, 20, 16))


def _concluded(section: Section, area: Area) -> str:
    """The conclusions of the evaluation, and whether the area goes on."""
    bullets = [f"- {said}" for said in area.conclusions] or ["- Utvärderingens slutsatser är inte inlagda."]
    now = areas_of(section, section.unit.code, section.year)
    if any(later.carried_from == area.school_year and later.name == area.name for later in now):
        bullets.append("- Området fortsätter, se @sec-development-areas.")
    return _box(f"Slutsatser: {lower_first(area.name)}", bullets)


def _box(title: str, lines: Sequence[str]) -> str:
    return "::: {.conclusions}\n### " + title + " {.unnumbered .unlisted}\n\n" + "\n".join(lines) + "\n:::"


def _show_beside(section: Section, area: Area, above: Unit, label: str) -> None:
    """The indicators of a unit above, with this unit's own figures in the last column."""
    found = outcomes(section, area, above.code)
    if not found:
        section.note("Området har inga indikatorer.")
        return
    own = [section.v(one.indicator.statistic, **one.indicator.codes) for one in found]
    caption = f"Indikatorer, {lower_first(area.name)}: {above.name}, läsåret {section.year}"
    heads = ["Indikator", "Utgångsläge", section.year, "Mål", "Läge", section.unit.name]
    rows = [[*row, cell.with_sign] for row, cell in zip(map(_summary_row, found), own, strict=True)]
    emit_markdown(pipe_table(heads, rows, caption, label, (0, 3, 4)) + _marks([*_cells(found), *own]))


def count_statuses(found: Sequence[Outcome]) -> str:
    """`ett mål är uppnått, två är på väg och ett kan inte avgöras`; "" without indicators."""
    counts = {status: sum(1 for one in found if one.verdict.status == status) for status in STATUS}
    said = [f"{_how_many(n)} {_COUNTED[status][n > 1]}" for status, n in counts.items() if n]
    return listed(said)


def _how_many(count: int) -> str:
    return "ett" if count == 1 else spelled(count)


# ---- indicators -----------------------------------------------------------------------------------------------------


def show_indicators(section: Section, found: Sequence[Outcome], caption: str, label: str) -> None:
    """A table of all, then for each its status in a sentence, its series as a chart and as a table."""
    if not found:
        return
    heads = ["Indikator", "Utgångsläge", found[0].year, "Mål", "Läge"]
    rows = [_summary_row(one) for one in found]
    emit_markdown(pipe_table(heads, rows, caption, f"{label}-indicators", (0, 3, 4)) + _marks(_cells(found)))
    for i, one in enumerate(found, start=1):
        _show_indicator(section, one, f"{label}-indicator-{i}")


def _summary_row(one: Outcome) -> list[str]:
    start = f"{one.baseline.with_sign} ({one.indicator.baseline})"
    return [one.indicator.name, start, one.now.with_sign, f"{target_words(one)} {_due(one)}", status_words(one)]


def _show_indicator(section: Section, one: Outcome, label: str) -> None:
    emit_markdown(f"**{one.indicator.name}: {status_words(one)}.** {explained(one)}")
    known = [cell for cell in one.series.values() if cell.is_known]
    if not known:
        return
    caption = f"{one.indicator.name}, {section.unit.name}"
    if len(known) >= LEAST and one.target == one.target:
        svg = target_chart(one, f"mål: {target_words(one)}", section.report.design)
        finding = sentence(f"{lower_first(one.indicator.name)}: {status_words(one)}")
        alt = (
            f"Punktdiagram med 95-procentiga intervall. {caption}, läsåren {min(one.series)}–{max(one.series)}. "
            f"Streckad linje: {target_words(one)}. {status_words(one).capitalize()}. Alla tal finns i tabellen efter diagrammet."
        )
        emit_figure(f"fig-{label}", f"**{finding}.** {caption}. Streckad linje: mål.", alt, svg)
    emit_markdown(_series_table(one, caption, label) + _marks(one.series.values()))


def _series_table(one: Outcome, caption: str, label: str) -> str:
    is_share = one.now.statistic.kind == "share"
    value = one.now.statistic.unit_of_measure or "Antal"
    heads = ["Läsår", "Andel, %", "95 % intervall", "Antal", "Av"] if is_share else ["Läsår", sentence(value), "95 % intervall"]
    rows = [[_year(one, year), *_series_cells(cell, is_share)] for year, cell in one.series.items()]
    return pipe_table(heads, rows, caption, label)


def _year(one: Outcome, year: str) -> str:
    return f"{year} (utgångsläge)" if year == one.indicator.baseline else year


def _series_cells(cell: Cell, is_share: bool) -> list[str]:
    if not cell.is_known:
        return [cell.mark.value] * (4 if is_share else 2)
    cells = [cell.figure, _interval(cell)]
    return [*cells, number(cell.numerator), number(cell.denominator)] if is_share else cells


def _interval(cell: Cell) -> str:
    interval = interval_of(cell)
    if not interval or interval[0] == interval[1]:
        return "."
    decimals = max(cell.statistic.decimals, 1) if cell.statistic.kind == "count" else cell.statistic.decimals
    return "–".join(number(end, decimals) for end in interval)


def _cells(found: Sequence[Outcome]) -> list[Cell]:
    return [cell for one in found for cell in (one.baseline, one.now)]


def _marks(cells: Sequence[Cell]) -> str:
    note = marks_note(list(cells))
    return f"\n::: {{.source}}\nTecken: {note}. Se @sec-about.\n:::\n" if note else ""


# ---- words ----------------------------------------------------------------------------------------------------------


def target_words(one: Outcome) -> str:
    """`minst 70 %`; of a change also what it comes to, where the baseline is shown."""
    target = one.indicator.target
    words = f"{'minst' if target.is_upwards else 'högst'} {_worded(one.target, one.now)}"
    if not target.is_change:
        return words
    change = _change_words(target, one.now)
    return f"{change}, det vill säga {words}" if one.baseline.is_known else change


def _change_words(target: Target, cell: Cell) -> str:
    size = target.up_by or target.down_by or 0.0
    unit = points(size, _decimals(size)) if cell.is_percentage else number(size, _decimals(size))
    return f"{'upp' if target.is_upwards else 'ned'} minst {unit}"


def _worded(value: float, cell: Cell) -> str:
    text = number(value, max(_decimals(value), 0))
    return f"{text}\u00a0%" if cell.is_percentage else text


def _decimals(value: float) -> int:
    """As many decimals as a typed target has, at most one."""
    return 0 if round(value, 1) == round(value) else 1


def _due(one: Outcome) -> str:
    return f"senast {day(one.indicator.date)}"


def status_words(one: Outcome) -> str:
    """`på väg`, `kan inte avgöras: uppgiften redovisas inte`."""
    status = STATUS[one.verdict.status]
    return f"{status}: {_reason(one)}" if one.verdict.reason else status


def _reason(one: Outcome) -> str:
    return _REASONS.get(one.verdict.reason) or f"för få {_of_whom(one.now)}"


def _of_whom(cell: Cell) -> str:
    """What the figure is about, in the plural: `elever`, `ärenden`."""
    if cell.statistic.kind != "share":
        return cell.statistic.noun[1] or "händelser"
    whom = next((word for word in ("elever", "ärenden", "rektorer", "beslut") if word in cell.statistic.denominator), "svar")
    return whom


def explained(one: Outcome) -> str:
    """Why the status is what it is, in a sentence or two with the published figures."""
    said = _EXPLAINED[one.verdict.reason or one.verdict.status](one)
    if one.is_due and one.verdict.status not in ("reached", "baseline"):
        said += f" Målet skulle vara nått senast {day(one.indicator.date)}."
    return said


def _since(one: Outcome) -> str:
    """`Sedan läsåret 2018/19 har värdet gått från 56 till 64 procent`."""
    unit = "\u00a0procent" if one.now.is_percentage else ""
    return f"Sedan läsåret {one.indicator.baseline} har värdet gått från {one.baseline.figure} till {one.now.figure}{unit}"


_EXPLAINED = {
    "reached": lambda one: (
        f"Läsåret {one.year} är värdet {one.now.with_sign}, och även den mindre gynnsamma änden av intervallet når målet, "
        f"{target_words(one)}."
    ),
    "on_the_way": lambda one: (
        f"{_since(one)}. Det är en säker förbättring, men målet, {target_words(one)}, är inte säkert nått."
    ),
    "not_on_the_way": lambda one: (
        f"{_since(one)}. Även när slumpen räknas in är förändringen mindre än vad som krävs så här långt för att nå målet, "
        f"{target_words(one)}."
    ),
    "few": lambda one: (
        f"{_since(one)}. Skillnaden kan bero på slumpen: siffrorna passar både med att inget har hänt och med att målet är "
        "inom räckhåll."
    ),
    "no_interval": lambda one: f"{_since(one)}. Det finns inget mått på hur mycket värdet kan variera av slumpen.",
    "withheld": lambda one: (
        f"{_which(one)} redovisas inte: underlaget är för litet, eller så behövs det för att skydda en uppgift om få."
    ),
    "missing": lambda one: f"{_which(one)} saknas i underlaget.",
    "baseline": lambda one: f"Värdet läsåret {one.year} är utgångsläget. Indikatorn följs från nästa läsår.",
}  # fmt: skip


def _which(one: Outcome) -> str:
    hidden = one.year if not one.now.is_known else one.indicator.baseline
    return f"Värdet för läsåret {hidden}"
