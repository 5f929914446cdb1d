"""`sqa audit REPORT`: attack what a report publishes, judge it by the authority's own data, write down what was found."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sqa_lib.audit.attack import OtherData, attack
from sqa_lib.audit.canaries import Canaries, canaries_of, find_canaries
from sqa_lib.audit.canaries import Finding as Leak
from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.insiders import Reader, readers
from sqa_lib.audit.judge import Finding, Verdict, judge
from sqa_lib.audit.missing import as_read, late_of
from sqa_lib.audit.page import page
from sqa_lib.audit.past import exposed_before, without_past
from sqa_lib.audit.reasons import Number, Reason, reasons
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.publication import kept_coverage, read_input, statistics_folder, told_statistics
from sqa_lib.releases import known_releases
from sqa_lib.report import Report, ReportError
from sqa_lib.units import UnitTree, tree_of_text

_RULE = {"minimum_count", "minimum_denominator", "all_but_few", "datasets", "since"}


@dataclass(frozen=True)
class Audit:
    """What the audit of a report says. secondary: why numbers that are not small are hidden; looked_for: what must be in no
    output file; exposed: what was released before today's policy and is more than it allows; readers: what those can narrow down
    who know more, where that was asked; leaks: what of `looked_for` was found."""

    report: Report
    tree: UnitTree
    verdict: Verdict
    secondary: tuple[Reason, ...]
    looked_for: Canaries
    exposed: tuple[Number, ...] = ()
    readers: tuple[Reader, ...] = ()
    leaks: tuple[Leak, ...] = ()

    @property
    def is_safe(self) -> bool:
        return self.verdict.is_safe and not self.leaks


def attack_report(report: Report, root: Path, levels: Sequence[str] = (), with_insiders: bool = False) -> Audit:
    """Attack the report's published statistics, and write down what was found.

    levels: whose hidden numbers, if they are not small, are each accounted for, which takes longer than the attack.
    with_insiders: also by readers who know more.

    The attacker reads the published statistics, the tree of units and what was released before; the authority's statistics are
    computed anew from its data, judge him, and are not kept.
    """
    now = read_published(statistics_folder(report, root), report, f"run `sqa compute {report.name}` first")
    data = read_input(report, root).datasets
    statistics = told_statistics(report, data, now.tree)
    coverage = kept_coverage(report, root)
    released = [
        Earlier(
            as_read(release.table, coverage, release.tree, DEFINITIONS),
            release.tree,
            release.rule,
            release.judged_by,
            late_of(release.table, now.table, coverage, now.tree),
        )
        for release in (each.in_codes_of(now.tree) for each in known_releases(report, root))
    ]
    now = replace(now, table=as_read(now.table, coverage, now.tree, DEFINITIONS))
    statistics = as_read(statistics, coverage, now.tree, DEFINITIONS)
    try:
        found = attack(now.table, now.tree, DEFINITIONS, report.disclosure, released, statistics)
    except OtherData as error:
        raise ReportError(f"{report.name}: {error}; run `sqa compute {report.name}` first") from error
    verdict = without_past(judge(found, now.tree, DEFINITIONS, report.disclosure), found, now.tree)
    secondary = [
        reason
        for level in levels
        for reason in reasons(found, now.table, now.tree, DEFINITIONS, report.disclosure, released, level)
    ]
    more = readers(now, released, statistics, DEFINITIONS, report.disclosure) if with_insiders else ()
    exposed = exposed_before(found, now.table, DEFINITIONS, report.disclosure)
    looked_for = canaries_of(data, statistics, now.table)
    return write(Audit(report, now.tree, verdict, tuple(secondary), looked_for, exposed, tuple(more)), root)


def search_output(audit: Audit, root: Path, folders: Sequence[Path]) -> Audit:
    """Search these folders of the output for what must not be there, and write down what was found."""
    return write(replace(audit, leaks=leaks_in(audit.report, root, folders, audit.looked_for)), root)


def leaks_in(report: Report, root: Path, folders: Sequence[Path], canaries: Canaries) -> tuple[Leak, ...]:
    """What must not be there, in these folders of the output."""
    output = audit_folder(report, root).parent
    return tuple(
        replace(leak, file=(folder / leak.file).relative_to(output).as_posix())
        for folder in folders
        for leak in find_canaries(folder, canaries)
    )


def looked_for(report: Report, root: Path) -> Canaries:
    """What must be in no file of the report's output, by its data as they are now."""
    now = read_published(statistics_folder(report, root), report, f"run `sqa compute {report.name}` first")
    data = read_input(report, root).datasets
    return canaries_of(data, told_statistics(report, data, now.tree), now.table)


def audit_report(report: Report, root: Path, levels: Sequence[str] = ("municipality",)) -> Audit:
    """Attack what the report publishes, also knowing more, and search all of its output. levels: as in `attack_report`."""
    return search_output(attack_report(report, root, levels, with_insiders=True), root, [audit_folder(report, root).parent])


def audit_folder(report: Report, root: Path) -> Path:
    return statistics_folder(report, root).parent / "audit"


def read_published(folder: Path, report: Report, mend: str) -> Earlier:
    """A publication and its units, as they are kept in a folder. mend: what to do when they are not there."""
    files = folder / "published.parquet", folder / "units.json"
    if missing := [path.name for path in files if not path.is_file()]:
        raise ReportError(f"{report.name}: {folder.name}/{missing[0]} is not there; {mend}")
    return Earlier(pd.read_parquet(files[0]), tree_of_text(files[1].read_text(encoding="utf-8")))


def write(audit: Audit, root: Path) -> Audit:
    """`audit.json` and `audit.html`: the same findings give the same bytes."""
    folder = audit_folder(audit.report, root)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(json.dumps(record_of(audit), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    told = audit.secondary, audit.exposed, audit.readers, audit.leaks
    html = page(audit.report, audit.verdict, *told, audit.tree, DEFINITIONS)
    (folder / "audit.html").write_text(html, encoding="utf-8")
    return audit


def record_of(audit: Audit) -> dict[str, Any]:
    """The audit as plain JSON; an interval without end has null as its high."""
    verdict = audit.verdict
    return {
        "report": audit.report.name,
        "school_year": audit.report.school_year,
        "is_safe": audit.is_safe,
        "rule": audit.report.disclosure.model_dump(mode="json", include=_RULE),
        "attack": {"relations": verdict.relations, "programs": verdict.programs, "outside": verdict.outside},
        "summary": verdict.summary.to_dict("records"),
        "unsafe": [_record_of_finding(finding) for finding in verdict.findings],
        "past": [_record_of_finding(finding) for finding in verdict.past],
        "exposed_before_policy": [asdict(number) for number in audit.exposed],
        "accepted": [_record_of_finding(finding) for finding in verdict.accepted],
        "by_hand": audit.report.disclosure.model_dump(mode="json", include={"withhold", "accept"}),
        "left_out": audit.report.disclosure.left_out,
        "secondary": [_record_of_reason(reason) for reason in audit.secondary],
        "readers": [asdict(reader) for reader in audit.readers],
        "canaries": [asdict(leak) for leak in audit.leaks],
        "wrong_guesses": list(verdict.wrong_guesses),
        "contradicted": verdict.contradicted.to_dict("records"),
    }


def _record_of_finding(finding: Finding) -> dict[str, Any]:
    record = asdict(finding) | {"high": None if np.isinf(finding.high) else finding.high}
    del record["explained"]
    return record


def _record_of_reason(reason: Reason) -> dict[str, Any]:
    record = asdict(reason)
    del record["explained"]
    return record.pop("number") | record
