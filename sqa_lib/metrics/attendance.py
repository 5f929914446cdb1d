"""Attendance: hours of valid and invalid absence, pupils with high absence, the attendance project."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts, ratios, shares
from sqa_lib.units import UnitTree

_POPULATION = "elever i grundskolan"
_BY = [(), ("gender",), ("year",), ("stage",)]


@statistic(
    "Frånvaro",
    "ratio",
    population=_POPULATION,
    numerator="frånvarotimmar",
    denominator="schemalagda timmar",
    date="läsåret",
    datasets=("absence",),
    decimals=1,
    per=100,
    unit_of_measure="procent",
)
def absence(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["absence"]
    rows = rows.assign(absent_hours=rows["valid_hours"].fillna(0) + rows["invalid_hours"].fillna(0))
    return _over_schedule(rows, "absent_hours", tree)


@statistic(
    "Giltig och ogiltig frånvaro",
    "ratio",
    population=_POPULATION,
    numerator="frånvarotimmar av slaget",
    denominator="schemalagda timmar",
    date="läsåret",
    datasets=("absence",),
    decimals=1,
    per=100,
    unit_of_measure="procent",
)
def absence_by_kind(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    kinds = [
        tables["absence"].assign(absence_kind=kind, hours=tables["absence"][f"{kind}_hours"].fillna(0))
        for kind in ("valid", "invalid")
    ]
    rows = pd.concat(kinds)
    return _over_schedule(rows, "hours", tree, [("absence_kind",)])


def _over_schedule(rows: pd.DataFrame, hours: str, tree: UnitTree, by: list[tuple[str, ...]] = _BY) -> pd.DataFrame:
    part = counts(rows, tree, by, of=hours)
    return ratios(part, counts(rows, tree, by, of="scheduled_hours"), people=counts(rows, tree, by, of="pupils"))


@statistic(
    "Elever med hög frånvaro",
    "share",
    population=_POPULATION,
    numerator="elever med minst 15 procents frånvaro",
    denominator="elever i frånvarosystemet",
    date="läsåret",
    datasets=("absence",),
    decimals=1,
    each_at_least=("absence", 15.0),
)
def high_absence(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["absence"]
    return shares(counts(rows, tree, _BY, of="high_absence"), counts(rows, tree, _BY, of="pupils"))


@statistic(
    "Skolor i närvaroprojektet",
    "count",
    population="grundskolor som deltar i närvaroprojektet",
    numerator="antal skolor",
    date="läsåret",
    datasets=("school_units", "absence"),
    noun=("skola", "skolor"),
    is_about_people=False,
)
def attendance_project_schools(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    units = tables["school_units"]
    project = units[(units["school_form"] == "compulsory") & units["is_attendance_project"].fillna(False).astype(bool)]
    latest = tables["absence"]["school_year"].max()
    return counts(project.assign(school_year=latest), tree, levels=("municipality", "area", "school"))
