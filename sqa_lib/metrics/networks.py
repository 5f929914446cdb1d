"""Professional networks (professionsnätverk): meetings, who came and what they worked on; of the authority as a whole."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts, shares
from sqa_lib.units import UnitTree

_POPULATION = "möten i elevhälsans professionsnätverk; efter skolform räknas bara möten för en skolform"
_DATE = "läsåret, dag då mötet hölls"
_MEETING = ("möte", "möten")
_BY = [(), ("profession",), ("school_form",), ("profession", "school_form")]
_OF_FORM = [(), ("school_form",)]


def _meetings(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    """The meetings, as rows of the authority: they belong to no school."""
    return tables["networks"].assign(unit=tree.authority.code)


@statistic(
    "Möten i professionsnätverken",
    "count",
    population=_POPULATION,
    numerator="antal möten",
    date=_DATE,
    datasets=("networks",),
    noun=_MEETING,
    is_about_people=False,
)
def network_meetings(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_meetings(tables, tree), tree, _BY, levels=("municipality",))


@statistic(
    "Gemensamma nätverksmöten för alla professioner",
    "count",
    population=_POPULATION,
    numerator="möten som alla professioner var inbjudna till",
    date=_DATE,
    datasets=("networks",),
    noun=_MEETING,
    is_about_people=False,
)
def network_common_meetings(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _meetings(tables, tree)
    return counts(rows, tree, _OF_FORM, levels=("municipality",), where=rows["profession"].isna())


@statistic(
    "Deltagande i professionsnätverken",
    "share",
    population=_POPULATION,
    numerator="deltaganden i möten; den som varit på två räknas två gånger",
    denominator="inbjudningar till möten",
    date=_DATE,
    datasets=("networks",),
    is_about_people=False,
)
def network_attendance(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _meetings(tables, tree)
    attended, invited = (counts(rows, tree, _BY, of=of, levels=("municipality",)) for of in ("attended", "invited"))
    return shares(attended, invited)


@statistic(
    "Fokusområden i professionsnätverken",
    "share",
    population=_POPULATION + ". Ett möte kan ha flera fokusområden",
    numerator="möten som arbetade med fokusområdet",
    denominator="alla möten under läsåret",
    date=_DATE,
    datasets=("networks",),
    is_about_people=False,
    compared_over="network_focus",
)
def network_focus(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _meetings(tables, tree)
    naming = rows.explode("focus_areas").rename(columns={"focus_areas": "network_focus"})
    part = counts(naming, tree, [("network_focus",), ("network_focus", "school_form")], levels=("municipality",))
    return shares(part, counts(rows, tree, _OF_FORM, levels=("municipality",)), drop=("network_focus",))
