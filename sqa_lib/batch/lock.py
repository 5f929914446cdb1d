"""One build of a report at a time: a lock that ends with its process, however that one ends."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from sqa_lib.report import ReportError

try:
    import fcntl
except ImportError:  # Windows: nothing is locked there, and a run that is going on looks interrupted
    fcntl = None

FILE = "run/lock"
_PATIENCE = 2.0  # seconds: who only asks for the holder has the lock for a moment


class Process(BaseModel):
    """Who builds. started: UTC, ISO 8601."""

    model_config = ConfigDict(frozen=True)

    host: str
    number: int
    started: str


def utc_now() -> str:
    """`2026-03-02T09:15:00.250417Z`: as fine as the clock, since runs are told apart by when they began."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@contextmanager
def only_build(folder: Path, report: str) -> Iterator[Process]:
    """Hold the lock of a report's output folder; `ReportError` names the process that has it already."""
    path = folder / FILE
    with _opened(path) as file:
        if not _lock(file):
            raise ReportError(_taken(report, _read(file)))
        process = Process(host=socket.gethostname(), number=os.getpid(), started=utc_now())
        file.truncate(0)
        file.write(process.model_dump_json() + "\n")
        file.flush()
        yield process


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{path.parent}: can't be written ({error.strerror}); a build needs its output folder") from error


def builder_of(folder: Path) -> Process | None:
    """The process that builds in a report's output folder at this moment."""
    path = folder / FILE
    if fcntl is None or not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        return None if _try(file, fcntl.LOCK_SH) else _read(file)


def _lock(file: IO[str]) -> bool:
    end = time.monotonic() + _PATIENCE
    while not (free := fcntl is None or _try(file, fcntl.LOCK_EX)) and time.monotonic() < end:
        time.sleep(_PATIENCE / 20)
    return free


def _try(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: IO[str]) -> Process | None:
    """None for the moment between the lock and the writing of it."""
    file.seek(0)
    try:
        return Process.model_validate_json(file.read())
    except ValidationError:
        return None


def _taken(report: str, process: Process | None) -> str:
    who = f"process {process.number} on {process.host} since {process.started}" if process else "another process"
    return (
        f"{report} is being built already, by {who}; `sqa status {report}` tells how far it is; "
        "wait until it is done, or end that process"
    )
