"""Accounts and findings in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from sqa_lib.claims.account import STATUSES, WITHHELD, Account, Accounts, Status
from sqa_lib.claims.claim import Rounding
from sqa_lib.claims.prover import Finding
from sqa_lib.claims.sentences import mends, reasons, verdict
from sqa_lib.marks import Mark
from sqa_lib.words import number

_COLOURS: dict[Status, str] = {
    "reproduced": "green", "approximate": "green", "contradicted": "bold red", "misprint": "yellow", "not_derivable": "dim",
}  # fmt: skip


def show_accounts(found: Accounts, console: Console, rounding: Rounding = "either") -> None:
    """A row for each printed figure, then what proves the misprints, then how many there are of each status."""
    table = Table("id", "what it says", "printed", "computed", "status", "why")
    for account in found.accounts:
        claim, colour = account.claim, _COLOURS[account.status]
        table.add_row(
            claim.id, claim.says, _printed(account), _computed(account), f"[{colour}]{account.status}[/]", account.reason
        )
    console.print(table)
    show_findings(found.findings, console, rounding)
    counts = ", ".join(f"{found.count(status)} {status.replace('_', ' ')}" for status in STATUSES)
    console.print(f"{len(found.accounts)} figures: {counts}", highlight=False, soft_wrap=True)


def show_findings(findings: Sequence[Finding], console: Console, rounding: Rounding = "either") -> None:
    """For each group of figures that contradict each other: how many are wrong, why, and what would mend it."""
    for finding in findings:
        console.print(f"\n[bold]{verdict(finding)}[/]", highlight=False, soft_wrap=True)
        for sentence in reasons(finding, rounding):
            console.print(f"  – {sentence}", highlight=False, soft_wrap=True)
        for mend in mends(finding):
            console.print(f"  → {mend}", highlight=False, soft_wrap=True)


def _printed(account: Account) -> str:
    claim = account.claim
    precision = "" if claim.precision == "exact" else f"{claim.precision} "
    return precision + number(float(claim.value), claim.decimals) + (" %" if claim.scale == 100 else "")


def _computed(account: Account) -> str:
    if account.computed is None:
        return Mark.WITHHELD.value if account.reason == WITHHELD else ""
    return number(float(account.computed), account.claim.decimals)
