"""Reviews of health plans with a rubric: how each criterion was rated, and how far two reviewers agree."""

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics.health_plans import submitted
from sqa_lib.metrics.schools import by_form, with_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import TALLY, breakdown_key, shares
from sqa_lib.rubric import RUBRIC
from sqa_lib.units import UnitTree

RATINGS = DIMENSIONS["rating"].names
CRITERIA = DIMENSIONS["rubric_item"].names
GOOD = tuple(rating for rating in RUBRIC.ratings if rating.is_met)

_POPULATION = "granskade elevhälsoplaner; där flera har granskat en plan räknas den lägsta bedömningen av varje kriterium"
_GOOD = " eller ".join(rating.label for rating in GOOD)
_TWICE = "elevhälsoplaner som två granskare bedömt var för sig"
_DATE = "läsåret"
_NEED = ("plan_reviews", "school_units")
_PLAN = ["school_year", "unit"]
_NUMBERS = ["numerator", "denominator", "people"]


def ratings(tables: Tables) -> pd.DataFrame:
    """One row per rating given: school_year, unit, school_form, reviewer, rubric_item, rating (a number from 0)."""
    rows = with_form(tables, tables["plan_reviews"])
    long = rows.melt([*_PLAN, "school_form", "reviewer"], CRITERIA, "rubric_item", "rating")
    ranked = long.assign(rating=long["rating"].astype(str).map({name: rank for rank, name in enumerate(RATINGS)}))
    return ranked.dropna(subset=["rating"]).astype({"rating": "int64"})


def _of_plans(tables: Tables) -> pd.DataFrame:
    """One row per plan and criterion: school_year, unit, school_form, rubric_item, rating (a code)."""
    lowest = ratings(tables).groupby([*_PLAN, "school_form", "rubric_item"], observed=True)["rating"].min().reset_index()
    return lowest.assign(rating=lowest["rating"].map(dict(enumerate(RATINGS))))


@statistic(
    "Granskade elevhälsoplaner",
    "share",
    population="inlämnade elevhälsoplaner från grundskolor och gymnasieskolor, i varje skolform för sig",
    numerator="elevhälsoplaner som minst en granskare har bedömt",
    denominator="inlämnade elevhälsoplaner",
    date=_DATE,
    datasets=("health_plans", *_NEED),
    is_about_people=False,
)
def plans_reviewed(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    reviewed = tables["plan_reviews"][_PLAN].drop_duplicates()
    plans = submitted(tables)
    plans = plans[plans["school_year"].isin(reviewed["school_year"].unique())]
    is_reviewed = plans.merge(reviewed, on=_PLAN, how="left", indicator=True)["_merge"] == "both"
    return shares(by_form(plans, tree, where=is_reviewed.set_axis(plans.index)), by_form(plans, tree))


@statistic(
    "Bedömning av elevhälsoplanerna",
    "share",
    population=_POPULATION,
    numerator="elevhälsoplaner med bedömningen av kriteriet",
    denominator="granskade elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
    compared_over="rubric_item",
)
def plan_ratings(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _of_plans(tables)
    part = by_form(rows, tree, [("rubric_item", "rating")])
    return shares(part, by_form(rows, tree, [("rubric_item",)]), drop=("rating",))


@statistic(
    f"Elevhälsoplaner där arbetet är {_GOOD}",
    "share",
    population=_POPULATION,
    numerator=f"elevhälsoplaner där kriteriet bedöms som {_GOOD}",
    denominator="granskade elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
    compared_over="rubric_item",
)
def plan_criteria_met(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows, by = _of_plans(tables), [("rubric_item",)]
    return shares(by_form(rows, tree, by, where=rows["rating"].isin([rating.code for rating in GOOD])), by_form(rows, tree, by))


# ---- agreement ------------------------------------------------------------------------------------------------------


def pairs(tables: Tables) -> pd.DataFrame:
    """The plans that two have reviewed: school_year, school_form, unit, rubric_item, first, second (ratings as numbers).

    Of more than two reviewers the first two count, in the order of their designations.
    """
    by_reviewer = ratings(tables).sort_values("reviewer")
    place = by_reviewer.groupby([*_PLAN, "rubric_item"]).cumcount()
    key = ["school_year", "school_form", "unit", "rubric_item"]
    first, second = (by_reviewer.loc[place == n, [*key, "rating"]] for n in (0, 1))
    return first.merge(second, on=key, suffixes=("_first", "_second")).rename(
        columns={"rating_first": "first", "rating_second": "second"}
    )


def disagreement(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Observed and expected disagreement, in steps of the scale per plan: mean |i − j| over the plans, and over all pairs of one
    plan's first rating and another's second. Cohen's weighted kappa is 1 − observed / expected, with linear weights.

    Cohen (1968), Psychological Bulletin 70(4), 213–220; linear weights: Cicchetti & Allison (1971), American Journal of EEG
    Technology 11, 101–109. The steps of the rubric are alike, so two steps apart weigh twice as much as one.
    """
    return float(np.abs(first - second).mean()), float(np.abs(first[:, None] - second[None, :]).mean())


@statistic(
    "Elevhälsoplaner som två granskare bedömt",
    "count",
    population=_TWICE,
    numerator="antal elevhälsoplaner",
    date=_DATE,
    datasets=_NEED,
    noun=("elevhälsoplan", "elevhälsoplaner"),
    is_about_people=False,
)
def plans_reviewed_twice(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    reviews = with_form(tables, tables["plan_reviews"])
    plans = reviews.groupby([*_PLAN, "school_form"], observed=True)["reviewer"].nunique().reset_index()
    return by_form(plans, tree, where=plans["reviewer"] > 1, levels=("municipality",))


@statistic(
    "Samstämmighet mellan granskarna (viktat kappa)",
    "ratio",
    population=_TWICE,
    numerator="förväntad oenighet minus faktisk oenighet, i steg på skalan per plan; 1 är full enighet och 0 vad slumpen ger",
    denominator="förväntad oenighet, om den enes bedömningar var oberoende av den andres",
    date=_DATE,
    datasets=_NEED,
    decimals=2,
    is_about_people=False,
)
def review_agreement(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    """Cohen's weighted kappa; of all criteria together, their numerators and denominators are added up."""
    rows = [
        (year, form, item, expected - observed, expected, float(len(plans)))
        for (year, form, item), plans in pairs(tables).groupby(["school_year", "school_form", "rubric_item"], observed=True)
        for observed, expected in [disagreement(plans["first"].to_numpy(), plans["second"].to_numpy())]
    ]
    columns = ["school_year", "school_form", "rubric_item", *_NUMBERS]
    by_item = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(_NUMBERS, "float64"))  # also where nobody reviewed twice
    together = by_item.groupby(["school_year", "school_form"], observed=True, as_index=False).agg(
        {"numerator": "sum", "denominator": "sum", "people": "max"}
    )
    tally = pd.concat([together, by_item], ignore_index=True).assign(unit=tree.authority.code)
    return tally.assign(breakdown=[_breakdown(row) for row in tally.itertuples()])[TALLY]


def _breakdown(row) -> str:
    codes = {} if pd.isna(row.rubric_item) else {"rubric_item": row.rubric_item}
    return breakdown_key(school_form=row.school_form, **codes)
