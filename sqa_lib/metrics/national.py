"""Skolverket's national indicators: official values taken as they are, and how the country's units spread around them."""

import numpy as np
import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.metrics.statistic import STATISTICS, Statistic
from sqa_lib.metrics.tally import breakdown_key
from sqa_lib.report import Authority
from sqa_lib.sources.measures import MEASURES, Measure
from sqa_lib.sources.skolverket import Underlag, distribution, schools_of
from sqa_lib.units import LEVEL_OF, Unit, UnitTree

COUNTRY = "riket"
FORM = "compulsory"
"""The school form that Skolverket's file is about."""
QUANTILES = ("p10", "p25", "p50", "p75", "p90")
LARGEST_HIDDEN_SHARE = 0.1
"""A spread is told only where at most this share of the units is withheld as `...`: those are high values, and leaving
them out would draw every quantile down."""


def statistic_name(measure: str) -> str:
    """`statistic_name("pupils") == "national_pupils"`."""
    return f"national_{measure}"


def national_definitions() -> dict[str, Statistic]:
    """A definition for each measure of Skolverket's file."""
    return {statistic_name(measure.name): _definition(measure) for measure in MEASURES}


def _definition(measure: Measure) -> Statistic:
    population = "elever, vårdnadshavare eller personal som besvarat Skolenkäten" if measure.is_from_survey else "grundskolan"
    return Statistic(
        statistic_name(measure.name),
        measure.label[:1].upper() + measure.label[1:],
        "official",
        population,
        numerator="Skolverkets uppgift, hämtad som den är",
        denominator="",
        date="enligt Skolverket: läsåret; kostnader avser kalenderåret då läsåret börjar",
        datasets=(),
        decimals=measure.decimals,
        is_about_people=False,
        unit_of_measure=measure.unit,
    )


def national_tree(underlag: Underlag, authority: Authority) -> UnitTree:
    """The authority and its school units; units that share a name get their code behind it."""
    schools = schools_of(underlag, authority.organisation_number).sort_values(["unit_name", "unit"])
    is_repeated = schools["unit_name"].duplicated(keep=False)
    names = schools["unit_name"].where(~is_repeated, schools["unit_name"] + " (" + schools["unit"] + ")")
    units = [Unit(code, name, LEVEL_OF[FORM], authority.code, (FORM,)) for code, name in zip(schools["unit"], names, strict=True)]
    return UnitTree((Unit(authority.code, authority.name, "municipality", school_forms=(FORM,)), *units))


def national_statistics(underlag: Underlag, authority: Authority, tree: UnitTree) -> pd.DataFrame:
    """The values of the report's units and the country, and the country's quantiles; columns `STATISTICS`."""
    return pd.concat([_values(underlag, authority, tree), _quantiles(underlag)], ignore_index=True)


def _values(underlag: Underlag, authority: Authority, tree: UnitTree) -> pd.DataFrame:
    rows = underlag.values
    is_country, is_own = rows["organisation_number"] == "", rows["organisation_number"] == authority.organisation_number
    rows = rows[is_country | is_own]
    codes = rows["unit"].mask(rows["unit"] == "", authority.code).mask(rows["organisation_number"] == "", COUNTRY)
    rows = rows.assign(unit=codes, breakdown="")
    return _as_statistics(rows[rows["unit"].isin([COUNTRY, *(unit.code for unit in tree.units)])])


def _quantiles(underlag: Underlag) -> pd.DataFrame:
    spread = distribution(underlag)
    spread = spread[spread["nearly_all"] <= LARGEST_HIDDEN_SHARE * (spread["n"] + spread["nearly_all"])]
    long = spread.melt(["measure", "school_year", "level"], list(QUANTILES), "quantile", "value")
    breakdowns = [breakdown_key(quantile=q, spread_over=level) for q, level in zip(long["quantile"], long["level"], strict=True)]
    return _as_statistics(long.assign(unit=COUNTRY, breakdown=breakdowns, mark=Mark.NONE.value))


def _as_statistics(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows["measure"].isin([measure.name for measure in MEASURES])
    rows = rows[known].assign(statistic=lambda r: "national_" + r["measure"])
    return rows.assign(numerator=np.nan, denominator=np.nan, people=np.nan, low=np.nan, high=np.nan)[STATISTICS]
