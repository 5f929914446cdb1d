"""Pages of a whole report, written again only when they would come out otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.batch.library import book_library, code_versions
from sqa_lib.batch.trace import NoTrace, Trace, content_of
from sqa_lib.reads import digest


@dataclass(frozen=True)
class PageTrace(Trace):
    """made_from: digest of what the pages show; files: name → content."""

    made_from: str
    files: Mapping[str, str]


def write_unless_kept(folder: Path, name: str, files: Sequence[str], made_from: object, write: Callable[[], object]) -> None:
    """Write the pages `files` in the folder, if they are not there as they would be written now.

    name: of their trace; made_from: all that they show, told by its `repr`.
    """

    def trace() -> PageTrace:
        left = {file: content_of(folder / file) for file in files}
        return PageTrace(book_library(), dict(code_versions()), 0.0, "", False, digest(made_from), left)

    path = folder / "traces" / f"_{name}.json"
    try:
        if PageTrace.read(path) == trace():
            return
    except NoTrace:
        pass
    write()
    trace().write(path)
