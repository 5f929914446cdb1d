"""The measures of Skolverket's "Underlag för analys": the file's words, our names, how a report writes them.

The table is data, not code: `measures.csv` beside this module. When Skolverket renames or adds a measure, that is a line there.
Source of labels and units: Skolverket's statistics database, table "Underlag för analys för grundskola".
"""

import csv
from dataclasses import dataclass
from pathlib import Path

GROUPS = {
    "pupils": "Elever",
    "staff": "Personal",
    "costs": "Kostnader",
    "target_1": "Delmål 1",
    "target_2": "Delmål 2",
    "target_3": "Delmål 3",
    "target_4": "Delmål 4",
    "target_5": "Delmål 5",
    "target_6": "Delmål 6",
}
"""Group → what stands before the colon in the file."""


@dataclass(frozen=True)
class Measure:
    """One row of the file.

    name: in Python and in statistics. group: a key of `GROUPS`, or "other". source: the words after the group in the file.
    label: in a report. unit: what the value counts, "" if unknown. decimals: as published.
    year: the pupils' year in school, "" for all. is_from_survey: from Skolinspektionen's Skolenkäten (an asterisk in the file).
    """

    name: str
    group: str
    source: str
    label: str
    unit: str
    decimals: int
    year: str = ""
    is_from_survey: bool = False

    @property
    def heading(self) -> str:
        """The row's label in the file."""
        return f"{GROUPS[self.group]}: {self.source}" if self.group in GROUPS else self.source


def _measure(row: dict[str, str]) -> Measure:
    return Measure(**row | {"decimals": int(row["decimals"]), "is_from_survey": row["is_from_survey"] == "Ja"})


def _known_measures() -> tuple[Measure, ...]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return tuple(_measure(row) for row in csv.DictReader(file, delimiter=";"))


MEASURES: tuple[Measure, ...] = _known_measures()
"""All measures that we know, in the file's order."""
