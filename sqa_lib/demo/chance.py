"""Chance that can be repeated: streams of random numbers, exact deals, draws without replacement, days in term."""

import datetime
import zlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

Rng = np.random.Generator

CLOSED_WEEKS = ((12, 19), (1, 6))
"""Christmas holidays, from and to (month, day)."""


def stream(seed: int, *names: str) -> Rng:
    """A generator of its own for every dataset and school year: a new year leaves the others as they are."""
    return np.random.default_rng([seed, zlib.crc32("/".join(names).encode())])


def draw(people: pd.DataFrame, count: int, rng: Rng, weight: np.ndarray | None = None) -> pd.DataFrame:
    """`count` rows without replacement, in random order, their index kept; weight: one per row, need not sum to one."""
    chance = None if weight is None else weight / weight.sum()
    return people.iloc[rng.choice(len(people), count, replace=False, p=chance)]


def deal(counts: Mapping, rng: Rng) -> list:
    """Every key as many times as its count says, shuffled: `deal({"girl": 1, "boy": 2}, rng)`."""
    items = [key for key, count in counts.items() for _ in range(count)]
    return [items[i] for i in rng.permutation(len(items))]


def uneven(units: pd.Series, rng: Rng, shape: float = 3.0) -> np.ndarray:
    """A weight per row that all rows of a unit share: some schools have more of everything (gamma with mean 1)."""
    codes, index = np.unique(units.to_numpy(dtype=str), return_inverse=True)
    return rng.gamma(shape, 1 / shape, len(codes))[index]


def term_days(school_year: str, count: int, rng: Rng) -> list[datetime.date]:
    """Weekdays in term, 17 August to 11 June, fewer towards the end of the year; sorted."""
    first = int(school_year[:4])
    days = [day for day in _weekdays(datetime.date(first, 8, 17), datetime.date(first + 1, 6, 11)) if not _is_closed(day)]
    weight = np.linspace(1.3, 0.7, len(days))
    return [days[i] for i in np.sort(rng.choice(len(days), count, p=weight / weight.sum()))]


def days_between(first: datetime.date, last: datetime.date, count: int, rng: Rng) -> list[datetime.date]:
    """Any weekdays from first to last, sorted."""
    days = _weekdays(first, last)
    return [days[i] for i in np.sort(rng.integers(len(days), size=count))]


def _weekdays(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    return [day.date() for day in pd.bdate_range(first, last)]


def _is_closed(day: datetime.date) -> bool:
    start, end = CLOSED_WEEKS
    return (day.month, day.day) >= start or (day.month, day.day) <= end
