"""What happens in a run, as it happens: told to whoever shows, counts or records it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

BOOK = "book"
"""The task of a unit that comes after its sections."""


class Status(StrEnum):
    """Of a task. A kept one was up to date and did not run."""

    RUNNING = "running"
    DONE = "done"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True)
class Event:
    """A task of a unit (a section's name, or `BOOK`) has come to a status.

    why: why it had to run, "" when kept; error: one line, only of a failed one; seconds: what it took; peak_memory: bytes, 0
    where not known; worker: who ran it, `host/process`; content: sha256 of what it left, "" when nothing.
    """

    unit: str
    task: str
    status: Status
    why: str = ""
    error: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    worker: str = ""
    content: str = ""


Listener = Callable[[Event], None]


def to_each(*listeners: Listener) -> Listener:
    """One listener that tells all of them, in this order."""

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    return tell
