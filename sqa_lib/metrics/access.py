"""Access to pupil health: posts by profession and employment, per 1,000 pupils, and the schools that have a profession."""

import pandas as pd

from sqa_lib.metrics.schools import by_form, schools, shares_of_schools, with_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import ratios, shares
from sqa_lib.units import UnitTree

AT_THE_SCHOOL = ("own", "shared")
"""Employments of those who work at the school itself; services bought in as need arises are not there day by day."""

_POPULATION = (
    "elevhälsans tjänster i grundskolor och gymnasieskolor, i varje skolform för sig: egna, delade med andra skolor och köpta; "
    "centralt anställda psykologer ingår inte"
)
_SCHOOLS = "grundskolor och gymnasieskolor med elever, i varje skolform för sig"
_DATE = "15 oktober under läsåret"
_EMPLOYED = [("employment",), ("employment", "profession")]
_BY = [(), ("profession",), *_EMPLOYED]
_BY_NEED = [("need",), ("need", "profession")]


def employed(tables: Tables) -> pd.DataFrame:
    """The staff whose employment is told, with school_form."""
    rows = tables["health_staff"]
    return with_form(tables, rows[rows["employment"].notna()])


def _with_need(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(tables["school_need"][["school_year", "unit", "need"]], on=["school_year", "unit"])


@statistic(
    "Elevhälsans tjänster",
    "count",
    population=_POPULATION,
    numerator="heltidstjänster; en köpt tjänst räknas om till heltid",
    date=_DATE,
    datasets=("health_staff", "school_units"),
    noun=("heltidstjänst", "heltidstjänster"),
    decimals=1,
    is_about_people=False,
)
def access_posts(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return by_form(employed(tables), tree, _BY, of="posts")


@statistic(
    "Tjänster i elevhälsan per 1 000 elever",
    "ratio",
    population=_POPULATION,
    numerator="heltidstjänster; en köpt tjänst räknas om till heltid",
    denominator="elever i skolformen den 15 oktober; efter behov: elever i skolor med behovet",
    date=_DATE,
    datasets=("health_staff", "school_units", "enrolment"),
    decimals=1,
    per=1000,
    is_about_people=False,
)
def access_per_1000(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    posts, pupils = employed(tables), with_form(tables, tables["enrolment"])
    all_schools = ratios(
        by_form(posts, tree, _BY, of="posts"), by_form(pupils, tree, of="pupils"), drop=("employment", "profession")
    )
    if "school_need" not in tables:
        return all_schools
    parts, whole = (_with_need(tables, rows) for rows in (posts, pupils))
    by_need = ratios(
        by_form(parts, tree, _BY_NEED, of="posts", levels=("municipality",)),
        by_form(whole, tree, [("need",)], of="pupils", levels=("municipality",)),
        drop=("profession",),
    )
    return pd.concat([all_schools, by_need], ignore_index=True)


@statistic(
    "Andel köpta tjänster i elevhälsan",
    "ratio",
    population=_POPULATION,
    numerator="köpta heltidstjänster",
    denominator="alla heltidstjänster",
    date=_DATE,
    datasets=("health_staff", "school_units"),
    per=100,
    is_about_people=False,
    unit_of_measure="procent",
)
def access_bought_in(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows, by = employed(tables), [(), ("profession",)]
    bought = by_form(rows, tree, by, of="posts", where=rows["employment"] == "bought_in")
    return ratios(bought, by_form(rows, tree, by, of="posts"))


@statistic(
    "Skolor med tillgång till professionen",
    "share",
    population=_SCHOOLS,
    numerator="skolor där professionen finns, egen, delad eller köpt",
    denominator="alla skolor i skolformen; efter behov: alla med behovet",
    date=_DATE,
    datasets=("health_staff", "school_units", "enrolment"),
    is_about_people=False,
)
def schools_with_staff(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = employed(tables)
    return _schools_with(tables, tree, rows, rows["posts"] > 0)


@statistic(
    "Skolor med professionen på den egna skolan",
    "share",
    population=_SCHOOLS,
    numerator="skolor där professionen är anställd på skolan eller delas med andra skolor; köpta tjänster räknas inte",
    denominator="alla skolor i skolformen; efter behov: alla med behovet",
    date=_DATE,
    datasets=("health_staff", "school_units", "enrolment"),
    is_about_people=False,
)
def schools_with_own_staff(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = employed(tables)
    return _schools_with(tables, tree, rows, (rows["posts"] > 0) & rows["employment"].isin(AT_THE_SCHOOL))


def _schools_with(tables: Tables, tree: UnitTree, staff: pd.DataFrame, counts: pd.Series) -> pd.DataFrame:
    """counts: whether the row is of staff that makes its school one that has the profession."""
    key = ["school_year", "unit", "profession"]
    told = staff.assign(is_so=counts).groupby(key, observed=True)["is_so"].any().reset_index()
    all_schools = shares_of_schools(tables, tree, told, [("profession",)])
    if "school_need" not in tables:
        return all_schools
    return pd.concat([all_schools, _by_need(tables, tree, told)], ignore_index=True)


def _by_need(tables: Tables, tree: UnitTree, told: pd.DataFrame) -> pd.DataFrame:
    having = _with_need(tables, with_form(tables, told))
    part = by_form(having, tree, [("need", "profession")], where=having["is_so"], levels=("municipality",))
    whole = by_form(_with_need(tables, schools(tables)), tree, [("need",)], levels=("municipality",))
    return shares(part, whole, drop=("profession",))
