"""The trace that a section or a book leaves: what it was made from and what it made, by content; never a file's time.

`output/<report>/traces/<unit>/<section>.json` and `…/<unit>/_book.json`. A trace is written after what it tells of, so that one
that is cut short costs a repetition and never hides one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

BOOK_TRACE = "_book"  # no section's name

VERSION = 1
"""Of the form of traces: one of another version is not read."""


class NoTrace(Exception):
    """There is no trace that can be used; the message says why, as a reason to run."""


@dataclass(frozen=True)
class Trace:
    """What all traces tell. library: digest of the code; versions: of Python and packages; error: "" when it went well.

    searched: whether what it made has been looked through for what must not be published.
    """

    library: str
    versions: Mapping[str, str]
    seconds: float
    error: str
    searched: bool

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False)
        part = path.with_suffix(".part")
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises NoTrace."""
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("version") != VERSION:
                raise NoTrace("its trace is of another version of the system")
            if content.keys() != {field.name for field in fields(cls)}:
                raise NoTrace("its trace is of another version of the system")
            return _adapter(cls).validate_python(content)
        except FileNotFoundError:
            raise NoTrace("it has not run yet") from None
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise NoTrace("its trace can't be read") from None


@dataclass(frozen=True)
class SectionTrace(Trace):
    """notebook: of its source; reads: question → digest of the answer (see `sqa_lib.reads`), {} when it failed; left: of the
    executed notebook."""

    notebook: str
    parameters: Mapping[str, Any]
    reads: Mapping[str, str]
    left: str


@dataclass(frozen=True)
class BookTrace(Trace):
    """facts: what the book is made of besides its chapters; chapters: section → content of its notebook, in the book's order;
    parts: section → where it stands; files: path from the book's folder → content, of all that was made; html, pdf, warnings: as
    `sqa_lib.build.Built`."""

    facts: Mapping[str, str]
    chapters: Mapping[str, str]
    parts: Mapping[str, str]
    files: Mapping[str, str]
    html: str
    pdf: str
    warnings: tuple[str, ...]


@cache
def _adapter(kind: type[Trace]) -> TypeAdapter:
    """Checks what a trace holds: one of another version may have the same names for something else."""
    return TypeAdapter(kind)


def content_of(path: Path) -> str:
    """SHA-256 of a file; "" where there is none."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def files_in(folder: Path) -> set[str]:
    """Paths from the folder of all files in it; a link is a file too, wherever it leads."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


def contents_of(folder: Path) -> dict[str, str]:
    """Path from the folder → content, of all files in it, sorted."""
    return {name: content_of(folder / name) for name in sorted(files_in(folder))}


def content_of_all(folder: Path) -> str:
    """SHA-256 of a folder: of its files' names and contents, one a line as `sha256sum` writes them; "" of an empty one."""
    lines = [f"{content}  {name}\n" for name, content in contents_of(folder).items()]
    return sha256("".join(lines).encode()).hexdigest() if lines else ""


# ---- of either kind -------------------------------------------------------------------------------------------------


def trace_at(path: Path) -> Trace | None:
    """The trace of a section or a book; None where there is none that can be used."""
    try:
        return (BookTrace if path.stem == BOOK_TRACE else SectionTrace).read(path)
    except NoTrace:
        return None


def has_failed(path: Path) -> bool:
    trace = trace_at(path)
    return trace is not None and bool(trace.error)


def has_gone_well(path: Path) -> bool:
    trace = trace_at(path)
    return trace is not None and not trace.error


def is_searched(path: Path) -> bool:
    trace = trace_at(path)
    return trace is not None and trace.searched


def note_searched(path: Path) -> None:
    """Note that what the trace tells of, if it is there, has been looked through and was clean."""
    trace = trace_at(path)
    if trace and not trace.searched:
        replace(trace, searched=True).write(path)
