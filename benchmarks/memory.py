"""The most memory that a benchmark and all the processes that it started had at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psutil

EVERY = 2.0  # seconds between two looks; each takes some milliseconds a process


class Peak:
    """bytes: proportional set size, which counts what processes share once, summed over all of them."""

    def __init__(self) -> None:
        self.bytes = 0

    def look(self) -> None:
        here = psutil.Process()
        self.bytes = max(self.bytes, sum(map(_memory, [here, *here.children(recursive=True)])))


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # it has ended just now
        return 0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Looked at every now and then while the block runs."""
    peak, over = Peak(), Event()

    def watch() -> None:
        peak.look()
        while not over.wait(EVERY):
            peak.look()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
