"""Which books show other figures than those that are published now, and how they leave the folder that is published.

What lies there is of one publication: from an older book beside a newer one a reader could work out, by subtraction, what is
withheld. A book is known by what its sections read, so that one whose figures are as they were stays, whatever else has changed.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.batch.now import Now
from sqa_lib.batch.plan import output_folder
from sqa_lib.batch.trace import BOOK_TRACE, BookTrace, NoTrace, SectionTrace
from sqa_lib.publication import kept_statistics, stamp_of
from sqa_lib.report import Report, ReportError

FOLDER = "older"
"""Where books go that are taken out, beside `books/`; nobody publishes it."""
_OF_FIGURES = ("figures", "table")
"""The questions that published figures answer."""


@dataclass(frozen=True)
class Books:
    """The units with books in an output folder (or several). lying: of what is published; older: those of them that show other
    figures than are published now; out: those that were taken out and not made since."""

    lying: frozenset[str] = frozenset()
    older: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()

    @property
    def is_mixed(self) -> bool:
        return bool(self.older) and self.older != self.lying


def books_in(folder: Path, now: Now, known: Iterable[str] = ()) -> Books:
    """The books of an output folder. known: units whose books are known to show what is published now."""
    lying = frozenset(path.name for path in (folder / "books").glob("*") if path.is_dir())
    made = lying | {path.parent.name for path in (folder / "traces").glob(f"*/{BOOK_TRACE}.json")}
    older = {unit for unit in made.difference(known) if not _shows_what_is_published(folder, unit, now)}
    return Books(lying, lying & older, frozenset(older - lying))


def all_books(report: Report, root: Path, school_years: Iterable[str] = ()) -> Books:
    """The books of a report in the folders of these school years (default: all that were built); none known where there are no
    published statistics to compare with."""
    if not (stamp := stamp_of(report, root)):
        return Books()
    try:
        now = Now(report, root, kept_statistics(report, root), stamp)
    except ReportError:
        return Books()
    years = list(school_years) or built_years(report, root)
    found = [(year, books_in(output_folder(report, root, year), now)) for year in years]
    return Books(*(frozenset(f"{year} {unit}" for year, some in found for unit in getattr(some, kind)) for kind in _KINDS))


_KINDS = ("lying", "older", "out")


def built_years(report: Report, root: Path) -> list[str]:
    """The report's own school year and the others that have a folder of books."""
    folders = (root / "output" / report.name).glob("*/books")
    others = [path.parent.name.replace("-", "/") for path in folders if re.fullmatch(r"\d{4}-\d{2}", path.parent.name)]
    return [report.school_year, *sorted(others)]


def _shows_what_is_published(folder: Path, unit: str, now: Now) -> bool:
    """Whether all figures of a book are those published now; False also where that can't be known."""
    traces = folder / "traces" / unit
    try:
        book = BookTrace.read(traces / f"{BOOK_TRACE}.json")
        told = [(left, traces / f"{name}.json") for name, left in book.chapters.items()]
        # a notebook that asks for nothing leaves no trace
        sections = [(left, SectionTrace.read(trace)) for left, trace in told if trace.is_file()]
    except NoTrace:
        return False
    return not book.error and all(section.left == left and _reads_the_same(section, now) for left, section in sections)


def _reads_the_same(section: SectionTrace, now: Now) -> bool:
    """A section that failed, or asked for no figure, shows none."""
    if section.error:
        return True
    asked = ((question, was) for question, was in section.reads.items() if question.partition(" ")[0] in _OF_FIGURES)
    return all(now.digest(question) == was for question, was in asked)


def take_out(folder: Path, units: Iterable[str]) -> None:
    """Move these units' books from the folder that is published."""
    for unit in units:
        place = folder / FOLDER / unit
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(exist_ok=True)
        (folder / "books" / unit).rename(place)


def drop(folder: Path, units: Iterable[str]) -> None:
    """Take away what was taken out of these units, since their books are made anew."""
    for unit in units:
        shutil.rmtree(folder / FOLDER / unit, ignore_errors=True)
    if (folder / FOLDER).is_dir() and not any((folder / FOLDER).iterdir()):
        (folder / FOLDER).rmdir()


def told(books: Books, report: str) -> Iterator[str]:
    """What is to be said of books that show other figures than are published now, a sentence each, with what to do."""
    mend = f"`sqa build {report}` makes them anew"
    if books.is_mixed:
        yield (
            f"{len(books.older)} of {len(books.lying)} books show other figures than are published now ({named(books.older)}): "
            f"don't publish the folder; {mend}"
        )
    elif books.older:
        yield f"all {len(books.older)} books show other figures than are published now; {mend}"
    if books.out:
        yield f"{len(books.out)} books of earlier figures are not among the books any more ({named(books.out)}); {mend}"


_MOST_NAMED = 8


def named(units: Iterable[str]) -> str:
    """The first of them, and how many more there are."""
    names = sorted(units)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
