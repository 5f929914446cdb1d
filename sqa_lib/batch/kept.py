"""Only what changed: why a section or a book has to run, by the trace that it left, and that trace when it has run.

All reasons are told, the first ones first: that it never ran or failed, what it is made of, and last what it made.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqa_lib.batch.execute import Outcome
from sqa_lib.batch.library import book_library, chosen_publisher, code_versions, section_library
from sqa_lib.batch.now import Now
from sqa_lib.batch.plan import Job
from sqa_lib.batch.trace import BOOK_TRACE, BookTrace, NoTrace, SectionTrace, Trace, content_of, contents_of, files_in
from sqa_lib.publish import Book
from sqa_lib.reads import BOUNDARY, STATISTICS, digest

FAILED = "it failed last time"
_TOLD = 3


def in_short(reasons: Iterable[str]) -> str:
    """One line of reasons; "" for none."""
    found = list(reasons)
    more = len(found) - _TOLD
    return "; ".join([*islice(found, _TOLD), *([f"and {more} more"] if more > 0 else [])])


# ---- sections -------------------------------------------------------------------------------------------------------


def trace_of(job: Job) -> Path:
    """Where a section's trace lies."""
    return job.output.parents[2] / "traces" / job.unit.code / f"{job.section}.json"


def why_section(job: Job, now: Now) -> Iterator[str]:
    """Why a section has to run, reason by reason; none for one that is up to date."""
    try:
        trace = SectionTrace.read(trace_of(job))
    except NoTrace as reason:
        yield str(reason)
        return
    if trace.error:
        yield FAILED
    if trace.notebook != content_of(job.notebook):
        yield "notebook changed"
    yield from _differences("parameter ", trace.parameters, job.parameters)
    yield from _why_code(trace, section_library(now.root), code_versions())
    if not trace.error and BOUNDARY not in trace.reads:
        yield "what it read is not known"
    if trace.library == section_library(now.root):  # what other code asked can't be asked again
        answers = ((question, was, now.digest(question)) for question, was in trace.reads.items())
        yield from (_changed(question, was, answer) for question, was, answer in answers if was != answer)
    yield from _why_file("its notebook", trace.left, job.output)


def note_section(outcome: Outcome, now: Now) -> None:
    """Leave a section's trace, after its notebook.

    A section that read other statistics than those of `now`, computed meanwhile, leaves no trace, and runs again.
    """
    job, path = outcome.job, trace_of(outcome.job)
    questions = {question: was for question, was in outcome.reads.items() if question != STATISTICS}
    if questions and outcome.reads.get(STATISTICS) != digest(now.stamp):
        path.unlink(missing_ok=True)
        return
    SectionTrace(
        library=section_library(now.root),
        versions=code_versions(),
        seconds=round(outcome.seconds, 2),
        error=outcome.error,
        searched=False,
        notebook=outcome.source or content_of(job.notebook),
        parameters=job.parameters,
        reads={} if outcome.failed else {q: now.digest(q) if was is None else was for q, was in questions.items()},
        left=content_of(job.output),
    ).write(path)


def kept_section(job: Job) -> Outcome:
    """What became of a section when it ran."""
    trace = SectionTrace.read(trace_of(job))
    return Outcome(job, trace.seconds, trace.error)


_WORDS: dict[str, Callable[..., str]] = {
    "figures": lambda statistic, unit, year: f"statistic {statistic} of {unit} {year}",
    "has": lambda statistic: f"whether there is a statistic {statistic}",
    "times": lambda statistic: f"the school years of statistic {statistic}",
    "statistics-of": lambda unit: f"the statistics that {unit} has figures of",
    "rejected": lambda year: f"of which datasets rows of {year} were rejected",
    "has-figures": lambda unit: f"whether {unit} has a figure of its own",
    "knows": lambda unit: f"whether there is a unit {unit}",
    "breakdowns": lambda statistic: f"what statistic {statistic} is given by",
    "table": lambda: "a published figure",
    "tree": lambda: "the tree of units",
    "beside": lambda: "those that the units are compared with",
    "name": lambda code: f"the name of {code}",
    "authority": lambda: "unit of the authority",
    "unit": lambda code: f"unit {code}",
    "left": lambda area: f"the units that left {area}",
    "at": lambda *levels: f"the units of level {' and '.join(levels)}",
    "children": lambda code, level: f"the units of level {level} in {code}",
    "parameter": lambda key: f"the report's parameter {key}",
    "levels": lambda: "which levels have books",
    "forms": lambda section: f"the school forms of section {section}",
    "notebook": lambda section: f"the notebook of section {section}",
    "text": lambda file: f"text {file}",
    "areas": lambda unit: f"development areas of {unit}",
    "areas-file": lambda: "whether there is a file of development areas",
    "title": lambda section: f"the heading of section {section}",
    "asks": lambda section: f"whether section {section} asks for conclusions",
    "report": lambda name: f"report {name}, which is not followed,",
}  # fmt: skip


def _changed(question: str, was: str, now: str) -> str:
    kind, *words = question.split(" ")
    return f"{_WORDS[kind](*words)} {'is new' if not was else 'is gone' if not now else 'changed'}"


# ---- books ----------------------------------------------------------------------------------------------------------


def trace_of_book(book: Book) -> Path:
    """Where a book's trace lies."""
    return book.folder.parents[1] / "traces" / book.slug / f"{BOOK_TRACE}.json"


@dataclass(frozen=True)
class Binding:
    """A book and how it is asked for. publisher: `auto`, `quarto` or `embedded`; root: the project's."""

    book: Book
    formats: tuple[str, ...]
    publisher: str
    root: Path

    @property
    def facts(self) -> dict[str, str]:
        """What decides the book besides its chapters' notebooks, in words that a reason can tell."""
        book, design = self.book, self.book.design
        return {
            "title": book.title, "unit": book.unit_name, "level": book.level, "authority": book.authority,
            "school year": book.school_year, "date": book.date.isoformat(), "synthetic": str(book.is_synthetic),
            "primary colour": design.primary, "accent colour": design.accent,
            "logo": f"{design.logo} {content_of(self.root / design.logo)[:8]}" if design.logo else "",
            "formats": ", ".join(sorted(self.formats)), "publisher": chosen_publisher(self.publisher),
        }  # fmt: skip

    @property
    def failed_sections(self) -> tuple[str, ...]:
        return tuple(chapter.section for chapter in self.book.chapters if chapter.failed)

    @property
    def parts(self) -> dict[str, str]:
        """Section → the part it stands in, its title where one is given, and whether it failed."""
        return {c.section: ", ".join(filter(None, [c.part, c.title, "failed" * c.failed])) for c in self.book.chapters}

    @property
    def chapters(self) -> dict[str, str]:
        """Section → content of its notebook."""
        return {c.section: content_of(c.notebook) if c.notebook else "" for c in self.book.chapters}


def why_book(binding: Binding) -> Iterator[str]:
    """Why a book has to be made, reason by reason; none for one that is up to date."""
    try:
        trace = BookTrace.read(trace_of_book(binding.book))
    except NoTrace as reason:
        yield str(reason)
        return
    if trace.error:
        yield FAILED
    chapters = binding.chapters
    yield from (f"section {name} changed" for name, content in chapters.items() if trace.chapters.get(name, content) != content)
    yield from (f"section {name} is new" for name in chapters if name not in trace.chapters)
    yield from (f"section {name} is gone" for name in trace.chapters if name not in chapters)
    if [name for name in chapters if name in trace.chapters] != [name for name in trace.chapters if name in chapters]:
        yield "the order of its sections changed"
    yield from _differences("part of ", trace.parts, {name: binding.parts.get(name, part) for name, part in trace.parts.items()})
    yield from _differences("", trace.facts, binding.facts)
    yield from _why_code(trace, book_library(), code_versions(binding.facts["publisher"]))
    yield from (why for name, left in trace.files.items() for why in _why_file(f"its {name}", left, binding.book.folder / name))
    yield from (f"{name} in its folder is none of its files" for name in sorted(files_in(binding.book.folder) - set(trace.files)))


def note_book(
    binding: Binding, chapters: Mapping[str, str], *, html: str, pdf: str, warnings: tuple[str, ...], error: str, seconds: float
) -> None:
    """Leave a book's trace, after the book. chapters: `binding.chapters` from before it was made."""
    facts = binding.facts
    BookTrace(
        library=book_library(),
        versions=code_versions(facts["publisher"]),
        seconds=round(seconds, 2),
        error=error,
        searched=False,
        facts=facts,
        parts=binding.parts,
        chapters=chapters,
        files=contents_of(binding.book.folder),
        html=html,
        pdf=pdf,
        warnings=warnings,
    ).write(trace_of_book(binding.book))


# ---- what both are made of, and what they made ----------------------------------------------------------------------


def _why_code(trace: Trace, library: str, versions: Mapping[str, str]) -> Iterator[str]:
    if trace.library != library:
        yield "library changed"
    yield from _differences("", trace.versions, versions)


def _differences(what: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """`<name> <old> → <new>` for each name that differs; an empty or missing value is `nothing`."""
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            yield f"{what}{name} {was.get(name) or 'nothing'} → {now.get(name) or 'nothing'}"


def _why_file(what: str, left: str, path: Path) -> Iterator[str]:
    found = content_of(path)
    if found != left:
        yield f"{what} is not there" if not found else f"{what} is not as it was left"
