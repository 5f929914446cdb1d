"""Health plans (elevhälsoplaner): which schools have one, whether it follows the template and is followed up, its focus areas."""

import pandas as pd

from sqa_lib.metrics.schools import by_form, shares_of_schools, with_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import shares
from sqa_lib.units import UnitTree

_POPULATION = "inlämnade elevhälsoplaner från grundskolor och gymnasieskolor, i varje skolform för sig"
_DATE = "läsåret"
_NEED = ("health_plans", "school_units")


def submitted(tables: Tables) -> pd.DataFrame:
    """The plans that schools have handed in, with school_form."""
    rows = tables["health_plans"]
    return with_form(tables, rows[rows["is_submitted"].astype(bool)])


@statistic(
    "Inlämnade elevhälsoplaner",
    "count",
    population=_POPULATION,
    numerator="antal elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    noun=("elevhälsoplan", "elevhälsoplaner"),
    is_about_people=False,
)
def health_plans(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = with_form(tables, tables["health_plans"])
    return by_form(rows, tree, where=rows["is_submitted"].astype(bool))


@statistic(
    "Skolor med elevhälsoplan",
    "share",
    population="grundskolor och gymnasieskolor med elever, i varje skolform för sig",
    numerator="skolor som lämnat in en elevhälsoplan",
    denominator="alla skolor i skolformen",
    date=_DATE,
    datasets=(*_NEED, "enrolment"),
    is_about_people=False,
)
def health_plans_submitted(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["health_plans"]
    return shares_of_schools(tables, tree, rows[["school_year", "unit"]].assign(is_so=rows["is_submitted"].astype(bool)))


@statistic(
    "Elevhälsoplaner enligt mallen",
    "share",
    population=_POPULATION,
    numerator="elevhälsoplaner som följer förvaltningens mall",
    denominator="inlämnade elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
)
def health_plans_follow_template(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _share_of_plans(submitted(tables), "follows_template", tree)


@statistic(
    "Elevhälsoplaner som följts upp",
    "share",
    population=_POPULATION,
    numerator="elevhälsoplaner som förvaltningen har följt upp",
    denominator="inlämnade elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
)
def health_plans_followed_up(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _share_of_plans(submitted(tables), "is_followed_up", tree)


def _share_of_plans(plans: pd.DataFrame, flag: str, tree: UnitTree) -> pd.DataFrame:
    """Plans with the flag, of those where it is known."""
    known = plans[plans[flag].notna()]
    return shares(by_form(known, tree, where=known[flag].astype(bool)), by_form(known, tree))


@statistic(
    "Fokusområden i elevhälsoplanerna",
    "share",
    population=_POPULATION + ". En plan kan ha flera fokusområden",
    numerator="elevhälsoplaner med fokusområdet",
    denominator="inlämnade elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
    compared_over="plan_focus",
)
def health_plan_focus(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    plans = submitted(tables)
    named = plans.explode("focus_areas").rename(columns={"focus_areas": "plan_focus"})
    return shares(by_form(named, tree, [("plan_focus",)]), by_form(plans, tree), drop=("plan_focus",))
