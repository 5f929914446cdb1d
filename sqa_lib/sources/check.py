"""Every dataset of a report, checked: what is accepted, what is rejected and why. Rows read = accepted + rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.sources.cells import folded
from sqa_lib.sources.datasets import DATASETS, SCHOOL_UNITS, Dataset
from sqa_lib.sources.files import RawTable, find_file, read_cells
from sqa_lib.sources.problems import Finding, Problem, SourceError, did_you_mean, joined, problem_table
from sqa_lib.sources.rules import KnownUnits, broken_rules
from sqa_lib.sources.schemas import schema_of
from sqa_lib.sources.typed import typed

SUMMARY = ["dataset", "file", "read", "accepted", "rejected"]


@dataclass(frozen=True)
class Input:
    """All of a report's datasets.

    tables: dataset → accepted rows, as `schemas.schema_of` describes them (no rows where the file can't be used).
    rejected: dataset → rejected rows as delivered, with `rad` (row number) and `orsak` (every reason); only datasets with any.
    problems: file, row, column, value, problem, allowed. summary: dataset, file, read, accepted, rejected.
    is_faulty: whether any problem is more than that something is not there (a dataset, or the rows of the school year).
    """

    tables: dict[str, pd.DataFrame]
    rejected: dict[str, pd.DataFrame]
    problems: pd.DataFrame
    summary: pd.DataFrame
    is_faulty: bool = False

    def with_more(self, other: "Input") -> "Input":
        """Both together, for a report made from several kinds of sources."""
        return Input(
            self.tables | other.tables,
            self.rejected | other.rejected,
            pd.concat([self.problems, other.problems], ignore_index=True),
            pd.concat([self.summary, other.summary], ignore_index=True),
            self.is_faulty or other.is_faulty,
        )


@dataclass(frozen=True)
class Checked:
    """One dataset. file: "" where there is none."""

    dataset: Dataset
    file: str
    accepted: pd.DataFrame
    rejected: pd.DataFrame
    problems: list[Problem]

    @property
    def counts(self) -> tuple[str, str, int, int, int]:
        accepted, rejected = len(self.accepted), len(self.rejected)
        return self.dataset.name, self.file, accepted + rejected, accepted, rejected


def load(data_folder: Path, school_year: str, datasets: Sequence[str] = tuple(DATASETS)) -> Input:
    """Read and check the named datasets; school units first, since the others refer to them.

    A file that is missing or can't be used is a problem and leaves an empty table; the rest goes on.
    """
    school_units = check_file(SCHOOL_UNITS, data_folder, school_year, units=None)
    units = _known_units(school_units)
    others = [check_file(DATASETS[name], data_folder, school_year, units) for name in datasets if name != SCHOOL_UNITS.name]
    checked = [school_units, *others]
    return Input(
        tables={c.dataset.name: c.accepted for c in checked},
        rejected={c.dataset.name: c.rejected for c in checked if len(c.rejected)},
        problems=problem_table(problem for c in checked for problem in c.problems),
        summary=pd.DataFrame([c.counts for c in checked], columns=SUMMARY),
        is_faulty=any(not problem.is_absence for c in checked for problem in c.problems),
    )


def _known_units(school_units: Checked) -> KnownUnits:
    accepted = frozenset(school_units.accepted["unit"])
    header = SCHOOL_UNITS.column("unit").header
    given = school_units.rejected.rename(columns=folded).get(folded(header), pd.Series(dtype="str"))
    return KnownUnits(accepted, frozenset(given.str.strip()) - accepted)


def check_file(dataset: Dataset, folder: Path, school_year: str, units: KnownUnits | None) -> Checked:
    """One dataset from its file in the folder."""
    try:
        raw = read_cells(find_file(folder, dataset.path))
    except SourceError as error:
        nothing = pd.DataFrame(columns=[column.name for column in dataset.columns], dtype="str")
        return Checked(dataset, "", typed(nothing, dataset)[0], nothing, [error.problem])
    return check_cells(dataset, raw, school_year, units)


def check_cells(dataset: Dataset, raw: RawTable, school_year: str, units: KnownUnits | None) -> Checked:
    """One dataset from its cells: every row is either in `accepted` or, with all its reasons, in `rejected`."""
    names = _names(raw, dataset)
    cells = raw.cells.rename(columns=names).reindex(columns=[column.name for column in dataset.columns], fill_value="")
    shifted = _shifted(raw)
    table, found = typed(cells.drop(index=[finding.row for finding in shifted]), dataset)
    findings = sorted([*shifted, *found, *broken_rules(table, dataset, units, found)], key=lambda finding: finding.row)
    unusable = [*_missing_columns(raw, dataset), *_uncheckable_units(raw, dataset, units)]
    problems = [] if unusable else [_located(finding, raw, dataset, cells) for finding in findings]
    reasons = {row: [str(p) for p in unusable] for row in cells.index} if unusable else _reasons(problems)
    accepted = schema_of(dataset).validate(table[~table.index.isin(list(reasons))]).reset_index(drop=True)
    about_file = [*unusable, *_unknown_columns(raw, dataset), *_too_few_rows(raw, accepted, dataset, school_year)]
    return Checked(dataset, raw.file, accepted, _rejected(raw, reasons), about_file + problems)


def _names(raw: RawTable, dataset: Dataset) -> dict[str, str]:
    """Header in the file → name in Python, without regard to case."""
    known = {folded(column.header): column.name for column in dataset.columns}
    return {header: known[folded(header)] for header in raw.cells.columns if folded(header) in known}


def _missing_columns(raw: RawTable, dataset: Dataset) -> list[Problem]:
    """Columns that the file lacks and must have: none of its rows can be used."""
    there = {folded(header) for header in raw.cells.columns}
    unknown = _unknown_headers(raw, dataset)
    return [
        Problem(raw.file, "is missing", joined("add the column", _hint(column.header, unknown)), row=1, column=column.header)
        for column in dataset.columns
        if column.is_required and folded(column.header) not in there
    ]


def _unknown_columns(raw: RawTable, dataset: Dataset) -> list[Problem]:
    """Columns that nothing is read from."""
    headers = [column.header for column in dataset.columns]
    mend = "it is not read: rename it or take it away"
    return [
        Problem(raw.file, "is not a column of this dataset", joined(mend, _hint(header, headers)), row=1, column=header)
        for header in _unknown_headers(raw, dataset)
    ]


def _unknown_headers(raw: RawTable, dataset: Dataset) -> list[str]:
    return [header for header in raw.cells.columns if header not in _names(raw, dataset)]


def _hint(word: str, known: list[str]) -> str:
    hint = did_you_mean(word, known)
    return f"({hint})" if hint else ""


def _uncheckable_units(raw: RawTable, dataset: Dataset, units: KnownUnits | None) -> list[Problem]:
    if units is None or units.accepted or all(column.kind != "unit" for column in dataset.columns):
        return []
    return [Problem(raw.file, "can't be checked: there are no school units", f"mend {SCHOOL_UNITS.path} first")]


def _too_few_rows(raw: RawTable, accepted: pd.DataFrame, dataset: Dataset, school_year: str) -> list[Problem]:
    if raw.cells.empty:
        mend = f"export {dataset.label} again, or take the file away"
        return [Problem(raw.file, "has no rows under its header", mend, is_absence=True)]
    if len(accepted) and "school_year" in accepted and school_year not in set(accepted["school_year"]):
        header = dataset.column("school_year").header
        mend = f"add the rows of {school_year}, or take the section that needs them out of the report"
        problem = f"has no accepted rows for {school_year}"
        return [Problem(raw.file, problem, mend, column=header, is_absence=True)]
    return []


def _shifted(raw: RawTable) -> list[Finding]:
    """Rows with more or fewer cells than the header: what stands under which header is not known."""
    width = raw.cells.shape[1]
    mend = f"the header has {width}; a cell that holds a semicolon needs quotation marks"
    return [Finding(row, "", f"has {cells} cells", mend) for row, cells in raw.widths.items() if cells != width]


def _located(finding: Finding, raw: RawTable, dataset: Dataset, cells: pd.DataFrame) -> Problem:
    header = dataset.column(finding.column).header if finding.column else ""
    value = cells.at[finding.row, finding.column] if finding.column else ""
    return Problem(raw.file, finding.problem, finding.allowed, int(finding.row), header, value)


def _reasons(problems: list[Problem]) -> dict[int, list[str]]:
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row, []).append(f"{problem.column}: {problem.problem} ({problem.allowed})".lstrip(": "))
    return reasons


def _rejected(raw: RawTable, reasons: dict[int, list[str]]) -> pd.DataFrame:
    rows = raw.cells.loc[list(reasons)]
    return rows.assign(rad=rows.index, orsak=["; ".join(reasons[row]) for row in rows.index]).reset_index(drop=True)
