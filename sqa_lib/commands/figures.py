"""`sqa figures` and `sqa prove`: printed figures beside what the data, or they themselves, say."""

import json
from pathlib import Path

import typer

from sqa_lib.claims.account import account_for
from sqa_lib.claims.prover import prove as prove_claims
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.show import show_accounts, show_findings
from sqa_lib.claims.wording import Wording, read_wording
from sqa_lib.commands.choices import ROUNDINGS, one_of
from sqa_lib.commands.terminal import FAILED, console
from sqa_lib.publication import published_statistics, read_input, true_statistics
from sqa_lib.report import ReportError, load_report, project_root


def run_figures(report: str, claims: Path | None, wording: Path | None, rounding: str, as_json: bool) -> None:
    """Account for every figure that a report prints: reproduced, about right, contradicted, a misprint, or not derivable."""
    root = project_root()
    parameters = load_report(report, root)
    own = root / parameters.folder / "claims"
    path = claims or own / "figures.csv"
    words = _wording_of(path, wording, own / "wording.yml")
    published = published_statistics(parameters, root)
    statistics = true_statistics(parameters, read_input(parameters, root), published.tree)
    printed = read_claims(path, words)
    found = account_for(printed, words, statistics, published, parameters.school_year, one_of("rounding", rounding, ROUNDINGS))
    if as_json:
        print(json.dumps([account.as_json() for account in found.accounts], ensure_ascii=False, indent=1))
    else:
        show_accounts(found, console, rounding)
    if found.count("contradicted"):
        raise typer.Exit(FAILED)


def run_prove(claims: Path, wording: Path | None, rounding: str) -> None:
    """Find the fewest printed figures that must be wrong, from the figures alone, without any data."""
    words = _wording_of(claims, wording)
    printed = read_claims(claims, words)
    found = prove_claims(printed, words.parts, one_of("rounding", rounding, ROUNDINGS))
    show_findings(found, console, rounding)
    told = sum(claim.count is not None for claim in printed)
    wrong = sum(len(finding.wrong) for finding in found)
    console.print(f"{told} of {len(printed)} figures compared, at least {wrong} of them wrong", highlight=False)
    if told < len(printed):
        console.print("the others have neither `count` nor words that the wording explains", highlight=False)
    if found:
        raise typer.Exit(FAILED)


def _wording_of(claims: Path, chosen: Path | None, own: Path | None = None) -> Wording:
    """The wording that was named, else the one beside the claims file, else the report's own."""
    paths = [chosen] if chosen else [claims.with_name("wording.yml"), *([own] if own else [])]
    found = next((path for path in paths if path.is_file()), None)
    if chosen and not found:
        raise ReportError(f"{chosen}: no such file")
    return read_wording(found) if found else Wording()
