"""Every dataset of a report, checked: what is accepted, what is rejected and why. Rows read = accepted + rejected.

A row of a form that nobody has filled in yet is not read as one: it waits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from sqa_lib.register import as_of, former_codes, spans_of
from sqa_lib.sources.cells import folded
from sqa_lib.sources.datasets import DATASETS, SCHOOL_UNITS, Dataset
from sqa_lib.sources.delivered import Delivered, delivered, read_dataset
from sqa_lib.sources.files import RawTable
from sqa_lib.sources.filled import half_filled, waits
from sqa_lib.sources.problems import Finding, Problem, joined, perhaps, problem_table
from sqa_lib.sources.rules import KnownUnits, broken_rules
from sqa_lib.sources.schemas import NUMERIC, mark_name, schema_of
from sqa_lib.sources.typed import typed

SUMMARY = ["dataset", "file", "read", "accepted", "rejected"]


@dataclass(frozen=True)
class Input:
    """All of a report's datasets.

    tables: dataset → accepted rows whose numbers are all there, as `schemas.schema_of` describes them (no rows where the file
    can't be used). incomplete: dataset → accepted rows with a mark in a number's place, likewise; only datasets with any. They
    are counted nowhere: a number that is not there is not 0.
    rejected: dataset → rejected rows as delivered, with `rad` (row number) and `orsak` (every reason), and `fil` where there are
    forms; only datasets with any. waiting: dataset with forms → rows that nobody has filled in yet, see `Checked`.
    problems: file, row, column, value, problem, allowed. summary: dataset, file, read, accepted, rejected.
    is_faulty: whether any problem is more than that something is not there (a dataset, or the rows of the school year).
    register: the accepted rows of the school units, of all their spans; `tables` has the one of the school year.
    unreadable: dataset → its files that can't be read at all, so that nobody knows what rows they have.
    """

    tables: dict[str, pd.DataFrame]
    rejected: dict[str, pd.DataFrame]
    problems: pd.DataFrame
    summary: pd.DataFrame
    is_faulty: bool = False
    waiting: dict[str, pd.DataFrame] = field(default_factory=dict)
    incomplete: dict[str, pd.DataFrame] = field(default_factory=dict)
    register: pd.DataFrame = field(default_factory=pd.DataFrame)
    unreadable: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def with_more(self, other: "Input") -> "Input":
        """Both together, for a report made from several kinds of sources."""
        return Input(
            self.tables | other.tables,
            self.rejected | other.rejected,
            pd.concat([self.problems, other.problems], ignore_index=True),
            pd.concat([self.summary, other.summary], ignore_index=True),
            self.is_faulty or other.is_faulty,
            self.waiting | other.waiting,
            self.incomplete | other.incomplete,
            self.register,
            self.unreadable | other.unreadable,
        )


@dataclass(frozen=True)
class Checked:
    """One dataset. file: what its rows come from, "" where there is nothing. accepted, incomplete: see `Input`.

    waiting: rows of forms that nobody has filled in yet, cells as delivered, columns as in Python, with `file` and `row`.
    unreadable: files that can't be read at all.
    """

    dataset: Dataset
    file: str
    accepted: pd.DataFrame
    incomplete: pd.DataFrame
    rejected: pd.DataFrame
    problems: list[Problem]
    waiting: pd.DataFrame
    unreadable: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[str, str, int, int, int]:
        accepted, rejected = len(self.accepted) + len(self.incomplete), len(self.rejected)
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
        tables={c.dataset.name: c.accepted for c in checked} | {SCHOOL_UNITS.name: as_of(school_units.accepted, school_year)},
        register=school_units.accepted,
        incomplete={c.dataset.name: c.incomplete for c in checked if len(c.incomplete)},
        rejected={c.dataset.name: c.rejected for c in checked if len(c.rejected)},
        waiting={c.dataset.name: c.waiting for c in checked if c.dataset.form},
        unreadable={c.dataset.name: c.unreadable for c in checked if c.unreadable},
        problems=problem_table(problem for c in checked for problem in c.problems),
        summary=pd.DataFrame([c.counts for c in checked], columns=SUMMARY),
        is_faulty=any(not problem.is_absence for c in checked for problem in c.problems),
    )


def _known_units(school_units: Checked) -> KnownUnits:
    accepted = frozenset(school_units.accepted["unit"])
    header = SCHOOL_UNITS.column("unit").header
    given = school_units.rejected.rename(columns=folded).get(folded(header), pd.Series(dtype="str"))
    refused = frozenset(given.str.strip()) - accepted
    return KnownUnits(accepted, refused, spans_of(school_units.accepted), former_codes(school_units.accepted))


def check_file(dataset: Dataset, folder: Path, school_year: str, units: KnownUnits | None) -> Checked:
    """One dataset from its file in the folder, and from its forms."""
    tables, problems = read_dataset(dataset, folder)
    checked = check_cells(dataset, tables, school_year, units)
    unreadable = tuple(problem.file for problem in problems if not problem.is_absence)
    return replace(checked, problems=[*problems, *checked.problems], unreadable=unreadable)


def check_cells(dataset: Dataset, tables: Sequence[RawTable], school_year: str, units: KnownUnits | None) -> Checked:
    """One dataset from the cells of its files: every row is `accepted`, `rejected` with all its reasons, or `waiting`."""
    files = delivered(tables)
    unusable = {raw.file: [*_missing_columns(raw, dataset), *_uncheckable_units(raw, dataset, units)] for raw in files.tables}
    usable = [raw for raw in files.tables if not unusable[raw.file]]
    shifted = [finding for raw in usable for finding in _shifted(raw)]
    cells = pd.concat([_no_cells(dataset), *(_cells(raw, dataset) for raw in usable)])
    is_waiting = waits(cells, dataset) & ~cells.index.isin([finding.row for finding in shifted])
    is_waiting &= ~cells.index.isin(_without_key(cells[is_waiting], dataset))
    table, findings = _checked(cells[~is_waiting], shifted, dataset, units)
    problems = [_located(finding, files, dataset, cells) for finding in findings]
    reasons = dict(sorted((_reasons_of_files(files, unusable) | _reasons(findings, problems)).items()))
    accepted = schema_of(dataset).validate(table[~table.index.isin(list(reasons))])
    is_incomplete = without_a_number(accepted, dataset)
    problems = [
        *(problem for raw in files.tables for problem in (*unusable[raw.file], *_about_file(raw, dataset))),
        *_without_rows_of(school_year, files, accepted, dataset),
        *problems,
        *half_filled(cells.loc[accepted.index], files, dataset),
        *_incomplete(accepted[is_incomplete], cells, files, dataset),
    ]
    waiting = cells[is_waiting].join(files.places).reset_index(drop=True)
    rejected = _rejected(files, reasons, dataset)
    whole, incomplete = (rows.reset_index(drop=True) for rows in (accepted[~is_incomplete], accepted[is_incomplete]))
    return Checked(dataset, files.named(dataset), whole, incomplete, rejected, problems, waiting)


def without_a_number(rows: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """True for the rows that have a mark (`.`, `..` …) in a number's place."""
    marks = [mark_name(column) for column in dataset.columns if column.kind in NUMERIC]
    return (rows[marks] != "").any(axis=1) if marks else pd.Series(False, index=rows.index)


def _incomplete(rows: pd.DataFrame, cells: pd.DataFrame, files: Delivered, dataset: Dataset) -> Iterator[Problem]:
    mend = "write the number, or leave the mark: the row is counted nowhere, and the figures that it belongs to say so"
    for column in (column for column in dataset.columns if column.kind in NUMERIC):
        for row in rows.index[rows[mark_name(column)] != ""]:
            file, number = files.places.loc[row]
            value = cells.at[row, column.name]
            yield Problem(file, "is no number", mend, int(number), column.header, value, is_absence=True)


def _without_key(cells: pd.DataFrame, dataset: Dataset) -> list[int]:
    """Rows whose key can't be used, such as a reviewer's name in place of a role: they don't wait, they are rejected."""
    return [finding.row for finding in typed(cells, dataset)[1] if finding.column in dataset.key] if len(cells) else []


def _no_cells(dataset: Dataset) -> pd.DataFrame:
    return pd.DataFrame(columns=[column.name for column in dataset.columns], index=pd.Index([], dtype="int64"), dtype="str")


def _cells(raw: RawTable, dataset: Dataset) -> pd.DataFrame:
    """The cells of the dataset's own columns, named as in Python."""
    return raw.cells.rename(columns=_names(raw, dataset)).reindex(columns=_no_cells(dataset).columns, fill_value="")


def _checked(
    cells: pd.DataFrame, shifted: Sequence[Finding], dataset: Dataset, units: KnownUnits | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """The typed table of all rows but the shifted, and everything that is wrong, in the order of the rows."""
    table, found = typed(cells.drop(index=[finding.row for finding in shifted]), dataset)
    for column in (column.name for column in dataset.columns if column.kind == "unit" and units and units.codes):
        table[column] = table[column].replace(dict(units.codes))
    return table, sorted([*shifted, *found, *broken_rules(table, dataset, units, found)], key=lambda finding: finding.row)


def _names(raw: RawTable, dataset: Dataset) -> dict[str, str]:
    """Header in the file → name in Python, without regard to case."""
    known = {folded(column.header): column.name for column in dataset.columns}
    return {header: known[folded(header)] for header in raw.cells.columns if folded(header) in known}


def _missing_columns(raw: RawTable, dataset: Dataset) -> list[Problem]:
    """Columns that the file lacks and must have (a form all, also what is left empty in it): none of its rows can be used."""
    there = {folded(header) for header in raw.cells.columns}
    unknown = _unknown_headers(raw, dataset)
    return [
        Problem(raw.file, "is missing", joined("add the column", perhaps(column.header, unknown)), row=1, column=column.header)
        for column in dataset.columns
        if (column.is_required or raw.is_form) and folded(column.header) not in there
    ]


def _unknown_columns(raw: RawTable, dataset: Dataset) -> list[Problem]:
    """Columns that nothing is read from."""
    headers = [column.header for column in dataset.columns]
    mend = "it is not read: rename it or take it away"
    return [
        Problem(raw.file, "is not a column of this dataset", joined(mend, perhaps(header, headers)), row=1, column=header)
        for header in _unknown_headers(raw, dataset)
    ]


def _unknown_headers(raw: RawTable, dataset: Dataset) -> list[str]:
    """Those that are neither read nor there for the reader of a form."""
    known = {*_names(raw, dataset), *_shown(raw, dataset)}
    return [header for header in raw.cells.columns if header not in known]


def _shown(raw: RawTable, dataset: Dataset) -> list[str]:
    shown = set(map(folded, dataset.form.shown if dataset.form else ()))
    return [header for header in raw.cells.columns if folded(header) in shown]


def _uncheckable_units(raw: RawTable, dataset: Dataset, units: KnownUnits | None) -> list[Problem]:
    if units is None or units.accepted or all(column.kind != "unit" for column in dataset.columns):
        return []
    return [Problem(raw.file, "can't be checked: there are no school units", f"mend {SCHOOL_UNITS.path} first")]


def _about_file(raw: RawTable, dataset: Dataset) -> Iterator[Problem]:
    """What is to be said of a file as a whole, usable or not."""
    yield from raw.remarks
    yield from _unknown_columns(raw, dataset)
    if raw.cells.empty:
        mend = f"export {dataset.label} again, or take the file away"
        yield Problem(raw.file, "has no rows under its header", mend, is_absence=True)


def _without_rows_of(school_year: str, files: Delivered, accepted: pd.DataFrame, dataset: Dataset) -> list[Problem]:
    if len(accepted) and "school_year" in accepted and school_year not in set(accepted["school_year"]):
        header = dataset.column("school_year").header
        mend = f"add the rows of {school_year}, or take the section that needs them out of the report"
        problem = f"has no accepted rows for {school_year}"
        return [Problem(files.named(dataset), problem, mend, column=header, is_absence=True)]
    return []


def _shifted(raw: RawTable) -> list[Finding]:
    """Rows with more or fewer cells than the header: what stands under which header is not known."""
    width = raw.cells.shape[1]
    mend = f"the header has {width}; a cell that holds a semicolon needs quotation marks"
    return [Finding(row, "", f"has {cells} cells", mend) for row, cells in raw.widths.items() if cells != width]


def _located(finding: Finding, files: Delivered, dataset: Dataset, cells: pd.DataFrame) -> Problem:
    header = dataset.column(finding.column).header if finding.column else ""
    value = cells.at[finding.row, finding.column] if finding.column else ""
    file, number = files.places.loc[finding.row]
    mend = finding.allowed if finding.see is None else f"{finding.allowed}; see {files.see(finding.row, finding.see)}"
    return Problem(file, finding.problem, mend, int(number), header, value)


def _reasons_of_files(files: Delivered, unusable: Mapping[str, Sequence[Problem]]) -> dict[int, list[str]]:
    """Running number of every row of a file that can't be used → why it can't."""
    return {row: [str(p) for p in unusable[file]] for row, file in files.places["file"].items() if unusable[file]}


def _reasons(findings: Sequence[Finding], problems: Sequence[Problem]) -> dict[int, list[str]]:
    """Running number of a row → everything that is wrong with it."""
    reasons: dict[int, list[str]] = {}
    for finding, problem in zip(findings, problems, strict=True):
        reasons.setdefault(finding.row, []).append(f"{problem.column}: {problem.problem} ({problem.allowed})".lstrip(": "))
    return reasons


def _rejected(files: Delivered, reasons: Mapping[int, list[str]], dataset: Dataset) -> pd.DataFrame:
    """The rows as delivered, with `fil` (of a dataset with forms), `rad` and `orsak`."""
    places = files.places.loc[list(reasons)]
    where = ({"fil": places["file"]} if dataset.form else {}) | {"rad": places["row"]}
    return (
        files.cells.loc[list(reasons)]
        .assign(**where, orsak=["; ".join(said) for said in reasons.values()])
        .reset_index(drop=True)
    )
