"""The command `sqa`: what it can be asked, and with which options. What each does is in `sqa_lib.commands`."""

import errno
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

from sqa_lib.commands.terminal import FAILED, WRONG_USAGE, tell_error

OF_THE_DISK = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
    *(errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.ENAMETOOLONG),
)
"""What is wrong with folders and files rather than with the program."""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Reproducible quality reports: from raw school data to accessible books."
)
new = typer.Typer(no_args_is_help=True, help="Make the files of a new report, of its next year, or of a review of plans.")
app.add_typer(new, name="new")
WordingFile = Annotated[Path | None, typer.Option(help="What the claims' words mean (default: wording.yml beside the claims).")]
RoundingRule = Annotated[str, typer.Option(help="How the figures were rounded: either, half-up or half-even.")]
ReportName = Annotated[str, typer.Argument(help="A report: `params/x.yml` or `x`.", metavar="REPORT")]


def _told(command: Callable) -> Callable:
    """An error that a user can mend ends the command with its message, not with a traceback."""

    @wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (KeyboardInterrupt, typer.Exit):
            raise
        except OSError as error:
            if error.errno not in OF_THE_DISK:
                raise
            where = f"{error.filename}: " if error.filename else ""
            tell_error(
                f"{where}{error.strerror}; what is done is kept: make room or mend the folder, and run the same command again"
            )
            raise typer.Exit(FAILED) from error
        except Exception as error:
            code = _code_of(error)
            if code is None:
                raise
            tell_error(error)
            raise typer.Exit(code) from error

    return run


def _code_of(error: Exception) -> int | None:
    """The exit code of an error that its message is enough of; None for one of the program."""
    from sqa_lib.batch.worker import ClusterError
    from sqa_lib.publish.book import PublishError
    from sqa_lib.report import ReportError
    from sqa_lib.sources.problems import SourceError

    if isinstance(error, ReportError | PublishError):
        return WRONG_USAGE
    return FAILED if isinstance(error, SourceError | ClusterError) else None


@app.command()
@_told
def check(
    report: ReportName,
    coverage: Annotated[bool, typer.Option("--coverage", help="Also tell which units have delivered what.")] = False,
) -> None:
    """Read and validate the report's data; print every problem with file, row, column, value and what is allowed."""
    from sqa_lib.commands.check import run_check

    run_check(report, coverage)


@app.command(name="accept")
@_told
def accept_(
    report: ReportName,
    keys: Annotated[list[str], typer.Argument(help="Keys that `sqa check` lists (several may be given).", metavar="KEY...")],
    by: Annotated[str, typer.Option(help="Who answers for it.")],
    reason: Annotated[str, typer.Option(help="Why it is true all the same.")],
) -> None:
    """Say why what `sqa check` found odd is true all the same: kept in the data's `accepted.yml`, asked again when it changes."""
    from sqa_lib.commands.check import run_accept

    run_accept(report, keys, by, reason)


@app.command(name="compute")
@_told
def compute_(
    report: ReportName,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute them also where they are up to date.")] = False,
) -> None:
    """Compute the published statistics of all units, unless they are up to date."""
    from sqa_lib.commands.statistics import run_compute

    run_compute(report, fresh)


@app.command()
@_told
def statistics(report: ReportName) -> None:
    """List the report's statistics: what notebooks call them, what they are given by, what they are called in the books."""
    from sqa_lib.commands.statistics import run_statistics

    run_statistics(report)


@app.command()
@_told
def audit(report: ReportName) -> None:
    """Attack what the report publishes, and search its output for what must not be there."""
    from sqa_lib.commands.audit import run_audit

    run_audit(report)


@app.command()
@_told
def figures(
    report: ReportName,
    claims: Annotated[Path | None, typer.Option(help="Claims file (default: `claims/figures.csv` in the report's data).")] = None,
    wording: WordingFile = None,
    rounding: RoundingRule = "either",
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects instead of a table.")] = False,
) -> None:
    """Account for every figure that a report prints: reproduced, about right, contradicted, a misprint, or not derivable."""
    from sqa_lib.commands.figures import run_figures

    run_figures(report, claims, wording, rounding, as_json)


@app.command()
@_told
def prove(
    claims: Annotated[Path, typer.Argument(help="Claims file.", metavar="CLAIMS")],
    wording: WordingFile = None,
    rounding: RoundingRule = "either",
) -> None:
    """Find the fewest printed figures that must be wrong, from the figures alone, without any data."""
    from sqa_lib.commands.figures import run_prove

    run_prove(claims, wording, rounding)


@app.command(name="release")
@_told
def release_(
    report: ReportName,
    by: Annotated[str, typer.Option(help="Who releases it: a role.")],
    name: Annotated[str, typer.Option("--as", help="The release's name (default: the report's and its date).")] = "",
) -> None:
    """Keep what was built and published in `data/released/<name>/`: a record that never changes; all later reports know it."""
    from sqa_lib.commands.release import run_release

    run_release(report, by, name)


@app.command()
@_told
def releases(report: ReportName) -> None:
    """List what the report's authority has released: all of it is taken as known, but what the parameters leave out."""
    from sqa_lib.commands.release import run_releases

    run_releases(report)


@app.command()
@_told
def diff(
    report: ReportName,
    release: Annotated[str, typer.Argument(help="A release (default: the report's last).")] = "",
    other: Annotated[str, typer.Argument(help="Another release (default: what is published now).")] = "",
) -> None:
    """List every figure that differs between two releases, or a release and what is published now; all are in the output's
    `differences.csv`."""
    from sqa_lib.commands.release import run_diff

    run_diff(report, release, other)


@app.command()
@_told
def conclusions(report: ReportName) -> None:
    """Gather what all units conclude, by theme, for the analyst: `conclusions.html` and `conclusions.csv` in the output."""
    from sqa_lib.commands.build import run_conclusions

    run_conclusions(report)


@app.command()
@_told
def build(
    report: ReportName,
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit (repeatable).")] = None,
    level: Annotated[
        list[str] | None, typer.Option(help="Only units of this level: municipality, area, school or preschool (repeatable).")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Only the municipality, the areas and the report's `sample_units`.")] = False,
    year: Annotated[list[str] | None, typer.Option(help="School year, such as 2020/21 (default: the report's own).")] = None,
    jobs: Annotated[
        int | None, typer.Option(help="How many notebooks and books are made at a time (default: as many as pay).", min=1)
    ] = None,
    scheduler: Annotated[str, typer.Option(help="A cluster instead of this machine's cores, such as tcp://host:8786.")] = "",
    storage: Annotated[
        str, typer.Option(help="Where a cluster's workers get the project that they don't see, such as s3://bucket/folder.")
    ] = "",
    format: Annotated[list[str] | None, typer.Option(help="html or pdf (repeatable; default: the report's own).")] = None,
    publisher: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="NAME=VALUE for every notebook that is run.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would run, and why; run nothing.")] = False,
    why: Annotated[str, typer.Option(help="UNIT/SECTION or UNIT/book: all reasons why it would run; run nothing.")] = "",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run only what failed last time.")] = False,
    despite_rejected: Annotated[
        bool, typer.Option("--despite-rejected", help="Make books also where rows of the school year are rejected; they say so.")
    ] = False,
) -> None:
    """Everything from raw data to books; what is up to date is kept. A folder of params/ is all reports in it."""
    from sqa_lib.commands.build import Wanted, run_build
    from sqa_lib.commands.choices import PUBLISHERS, one_of, pairs

    wanted = Wanted(
        unit=tuple(unit or ()), level=tuple(level or ()), sample=sample, year=tuple(year or ()), formats=tuple(format or ()),
        publisher=one_of("publisher", publisher, PUBLISHERS), parameters=pairs(parameter or []), retry_failed=retry_failed,
        despite_rejected=despite_rejected,
    )  # fmt: skip
    run_build(report, wanted, jobs, scheduler, storage, dry_run=dry_run, why=why)


@app.command()
@_told
def doctor(report: ReportName) -> None:
    """Tell what of the report's files is not as it should be, and what to do about it; nothing is changed."""
    from sqa_lib.commands.state import run_doctor

    run_doctor(report)


@app.command()
@_told
def status(
    report: ReportName,
    year: Annotated[str | None, typer.Option(help="School year, such as 2020/21 (default: the report's own).")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print an object instead of lines.")] = False,
) -> None:
    """What the last build did, what one that goes on is doing, and what failed."""
    from sqa_lib.commands.state import run_status

    run_status(report, year, as_json_)


@new.command(name="report")
@_told
def new_report_(
    source: Annotated[
        list[Path], typer.Option("--from", help="A file from Skolverket: `Underlag för analys` (XLSX), and others (repeatable).")
    ],
    authority: Annotated[
        str, typer.Option(help="The authority's name, such as `Ljungby`, its organisation number, or the code of a school unit.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="A report for every authority of the files.")] = False,
    municipalities: Annotated[bool, typer.Option("--municipalities", help="A report for every municipality.")] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Put the files under data/skolverket/ first.")] = False,
) -> None:
    """Write the parameters of a report from Skolverket's official files: of one authority, or of all."""
    from sqa_lib.commands.new import run_report

    run_report(source, authority, every, municipalities, copy)


@new.command(name="year")
@_told
def new_year_(report: ReportName) -> None:
    """Write the next school year's parameters and data folder, with the development areas carried over."""
    from sqa_lib.commands.new import run_year

    run_year(report)


@new.command(name="review")
@_told
def new_review_(
    report: ReportName,
    reviewer: Annotated[str, typer.Option(help="A role and a number, such as `granskare 1`; never a person's name.")],
    unit: Annotated[list[str] | None, typer.Option(help="Only plans of this unit and of those below (repeatable).")] = None,
    format: Annotated[str, typer.Option(help="xlsx or yml.")] = "xlsx",
) -> None:
    """Write a reviewer's form, with the health plans to review by the rubric, to the report's data."""
    from sqa_lib.commands.new import run_review

    run_review(report, reviewer, unit, format)


@app.command(name="demo-data")
@_told
def demo_data(
    folder: Annotated[Path | None, typer.Argument(help="Where to write (default: data/<report>).")] = None,
    report: Annotated[str, typer.Option(help="Whose data (default: the municipality's, lulea-2020-21).")] = "",
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same files (default: the report's own).")] = None,
) -> None:
    """Write the synthetic data of a demo report."""
    from sqa_lib.commands.demo_data import run_demo_data

    run_demo_data(folder, report, seed)


@app.command()
@_told
def lab() -> None:
    """Open the notebooks in JupyterLab (extra `lab`)."""
    from sqa_lib.commands.lab import run_lab

    run_lab()
