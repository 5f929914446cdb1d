"""One exported table read by its family: a value for each cell, and what could not be read.

A row of data has a municipality's code; above the first one stand the title and the head, below the last one notes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sqa_lib.school_years import is_school_year
from sqa_lib.sources.problems import Problem, SourceError, did_you_mean, joined
from sqa_lib.sources.skolverket.export import Export
from sqa_lib.sources.skolverket.family import KEYS, MEASURE, SCHOOL_YEAR, Family, Place, family_of, nearest_family, plain
from sqa_lib.sources.skolverket.reading import reading_of

AUTHORITY_TYPES = {
    "Samtliga": "all", "Kommunal": "municipal", "Enskild": "independent", "Statlig": "state", "Region": "region",
    "Internationella skolor": "international",
}  # fmt: skip
"""Word in the files → whose schools in the municipality a row is about."""
VALUES = ["municipality", "municipality_code", "authority_type", "measure", "school_year", "codes", "value", "mark"]
_KEY = ["municipality_code", "authority_type", "measure", "school_year", "codes"]
_CODE = r"\d{3,4}"
_LEFT_OUT = "the row is left out"


@dataclass(frozen=True)
class Table:
    """What a table says. values: columns `VALUES`; codes: `gender=girl;school_subject=art`, "" for all; value: NaN where there
    is a mark (text of `Mark`). problems: columns that are unknown or not there are absences. read, rejected: rows of data, and
    those of them that are left out."""

    family: Family
    export: Export
    values: pd.DataFrame
    problems: tuple[Problem, ...]
    read: int
    rejected: int


@dataclass(frozen=True)
class _Layout:
    """Where things stand. head: row number of the head's last line; keys: our name → position; places: position → what it
    holds."""

    head: int
    keys: Mapping[str, int]
    places: Mapping[int, Place]
    heads: Sequence[str]


def read_table(export: Export) -> Table:
    """Raises `SourceError` for a table of no known family, one without its keys, and one that says no year."""
    family = _recognised(export)
    layout, problems = _layout(export, family)
    wide, row_problems = _rows(export, family, layout)
    values, cell_problems = _values(export, wide, layout)
    rejected = sum(1 for problem in row_problems if problem.allowed.endswith(_LEFT_OUT))
    found = (*problems, *row_problems, *cell_problems)
    return Table(family, export, values, found, len(wide) + rejected, rejected)


def _recognised(export: Export) -> Family:
    if not (family := family_of(export.title)):
        near = nearest_family(export.title)
        said = f"is titled {export.title!r}" if export.title else "has no title"
        mend = f'the nearest table that is known is "{near.title}" (sqa_lib/sources/skolverket/families/{near.name}.yml)'
        raise SourceError(Problem(export.file, f"is no table that is known: it {said}", mend))
    if not is_school_year(export.school_year):
        mend = "export it again with its first lines, which say `Valt läsår: 2024/25` or `Valt år: 2024`"
        raise SourceError(Problem(export.file, "does not say its school year", mend))
    return family


# ---- the head -------------------------------------------------------------------------------------------------------


def _layout(export: Export, family: Family) -> tuple[_Layout, list[Problem]]:
    """Where the table's columns stand, and what is wrong with its head."""
    head = _head_row(export, family)
    lines = [export.rows[row - 1] for row in range(head - len(family.head_lines) + 1, head + 1)]
    keys = _keys(export, family, head, lines[-1])
    places: dict[int, Place] = {}
    problems = []
    for at, texts in _heads(lines, keys.values()):
        place, said = _place(family, texts), ", ".join(filter(None, texts))
        if place is None:
            problems.append(
                Problem(export.file, "is a column that is not known", _unknown(family, said), head, said, is_absence=True)
            )
        elif place in places.values():
            raise SourceError(Problem(export.file, "is the head of two columns", "export the table again", head, said))
        else:
            places[at] = place
    problems += _missing(export, family, head, places.values())
    return _Layout(head, keys, places, lines[-1]), problems


def _head_row(export: Export, family: Family) -> int:
    """The row number of the head's last line: the first row that holds the heads of a municipality and its code."""
    wanted = [set(map(plain, KEYS[name])) for name in ("municipality", "municipality_code")]
    for row, cells in enumerate(export.rows, start=1):
        if all(heads & set(map(plain, cells)) for heads in wanted):
            return row
    mend = 'export it "per kommun", with all its columns'
    raise SourceError(Problem(export.file, f"lacks the columns Kommun and Kommun-kod of the table on {family.about}", mend))


def _keys(export: Export, family: Family, head: int, heads: Sequence[str]) -> dict[str, int]:
    at = {plain(text): at for at, text in reversed(list(enumerate(heads))) if text}
    keys = {name: at[plain(text)] for name, texts in family.keys.items() for text in texts if plain(text) in at}
    for name, texts in family.keys.items():
        if name not in keys and not (name in family.dimensions and family.dimensions[name].is_optional):
            mend = joined("export it again with that column;", did_you_mean(texts[0], filter(None, heads)))
            raise SourceError(Problem(export.file, f"lacks the column {texts[0]}", mend.rstrip(";"), row=head))
    return keys


def _heads(lines: Sequence[Sequence[str]], keys: Iterable[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Position and texts of each head of values; a line above the last one goes on until its next text (merged cells)."""
    for at in sorted({at for at, text in enumerate(lines[-1]) if text} - set(keys)):
        yield at, (*(next(filter(None, reversed(line[: at + 1])), "") for line in lines[:-1]), lines[-1][at])


def _place(family: Family, texts: Sequence[str]) -> Place | None:
    """What a column holds by its head; None for one that the family does not know."""
    codes: dict[str, str] = {}
    year, said = "", []
    for kind, text in zip(family.head_lines, texts, strict=True):
        if kind == SCHOOL_YEAR:
            if not is_school_year(text):
                return None
            year = text
        elif kind == MEASURE:
            said.append(text)
        elif (code := family.codes_of(kind).get(plain(text))) is None:
            return None
        elif code:
            codes[kind] = code
    if family.measure:
        return Place(family.measure, tuple(codes.items()), year)
    column = next((column for column in family.columns if plain(column.head) == plain(", ".join(said))), None)
    return Place(column.measure, tuple(sorted((codes | column.codes).items())), year) if column else None


def _unknown(family: Family, said: str) -> str:
    mend = f"its values are left out; families/{family.name}.yml names the columns that are read;"
    return joined(mend, did_you_mean(said, [column.head for column in family.columns])).rstrip(";")


def _missing(export: Export, family: Family, head: int, places: Iterable[Place]) -> list[Problem]:
    there = [(place.measure, set(place.codes)) for place in places]
    mend = "export it again with that column; the others are read"
    return [
        Problem(export.file, "is a column that the file lacks", mend, head, column.head, is_absence=True)
        for column in family.columns
        if not any(measure == column.measure and set(column.codes.items()) <= codes for measure, codes in there)
    ]


# ---- the rows -------------------------------------------------------------------------------------------------------


def _rows(export: Export, family: Family, layout: _Layout) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of data as they stand, indexed by row number, with `municipality_code`, `authority_type`, `municipality`,
    `codes`; and those between them that can't be used."""
    wide = _data(export, family, layout)
    cells = {name: wide[at] for name, at in layout.keys.items()}
    types = cells["authority_type"].str.casefold().map({word.casefold(): kind for word, kind in AUTHORITY_TYPES.items()})
    codes = {name: cells[name].map(plain).map(family.codes_of(name)) for name in family.dimensions if name in layout.keys}
    code = cells["municipality_code"]
    checks = [
        (wide["width"] >= len([text for text in layout.heads if text]), None, "has fewer cells than the head",
         "the file is cut off there: download it again"),
        (code.str.fullmatch(_CODE), "municipality_code", "is no municipality's code", "four digits, such as 0780"),
        (types.notna(), "authority_type", "is no kind of authority", f"one of: {', '.join(AUTHORITY_TYPES)}"),
        *((known.notna(), name, "is not a known word", f"name it in {family.name}.yml") for name, known in codes.items()),
    ]  # fmt: skip
    usable, problems = pd.Series(True, index=wide.index), []
    for is_right, name, problem, allowed in checks:
        for row in wide.index[usable & ~is_right]:
            column, value = (family.keys[name][0], cells[name][row]) if name else ("", "")
            problems.append(Problem(export.file, problem, f"{allowed}; {_LEFT_OUT}", row, column, value))
        usable &= is_right
    named = wide.assign(
        municipality=cells["municipality"],
        municipality_code=code.str.zfill(4),
        authority_type=types,
        codes=_joined(codes, wide.index),
    )[usable]
    return named, [*problems, *_lost_zeros(export, code[usable])]


def _data(export: Export, family: Family, layout: _Layout) -> pd.DataFrame:
    """What stands between the head and the last row with a municipality's code, but empty rows and heads that are repeated; with
    `width`, the number of cells of the row."""
    at, head = layout.keys["municipality_code"], layout.head
    repeated = set(export.rows[head - len(family.head_lines) : head])
    numbered = {
        row: cells for row, cells in enumerate(export.rows[head:], start=head + 1) if any(cells) and cells not in repeated
    }
    is_data = re.compile(_CODE).fullmatch
    last = max((row for row, cells in numbered.items() if len(cells) > at and is_data(cells[at])), default=0)
    kept = {row: cells for row, cells in numbered.items() if row <= last}
    width = max([len(layout.heads), *map(len, kept.values())])
    wide = pd.DataFrame(
        [[*cells, *[""] * (width - len(cells))] for cells in kept.values()], index=list(kept), columns=range(width)
    )
    return wide.astype("str").assign(width=[len(cells) for cells in kept.values()])


def _joined(codes: Mapping[str, pd.Series], index: pd.Index) -> pd.Series:
    """`gender=girl;school_subject=art` of each row."""
    joint = pd.Series("", index=index, dtype="object")
    for name, found in sorted(codes.items()):
        joint += (name + "=" + found.fillna("") + ";").where(found.fillna("") != "", "")
    return joint.str.removesuffix(";")


def _lost_zeros(export: Export, codes: pd.Series) -> list[Problem]:
    """Excel takes the first digit of 0780 away."""
    short = codes[codes.str.len() == 3]
    if short.empty:
        return []
    problem = f"has lost its leading zero, as have {len(short)} rows' codes" if len(short) > 1 else "has lost its leading zero"
    mend = "it is read as 0" + short.iloc[0] + "; have Excel keep the column as text"
    return [Problem(export.file, problem, mend, int(short.index[0]), "Kommun-kod", short.iloc[0])]


# ---- the cells ------------------------------------------------------------------------------------------------------


def _values(export: Export, wide: pd.DataFrame, layout: _Layout) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns `VALUES`, and the cells that are neither a number nor a mark, or are told a second time."""
    parts = [
        wide[["municipality", "municipality_code", "authority_type"]].assign(
            measure=place.measure,
            school_year=place.school_year or export.school_year,
            codes=_with(wide["codes"], place),
            cell=wide[at],
            column=layout.heads[at],
            row=wide.index,
            order=order,
        )
        for order, (at, place) in enumerate(layout.places.items())
    ]
    long = pd.concat(parts).sort_values(["row", "order"], ignore_index=True) if parts else pd.DataFrame(columns=[*VALUES, "cell"])
    readings = long["cell"].map({text: reading_of(text) for text in long["cell"].unique()})
    unread, again = long[readings.isna()], long[readings.notna() & long.duplicated(_KEY)]
    allowed = "a number, or a mark: . .. ... - ~100; the cell is left out"
    problems = [
        *(Problem(export.file, "is neither a number nor a mark", allowed, c.row, c.column, c.cell) for c in unread.itertuples()),
        *(Problem(export.file, "is told twice", "the first is read", c.row, c.column, c.cell) for c in again.itertuples()),
    ]
    kept = readings.notna() & ~long.duplicated(_KEY)
    values = long[kept].assign(value=readings[kept].str[0].astype("float64"), mark=readings[kept].str[1].astype("str"))
    return values[VALUES].reset_index(drop=True), problems


def _with(codes: pd.Series, place: Place) -> pd.Series:
    """A row's codes with those of its column, by name."""
    if not place.codes:
        return codes

    def joint(text: str) -> str:
        return ";".join(sorted(filter(None, [*text.split(";"), *(f"{name}={code}" for name, code in place.codes)])))

    return codes.map({text: joint(text) for text in codes.unique()})
