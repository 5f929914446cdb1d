"""A Quarto project's chapters read, numbered and cross-referenced by Pandoc: one process a book (`filters/book.lua`)."""

import json
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pypandoc

from sqa_lib.publish.book import PublishError, PublishWarning
from sqa_lib.publish.programs import run_program
from sqa_lib.publish.project import Project

FILTER = Path(__file__).parent / "filters" / "book.lua"


@dataclass(frozen=True)
class Heading:
    """A heading of a chapter; number is empty from level 3 on and in unnumbered chapters."""

    id: str
    level: int
    number: str
    title: str


@dataclass(frozen=True)
class ChapterText:
    """One chapter in both formats (empty when the format wasn't asked for)."""

    file: str
    title: str
    number: str
    headings: tuple[Heading, ...]
    html: str
    typst: str


@dataclass(frozen=True)
class Manuscript:
    """The whole book, numbered once, so that HTML and PDF agree."""

    chapters: tuple[ChapterText, ...]


def manuscript(project: Project, formats: Collection[str]) -> Manuscript:
    """Read a project's chapters. Unknown references, double labels and the like become warnings."""
    job = json.dumps({"chapters": list(project.chapters), "formats": sorted(formats)})
    run = run_program([pypandoc.get_pandoc_path(), "lua", str(FILTER)], job, project.folder)
    if run.returncode:
        raise PublishError(f"{project.folder.name}: Pandoc could not read the chapters: {run.stderr.strip()}")
    answer = json.loads(run.stdout)
    for text in answer["warnings"]:
        warnings.warn(text, PublishWarning, stacklevel=2)
    return Manuscript(tuple(_chapter(item) for item in answer["chapters"]))


def _chapter(item: dict) -> ChapterText:
    headings = tuple(Heading(**heading) for heading in item["headings"])
    title = item["title"] or Path(item["file"]).stem
    return ChapterText(item["file"], title, item["number"], headings, item.get("html", ""), item.get("typst", ""))
