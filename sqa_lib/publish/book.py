"""What a book is made of, before anything is written."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.report import Design


class PublishError(Exception):
    """One book can't be published; the message names the file and what to mend."""


class PublishWarning(UserWarning):
    """Something in a book that its reader would stumble on; the message names the file."""


@dataclass(frozen=True)
class Chapter:
    """One section. notebook: executed `.ipynb`; without one, or when it failed, the page says that the section failed.

    part: the part that begins here, or empty to go on with the one before.
    """

    section: str
    notebook: Path | None
    title: str = ""
    part: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Book:
    """One unit's report. folder: its Quarto project; slug: the PDF's file name without `.pdf`."""

    folder: Path
    slug: str
    title: str
    unit_name: str
    authority: str
    school_year: str
    date: datetime.date
    is_synthetic: bool
    design: Design
    chapters: tuple[Chapter, ...]
    level: str = "municipality"
    corrected: datetime.date | None = None
