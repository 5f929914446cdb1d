"""`sqa audit REPORT`: attack what a report publishes, judge it by the authority's own data, write down what was found."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sqa_lib.audit.attack import OtherData, attack
from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.judge import Verdict, judge
from sqa_lib.audit.page import page
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.publication import read_input, statistics_folder
from sqa_lib.report import Report, ReportError
from sqa_lib.units import Unit, UnitTree


@dataclass(frozen=True)
class Audit:
    """What the audit of a report says. canaries: what leaked into the output files, dataclasses of `sqa_lib.audit.canaries`."""

    report: Report
    verdict: Verdict
    canaries: tuple[Any, ...] = ()

    @property
    def is_safe(self) -> bool:
        return self.verdict.is_safe and not self.canaries


def audit_report(report: Report, root: Path, canaries: Sequence[Any] = ()) -> Audit:
    """Attack the report's published statistics, write `audit.json` and `audit.html` in `output/<report>/audit/`.

    The attacker reads the published statistics, the tree of units and what was released before; the authority's statistics are
    computed anew from its data, judge him, and are not kept.
    """
    folder = statistics_folder(report, root)
    now = read_published(folder, report, f"run `sqa compute {report.name}` first")
    mend = "mend the key `disclosure.released` in its parameters"
    released = [read_published(root / path, report, mend) for path in report.disclosure.released]
    tree = now.tree
    statistics = compute_all(read_input(report, root).datasets.tables, tree)
    try:
        found = attack(now.table, tree, DEFINITIONS, report.disclosure, released, statistics)
    except OtherData as error:
        raise ReportError(f"{report.name}: {error}; run `sqa compute {report.name}` first") from error
    audit = Audit(report, judge(found, tree, DEFINITIONS, report.disclosure), tuple(canaries))
    write(audit, tree, folder.parent / "audit")
    return audit


def read_published(folder: Path, report: Report, mend: str) -> Earlier:
    """A publication and its units, as they are kept in a folder. mend: what to do when they are not there."""
    files = folder / "published.parquet", folder / "units.json"
    if missing := [path.name for path in files if not path.is_file()]:
        raise ReportError(f"{report.name}: {folder.name}/{missing[0]} is not there; {mend}")
    units = json.loads(files[1].read_text(encoding="utf-8"))
    return Earlier(pd.read_parquet(files[0]), UnitTree(tuple(Unit(**unit) for unit in units)))


def write(audit: Audit, tree: UnitTree, folder: Path) -> None:
    """`audit.json` and `audit.html`: the same findings gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(json.dumps(record_of(audit), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "audit.html").write_text(page(audit.report, audit.verdict, audit.canaries, tree, DEFINITIONS), encoding="utf-8")


def record_of(audit: Audit) -> dict[str, Any]:
    """The audit as plain JSON; an interval without end has null as its high."""
    verdict = audit.verdict
    findings = [asdict(finding) | {"high": None if np.isinf(finding.high) else finding.high} for finding in verdict.findings]
    for finding in findings:
        del finding["explained"]
    return {
        "report": audit.report.name,
        "school_year": audit.report.school_year,
        "is_safe": audit.is_safe,
        "rule": audit.report.disclosure.model_dump(include={"minimum_count", "minimum_denominator", "all_but_few", "datasets"}),
        "attack": {"relations": verdict.relations, "programs": verdict.programs, "outside": verdict.outside},
        "summary": verdict.summary.to_dict("records"),
        "unsafe": findings,
        "canaries": [asdict(canary) for canary in audit.canaries],
        "wrong_guesses": list(verdict.wrong_guesses),
        "contradicted": verdict.contradicted.to_dict("records"),
    }
