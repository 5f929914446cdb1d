"""`sqa new year`: next year's parameters, its data folder with the earlier years' rows, and the areas carried over."""

import datetime
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from sqa_lib.cycle.areas import FILE, read_all
from sqa_lib.cycle.carry import carried
from sqa_lib.releases.records import versions_of
from sqa_lib.report import Report, ReportError
from sqa_lib.sources.datasets import DATASETS, Dataset
from sqa_lib.sources.files import DELIMITER, find_file
from sqa_lib.sources.forms import form_files
from sqa_lib.sources.problems import SourceError
from sqa_lib.words import next_year

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
    """What was made. hint: what to do about this year's release, "" where there is one."""

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
    made = NewYear(path.with_name(f"{name}.yml"), root / "data" / name, "" if versions_of(report, root) else _hint(report))
    for taken in (made.parameters, made.data):
        if taken.exists():
            raise ReportError(f"{taken.relative_to(root)}: is there already; take it away first, or work on in it")
    areas = carried(read_all(root / report.folder / FILE), report.school_year)
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
    return f"run `sqa release {report.name}` when it is published: then readers are taken to know it"


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
    """The text with year, date and data folder moved on; its comments stay, unless its form is too unusual."""
    changes = {
        "school_year": next_year(report.school_year),
        "date": _a_year_later(report.date),
        "data": made.data.relative_to(root).as_posix(),
    }
    expected = yaml.safe_load(text) | changes
    for key, value in changes.items():
        shown = f'"{value}"' if key == "school_year" else str(value)
        text = re.sub(rf"(?m)^{key}:[ \t]*[^#\n]*?([ \t]+#.*)?$", rf"{key}: {shown}\1", text)
    return text if _read(text) == expected else yaml.safe_dump(expected, allow_unicode=True, sort_keys=False)


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
