"""A run in the terminal while it goes on: a live display, or plain lines where there is no terminal."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sqa_lib.batch.event import BOOK, Event, Listener, Status
from sqa_lib.batch.log import PlannedUnit, one_line

MOST_RUNNING = 4  # tasks named at a time
SUMMARIES = 20  # plain lines with the state of the whole run, at most about
FEWEST_BETWEEN = 50  # tasks between two such lines
Clock = Callable[[], float]


@dataclass
class Tally:
    """How far a run is; takes as much memory for a hundred thousand tasks as for ten. sections, books: how many are planned."""

    sections: int
    books: int
    counts: Counter = field(default_factory=Counter)
    running: dict[tuple[str, str], float] = field(default_factory=dict)
    spent: Counter = field(default_factory=Counter)
    began: float | None = None

    def tell(self, event: Event, now: float) -> None:
        """now: seconds on any clock that goes on evenly."""
        if event.status is not Status.KEPT and self.began is None:
            self.began = now - event.seconds
        if event.status is Status.RUNNING:
            self.running[event.unit, event.task] = now
            return
        self.running.pop((event.unit, event.task), None)
        self.counts[event.task == BOOK, event.status] += 1
        if event.status is not Status.KEPT:
            self.spent[event.task == BOOK] += event.seconds

    def ended(self, is_book: bool) -> int:
        return sum(self.counts[is_book, status] for status in (Status.DONE, Status.KEPT, Status.FAILED))

    def total(self, status: Status) -> int:
        """Sections and books of a status."""
        return self.counts[False, status] + self.counts[True, status]

    def left(self, now: float) -> float | None:
        """Seconds until all is done, if the rest goes on as what ran so far; None when nothing has run yet.

        What was kept took no time and tells nothing of the rest. A book whose like has not run yet is taken for a section.
        """
        ran = {is_book: self.counts[is_book, Status.DONE] + self.counts[is_book, Status.FAILED] for is_book in (False, True)}
        if self.began is None or not any(ran.values()) or now <= self.began:
            return None
        under_way = sum(now - since for since in list(self.running.values()))
        at_a_time = (sum(self.spent.values()) + under_way) / (now - self.began)
        mean = {is_book: self.spent[is_book] / ran[is_book] for is_book in ran if ran[is_book]}
        rest = {False: self.sections - self.ended(False), True: self.books - self.ended(True)}
        work = sum(rest[is_book] * mean.get(is_book, mean.get(not is_book, 0.0)) for is_book in rest)
        return max(0.0, work - under_way) / at_a_time if at_a_time > 0 else None


def duration(seconds: float) -> str:
    """`duration(8100) == "2 h 15 min"`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


@contextmanager
def progress(console: Console, title: str, units: Mapping[str, PlannedUnit], clock: Clock = time.monotonic) -> Iterator[Listener]:
    """A listener that shows a run of these units: live in a terminal, else in plain lines without colours."""
    tally = Tally(
        sum(task != BOOK for unit in units.values() for task in unit.tasks),
        sum(BOOK in unit.tasks for unit in units.values()),
    )
    names = {code: unit.name for code, unit in units.items()}
    if is_live(console):
        display = _Display(console, title, tally, names, clock)
        with Live(display, console=console, refresh_per_second=4):
            yield display.tell
            tally.running.clear()
    else:
        lines = _Lines(console, tally, names, clock)
        yield lines.tell
        lines.sum_up()


def is_live(console: Console) -> bool:
    """Whether lines may be written over: in a terminal that can, and whose user has not asked for plain text."""
    return console.is_terminal and not (console.is_dumb_terminal or console.no_color or os.environ.get("CI"))


def _failure(event: Event) -> str:
    return f"{event.unit}/{event.task} failed: {one_line(event.error)}"


def _counted(tally: Tally) -> str:
    return ", ".join(f"{tally.total(status)} {status}" for status in (Status.DONE, Status.KEPT, Status.FAILED))


def _left(tally: Tally, now: float) -> str:
    left = tally.left(now)
    return f", about {duration(left)} left" if left else ""


@dataclass
class _Display:
    """What `rich` draws anew a few times a second; an event only counts."""

    console: Console
    title: str
    tally: Tally
    names: Mapping[str, str]
    clock: Clock

    def tell(self, event: Event) -> None:
        self.tally.tell(event, self.clock())
        if event.status is Status.FAILED:
            self.console.print(Text(_failure(event), style="red"), soft_wrap=True)

    def __rich__(self) -> RenderableType:
        bars = Table.grid(padding=(0, 1), expand=True)
        bars.add_column(no_wrap=True)
        bars.add_column(ratio=1)
        bars.add_column(no_wrap=True, justify="right")
        for word, is_book, planned in (("sections", False, self.tally.sections), ("books", True, self.tally.books)):
            ended = self.tally.ended(is_book)
            bars.add_row(word, ProgressBar(max(planned, 1), ended if planned else 1), f"{ended}/{planned}")
        running = [f"{self.names.get(unit, unit)}: {task}" for unit, task in list(self.tally.running)[:MOST_RUNNING]]
        more = len(self.tally.running) - len(running)
        rest = [f"and {more} more"] if more > 0 else []
        lines = [self.title + _left(self.tally, self.clock()), _counted(self.tally), *(f"  {line}" for line in [*running, *rest])]
        return Group(bars, *(_cut(line) for line in lines))


def _cut(line: str) -> Text:
    return Text(line, no_wrap=True, overflow="ellipsis")


class _Lines:
    """A line for each book that is made and each failure, and now and then one for the whole."""

    def __init__(self, console: Console, tally: Tally, names: Mapping[str, str], clock: Clock) -> None:
        self.console, self.tally, self.names, self.clock = console, tally, names, clock
        self.between = max(FEWEST_BETWEEN, (tally.sections + tally.books) // SUMMARIES)
        self.told = 0

    def tell(self, event: Event) -> None:
        self.tally.tell(event, self.clock())
        if event.status is Status.FAILED:
            self._print(_failure(event))
        elif event.task == BOOK and event.status is Status.DONE:
            self._print(f"{event.unit} {self.names.get(event.unit, '')}: book done in {duration(event.seconds)}")
        if self._ended() - self.told >= self.between:
            self.sum_up()

    def sum_up(self) -> None:
        """Where the run is; once for each state."""
        if self._ended() == self.told:
            return
        self.told = self._ended()
        sections = f"{self.tally.ended(False)} of {self.tally.sections} sections"
        books = f"{self.tally.ended(True)} of {self.tally.books} books"
        self._print(f"{sections}, {books}: {_counted(self.tally)}{_left(self.tally, self.clock())}")

    def _ended(self) -> int:
        return self.tally.ended(False) + self.tally.ended(True)

    def _print(self, line: str) -> None:
        self.console.print(line, style=None, markup=False, highlight=False, soft_wrap=True)
