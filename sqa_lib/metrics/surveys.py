"""The principals' survey and the pupil health survey of years 4 and 7."""

from collections.abc import Sequence

import pandas as pd

from sqa_lib.metrics.pupils import at_most_enrolled, enrolled
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import WIDE, counts, melt_flags, shares
from sqa_lib.units import UnitTree

_OFTEN = ("always", "often")
ITEMS: dict[str, tuple[str, Sequence[str]]] = {
    "likes_school": ("likes_school", ("very_good", "good")),
    "safe": ("safety", _OFTEN),
    "teachers": ("teachers", _OFTEN),
    "adult": ("adult_to_talk_to", _OFTEN),
    "work_peace": ("work_peace", _OFTEN),
    "stressed": ("stress", _OFTEN),
    "feels_low": ("feels_low", _OFTEN),
    "harassed": ("harassed", ("always", "often", "sometimes")),
    "pain": ("pain", _OFTEN),
    "sleep_6_or_less": ("sleep", ("under_6", "six")),
    "sleep_under_6": ("sleep", ("under_6",)),
    "inactive": ("activity", ("under_30", "30_59")),
    "breakfast": ("breakfast", _OFTEN),
    "school_lunch": ("school_lunch", _OFTEN),
}
"""Survey item → the question's column and the answers that count."""

_SURVEYED = "elever i årskurs 4 och 7 som besvarat frågan i elevhälsoenkäten"


def _flags(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds one column per item: True, False or missing where the question was left open."""
    answers = {
        item: rows[column].isin(codes).astype("boolean").mask(rows[column].isna()) for item, (column, codes) in ITEMS.items()
    }
    return rows[["school_year", "unit", "survey_year", "gender"]].assign(**answers)


@statistic(
    "Elevhälsoenkäten",
    "share",
    population=_SURVEYED,
    numerator="elever med svaret",
    denominator="elever som besvarat frågan",
    date="läsåret, vid hälsobesöket i årskurs 4 och 7",
    datasets=("health_survey",),
    pooled=(("survey_item", "survey_year"),),
    compared_over="survey_item",
)
def survey(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _flags(tables["health_survey"].rename(columns={"year": "survey_year"}))
    long = melt_flags(rows, "survey_item", {item: item for item in ITEMS})
    by, by_gender = [("survey_item", "survey_year")], [("survey_item", "survey_year", "gender")]
    part = [counts(long, tree, by, of="is_so"), counts(long, tree, by_gender, of="is_so", levels=WIDE)]
    return shares(pd.concat(part, ignore_index=True), counts(long, tree, [*by, *by_gender]))


@statistic(
    "Svarsfrekvens i elevhälsoenkäten",
    "share",
    population="elever i årskurs 4 och 7",
    numerator="elever som besvarat enkäten",
    denominator="elever i årskursen den 15 oktober",
    date="läsåret",
    datasets=("health_survey", "enrolment"),
)
def survey_response(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    asked = enrolled(tables, tree, "compulsory")
    asked = asked[asked["year"].isin(["4", "7"])].rename(columns={"year": "survey_year"})
    answered = tables["health_survey"].rename(columns={"year": "survey_year"})
    by = [(), ("survey_year",)]
    return shares(counts(at_most_enrolled(answered, asked, ["survey_year"]), tree, by), counts(asked, tree, by, of="pupils"))


@statistic(
    "Rektorer som tillfrågats",
    "count",
    population="rektorer för huvudmannens grundskolor",
    numerator="tillfrågade rektorer",
    date="maj",
    datasets=("principals_survey",),
    noun=("rektor", "rektorer"),
    is_about_people=False,
)
def principals_asked(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(tables["principals_survey"], tree, levels=("municipality", "area"))


@statistic(
    "Rektorer som svarat",
    "count",
    population="rektorer för huvudmannens grundskolor",
    numerator="rektorer som besvarat enkäten",
    date="maj",
    datasets=("principals_survey",),
    noun=("rektor", "rektorer"),
)
def principals_answered(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["principals_survey"]
    return counts(rows, tree, levels=("municipality", "area"), where=rows["has_answered"].astype(bool))


@statistic(
    "Svarsfrekvens i rektorsenkäten",
    "share",
    population="rektorer för huvudmannens grundskolor",
    numerator="rektorer som besvarat enkäten",
    denominator="tillfrågade rektorer",
    date="maj",
    datasets=("principals_survey",),
)
def principals_response(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return shares(principals_answered(tables, tree), principals_asked(tables, tree))


@statistic(
    "Synpunkter i rektorsenkäten",
    "count",
    population="fritextsvar i rektorsenkäten, kodade efter område och slag",
    numerator="antal synpunkter",
    date="maj",
    datasets=("principals_answers",),
    noun=("synpunkt", "synpunkter"),
)
def principals_answers(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(tables["principals_answers"], tree, [("topic", "answer_kind"), ("topic",)], levels=("municipality", "area"))
