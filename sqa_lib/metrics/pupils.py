"""Children and pupils: what every rate is held against."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts
from sqa_lib.units import UnitTree

_DATE = "15 oktober under läsåret"


def enrolled(tables: Tables, tree: UnitTree, school_form: str) -> pd.DataFrame:
    """The enrolment rows of one school form's units."""
    return of_form(tables["enrolment"], tree, school_form)


def of_form(rows: pd.DataFrame, tree: UnitTree, school_form: str) -> pd.DataFrame:
    """The rows (column unit) of one school form's units."""
    return rows[rows["unit"].isin([unit.code for unit in tree.of_form(school_form)])]


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
    return counts(enrolled(tables, tree, "compulsory"), tree, [(), ("gender",), ("year",), ("stage",)], of="pupils")


@statistic(
    "Elever i gymnasieskolan",
    "count",
    population="elever inskrivna i huvudmannens gymnasieskolor",
    numerator="antal elever",
    date=_DATE,
    datasets=("enrolment",),
    noun=("elev", "elever"),
    is_public=True,
)
def upper_secondary_pupils(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(enrolled(tables, tree, "upper_secondary"), tree, [(), ("gender",)], of="pupils")


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
