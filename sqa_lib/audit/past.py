"""What readers could work out before, whatever is published now: it is out, and no reason not to publish the rest.

That is what was known before, and what was released under an older policy and is more than today's allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sqa_lib.audit.attack import Attack, consistent
from sqa_lib.audit.intervals import intervals_of
from sqa_lib.audit.judge import Finding, Verdict
from sqa_lib.audit.needs import rules_of
from sqa_lib.audit.reasons import Number
from sqa_lib.audit.relations import TOLERANCE, Beliefs
from sqa_lib.audit.series import KEY, quantities_of
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure
from sqa_lib.units import UnitTree

_OF_TODAY = ("sign", "ratio")
"""Kinds of relations that the marks and values of a publication tell."""


def without_past(verdict: Verdict, found: Attack, tree: UnitTree) -> Verdict:
    """The verdict on what is published now: numbers that it narrows down no further than what was known before are `past`.

    The reader of then is taken to have known how the figures hang together, and none that is shown for the first time now.
    """
    if not verdict.findings:
        return verdict
    known = _known_before(found)
    past = tuple(finding for finding in verdict.findings if _is_past(finding, known))
    if not past:
        return verdict
    findings = tuple(finding for finding in verdict.findings if finding not in past)
    return replace(verdict, findings=findings, past=past, summary=_without(verdict.summary, past, tree))


def _known_before(found: Attack) -> dict[tuple[str, ...], tuple[float, float]]:
    """Key → low, high of every number that is narrowed down too far now: as it was before, or as far as it has to reach, where it
    reached further. With less shown, beliefs meet that did not meet now: those that contradict each other are given up."""
    low, high = found.figures.limits
    is_free = found.figures.exists.ravel() & ~(low % 1 > 0)  # but hours, that are of nobody
    low = np.where(is_free, found.figures.low_before.ravel(), low)
    high = np.where(is_free, found.figures.high_before.ravel(), high)
    relations = tuple(relation for relation in found.relations if relation.kind not in _OF_TODAY)
    bounds = found.bounds
    at = np.flatnonzero(bounds.is_narrow)
    wanted = np.isin(np.arange(len(low)), at)
    beliefs = Beliefs(found.figures.values.ravel(), found.truth)
    _, before = consistent(relations, beliefs, lambda kept: intervals_of(low, high, kept, bounds.need, wanted, bounds.floor))
    names = found.figures.keys(at)[KEY].itertuples(index=False, name=None)
    low, high = np.maximum(before.low, before.floor)[at], np.minimum(before.high, before.need)[at]
    return dict(zip(names, zip(low, high, strict=True), strict=True))


def _is_past(finding: Finding, known: dict[tuple[str, ...], tuple[float, float]]) -> bool:
    low, high = known[tuple(getattr(finding, name) for name in KEY)]
    return finding.low <= low + TOLERANCE and finding.high >= high - TOLERANCE


def _without(summary: pd.DataFrame, past: Sequence[Finding], tree: UnitTree) -> pd.DataFrame:
    """The counts of what is unsafe, without what is past; a unit that is no more has no level."""
    counts = summary.set_index("level")
    for finding in past:
        levels = [tree[finding.unit].level] if finding.unit in tree else []
        for level in (*levels, "all"):
            counts.loc[level, "unsafe"] -= 1
            counts.loc[level, "exact"] -= int(finding.is_exact)
    return counts.reset_index()


def exposed_before(
    found: Attack, published: pd.DataFrame, definitions: Mapping[str, Statistic], policy: Disclosure
) -> tuple[Number, ...]:
    """The numbers that this policy withholds, and that readers know closer than it allows since they were released under an older
    one; at least these, as no program is solved for them. Only where the truth is at hand."""
    rules = rules_of(policy, definitions)
    rows = quantities_of(published, definitions, rules)
    at = found.figures.places_of(rows[rows["low"] < rows["high"]])
    at = np.unique(at[(at >= 0) & np.isfinite(found.asked[at])])
    if found.truth is None or not len(at):
        return ()
    names = found.figures.keys(at)
    least = names["statistic"].map({name: rule.minimum_count for name, rule in rules.items()}).to_numpy()
    truth, low, high = found.truth.ravel()[at], found.bounds.low[at], found.bounds.high[at]
    is_small = (truth >= 1) & (truth < least)
    return tuple(Number(**row) for row in names[is_small & ((low > 1) | (high < least))].to_dict("records"))
