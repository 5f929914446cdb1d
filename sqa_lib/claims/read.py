"""Claims files: CSV with a heading, one printed figure a line, in either of two shapes.

* `id, population, measure, breakdown, value, unit, qualifier`: in words, which a wording explains (`wording.py`);
* `id, count, out_of, value, unit, qualifier`, and `statistic` if there is one: quantities at once, no wording needed.

Both may have `document`, `section`, `school_year` and `decimals`.
Values may be written as a report prints them (`23,6`; `1 104`); without `decimals` they have those that are written.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from sqa_lib.claims.claim import WORDS, Claim
from sqa_lib.claims.quantity import Quantity, parse_quantity
from sqa_lib.claims.wording import Meaning, Wording, meaning
from sqa_lib.report import ReportError

IN_WORDS = ("id", "population", "measure", "value")
IN_QUANTITIES = ("id", "count", "value")
COLUMNS = (
    "document", "section", "population", "measure", "breakdown", "count", "out_of", "statistic", "school_year", "unit",
    "decimals", "qualifier",
)  # fmt: skip
PERCENT = ("percent", "procent", "%")
_DECIMALS = re.compile(r"-?\d+(?:\.(\d+))?")


def read_claims(path: Path, wording: Wording) -> list[Claim]:
    """All claims of a file, in its order; `ReportError` names the file, the line, the column and the mend, for every problem."""
    table = _table(path)
    claims, problems = [], []
    for line, row in enumerate(table.to_dict("records"), start=2):
        try:
            claims.append(_claim(row, wording))
        except ValueError as error:
            problems.append(f"{path.name}: line {line}, {error}")
    problems += _twice(path, table)
    if problems:
        raise ReportError("\n".join(problems))
    return claims


def _table(path: Path) -> pd.DataFrame:
    try:
        first = path.read_text(encoding="utf-8-sig").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: can't be read as a claims file (CSV, UTF-8): {error}") from error
    table = pd.read_csv(
        path, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=";" if first.count(";") > first.count(",") else ","
    )
    table.columns = [str(name).strip() for name in table.columns]
    if not any(set(shape) <= set(table.columns) for shape in (IN_WORDS, IN_QUANTITIES)):
        raise ReportError(
            f"{path.name}: line 1: the headings are {', '.join(table.columns)}; needed are {', '.join(IN_WORDS)} "
            f"(explained by a wording) or {', '.join(IN_QUANTITIES)}"
        )
    return table.reindex(columns=list(dict.fromkeys([*table.columns, *COLUMNS])), fill_value="")


def _twice(path: Path, table: pd.DataFrame) -> Iterator[str]:
    for line, name in table.loc[table["id"].duplicated(), "id"].items():
        yield f"{path.name}: line {line + 2}, column id: `{name}` is there already; give each figure an id of its own"


def _claim(row: dict[str, str], wording: Wording) -> Claim:
    row = {name: str(text).strip() for name, text in row.items()}
    value, decimals = _value(row["value"], row["decimals"])
    found, reason = _meaning(row, wording)
    return Claim(
        id=row["id"],
        value=value,
        decimals=decimals,
        count=found.count,
        out_of=found.out_of,
        scale=100 if row["unit"] in PERCENT else 1,
        precision=WORDS.get(row["qualifier"].lower(), "exact"),
        section=row["section"],
        says=_says(row),
        statistic=found.statistic,
        school_year=row["school_year"] or found.school_year,
        reason=reason,
    )


def _value(text: str, decimals: str) -> tuple[Decimal, int]:
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".").replace("−", "-")
    written = _DECIMALS.fullmatch(plain)
    if not written:
        raise ValueError(f"column value: `{text}` is not a number; write it as printed, such as 355 or 23,6")
    if decimals and not decimals.isdigit():
        raise ValueError(f"column decimals: `{decimals}` is not a whole number; leave it empty to take those of the value")
    try:
        return Decimal(plain), int(decimals) if decimals else len(written[1] or "")
    except InvalidOperation as error:
        raise ValueError(f"column value: `{text}` is not a number") from error


def _meaning(row: dict[str, str], wording: Wording) -> tuple[Meaning, str]:
    """What the line means, and why no statistic gives it (in Swedish), "" where one does."""
    if row["count"]:
        found = Meaning(*(_quantity(row, name) for name in ("count", "out_of", "statistic")))
        return found, "" if found.statistic else "Raden nämner ingen statistik."
    if row["document"] in wording.elsewhere:
        return Meaning(), wording.elsewhere[row["document"]]
    figure = wording.figure(row["population"], row["measure"])
    if figure is None:
        return Meaning(), f"wording.yml saknar `{row['population']}` med måttet `{row['measure']}`."
    try:
        found = meaning(figure, row["breakdown"])
    except ValueError as error:
        raise ValueError(f"column breakdown: {error}") from error
    return found, figure.reason or ("" if found.statistic else "wording.yml nämner ingen statistik för uppgiften.")


def _quantity(row: dict[str, str], column: str) -> Quantity | None:
    try:
        return parse_quantity(row[column]) if row[column] else None
    except ValueError as error:
        raise ValueError(f"column {column}: {error}") from error


def _says(row: dict[str, str]) -> str:
    words: Sequence[str] = (row["population"], row["measure"], row["breakdown"])
    said = ", ".join(word for word in words if word and word != "all")
    return said or (f"{row['count']} / {row['out_of']}" if row["out_of"] else row["count"])
