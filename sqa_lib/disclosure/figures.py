"""What the policy says of each figure by itself, before any other figure is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sqa_lib.disclosure.ledger import KEY
from sqa_lib.marks import Mark
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.report import Disclosure, ReportError
from sqa_lib.words import nearest


def thresholds_under(policy: Disclosure, definitions: Mapping[str, Statistic]) -> pd.DataFrame:
    """The thresholds of each statistic, index statistic, columns minimum_count, minimum_denominator."""
    rows = {name: policy.thresholds_of(definition.datasets).model_dump() for name, definition in definitions.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["minimum_count", "minimum_denominator"])


@dataclass(frozen=True)
class Figures:
    """A report's figures under its policy. statistics: columns `STATISTICS`, index 0..n-1.

    is_released: True for figures that were shown before; mark_before: what stood in their places (`ledger.marks_before`);
    asked_before: what an older policy, which they were released under, asks of them (`ledger.thresholds_before`).
    """

    statistics: pd.DataFrame
    definitions: Mapping[str, Statistic]
    policy: Disclosure
    is_released: pd.Series
    mark_before: pd.Series
    asked_before: pd.DataFrame

    def __post_init__(self) -> None:
        for number, name in enumerate(self.policy.accept):
            if name.statistic not in self.definitions:
                told = f"there is no statistic `{name.statistic}`{nearest(name.statistic, self.definitions)}"
                raise ReportError(f"key `disclosure.accept.{number}`: {told}")
        for number, name in enumerate(self.policy.withhold):
            if name.key not in self._keys:
                key = f"key `disclosure.withhold.{number}`"
                raise ReportError(
                    f"{key}: there is no figure `{name}`; mend its unit, school year or codes, or take the key away"
                )

    @cached_property
    def thresholds(self) -> pd.DataFrame:
        """The thresholds that each statistic is under, index statistic, columns minimum_count, minimum_denominator."""
        return self.under(None)

    def under(self, rule: Disclosure | None) -> pd.DataFrame:
        """The thresholds under another policy, as `thresholds`; the report's own where none is known."""
        return thresholds_under(rule or self.policy, self.definitions)

    @cached_property
    def was_thin(self) -> pd.Series:
        """True for means and rates on too few people also under the older policy that they were released under, if any."""
        return self.is_thin & ~(self.statistics["people"] >= self.asked_before["minimum_denominator"])

    @cached_property
    def by_hand(self) -> pd.Series:
        """True for the figures that the policy withholds by name."""
        return pd.Series(self._keys.isin([name.key for name in self.policy.withhold]), self.statistics.index)

    @cached_property
    def _keys(self) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(self.statistics[KEY])

    @property
    def was_withheld(self) -> pd.Series:
        return self.mark_before == Mark.WITHHELD.value

    @property
    def was_nearly_all(self) -> pd.Series:
        return self.mark_before == Mark.ALL_BUT_FEW.value

    @cached_property
    def kind(self) -> pd.Series:
        return self._of_statistic({name: d.kind for name, d in self.definitions.items()})

    @cached_property
    def is_about_people(self) -> pd.Series:
        return self._of_statistic({name: d.is_about_people for name, d in self.definitions.items()}).astype(bool)

    @cached_property
    def is_public(self) -> pd.Series:
        return self._of_statistic({name: d.is_public for name, d in self.definitions.items()}).astype(bool)

    @cached_property
    def decimals(self) -> pd.Series:
        """With how many decimals each figure is printed."""
        return self._of_statistic({name: d.decimals for name, d in self.definitions.items()})

    def _of_statistic(self, by_name: Mapping[str, object] | pd.Series) -> pd.Series:
        return self.statistics["statistic"].map(by_name)

    @cached_property
    def _minimum_denominator(self) -> pd.Series:
        return self._of_statistic(self.thresholds["minimum_denominator"]).astype(float)

    @cached_property
    def is_nothing(self) -> pd.Series:
        """True for counts of 0 that are not told since something is missing: `.` says that the sums have nothing of them."""
        return (self.statistics["mark"] == Mark.MISSING.value) & (self.kind == "count") & (self.statistics["value"] == 0)

    @cached_property
    def is_thin(self) -> pd.Series:
        """True for means and rates with too few people behind them."""
        few = ~(self.statistics["people"] >= self._minimum_denominator)
        return (self.kind == "ratio") & self.is_about_people & self.statistics["value"].notna() & few

    @cached_property
    def is_of_nobody(self) -> pd.Series:
        """True for shares and ratios of nobody, which have no value."""
        return self.kind.isin(["share", "ratio"]) & (self.statistics["denominator"] == 0)

    @cached_property
    def is_unreliable(self) -> pd.Series:
        """True for shares and means on too few people: withheld whatever they are."""
        few = self.statistics["denominator"] < self._minimum_denominator
        return self.is_thin | ((self.kind == "share") & self.is_about_people & self.statistics["value"].notna() & few)
