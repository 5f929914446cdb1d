"""Small tables as text, so that a test reads like the rule that it states."""

import pandas as pd


def table(text: str, numbers: tuple[str, ...] = ()) -> pd.DataFrame:
    """A table of words from lines of cells parted by `|`, heads first; an empty cell is missing. numbers: columns of floats."""
    heads, *rows = _cells(text)
    frame = pd.DataFrame(rows, columns=heads, dtype="str")
    return frame.mask(frame == "").astype({name: float for name in numbers})


def assert_table(frame: pd.DataFrame, expected: str) -> None:
    """The frame has exactly the expected rows, in any order, in the columns that the expected table has."""
    heads, *rows = _cells(expected)
    found = [[_text(cell) for cell in row] for row in frame[heads].itertuples(index=False)]
    assert sorted(found) == sorted(rows)


def _cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    return f"{round(cell, 2):g}" if isinstance(cell, float) else str(cell)
