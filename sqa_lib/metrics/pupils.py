"""Children and pupils: what every rate is held against."""

from collections.abc import Sequence

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


def at_most_enrolled(rows: pd.DataFrame, enrolled: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """The rows of a list of pupils, of each unit, school year and group no more than are enrolled: a list of another day may have
    a pupil or two more, which would make a share of more than all. What is more than chance makes is refused before
    (`sqa_lib.plausibility`)."""
    cell = ["unit", "school_year", *by]
    part, whole = rows[cell].astype("str"), enrolled.astype(dict.fromkeys(cell, "str") | {"pupils": "float64"})
    most = part.merge(whole.groupby(cell, as_index=False)["pupils"].sum(), on=cell, how="left")["pupils"].fillna(0.0)
    return rows[part.groupby(cell).cumcount().to_numpy() < most.to_numpy()]


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
