"""So much of one number for another as no other unit has, or as the unit itself has in no other year."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sqa_lib.plausibility.oddity import Oddity
from sqa_lib.plausibility.panel import head, number, panel, spread_of, wide
from sqa_lib.plausibility.rule import Rate

_LEAST_SPREAD = 0.05
"""Of logarithms: where all units have the very same rate, five per cent more is no news yet."""
_OF_ALL_YEARS = 2
"""A unit that is unlike others in all its years is so, unless it is so many times further from them."""


def rates(rule: Rate, table: pd.DataFrame, base_table: pd.DataFrame) -> Iterator[Oddity]:
    """base_table: what `per` is a column of. A rate goes on where a unit takes another's place."""
    of = wide(panel(table, rule.of, rule.by, rule.where))
    per = wide(panel(base_table, rule.per, rule.by, rule.where)).reindex(index=of.index, columns=of.columns)
    there, base = of.to_numpy(), per.to_numpy()
    rate = np.divide(there, base, out=np.full_like(there, np.nan), where=base > 0)
    usual = _usual(rate, of.index.get_level_values("group"))
    own = _own(rate)
    odd_own = _beyond(there, own * base, rule)
    is_far = _beyond(there, usual * base, rule)
    is_very_far = _beyond(there, usual * base, rule, times=_OF_ALL_YEARS)
    odd_among = is_far & (np.isnan(own) | odd_own | is_very_far)
    of_what, for_what = head(rule.dataset, rule.of), head(rule.per_dataset or rule.dataset, rule.per)
    for row, place in zip(*np.nonzero(odd_among | odd_own), strict=True):
        expected, whose = (usual, "others have") if odd_among[row, place] else (own, "its other years have")
        so_many = f"{of_what} {number(there[row, place])} for {for_what} {number(base[row, place])}"
        told = f"{so_many}, where {whose} about {number(expected[row, place] * base[row, place])}"
        yield Oddity(of.columns[place], *of.index[row], told)


def _usual(rate: np.ndarray, group: pd.Index) -> np.ndarray:
    """The median of all units and years of the same group, zeros left out."""
    known = pd.DataFrame(np.where(rate > 0, rate, np.nan), index=group)
    medians = known.stack().groupby(level=0).median()
    return np.repeat(medians.reindex(group).to_numpy()[:, None], rate.shape[1], axis=1)


def _own(rate: np.ndarray) -> np.ndarray:
    """The median of the same unit's and group's other years, where there are two at least."""
    own = np.full_like(rate, np.nan)
    for place in range(rate.shape[1]):
        others = np.delete(rate, place, axis=1)
        enough = (others > 0).sum(axis=1) >= 2
        own[enough, place] = np.nanmedian(np.where(others[enough] > 0, others[enough], np.nan), axis=1)
    return own


def _beyond(there: np.ndarray, expected: np.ndarray, rule: Rate, times: float = 1) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.log(there / expected)
    scale = max(spread_of(far[np.isfinite(far) & (expected >= rule.at_least)]), _LEAST_SPREAD)
    is_far = (np.abs(far) > times * max(rule.limit * scale, np.log(rule.ratio))) & (np.maximum(there, expected) >= rule.at_least)
    is_zero = (there == 0) & (expected >= rule.zero_from)
    return (is_far & (there > 0) & np.isfinite(far)) | is_zero
