"""`sqa new year`: next year's parameters, its data folder with the earlier years' rows, the areas carried over, and last year's
texts to be read again."""

import datetime
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from sqa_lib.cycle.areas import FILE, read_all
from sqa_lib.cycle.carry import Carried, carried
from sqa_lib.cycle.last_year import FOLDER as LAST_YEAR
from sqa_lib.cycle.last_year import Taken, left_unread, taken_along
from sqa_lib.plausibility.accepted import FILE as ACCEPTED
from sqa_lib.releases.records import versions_of
from sqa_lib.report import Report, ReportError
from sqa_lib.sources.datasets import DATASETS, Dataset
from sqa_lib.sources.delivered import files_of
from sqa_lib.sources.files import DELIMITER
from sqa_lib.texts.years import years_in
from sqa_lib.words import next_year
from sqa_lib.yaml_loader import read_yaml

_README = """\
# {name}

Made by `sqa new year {before}`. The files hold the earlier school years' rows, so that the series of the report go on.

1. Append the rows of {year} to each file, below the earlier ones. (The columns are those of the header; `data/README.md` tells
   what they hold.) A file with nothing but a header is a dataset that {before} did not have: fill it, or take it away.
2. Mend `skolenheter`: it holds last year's units. A unit that is closed stays as long as earlier rows name it.
3. Put Skolverket's new file `underlag_for_analys.xlsx` here, if the report has national indicators.
4. Fill in `development_areas.yml`: what became of last year's areas, and which are prioritised now.
5. Read the texts in `last_year/` again. They are in no book: mend one and move it to `texts/` under the same name, or take it
   away.
6. Run `sqa check {name}`, which lists what is still missing for {year}, and `sqa build {name}`.
"""


@dataclass(frozen=True)
class NewYear:
    """What was made. told: what did not go along, what was changed on the way, and what to do, a line each."""

    parameters: Path
    data: Path
    told: tuple[str, ...] = ()


def new_year(report: Report, path: Path, root: Path) -> NewYear:
    """Write next year's parameters and data folder; refuses to write over anything. path: this year's parameters."""
    if report.source != "datasets":
        raise ReportError(
            f"{path.name}: is made from Skolverket's file; download the next year's and run "
            f'`sqa new report --authority "{report.authority.name}" --from <file>`'
        )
    following = next_year(report.school_year)
    name = _moved_on(report.name, report.school_year, following)
    made = NewYear(path.with_name(f"{name}.yml"), root / "data" / name)
    for taken in (made.parameters, made.data):
        if taken.exists():
            raise ReportError(f"{taken.relative_to(root)}: is there already; take it away first, or work on in it")
    written = root / report.folder
    areas = carried(read_all(written / FILE), report.school_year)
    texts = taken_along(written, report.school_year)
    parameters = _parameters(path.read_text(encoding="utf-8-sig"), report, made, root)
    made.data.mkdir(parents=True)
    _fill(made.data, root / report.data, report)
    (made.data / FILE).write_text(areas.text, encoding="utf-8")
    for text in texts:
        copy = made.data / LAST_YEAR / text.file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(text.text.encode())
    readme = _README.format(name=name, before=report.name, year=following)
    (made.data / "README.md").write_text(readme, encoding="utf-8")
    made.parameters.write_text(parameters, encoding="utf-8")
    told = [*areas.left, *_of_texts(len(texts), len(left_unread(written)), report, made), *_of_years(areas, texts)]
    return replace(made, told=(*told, *_hints(report, root)))


def _of_texts(number: int, unread: int, report: Report, made: NewYear) -> Iterator[str]:
    if number:
        where = f"data/{made.data.name}/{LAST_YEAR}/"
        yield f"{where}: {number} texts, in no book until somebody has read them and moved them to texts/"
    if unread:
        yield f"texts that nobody has read in data/{report.name}/{LAST_YEAR}/ are not taken along: {unread}"


def _of_years(areas: Carried, texts: Sequence[Taken]) -> Iterator[str]:
    """Where figures beside a typed year stay those of that year."""
    files = [f"{LAST_YEAR}/{text.file.as_posix()}" for text in texts if text.is_dated]
    if changed := [*([f"{FILE} ({', '.join(areas.dated)})"] if areas.dated else []), *files]:
        yield f"figures beside a typed year are of that year now, so that the words stay true: {', '.join(changed)}"


def _hints(report: Report, root: Path) -> Iterator[str]:
    """What to do about this year's release, where there is none."""
    if not versions_of(report, root):
        yield f"run `sqa release {report.name}` when it is published: then readers are taken to know it"


def _moved_on(name: str, school_year: str, following: str) -> str:
    """`lulea-2020-21` becomes `lulea-2021-22`; a name without the school year gets the next one's."""
    this, then = (year.replace("/", "-") for year in (school_year, following))
    return name.replace(this, then) if this in name else f"{name}-{then}"


# ---- the data folder ------------------------------------------------------------------------------------------------


def _fill(folder: Path, before: Path, report: Report) -> None:
    """Every dataset of the report: last year's file and forms as they are, else an empty file with the right headers; and the
    answers to what was odd in its rows."""
    for dataset in (DATASETS[name] for name in report.datasets):
        sources = files_of(dataset, before)
        for source in sources:
            copy = folder / source.relative_to(before)
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, copy)
        if not sources:
            _write_empty(folder, dataset)
    if (before / ACCEPTED).is_file():
        shutil.copyfile(before / ACCEPTED, folder / ACCEPTED)


def _write_empty(folder: Path, dataset: Dataset) -> None:
    header = DELIMITER.join(column.header for column in dataset.columns)
    (folder / f"{dataset.path}.csv").write_text(header + "\r\n", encoding="utf-8-sig", newline="")


# ---- the parameters -------------------------------------------------------------------------------------------------


def _parameters(text: str, report: Report, made: NewYear, root: Path) -> str:
    """The text with years, date and data folder moved on, and without last year's corrections; its comments stay, unless its form
    is too unusual."""
    changes = {
        "school_year": next_year(report.school_year),
        "date": _a_year_later(report.date),
        "data": made.data.relative_to(root).as_posix(),
        "follows": report.name,
    }
    said = {words: _a_year_on(words, report.school_year) for words in (report.title, *(one.label for one in report.key_figures))}
    expected = _renamed(read_yaml(text), said) | changes
    for key in ("corrections", "written"):
        expected.pop(key, None)
    text = re.sub(r"(?m)^written:.*\n", "", text)
    text = re.sub(r"(?m)^corrections:.*\n(?:[ \t-].*\n|[ \t]*\n(?=[ \t-]))*", "", text)
    for words, moved in said.items():
        text = text.replace(words, moved)
    for key, value in changes.items():
        line = f'{key}: "{value}"' if key == "school_year" else f"{key}: {value}"
        text, found = re.subn(rf"(?m)^{key}:[ \t]*[^#\n]*?([ \t]+#.*)?$", rf"{line}\1", text)
        if not found:
            text = re.sub(r"(?m)^(data:.*)$", rf"\1\n{line}", text)
    return text if _read(text) == expected else yaml.safe_dump(expected, allow_unicode=True, sort_keys=False)


def _a_year_on(words: str, school_year: str) -> str:
    """Words of a report with the years that are its own moved on: `Kvalitetsrapport 2020/21`."""
    for year in reversed(list(years_in(words))):
        if school_year in year.means:
            moved = re.sub(r"\d+", lambda digits: str(int(digits[0]) + 1).zfill(len(digits[0]))[-len(digits[0]) :], year.typed)
            words = words[: year.start] + moved + words[year.end :]
    return words


def _renamed(value: Any, said: Mapping[str, str]) -> Any:
    """Parameters in which what is a key here is what it becomes."""
    if isinstance(value, dict):
        return {key: _renamed(part, said) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, said) for part in value]
    return said.get(value, value) if isinstance(value, str) else value


def _read(text: str) -> object:
    try:
        return read_yaml(text)
    except yaml.YAMLError:
        return None


def _a_year_later(date: datetime.date) -> datetime.date:
    """The same day next year; 28 February for a leap day."""
    try:
        return date.replace(year=date.year + 1)
    except ValueError:
        return date.replace(year=date.year + 1, day=28)
