"""`sqa new`: the files of a report, of its next year, of a review."""

from collections.abc import Sequence
from pathlib import Path

from sqa_lib.commands.choices import one_of
from sqa_lib.commands.terminal import console, warn
from sqa_lib.cycle.new_year import new_year
from sqa_lib.metrics.country import country_of
from sqa_lib.new_report import new_report, new_reports
from sqa_lib.publication import read_input
from sqa_lib.report import ReportError, load_report, project_root, report_path
from sqa_lib.reviews.new_review import WRITERS, new_review
from sqa_lib.sources.problems import Problem


def run_report(source: list[Path], authority: str, every: bool, municipalities: bool, copy: bool) -> None:
    """Write the parameters of a report from Skolverket's official files: of one authority, or of all."""
    root = project_root()
    if sum(map(bool, (authority, every, municipalities))) != 1:
        raise ReportError("name an `--authority`, or say `--all` or `--municipalities`")
    if authority:
        made = new_report(authority, source, root, copy=copy)
    else:
        made = new_reports(source, root, only_municipalities=municipalities, copy=copy)
    _tell_files(source, root)
    what = f"{made.paths[0].relative_to(root)}" if authority else f"params/{made.name}/: {len(made.paths)} reports"
    console.print(f"{what}: now run `sqa build {made.name}`", highlight=False, soft_wrap=True)


def _tell_files(sources: Sequence[Path], root: Path) -> None:
    """As what each file was recognised, and what in them is not as it was known."""
    country = country_of(sources, root / "output")
    for file in country.files.itertuples():
        year = f" ({file.school_year})" if file.school_year else ""
        console.print(f"{file.file}: {file.title}{year}", highlight=False, soft_wrap=True, markup=False)
    warn(str(Problem(**problem)) for problem in country.problems.to_dict("records"))
    if len(country.contradictions):
        measures, names = (country.contradictions[name].nunique() for name in ("measure", "unit_name"))
        warn(
            [f"two files have different values of {measures} measures for {names} authorities; `sqa check` of theirs tells which"]
        )


def run_year(report: str) -> None:
    """Write the next school year's parameters and data folder, with the development areas carried over."""
    root = project_root()
    made = new_year(load_report(report, root), report_path(report, root), root)
    console.print(f"{made.parameters.relative_to(root)}: look through it", highlight=False, soft_wrap=True)
    console.print(f"{made.data.relative_to(root)}/: append the new rows as its README.md says", highlight=False, soft_wrap=True)
    for line in made.told:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def run_review(report: str, reviewer: str, unit: list[str] | None, format: str) -> None:
    """Write a reviewer's form, with the health plans to review by the rubric, to the report's data."""
    root = project_root()
    parameters = load_report(report, root)
    kind = one_of("format", format, tuple(WRITERS))
    made = new_review(parameters, read_input(parameters, root).datasets.tables, root, reviewer, unit or [], kind)
    console.print(f"{made.path.relative_to(root)}: {made.plans} plans to review", highlight=False, soft_wrap=True)
    told = f"it is read where it lies when it is filled in: `sqa check {parameters.name}` tells how far it has come"
    console.print(told, highlight=False, soft_wrap=True)
