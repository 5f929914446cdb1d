"""The audit as a page in Swedish: what was attacked, what was found, and why."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sqa_lib.audit.insiders import INSIDER, PUBLIC_FILE, Reader
from sqa_lib.audit.judge import Finding, Verdict
from sqa_lib.audit.knowledge import facts
from sqa_lib.audit.reasons import FIGURE, KNOWN, NOTHING, NUMBER, OTHERS, Number, Reason
from sqa_lib.audit.wording import Swedish
from sqa_lib.metrics import Statistic
from sqa_lib.report import Report
from sqa_lib.units import UnitTree
from sqa_lib.words import day, number

LEVEL_NAMES = {
    "municipality": "Kommunen",
    "area": "Skolområden",
    "school": "Skolor",
    "preschool": "Förskolor",
    "all": "Alla",
}
WHOSE = {
    "municipality": "hela kommunen",
    "area": "skolområden",
    "school": "skolor",
    "preschool": "förskolor",
}
HELD_BY = {
    NUMBER: "Om antalet visas går små antal att ringa in",
    FIGURE: "Om andelen som antalet står i visas går små antal att ringa in",
    OTHERS: "Går att visa, men inte tillsammans med andra av dem",
    NOTHING: "Går att visa utan att något litet antal röjs",
    KNOWN: "Står redan någon annanstans eller följer av det som visas",
}
KNOWS = {
    PUBLIC_FILE: "Antal elever och barn i varje enhet, årskurs och kön, ur annan statistik",
    INSIDER: "Alla tal om",
}
T = TypeVar("T")
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    report: Report,
    verdict: Verdict,
    secondary: Sequence[Reason],
    exposed: Sequence[Number],
    readers: Sequence[Reader],
    canaries: Sequence[Any],
    tree: UnitTree,
    definitions: Mapping[str, Statistic],
) -> str:
    """The whole page, with its style in it."""
    words = Swedish(definitions=definitions, tree=tree)
    return _ENVIRONMENT.get_template("audit.html.j2").render(
        report=report,
        verdict=verdict,
        is_safe=verdict.is_safe and not canaries,
        summary=[row | {"name": LEVEL_NAMES[row["level"]]} for row in verdict.summary.to_dict("records")],
        groups=_by_statistic(verdict.findings, lambda finding: finding, words),
        past=_by_statistic(verdict.past, lambda finding: finding, words),
        accepted=_by_statistic(verdict.accepted, lambda finding: finding, words),
        exposed=_by_statistic(exposed, lambda number: number, words),
        since=day(report.disclosure.since) if report.disclosure.since else "",
        secondary=[
            (WHOSE[level], _counted(of_level), _by_statistic(of_level, lambda reason: reason.number, words))
            for level in WHOSE
            if (of_level := [reason for reason in secondary if tree[reason.number.unit].level == level])
        ],
        held_by=HELD_BY,
        readers=readers,
        knows=KNOWS,
        facts=facts(),
        canaries=[asdict(canary) for canary in canaries],
        contradicted=verdict.contradicted.to_dict("records"),
        words=words,
        interval=interval,
        number=number,
        day=day,
    )


def _by_statistic(said: Sequence[T], number: Callable[[T], Any], words: Swedish) -> list[tuple[str, list[T]]]:
    """(a statistic's label, what is said of its numbers), in the order of the labels. number: which one it is said of."""
    named = sorted(said, key=lambda one: (words.statistic(number(one).statistic), number(one).statistic))
    groups = groupby(named, key=lambda one: number(one).statistic)
    return [(words.statistic(name), list(group)) for name, group in groups]


def _counted(reasons: Sequence[Reason]) -> list[tuple[str, int]]:
    """How many numbers are hidden for each kind of reason, in words."""
    counts = Counter(reason.held_by for reason in reasons)
    return [(text, counts[kind]) for kind, text in HELD_BY.items()]


def interval(finding: Finding) -> str:
    """All that a number can be, in words."""
    low = number(finding.low, 0)
    if finding.is_exact:
        return f"exakt {low}"
    return f"{low} eller fler" if np.isinf(finding.high) else f"{low}–{number(finding.high, 0)}"
