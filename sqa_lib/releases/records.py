"""A release is a record: `data/released/<name>/` holds what was published (`published.parquet`, `units.json`) and `release.json`,
which says of what, by whom and when. It holds nothing but published figures, belongs under version control and never changes.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sqa_lib.disclosure import Release
from sqa_lib.report import NO_FOLDERS, Authority, Disclosure, Report, ReportError
from sqa_lib.units import tree_of_text
from sqa_lib.words import nearest

FOLDER = "data/released"
RECORD, TABLE, UNITS = "release.json", "published.parquet", "units.json"
KEPT = (TABLE, UNITS)
_NAME = re.compile(r"[^\W_][\w.-]*")
_MEND = "fetch the folder anew from where it is kept: nothing can make it again"


class Record(BaseModel):
    """What `release.json` says. version: of the report's releases, from 1; after: how many releases the authority had before; by:
    who released it; reason: for another version; rule: the policy that it was made under; library, input: hashes of the code and
    of all that the figures were computed from; files: of the release, name → hash; books: unit → hash of its folder; rejected:
    the datasets of which rows of the school year were rejected when the books were made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str
    title: str
    authority: Authority
    school_year: str
    version: int = Field(ge=1)
    after: int = Field(0, ge=0)
    date: datetime.date
    by: str = Field(min_length=1)
    reason: str = ""
    rule: Disclosure
    library: str
    input: str
    files: dict[str, str]
    books: dict[str, str]
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A release that lies there. name: of its folder; left_out: why readers of the report are not taken to know it, "" where they
    are."""

    name: str
    folder: Path
    record: Record
    left_out: str = ""

    @property
    def figures(self) -> Release:
        """What it shows. Raises `ReportError` where it is not as it was released."""
        for file, content in self.record.files.items():
            if hash_of(self.folder / file) != content:
                raise ReportError(f"{FOLDER}/{self.name}/{file} is not as it was released; {_MEND}")
        return replace(_figures(self.folder, f"{FOLDER}/{self.name}"), rule=self.record.rule)


def known_releases(report: Report, root: Path) -> tuple[Release, ...]:
    """What readers of the report know from before, the oldest first: the folders that its parameters name, and all that its
    authority has released, whatever report and name, but what is left out."""
    own, policy = releases_of(report, root), report.disclosure
    folders = {kept.folder.resolve() for kept in own}
    named = [folder for folder in policy.released if (root / folder).resolve() not in folders]
    return (
        *(_figures(root / folder, folder) for folder in named),
        *(
            replace(kept.figures, judged_by=None if policy.judges(kept.record.date) else kept.record.rule)
            for kept in own
            if not kept.left_out
        ),
    )


def known_files(report: Report, root: Path, before: Kept | None = None) -> Iterator[Path]:
    """The files that `known_releases` reads figures from; only of releases that were there before another."""
    own = releases_of(report, root)
    older = own[: [kept.name for kept in own].index(before.name)] if before else own
    folders = [kept.folder for kept in older if not kept.left_out]
    for folder in dict.fromkeys([*(root / name for name in report.disclosure.released), *folders]):
        yield from (path for path in (folder / TABLE, folder / UNITS) if path.is_file())


def releases_of(report: Report, root: Path) -> list[Kept]:
    """All releases of the report's authority, the oldest first."""
    left_out = report.disclosure.left_out
    found = [kept for kept in _all(root, left_out) if _is_same(kept.record.authority, report.authority)]
    names = [kept.name for kept in found]
    for name, reason in left_out.items():
        if name not in names:
            raise ReportError(f"key `disclosure.left_out`: there is no release `{name}`{nearest(name, names)}")
        if not reason.strip():
            raise ReportError(f"key `disclosure.left_out`: {name}: say why readers are not to know it")
    return sorted(found, key=lambda kept: (kept.record.date, kept.record.after, kept.record.version, kept.name))


def versions_of(report: Report, root: Path) -> list[Kept]:
    """The report's own releases, the first version first."""
    own = [kept for kept in releases_of(report, root) if kept.record.report == report.name]
    return sorted(own, key=lambda kept: kept.record.version)


def folder_of(name: str, root: Path) -> Path:
    """The folder of a new release. Raises `ReportError` for a name that leads elsewhere or is taken."""
    if not _NAME.fullmatch(name) or name.lower() in NO_FOLDERS:
        raise ReportError(f"`{name}` can't be a release's name: write letters, digits, `.`, `_` and `-`, a letter or digit first")
    folder = root / FOLDER / name
    if folder.exists():
        raise ReportError(f"{FOLDER}/{name} is there already; choose another name with `--as`")
    return folder


def keep(record: Record, files: Mapping[str, Path], folder: Path) -> Path:
    """Write a release: all of it, or nothing."""
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir(parents=True)
    for name, path in files.items():
        (part / name).write_bytes(path.read_bytes())
    (part / RECORD).write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return part.rename(folder)


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _all(root: Path, left_out: Mapping[str, str]) -> Iterator[Kept]:
    for path in sorted((root / FOLDER).glob(f"*/{RECORD}")):
        name = path.parent.name
        if not name.startswith("."):  # of a release that was not finished
            yield Kept(name, path.parent, _record(path), left_out.get(name, ""))


def _record(path: Path) -> Record:
    try:
        return Record.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError) as error:
        raise ReportError(f"{FOLDER}/{path.parent.name}/{RECORD} can't be read; {_MEND}") from error


def _figures(folder: Path, name: str) -> Release:
    for file in KEPT:
        if not (folder / file).is_file():
            raise ReportError(f"{name}: no file `{file}`; {_MEND}")
    try:
        return Release(name, pd.read_parquet(folder / TABLE), tree_of_text((folder / UNITS).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ReportError(f"{name} can't be read: {str(error).splitlines()[0]}; {_MEND}") from error


def _is_same(one: Authority, other: Authority) -> bool:
    if one.organisation_number and other.organisation_number:
        return one.organisation_number == other.organisation_number
    return one.code == other.code
