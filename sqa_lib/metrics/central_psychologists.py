"""Psychologists whom the authority employs centrally and places at schools: posts, plan, and which schools are reached."""

import pandas as pd

from sqa_lib.metrics.access import AT_THE_SCHOOL, employed
from sqa_lib.metrics.schools import shares_of_schools
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, counts
from sqa_lib.units import UnitTree

_POPULATION = "psykologtjänster som huvudmannen anställt centralt och fördelat på skolor"
_SCHOOLS = "skolor med elever, i varje skolform med centralt placerade psykologer för sig"
_DATE = "15 oktober under läsåret"
_REACH = ("central_psychologists", "health_staff", "school_units", "enrolment")
_POSTS = ("heltidstjänst", "heltidstjänster")


@statistic(
    "Centralt anställda psykologer",
    "count",
    population=_POPULATION,
    numerator="anställda heltidstjänster",
    date=_DATE,
    datasets=("central_psychologists",),
    noun=_POSTS,
    decimals=1,
    is_about_people=False,
)
def central_psychologists(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(tables["central_psychologists"], tree, of="posts", levels=BOOKS)


@statistic(
    "Ytterligare centralt anställda psykologer enligt plan",
    "count",
    population=_POPULATION,
    numerator="heltidstjänster som enligt beslutad plan tillkommer efter mätdagen",
    date=_DATE,
    datasets=("central_psychologists",),
    noun=_POSTS,
    decimals=1,
    is_about_people=False,
)
def central_psychologists_planned(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(tables["central_psychologists"], tree, of="planned_posts", levels=BOOKS)


@statistic(
    "Skolor med psykolog, egen eller centralt placerad",
    "share",
    population=_SCHOOLS,
    numerator="skolor med psykolog på den egna skolan eller med en centralt anställd psykolog placerad där",
    denominator="alla skolor i skolformen",
    date=_DATE,
    datasets=_REACH,
    is_about_people=False,
)
def psychologist_reach(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _reach(tables, tree, planned=False)


@statistic(
    "Skolor med psykolog, egen eller centralt placerad, när planen är genomförd",
    "share",
    population=_SCHOOLS,
    numerator="skolor med psykolog på den egna skolan eller med en centralt anställd psykolog placerad där nu eller enligt plan",
    denominator="alla skolor i skolformen",
    date=_DATE,
    datasets=_REACH,
    is_about_people=False,
)
def psychologist_reach_planned(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _reach(tables, tree, planned=True)


def _reach(tables: Tables, tree: UnitTree, planned: bool) -> pd.DataFrame:
    central = tables["central_psychologists"]
    is_there = (central["posts"] > 0) | (planned & (central["planned_posts"] > 0))
    staff = employed(tables)
    own = staff[(staff["profession"] == "psychologist") & staff["employment"].isin(AT_THE_SCHOOL)]
    is_concerned = own["school_year"].isin(central["school_year"].unique()) & own["unit"].isin(_of_concerned_forms(tree, central))
    found = pd.concat([central.assign(is_so=is_there), own[is_concerned].assign(is_so=True)])
    return shares_of_schools(tables, tree, found.groupby(["school_year", "unit"])["is_so"].any().reset_index())


def _of_concerned_forms(tree: UnitTree, central: pd.DataFrame) -> set[str]:
    """The schools of the school forms that have any central psychologist."""
    forms = {form for unit in central["unit"].unique() for form in tree[unit].school_forms}
    return {unit.code for form in forms for unit in tree.of_form(form)}
