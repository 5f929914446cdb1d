"""The verdict: which hidden numbers are safe, and what is wrong with the others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sqa_lib.audit.attack import Attack
from sqa_lib.audit.equations import Equations
from sqa_lib.audit.series import COMPLEMENT, DENOMINATOR, KEY, NUMERATOR
from sqa_lib.audit.wording import Swedish, Wording
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

LEVELS = ("municipality", "area", "school", "preschool")


@dataclass(frozen=True)
class Finding:
    """A hidden number that readers can narrow down too far. low, high: all that it can be; need: how far it should have reached;
    equations: what reveals it, `explained` the same in the report's Swedish. The true number is in it only if the interval is."""

    statistic: str
    role: str
    school_year: str
    unit: str
    breakdown: str
    low: float
    high: float
    need: float
    equations: tuple[str, ...]
    explained: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Verdict:
    """summary: one row per level (columns level, hidden, primary, secondary, unsafe, exact; the last row `all`); primary and
    secondary are 0 where the truth was not at hand; outside: how many true numbers lie outside their interval (0, or the audit
    itself is wrong); past: what earlier releases tell by themselves, accepted: what someone has signed for; neither is counted as
    unsafe."""

    findings: tuple[Finding, ...]
    summary: pd.DataFrame
    wrong_guesses: tuple[str, ...]
    contradicted: pd.DataFrame
    outside: int
    programs: int
    relations: int
    past: tuple[Finding, ...] = ()
    accepted: tuple[Finding, ...] = ()

    @property
    def is_safe(self) -> bool:
        return not self.findings and not self.outside


def judge(attack: Attack, tree: UnitTree, definitions: Mapping[str, Statistic], policy: Disclosure) -> Verdict:
    """Judge the intervals of an attack.

    Where the truth was at hand: a hidden count of 1 to minimum_count - 1 is unsafe when its interval does not reach both <= 1 and
    >= minimum_count; what is outside a share shown as `~100` must be able to be any of 1 to minimum_count - 1. Without it every
    hidden number that is not sure to be large (low >= minimum_count) or nothing (high = 0) is held to the rule, as it may be
    small: a finding then says that the number is narrowed down, not that it is small.
    """
    found = attack.intervals
    unsafe = found[found["is_narrow"]]
    is_unknown = True if attack.truth is None else np.isnan(attack.truth.ravel()[unsafe["quantity"]])
    unsafe = unsafe[~(is_unknown & ((unsafe["low"] >= unsafe["need"]) | (unsafe["high"] <= 0)))]
    plain, swedish = Equations(attack, Wording()), Equations(attack, Swedish(definitions=definitions, tree=tree))
    signed = np.isin(attack.bounds.variable[unsafe["quantity"]], attack.bounds.variable[attack.accepted])
    findings, accepted = (
        tuple(
            Finding(
                **{name: row[name] for name in [*KEY, "low", "high", "need"]},
                equations=plain.lines(row["quantity"]),
                explained=swedish.lines(row["quantity"]),
            )
            for row in rows.to_dict("records")
        )
        for rows in (unsafe[~signed], unsafe[signed])
    )
    return Verdict(
        findings,
        _summary(attack, found, unsafe[~signed], tree, definitions, policy),
        attack.wrong_guesses,
        attack.contradicted,
        _outside(attack),
        attack.bounds.programs,
        len(attack.relations),
        accepted=accepted,
    )


def _outside(attack: Attack) -> int:
    if attack.truth is None:
        return 0
    truth, bounds, exists = attack.truth.ravel(), attack.bounds, attack.figures.exists.ravel()
    with np.errstate(invalid="ignore"):
        return int((exists & ((truth < bounds.low - 1e-6) | (truth > bounds.high + 1e-6))).sum())


def _summary(attack: Attack, found: pd.DataFrame, unsafe: pd.DataFrame, tree, definitions, policy) -> pd.DataFrame:
    level = found["unit"].map(lambda code: tree[code].level if code in tree else "")
    primary = primary_variables(attack, definitions, policy)
    table = pd.DataFrame(
        {
            "level": level,
            "hidden": 1,
            "primary": np.isin(attack.bounds.variable[found["quantity"]], primary).astype(int),
            "unsafe": found["quantity"].isin(unsafe["quantity"]).astype(int),
        }
    )
    table["secondary"] = (1 - table["primary"]) * int(attack.truth is not None)
    table["exact"] = table["unsafe"] * (found["low"] == found["high"]).astype(int)
    columns = ["hidden", "primary", "secondary", "unsafe", "exact"]
    by_level = table.groupby("level")[columns].sum().reindex(LEVELS, fill_value=0)
    by_level.loc["all"] = by_level.sum()
    return by_level.reset_index()


def primary_variables(attack: Attack, definitions: Mapping[str, Statistic], policy: Disclosure) -> np.ndarray:
    """Hidden numbers that the rule itself hides: small counts, and the counts of shares with too small or too uneven a whole."""
    if attack.truth is None:
        return np.array([], dtype=int)
    figures, truth = attack.figures, attack.truth
    rules = {name: policy.thresholds_of(definition.datasets) for name, definition in definitions.items()}
    series = figures.series.reset_index(names="line")
    least = series["statistic"].map({name: rule.minimum_count for name, rule in rules.items()}).to_numpy()[:, None]
    with np.errstate(invalid="ignore"):
        small = (truth >= 1) & (truth < least)
        roles = series.pivot(index=["statistic", "breakdown"], columns="role", values="line")
        triples = roles[[NUMERATOR, DENOMINATOR, COMPLEMENT]].dropna().astype(int) if COMPLEMENT in roles else roles.iloc[:0]
        for (statistic, _), lines in zip(triples.index, triples.to_numpy(), strict=True):
            few = truth[lines[1]] < rules[statistic].minimum_denominator
            small[lines] |= few | small[lines].any(axis=0)
    return np.unique(attack.bounds.variable[np.flatnonzero((small & figures.is_hidden).ravel())])
