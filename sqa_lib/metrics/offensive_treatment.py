"""Notifications of offensive treatment (anmälningar om kränkande behandling) from schools to the authority."""

import pandas as pd

from sqa_lib.metrics.schools import by_form, with_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import ratios
from sqa_lib.units import UnitTree

_POPULATION = (
    "anmälningar från skolorna till huvudmannen om att en elev känner sig kränkt (skollagen 6 kap. 10 §), "
    "i varje skolform för sig"
)
_DATE = "läsåret, dag då anmälan kom in"
_NEED = ("offensive_treatment", "school_units")
_BY = [(), ("gender",)]


def _notifications(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return by_form(with_form(tables, tables["offensive_treatment"]), tree, _BY, of="notifications")


@statistic(
    "Anmälningar om kränkande behandling",
    "count",
    population=_POPULATION,
    numerator="antal anmälningar; en elev kan ha flera",
    date=_DATE,
    datasets=_NEED,
    noun=("anmälan", "anmälningar"),
)
def offensive_treatment(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _notifications(tables, tree)


@statistic(
    "Anmälningar om kränkande behandling per 1 000 elever",
    "ratio",
    population=_POPULATION,
    numerator="antal anmälningar; en elev kan ha flera",
    denominator="elever i skolformen den 15 oktober",
    date=_DATE,
    datasets=(*_NEED, "enrolment"),
    decimals=1,
    per=1000,
)
def offensive_treatment_per_1000(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    found = _notifications(tables, tree)
    pupils = by_form(with_form(tables, tables["enrolment"]), tree, _BY, of="pupils")
    return ratios(found, pupils, people=found)
