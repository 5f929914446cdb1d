"""What a build refuses before it computes anything: `sqa build` and `sqa check` tell the same."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqa_lib.batch.plan import checked_notebooks
from sqa_lib.boundary.files import TEXTS
from sqa_lib.build import corrected_releases
from sqa_lib.plausibility.accepted import FILE as ACCEPTED
from sqa_lib.publication import NATIONAL_FILE
from sqa_lib.publish.book import PublishError
from sqa_lib.publish.colours import check as check_design
from sqa_lib.releases import known_releases
from sqa_lib.report import Report, ReportError
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.files import READABLE
from sqa_lib.sources.problems import joined, perhaps

_WRITTEN = (*TEXTS, "claims")
"""What is read of the folder of what is written for a report."""
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet")


def refusals(report: Report, root: Path) -> Iterator[str]:
    """What is wrong with the design, the sections and their notebooks, the corrections and the releases, a sentence each."""
    parts = (
        partial(check_design, report.design),
        partial(_check_logo, report, root),
        partial(checked_notebooks, report, root),
        partial(corrected_releases, report, root),
        partial(known_releases, report, root),
    )
    for part in parts:
        try:
            part()
        except (ReportError, PublishError) as error:
            yield str(error)


def refuse(report: Report, root: Path) -> None:
    """Raises ReportError with all `refusals`."""
    if wrong := list(refusals(report, root)):
        raise ReportError("\n".join(wrong))


def _check_logo(report: Report, root: Path) -> None:
    if report.design.logo and not (root / report.design.logo).is_file():
        raise ReportError(f"{report.name}.yml: key `design.logo`: {report.design.logo}: no such file in the project")


def unread(report: Report, root: Path) -> list[str]:
    """What lies where data or texts are looked for and nothing reads, a sentence each."""
    return [*_elsewhere(report, root), *_of_no_dataset(report, root)]


def _of_no_dataset(report: Report, root: Path) -> Iterator[str]:
    """Tables among the report's data that nothing reads (another report may have more datasets there)."""
    if report.source != "datasets":
        return
    own = [dataset.path.casefold() for dataset in DATASETS.values()]
    others = {(root / file.path).resolve() for file in report.files} | {(root / report.data / NATIONAL_FILE).resolve()}
    for path in sorted((root / report.data).iterdir()):
        if not path.is_file() or path.suffix.lower() not in _TABLES or path.name[0] in "~." or path.resolve() in others:
            continue
        stem = path.stem.casefold()
        if stem not in own:
            mend = joined("give it a dataset's name, or take it away", perhaps(stem, own))
            yield f"{report.data}/{path.name} is no dataset's and is not read: {mend}"
        elif path.suffix.lower() not in READABLE:
            yield f"{report.data}/{path.name} is not read; save it as {', '.join(READABLE)}"


def _elsewhere(report: Report, root: Path) -> list[str]:
    """What lies in a folder of the report's name though it reads another."""
    named = root / "data" / report.name
    read = {name: report.folder for name in _WRITTEN} | {ACCEPTED: report.data}
    return [
        f"data/{report.name}/{name} is not read: the report's folder for it is {folder}; move it there, or take it away"
        for name, folder in read.items()
        if folder and (root / folder).resolve() != named.resolve() and (named / name).exists()
    ]
