"""Health staff: full-time posts by profession and funding, and posts per 1,000 pupils."""

import pandas as pd

from sqa_lib.metrics.pupils import enrolled, of_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts, ratios
from sqa_lib.units import UnitTree

_POPULATION = "elevhälsans personal i grundskolan, heltidstjänster"
_DATE = "15 oktober under läsåret; projekttjänster under läsåret"
_BY = [("profession",), ("profession", "funding"), ()]


def _compulsory_staff(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return of_form(tables["health_staff"], tree, "compulsory")


@statistic(
    "Elevhälsans personal",
    "count",
    population=_POPULATION,
    numerator="heltidstjänster",
    date=_DATE,
    datasets=("health_staff",),
    noun=("heltidstjänst", "heltidstjänster"),
    decimals=1,
    is_about_people=False,
)
def staff_posts(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_compulsory_staff(tables, tree), tree, _BY, of="posts", levels=("municipality", "area", "school"))


@statistic(
    "Tjänster per 1 000 elever",
    "ratio",
    population=_POPULATION,
    numerator="heltidstjänster",
    denominator="elever i grundskolan den 15 oktober",
    date=_DATE,
    datasets=("health_staff", "enrolment"),
    decimals=1,
    per=1000,
    is_about_people=False,
)
def staff_per_1000(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    posts = counts(
        _compulsory_staff(tables, tree), tree, [("profession",)], of="posts", levels=("municipality", "area", "school")
    )
    return ratios(posts, counts(enrolled(tables, tree, "compulsory"), tree, of="pupils"), drop=("profession",))
