"""The arts school: participants and queue."""

import pandas as pd

from sqa_lib.metrics.pupils import enrolled
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts, ratios
from sqa_lib.units import UnitTree

_BY = [(), ("gender",), ("arts_subject",)]
_POPULATION = "elever i grundskolan"


def _rows(tables: Tables) -> pd.DataFrame:
    return tables["arts_school"].rename(columns={"subject": "arts_subject"})


@statistic(
    "Deltagare i kulturskolan",
    "count",
    population=_POPULATION,
    numerator="deltaganden i kulturskolans ämnen",
    date="läsåret",
    datasets=("arts_school",),
    noun=("deltagare", "deltagare"),
)
def arts_participants(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_rows(tables), tree, _BY, of="participants")


@statistic(
    "Kö till kulturskolan",
    "count",
    population=_POPULATION,
    numerator="elever i kö",
    date="höststarten efter läsåret",
    datasets=("arts_school",),
    noun=("elev", "elever"),
)
def arts_queue(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_rows(tables), tree, _BY, of="queue")


@statistic(
    "Deltagande i kulturskolan",
    "ratio",
    population=_POPULATION,
    numerator="deltaganden i kulturskolans ämnen; en elev i två ämnen räknas två gånger",
    denominator="elever i grundskolan den 15 oktober",
    date="läsåret",
    datasets=("arts_school", "enrolment"),
    per=100,
    unit_of_measure="procent",
)
def arts_participation(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    by = [(), ("gender",)]
    taking_part = counts(_rows(tables), tree, by, of="participants")
    return ratios(taking_part, counts(enrolled(tables, tree, "compulsory"), tree, by, of="pupils"), people=taking_part)
