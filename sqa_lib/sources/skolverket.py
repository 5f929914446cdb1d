"""Skolverket's "Underlag för analys": 49 measures by country, authority and school unit, turned into tidy tables.

The file's shape: title in row 1; row 3 holds who (`RIKET: TOTALT`, `NAME (organisation number): HUVUDMAN`,
`NAME (organisation number): UNIT (unit code)`), row 4 the school year, then one row per measure and footnotes below.
A unit that changed hands stands under both authorities, and names repeat: the key is (organisation number, unit code).
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from sqa_lib.marks import Mark, mark_of
from sqa_lib.sources.cells import Unreadable, cleaned, folded, number
from sqa_lib.sources.check import SUMMARY, Input
from sqa_lib.sources.files import text_of
from sqa_lib.sources.measures import GROUPS, MEASURES, Measure
from sqa_lib.sources.names import readable
from sqa_lib.sources.problems import Problem, SourceError, did_you_mean, joined, problem_table
from sqa_lib.sources.schemas import is_school_year

HEADER_ROW, YEAR_ROW, FIRST_MEASURE_ROW = 3, 4, 5
LEVELS = ("country", "authority", "school")
COUNTRY = "RIKET: TOTALT"
_AUTHORITY = re.compile(r"(?P<authority>.+) \((?P<number>\d{10})\): HUVUDMAN")
_SCHOOL = re.compile(r"(?P<authority>.+) \((?P<number>\d{10})\): (?P<name>.+) \((?P<unit>\d{8})\)")
_MANY = 12

KEY = ["organisation_number", "unit"]
UNITS = ["unit", "unit_name", "level", "organisation_number", "authority_name"]
VALUES = ["measure", "unit", "organisation_number", "school_year", "value", "mark"]
MEASURE_COLUMNS = ["measure", "group", "label", "unit", "decimals", "year", "is_from_survey", "source"]
QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}


@dataclass(frozen=True)
class Underlag:
    """The file's content, in the file's order.

    units: unit (code; "" for country and authorities), unit_name, level (country, authority, school),
    organisation_number ("" for the country), authority_name. Key: organisation_number and unit.
    measures: measure, group, label (Swedish, for a report), unit (of measurement), decimals, year (in school), is_from_survey,
    source (the words in the file). A measure that `sqa_lib.sources.measures` does not know has the unit "".
    values: measure, unit, organisation_number, school_year, value (float, NaN where there is a mark), mark (text of `Mark`).
    problems: file, row, column, value, problem, allowed: unknown and missing measures, cells that can't be read
    (these are not in values).
    """

    units: pd.DataFrame
    measures: pd.DataFrame
    values: pd.DataFrame
    problems: pd.DataFrame


@dataclass(frozen=True)
class FoundAuthority:
    """An authority (huvudman) of the file. schools: how many units it has there."""

    organisation_number: str
    name: str
    schools: int


def read_underlag(path: Path) -> Underlag:
    """Read the file as Skolverket's statistics database exports it (XLSX)."""
    rows = _rows(path)
    _check_shape(path.name, rows)
    columns = _columns(path.name, rows)
    labels = _labels(path.name, rows)
    measures = [_measure_of(label) for label in labels.values()]
    values, unread = _values(_long(rows, labels, [measure.name for measure in measures], columns))
    problems = [
        *_unknown(path.name, labels, measures),
        *_missing(path.name, measures),
        *_unread(path.name, unread, rows[HEADER_ROW - 1][1:]),
    ]
    units = columns[UNITS].drop_duplicates(KEY).reset_index(drop=True)
    return Underlag(units, _measure_table(measures), values, problem_table(problems))


def _rows(path: Path) -> list[list]:
    if not path.is_file():
        raise SourceError(Problem(path.name, "is not there", "give the path of Skolverket's file"))
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        mend = "download it from Skolverket again, as .xlsx"
        raise SourceError(Problem(path.name, f"can't be read as an Excel file ({error})", mend)) from error


def _check_shape(file: str, rows: list[list]) -> None:
    if len(rows) < FIRST_MEASURE_ROW or COUNTRY not in rows[HEADER_ROW - 1]:
        mend = 'give the table "Underlag för analys" as Skolverket exports it'
        raise SourceError(Problem(file, f"lacks {COUNTRY}", mend, row=HEADER_ROW))


def _columns(file: str, rows: list[list]) -> pd.DataFrame:
    """One row per column of values: `UNITS` and school_year, indexed by the header."""
    headers = [str(header) for header in rows[HEADER_ROW - 1][1:]]
    columns = pd.DataFrame([_unit_of(file, header) for header in headers], columns=UNITS)
    columns["school_year"] = [str(year) for year in rows[YEAR_ROW - 1][1:]]
    for year in columns["school_year"].unique():
        if not is_school_year(year):
            raise SourceError(Problem(file, "is not a school year", "write it as 2024/25", YEAR_ROW, value=year))
    _refuse_twice(file, HEADER_ROW, headers, columns.duplicated([*KEY, "school_year"]))
    return columns


def _refuse_twice(file: str, row: int, texts: list[str], is_repeated: pd.Series) -> None:
    if is_repeated.any():
        raise SourceError(Problem(file, "occurs twice", "download the file again", row, value=texts[is_repeated.argmax()]))


def _unit_of(file: str, header: str) -> tuple[str, str, str, str, str]:
    """The `UNITS` of a header."""
    if header == COUNTRY:
        return "", "Riket", "country", "", ""
    if found := _AUTHORITY.fullmatch(header):
        name = readable(found["authority"])
        return "", name, "authority", found["number"], name
    if found := _SCHOOL.fullmatch(header):
        return found["unit"], readable(found["name"]), "school", found["number"], readable(found["authority"])
    form = "NAME (organisation number): HUVUDMAN, or NAME (organisation number): UNIT (unit code)"
    raise SourceError(Problem(file, "is not the header of an authority or a school unit", form, HEADER_ROW, value=header))


def _labels(file: str, rows: list[list]) -> dict[int, str]:
    """Row number → label of every row that has any value; footnotes have none."""
    below = enumerate(rows[FIRST_MEASURE_ROW - 1 :], start=FIRST_MEASURE_ROW)
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
    mend = "its values are kept; add a line to sqa_lib/sources/measures.csv"
    return [
        Problem(file, "is not a known measure", joined(did_you_mean(labels[row], known), mend), row, value=labels[row])
        for row, measure in zip(labels, measures, strict=True)
        if not measure.unit
    ]


def _missing(file: str, measures: list[Measure]) -> list[Problem]:
    there = {measure.name for measure in measures}
    mend = "has Skolverket renamed it? add the new words to sqa_lib/sources/measures.csv"
    return [
        Problem(file, "is a measure that the file lacks", mend, value=measure.heading)
        for measure in MEASURES
        if measure.name not in there
    ]


def _long(rows: list[list], labels: dict[int, str], names: list[str], columns: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: row (number), position (of its column), cell, measure, and what `columns` says of its column."""
    wide = pd.DataFrame([rows[row - 1][1:] for row in labels], index=pd.Index(labels, name="row"), dtype="object")
    long = wide.rename_axis(columns="position").stack().rename("cell").reset_index()
    return long.assign(measure=long["row"].map(dict(zip(labels, names, strict=True)))).join(columns, on="position")


def _reading(cell: object) -> tuple[float, str] | None:
    """A cell's value and mark, None if it is neither a number nor a mark."""
    if isinstance(cell, float):
        return cell, ""
    text = text_of(cell)
    if mark := mark_of(text):
        return float("nan"), mark.value
    try:
        return number(text), ""
    except Unreadable:
        return None


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


def national_input(underlag: Underlag, file: str) -> Input:
    """The file as `sqa check` tells of it: a row is a measure, and one that nobody knows the meaning of is rejected."""
    unknown = int((underlag.measures["unit"] == "").sum())
    read = len(underlag.measures)
    summary = pd.DataFrame([("underlag_for_analys", file, read, read - unknown, unknown)], columns=SUMMARY)
    return Input({}, {}, underlag.problems, summary, is_faulty=len(underlag.problems) > 0)


def find_authority(underlag: Underlag, wanted: str) -> FoundAuthority:
    """The authority of a name (or a part of one) or an organisation number, without regard to case.

    An unknown name gives close ones, a part that several names have gives the list, as a `SourceError`.
    """
    authorities = underlag.units[underlag.units["level"] == "authority"]
    names = authorities["unit_name"].map(folded)
    is_number = authorities["organisation_number"] == wanted.replace("-", "").strip()
    for matches in (is_number, names == folded(wanted), names.str.contains(folded(wanted), regex=False)):
        if matches.any():
            return _only(underlag, authorities[matches], wanted)
    close = difflib.get_close_matches(folded(wanted), names, n=5, cutoff=0.6)
    listed = ", ".join(authorities.loc[names.isin(close), "unit_name"]) or "nothing like it"
    raise SourceError(Problem(wanted, "is not an authority of the file", f"close to it: {listed}"))


def _only(underlag: Underlag, found: pd.DataFrame, wanted: str) -> FoundAuthority:
    if len(found) > 1:
        each = [f"{row.unit_name} ({row.organisation_number})" for row in found.itertuples()]
        more = f" and {len(each) - _MANY} more" if len(each) > _MANY else ""
        mend = f"name one of them, or its number: {', '.join(each[:_MANY])}{more}"
        raise SourceError(Problem(wanted, f"fits {len(found)} authorities", mend))
    row = found.iloc[0]
    return FoundAuthority(row["organisation_number"], row["unit_name"], len(schools_of(underlag, row["organisation_number"])))


def schools_of(underlag: Underlag, organisation_number: str) -> pd.DataFrame:
    """The rows of `units` that are an authority's school units."""
    units = underlag.units
    return units[(units["organisation_number"] == organisation_number) & (units["level"] == "school")].reset_index(drop=True)


def distribution(underlag: Underlag) -> pd.DataFrame:
    """How the country's authorities and school units spread: measure, school_year, level, n, nearly_all, p10, p25, p50, p75, p90.

    The quantiles are over the n that have a number (linear interpolation between neighbours), each authority and each unit
    weighing the same; a level without any number has no row. nearly_all: how many more are withheld as `...`. Those are the
    highest shares, so where there are many of them every quantile lies lower than the whole country's.
    """
    values = underlag.values.merge(underlag.units[[*KEY, "level"]], on=KEY)
    below = values[values["level"] != "country"].assign(nearly_all=lambda v: v["mark"] == Mark.NEARLY_ALL)
    groups = below.groupby(["measure", "school_year", "level"], sort=False)
    spread = {"n": groups["value"].count(), "nearly_all": groups["nearly_all"].sum()}
    spread |= {name: groups["value"].quantile(share) for name, share in QUANTILES.items()}
    return pd.DataFrame(spread).query("n > 0").reset_index()
