"""Medical pupil health: deviations in patient safety, reported per calendar year."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts
from sqa_lib.units import UnitTree

_POPULATION = "rapporterade avvikelser i elevhälsans medicinska och psykologiska insatser"
_DATE = "kalenderåret då läsåret börjar"
_LEVELS = ("municipality", "area")


def _deviations(tables: Tables) -> pd.DataFrame:
    """A calendar year is reported with the school year that begins in it (patientsäkerhetslagen 2010:659, 3 kap. 10 §:
    the account is due by 1 March the year after)."""
    rows = tables["deviations"].rename(columns={"kind": "deviation_kind"})
    years = rows["calendar_year"].astype(int)
    return rows.assign(school_year=[f"{year}/{(year + 1) % 100:02d}" for year in years])


@statistic(
    "Avvikelser",
    "count",
    population=_POPULATION,
    numerator="antal avvikelser",
    date=_DATE,
    datasets=("deviations",),
    noun=("avvikelse", "avvikelser"),
)
def deviations(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_deviations(tables), tree, [(), ("deviation_kind",), ("severity",)], levels=_LEVELS)


@statistic(
    "Anmälningar enligt Lex Maria",
    "count",
    population=_POPULATION,
    numerator="avvikelser anmälda till Inspektionen för vård och omsorg",
    date=_DATE,
    datasets=("deviations",),
    noun=("anmälan", "anmälningar"),
)
def lex_maria(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _deviations(tables)
    return counts(rows.astype({"is_lex_maria": float}), tree, of="is_lex_maria", levels=_LEVELS)
