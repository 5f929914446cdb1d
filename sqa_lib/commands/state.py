"""`sqa status` and `sqa doctor`: how a report is."""

import json
from dataclasses import replace

import typer
from rich.markup import escape

from sqa_lib.batch import output_folder
from sqa_lib.batch.older import all_books
from sqa_lib.batch.plan import checked_year
from sqa_lib.commands.terminal import FAILED, console
from sqa_lib.doctor import examined
from sqa_lib.report import load_report, project_root
from sqa_lib.status import as_json, show_status, situation_of


def run_status(report: str, year: str | None, as_json_: bool) -> None:
    """What the last build did, what one that goes on is doing, and what failed."""
    root = project_root()
    parameters = load_report(report, root)
    school_year = parameters.school_year if year is None else checked_year(year)
    folder = output_folder(parameters, root, school_year)
    situation = situation_of(parameters, folder, root / "output" / parameters.name)
    if situation.builder is None:
        situation = replace(situation, books=all_books(parameters, root, [school_year]))
    if as_json_:
        print(json.dumps(as_json(situation), ensure_ascii=False, indent=1))
    else:
        show_status(situation, console)
    if not situation.is_well:
        raise typer.Exit(FAILED)


def run_doctor(report: str) -> None:
    """Tell what of the report's files is not as it should be, and what to do about it; nothing is changed."""
    root = project_root()
    found = list(examined(load_report(report, root), root))
    for each in found:
        mend = f"; {each.mend}" if each.mend else ""
        state = "[green]well[/] " if each.is_well else "[bold red]wrong[/]"
        console.print(f"{state} {escape(f'{each.what}: {each.told}{mend}')}", highlight=False, soft_wrap=True)
    if not all(each.is_well for each in found):
        raise typer.Exit(FAILED)
