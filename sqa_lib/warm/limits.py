"""What one notebook may take, so that a bad one fails alone; each can be set in the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

CELL_SECONDS, OUTPUT, MEMORY = "SQA_CELL_SECONDS", "SQA_NOTEBOOK_OUTPUT_MB", "SQA_NOTEBOOK_MEMORY_MB"
_LEAST_MEMORY = 1_000
_MEGABYTE = 1_000_000
_CGROUP = Path("/sys/fs/cgroup/memory.max")


class LimitError(ValueError):
    """A limit in the environment that is no number."""


@dataclass(frozen=True)
class Limits:
    """cell_seconds: a cell's time; output: bytes that a notebook shows; memory: bytes beyond the warm process's own."""

    cell_seconds: int
    output: int
    memory: int


def limits() -> Limits:
    """The limits of this process's environment; those not set there are 300 seconds a cell, 10 MB of outputs and each core's
    part of four fifths of the machine's memory."""
    cores = os.cpu_count() or 1
    memory = max(int(0.8 * _machine_memory() / cores / _MEGABYTE), _LEAST_MEMORY)
    return Limits(_number(CELL_SECONDS, 300), _number(OUTPUT, 10) * _MEGABYTE, _number(MEMORY, memory) * _MEGABYTE)


def hint(error: str) -> str:
    """What to say after an error of this name: how much a notebook may take, and how to give it more."""
    if error == "CellTimeoutError":
        return f"; set {CELL_SECONDS} to more"
    if error.endswith("MemoryError"):
        return f"; a notebook may take {limits().memory // _MEGABYTE} MB: read less, or set {MEMORY} to more"
    return ""


def _number(name: str, usual: int) -> int:
    given = os.environ.get(name, str(usual))
    if not given.isdecimal() or not int(given):
        raise LimitError(f"{name} is {given!r}, expected a whole number from 1 on")
    return int(given)


def _machine_memory() -> int:
    """Bytes of the machine, or of the part of it that this process's container or batch job may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    part = _CGROUP.read_text().strip() if _CGROUP.is_file() else ""
    return min(machine, int(part)) if part.isdecimal() else machine
