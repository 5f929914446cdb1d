"""Folders of a run that are gone after it; those of a killed one, which nobody holds any more, the next run takes away."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing can be held there, and nothing is swept
    fcntl = None

PREFIX = ".run-"


@contextmanager
def scratch(output: Path, name: str) -> Iterator[Path]:
    """`output/.run-<name>`: on the reports' disk, and beside their folders, which are published."""
    folder = output / f"{PREFIX}{name}"
    output.mkdir(parents=True, exist_ok=True)
    with _held(output):  # for a moment: else another run could take away what is not held yet
        _sweep(output)
        folder.mkdir()
        holding = _held(folder)
        holding.__enter__()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        holding.__exit__(None, None, None)


def _sweep(output: Path) -> None:
    for left in output.glob(f"{PREFIX}*"):
        with suppress(OSError), _held(left, wait=False):
            shutil.rmtree(left)


@contextmanager
def _held(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Its lock, which ends with this process. Raises OSError where somebody else has it and is not waited for."""
    if fcntl is None:
        if not wait:
            raise BlockingIOError
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)
