"""The pupil-health survey in years 4 and 7: exact shares, answers that hang together within a pupil and a school."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.demo.chance import Rng, draw
from sqa_lib.demo.schools import SchoolYear

RESPONSE = {"2019/20": 0.92, "2020/21": 0.90}
"""Share of each year group that answers."""

SKIPPED = 0.01
"""At least this share of those who answer leave an item empty."""

CELLS = (("4", "girl"), ("4", "boy"), ("7", "girl"), ("7", "boy"))

Shares = tuple[float, float, float, float]


@dataclass(frozen=True)
class Item:
    """A question. shares: per school year, percent in the first `leading` codes, for each of `CELLS`.

    within, rest: how the leading group and the others are spread over their codes. is_good: the first code is the better end.
    """

    name: str
    dimension: str
    shares: dict[str, Shares]
    within: tuple[float, ...]
    rest: tuple[float, ...]
    is_good: bool

    @property
    def codes(self) -> list[str]:
        return DIMENSIONS[self.dimension].names

    def distribution(self, school_year: str, cell: tuple[str, str]) -> np.ndarray:
        """Percent per code."""
        leading = self.shares[school_year][CELLS.index(cell)]
        return np.concatenate([leading * np.array(self.within), (100 - leading) * np.array(self.rest)])


def _item(name: str, dimension: str, before: Shares, now: Shares, within: tuple, rest: tuple, is_good: bool) -> Item:
    return Item(name, dimension, {"2019/20": before, "2020/21": now}, within, rest, is_good)


ITEMS = (
    _item("sleep", "sleep", (2, 2.5, 7, 8.6), (2.3, 2.8, 10, 9.1), (0.55, 0.45), (0.25, 0.4, 0.35), False),
    _item("activity", "activity", (41, 33, 56, 43), (44, 36, 64, 48), (0.3, 0.7), (1,), False),
    _item("breakfast", "frequency", (93, 94, 78, 84), (92, 93, 71, 78), (0.8, 0.2), (0.6, 0.3, 0.1), True),
    _item("school_lunch", "frequency", (95, 95, 84, 88), (94, 95, 77, 82), (0.78, 0.22), (0.65, 0.27, 0.08), True),
    _item("stress", "frequency", (14, 11, 34, 17), (17, 13, 46, 21), (0.25, 0.75), (0.52, 0.36, 0.12), False),
    _item("feels_low", "frequency", (9, 7, 20, 9), (10, 8, 26, 11), (0.2, 0.8), (0.38, 0.4, 0.22), False),
    _item("pain", "frequency", (9, 8, 23, 17), (12, 10, 34, 25), (0.25, 0.75), (0.3, 0.35, 0.35), False),
    _item("work_peace", "frequency", (70, 75, 57, 70), (71, 76, 58, 71), (0.25, 0.75), (0.65, 0.27, 0.08), True),
    _item("safety", "frequency", (91, 90, 93, 95), (90, 88, 92.4, 96), (0.7, 0.3), (0.7, 0.22, 0.08), True),
    _item("teachers", "frequency", (95, 89, 92, 92), (96, 87, 93.4, 92.5), (0.6, 0.4), (0.75, 0.2, 0.05), True),
    _item("adult_to_talk_to", "frequency", (90, 88, 82, 81), (91, 88, 83, 82), (0.65, 0.35), (0.55, 0.3, 0.15), True),
    _item("harassed", "frequency", (8, 7, 13, 7), (8, 7, 15, 6.5), (0.2, 0.8), (0.25, 0.35, 0.4), False),
    _item("likes_school", "liking", (91, 88, 91, 92), (89, 89, 91, 92.5), (0.55, 0.45), (0.7, 0.2, 0.1), True),
)
"""The shares of 2020/21 that the printed report gives are its own; the others follow what it says in words."""

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
