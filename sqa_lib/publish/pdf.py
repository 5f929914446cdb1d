"""The PDF: the chapters' Typst markup under `templates/book.typ`, compiled as PDF/A-2a and PDF/UA-1."""

import datetime
import json
import warnings

import typst

from sqa_lib.publish import colours
from sqa_lib.publish.book import PublishError, PublishWarning
from sqa_lib.publish.fonts import typst_fonts
from sqa_lib.publish.manuscript import Manuscript
from sqa_lib.publish.project import SYNTHETIC_NOTICE, Project
from sqa_lib.publish.theme import TEMPLATES
from sqa_lib.words import day

STANDARDS = ("a-2a", "ua-1")


def pdf(project: Project, manuscript: Manuscript) -> bytes:
    """The whole book. A book that breaks a rule of the standards is made without their label, and a warning says why."""
    try:
        return _compile(project, manuscript, STANDARDS)
    except typst.TypstError as error:
        if not error.message.startswith("PDF/"):
            raise PublishError(f"{project.slug}.pdf: {error.message}\n{error.diagnostic}") from error
        hints = "; ".join([error.message, *error.hints])
        warnings.warn(f"{project.slug}.pdf: made without the labels PDF/A and PDF/UA: {hints}", PublishWarning, stacklevel=2)
        return _compile(project, manuscript, ())


def _compile(project: Project, manuscript: Manuscript, standards: tuple[str, ...]) -> bytes:
    template = (TEMPLATES / "book.typ").read_text(encoding="utf-8")
    source = template + "\n\n".join(chapter.typst for chapter in manuscript.chapters)
    inputs = {"book": json.dumps(_data(project))}
    compiler = typst.Compiler(source.encode(), root=project.folder, font_paths=typst_fonts().fonts, sys_inputs=inputs)
    midnight = datetime.datetime.combine(_date(project), datetime.time(), datetime.UTC)
    content, notes = compiler.compile_with_warnings(format="pdf", pdf_standards=list(standards), timestamp=midnight)
    for note in notes:
        warnings.warn(f"{project.slug}.pdf: {note.message}", PublishWarning, stacklevel=2)
    return content


def _date(project: Project) -> datetime.date:
    try:
        return datetime.date.fromisoformat(project.date)
    except ValueError as error:
        raise PublishError(f"_quarto.yml: book.date is {project.date!r}; write it as 2021-10-15") from error


def _data(project: Project) -> dict:
    """What the Typst template asks for."""
    date = _date(project)
    corrected = f", rättad {day(datetime.date.fromisoformat(project.corrected))}" if project.corrected else ""
    light = colours.light(project.design)
    year = f"läsåret {project.school_year}" if project.school_year else ""
    about = ", ".join(filter(None, [project.unit, year]))
    return {
        "title": project.title,
        "unit": project.unit,
        "authority": project.authority,
        "year": project.school_year,
        "heading": ": ".join(filter(None, [project.title, about])),
        "description": " för ".join(filter(None, [project.title, about])),
        "running": ", ".join(filter(None, [f"{project.title} {project.school_year}".strip(), project.unit])),
        "date": {"year": date.year, "month": date.month, "day": date.day},
        "printed-date": day(date) + corrected,
        "synthetic": SYNTHETIC_NOTICE if project.is_synthetic else "",
        "logo": project.logo,
        "parts": [project.parts.get(file, "") for file in project.chapters],
        "primary": project.design.primary,
        "accent": project.design.accent,
        "tint": light.tint,
        "tint-accent": light.tint_accent,
    }
