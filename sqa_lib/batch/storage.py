"""Where workers find the project and leave what they make: a folder that all machines see, or a storage that all can reach.

A storage holds what notebooks read and what they make, no microdata. `<url>/<hash of the content>/project.tar` is put there once
and stays for the next run; `run-…/` beside it holds the notebooks and books of one run until it ends.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import fsspec
from distributed import get_worker
from fsspec import AbstractFileSystem

from sqa_lib.batch.parcel import files_of, lay, packed, put, unpacked
from sqa_lib.batch.scratch import PREFIX, scratch
from sqa_lib.batch.worker import ClusterError
from sqa_lib.boundary.files import TEXTS
from sqa_lib.publication import KEPT, STAMP
from sqa_lib.publish.project import write_folder
from sqa_lib.report import Report, ReportError, report_path
from sqa_lib.texts.pictures import SUFFIXES

_NOTEBOOKS = (".ipynb", ".py")
_STATISTICS = (*KEPT, STAMP)


class Project(Protocol):
    """The project's folder, as a run's driver and its workers share it. All paths are the driver's, of a file or a folder."""

    root: Path

    def opened(self) -> AbstractContextManager[None]:
        """On the driver: while workers can use it."""

    def check(self) -> None:
        """On a worker: raises ClusterError where it can't be used."""

    def here(self, path: Path) -> Path:
        """On a worker: where it lies."""

    def take(self, path: Path) -> None:
        """On a worker: see to it that it is here, where anybody made it."""

    def hand_in(self, path: Path) -> None:
        """On a worker: give what was made here to the others."""

    def give(self, path: Path) -> None:
        """On the driver: give what was made before to the workers."""

    def collect(self, path: Path) -> None:
        """On the driver: put what a worker made, whole, in its place."""


@dataclass(frozen=True)
class SharedFolder:
    """One folder under the same path on all machines, as it always is on one. mark: of a folder by which workers know it."""

    root: Path
    mark: str = field(default_factory=lambda: uuid4().hex)

    @contextmanager
    def opened(self) -> Iterator[None]:
        with scratch(self.root / "output", self.mark):
            yield

    def check(self) -> None:
        if not (self.root / "output" / f"{PREFIX}{self.mark}").is_dir():
            raise ClusterError(f"it does not see the project's folder {self.root}; share it, or use --storage")

    def here(self, path: Path) -> Path:
        return path

    def take(self, path: Path) -> None:
        """All see it already."""

    hand_in = give = collect = take


@dataclass(frozen=True)
class Storage:
    """A place that fsspec knows, `s3://bucket/folder` or `file:///folder`, for workers that don't see the project's folder.

    report: its name; data: its folder of data; logo: see `Design`; digest: of what is put there; run: so that two runs at a time
    don't meet.
    """

    url: str
    root: Path
    report: str
    data: str
    logo: str
    digest: str
    run: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def of(cls, url: str, report: Report, root: Path) -> "Storage":
        """For a report whose statistics are computed. ClusterError where there is no such kind of storage."""
        if not (root / report.folder).resolve().is_relative_to(root.resolve()):
            raise ReportError(f"{report.name}: its data lie outside the project, and its texts with them; `--storage` gives none")
        own = report.name, report.folder, report.design.logo
        content = packed(files_for_workers(*own, root), root)
        storage = cls(url.rstrip("/"), root, *own, hashlib.sha256(content).hexdigest())
        with _told(url):
            storage._at("")
        return storage

    @contextmanager
    def opened(self) -> Iterator[None]:
        fs, project = self._at("project.tar")
        with _told(self.url):
            if not fs.exists(project):
                put(fs, project, packed(files_for_workers(self.report, self.data, self.logo, self.root), self.root))
        try:
            yield
        finally:
            fs, run = self._at(f"run-{self.run}")
            if fs.exists(run):
                fs.rm(run, recursive=True)

    def check(self) -> None:
        with _told(self.url):
            fs, project = self._at("project.tar")
            if not fs.exists(project):
                raise FileNotFoundError(project)

    def here(self, path: Path) -> Path:
        return self._scratch() / path.relative_to(self.root)

    def _scratch(self) -> Path:
        """This worker's own copy of the project; it is gone with the worker."""
        folder = Path(get_worker().local_directory) / f"sqa-{self.digest}"
        if not folder.is_dir():
            fs, project = self._at("project.tar")
            write_folder(folder, unpacked(fs.cat_file(project)))
        return folder

    def take(self, path: Path) -> None:
        self._get(path, self._scratch())

    def hand_in(self, path: Path) -> None:
        """Nothing of what was made, or taken for it, stays on the worker."""
        self._put(path, self._scratch())
        made = self._scratch() / "output" / self.report
        for folder in (folder for folder in made.iterdir() if folder.name != "statistics"):
            shutil.rmtree(folder)

    def give(self, path: Path) -> None:
        with _told(self.url):
            self._put(path, self.root)

    def collect(self, path: Path) -> None:
        with _told(self.url):
            self._get(path, self.root)

    def _put(self, path: Path, root: Path) -> None:
        if files := files_of(root / path.relative_to(self.root)):
            put(*self._parcel(path), packed(files, root))

    def _get(self, path: Path, root: Path) -> None:
        fs, parcel = self._parcel(path)
        if fs.exists(parcel):
            lay(unpacked(fs.cat_file(parcel)), root / path.relative_to(self.root), root)

    def _parcel(self, path: Path) -> tuple[AbstractFileSystem, str]:
        return self._at(f"run-{self.run}/{path.relative_to(self.root).as_posix()}.tar")

    def _at(self, name: str) -> tuple[AbstractFileSystem, str]:
        return fsspec.url_to_fs(f"{self.url}/{self.digest}/{name}")


@contextmanager
def _told(url: str) -> Iterator[None]:
    """What goes wrong with a storage is told with its address."""
    try:
        yield
    except (OSError, ValueError, ImportError) as failure:
        raise ClusterError(f"{url}: can't be used as storage ({type(failure).__name__}: {failure})") from failure


def files_for_workers(report: str, data: str, logo: str, root: Path) -> list[Path]:
    """What sections and books are made from, and no more: parameters, notebooks, published statistics, what units write."""
    statistics = root / "output" / report / "statistics"
    written = [
        path for name in TEXTS for path in files_of(root / data / name) if path.suffix.lower() in (".md", ".yml", *SUFFIXES)
    ]
    return [
        report_path(report, root),
        *([root / logo] if logo else []),
        *root.glob("*.py"),
        *(path for path in (root / "notebooks").rglob("*") if path.suffix in _NOTEBOOKS),
        *written,
        *(statistics / name for name in _STATISTICS),
    ]
