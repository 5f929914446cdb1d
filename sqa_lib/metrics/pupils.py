"""Children and pupils: what every rate is held against."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts
from sqa_lib.units import UnitTree

_DATE = "15 oktober under läsåret"


def enrolled(tables: Tables, tree: UnitTree, level: str) -> pd.DataFrame:
    """The enrolment rows of units of one level (`school` or `preschool`)."""
    codes = {unit.code for unit in tree.at(level)}
    rows = tables["enrolment"]
    return rows[rows["unit"].isin(codes)]


@statistic(
    "Elever i grundskolan",
    "count",
    population="elever inskrivna i huvudmannens grundskolor, förskoleklass till årskurs 9",
    numerator="antal elever",
    date=_DATE,
    datasets=("enrolment",),
    noun=("elev", "elever"),
    is_public=True,
)
def pupils(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(enrolled(tables, tree, "school"), tree, [(), ("gender",), ("year",), ("stage",)], of="pupils")


@statistic(
    "Barn i förskolan",
    "count",
    population="barn inskrivna i huvudmannens förskolor",
    numerator="antal barn",
    date=_DATE,
    datasets=("enrolment",),
    noun=("barn", "barn"),
    is_public=True,
)
def preschool_children(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(enrolled(tables, tree, "preschool"), tree, [(), ("gender",)], of="pupils")
