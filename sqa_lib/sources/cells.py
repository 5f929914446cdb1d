"""What one cell says: text to a typed value, by the kind of its column.

A reader takes a cell's text (stripped, not empty) and gives its value, or raises `Unreadable` with what is wrong.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.rubric import RUBRIC
from sqa_lib.sources.datasets import Column

_BOOLEANS = {"ja": True, "nej": False, "sant": True, "falskt": False, "true": True, "false": False}
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_DASHES = str.maketrans("–—−‐‑", "-----")
_WHOLE = r"[+-]?(\d{1,15}|\d{1,3}( \d{3}){1,4})"
_INTEGER, _NUMBER = re.compile(_WHOLE), re.compile(_WHOLE + r"(,\d+)?")
_LONGEST_LIST = 12
_YEAR = "a school year such as 2020/21"
UNIT_CODE = r"^\d{8}$"
_FORMS = {
    "school_year": _YEAR,
    "first_year": _YEAR,
    "last_year": _YEAR,
    "unit": "a code of eight digits",
    "reviewer": RUBRIC.reviewers,
}


_ERRORS = re.compile(
    r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|DIVISION/0!|SAKNAS!|NAMN\?|SKÄRNING!|OGILTIGT!|REFERENS!|VÄRDEFEL!|SPILL!)"
)
"""What Excel shows for what it can't compute, in English and Swedish."""


_LOST = re.compile(r"[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""The sign that stands for a letter that could not be read, and characters that nobody can see or type."""
_TWICE = re.compile(r"[ÃÂâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
"""A letter of two bytes and more, each taken for one of Windows-1252."""


class Unreadable(ValueError):
    """A cell's text is not a value of its column; the message says what it is not."""


def cleaned(text: str) -> str:
    """Text in Unicode's composed form, with single plain spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def without_value(text: str) -> str:
    """Why a cell of a spreadsheet has no value though something stands in it; "" for one that has."""
    if _ERRORS.fullmatch(text):
        return "is an error of Excel's: mend what it is computed from, or empty the cell"
    if text.startswith("="):
        return "is a formula that was never computed: open the file in Excel and save it, or write the value"
    if _LOST.search(text):
        return "has lost a letter (it was saved in one encoding and read in another): export the file again, in UTF-8"
    if (meant := _meant(text)) != text:
        return f"was saved in one encoding and read in another; did you mean {meant}? Export the file again, in UTF-8"
    return ""


def _meant(text: str) -> str:
    """`LuleÃ¥` is what becomes of `Luleå` when its bytes in UTF-8 are taken for Windows-1252; other texts as they are."""
    if not _TWICE.search(text):
        return text
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
    return text if _LOST.search(meant) else meant


def folded(text: str) -> str:
    """Text as it is compared: without regard to case, spaces and kinds of dashes."""
    return cleaned(text).translate(_DASHES).casefold()


def integer(text: str) -> int:
    """`1 234` (any kind of space) is 1234."""
    return int(_digits(text, _INTEGER, "is not a whole number"))


def number(text: str) -> float:
    """`1 234,5` is 1234.5. A decimal point is refused: it may stand for thousands."""
    return float(_digits(text, _NUMBER, "is not a number with decimal comma").replace(",", "."))


def _digits(text: str, pattern: re.Pattern, otherwise: str) -> str:
    plain = cleaned(text).translate(_DASHES)
    if not pattern.fullmatch(plain) or not plain.isascii():
        raise Unreadable(otherwise)
    return plain.replace(" ", "")


def date(text: str) -> datetime.date:
    """`2020-09-14`, also with the time 00:00 that databases add."""
    day = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", text)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
        raise Unreadable("is not a date")
    try:
        return datetime.date.fromisoformat(day)
    except ValueError as error:
        raise Unreadable("is not a day of the calendar") from error


def boolean(text: str) -> bool:
    try:
        return _BOOLEANS[folded(text)]
    except KeyError:
        raise Unreadable("is neither yes nor no") from None


def code_reader(dimension: str) -> Callable[[str], str]:
    """Reads a codebook's word: `code_reader("gender")("flicka") == "girl"`."""
    by_word = {folded(code.source): code.code for code in DIMENSIONS[dimension].codes}

    def code(text: str) -> str:
        try:
            return by_word[folded(text)]
        except KeyError:
            raise Unreadable("is not an allowed word") from None

    return code


def codes_reader(dimension: str) -> Callable[[str], tuple[str, ...]]:
    """Reads `word|word`; a word that occurs twice counts once."""
    code = code_reader(dimension)
    return lambda text: tuple(dict.fromkeys(code(word) for word in text.split("|")))


def units(text: str) -> tuple[str, ...]:
    """Reads `code|code` of school units; a code that occurs twice counts once."""
    codes = tuple(dict.fromkeys(map(cleaned, text.split("|"))))
    if not all(re.fullmatch(UNIT_CODE, code, re.ASCII) for code in codes):
        raise Unreadable("is not a school unit code, or several")
    return codes


def reader_of(column: Column) -> Callable[[str], object]:
    """The reader for a column's kind."""
    match column.kind:
        case "integer":
            return integer
        case "number":
            return number
        case "date":
            return date
        case "boolean":
            return boolean
        case "code":
            return code_reader(column.dimension)
        case "codes":
            return codes_reader(column.dimension)
        case "units":
            return units
        case _:
            return cleaned


def words(column: Column) -> list[str]:
    """The words that a file may have in a column of codes or booleans."""
    if column.kind == "boolean":
        return ["Ja", "Nej"]
    return [code.source for code in DIMENSIONS[column.dimension].codes] if column.dimension else []


def allowed(column: Column) -> str:
    """What a column's cells may hold, for the reader of a problem."""
    match column.kind:
        case "integer" | "number":
            example = "1 234" if column.kind == "integer" else "1 234,5"
            return f"a number {_range(column)}, such as {example}, or a mark: . .. ... - ~100"
        case "date":
            return "a date such as 2020-09-14"
        case "code" | "codes" | "boolean":
            listed = ", ".join(words(column)) if len(words(column)) <= _LONGEST_LIST else _first_words(column)
            return f"one of: {listed}" if column.kind != "codes" else f"one or more, parted by |: {listed}"
        case _:
            return _FORMS.get(column.name, f"a text: {column.about}")


def _first_words(column: Column) -> str:
    return ", ".join(words(column)[:_LONGEST_LIST]) + f" … ({len(words(column))} in all: data/README.md)"


def _range(column: Column) -> str:
    low = "" if column.minimum is None else f"from {column.minimum:g}"
    high = "" if column.maximum is None else f"to {column.maximum:g}"
    return " ".join(part for part in (low, high) if part)
