"""`sqa status REPORT`: what the last run did, what one that goes on is doing, and which tasks have failed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from sqa_lib.batch.event import BOOK, Status
from sqa_lib.batch.lock import Process, builder_of, utc_now
from sqa_lib.batch.log import event_of, lines_of
from sqa_lib.batch.older import FOLDER as OLDER
from sqa_lib.batch.older import Books, named, told
from sqa_lib.batch.record import FINISHED, RUNNING, Counts, Record, read_record
from sqa_lib.batch.trace import BOOK_TRACE, BookTrace, NoTrace
from sqa_lib.progress import Tally, duration
from sqa_lib.report import Report

MOST_TOLD = 20
PORTAL = "index.html"
NEVER, PREPARING, ENDING = "never built", "preparing", "ending"
_DOING = {
    PREPARING: "reads data, computes statistics and attacks them",
    ENDING: "searches the output for what must not be there",
}


@dataclass(frozen=True)
class Situation:
    """A report at this moment. builder: who builds it now; left: seconds until a run that goes on is done, None when not known;
    now: UTC, ISO 8601; books: which of them show other figures than are published now, none known while a build goes on; missing:
    files that runs have made and that are not there any more."""

    report: str
    record: Record
    builder: Process | None
    left: float | None
    now: str
    books: Books = field(default_factory=Books)
    missing: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Of the last run: `running`, `finished`, `interrupted`, or `never built`. Of a build before its run: `preparing` (it
        reads data, computes and attacks statistics); after it: `ending` (it searches the output)."""
        run = self.record.run
        if self.builder and not (run and run.state == RUNNING):
            return ENDING if run and run.began > self.builder.started else PREPARING
        return run.state if run else NEVER

    @property
    def is_well(self) -> bool:
        """Nothing has failed, the last run is not interrupted, its files are there, and the books are of one publication."""
        run = self.record.run
        is_over = run is not None and run.state in (RUNNING, FINISHED)
        return is_over and not self.record.failures and not self.missing and not self.books.is_mixed

    @property
    def retry(self) -> str:
        """The command that runs what failed, did not come to run, or is of earlier figures."""
        interrupted = self.record.run and self.record.run.state not in (RUNNING, FINISHED)
        is_of_all = interrupted or not self.record.failures or self.missing or self.books.is_mixed
        return f"sqa build {self.report}" + ("" if is_of_all else " --retry-failed")


def situation_of(report: Report, folder: Path, lock_folder: Path) -> Situation:
    """folder: the output folder that is asked about; lock_folder: the report's own."""
    builder = builder_of(lock_folder)
    record = read_record(folder, builder)
    now = utc_now()
    is_running = record.run is not None and record.run.state == RUNNING
    left, missing = (_left(record, folder, now), ()) if is_running else (None, tuple(_missing(record, folder)))
    return Situation(report.name, record, builder, left, now, missing=missing)


def _missing(record: Record, folder: Path) -> Iterator[str]:
    """Of the portal and the books that were made and not taken out since, what is not there."""
    if record.run and record.run.state == FINISHED and not (folder / PORTAL).is_file():
        yield PORTAL
    for unit, known in record.units.items():
        if BOOK in known.tasks and known.tasks[BOOK].status is not Status.FAILED and not (folder / OLDER / unit).is_dir():
            yield from (path for path in _made(folder / "traces" / unit / f"{BOOK_TRACE}.json") if not (folder / path).is_file())


def _made(trace: Path) -> tuple[str, ...]:
    try:
        book = BookTrace.read(trace)
    except NoTrace:
        return ()
    return tuple(path for path in (book.html, book.pdf) if path)


def _left(record: Record, folder: Path, now: str) -> float | None:
    """As the run's own display counts it, from its log."""
    tally = Tally(record.run.sections.planned, record.run.books.planned)
    for line in lines_of(folder):
        if "status" in line:
            tally.tell(event_of(line), _seconds(line["time"]))
    return tally.left(_seconds(now))


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def as_json(situation: Situation) -> dict[str, Any]:
    """For programs; seconds throughout, and null for what is not known."""
    run = situation.record.run
    return {
        "report": situation.report,
        "state": situation.state,
        "is_well": situation.is_well,
        "process": situation.builder.model_dump() if situation.builder else None,
        "run": run.model_dump(mode="json", include={"began", "ended", "sections", "books"}) if run else None,
        "running": [
            started.model_dump() | {"seconds": round(_seconds(situation.now) - _seconds(started.since), 1)}
            for started in (run.running if run else ())
        ],
        "left_seconds": None if situation.left is None else round(situation.left),
        "older": sorted(situation.books.older),
        "out": sorted(situation.books.out),
        "missing": list(situation.missing),
        "rejected": list(run.rejected) if run else [],
        "failures": [failure._asdict() for failure in situation.record.failures],
        "retry": "" if situation.is_well else situation.retry,
    }


def show_status(situation: Situation, console: Console) -> None:
    for line in _lines(situation):
        console.print(line, highlight=False, soft_wrap=True)


def _lines(situation: Situation) -> Iterator[str]:
    run, builder = situation.record.run, situation.builder
    if situation.state in _DOING:
        yield f"[bold]{situation.state}[/]: {_process(builder)} {_DOING[situation.state]}"
    if run is None:
        yield f"{situation.report}: no run yet"
        return
    if run.state == RUNNING:
        left = f", about {duration(situation.left)} left" if situation.left is not None else ""
        yield f"[bold]running[/] for {duration(_seconds(situation.now) - _seconds(run.began))}{left}: {_process(builder)}"
    elif run.state == FINISHED:
        yield f"last run finished {_time(run.ended)} after {duration(run.seconds)}"
    else:
        yield f"[bold yellow]interrupted[/]: the last run began {_time(run.began)} and was last heard of {_time(run.ended)}"
    yield _counted("sections", run.sections)
    yield _counted("books", run.books)
    if run.rejected:
        yield f"made despite rejected rows of {', '.join(run.rejected)}: the books say what they lack"
    yield from (f"[bold yellow]older[/] {escape(each)}" for each in told(situation.books, situation.report))
    if situation.missing:
        yield f"[bold red]missing[/] {escape(named(situation.missing))}: made, and not there any more"
    names = situation.record.units
    for started in run.running[:MOST_TOLD]:
        what = "running" if run.state == RUNNING else "cut off"
        yield f"{what} {started.unit}/{started.task}: {escape(names[started.unit].name)}, since {_time(started.since)}"
    failures = situation.record.failures
    for failure in failures[:MOST_TOLD]:
        yield f"[bold red]failed[/] {failure.unit}/{failure.task}: {escape(failure.error)}"
    if len(failures) > MOST_TOLD:
        yield f"… and {len(failures) - MOST_TOLD} more failures: `sqa status {situation.report} --json` lists all"
    if not situation.is_well and builder is None:
        yield f"to {'try again' if run.state == FINISHED else 'go on'}: {situation.retry}"


def _counted(what: str, counts: Counts) -> str:
    told = f"{counts.done} done, {counts.kept} kept, {counts.failed} failed"
    return f"{what}: {told} of {counts.planned}" + (f", {counts.left} left" if counts.left else "")


def _process(process: Process) -> str:
    return f"process {process.number} on {escape(process.host)} since {_time(process.started)}"


def _time(time: str) -> str:
    """In the time zone of whoever asks."""
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
