"""`sqa release REPORT`: what was built, attacked and looked through becomes a record that later reports take as known."""

import datetime
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pandas as pd

from sqa_lib.batch import chosen_units, output_folder
from sqa_lib.batch.lock import only_build
from sqa_lib.batch.now import Now
from sqa_lib.batch.record import read_record
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.trace import content_of_all, is_searched
from sqa_lib.batch.version import library_version
from sqa_lib.batch.workers import Workers
from sqa_lib.build import Plan, Run
from sqa_lib.checked import Checks
from sqa_lib.disclosure import Release
from sqa_lib.publication import is_up_to_date, published_statistics, stamp_of, statistics_folder
from sqa_lib.releases import differences, releases_of
from sqa_lib.releases.records import KEPT, Kept, Record, folder_of, hash_of, keep, versions_of
from sqa_lib.report import Report, ReportError
from sqa_lib.words import nearest


def release(report: Report, root: Path, by: str, today: datetime.date, name: str = "") -> Kept:
    """Keep what was published: refused for what is out of date, not built, not attacked or not safe. name: of the release, the
    report's and its date where none is given."""
    if not by.strip():
        raise ReportError("say who releases it: `--by`")
    with only_build(root / "output" / report.name, report.name):
        before = versions_of(report, root)
        files = {file: statistics_folder(report, root) / file for file in KEPT}
        hashes = {file: hash_of(path) for file, path in files.items()}
        _check_version(report, before, hashes)
        books = _books(report, root)
        version = len(before) + 1
        folder = folder_of(name or f"{report.name}-{report.date}{f'-{version}' if version > 1 else ''}", root)
        record = Record(
            report=report.name,
            title=report.title,
            authority=report.authority,
            school_year=report.school_year,
            version=version,
            after=len(releases_of(report, root)),
            date=today,
            by=by,
            reason=report.corrections[-1].reason if report.corrections else "",
            rule=report.disclosure,
            library=library_version(),
            input=stamp_of(report, root),
            files=hashes,
            books=books,
            rejected=published_statistics(report, root).rejected_of(report.school_year),
        )
        return Kept(folder.name, keep(record, files, folder), record)


def _books(report: Report, root: Path) -> dict[str, str]:
    """Unit → hash of its book's folder. Raises `ReportError` unless all books are of what is there now, attacked and searched."""
    mend = f"run `sqa build {report.name}` first"
    run = read_record(output_folder(report, root, report.school_year)).run
    if run is None:
        raise ReportError(f"{report.name} has not been built; {mend}")
    if not is_up_to_date(report, root):
        raise ReportError(f"{report.name}: its data, parameters, releases or code have changed since it was built; {mend}")
    checks = Checks(report, root)
    if not checks.is_attacked:
        raise ReportError(f"{report.name}: what is published has not been attacked, or is not safe; {mend}")
    planned = _planned(report, root, checks, run.parameters)
    if planned.tasks:
        first, there = planned.tasks[0], len(planned.tasks) + len(planned.kept)
        raise ReportError(
            f"{report.name}: {len(planned.tasks)} of {there} sections and books are not made from what is there now, first "
            f"{first.unit}/{first.name} ({first.why}); {mend}"
        )
    if not all(map(is_searched, chain.from_iterable(planned.traces.values()))):
        raise ReportError(f"{report.name}: not all books have been searched for what must not be in them; {mend}")
    return {book.slug: content_of_all(book.folder) for book in planned.books}


def _planned(report: Report, root: Path, checks: Checks, built_with: Mapping[str, object]) -> Plan:
    """What would have to run. built_with: the parameters of the last build."""
    run = Run(report, root, built_with["publisher"], built_with["notebooks"], Workers(SharedFolder(root), 1))
    units = chosen_units(report, checks.published, [], [], ())
    return run.plan(Now(report, root, checks.published, checks.stamp), units, report.school_year)


def _check_version(report: Report, before: list[Kept], hashes: Mapping[str, str]) -> None:
    if before and before[-1].record.files == hashes:
        raise ReportError(f"what was built is what was released as `{before[-1].name}`: there is nothing new to release")
    if len(report.corrections) != len(before):
        raise ReportError(
            f"{report.name} has {len(before)} releases, and its parameters tell of {len(report.corrections)} corrections; tell of"
            " each release after the first under `corrections`, such as `- {date: 2021-11-20, reason: …}`: the books print it"
        )


def released_before(report: Report, root: Path, school_year: str) -> list[str]:
    """What is to be said of the releases of another school year than the report's, when its books are built: a sentence each."""
    if school_year == report.school_year:
        return []
    return [
        f"{school_year} was released as `{kept.name}` ({kept.record.date}): what is built now is of today's data; "
        f"`sqa diff {report.name} {kept.name}` tells what differs"
        for kept in releases_of(report, root)
        if kept.record.school_year == school_year
    ]


def compared(report: Report, root: Path, old: str = "", new: str = "") -> pd.DataFrame:
    """What differs between two releases, columns `DIFFERENCES`. old: the report's last where none is named; new: what is
    published now."""
    by_name = {kept.name: kept for kept in releases_of(report, root)}
    own = versions_of(report, root)
    if not (old or own):
        raise ReportError(f"{report.name} has not been released; name a release; there are: {', '.join(by_name) or 'none'}")
    for name in filter(None, (old, new)):
        if name not in by_name:
            raise ReportError(f"there is no release `{name}`{nearest(name, list(by_name))}")
    published = published_statistics(report, root)
    now = by_name[new].figures if new else Release("what is published now", published.table, published.tree)
    return differences((by_name[old] if old else own[-1]).figures, now, published.definitions)
