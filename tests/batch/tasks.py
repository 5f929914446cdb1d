"""Tasks for tests, as functions that a worker process can import."""

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from sqa_lib.batch import Result


def gives(value: object, before: Mapping[str, Result]) -> Result:
    return Result(value)


def gives_a_lock(before: Mapping[str, Result]) -> Result:
    """What no process can send to another."""
    return Result(Lock())


def keeps(before: Mapping[str, Result]) -> Result:
    """Finds that nothing has to be done."""
    return Result(kept=True, warnings=("look",), content="abc")


def sees(before: Mapping[str, Result]) -> Result:
    """What it was given of the tasks before it."""
    return Result({name: result.error or result.value for name, result in before.items()})


def fails(before: Mapping[str, Result]) -> Result:
    raise ValueError("nothing to show here\nand a second line")


def notes(file: Path, before: Mapping[str, Result]) -> Result:
    """Writes down that it ran."""
    with file.open("a") as opened:
        opened.write("ran\n")
    return Result()


def waits_for(file: Path, began: Path, before: Mapping[str, Result]) -> Result:
    """Tells that it began, and goes on when somebody makes the file."""
    began.touch()
    until = time.monotonic() + 60
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return Result(os.getpid())


def dies(tried: Path, times: int, before: Mapping[str, Result]) -> Result:
    """Ends its process as many times, as the system does that has no memory left, and then goes well."""
    with tried.open("a") as opened:
        opened.write(".")
    if tried.stat().st_size <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return Result("whole")


def takes_memory(megabytes: int, before: Mapping[str, Result]) -> Result:
    return Result(len(bytearray(megabytes * 2**20)))
