"""The audit as a page in Swedish: what was attacked, what was found, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sqa_lib.audit.judge import Finding, Verdict
from sqa_lib.audit.wording import Swedish
from sqa_lib.metrics import Statistic
from sqa_lib.report import Report
from sqa_lib.units import UnitTree
from sqa_lib.words import number

LEVEL_NAMES = {
    "municipality": "Kommunen",
    "area": "Skolområden",
    "school": "Skolor",
    "preschool": "Förskolor",
    "all": "Alla",
}
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
    canaries: Sequence[Any],
    tree: UnitTree,
    definitions: Mapping[str, Statistic],
) -> str:
    """The whole page, with its style in it."""
    words = Swedish(definitions=definitions, tree=tree)
    findings = sorted(verdict.findings, key=lambda f: (words.statistic(f.statistic), f.statistic))
    return _ENVIRONMENT.get_template("audit.html.j2").render(
        report=report,
        verdict=verdict,
        is_safe=verdict.is_safe and not canaries,
        summary=[row | {"name": LEVEL_NAMES[row["level"]]} for row in verdict.summary.to_dict("records")],
        groups=[(words.statistic(name), list(group)) for name, group in groupby(findings, key=lambda f: f.statistic)],
        canaries=[asdict(canary) for canary in canaries],
        contradicted=verdict.contradicted.to_dict("records"),
        words=words,
        interval=interval,
        number=number,
    )


def interval(finding: Finding) -> str:
    """All that a number can be, in words."""
    low = number(finding.low, 0)
    if finding.is_exact:
        return f"exakt {low}"
    return f"{low} eller fler" if np.isinf(finding.high) else f"{low}–{number(finding.high, 0)}"
