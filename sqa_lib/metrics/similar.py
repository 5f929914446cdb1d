"""Similar authorities: those nearest in size and in pupils' background, found in the national file itself.

Distance: the root of the weighted sum of squared differences in the `CHARACTERISTICS`, each divided by its standard deviation
among the authorities of the same kind; pupils as their logarithm, since twice as many is as far for a small authority as for a
large one. A municipality is compared with municipalities, another authority with those that are none.
"""

import numpy as np
import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.sources.skolverket.authorities import is_municipality

CHARACTERISTICS = {"pupils": 1.0, "foreign_background_share": 1.0, "parents_higher_education_share": 1.0}
"""Measure → weight."""
HOW_MANY = 8
LEAST_KNOWN = 5
"""Of so many of them a figure must be known to tell what is usual among them."""


def similar_authorities(values: pd.DataFrame, how_many: int = HOW_MANY) -> pd.DataFrame:
    """The nearest authorities of each: organisation_number, similar, place (1 is the nearest), distance.

    values: one row per authority (index organisation_number), the columns `CHARACTERISTICS`. One whose pupils are not known, or
    neither of the shares, has none; a share that is withheld is left out of its distances.
    """
    features = _standardised(values)
    kinds = features.index.map(is_municipality).to_numpy()
    parts = [_nearest(features[kinds == kind], how_many) for kind in (True, False)]
    return pd.concat(parts, ignore_index=True)


def _nearest(features: pd.DataFrame, how_many: int) -> pd.DataFrame:
    """Among authorities of one kind."""
    own = features[features["pupils"].notna() & features.notna().sum(axis=1).gt(1)]
    others = features.dropna()
    weights = np.array(list(CHARACTERISTICS.values()))
    is_known = own.notna().to_numpy()
    squares = (own.fillna(0.0).to_numpy()[:, None, :] - others.to_numpy()[None, :, :]) ** 2 * is_known[:, None, :] * weights
    distance = np.sqrt(squares.sum(axis=2) / (is_known * weights).sum(axis=1)[:, None] * weights.sum())
    distance[own.index.to_numpy()[:, None] == others.index.to_numpy()[None, :]] = np.inf  # nobody is similar to himself
    order = np.argsort(distance, axis=1, kind="stable")[:, :how_many]
    far = np.take_along_axis(distance, order, axis=1)
    places = np.broadcast_to(np.arange(1, order.shape[1] + 1), order.shape)
    table = pd.DataFrame({
        "organisation_number": np.repeat(own.index.to_numpy(), order.shape[1]),
        "similar": others.index.to_numpy()[order.ravel()],
        "place": places.ravel(),
        "distance": far.ravel(),
    })  # fmt: skip
    return table[np.isfinite(table["distance"])].reset_index(drop=True)


def _standardised(values: pd.DataFrame) -> pd.DataFrame:
    """The characteristics in standard deviations of their kind."""
    features = values[list(CHARACTERISTICS)].astype(float).assign(pupils=lambda v: np.log(v["pupils"].where(v["pupils"] > 0)))
    kinds = pd.Series([is_municipality(number) for number in features.index], index=features.index)
    spread = features.groupby(kinds).transform("std")
    return (features - features.groupby(kinds).transform("mean")) / spread.where(spread > 0, 1.0)


def middles(values: np.ndarray, is_high: np.ndarray) -> pd.DataFrame:
    """Of figures along the last axis (NaN where there is none): the median, the lowest and the highest, and a mark in their
    place.

    is_high: withheld because nearly all are in the share; these are the highest, so that a median may be known all the same.
    Fewer than `LEAST_KNOWN` figures have no middle. Columns value, low, high (100 where the highest is withheld), mark.
    """
    if not values.shape[-1]:
        values, is_high = (np.full((*values.shape[:-1], 1), nothing) for nothing in (np.nan, False))
    ranked = np.sort(np.where(is_high, np.inf, values), axis=-1).reshape(-1, values.shape[-1])  # NaN last
    n = np.sum(~np.isnan(ranked), axis=1)
    line = np.arange(len(ranked))
    below, above = (ranked[line, np.clip(at, 0, None)] for at in ((n - 1) // 2, np.minimum(n // 2, ranked.shape[1] - 1)))
    middle = (below + above) / 2
    mark = np.select(
        [n == 0, n < LEAST_KNOWN, np.isinf(middle)], [Mark.MISSING.value, Mark.WITHHELD.value, Mark.NEARLY_ALL.value], ""
    )
    is_known = mark == ""
    highest = ranked[line, np.clip(n - 1, 0, None)]
    return pd.DataFrame({
        "value": np.where(is_known, middle, np.nan),
        "low": np.where(is_known, ranked[:, 0], np.nan),
        "high": np.where(is_known, np.where(np.isinf(highest), 100.0, highest), np.nan),
        "mark": mark,
    })  # fmt: skip
