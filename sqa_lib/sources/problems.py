"""What is wrong with the input, in the one form that is printed, written and tested."""

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import NamedTuple

import pandas as pd

COLUMNS = ["file", "row", "column", "value", "problem", "allowed"]


@dataclass(frozen=True)
class Problem:
    """One thing to mend. row: the file's own row number (the header is row 1), None for the file as a whole.

    allowed: what is right, or how to mend it. is_absence: nothing is wrong with what is there, but something is not there (yet).
    """

    file: str
    problem: str
    allowed: str
    row: int | None = None
    column: str = ""
    value: str = ""
    is_absence: bool = False

    def __str__(self) -> str:
        row = f"row {self.row}" if self.row else ""
        column = f"column {self.column}" if self.column else ""
        place = ", ".join(part for part in (self.file, row, column) if part)
        return f"{place}: {repr(self.value) + ' ' if self.value else ''}{self.problem}; {self.allowed}"


class Finding(NamedTuple):
    """A problem of one row, before it knows its file. column: the name in Python, "" for the row as a whole.

    row: its running number over all files of the dataset. see: another row that the problem comes from.
    """

    row: int
    column: str
    problem: str
    allowed: str
    see: int | None = None


class SourceError(Exception):
    """A file can't be used at all. The message says which, why and what to do."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """One row per problem: file, row (Int64, missing for a whole file), column, value, problem, allowed."""
    return pd.DataFrame([asdict(problem) for problem in problems], columns=COLUMNS).astype(
        {name: "Int64" if name == "row" else "str" for name in COLUMNS}
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean Flicka?` for a word close to a known one, else ""."""
    by_key = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), by_key, n=1, cutoff=0.6)
    return f"did you mean {by_key[close[0]]}?" if close else ""


def perhaps(word: str, known: Iterable[str]) -> str:
    """The same in brackets, to end what should be done with it."""
    question = did_you_mean(word, known)
    return f"({question})" if question else ""


def joined(*parts: str) -> str:
    """Those of the parts that say something, as one line."""
    return " ".join(part for part in parts if part)
