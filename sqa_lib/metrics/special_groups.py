"""Special teaching groups (särskilda undervisningsgrupper) in compulsory school, and the schools in the pilot about them."""

import pandas as pd

from sqa_lib.metrics.pupils import enrolled, of_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, counts, shares
from sqa_lib.units import UnitTree

_POPULATION = "särskilda undervisningsgrupper (skollagen 3 kap. 11 §) i grundskolan"
_DATE = "15 oktober under läsåret"
_NEED = ("special_groups", "school_units")
_SCHOOL = ("skola", "skolor")


def _rows(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return of_form(tables["special_groups"], tree, "compulsory")


@statistic(
    "Särskilda undervisningsgrupper",
    "count",
    population=_POPULATION,
    numerator="antal grupper",
    date=_DATE,
    datasets=_NEED,
    noun=("grupp", "grupper"),
    is_about_people=False,
)
def special_groups(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _rows(tables, tree)
    groups = counts(rows, tree, of="groups", levels=BOOKS)
    return groups.assign(people=counts(rows, tree, of="pupils", levels=BOOKS)["numerator"])


@statistic(
    "Skolor med särskild undervisningsgrupp",
    "count",
    population=_POPULATION,
    numerator="skolor med minst en grupp",
    date=_DATE,
    datasets=_NEED,
    noun=_SCHOOL,
    is_about_people=False,
)
def special_group_schools(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _rows(tables, tree)
    return counts(rows, tree, levels=BOOKS, where=rows["groups"] > 0)


@statistic(
    "Elever i särskild undervisningsgrupp",
    "count",
    population=_POPULATION,
    numerator="elever i grupperna",
    date=_DATE,
    datasets=_NEED,
    noun=("elev", "elever"),
)
def special_group_pupils(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_rows(tables, tree), tree, of="pupils", levels=BOOKS)


@statistic(
    "Andel elever i särskild undervisningsgrupp",
    "share",
    population="elever i grundskolan",
    numerator="elever i särskilda undervisningsgrupper",
    denominator="elever i grundskolan den 15 oktober",
    date=_DATE,
    datasets=(*_NEED, "enrolment"),
    decimals=1,
)
def special_group_share(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    pupils = enrolled(tables, tree, "compulsory")
    of_unit = pupils["pupils"].astype(float).groupby([pupils["unit"], pupils["school_year"]]).sum().rename("all")
    rows = _rows(tables, tree).merge(of_unit.reset_index(), on=["unit", "school_year"], how="left")
    in_groups = rows.assign(pupils=rows["pupils"].astype(float).clip(upper=rows["all"].fillna(0.0)))
    return shares(counts(in_groups, tree, of="pupils", levels=BOOKS), counts(pupils, tree, of="pupils", levels=BOOKS))


@statistic(
    "Skolor i piloten om metodhandledning",
    "count",
    population="grundskolor med särskilda undervisningsgrupper",
    numerator="skolor som deltar i pilotinsatsen",
    date=_DATE,
    datasets=_NEED,
    noun=_SCHOOL,
    is_about_people=False,
)
def special_group_pilot(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _rows(tables, tree)
    return counts(rows, tree, levels=BOOKS, where=rows["in_pilot"].astype(bool))
