"""Three ways to protect one publication: by hand, table by table, and as this project does it."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.publication import Publication
from sqa_lib.disclosure import protect
from sqa_lib.disclosure.figures import Figures
from sqa_lib.disclosure.release import PUBLISHED
from sqa_lib.disclosure.secondary import hide
from sqa_lib.disclosure.system import System, system_of
from sqa_lib.marks import Mark
from sqa_lib.report import Disclosure

NUMBERS = ["numerator", "denominator", "value", "low", "high"]


def small_only(publication: Publication, policy: Disclosure) -> pd.DataFrame:
    """What is small is hidden wherever it stands, and no more."""
    figures, system = _system(publication.statistics, publication, policy)
    return _published(figures, system.shows @ system.is_small > 0)


def table_by_table(publication: Publication, policy: Disclosure) -> pd.DataFrame:
    """Each statistic protected by itself, by this project's own method, with all its units and margins; a number that is hidden
    in one of them is hidden in all."""
    figures, whole = _system(publication.statistics, publication, policy)
    hidden = whole.is_small.copy()
    for _, rows in publication.statistics.groupby("statistic", sort=False):
        _, system = _system(rows.reset_index(drop=True), publication, policy)
        own, _ = hide(system)
        parts = system.parts.assign(figure=rows.index[system.parts["figure"]], is_hidden=own[system.parts["cell"]])
        both = parts.merge(whole.parts, on=["figure", "part"], suffixes=("_own", ""))
        hidden[both.loc[both["is_hidden"], "cell"]] = True
    return _published(figures, whole.shows @ hidden > 0)


def all_at_once(publication: Publication, policy: Disclosure) -> pd.DataFrame:
    """`sqa_lib.disclosure.protect`."""
    return protect(publication.statistics, publication.definitions, publication.tree, policy)


METHODS: dict[str, Callable[[Publication, Disclosure], pd.DataFrame]] = {
    "small only": small_only,
    "table by table": table_by_table,
    "all at once": all_at_once,
}


def _system(statistics: pd.DataFrame, publication: Publication, policy: Disclosure) -> tuple[Figures, System]:
    nothing_released = pd.Series(False, statistics.index)
    figures = Figures(statistics, publication.definitions, policy, nothing_released, nothing_released.map({False: "."}))
    return figures, system_of(figures, publication.definitions, publication.tree)


def _published(figures: Figures, withheld: np.ndarray) -> pd.DataFrame:
    """Columns `PUBLISHED`; ratios keep their value only."""
    rows = figures.statistics
    is_missing = rows["value"].isna()
    mark = rows["mark"].mask(withheld | figures.is_unreliable, Mark.WITHHELD.value).mask(is_missing, Mark.MISSING.value)
    numbers = rows[NUMBERS].where(mark == "")
    of_ratio = (figures.kind == "ratio").to_numpy()
    numbers.loc[of_ratio, ["numerator", "denominator"]] = np.nan
    return rows.assign(mark=mark, **numbers)[PUBLISHED]
