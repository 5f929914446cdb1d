"""All units' texts at once: references that can't be used, texts that no book shows, and numbers typed by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqa_lib.published import Published
from sqa_lib.report import Report
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.markup import refused_in
from sqa_lib.texts.references import Mistake, mistakes_in
from sqa_lib.texts.sections import statistics_of_sections
from sqa_lib.texts.typed import TypedNumber, TypedNumbers
from sqa_lib.texts.vocabulary import Figures
from sqa_lib.words import nearest


@dataclass(frozen=True)
class CheckedTexts:
    """mistakes: (file, mistake), which must be mended; typed: numbers to write as references. Both in the texts' order."""

    mistakes: Sequence[tuple[str, Mistake]]
    typed: Sequence[TypedNumber]


def check_texts(
    texts: Sequence[WrittenText], published: Published, report: Report, notebooks: Mapping[str, Path]
) -> CheckedTexts:
    """notebooks: section, or notebook's name → path, of all sections of the report."""
    official = [name for name, definition in published.definitions.items() if definition.kind == "official"]
    key = [figure.statistic for figure in report.key_figures]
    sections = statistics_of_sections(notebooks, published.definitions, official, key)
    finder = TypedNumbers(published, report.school_year, sections)
    years = {text.school_year or report.school_year for text in texts}
    finders = {year: replace(finder, school_year=year) for year in years}
    return CheckedTexts(
        [(text.file, mistake) for text in texts for mistake in _mistakes(text, published, report)],
        [number for text in texts for number in finders[text.school_year or report.school_year].found_in(text)],
    )


def check_markup(texts: Sequence[WrittenText]) -> CheckedTexts:
    """What can be said of texts before there are figures: what they may not hold, whatever they refer to."""
    return CheckedTexts([(text.file, Mistake(line + 1, why)) for text in texts for line, why in refused_in(text.content)], [])


def _mistakes(text: WrittenText, published: Published, report: Report) -> Iterator[Mistake]:
    if text.unreadable:
        yield Mistake(1, text.unreadable)
        return
    units = [unit.code for unit in published.tree.units if report.has_book(unit)]
    gone = published.tree.gone(text.unit, text.school_year or report.school_year)
    if gone or text.unit not in units:
        yield Mistake(1, f"no book shows this text: {gone or f'there is no unit `{text.unit}`{nearest(text.unit, units)}'}")
        return
    unit = published.tree[text.unit]
    shown = report.sections if text.is_shared else report.sections_of(unit)
    sections = [section.notebook if text.is_of_area else section.name for section in shown]
    if text.section not in sections:
        whose = "the report" if text.is_shared else f"`{unit.code}`"
        yield Mistake(1, f"no book shows this text: {whose} has no section `{text.section}`{nearest(text.section, sections)}")
    yield from text.mistakes
    yield from mistakes_in(text.content, Figures(published, unit, text.school_year or report.school_year).for_texts)
