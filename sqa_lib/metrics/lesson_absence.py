"""Absence from lessons in upper-secondary school: by subject, weekday and time of day."""

import pandas as pd

from sqa_lib.metrics.pupils import of_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, counts, ratios
from sqa_lib.units import UnitTree

_POPULATION = "elever i gymnasieskolan"
_BY = [(), ("lesson_subject",), ("weekday",), ("time_of_day",)]
_BY_BOTH = [("time_of_day", "weekday")]


def _lessons(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    """The rows of upper-secondary schools, with absent_hours; a mark instead of hours counts as none of them."""
    rows = of_form(tables["lesson_absence"], tree, "upper_secondary").rename(columns={"subject": "lesson_subject"})
    return rows.assign(absent_hours=rows["valid_hours"].fillna(0) + rows["invalid_hours"].fillna(0))


@statistic(
    "Frånvaro från lektioner i gymnasieskolan",
    "ratio",
    population=_POPULATION,
    numerator="frånvarotimmar",
    denominator="schemalagda timmar",
    date="läsåret",
    datasets=("lesson_absence",),
    decimals=1,
    per=100,
    unit_of_measure="procent",
)
def lesson_absence(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _lessons(tables, tree)
    both = _over_schedule(rows, "absent_hours", tree, _BY_BOTH, levels=("municipality",))
    return pd.concat([_over_schedule(rows, "absent_hours", tree, _BY), both], ignore_index=True)


@statistic(
    "Giltig och ogiltig frånvaro från lektioner i gymnasieskolan",
    "ratio",
    population=_POPULATION,
    numerator="frånvarotimmar av slaget",
    denominator="schemalagda timmar",
    date="läsåret",
    datasets=("lesson_absence",),
    decimals=1,
    per=100,
    unit_of_measure="procent",
)
def lesson_absence_by_kind(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _lessons(tables, tree)
    kinds = [rows.assign(absence_kind=kind, hours=rows[f"{kind}_hours"].fillna(0)) for kind in ("valid", "invalid")]
    return _over_schedule(pd.concat(kinds, ignore_index=True), "hours", tree, [("absence_kind",)])


def _over_schedule(
    rows: pd.DataFrame, hours: str, tree: UnitTree, by: list[tuple[str, ...]], levels: tuple[str, ...] = BOOKS
) -> pd.DataFrame:
    whole = counts(rows, tree, by, of="scheduled_hours", levels=levels)
    people = pd.concat([_pupils_behind(rows, tree, dimensions, levels) for dimensions in by], ignore_index=True)
    return ratios(counts(rows, tree, by, of=hours, levels=levels), whole, people=people)


def _pupils_behind(rows: pd.DataFrame, tree: UnitTree, dimensions: tuple[str, ...], levels: tuple[str, ...]) -> pd.DataFrame:
    """How many pupils are surely behind a figure: a pupil has many lessons, so that a school has at least the pupils of its
    largest row, and not the sum of all."""
    largest = rows.groupby(["school_year", "unit", *dimensions], observed=True)["pupils"].max().reset_index()
    return counts(largest, tree, [dimensions], of="pupils", levels=levels)
