"""The measures of Skolverket's statistics: the file's words, our names, how a report writes them.

The table is data, not code: `measures.csv` beside this module. When Skolverket renames or adds a measure, that is a line there.
Source of labels and units: Skolverket's statistics database; `source` are the words of "Underlag för analys för grundskola", the
heads of the other tables stand in `families/`.
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
"""Group → what stands before the colon in "Underlag för analys"."""


@dataclass(frozen=True)
class Measure:
    """One quantity that Skolverket gives.

    name: in Python and in statistics. group: a key of `GROUPS`, or what its own table is about. source: the words after the
    group in "Underlag för analys", "" for what only other tables have. label: in a report. unit: what the value counts, "" if
    unknown. decimals: as published. year: the pupils' year in school, "" for all. is_from_survey: from Skolinspektionen's
    Skolenkäten (an asterisk in the file). is_total: a sum over pupils, staff or costs, which says nothing beside another
    authority's or the country's. says: a sentence with {} for the figure, "" for what is told in tables only.
    """

    name: str
    group: str
    source: str
    label: str
    unit: str
    decimals: int
    year: str = ""
    is_from_survey: bool = False
    is_total: bool = False
    says: str = ""

    @property
    def heading(self) -> str:
        """The row's label in "Underlag för analys"."""
        return f"{GROUPS[self.group]}: {self.source}" if self.group in GROUPS else self.source

    @property
    def is_of_calendar_year(self) -> bool:
        """Whether it is counted over the calendar year that the school year begins in."""
        return self.group == "costs"


def _measure(row: dict[str, str]) -> Measure:
    return Measure(
        **row | {"decimals": int(row["decimals"])} | {name: row[name] == "Ja" for name in ("is_from_survey", "is_total")}
    )


def _known_measures() -> tuple[Measure, ...]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return tuple(_measure(row) for row in csv.DictReader(file, delimiter=";"))


ALL_MEASURES: tuple[Measure, ...] = _known_measures()
"""All measures that we know."""
MEASURES: tuple[Measure, ...] = tuple(measure for measure in ALL_MEASURES if measure.source)
"""Those of "Underlag för analys", in the file's order."""
MEASURE_OF: dict[str, Measure] = {measure.name: measure for measure in ALL_MEASURES}
RATIOS = {"staff_per_100_pupils": ("staff_posts", "pupils", 100.0), "pupils_per_principal": ("pupils", "principal_posts", 1.0)}
"""Measures that no file gives: name → numerator, denominator and what their ratio is multiplied with. They make totals
comparable."""
