"""`sqa new report`: the parameters of a report made from Skolverket's national file."""

import datetime
import os
from pathlib import Path

import yaml

from sqa_lib.report import ReportError
from sqa_lib.sources.skolverket import Underlag, find_authority, read_underlag
from sqa_lib.units import slug

SECTIONS: list[str | dict[str, str]] = [
    "national-summary",
    {"name": "pupils", "part": "Förutsättningar"},
    "staff",
    "costs",
    {"name": "national-indicators", "part": "Resultat"},
    {"name": "about", "part": "Om rapporten"},
]
_SUFFIXES = ("-kommun", "-stad")


def new_report(authority: str, source: Path, root: Path) -> Path:
    """Write `params/<authority>-<year>.yml` for the authority named, from the file `source`; refuses to write over one."""
    underlag = read_underlag(source)
    found = find_authority(underlag, authority)
    code = _short(slug(found.name))
    school_year = _school_year(underlag)
    path = root / "params" / f"{code}-{school_year.replace('/', '-')}.yml"
    if path.exists():
        raise ReportError(f"{path.name}: is there already; remove it first, or change it by hand")
    content = {
        "title": "Nyckeltal för grundskolan",
        "authority": {"code": code, "name": found.name, "organisation_number": found.organisation_number},
        "school_year": school_year,
        "date": datetime.date(2000 + int(school_year[-2:]), 10, 15),
        "source": "skolverket",
        "datasets": [],
        "data": Path(os.path.relpath(source.resolve(), root)).as_posix(),
        "sections": SECTIONS,
    }
    head = f"# {found.name}, {found.schools} school units; made by `sqa new report` from {source.name}.\n"
    path.write_text(head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _short(code: str) -> str:
    for suffix in _SUFFIXES:
        code = code.removesuffix(suffix)
    return code


def _school_year(underlag: Underlag) -> str:
    """The file's school year, the latest where there are several."""
    return max(underlag.values["school_year"])
