"""The run record `output/<report>/run.json`: what is known of every task, from this run and the runs before it.

While a run goes on only its log is written; the record is made from both, at the end of the run or by whoever reads it next.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ValidationError

from sqa_lib.batch.event import BOOK, Listener, Status
from sqa_lib.batch.lock import Process
from sqa_lib.batch.log import Begun, PlannedUnit, RunLog, lines_of

FILE = "run.json"
RUNNING, FINISHED, INTERRUPTED = "running", "finished", "interrupted"


class TaskRecord(BaseModel):
    """What became of a task the last time that a run came to it. Of a kept one, seconds, memory, content and end are those of the
    run that made it. Fields as in `Event`; ended, run: UTC, ISO 8601, when it ended and when that run began.
    """

    status: Status
    why: str = ""
    error: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    worker: str = ""
    content: str = ""
    ended: str = ""
    run: str = ""


class UnitRecord(BaseModel):
    """A unit and its tasks in the order of its book, as far as they are known."""

    name: str
    level: str
    tasks: dict[str, TaskRecord] = {}

    @property
    def sections(self) -> dict[str, TaskRecord]:
        return {name: task for name, task in self.tasks.items() if name != BOOK}

    @property
    def failed_sections(self) -> tuple[str, ...]:
        return tuple(name for name, task in self.sections.items() if task.status is Status.FAILED)


class Counts(BaseModel):
    """Of a run's sections or books."""

    planned: int = 0
    done: int = 0
    kept: int = 0
    failed: int = 0

    @property
    def left(self) -> int:
        return self.planned - self.done - self.kept - self.failed


class Started(BaseModel):
    """A task that was running when the record was made. since: UTC, ISO 8601."""

    unit: str
    task: str
    since: str
    worker: str = ""


class Run(BaseModel):
    """The last run. began, ended: UTC, ISO 8601; of one that did not finish, ended is when it was last heard of."""

    state: Literal["running", "finished", "interrupted"]
    began: str
    ended: str
    sections: Counts
    books: Counts
    running: tuple[Started, ...] = ()
    parameters: dict[str, Any] = {}
    versions: dict[str, str] = {}
    fingerprint: str = ""

    @property
    def rejected(self) -> tuple[str, ...]:
        """The datasets of which rows of the school year were rejected: the books were made despite that."""
        return tuple(self.parameters.get("rejected", ()))

    @property
    def seconds(self) -> float:
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.began)).total_seconds()


class Failure(NamedTuple):
    """A task that failed the last time that a run came to it."""

    unit: str
    task: str
    error: str


class Record(BaseModel):
    """All that is known of a report's tasks. run: the last one; None when there was none."""

    report: str = ""
    school_year: str = ""
    run: Run | None = None
    units: dict[str, UnitRecord] = {}

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(
            Failure(code, name, task.error)
            for code, unit in self.units.items()
            for name, task in unit.tasks.items()
            if task.status is Status.FAILED
        )


@contextmanager
def recording(folder: Path, begun: Begun) -> Iterator[Listener]:
    """Record what the listener is told. What an earlier run left in its log only comes into the record first."""
    write_record(folder, read_record(folder))
    log = RunLog(folder, begun)
    try:
        yield log
    except BaseException:
        with suppress(OSError):  # on a full disk the run ends with the error that said so first
            _end(folder, log, is_whole=False)
        raise
    _end(folder, log, is_whole=True)


def _end(folder: Path, log: RunLog, is_whole: bool) -> None:
    log.end(is_whole)
    write_record(folder, read_record(folder))


def read_record(folder: Path, builder: Process | None = None) -> Record:
    """The record with what the last run's log adds to it. builder: who builds now; the log's run goes on if it is theirs."""
    record = _kept(folder / FILE)
    lines = lines_of(folder)
    first = next(lines, None)
    if (
        first is None
        or "begun" not in first
        or (record.run and record.run.began == first["time"] and record.run.state != RUNNING)
    ):
        return record
    try:
        begun = Begun.model_validate(first["begun"])
        return _Folding(record, begun, first["time"]).of(lines, is_alive=begun.process == builder)
    except (ValidationError, KeyError, TypeError, ValueError):  # a log of another version is not worth stopping a build for
        return record


def write_record(folder: Path, record: Record) -> None:
    """Replace the record; a reader finds the old one or the new one, never half of it."""
    if record.run is None:
        return
    part = folder / f"{FILE}.part"
    part.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    part.replace(folder / FILE)


def _kept(path: Path) -> Record:
    """An empty record when there is none, or one of another form: what it told of times is not worth stopping a build for."""
    try:
        return Record.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return Record()


class _Folding:
    """Takes a run's log into a record, line by line."""

    def __init__(self, record: Record, begun: Begun, time: str) -> None:
        self.begun, self.began, self.last = begun, time, time
        self.units = record.units | {code: _planned(record.units.get(code), unit) for code, unit in begun.units.items()}
        self.running: dict[tuple[str, str], dict[str, Any]] = {}
        self.state = ""

    def of(self, lines: Iterator[dict[str, Any]], is_alive: bool) -> Record:
        for line in lines:
            self.last = line["time"]
            self.state = line.get("ended", "")
            if not self.state:
                self._take(line)
        for code, planned in self.begun.units.items():
            tasks = self.units[code].tasks
            self.units[code].tasks = {name: tasks[name] for name in planned.tasks if name in tasks}
        return Record(report=self.begun.report, school_year=self.begun.school_year, run=self._run(is_alive), units=self.units)

    def _take(self, line: dict[str, Any]) -> None:
        """The log's lines as they are: an `Event` for each would double the time that a status takes."""
        unit, task, status = line["unit"], line["task"], line["status"]
        if status == Status.RUNNING:
            self.running[unit, task] = line
            return
        self.running.pop((unit, task), None)
        tasks = self.units[unit].tasks
        tasks[task] = self._still(line, tasks.get(task)) if status == Status.KEPT else self._made(line)

    def _made(self, line: dict[str, Any]) -> TaskRecord:
        return TaskRecord(**line, ended=line["time"], run=self.began)

    def _still(self, line: dict[str, Any], earlier: TaskRecord | None) -> TaskRecord:
        made = earlier or TaskRecord(status=Status.KEPT, content=line.get("content", ""))
        return made.model_copy(update={"status": Status.KEPT, "why": "", "error": "", "run": self.began})

    def _run(self, is_alive: bool) -> Run:
        return Run(
            state=self.state or (RUNNING if is_alive else INTERRUPTED),
            began=self.began,
            ended=self.last,
            sections=self._counts(lambda name: name != BOOK),
            books=self._counts(lambda name: name == BOOK),
            running=tuple(Started(**line, since=line["time"]) for line in self.running.values()),
            parameters=dict(self.begun.parameters),
            versions=dict(self.begun.versions),
            fingerprint=self.begun.fingerprint,
        )

    def _counts(self, counts: Callable[[str], bool]) -> Counts:
        tasks = [(code, name) for code, unit in self.begun.units.items() for name in unit.tasks if counts(name)]
        known = (self.units[code].tasks[name] for code, name in tasks if name in self.units[code].tasks)
        return Counts(planned=len(tasks), **Counter(task.status.value for task in known if task.run == self.began))


def _planned(earlier: UnitRecord | None, unit: PlannedUnit) -> UnitRecord:
    return UnitRecord(name=unit.name, level=unit.level, tasks=dict(earlier.tasks) if earlier else {})
