"""From raw data to published statistics, computed when the input has changed and kept under `output/<report>/statistics/`."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from sqa_lib.code import code_digest
from sqa_lib.disclosure import Release, meanings_of, protect
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.metrics.country import Country, country_of
from sqa_lib.metrics.coverage import (
    ByUnit,
    by_unit,
    coverage_of,
    coverage_of_text,
    text_of_coverage,
    told,
    without_untold,
)
from sqa_lib.metrics.deliveries import deliveries_of
from sqa_lib.metrics.national import beside_of, national_statistics, national_tree
from sqa_lib.plausibility import ODDITIES, is_impossible, odd, read_accepted, unanswered
from sqa_lib.published import Published
from sqa_lib.register import tree_of_datasets
from sqa_lib.releases.records import Kept, known_files, known_releases, versions_of
from sqa_lib.report import OfficialFile, Report, ReportError
from sqa_lib.rows import CONTENTS, TABLE, KeptRows, TableRows, in_groups, keep_rows
from sqa_lib.sources.check import Input, load
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.forms import form_files
from sqa_lib.sources.left_out import left_out
from sqa_lib.units import UnitTree, text_of_tree, tree_of_text

_ONLY_SHOWN = frozenset(
    ("sections", "key_figures", "main_conclusions", "themes", "design", "formats", "sample_units", "corrections", "follows")
)
"""What of a report's parameters decides no figure."""
NATIONAL_FILE = "underlag_for_analys.xlsx"
COVERAGE, REJECTED = "coverage.json", "rejected.json"
STAMP, KEPT = "fingerprint.json", (TABLE, CONTENTS, "units.json", COVERAGE, REJECTED)
"""The files of published statistics: the stamp, and what it vouches for."""
_MOST_TOLD = 5
_log = logging.getLogger(__name__)


def statistics_folder(report: Report, root: Path) -> Path:
    return root / "output" / report.name / "statistics"


def published_statistics(report: Report, root: Path) -> Published:
    """The report's published statistics: read when they are up to date with the input and the code, else computed."""
    return kept_statistics(report, root) if is_up_to_date(report, root) else compute(report, root)


def kept_statistics(report: Report, root: Path) -> Published:
    """The published statistics that lie there, never computed: what a section reads where it can't reach the input.

    Who runs sections sees to it first that they are up to date and whole; a page of the table that was damaged since then is
    found when it is read.
    """
    if not _kept_stamp(statistics_folder(report, root)).sha256:
        raise ReportError(f"{report.name}: there are no published statistics; run `sqa compute {report.name}` first")
    return _read(statistics_folder(report, root), report)


def is_up_to_date(report: Report, root: Path) -> bool:
    """Whether the published statistics that lie there are those of the input and the code as they are now."""
    return stamp_of(report, root) == fingerprint(report, root)


def stamp_of(report: Report, root: Path) -> str:
    """What the published statistics that lie there were computed from, see `fingerprint`; "" where there are none, or where a
    file of theirs is not as it was left, which is then told of."""
    folder = statistics_folder(report, root)
    kept = _kept_stamp(folder)
    for name in damaged_files(folder) if kept.sha256 else ():
        _log.warning("%s: %s is not as it was left; the statistics are computed anew", report.name, folder.name + "/" + name)
        return ""
    return kept.sha256


def damaged_files(folder: Path) -> list[str]:
    """The files of kept statistics that are not as they were left; the stamp's own, where it can't be used."""
    kept = _kept_stamp(folder)
    wrong = [name for name, content in kept.files.items() if _hash_of(folder / name) != content]
    return wrong if kept.sha256 else [STAMP]


@dataclass(frozen=True)
class _Stamp:
    """sha256: what the statistics were computed from, "" for nothing that can be used; files: name → hash of what was left."""

    sha256: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def _kept_stamp(folder: Path) -> _Stamp:
    try:
        kept = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return _Stamp(str(kept["sha256"]), dict(kept["files"]))
    except (OSError, ValueError, KeyError, TypeError):  # there is none, it was cut off, or an older version has left it
        return _Stamp()


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def compute(report: Report, root: Path) -> Published:
    """Compute and keep the published statistics, whatever is there already.

    What was released stays what it is, whatever was released after it, as long as its data, parameters and code are the same.
    Raises ReportError where the data contradict themselves, and where they change meanwhile: what was read before would pass for
    what is there now.
    """
    before = fingerprint(report, root)
    data = read_input(report, root)
    refuse_impossible(report, unanswered_in(report, data, root))
    if own := unchanged_release(report, root):
        published = _published(report, data, tree_of(report, data), own.figures.table)
    else:
        published = compute_from(report, data, known_releases(report, root))
    if fingerprint(report, root) != before:
        raise ReportError(f"{report.name}: its data or parameters were changed while they were read; run the command again")
    return write(published, statistics_folder(report, root), before)


def unchanged_release(report: Report, root: Path) -> Kept | None:
    """The report's last release, where nothing that decided its figures has changed since."""
    own = versions_of(report, root)
    return own[-1] if own and fingerprint(report, root, own[-1]) == own[-1].record.input else None


def unanswered_in(report: Report, data: "ReportInput", root: Path) -> pd.DataFrame:
    """What is odd in the report's own datasets and not accepted, columns `ODDITIES`."""
    if report.source != "datasets" or data.datasets.tables["school_units"].empty:
        return pd.DataFrame(columns=ODDITIES, dtype="str")
    return unanswered(odd(data.datasets, tree_of(report, data)), read_accepted(root / report.data))


def refuse_impossible(report: Report, oddities: pd.DataFrame) -> None:
    """Raises ReportError where data can't be true; it tells whose they are, and no number."""
    if is_impossible(oddities):
        wrong = oddities[oddities["severity"] == "error"]
        told = [f"{row.rule} {row.school_year} {row.unit} {row.group}".strip() for row in wrong.head(_MOST_TOLD).itertuples()]
        more = f" and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        mend = f"`sqa check {report.name}` tells what was found; mend the data, or accept them with `sqa accept {report.name}`"
        raise ReportError(f"{report.name}: the data contradict themselves: {', '.join(told)}{more}; {mend}")


@dataclass(frozen=True)
class ReportInput:
    """All that a report is made from. country: Skolverket's files, None when the report has none."""

    datasets: Input
    country: Country | None


def read_input(report: Report, root: Path) -> ReportInput:
    """The report's data, read and checked: its datasets, Skolverket's files, or both. Read once, until any of it changes."""
    return _read_input(_Asked(fingerprint(report, root), root, report))


@dataclass(frozen=True)
class _Asked:
    fingerprint: str
    root: Path
    report: Report = field(compare=False)


@lru_cache(maxsize=1)
def _read_input(asked: _Asked) -> ReportInput:
    report, root = asked.report, asked.root
    paths = official_files(report, root)
    country = country_of(paths, root / "output") if paths else None
    of_country = country.input_of(report.authority.organisation_number) if country else None
    if report.source == "skolverket":
        return ReportInput(of_country, country)
    datasets = load(root / report.data, report.school_year, report.datasets)
    return ReportInput(datasets.with_more(of_country) if of_country else datasets, country)


def official_files(report: Report, root: Path) -> list[Path]:
    """The report's files of official statistics, those that its parameters name and the national one beside its datasets.

    A file that is not the one that the parameters were written for is refused: the books would name a wrong source.
    """
    for file in report.files:
        _check_file(file, report, root)
    beside = root / report.data / NATIONAL_FILE if report.source == "datasets" else None
    return [*(root / file.path for file in report.files), *([beside] if beside and beside.is_file() else [])]


def _check_file(file: OfficialFile, report: Report, root: Path) -> None:
    path = root / file.path
    if not path.is_file():
        raise ReportError(f"{report.name}.yml: files: {file.path} is not there; put it there, or mend the path")
    if file.sha256 and (now := sha256_of(path)) != file.sha256:
        mend = f"if it was downloaded anew, write `sha256: {now}` and the day it was retrieved"
        raise ReportError(f"{report.name}.yml: files: {file.name} is another file than the report was made for; {mend}")


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compute_from(report: Report, data: ReportInput, releases: Sequence[Release] = ()) -> Published:
    """Published statistics from what was read. releases: what was published before."""
    tree = tree_of(report, data)
    known = meanings_of(data.datasets.tables, tree, DEFINITIONS)
    before = [release.in_codes_of(tree) for release in releases]
    table = protect(true_statistics(report, data, tree), DEFINITIONS, tree, report.disclosure, before, meanings=known)
    return _published(report, data, tree, table)


def _published(report: Report, data: ReportInput, tree: UnitTree, table: pd.DataFrame) -> Published:
    """What is told of protected statistics, columns `sqa_lib.disclosure.PUBLISHED`."""
    coverage = coverage_of(table, DEFINITIONS, deliveries_of(data.datasets, tree), tree, report.least_coverage)
    rows = TableRows(in_groups(without_untold(table, coverage), tree))
    return Published(rows, DEFINITIONS, tree, report.disclosure, by_unit(coverage), _rejected(data.datasets, report.school_year))


def _rejected(data: Input, school_year: str) -> dict[str, tuple[str, ...]]:
    """The report's school year and those that there are accepted rows of → the datasets that something was rejected of."""
    years = {school_year}.union(*(table["school_year"] for table in data.tables.values() if "school_year" in table))
    names = {year: tuple(each.dataset for each in left_out(data, year)) for year in sorted(years)}
    return {year: some for year, some in names.items() if some}


def true_statistics(report: Report, data: ReportInput, tree: UnitTree) -> pd.DataFrame:
    """Every statistic before protection, columns `STATISTICS`: never to be shown."""
    statistics = [told_statistics(report, data.datasets, tree)]
    if data.country:
        statistics.append(national_statistics(data.country, report.authority, tree, report.school_year, report.similar))
    return pd.concat([s for s in statistics if len(s)] or statistics, ignore_index=True)


def told_statistics(report: Report, data: Input, tree: UnitTree) -> pd.DataFrame:
    """Every statistic of the report's own datasets before protection, columns `STATISTICS`; what can't be told since something
    is missing is missing."""
    statistics = compute_all(data.tables, tree)
    coverage = coverage_of(statistics, DEFINITIONS, deliveries_of(data, tree), tree, report.least_coverage)
    return told(statistics, DEFINITIONS, coverage, tree)


def tree_of(report: Report, data: ReportInput) -> UnitTree:
    """The report's units, and those that they are compared with. Raises ReportError where no unit could be read."""
    if report.source == "skolverket":
        return national_tree(data.country, report.authority, report.school_year, report.similar)
    if data.datasets.tables["school_units"].empty:
        raise ReportError(f"{report.data}: no school units could be read; see `sqa check {report.name}`")
    tree = tree_of_datasets(report.authority, data.datasets.register, report.school_year)
    return replace(tree, beside=beside_of(data.country, report.authority, report.similar)) if data.country else tree


def fingerprint(report: Report, root: Path, before: Kept | None = None) -> str:
    """A hash of everything that decides the statistics: parameters, input files, releases (or only those before one), the code of
    the rooms before the notebooks."""
    digest = hashlib.sha256(report.model_dump_json(exclude=_ONLY_SHOWN).encode())
    for files in (_input_files(report, root), known_files(report, root, before)):
        for path in sorted(files):  # each kind by itself, so that it does not matter where project and library lie
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    digest.update(code_digest(__name__).encode())
    return digest.hexdigest()


def _input_files(report: Report, root: Path) -> Iterator[Path]:
    yield from official_files(report, root)
    data = root / report.data
    if report.source == "skolverket":
        return
    if not data.is_dir():
        raise ReportError(f"{data}: the report's data is not there; mend the key `data` in its parameters")
    yield from (path for path in data.iterdir() if path.suffix.lower() in {".csv", ".xlsx", ".parquet"})
    yield from (path for dataset in DATASETS.values() if dataset.form for path in form_files(data, dataset.form))


def write(published: Published, folder: Path, sha256: str) -> Published:
    """Keep published statistics and the tree of units; the stamp is taken away first and written last, so that a broken write
    is never taken as whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    keep_rows(published.table, published.tree, folder, _whole)
    _whole(folder / "units.json", lambda path: path.write_text(text_of_tree(published.tree), encoding="utf-8"))
    _whole(folder / COVERAGE, lambda path: path.write_text(text_of_coverage(published.coverage), encoding="utf-8"))
    rejected = json.dumps(published.rejected, ensure_ascii=False) + "\n"
    _whole(folder / REJECTED, lambda path: path.write_text(rejected, encoding="utf-8"))
    stamp = {"sha256": sha256, "files": {name: _hash_of(folder / name) for name in KEPT}}
    _whole(folder / STAMP, lambda path: path.write_text(json.dumps(stamp, indent=1) + "\n"))
    return published


def _whole(path: Path, save) -> None:
    part = path.with_name(path.name + ".part")
    save(part)
    part.replace(path)


def _read(folder: Path, report: Report) -> Published:
    tree = tree_of_text((folder / "units.json").read_text(encoding="utf-8"))
    return Published(KeptRows(folder), DEFINITIONS, tree, report.disclosure, _coverage(folder), _kept_rejected(folder))


def kept_coverage(report: Report, root: Path) -> ByUnit:
    """Of which published figures something is missing."""
    return _coverage(statistics_folder(report, root))


def _kept_rejected(folder: Path) -> dict[str, tuple[str, ...]]:
    """Of statistics that an older version has left, nothing is known to be rejected."""
    path = folder / REJECTED
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {year: tuple(names) for year, names in kept.items()}


def _coverage(folder: Path) -> ByUnit:
    """Of statistics that an older version has left, nothing is known to be missing."""
    path = folder / COVERAGE
    return coverage_of_text(path.read_text(encoding="utf-8")) if path.is_file() else {}
