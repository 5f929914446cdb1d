"""`sqa new report`: the parameters of reports made from Skolverket's official files."""

import datetime
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sqa_lib.metrics.country import country_of
from sqa_lib.publication import sha256_of
from sqa_lib.report import ReportError
from sqa_lib.sources.skolverket.authorities import FoundAuthority, all_authorities, find_authority
from sqa_lib.units import slug

SECTIONS: list[str | dict[str, str]] = [
    "national-summary",
    {"name": "results", "part": "Resultat"},
    {"name": "environment", "part": "Miljö och stöd"},
    "national-support",
    {"name": "staff", "part": "Förutsättningar"},
    "pupils",
    {"name": "costs", "levels": ["municipality"]},
    {"name": "school-units", "part": "Skolenheterna", "levels": ["municipality"]},
    {"name": "national-method", "part": "Om rapporten", "levels": ["municipality"]},
    "about",
]
COPIES = Path("data") / "skolverket"
_SUFFIXES = ("-kommun", "-stad")


@dataclass(frozen=True)
class NewReports:
    """What was written: the parameters' paths, and the name that `sqa build` takes, of one report or of a folder of them."""

    paths: tuple[Path, ...]
    name: str


def new_report(authority: str, sources: Sequence[Path], root: Path, *, copy: bool = False) -> NewReports:
    """Write `params/<authority>-<year>.yml` for the authority named, from the files `sources`; refuses to write over one."""
    country = country_of(sources, root / "output")
    found = find_authority(country.units, authority)
    files = _files(sources, root, copy)
    path = root / "params" / f"{_code(found)}-{_dashed(country.school_year)}.yml"
    if path.exists():
        raise ReportError(f"{path.name}: is there already; remove it first, or change it by hand")
    _write(path, found, _code(found), country.school_year, files)
    return NewReports((path,), path.stem)


def new_reports(sources: Sequence[Path], root: Path, *, only_municipalities: bool = False, copy: bool = False) -> NewReports:
    """Write a report for every authority (or every municipality) of the files into a folder of `params/`; one build makes them
    all."""
    country = country_of(sources, root / "output")
    kind = "kommuner" if only_municipalities else "riket"
    name = f"{kind}-{_dashed(country.school_year)}"
    folder = root / "params" / name
    if folder.exists():
        raise ReportError(f"params/{name}/: is there already; remove it first, or change its files by hand")
    chosen = [found for found in all_authorities(country.units) if found.is_municipality or not only_municipalities]
    files = _files(sources, root, copy)
    paths = []
    for found, code in _with_codes(chosen):
        paths.append(folder / f"{code}-{_dashed(country.school_year)}.yml")
        _write(paths[-1], found, code, country.school_year, files)
    return NewReports(tuple(paths), name)


def _with_codes(authorities: Iterable[FoundAuthority]) -> Iterable[tuple[FoundAuthority, str]]:
    """Each with the folder name of its book; of those that would have the same, the later ones get their number behind it."""
    used: set[str] = set()
    for found in authorities:
        code = _code(found)
        code = code if code not in used else f"{code}-{found.organisation_number}"
        used.add(code)
        yield found, code


def _code(found: FoundAuthority) -> str:
    code = slug(found.name)
    for suffix in _SUFFIXES:
        code = code.removesuffix(suffix)
    return code or found.organisation_number


def _dashed(school_year: str) -> str:
    return school_year.replace("/", "-")


def _write(path: Path, found: FoundAuthority, code: str, school_year: str, files: Sequence[dict[str, Any]]) -> None:
    content = {
        "title": "Nyckeltal för grundskolan",
        "authority": {"code": code, "name": found.name, "organisation_number": found.organisation_number},
        "school_year": school_year,
        "date": max(file["retrieved"] for file in files),
        "source": "skolverket",
        "datasets": [],
        "files": list(files),
        "sections": SECTIONS,
    }
    head = f"# {found.name}, {found.schools} school units; made by `sqa new report` from {len(files)} file(s) of Skolverket.\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


class _Plain(yaml.SafeDumper):
    """Writes a day twice where it stands twice, without YAML's references."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _files(sources: Sequence[Path], root: Path, copy: bool) -> list[dict[str, Any]]:
    """What the parameters say of each file. copy: put it under `data/` first."""
    return [_told(_copied(path, root) if copy else path, root) for path in sources]


def _copied(path: Path, root: Path) -> Path:
    copied = root / COPIES / path.name
    if copied.exists() and sha256_of(copied) != sha256_of(path):
        raise ReportError(f"{COPIES / path.name}: is there already, with another content; name the new file otherwise")
    copied.parent.mkdir(parents=True, exist_ok=True)
    if not copied.exists():
        shutil.copy2(path, copied)
    return copied


def _told(path: Path, root: Path) -> dict[str, Any]:
    """A path within the project from its root, any other absolute; the day that the file was saved as the day it was
    retrieved."""
    whole, base = path.resolve(), root.resolve()
    place = whole.relative_to(base) if whole.is_relative_to(base) else whole
    day = datetime.date.fromtimestamp(path.stat().st_mtime)
    return {"path": place.as_posix(), "sha256": sha256_of(path), "retrieved": day}
