"""Training in pupil health that the authority gives its schools: occasions, and how many schools came."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import counts, shares
from sqa_lib.units import UnitTree

_POPULATION = (
    "utbildningar, workshoppar, handledning och event som huvudmannen ordnat för skolorna; "
    "efter skolform räknas bara tillfällen för en skolform"
)
_DATE = "läsåret, dag då tillfället hölls"
_KINDS = [(), ("training_kind",), ("training_kind", "training_topic")]
_BY = [*_KINDS, *(("school_form", *dimensions) for dimensions in _KINDS)]


def _occasions(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    """The occasions, as rows of the authority: each is for many schools."""
    rows = tables["training"].rename(columns={"kind": "training_kind", "topic": "training_topic"})
    return rows.assign(unit=tree.authority.code)


@statistic(
    "Utbildningstillfällen",
    "count",
    population=_POPULATION,
    numerator="antal tillfällen",
    date=_DATE,
    datasets=("training",),
    noun=("tillfälle", "tillfällen"),
    is_about_people=False,
)
def training_occasions(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(_occasions(tables, tree), tree, _BY, levels=("municipality",))


@statistic(
    "Deltagande i utbildningstillfällen",
    "share",
    population=_POPULATION,
    numerator="skolors deltaganden; en skola som varit på två tillfällen räknas två gånger",
    denominator="inbjudningar av skolor",
    date=_DATE,
    datasets=("training",),
    is_about_people=False,
)
def training_attendance(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _occasions(tables, tree)
    attended, invited = (counts(rows, tree, _BY, of=of, levels=("municipality",)) for of in ("attended", "schools"))
    return shares(attended, invited)
