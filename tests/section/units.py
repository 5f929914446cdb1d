"""A small authority's published statistics, and views of it, for comparisons and conclusions."""

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics.statistic import Statistic, valued
from sqa_lib.metrics.tally import breakdown_key
from sqa_lib.published import Published
from sqa_lib.report import Disclosure
from sqa_lib.rows import TableRows
from sqa_lib.section.comparing import ComparingView
from sqa_lib.section.seen import Watched
from sqa_lib.units import Unit, UnitTree

YEAR, BEFORE = "2020/21", "2019/20"
DEFINITIONS = {
    definition.id: definition
    for definition in (
        Statistic("pupils", "Elever", "count", "elever", "elever", "", "oktober", (), noun=("elev", "elever"), is_public=True),
        Statistic("cases", "Ärenden", "count", "ärenden", "ärenden", "", "läsåret", (), noun=("ärende", "ärenden")),
        Statistic("away", "Hög frånvaro", "share", "elever", "elever", "elever", "läsåret", (), decimals=1),
        Statistic("survey", "Enkäten", "share", "svar", "svar", "svar", "läsåret", (), compared_over="survey_item"),
        Statistic("hours", "Frånvaro", "ratio", "elever", "timmar", "timmar", "läsåret", ()),
    )
}
SCHOOLS = tuple(Unit(f"s{n}", f"Skola {n}", "school", "north" if n <= 6 else "south") for n in range(1, 13))
TREE = UnitTree(
    (
        Unit("all", "Lavhedens kommun", "municipality"),
        Unit("north", "Skolområde Norr", "area", "all"),
        Unit("south", "Skolområde Söder", "area", "all"),
        *SCHOOLS,
    )
)


def rows(statistic: str, figures: dict[str, tuple[float, float] | str], year: str = YEAR, **codes: str) -> pd.DataFrame:
    """Figures of units as part and whole, or the mark of one that isn't shown."""
    known = [(unit, *(figure if isinstance(figure, tuple) else (float("nan"),) * 2)) for unit, figure in figures.items()]
    tally = pd.DataFrame(known, columns=["unit", "numerator", "denominator"])
    tally = tally.assign(school_year=year, breakdown=breakdown_key(**codes), people=tally["denominator"])
    table = valued(DEFINITIONS[statistic], tally)
    return table.assign(mark=[figure if isinstance(figure, str) else "" for figure in figures.values()])


def published(*parts: pd.DataFrame) -> Published:
    return Published(TableRows(pd.concat(parts, ignore_index=True)), DEFINITIONS, TREE, Disclosure())


class SmallView(ComparingView):
    """A view of these statistics instead of a project's."""

    school_forms = ()

    def __init__(self, statistics: Published, unit: str = "all") -> None:
        self.published = Watched.of(statistics)
        self.unit = TREE[unit]
        self.year, self.previous = YEAR, BEFORE


STAGES = DIMENSIONS["stage"].names
