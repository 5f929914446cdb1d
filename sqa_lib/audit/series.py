"""What was published, as an attacker lays it out: one line per series, one column per school year and unit.

A *series* is (statistic, role, breakdown): the numerators, denominators or complements of one breakdown in every school year and
unit. A *quantity* is one number of a series; its index is `series * len(cells) + cell`. A shown quantity has low = high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.report import Thresholds

KEY = ["statistic", "role", "school_year", "unit", "breakdown"]
NUMERATOR, DENOMINATOR, COMPLEMENT, OFFICIAL = "numerator", "denominator", "complement", "official"
_BOUNDS = ["low", "high"]


@dataclass(frozen=True)
class Figures:
    """series: columns statistic, role, breakdown; cells: columns school_year, unit; low, high: series x cells, what the
    publication itself says of each quantity (0 and inf for a hidden count, NaN where there is no such figure); low_before,
    high_before: series x cells, what is known beforehand, without what is published now.
    """

    series: pd.DataFrame
    cells: pd.DataFrame
    low: np.ndarray
    high: np.ndarray
    low_before: np.ndarray
    high_before: np.ndarray

    @cached_property
    def exists(self) -> np.ndarray:
        return ~np.isnan(self.low)

    @cached_property
    def values(self) -> np.ndarray:
        """The shown numbers, NaN elsewhere."""
        return np.where(self.low == self.high, self.low, np.nan)

    @cached_property
    def is_hidden(self) -> np.ndarray:
        return self.exists & np.isnan(self.values)

    @cached_property
    def limits(self) -> tuple[np.ndarray, np.ndarray]:
        """low and high of every quantity; what there is no figure of is nothing."""
        exists = self.exists.ravel()
        return np.where(exists, self.low.ravel(), 0.0), np.where(exists, self.high.ravel(), 0.0)

    @cached_property
    def codes(self) -> list[dict[str, str]]:
        """Each series' breakdown as dimension → code."""
        return [codes_of(text) for text in self.series["breakdown"]]

    @cached_property
    def dimensions(self) -> list[tuple[str, ...]]:
        return [tuple(sorted(codes)) for codes in self.codes]

    def quantity(self, series: np.ndarray | int, cell: np.ndarray | int) -> np.ndarray | int:
        return series * len(self.cells) + cell

    def key(self, quantity: int) -> dict[str, str]:
        """The names of a quantity, as `KEY`."""
        series, cell = divmod(int(quantity), len(self.cells))
        return self._series_names[series] | self._cell_names[cell]

    @cached_property
    def _series_names(self) -> list[dict[str, str]]:
        return self.series.to_dict("records")

    @cached_property
    def _cell_names(self) -> list[dict[str, str]]:
        return self.cells.to_dict("records")

    def places_of(self, rows: pd.DataFrame) -> np.ndarray:
        """The quantity of each row (columns `KEY`), −1 where there is none."""
        series, cells = (
            pd.MultiIndex.from_frame(names).get_indexer(pd.MultiIndex.from_frame(rows[list(names.columns)]))
            for names in (self.series, self.cells)
        )
        return np.where((series >= 0) & (cells >= 0), self.quantity(series, cells), -1)

    def keys(self, quantities: np.ndarray) -> pd.DataFrame:
        """The names of many quantities, columns `KEY`."""
        series, cells = np.divmod(quantities, len(self.cells))
        left = self.series.iloc[series].reset_index(drop=True)
        return left.assign(**self.cells.iloc[cells].reset_index(drop=True))[KEY]

    def zero(self, mask: np.ndarray) -> "Figures":
        """The same with hidden quantities under the mask known to be zero."""
        known = mask & self.is_hidden
        none = {name: np.where(known, 0.0, getattr(self, name)) for name in ("low", "high", "low_before", "high_before")}
        return replace(self, **none)


def codes_of(breakdown: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in breakdown.split(";") if part)


def figures_of(
    published: pd.DataFrame,
    definitions: Mapping[str, Statistic],
    rules: Mapping[str, Thresholds],
    released: Sequence[tuple[pd.DataFrame, Mapping[str, Thresholds]]] = (),
    statistics: pd.DataFrame | None = None,
) -> tuple[Figures, pd.DataFrame]:
    """Figures from a published frame, and the released numbers that can't be right (columns `KEY`, shown, released).

    rules: statistic → its thresholds; released: tables with their rules, the oldest first. Tables: columns statistic,
    school_year, unit, breakdown, numerator, denominator, value, mark. What was released before is known where it is hidden now,
    and what is no longer published is known still, unless the publication, or the authority's own statistics where they are at
    hand, say otherwise. What was hidden and is no longer published (of units that are gone, in another report) is hidden still:
    without it the others would pass for all.
    """
    now = quantities_of(published, definitions, rules)
    before = pd.concat(
        [now.iloc[:0], *(quantities_of(_without_untold(table, statistics), definitions, then) for table, then in released)]
    )
    hidden = before[before["low"] < before["high"]].drop_duplicates(KEY)
    gone = hidden[~pd.MultiIndex.from_frame(hidden[KEY]).isin(pd.MultiIndex.from_frame(now[KEY]))]
    merged = _beside(pd.concat([now, gone], ignore_index=True), before)
    merged = _with_truth(merged, statistics, definitions).sort_values(KEY, ignore_index=True)
    is_wrong = _is_wrong(merged, "fact", "fact")
    is_fact = merged["fact"].notna() & ~is_wrong
    is_sign = merged["least"].notna() & ~is_fact & ~_is_wrong(merged, "least", "most")
    merged["low_before"] = np.select([is_fact, is_sign], [merged["fact"], merged["least"]], 0.0)
    merged["high_before"] = np.select([is_fact, is_sign], [merged["fact"], merged["most"]], np.inf)
    shown = merged["low"].where(merged["low"] == merged["high"])
    wrong = merged.assign(shown=shown, released=merged["fact"]).loc[is_wrong, [*KEY, "shown", "released"]]
    merged["low"] = np.where(is_fact, merged["fact"], np.maximum(merged["low"], merged["low_before"]))
    merged["high"] = np.where(is_fact, merged["fact"], np.minimum(merged["high"], merged["high_before"]))
    return _laid_out(merged[merged["low"].notna()]), wrong.reset_index(drop=True)


def _beside(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Adds what was released last of each quantity: fact, a number; least, most: what a sign told."""
    facts = _known(before).drop_duplicates(KEY, keep="last").rename(columns={"low": "fact"})
    signs = before[(before["low"] < before["high"]) & ((before["low"] > 0) | (before["high"] < np.inf))]
    signs = signs.drop_duplicates(KEY, keep="last").rename(columns={"low": "least", "high": "most"})
    both = now.merge(facts[[*KEY, "fact"]], on=KEY, how="outer")
    return both.merge(signs[[*KEY, "least", "most"]], on=KEY, how="left")


def _is_wrong(merged: pd.DataFrame, least: str, most: str) -> pd.Series:
    """Whether what was released agrees with neither the publication nor the truth."""
    shown = (merged[most] < merged["low"]) | (merged[least] > merged["high"])
    return shown | (merged["true"] < merged[least]) | (merged["true"] > merged[most])


def _without_untold(released: pd.DataFrame, statistics: pd.DataFrame | None) -> pd.DataFrame:
    """Without the figures that say `.` though there is somebody: something was missing, and they were not told. Those of which
    the publication has none may be either: they are unknown."""
    if statistics is None:
        return released
    key = ["statistic", "school_year", "unit", "breakdown"]
    names, is_missing = pd.MultiIndex.from_frame(released[key]), released["mark"] == Mark.MISSING.value
    is_of_somebody = names.isin(pd.MultiIndex.from_frame(statistics.loc[statistics["denominator"] > 0, key]))
    is_unknown = ~names.isin(pd.MultiIndex.from_frame(statistics[key]))
    mark = released["mark"].mask(is_missing & is_unknown, Mark.WITHHELD.value)
    return released.assign(mark=mark)[~(is_missing & is_of_somebody)]


def truth_of(statistics: pd.DataFrame, definitions: Mapping[str, Statistic], figures: Figures) -> np.ndarray:
    """The true value of each quantity (series x cells), NaN where the authority has none. statistics: columns `STATISTICS`."""
    every = figures.keys(np.arange(figures.low.size))
    return _with_truth(every, statistics, definitions)["true"].to_numpy().reshape(figures.low.shape)


def _with_truth(quantities: pd.DataFrame, statistics: pd.DataFrame | None, definitions: Mapping[str, Statistic]) -> pd.DataFrame:
    """Adds a column `true`."""
    if statistics is None:
        return quantities.assign(true=np.nan)
    kinds = statistics["statistic"].map({name: d.kind for name, d in definitions.items()})
    counted, of_share = statistics[kinds.isin(["count", "share"])], statistics[kinds == "share"]
    parts = [
        counted.assign(role=NUMERATOR, true=counted["numerator"]),
        of_share.assign(role=DENOMINATOR, true=of_share["denominator"]),
        of_share.assign(role=COMPLEMENT, true=of_share["denominator"] - of_share["numerator"]),
    ]
    return quantities.merge(pd.concat(parts)[[*KEY, "true"]], on=KEY, how="left")


def quantities_of(published: pd.DataFrame, definitions: Mapping[str, Statistic], rules: Mapping[str, Thresholds]) -> pd.DataFrame:
    """One row per quantity: `KEY`, low, high."""
    kinds = published["statistic"].map({name: d.kind for name, d in definitions.items()})
    shown = published["mark"] == Mark.NONE.value
    counts, shares = published[kinds == "count"], published[kinds == "share"]
    official = published[(kinds == "official") & shown & (published["breakdown"] == "")]
    pieces = [
        _quantity(counts[counts["mark"] != Mark.MISSING.value], NUMERATOR, "numerator"),
        *_of_shares(shares, rules),
        _quantity(official[official["value"] % 1 == 0], OFFICIAL, "value"),
    ]
    return pd.concat(pieces, ignore_index=True)[[*KEY, *_BOUNDS]]


def _quantity(rows: pd.DataFrame, role: str, column: str) -> pd.DataFrame:
    value = rows[column].where(rows["mark"] == Mark.NONE.value)
    return rows.assign(role=role, low=value.fillna(0.0), high=value.fillna(np.inf))


def _of_shares(rows: pd.DataFrame, rules: Mapping[str, Thresholds]) -> list[pd.DataFrame]:
    """A share's three counts. `.`: there is nobody to take a share of; `~100`: a few, but some, are outside a whole that is large
    enough to be published."""
    rows = rows.assign(complement=rows["denominator"] - rows["numerator"])
    pieces = [_quantity(rows, role, role) for role in (NUMERATOR, DENOMINATOR, COMPLEMENT)]
    few = rows["statistic"].map({name: rule.minimum_count - 1.0 for name, rule in rules.items()})
    enough = rows["statistic"].map({name: float(rule.minimum_denominator) for name, rule in rules.items()})
    nobody, nearly_all = rows["mark"] == Mark.MISSING.value, rows["mark"] == Mark.ALL_BUT_FEW.value
    for piece in pieces:
        piece["high"] = piece["high"].mask(nobody, 0.0)
    whole, outside = pieces[1], pieces[2]
    whole["low"] = whole["low"].mask(nearly_all, enough)
    outside["low"] = outside["low"].mask(nearly_all, 1.0)
    outside["high"] = outside["high"].mask(nearly_all, few)
    return pieces


def _known(quantities: pd.DataFrame) -> pd.DataFrame:
    return quantities[quantities["low"] == quantities["high"]]


def _laid_out(quantities: pd.DataFrame) -> Figures:
    line = quantities.groupby(["statistic", "role", "breakdown"], sort=True)
    column = quantities.groupby(["school_year", "unit"], sort=True)
    series, cells = (groups.size().index.to_frame(index=False) for groups in (line, column))
    where = line.ngroup().to_numpy(), column.ngroup().to_numpy()
    bounds = {name: np.full((len(series), len(cells)), np.nan) for name in ("low", "high", "low_before", "high_before")}
    for name, bound in bounds.items():
        bound[where] = quantities[name]
    return Figures(series, cells, **bounds)
