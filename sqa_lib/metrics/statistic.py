"""What a statistic is: its meaning in words, and how its tally becomes values with intervals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sqa_lib.metrics.comparison import CONFIDENCE
from sqa_lib.metrics.pooled import pooled
from sqa_lib.units import UnitTree

Tables = Mapping[str, pd.DataFrame]
STATISTICS = [
    "statistic",
    "school_year",
    "unit",
    "breakdown",
    "numerator",
    "denominator",
    "people",
    "value",
    "low",
    "high",
    "mark",
]
NUMBERS = ("numerator", "denominator", "people", "value", "low", "high")
Kind = Literal["count", "share", "ratio", "official"]


@dataclass(frozen=True)
class Statistic:
    """A statistic's definition, printed in every book's page on sources and method.

    kind: `count`; `share` (100 × numerator / denominator, with a Wilson interval); `ratio` (per × numerator / denominator);
    `official` (a value taken as published by an agency, never recomputed).
    population, numerator, denominator, date: in the report's Swedish. noun: singular and plural of what is counted.
    datasets: the tables it needs. is_about_people: disclosure control applies. unit_of_measure: printed in heads.
    is_public: numbers that readers may know from elsewhere (enrolment): hidden only to protect each other.
    pooled: breakdowns that are also given for several school years together.
    compared_over: a dimension whose codes are read side by side (the questions of a survey), so that what is said of one allows
    for all of them. of_authority: the denominator is the whole authority's, whatever unit the numerator is of.
    each_at_least: a rate, and how much of it everyone counted has at least (a pupil of high absence: 15 percent of absence),
    which bounds their number for who sees the rate.
    """

    id: str
    label: str
    kind: Kind
    population: str
    numerator: str
    denominator: str
    date: str
    datasets: tuple[str, ...]
    compute: Callable[[Tables, UnitTree], pd.DataFrame] | None = None
    noun: tuple[str, str] = ("", "")
    decimals: int = 0
    per: float = 1.0
    is_about_people: bool = True
    unit_of_measure: str = ""
    is_public: bool = False
    pooled: tuple[tuple[str, ...], ...] = ()
    compared_over: str = ""
    of_authority: bool = False
    each_at_least: tuple[str, float] | None = None


REGISTRY: dict[str, Statistic] = {}


def statistic(
    label: str,
    kind: Kind,
    *,
    population: str,
    date: str,
    datasets: tuple[str, ...],
    numerator: str,
    denominator: str = "",
    noun: tuple[str, str] = ("", ""),
    decimals: int = 0,
    per: float = 1.0,
    is_about_people: bool = True,
    unit_of_measure: str = "",
    is_public: bool = False,
    pooled: tuple[tuple[str, ...], ...] = (),
    compared_over: str = "",
    of_authority: bool = False,
    each_at_least: tuple[str, float] | None = None,
) -> Callable:
    """Register a function `(tables, tree) -> tally` as the statistic that bears the function's name."""

    def register(compute: Callable[[Tables, UnitTree], pd.DataFrame]) -> Callable:
        name = compute.__name__
        if name in REGISTRY:
            raise ValueError(f"two statistics are called {name}")
        REGISTRY[name] = Statistic(
            name,
            label,
            kind,
            population,
            numerator,
            denominator,
            date,
            datasets,
            compute,
            noun,
            decimals,
            per,
            is_about_people,
            unit_of_measure,
            is_public,
            pooled,
            compared_over,
            of_authority,
            each_at_least,
        )
        return compute

    return register


def valued(definition: Statistic, tally: pd.DataFrame) -> pd.DataFrame:
    """A tally with value, low and high (percent for shares), columns `STATISTICS`.

    The interval of a share is Wilson's (Wilson 1927; Brown, Cai & DasGupta 2001), 95 %.
    """
    table = tally.assign(statistic=definition.id, low=np.nan, high=np.nan, mark="")
    if definition.kind == "count":
        return table.assign(value=table["numerator"])[STATISTICS]
    scale = 100.0 if definition.kind == "share" else definition.per
    denominator = table["denominator"].where(table["denominator"] > 0)
    table["value"] = scale * table["numerator"] / denominator
    if definition.kind == "share":
        from statsmodels.stats.proportion import proportion_confint  # here: it is slow, and a build with nothing to do needs none

        low, high = proportion_confint(table["numerator"], denominator, alpha=1 - CONFIDENCE, method="wilson")
        table["low"], table["high"] = 100 * low, 100 * high
    return table[STATISTICS]


def compute_all(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    """Every registered statistic whose datasets have rows; one long table, columns `STATISTICS`."""
    computed = [
        valued(definition, _with_periods(definition, definition.compute(tables, tree)))
        for definition in REGISTRY.values()
        if definition.compute and all(name in tables and len(tables[name]) for name in definition.datasets)
    ]
    return pd.concat(computed, ignore_index=True) if computed else no_statistics()


def no_statistics() -> pd.DataFrame:
    """A table of no statistics, whose columns have the types that they have in others: a number is one where there is none,
    too."""
    return pd.DataFrame({name: pd.Series(dtype="float64" if name in NUMBERS else "str") for name in STATISTICS})


def _with_periods(definition: Statistic, tally: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([tally, pooled(tally, definition.pooled)], ignore_index=True) if definition.pooled else tally
