"""`sqa new year`: next year's parameters, its data folder with the earlier years' rows, and the areas carried over."""

import datetime
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sqa_lib.cycle.areas import FILE, read_all
from sqa_lib.cycle.carry import carried
from sqa_lib.report import Report, ReportError
from sqa_lib.sources.datasets import DATASETS, Dataset
from sqa_lib.sources.files import DELIMITER, find_file
from sqa_lib.sources.forms import form_files
from sqa_lib.sources.problems import SourceError
from sqa_lib.words import next_year

_DISCLOSURE = re.compile(r"(# )?disclosure:\s*(#.*)?$")

_README = """\
# {name}

Made by `sqa new year {before}`. The files hold the earlier school years' rows, so that the series of the report go on.

1. Append the rows of {year} to each file, below the earlier ones. (The columns are those of the header; `data/README.md` tells
   what they hold.) A file with nothing but a header is a dataset that {before} did not have: fill it, or take it away.
2. Mend `skolenheter`: it holds last year's units. A unit that is closed stays as long as earlier rows name it.
3. Put Skolverket's new file `underlag_for_analys.xlsx` here, if the report has national indicators.
4. Fill in `development_areas.yml`: what became of last year's areas, and which are prioritised now.
5. Run `sqa check {name}`, which lists what is still missing for {year}, and `sqa build {name}`.
"""


@dataclass(frozen=True)
class NewYear:
    """What was made. hint: what to do about the last release, "" where it is named in the parameters."""

    parameters: Path
    data: Path
    hint: str


def new_year(report: Report, path: Path, root: Path) -> NewYear:
    """Write next year's parameters and data folder; refuses to write over anything. path: this year's parameters."""
    if report.source != "datasets":
        raise ReportError(
            f"{path.name}: is made from Skolverket's file; download the next year's and run "
            f'`sqa new report --authority "{report.authority.name}" --from <file>`'
        )
    following = next_year(report.school_year)
    name = _moved_on(report.name, report.school_year, following)
    made = NewYear(path.with_name(f"{name}.yml"), root / "data" / name, "" if _last_release(report, root) else _hint(report))
    for taken in (made.parameters, made.data):
        if taken.exists():
            raise ReportError(f"{taken.relative_to(root)}: is there already; take it away first, or work on in it")
    areas = carried(read_all(root / "data" / report.name / FILE), report.school_year)
    parameters = _parameters(path.read_text(encoding="utf-8-sig"), report, made, root)
    made.data.mkdir(parents=True)
    _fill(made.data, root / report.data, report)
    (made.data / FILE).write_text(areas, encoding="utf-8")
    readme = _README.format(name=name, before=report.name, year=following)
    (made.data / "README.md").write_text(readme, encoding="utf-8")
    made.parameters.write_text(parameters, encoding="utf-8")
    return made


def _moved_on(name: str, school_year: str, following: str) -> str:
    """`lulea-2020-21` becomes `lulea-2021-22`; a name without the school year gets the next one's."""
    this, then = (year.replace("/", "-") for year in (school_year, following))
    return name.replace(this, then) if this in name else f"{name}-{then}"


def _hint(report: Report) -> str:
    return f"run `sqa release {report.name}` when it is published, and name the folder here as `released: [data/released/…]`"


def _last_release(report: Report, root: Path) -> str:
    """The folder of this report's last release, "" where there is none."""
    found = sorted(path.relative_to(root).as_posix() for path in (root / "data" / "released").glob(f"{report.name}*"))
    return found[-1] if found else ""


# ---- the data folder ------------------------------------------------------------------------------------------------


def _fill(folder: Path, before: Path, report: Report) -> None:
    """Every dataset of the report: last year's file and forms as they are, else an empty file with the right headers."""
    for dataset in (DATASETS[name] for name in report.datasets):
        sources = [*_file(before, dataset), *(form_files(before, dataset.form) if dataset.form else ())]
        for source in sources:
            copy = folder / source.relative_to(before)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, copy)
        if not sources:
            _write_empty(folder, dataset)


def _file(folder: Path, dataset: Dataset) -> list[Path]:
    try:
        return [find_file(folder, dataset.path)]
    except SourceError:
        return []


def _write_empty(folder: Path, dataset: Dataset) -> None:
    header = DELIMITER.join(column.header for column in dataset.columns)
    (folder / f"{dataset.path}.csv").write_text(header + "\r\n", encoding="utf-8-sig", newline="")


# ---- the parameters -------------------------------------------------------------------------------------------------


def _parameters(text: str, report: Report, made: NewYear, root: Path) -> str:
    """The text with year, date, data folder and last release moved on; its comments stay, unless its form is too unusual."""
    changes = {
        "school_year": next_year(report.school_year),
        "date": _a_year_later(report.date),
        "data": made.data.relative_to(root).as_posix(),
    }
    last = _last_release(report, root)
    released = [*report.disclosure.released, *([last] if last and last not in report.disclosure.released else [])]
    expected = _expected(yaml.safe_load(text), changes, released)
    for key, value in changes.items():
        shown = f'"{value}"' if key == "school_year" else str(value)
        text = re.sub(rf"(?m)^{key}:[ \t]*[^#\n]*?([ \t]+#.*)?$", rf"{key}: {shown}\1", text)
    edited = _with_released(text, released, made.hint)
    return edited if _read(edited) == expected else yaml.safe_dump(expected, allow_unicode=True, sort_keys=False)


def _expected(content: dict[str, Any], changes: Mapping[str, Any], released: list[str]) -> dict[str, Any]:
    disclosure = content.get("disclosure") or {}
    return content | changes | ({"disclosure": disclosure | {"released": released}} if released else {})


def _with_released(text: str, released: list[str], hint: str) -> str:
    """The line under `disclosure` that names what was published before, or a comment that says how to get it."""
    lines = list(_without_released(text.splitlines()))
    said = [f"  released: [{', '.join(released)}]"] if released else []
    said += [f"  # {hint}"] if hint else []
    if not any(map(_DISCLOSURE.match, lines)):
        lines.append("disclosure:" if released else "# disclosure:")
    place = next(i for i, line in enumerate(lines) if _DISCLOSURE.match(line))
    return "\n".join([*lines[: place + 1], *said, *lines[place + 1 :]]) + "\n"


def _without_released(lines: list[str]) -> Iterator[str]:
    """All lines but the key `released` of a block and the items under it."""
    is_in = False
    for line in lines:
        is_in = line.startswith("  released:") or (is_in and line.lstrip().startswith("- ") and line.startswith("  "))
        if not is_in:
            yield line


def _read(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _a_year_later(date: datetime.date) -> datetime.date:
    """The same day next year; 28 February for a leap day."""
    try:
        return date.replace(year=date.year + 1)
    except ValueError:
        return date.replace(year=date.year + 1, day=28)
