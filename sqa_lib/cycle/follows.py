"""Whether a report still has the earlier report's rows: a correction to these after `sqa new year` reaches no copy by itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from sqa_lib.report import Report, ReportError, load_report
from sqa_lib.sources.check import Input, load
from sqa_lib.sources.datasets import DATASETS, SCHOOL_UNITS, Dataset
from sqa_lib.sources.delivered import files_of

_SCHOOL_YEAR = re.compile(r"\d{4}/\d\d")
_TIMES = ("school_year", "calendar_year")
"""Of the columns of a dataset, all but the units', the one that says which year a row is of."""


def changed_rows(report: Report, data: Input, root: Path) -> Iterator[str]:
    """How many rows differ from those of the report that this one follows: a line for each dataset and each year that both
    have, never a row. data: the report's own.

    Files that go on from the earlier ones byte for byte are not read.
    """
    if not report.follows or report.source != "datasets":
        return
    try:
        earlier = load_report(report.follows, root)
    except ReportError as error:
        yield f"key `follows`: {error}"
        return
    there, here = root / earlier.data, root / report.data
    if not there.is_dir():
        yield f"key `follows`: the data of {earlier.name}, {earlier.data}, is not there; the rows of both are not compared"
        return
    both = [DATASETS[name] for name in report.datasets if name in earlier.datasets and name != SCHOOL_UNITS.name]
    read = [dataset for dataset in both if not _goes_on(dataset, earlier, there, here)]
    if not read:
        return
    then = load(there, earlier.school_year, [SCHOOL_UNITS.name, *(dataset.name for dataset in read)])
    for dataset in read:
        for year, number in _differing(_rows(then, dataset), _rows(data, dataset), dataset).items():
            yield (
                f"{dataset.path}: {number} {'row' if number == 1 else 'rows'} of {year} in {report.data} and {earlier.data} "
                "differ; copy those that are right to the other, so that both reports tell the same"
            )


def _goes_on(dataset: Dataset, earlier: Report, there: Path, here: Path) -> bool:
    """Whether the file and each form of the earlier report's are there, and begin with all that they had; behind it stand rows of
    later school years only."""
    for then in files_of(dataset, there):
        now, before = here / then.relative_to(there), then.read_bytes()
        content = now.read_bytes() if now.is_file() else b""
        years = _SCHOOL_YEAR.findall(content[len(before) :].decode(errors="replace"))
        if not content.startswith(before) or any(year <= earlier.school_year for year in years):
            return False
    return True


def _rows(data: Input, dataset: Dataset) -> pd.DataFrame:
    """The accepted rows, every cell as text."""
    return pd.concat([tables[dataset.name] for tables in (data.tables, data.incomplete) if dataset.name in tables]).astype("str")


def _differing(then: pd.DataFrame, now: pd.DataFrame, dataset: Dataset) -> dict[str, int]:
    """Year that both have → how many rows are only in one of them: a row that was changed is one."""
    (time,) = (column.name for column in dataset.columns if column.name in _TIMES)
    found = {}
    for year in sorted(set(then[time]) & set(now[time])):
        one, other = (rows[rows[time] == year].value_counts(dropna=False) for rows in (then, now))
        more = one.sub(other, fill_value=0)
        found[year] = int(max(more.clip(lower=0).sum(), -more.clip(upper=0).sum()))
    return {year: number for year, number in found.items() if number}
