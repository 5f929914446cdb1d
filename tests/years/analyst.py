"""Drives the product as the analyst does: `sqa new year`, the files of a delivery, `sqa build`, a release."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from sqa_lib.audit.run import attack_report
from sqa_lib.publication import compute, stamp_of, statistics_folder
from sqa_lib.releases.records import KEPT, Record, folder_of, hash_of, keep, versions_of
from sqa_lib.releasing import release
from sqa_lib.report import load_report
from tests.command import sqa
from tests.small_project import write, write_notebook
from tests.years.authority import AUTHORITY
from tests.years.deliveries import Delivery

IN_PYTHON = {
    "elever": "enrolment",
    "modersmal": "mother_tongue",
    "elevhalsoenkat": "health_survey",
    "skolinspektionsanmalningar": "complaints",
}
SHOWN = {
    "kvalitet": ("pupils", "pupils"),
    "larande": ("pupils", "mother_tongue_pupils"),
    "halsa": ("pupils", "survey_response"),
}
WRONG = {"elever": ("Kön", "Flika"), "modersmal": ("Språk", "Cirkus"), "elevhalsoenkat": ("Årskurs", "11")} | {
    "skolinspektionsanmalningar": ("Beslut", "Vet ej")
}
"""dataset → a column and a word that it can't have."""


@dataclass(frozen=True)
class Released:
    """What a delivery was published as. folder: of the release; books: None where none were built; unsafe, past, is_safe, hidden:
    what the product's own attacker found."""

    delivery: Delivery
    folder: Path
    books: Path | None
    unsafe: int
    past: int
    is_safe: bool
    hidden: int

    @property
    def table(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "published.parquet")

    @property
    def units(self) -> list[dict[str, object]]:
        return json.loads((self.folder / "units.json").read_text(encoding="utf-8"))["units"]


def name_of(report: str, school_year: str) -> str:
    return f"{report}-{school_year.replace('/', '-')}"


def publish(delivery: Delivery, root: Path, with_books: bool = True, jobs: int = 2) -> Released:
    """Release a delivery. Every command has to succeed. with_books: build and release it as the analyst does; otherwise its
    statistics are computed, attacked and kept as a release keeps them, which is sooner."""
    name = name_of(delivery.report, delivery.school_year)
    _prepare(delivery, name, root)
    _write_parameters(delivery, root / "params" / f"{name}.yml")
    _write_files(delivery, root / "data" / name)
    kept = _built(delivery, name, root, jobs) if with_books else _computed(delivery, name, root)
    audit = json.loads((root / "output" / name / "audit" / "audit.json").read_text(encoding="utf-8"))
    hidden = next(row["hidden"] for row in audit["summary"] if row["level"] == "all")
    books = root / "output" / name / "books" if with_books else None
    return Released(delivery, kept, books, len(audit["unsafe"]), len(audit["past"]), audit["is_safe"], hidden)


def _built(delivery: Delivery, name: str, root: Path, jobs: int) -> Path:
    done = sqa(root, "build", name, "--jobs", str(jobs))
    # rejected rows fail a build, and yet all is built
    assert done.code == (1 if delivery.broken else 0), f"{name}, version {delivery.version}: {done.out}{done.err}"
    day = datetime.date.fromisoformat(delivery.date)
    return release(load_report(name, root), root, "kvalitetschefen", day).folder


def _computed(delivery: Delivery, name: str, root: Path) -> Path:
    report = load_report(name, root)
    compute(report, root)
    attack_report(report, root)
    version = len(versions_of(report, root)) + 1
    files = {file: statistics_folder(report, root) / file for file in KEPT}
    record = Record(
        report=name,
        title=report.title,
        authority=report.authority,
        school_year=report.school_year,
        version=version,
        date=datetime.date.fromisoformat(delivery.date),
        by="kvalitetschefen",
        rule=report.disclosure,
        library="",
        input=stamp_of(report, root),
        files={file: hash_of(path) for file, path in files.items()},
        books={},
    )
    return keep(record, files, folder_of(f"{name}-{version}", root))


def _prepare(delivery: Delivery, name: str, root: Path) -> None:
    """The report's folders: by `sqa new year` from last year's, by hand the first time."""
    parameters = root / "params" / f"{name}.yml"
    if parameters.exists():
        return
    year = int(delivery.school_year[:4])
    before = name_of(delivery.report, f"{year - 1}/{year % 100:02}")
    if (root / "params" / f"{before}.yml").exists():
        done = sqa(root, "new", "year", before)
        assert done.code == 0, done.err
        return
    for report in SHOWN:
        _write_notebook(report, root)


def _write_notebook(report: str, root: Path) -> None:
    first, second = SHOWN[report]
    write_notebook(
        root,
        f"01-{report}",
        f"from sqa_lib.section import Section\ns = Section({report!r}, report, unit, school_year)",
        f's.lead(\'Läsåret {{{{ year }}}} hade {{{{ units }}}} skola {{{{ v("{first}") }}}} och {{{{ v("{second}") }}}}.\')',
        "s.bars('years', 'pupils', 'year', about='Elever per årskurs, {{ unit }}')",
    )


def _write_parameters(delivery: Delivery, path: Path) -> None:
    """What the delivery decides; what `sqa new year` moved on stays as it is."""
    date = datetime.date(int(delivery.school_year[:4]) + 1, 10, 1)
    kept = (
        yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.exists()
        else {
            "title": delivery.report.capitalize(),
            "authority": {"code": AUTHORITY, "name": "Lavhedens kommun"},
            "school_year": delivery.school_year,
            "date": date,
            "data": f"data/{path.stem}",
            "datasets": ["school_units", *(IN_PYTHON[name] for name in delivery.rows)],
            "formats": ["html"],
            "sections": [delivery.report],
        }
    )
    assert (kept["school_year"], kept["date"]) == (delivery.school_year, date)
    kept |= {"disclosure": {**delivery.policy, **({"since": delivery.since} if delivery.since else {})}}
    kept |= {"corrections": [{"date": delivery.date, "reason": delivery.reason}] if delivery.version > 1 else []}
    write(path, yaml.safe_dump(kept, allow_unicode=True, sort_keys=False))


def _write_files(delivery: Delivery, folder: Path) -> None:
    files: Mapping[str, pd.DataFrame] = {"skolenheter": delivery.register} | {
        name: _with_faults(name, rows, delivery) for name, rows in delivery.rows.items()
    }
    for name, table in files.items():
        write(folder / f"{name}.csv", table.to_csv(index=False, sep=";"))


def _with_faults(name: str, rows: pd.DataFrame, delivery: Delivery) -> pd.DataFrame:
    column, word = WRONG[name]
    return rows.assign(**{column: rows[column].mask(rows.index.isin([*delivery.broken.get(name, ())]), word)})
