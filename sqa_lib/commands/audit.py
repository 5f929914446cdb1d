"""`sqa audit`: what readers could work out, and what lies in the output that must not be there."""

from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from sqa_lib.audit.earlier import plain
from sqa_lib.audit.run import Audit, audit_folder, audit_report
from sqa_lib.batch.older import all_books
from sqa_lib.batch.older import told as told_of
from sqa_lib.commands.terminal import FAILED, MOST_TOLD, console, errors, warn
from sqa_lib.report import load_report, project_root


def run_audit(report: str) -> None:
    """Attack what the report publishes, and search its output for what must not be there."""
    root = project_root()
    parameters = load_report(report, root)
    found = audit_report(parameters, root)
    _tell_audit(found, root)
    books = all_books(parameters, root)
    warn(told_of(books, parameters.name))
    if books.is_mixed or not found.is_safe:
        raise typer.Exit(FAILED)


def _tell_audit(found: Audit, root: Path) -> None:
    table = Table("level", "hidden", "primary", "secondary", "unsafe", "exact")
    for row in found.verdict.summary.itertuples(index=False):
        table.add_row(row.level, *(str(number) for number in row[1:]))
    console.print(table)
    for reader in found.readers:
        who = f"who knows all of {reader.unit}" if reader.unit else "who has public statistics of the same units"
        console.print(f"{who}: {reader.unsafe} narrowed down, {reader.exact} exactly", highlight=False)
    if found.verdict.past:
        warn([f"{len(found.verdict.past)} numbers can be worked out from earlier releases: withheld now, and out all the same"])
    if found.verdict.accepted:
        warn([f"{len(found.verdict.accepted)} numbers can be worked out, and someone has signed for them (`disclosure.accept`)"])
    if found.exposed:
        since = found.report.disclosure.since
        warn([f"{len(found.exposed)} numbers released before {since} are known closer than today's policy allows: past, and out"])
    tell_unsafe(found, root)


_WHAT_TO_DO = (
    "withhold a figure that reveals it by hand (`disclosure.withhold`), wait for what is missing, take the units that came late"
    " out of this report too, or let someone sign for it (`disclosure.accept`); docs/disclosure.md says how"
)


def tell_unsafe(found: Audit, root: Path) -> None:
    """What readers could work out, and what lies in the files: names and equations, never a withheld number."""
    for finding in found.verdict.findings[:MOST_TOLD]:
        unit = plain(finding.unit) if plain(finding.unit) == finding.unit else f"{plain(finding.unit)} as it was released"
        name = f"{finding.statistic} {finding.school_year} {unit} [{finding.breakdown}]"
        errors.print(
            f"[bold red]unsafe[/] {escape(name)}: {escape('; '.join(finding.equations))}", highlight=False, soft_wrap=True
        )
    if found.verdict.findings:
        errors.print(_WHAT_TO_DO, highlight=False, soft_wrap=True)
    for leak in found.leaks[:MOST_TOLD]:
        told = escape(f"{leak.file}: {leak.kind} from {leak.where}")
        errors.print(f"[bold red]leak[/] {told}", highlight=False, soft_wrap=True)
    page = audit_folder(found.report, root) / "audit.html"
    counted = f"{len(found.verdict.findings)} unsafe numbers, {len(found.leaks)} leaks"
    console.print(f"{counted}; all of them: {page}", highlight=False, soft_wrap=True)
