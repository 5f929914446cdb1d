"""What was written in last year's report: kept beside the new one's texts, in `last_year/`, in no book, until somebody has read
it.

A file that is moved from `last_year/` to `texts/` is this year's text. Where there is a text already, last year's is only there
to be seen by who writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.texts.files import text_files
from sqa_lib.texts.times import dated
from sqa_lib.texts.written import decoded

FOLDER = "last_year"


@dataclass(frozen=True)
class Taken:
    """A text as the next report's `last_year/` has it. is_dated: whether a reference in it got the year that is typed beside."""

    file: Path
    text: str
    is_dated: bool


def taken_along(folder: Path, school_year: str) -> list[Taken]:
    """The texts of a report's data folder. school_year: that they were written in. Raises ReportError for one that can't be
    read."""
    written = {file: decoded(folder, f"texts/{file.as_posix()}") for file in text_files(folder / "texts")}
    return [Taken(file, text := dated(said, school_year), text != said) for file, said in written.items()]


def left_unread(folder: Path) -> list[Path]:
    """The files of last year's texts that nobody has read again, from `last_year/`. folder: a report's data."""
    return [file for file in text_files(folder / FOLDER) if not (folder / "texts" / file).is_file()]


def unread(folder: Path) -> Iterator[str]:
    """What to do with the texts of last year that nobody has read again, and a line for each unit. folder: a report's data."""
    waiting = left_unread(folder)
    if waiting:
        first = waiting[0].as_posix()
        yield (
            f"{len(waiting)} of last year's texts are in no book until somebody has read them: mend {FOLDER}/{first} and move it "
            f"to texts/{first}, or take it away"
        )
    for unit in dict.fromkeys(file.parent for file in waiting):
        whose = "all units" if unit == Path() else unit.name
        yield f"to be read again, {whose}: {', '.join(f'{FOLDER}/{file.as_posix()}' for file in waiting if file.parent == unit)}"
