"""A piece of work of a run, and what it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Result:
    """What a task's function returns. value: for the tasks after it and for who asked; the rest is told as an `Event`.

    error: one line, "" when it went well; kept: whether it found that nothing had to be done; peak_memory: bytes, of processes
    that the worker's own figure does not hold.
    """

    value: Any = None
    error: str = ""
    warnings: tuple[str, ...] = ()
    content: str = ""
    kept: bool = False
    peak_memory: int = 0


@dataclass(frozen=True)
class Task:
    """A piece of work of a unit, for a worker process.

    after: names of tasks of the same unit that are over, whatever became of them, before this one begins. run: a function that
    can be pickled; it is called with the results of these tasks by name. leaves: the file or folder that it makes. why: see
    `Event`.
    """

    unit: str
    name: str
    run: Callable[[Mapping[str, Result]], Result]
    after: tuple[str, ...] = ()
    leaves: Path | None = None
    why: str = ""
