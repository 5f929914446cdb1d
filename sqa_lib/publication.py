"""From raw data to published statistics, computed when the input has changed and kept under `output/<report>/statistics/`."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.disclosure import Release, protect, read_releases
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.metrics.national import national_statistics, national_tree
from sqa_lib.published import Published
from sqa_lib.report import Report, ReportError
from sqa_lib.rows import KeptRows, TableRows, in_groups, keep_rows
from sqa_lib.sources.check import Input, load
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.forms import form_files
from sqa_lib.sources.skolverket import Underlag, national_input, read_underlag
from sqa_lib.units import UnitTree, text_of_tree, tree_of_datasets, tree_of_text

_ONLY_SHOWN = {"sections", "key_figures", "main_conclusions", "themes", "design", "formats", "sample_units"}
"""What of a report's parameters decides no figure."""
NATIONAL_FILE = "underlag_for_analys.xlsx"
_ROOMS = (
    "codebook.py",
    "rubric.py",
    "rubric.yml",
    "marks.py",
    "units.py",
    "report.py",
    "rows.py",
    "sources",
    "metrics",
    "disclosure",
)


def statistics_folder(report: Report, root: Path) -> Path:
    return root / "output" / report.name / "statistics"


def published_statistics(report: Report, root: Path) -> Published:
    """The report's published statistics: read when they are up to date with the input and the code, else computed."""
    return kept_statistics(report, root) if is_up_to_date(report, root) else compute(report, root)


def kept_statistics(report: Report, root: Path) -> Published:
    """The published statistics that lie there, never computed: what a section reads where it can't reach the input.

    Who runs sections sees to it first that they are up to date.
    """
    if not stamp_of(report, root):
        raise ReportError(f"{report.name}: there are no published statistics; run `sqa compute {report.name}` first")
    return _read(statistics_folder(report, root), report)


def is_up_to_date(report: Report, root: Path) -> bool:
    """Whether the published statistics that lie there are those of the input and the code as they are now."""
    return stamp_of(report, root) == fingerprint(report, root)


def stamp_of(report: Report, root: Path) -> str:
    """What the published statistics that lie there were computed from, see `fingerprint`; "" where there are none."""
    stamp = statistics_folder(report, root) / "fingerprint.json"
    return json.loads(stamp.read_text())["sha256"] if stamp.is_file() else ""


def compute(report: Report, root: Path) -> Published:
    """Compute and keep the published statistics, whatever is there already."""
    published = compute_from(report, read_input(report, root), read_releases(report.disclosure.released, root))
    return write(published, statistics_folder(report, root), fingerprint(report, root))


def keep_release(report: Report, root: Path, name: str) -> Path:
    """Copy what is published now to `data/released/<name>/`; a name is used once, since a release is not taken back."""
    published_statistics(report, root)
    folder = root / "data" / "released" / name
    if folder.exists():
        raise ReportError(f"data/released/{name} is there already; choose another name with `--as`")
    folder.mkdir(parents=True)
    for file in ("published.parquet", "units.json"):
        shutil.copyfile(statistics_folder(report, root) / file, folder / file)
    return folder


@dataclass(frozen=True)
class ReportInput:
    """All that a report is made from. national: Skolverket's file, None when the report has none."""

    datasets: Input
    national: Underlag | None


def read_input(report: Report, root: Path) -> ReportInput:
    """Read and check the report's data: its datasets, Skolverket's file, or both."""
    path = root / report.data
    if report.source == "skolverket":
        national = read_underlag(path)
        return ReportInput(national_input(national, path.name), national)
    datasets, beside = load(path, report.school_year, report.datasets), path / NATIONAL_FILE
    if not beside.is_file():
        return ReportInput(datasets, None)
    national = read_underlag(beside)
    return ReportInput(datasets.with_more(national_input(national, NATIONAL_FILE)), national)


def compute_from(report: Report, data: ReportInput, releases: Sequence[Release] = ()) -> Published:
    """Published statistics from what was read. releases: what was published before."""
    tree = _tree(report, data)
    table = protect(true_statistics(report, data, tree), DEFINITIONS, tree, report.disclosure, releases)
    return Published(TableRows(in_groups(table, tree)), DEFINITIONS, tree, report.disclosure)


def true_statistics(report: Report, data: ReportInput, tree: UnitTree) -> pd.DataFrame:
    """Every statistic before protection, columns `STATISTICS`: never to be shown."""
    statistics = [compute_all(data.datasets.tables, tree)]
    if data.national:
        statistics.append(national_statistics(data.national, report.authority, tree))
    return pd.concat([s for s in statistics if len(s)] or statistics, ignore_index=True)


def _tree(report: Report, data: ReportInput) -> UnitTree:
    if report.source == "skolverket":
        return national_tree(data.national, report.authority)
    if data.datasets.tables["school_units"].empty:
        raise ReportError(f"{report.data}: no school units could be read; see `sqa check {report.name}`")
    return tree_of_datasets(report.authority, data.datasets.tables["school_units"])


def fingerprint(report: Report, root: Path) -> str:
    """A hash of everything that decides the statistics: parameters, input files, the code of the rooms before the notebooks."""
    digest = hashlib.sha256(report.model_dump_json(exclude=_ONLY_SHOWN).encode())
    for files in (_input_files(root / report.data), _released_files(report, root), _code_files()):
        for path in sorted(files):  # each kind by itself, so that it does not matter where project and library lie
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _input_files(data: Path) -> Iterator[Path]:
    if data.is_file():
        yield data
    elif data.is_dir():
        yield from (path for path in data.iterdir() if path.suffix.lower() in {".csv", ".xlsx", ".parquet"})
        yield from (path for dataset in DATASETS.values() if dataset.form for path in form_files(data, dataset.form))
    else:
        raise ReportError(f"{data}: the report's data is not there; mend the key `data` in its parameters")


def _released_files(report: Report, root: Path) -> Iterator[Path]:
    for folder in report.disclosure.released:
        yield from (root / folder).glob("*")


def _code_files() -> Iterator[Path]:
    here = Path(__file__).parent
    for room in _ROOMS:
        path = here / room
        yield from [path] if path.is_file() else (*path.rglob("*.py"), *path.rglob("*.csv"))


def write(published: Published, folder: Path, sha256: str) -> Published:
    """Keep published statistics and the tree of units; the stamp is taken away first and written last, so that a broken write
    is never taken as whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fingerprint.json").unlink(missing_ok=True)
    keep_rows(published.table, published.tree, folder, _whole)
    _whole(folder / "units.json", lambda path: path.write_text(text_of_tree(published.tree), encoding="utf-8"))
    _whole(folder / "fingerprint.json", lambda path: path.write_text(json.dumps({"sha256": sha256}) + "\n"))
    return published


def _whole(path: Path, save) -> None:
    part = path.with_name(path.name + ".part")
    save(part)
    part.replace(path)


def _read(folder: Path, report: Report) -> Published:
    tree = tree_of_text((folder / "units.json").read_text(encoding="utf-8"))
    return Published(KeptRows(folder), DEFINITIONS, tree, report.disclosure)
