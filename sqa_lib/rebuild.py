"""What a build of one school year has to do: every section and book of its units, and why it runs, "" where it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqa_lib.batch import Job, Outcome
from sqa_lib.batch.event import BOOK
from sqa_lib.batch.kept import Binding, in_short, kept_section, trace_of, why_book, why_section
from sqa_lib.batch.now import Now
from sqa_lib.batch.trace import BookTrace, NoTrace, SectionTrace, Trace, mark_searched
from sqa_lib.build import book_of
from sqa_lib.report import Report
from sqa_lib.units import Unit


@dataclass(frozen=True)
class Rebuild:
    """sections: jobs in the order of units, each with its reason. report: with the formats that are asked for."""

    report: Report
    school_year: str
    folder: Path
    units: tuple[Unit, ...]
    sections: tuple[tuple[Job, str], ...]
    now: Now
    publisher: str

    @classmethod
    def of(
        cls, report: Report, school_year: str, folder: Path, units: Sequence[Unit], jobs: Sequence[Job], now: Now, publisher: str
    ) -> "Rebuild":
        sections = tuple((job, in_short(why_section(job, now))) for job in jobs)
        return cls(report, school_year, folder, tuple(units), sections, now, publisher)

    def of_failed(self) -> "Rebuild":
        """Only the units that something failed of last time, and of their sections only those that failed or never ran."""
        failed = {job.unit for job, _ in self.sections if _ended(trace_of(job)) == "failed"}
        failed |= {unit for unit in self.units if _ended(self.binding(unit, []).trace) == "failed"}
        of_failed = [(job, why) for job, why in self.sections if job.unit in failed]
        sections = tuple((job, "" if _ended(trace_of(job)) == "well" else why) for job, why in of_failed)
        return replace(self, units=tuple(unit for unit in self.units if unit in failed), sections=sections)

    def binding(self, unit: Unit, outcomes: Sequence[Outcome]) -> Binding:
        """The unit's book with these chapters."""
        book = book_of(self.report, self.school_year, self.folder, self.now.published.tree, unit, outcomes)
        return Binding(book, self.report.formats, self.publisher)

    def of_unit(self, unit: Unit) -> list[tuple[Job, str]]:
        return [(job, why) for job, why in self.sections if job.unit == unit]

    def why_books(self) -> Iterator[tuple[Unit, list[str]]]:
        """Before anything runs: each unit's book with its reasons; of a section that runs nobody knows what it will leave."""
        for unit in self.units:
            sections = self.of_unit(unit)
            run = [f"section {job.section} runs" for job, why in sections if why]
            yield unit, run or list(why_book(self.binding(unit, [kept_section(job) for job, _ in sections])))

    def why(self, unit: Unit, task: str) -> list[str] | None:
        """All reasons of a section, or of the `book`; None where there is no such task."""
        if task == BOOK:
            return dict(self.why_books())[unit]
        return next((list(why_section(job, self.now)) for job, _ in self.of_unit(unit) if job.section == task), None)

    # ---- looking through what was made ------------------------------------------------------------------------------

    def unsearched(self) -> list[Path]:
        """The units' folders that hold something which has not been looked through since it was made."""
        return [folder for folder, traces in self._made().items() if folder.is_dir() and not all(map(_is_searched, traces))]

    def note_searched(self) -> None:
        """All that was made has been looked through, and is clean."""
        for traces in self._made().values():
            for path in traces:
                if path.is_file() and not _is_searched(path):
                    mark_searched(path, _kind(path))

    def _made(self) -> Mapping[Path, list[Path]]:
        """Folder → the traces of what lies in it."""
        notebooks = {self.folder / "notebooks" / u.code: [trace_of(job) for job, _ in self.of_unit(u)] for u in self.units}
        return notebooks | {self.folder / "books" / unit.code: [self.binding(unit, []).trace] for unit in self.units}


def _kind(path: Path) -> type[Trace]:
    return BookTrace if path.stem == "_book" else SectionTrace


def _ended(path: Path) -> str:
    """How what left the trace has ended: `well`, `failed`, "" where that is not known."""
    try:
        return "failed" if _kind(path).read(path).error else "well"
    except NoTrace:
        return ""


def _is_searched(path: Path) -> bool:
    try:
        return _kind(path).read(path).searched
    except NoTrace:
        return False
