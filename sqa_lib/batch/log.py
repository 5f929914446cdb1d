"""The log of a run, `run/run.log`: one JSON line for everything that happens, written at once, so that also a run that was killed
has told what it did. It holds names of units, sections and workers, times, and one-line errors.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict

from sqa_lib.batch.error_line import in_a_line
from sqa_lib.batch.event import Event, Status
from sqa_lib.batch.lock import Process, utc_now

FILE = "run/run.log"
KEPT = 5  # logs: the last run's and those of the runs before it
_FOLDERS = re.compile(r"(?<![\w.:/\\])(?:[A-Za-z]:)?(?:[/\\][^\s/\\'\"`:;,)]+)+[/\\](?=[^\s/\\])")
_DEFAULTS = {field.name: field.default for field in fields(Event)}


class PlannedUnit(BaseModel):
    """A unit of a run. tasks: its sections in order, and `BOOK` when its book is made."""

    model_config = ConfigDict(frozen=True)

    name: str
    level: str
    tasks: tuple[str, ...]


class Begun(BaseModel):
    """What a run sets out to do. units: by code; parameters: the report's and the run's own; versions: of all that computes,
    draws and publishes; fingerprint: of the input, as `sqa_lib.publication` makes it."""

    model_config = ConfigDict(frozen=True)

    report: str
    school_year: str
    process: Process
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]
    fingerprint: str
    units: Mapping[str, PlannedUnit]


def one_line(error: str) -> str:
    """An error as `in_a_line` tells it, and of paths only the file's name.

    It can't carry microdata: sections and books are made behind the boundary (`sqa_lib.boundary`), from published statistics and
    units' own texts, so that an exception there has nothing else to quote.
    """
    return in_a_line(_FOLDERS.sub("", error))


class RunLog:
    """A log that is being written. The logs of earlier runs are kept beside it as `run.1.log`, `run.2.log` and so on."""

    def __init__(self, folder: Path, begun: Begun) -> None:
        path = folder / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        _rotate(path)
        self._file: IO[str] = path.open("x", encoding="utf-8")
        self._write({"begun": begun.model_dump(mode="json")})

    def __call__(self, event: Event) -> None:
        told = {name: value for name, value in vars(event).items() if value != _DEFAULTS[name]}
        if event.seconds:
            told["seconds"] = round(event.seconds, 2)
        if event.error:
            told["error"] = one_line(event.error)
        self._write(told)

    def end(self, is_whole: bool) -> None:
        """is_whole: whether the run came to its end."""
        self._write({"ended": "finished" if is_whole else "interrupted"})
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps({"time": utc_now(), **line}, ensure_ascii=False) + "\n")
        self._file.flush()


def _rotate(path: Path) -> None:
    names = [path, *(path.with_name(f"run.{number}.log") for number in range(1, KEPT))]
    for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
        if newer.is_file():
            newer.replace(older)


def lines_of(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of the last run's log, none when there is none; one that a kill or a power cut has cut off is left out."""
    path = folder / FILE
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            with suppress(json.JSONDecodeError):
                if isinstance(told := json.loads(line), dict):
                    yield told


def event_of(line: Mapping[str, Any]) -> Event:
    """What a line tells of a task."""
    told = {name: value for name, value in line.items() if name != "time"}
    return Event(**told | {"status": Status(line["status"]), "warnings": tuple(line.get("warnings", ()))})
