"""Good cells, rows and columns, for tests to spoil."""

from sqa_lib.sources.cells import words
from sqa_lib.sources.datasets import Column, Dataset

UNIT = "99000001"
EXAMPLES = {
    "school_year": "2020/21", "first_year": "2010/11", "last_year": "2030/31", "unit": UNIT, "calendar_year": "2020",
    "reviewer": "granskare 1", "former_codes": "", "replaces": "",
}  # fmt: skip
BY_KIND = {"id": "A1", "text": "text", "area": "HÖB", "integer": "12", "number": "1,5", "date": "2020-09-14"}


def example(column: Column) -> str:
    """A cell that is right."""
    return EXAMPLES[column.name] if column.name in EXAMPLES else BY_KIND.get(column.kind) or words(column)[0]


def csv_text(dataset: Dataset, *rows: dict[str, str]) -> str:
    """A CSV of good rows, each with its own cells (by the column's name in Python) instead."""
    lines = [[column.header for column in dataset.columns]]
    lines += [[row.get(column.name, example(column)) for column in dataset.columns] for row in rows]
    return "".join(";".join(line) + "\n" for line in lines)


ROWS = {
    "RIKET: TOTALT": 100.0,
    "ÅBY KOMMUN (2120009901): HUVUDMAN": 10.0,
    "ÅBY FRISKOLA AB (9900000002): HUVUDMAN": 20.0,
    "ÅBY KOMMUN (2120009901): VÄSTRA SKOLAN F-6 (99000001)": 1.0,
    "ÅBY KOMMUN (2120009901): VÄSTRA SKOLAN F-6 (99000002)": "..",
    "ÅBY FRISKOLA AB (9900000002): BERGSSKOLAN (99000001)": 3.0,
}
"""Header → the cell of every measure: one name for two units, one unit under two authorities."""
