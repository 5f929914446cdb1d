"""Which files are closed in a build, and the hook in Python that keeps them closed."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqa_lib.boundary.refusal import NotInABuild
from sqa_lib.report import ReportError, load_report

TEXTS = ("texts", "development_areas.yml")
"""What a unit writes itself: the only input that a section reads."""

_FILES = frozenset({"open", "os.rename", "os.link", "sqlite3.connect"})  # the first argument of each is a path
_PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"})


def closed_folders(root: Path) -> list[Path]:
    """Real paths of all microdata: `data/`, reports' data elsewhere, and the rows that `sqa check` has put aside."""
    folders = [root / "data", *(root / "output").glob("*/rejected"), *_data_of_reports(root)]
    return sorted({folder.resolve() for folder in folders if folder.exists()})


def _data_of_reports(root: Path) -> Iterator[Path]:
    """Also the folder that a report has its texts in, since texts are known by what they lie in. A report that can't be read
    can't be built; it is not this place that tells of it. One that names neither folder has nothing else to close, which its text
    says sooner than its parameters: there may be hundreds."""
    params = root / "params"
    for path in params.rglob("*.yml"):
        yield root / "data" / path.relative_to(params).with_suffix("")
        if not re.search(rb"data(?!sets)|written", path.read_bytes()):
            continue
        try:
            report = load_report(str(path), root)
        except ReportError:
            continue
        yield from (root / named for named in {report.data, report.folder} if named)


def is_closed(path: str, closed: Iterable[Path]) -> bool:
    """Whether a file is in one of the folders (or is one) and is not a text of a unit; a link counts as what it leads to."""
    real = Path(os.path.realpath(path))
    around = [folder for folder in closed if real.is_relative_to(folder)]
    return bool(around) and not any(_is_text(real.relative_to(folder)) for folder in around)


def _is_text(inside: Path) -> bool:
    """`texts/…` of a report's folder, or `<report>/texts/…` of the folder of all reports."""
    return any(part in TEXTS for part in inside.parts[:2])


class Hook:
    """Python's audit hook: raises when a closed file is opened, moved or linked to, or a program is started.

    There is one in a process, and it can't be taken away again. Source: PEP 578.
    """

    def __init__(self) -> None:
        self.root, self.closed = Path(), frozenset[Path]()
        self.is_on = False

    def close(self, root: Path, folders: Iterable[Path]) -> None:
        self.root, self.closed, self.is_on = root, frozenset(folders), True
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILES:
            self._check(arguments[0])
        elif event in _PROGRAMS:
            raise NotInABuild("A section can't start programs in a build")

    def _check(self, path: object) -> None:
        if isinstance(path, str | bytes | os.PathLike) and is_closed(name := os.fsdecode(path), self.closed):
            raise NotInABuild(f"A section can't read {_shown(name, self.root)} in a build")


def _shown(name: str, root: Path) -> str:
    """The path from the project's folder: a kept notebook tells nothing of the machine."""
    real = Path(os.path.realpath(name))
    return f"`{real.relative_to(root)}`" if real.is_relative_to(root) else f"`{real.name}`"
