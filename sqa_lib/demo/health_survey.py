"""The pupil-health survey in years 4 and 7: exact shares, answers that hang together within a pupil and a school."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.demo.chance import Rng, draw
from sqa_lib.demo.school_year import SchoolYear

RESPONSE = {"2018/19": 0.93, "2019/20": 0.92, "2020/21": 0.90}
"""Share of each year group that answers."""

SKIPPED = 0.01
"""At least this share of those who answer leave an item empty."""

CELLS = (("4", "girl"), ("4", "boy"), ("7", "girl"), ("7", "boy"))

Shares = tuple[float, float, float, float]

# fmt: off
SHARES: dict[str, dict[str, Shares]] = {
    "2018/19": {
        "sleep": (2, 2.4, 6.5, 8), "activity": (40, 32, 54, 42), "breakfast": (94, 94, 79, 85),
        "school_lunch": (95, 96, 85, 89), "stress": (13, 10, 32, 16), "feels_low": (9, 7, 19, 9), "pain": (9, 8, 21, 16),
        "work_peace": (65, 70, 50, 63), "safety": (91, 91, 93, 95), "teachers": (94, 89, 91, 92),
        "adult_to_talk_to": (88, 86, 78, 77), "harassed": (9, 8, 14, 8), "likes_school": (91, 89, 91, 92),
    },
    "2019/20": {
        "sleep": (2, 2.5, 7, 8.6), "activity": (41, 33, 56, 43), "breakfast": (93, 94, 78, 84),
        "school_lunch": (95, 95, 84, 88), "stress": (14, 11, 34, 17), "feels_low": (9, 7, 20, 9), "pain": (9, 8, 23, 17),
        "work_peace": (70, 75, 57, 70), "safety": (91, 90, 93, 95), "teachers": (95, 89, 92, 92),
        "adult_to_talk_to": (90, 88, 82, 81), "harassed": (8, 7, 13, 7), "likes_school": (91, 88, 91, 92),
    },
    "2020/21": {
        "sleep": (2.3, 2.8, 10, 9.1), "activity": (44, 36, 64, 48), "breakfast": (92, 93, 71, 78),
        "school_lunch": (94, 95, 77, 82), "stress": (17, 13, 46, 21), "feels_low": (10, 8, 26, 11), "pain": (12, 10, 34, 25),
        "work_peace": (71, 76, 58, 71), "safety": (90, 88, 92.4, 96), "teachers": (96, 87, 93.4, 92.5),
        "adult_to_talk_to": (91, 88, 83, 82), "harassed": (8, 7, 15, 6.5), "likes_school": (89, 89, 91, 92.5),
    },
}
# fmt: on
"""Percent in the leading group of each item, for each of `CELLS`. Those of 2020/21 that the printed report gives are its own;
the others follow what it says in words."""


@dataclass(frozen=True)
class Item:
    """A question.

    within, rest: how the leading group (the first codes) and the others are spread over their codes.
    is_good: the first code is the better end.
    """

    name: str
    dimension: str
    within: tuple[float, ...]
    rest: tuple[float, ...]
    is_good: bool

    @property
    def codes(self) -> list[str]:
        return DIMENSIONS[self.dimension].names

    def distribution(self, school_year: str, cell: tuple[str, str]) -> np.ndarray:
        """Percent per code."""
        leading = SHARES[school_year][self.name][CELLS.index(cell)]
        return np.concatenate([leading * np.array(self.within), (100 - leading) * np.array(self.rest)])


ITEMS = (
    Item("sleep", "sleep", (0.55, 0.45), (0.25, 0.4, 0.35), is_good=False),
    Item("activity", "activity", (0.3, 0.7), (1,), is_good=False),
    Item("breakfast", "frequency", (0.8, 0.2), (0.6, 0.3, 0.1), is_good=True),
    Item("school_lunch", "frequency", (0.78, 0.22), (0.65, 0.27, 0.08), is_good=True),
    Item("stress", "frequency", (0.25, 0.75), (0.52, 0.36, 0.12), is_good=False),
    Item("feels_low", "frequency", (0.2, 0.8), (0.38, 0.4, 0.22), is_good=False),
    Item("pain", "frequency", (0.25, 0.75), (0.3, 0.35, 0.35), is_good=False),
    Item("work_peace", "frequency", (0.25, 0.75), (0.65, 0.27, 0.08), is_good=True),
    Item("safety", "frequency", (0.7, 0.3), (0.7, 0.22, 0.08), is_good=True),
    Item("teachers", "frequency", (0.6, 0.4), (0.75, 0.2, 0.05), is_good=True),
    Item("adult_to_talk_to", "frequency", (0.65, 0.35), (0.55, 0.3, 0.15), is_good=True),
    Item("harassed", "frequency", (0.2, 0.8), (0.25, 0.35, 0.4), is_good=False),
    Item("likes_school", "liking", (0.55, 0.45), (0.7, 0.2, 0.1), is_good=True),
)

SCHOOL_SPREAD, PUPIL_SPREAD, ITEM_SPREAD = 0.3, 0.7, 1.0
"""Standard deviations of what a school, a pupil and an item add to how well a pupil says he or she is."""


def health_survey(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per pupil who answered, by unit, year and gender; empty where an item was skipped."""
    by_unit = {unit: SCHOOL_SPREAD * rng.standard_normal() for unit in sorted(year.pupils.unit.unique())}
    cells = [_cell(year, cell, by_unit, rng) for cell in CELLS]
    return pd.concat(cells).sort_values(["unit", "year", "gender"], kind="stable", ignore_index=True)


def _cell(year: SchoolYear, cell: tuple[str, str], by_unit: dict[str, float], rng: Rng) -> pd.DataFrame:
    pupils = year.pupils[(year.pupils.year == cell[0]) & (year.pupils.gender == cell[1])]
    table = draw(pupils, round(len(pupils) * RESPONSE[year.name]), rng).reset_index(drop=True)
    wellbeing = table.unit.map(by_unit).to_numpy() + PUPIL_SPREAD * rng.standard_normal(len(table))
    return table.assign(**{item.name: _answers(item, item.distribution(year.name, cell), wellbeing, rng) for item in ITEMS})


def _answers(item: Item, percent: np.ndarray, wellbeing: np.ndarray, rng: Rng) -> list[str | None]:
    """An answer per pupil: the codes in their exact numbers, dealt from the best off to the worst off, or the other way."""
    leading = percent[: len(item.within)].sum()
    answered = answering(int(len(wellbeing) * (1 - SKIPPED)), leading)
    edges = np.rint(percent.cumsum() / 100 * answered).astype(int)
    score = wellbeing + ITEM_SPREAD * rng.standard_normal(len(wellbeing))
    who = rng.permutation(len(wellbeing))[:answered]
    in_order = who[np.argsort(-score[who] if item.is_good else score[who], kind="stable")]
    answers = np.full(len(wellbeing), None, dtype=object)
    answers[in_order] = np.repeat(np.array(item.codes, dtype=object), np.diff(edges, prepend=0))
    return answers.tolist()


def answering(at_most: int, percent: float) -> int:
    """How many answer an item, at most so many, so that some count of them is `percent` when rounded to one decimal."""
    return next(n for n in range(at_most, 0, -1) if abs(100 * round(percent / 100 * n) / n - percent) < 0.045)
