"""What of a report's files is not as it should be, and what to do about it: what `sqa doctor` tells. It changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.batch import output_folder
from sqa_lib.batch.trace import BOOK_TRACE, BookTrace, NoTrace, content_of, files_in
from sqa_lib.cycle.areas import FILE as AREAS_FILE
from sqa_lib.cycle.areas import read_all
from sqa_lib.plausibility import read_accepted
from sqa_lib.publication import (
    KEPT,
    STAMP,
    damaged_files,
    fingerprint,
    is_up_to_date,
    kept_statistics,
    read_input,
    statistics_folder,
)
from sqa_lib.releases import known_releases
from sqa_lib.report import Report, ReportError
from sqa_lib.sources.problems import SourceError

_MOST = 3


@dataclass(frozen=True)
class Finding:
    """what: which files; is_well: whether they are as they should be; told: how they are; mend: what to do, "" for nothing."""

    what: str
    is_well: bool
    told: str
    mend: str = ""


def examined(report: Report, root: Path) -> Iterator[Finding]:
    """Everything that a build of the report reads or has left, in the order in which it is read."""
    yield _input(report, root)
    yield _written(report, root)
    yield _released(report, root)
    yield _statistics(report, root)
    yield from _books(report, root)
    yield _left_over(root / "output" / report.name)


def _input(report: Report, root: Path) -> Finding:
    try:
        fingerprint(report, root)
        data = read_input(report, root).datasets
    except (ReportError, SourceError) as error:
        return Finding("data", False, str(error), "mend it, and run `sqa doctor` again")
    told = f"{int(data.summary['accepted'].sum())} rows of {len(data.summary)} datasets can be used"
    if len(data.problems):
        return Finding("data", False, f"{told}, {len(data.problems)} problems", f"see `sqa check {report.name}`")
    return Finding("data", True, told)


def _written(report: Report, root: Path) -> Finding:
    """What people write beside the data."""
    try:
        answers = read_accepted(root / report.data) if report.data else []
        areas = read_all(root / report.folder / AREAS_FILE)
    except ReportError as error:
        return Finding("answers and areas", False, str(error), "mend the file")
    return Finding("answers and areas", True, f"{len(answers)} answers, development areas of {len(areas)} units")


def _released(report: Report, root: Path) -> Finding:
    try:
        releases = known_releases(report, root)
        rows = sum(len(release.shown) for release in releases)
    except ReportError as error:
        what, _, mend = str(error).rpartition("; ")
        return Finding("releases", False, what, mend)
    return Finding("releases", True, f"{len(releases)} releases with {rows} figures")


def _statistics(report: Report, root: Path) -> Finding:
    folder, anew = statistics_folder(report, root), f"`sqa compute {report.name}` makes them anew"
    if not any((folder / name).exists() for name in (STAMP, *KEPT)):
        return Finding("statistics", True, "none yet", anew)
    if damaged := damaged_files(folder):
        return Finding("statistics", False, f"not as they were left: {', '.join(damaged)}", anew)
    try:
        rows = len(kept_statistics(report, root).table)
        is_new = is_up_to_date(report, root)
    except (ReportError, SourceError) as error:
        return Finding("statistics", False, str(error), anew)
    return Finding("statistics", True, f"{rows} rows, {'up to date' if is_new else 'of earlier data, parameters or code'}")


def _books(report: Report, root: Path) -> Iterator[Finding]:
    """The books that were made, each with what its trace says that was made."""
    folder = output_folder(report, root, report.school_year)
    books = sorted(path for path in (folder / "books").glob("*") if path.is_dir())
    wrong = [finding for book in books for finding in _book(book, folder / "traces" / book.name / f"{BOOK_TRACE}.json")]
    if not wrong:
        yield Finding("books", True, f"{len(books)} books, each with all that was made and nothing else")
    yield from (Finding(f"books/{name}", False, told, mend) for name, told, mend in wrong)


def _book(book: Path, trace: Path) -> Iterator[tuple[str, str, str]]:
    mend = f"`sqa build … --unit {book.name}` makes it anew"
    try:
        made = BookTrace.read(trace)
    except NoTrace as reason:
        yield book.name, str(reason), mend
        return
    there = files_in(book)
    for told, names in (
        ("missing", sorted(made.files.keys() - there)),
        ("none of its files", sorted(there - made.files.keys())),
        ("not as they were left", sorted(n for n in there & made.files.keys() if content_of(book / n) != made.files[n])),
    ):
        if names:
            more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
            yield book.name, f"{told}: {', '.join(names[:_MOST])}{more}", mend
    if made.error:
        yield book.name, f"could not be made: {made.error}", f"`sqa build … --unit {book.name} --retry-failed`"


def _left_over(folder: Path) -> Finding:
    """What a build that was killed leaves half written; the next one does without it."""
    parts = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.part"))
    parts += sorted(path.relative_to(folder).as_posix() for path in folder.glob("books/.*"))
    if parts:
        return Finding("half written", False, ", ".join(parts[:_MOST]), "take it away when no build is running")
    return Finding("half written", True, "nothing")
