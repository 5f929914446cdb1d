"""From executed notebooks to a Quarto book project, and from there to HTML and PDF."""

import shutil
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqa_lib.publish import embedded, quarto
from sqa_lib.publish.book import Book, Chapter, PublishError, PublishWarning
from sqa_lib.publish.portal import PortalEntry, write_portal
from sqa_lib.publish.project import write_project

__all__ = [
    "Book",
    "BookFiles",
    "Chapter",
    "PortalEntry",
    "PublishError",
    "PublishWarning",
    "publish",
    "render",
    "write_portal",
    "write_project",
]

FORMATS = ("html", "pdf")
Publisher = Literal["auto", "quarto", "embedded"]


@dataclass(frozen=True)
class BookFiles:
    """Where a book's files are (None: not asked for), and what its makers should know."""

    html: Path | None
    pdf: Path | None
    warnings: tuple[str, ...]


def publish(book: Book, formats: Collection[str] = FORMATS, publisher: Publisher = "auto") -> BookFiles:
    """Write a book's project and render it. Warnings are collected, not shown; a book that can't be made raises `PublishError`.

    Not for threads: Python's warning filter belongs to the process.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        paths = {path.suffix: path for path in render(write_project(book), formats, publisher)}
    messages = tuple(dict.fromkeys(str(item.message) for item in caught if issubclass(item.category, PublishWarning)))
    return BookFiles(paths.get(".html"), paths.get(".pdf"), messages)


def render(project: Path, formats: Collection[str] = FORMATS, publisher: Publisher = "auto") -> list[Path]:
    """Render a Quarto book project to `_book/`. auto: Quarto when it is on the path, else the embedded publisher."""
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise PublishError(f"formats: {', '.join(unknown) or 'none'} asked for; choose from {', '.join(FORMATS)}")
    if publisher == "auto":
        publisher = "quarto" if shutil.which("quarto") else "embedded"
    return (quarto if publisher == "quarto" else embedded).render(project, formats)
