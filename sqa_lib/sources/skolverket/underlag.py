"""Skolverket's "Underlag för analys": 49 measures by country, authority and school unit, turned into tidy tables.

The file's shape: title in row 1; row 3 holds who (`RIKET: TOTALT`, `NAME (organisation number): HUVUDMAN`,
`NAME (organisation number): UNIT (unit code)`), row 4 the school year, then one row per measure and footnotes below.
A unit that changed hands stands under both authorities, and names repeat: the key is (organisation number, unit code).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.school_years import is_school_year
from sqa_lib.sources.cells import cleaned, folded
from sqa_lib.sources.files import text_of
from sqa_lib.sources.names import readable
from sqa_lib.sources.problems import Problem, SourceError, did_you_mean, joined, problem_table
from sqa_lib.sources.skolverket.export import raw_rows
from sqa_lib.sources.skolverket.measures import GROUPS, MEASURES, Measure
from sqa_lib.sources.skolverket.reading import reading_of

TITLE = "Underlag för analys"
_LINES_ABOVE = 12
"""How far down the header is looked for."""
LEVELS = ("country", "authority", "school")
COUNTRY = "RIKET: TOTALT"
_AUTHORITY = re.compile(r"(?P<authority>.+) \((?P<number>\d{10})\): HUVUDMAN")
_SCHOOL = re.compile(r"(?P<authority>.+) \((?P<number>\d{10})\): (?P<name>.+) \((?P<unit>\d{8})\)")

KEY = ["organisation_number", "unit"]
UNITS = ["unit", "unit_name", "level", "organisation_number", "authority_name"]
VALUES = ["measure", "unit", "organisation_number", "school_year", "value", "mark"]
MEASURE_COLUMNS = ["measure", "group", "label", "unit", "decimals", "year", "is_from_survey", "source"]


@dataclass(frozen=True)
class Underlag:
    """The file's content, in the file's order.

    units: unit (code; "" for country and authorities), unit_name, level (country, authority, school),
    organisation_number ("" for the country), authority_name. Key: organisation_number and unit.
    measures: measure, group, label (Swedish, for a report), unit (of measurement), decimals, year (in school), is_from_survey,
    source (the words in the file). A measure that `sqa_lib.sources.skolverket.measures` does not know has the unit "".
    values: measure, unit, organisation_number, school_year, value (float, NaN where there is a mark), mark (text of `Mark`).
    found: unknown and missing measures (absences: what is there is right), cells that can't be read (these are not in values).
    """

    units: pd.DataFrame
    measures: pd.DataFrame
    values: pd.DataFrame
    found: tuple[Problem, ...] = ()

    @property
    def problems(self) -> pd.DataFrame:
        """file, row, column, value, problem, allowed."""
        return problem_table(self.found)


def read_underlag(path: Path) -> Underlag:
    """Read the file as Skolverket's statistics database exports it (XLSX)."""
    return underlag_of(path.name, raw_rows(path))


def is_underlag(rows: Sequence[Sequence[object]]) -> bool:
    """Whether these are the rows of the national file, by its title or the country's column."""
    above = [row for row in rows[:_LINES_ABOVE] if row]
    return any(str(row[0]).startswith(TITLE) or COUNTRY in row for row in above)


def underlag_of(file: str, rows: Sequence[Sequence[object]]) -> Underlag:
    """The content of the file's rows; `SourceError` where they are laid out otherwise."""
    head = _head(file, rows)
    columns = _columns(file, rows, head)
    labels = _labels(file, rows, head)
    measures = [_measure_of(label) for label in labels.values()]
    values, unread = _values(_long(rows, labels, [measure.name for measure in measures], columns))
    problems = (*_unknown(file, labels, measures), *_missing(file, measures), *_unread(file, unread, rows[head - 1][1:]))
    units = columns[UNITS].drop_duplicates(KEY).reset_index(drop=True)
    return Underlag(units, _measure_table(measures), values, problems)


def _head(file: str, rows: Sequence[Sequence[object]]) -> int:
    """The row number of the header, which holds the country's column; the school years stand in the next row."""
    found = next((row for row, cells in enumerate(rows[:_LINES_ABOVE], start=1) if COUNTRY in cells), None)
    if found is None or len(rows) <= found + 1:
        mend = f'give the table "{TITLE}" as Skolverket exports it: authorities and units as columns, measures as rows'
        raise SourceError(Problem(file, f"lacks {COUNTRY}", mend))
    return found


def _columns(file: str, rows: Sequence[Sequence[object]], head: int) -> pd.DataFrame:
    """One row per column of values: `UNITS` and school_year, indexed by the header."""
    headers = [str(header) for header in rows[head - 1][1:]]
    columns = pd.DataFrame([_unit_of(file, head, header) for header in headers], columns=UNITS)
    columns["school_year"] = [str(year) for year in rows[head][1 : len(headers) + 1]]
    for year in columns["school_year"].unique():
        if not is_school_year(year):
            raise SourceError(Problem(file, "is not a school year", "write it as 2024/25", head + 1, value=year))
    _refuse_twice(file, head, headers, columns.duplicated([*KEY, "school_year"]))
    return columns


def _refuse_twice(file: str, row: int, texts: list[str], is_repeated: pd.Series) -> None:
    if is_repeated.any():
        raise SourceError(Problem(file, "occurs twice", "download the file again", row, value=texts[is_repeated.argmax()]))


def _unit_of(file: str, head: int, header: str) -> tuple[str, str, str, str, str]:
    """The `UNITS` of a header."""
    if header == COUNTRY:
        return "", "Riket", "country", "", ""
    if found := _AUTHORITY.fullmatch(header):
        name = readable(found["authority"])
        return "", name, "authority", found["number"], name
    if found := _SCHOOL.fullmatch(header):
        return found["unit"], readable(found["name"]), "school", found["number"], readable(found["authority"])
    form = "NAME (organisation number): HUVUDMAN, or NAME (organisation number): UNIT (unit code)"
    raise SourceError(Problem(file, "is not the header of an authority or a school unit", form, head, value=header))


def _labels(file: str, rows: Sequence[Sequence[object]], head: int) -> dict[int, str]:
    """Row number → label of every row that has any value; footnotes have none."""
    below = enumerate(rows[head + 1 :], start=head + 2)
    labels = {row: cleaned(str(cells[0])) for row, cells in below if any(cell != "" for cell in cells[1:])}
    repeated = pd.Series(labels, dtype="str").map(folded).duplicated()
    _refuse_twice(file, int(repeated.idxmax()) if len(labels) else 0, list(labels.values()), repeated)
    return labels


_BY_LABEL = {folded(measure.heading): measure for measure in MEASURES}


def _measure_of(label: str) -> Measure:
    return _BY_LABEL.get(folded(label)) or _unknown_measure(label)


def _unknown_measure(label: str) -> Measure:
    """A measure of the file that we have no line for, under a name made of its words."""
    heading, _, words = label.rpartition(": ")
    group = {title: name for name, title in GROUPS.items()}.get(heading, "other")
    name = "unknown_" + "_".join(re.findall(r"\w+", label.casefold()))
    return Measure(name, group, words, words.rstrip("*"), "", 1, is_from_survey=label.endswith("*"))


def _measure_table(measures: list[Measure]) -> pd.DataFrame:
    rows = [(m.name, m.group, m.label, m.unit, m.decimals, m.year, m.is_from_survey, m.source) for m in measures]
    return pd.DataFrame(rows, columns=MEASURE_COLUMNS)


def _unknown(file: str, labels: dict[int, str], measures: list[Measure]) -> list[Problem]:
    known = [measure.heading for measure in MEASURES]
    mend = "its values are kept; add a line to sqa_lib/sources/skolverket/measures.csv"
    return [
        Problem(
            file,
            "is not a known measure",
            joined(did_you_mean(labels[row], known), mend),
            row,
            value=labels[row],
            is_absence=True,
        )
        for row, measure in zip(labels, measures, strict=True)
        if not measure.unit
    ]


def _missing(file: str, measures: list[Measure]) -> list[Problem]:
    there = {measure.name for measure in measures}
    mend = "has Skolverket renamed it? add the new words to sqa_lib/sources/skolverket/measures.csv"
    return [
        Problem(file, "is a measure that the file lacks", mend, value=measure.heading, is_absence=True)
        for measure in MEASURES
        if measure.name not in there
    ]


def _long(rows: Sequence[Sequence[object]], labels: dict[int, str], names: list[str], columns: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: row (number), position (of its column), cell, measure, and what `columns` says of its column."""
    wide = pd.DataFrame([rows[row - 1][1:] for row in labels], index=pd.Index(labels, name="row"), dtype="object")
    long = wide.rename_axis(columns="position").stack().rename("cell").reset_index()
    return long.assign(measure=long["row"].map(dict(zip(labels, names, strict=True)))).join(columns, on="position")


def _reading(cell: object) -> tuple[float, str] | None:
    """A cell's value and mark, None if it is neither a number nor a mark."""
    return (cell, "") if isinstance(cell, float) else reading_of(text_of(cell))


def _values(long: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`VALUES` of all cells that say something, and the rows of `long` that do not."""
    readings = long["cell"].map({cell: _reading(cell) for cell in long["cell"].unique()})
    read = readings.notna()
    values = long[read].assign(value=readings[read].str[0].astype(float), mark=readings[read].str[1].astype("str"))
    return values[VALUES].reset_index(drop=True), long[~read]


def _unread(file: str, cells: pd.DataFrame, headers: list[object]) -> list[Problem]:
    allowed = "a number, or a mark: . .. ... - ~100; the cell is left out"
    return [
        Problem(file, "is neither a number nor a mark", allowed, cell.row, str(headers[cell.position]), str(cell.cell))
        for cell in cells.itertuples()
    ]
