"""The threshold rule: what is too small to leave the room.

* a count of 1 to `minimum_count` − 1 people is withheld (`..`); zero is shown;
* a share on fewer than `minimum_denominator` people is withheld, and so is one whose numerator is such a small count;
* a share that all but 1 to `minimum_count` − 1 people are in is shown as `~100`;
* a mean or rate with fewer than `minimum_denominator` people behind it is withheld.

Source of the practice: Skolverket, explanation of marks in the statistics database; OSL (2009:400) 24 kap. 8 §.
The rule looks at one figure at a time; it does not yet hinder that a reader subtracts published figures from each other.
"""

from collections.abc import Mapping

import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure

PUBLISHED = ["statistic", "school_year", "unit", "breakdown", "numerator", "denominator", "value", "low", "high", "mark"]
_FIGURES = ["numerator", "denominator", "value", "low", "high"]


def protect(statistics: pd.DataFrame, definitions: Mapping[str, Statistic], policy: Disclosure) -> pd.DataFrame:
    """Published statistics, columns `PUBLISHED`: where a mark stands, every figure of the row is gone.

    statistics: columns `sqa_lib.metrics.STATISTICS`.
    """
    kinds = statistics["statistic"].map({name: definition.kind for name, definition in definitions.items()})
    about_people = statistics["statistic"].map({name: d.is_about_people for name, d in definitions.items()}).astype(bool)
    mark = statistics["mark"].astype("str")
    for rule, sign in _rules(statistics, kinds, policy):
        mark = mark.mask(rule & about_people & (mark == ""), sign.value)
    mark = mark.mask(statistics["value"].isna() & (mark == ""), Mark.MISSING.value)
    hidden = mark != ""
    shown = statistics[_FIGURES].mask(hidden)
    return statistics.assign(mark=mark, **{name: shown[name] for name in _FIGURES})[PUBLISHED].reset_index(drop=True)


def _rules(statistics: pd.DataFrame, kinds: pd.Series, policy: Disclosure) -> list[tuple[pd.Series, Mark]]:
    """The rules in order; the first that applies decides the mark."""
    few = policy.minimum_count - 1
    part, whole, people = statistics["numerator"], statistics["denominator"], statistics["people"]
    is_share, is_ratio = kinds == "share", kinds == "ratio"
    is_known = statistics["value"].notna()
    return [
        ((kinds == "count") & part.between(1, few), Mark.WITHHELD),
        (is_share & is_known & (whole < policy.minimum_denominator), Mark.WITHHELD),
        (is_share & is_known & part.between(1, few), Mark.WITHHELD),
        (is_share & is_known & (whole - part).between(1, few), Mark.ALL_BUT_FEW),
        (is_ratio & is_known & ~(people >= policy.minimum_denominator), Mark.WITHHELD),
    ]
