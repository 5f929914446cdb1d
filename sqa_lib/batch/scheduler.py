"""Tasks on all cores, or on all machines: what may run now is handed to Dask, and what comes back is handed on."""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import Future, KilledWorker

from sqa_lib.batch.error_line import in_a_line
from sqa_lib.batch.event import Event, Listener, Status
from sqa_lib.batch.task import Result, Task
from sqa_lib.batch.worker import ClusterError, Ran, perform, ran, who
from sqa_lib.batch.workers import Workers

_KILLS = "each process that ran it was lost, {} times in a row, the last time with no other task beside it"
PATIENCE = 30  # seconds without a letter until it is asked whether any worker is left
IN_FLIGHT = 2_000  # tasks that Dask has at a time: enough for as many cores, and the same memory for any number of tasks


def run(tasks: Iterable[Task], workers: Workers, tell: Listener = lambda event: None) -> Iterator[tuple[Task, Result]]:
    """Run the tasks; results as they come. Units are begun in the order given, so that the first ones are over first.

    tasks: those of a unit together, each after those that it names. A task that raises, or that ends each worker process that
    tries it, gets a result with an error, and the others go on. Who stops asking ends the run: what has not begun never does.
    """
    units = [_Unit(rank, tuple(some)) for rank, (_, some) in enumerate(groupby(tasks, attrgetter("unit")))]
    if not units:
        return
    there = sum(len(unit.tasks) for unit in units)
    if not workers.are_worth(there):
        with workers.here():
            yield from _fly(units, _Here(tell))
        return
    flight = _Flight(workers, there, tell)
    try:
        yield from _fly(units, flight)
    finally:
        flight.cancel()


def _fly(units: Sequence["_Unit"], flight: "_Flight | _Here") -> Iterator[tuple[Task, Result]]:
    coming, begun = iter(units), {}
    while True:
        while len(flight) < IN_FLIGHT and (unit := next(coming, None)):
            begun[unit.code] = unit
            unit.send(flight)
        if not flight:
            return
        for task, result in flight.landed():
            unit = begun[task.unit]
            unit.results[task.name] = result
            unit.send(flight)
            if unit.is_over:
                del begun[task.unit]
            yield task, result


@dataclass
class _Unit:
    """The tasks of a unit and their results so far. rank: the lower, the sooner."""

    rank: int
    tasks: tuple[Task, ...]
    results: dict[str, Result] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for i, task in enumerate(self.tasks):
            if unknown := set(task.after) - {before.name for before in self.tasks[:i]}:
                raise ValueError(f"{task.unit}/{task.name} comes after {', '.join(sorted(unknown))}, which is not before it")

    @property
    def code(self) -> str:
        return self.tasks[0].unit

    @property
    def is_over(self) -> bool:
        return len(self.results) == len(self.tasks)

    def send(self, flight: "_Flight | _Here") -> None:
        """Hand over what can begin now."""
        for task in self.tasks:
            if task.name not in self.sent and self.results.keys() >= set(task.after):
                self.sent.add(task.name)
                flight.send(_Sent(task, {name: self.results[name] for name in task.after}, self.rank))


@dataclass(frozen=True)
class _Sent:
    """A task that was handed over with the results that it needs. alone: its worker was lost again and again beside others."""

    task: Task
    given: dict[str, Result]
    rank: int
    alone: bool = False


@dataclass
class _Here:
    """A few tasks one after another in this process."""

    tell: Listener
    waiting: list[_Sent] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.waiting)

    def send(self, sent: _Sent) -> None:
        self.waiting.append(sent)

    def landed(self) -> Iterator[tuple[Task, Result]]:
        """Runs the first of the first unit."""
        sent = min(self.waiting, key=attrgetter("rank"))
        self.waiting.remove(sent)
        task = sent.task
        self.tell(Event(task.unit, task.name, Status.RUNNING, task.why, worker=who()))
        done = ran(task.run, sent.given)
        self.tell(_event(task, done))
        yield task, done.result


class _Flight:
    """What Dask has now. One letter box takes all that workers tell, and what Dask itself says of a task."""

    def __init__(self, workers: Workers, tasks: int, tell: Listener) -> None:
        self.workers, self.client, self.tell = workers, workers.client(tasks), tell
        self.topic = f"sqa-{uuid4().hex}"
        self.flying: dict[str, tuple[_Sent, Future]] = {}
        self.suspects: list[_Sent] = []
        self.letters: SimpleQueue[Mapping[str, Any] | Future] = SimpleQueue()
        self.client.subscribe_topic(self.topic, lambda told: self.letters.put(told[1]))

    def __len__(self) -> int:
        return len(self.flying) + len(self.suspects)

    def send(self, sent: _Sent) -> None:
        task, name = sent.task, f"{sent.task.unit}/{sent.task.name}"
        key = (self.topic, name, int(sent.alone))
        future = self.client.submit(perform, task.run, sent.given, self.topic, name, key=key, priority=-sent.rank, pure=False)
        self.flying[name] = sent, future
        future.add_done_callback(self.letters.put)

    def landed(self) -> Iterator[tuple[Task, Result]]:
        """Waits for the next letter: that a task begins, which is told, or is over, which is told and given."""
        if not self.flying:
            self.send(self.suspects.pop())
        letter = self._letter()
        name = letter.key[1] if isinstance(letter, Future) else letter["name"]
        if name not in self.flying:  # known already: of a task that was run twice, or what Dask says after its worker
            return
        task = self.flying[name][0].task
        if isinstance(letter, Future):
            done = self._lost(name, letter)
        elif "ran" in letter:
            done = pickle.loads(letter["ran"])
        else:
            self.tell(Event(task.unit, task.name, Status.RUNNING, task.why, worker=letter["who"]))
            return
        sent, _ = self.flying.pop(name)
        if done:
            self.tell(_event(task, done))
            yield task, done.result
        else:
            self.suspects.append(replace(sent, alone=True))

    def _letter(self) -> Mapping[str, Any] | Future:
        """The next one; raises ClusterError when there is nobody left who could write one."""
        while True:
            try:
                return self.letters.get(timeout=PATIENCE)
            except Empty:
                self.workers.check()

    def _lost(self, name: str, future: Future) -> Ran | None:
        """What Dask says of a task that no worker has told the end of; None when it shall be tried once more, alone."""
        failure = future.exception()
        if failure is None:  # it was taken back, and not by us
            raise ClusterError("the scheduler was lost; what is done is kept, run the same command again")
        if not isinstance(failure, KilledWorker):  # it could not be sent, or its result could not
            return Ran(Result(error=in_a_line(failure)))
        if self.flying[name][0].alone:
            return Ran(Result(error=_KILLS.format(failure.allowed_failures + 1)), worker=failure.last_worker.host)
        return None

    def cancel(self) -> None:
        """Take back what has not begun."""
        if self.client.status != "running":
            return
        self.client.unsubscribe_topic(self.topic)
        self.client.cancel([future for _, future in self.flying.values()])


def _event(task: Task, done: Ran) -> Event:
    result = done.result
    status = Status.FAILED if result.error else Status.KEPT if result.kept else Status.DONE
    return Event(
        task.unit, task.name, status, "" if result.kept else task.why, result.error, result.warnings,
        done.seconds, done.peak_memory, done.worker, result.content,
    )  # fmt: skip
