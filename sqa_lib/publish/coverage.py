"""Who has delivered what: a page and a file for the analyst, who calls those that have not. Kept apart from what is published."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from sqa_lib.metrics.deliveries import ABSENT, INCOMPLETE, NOT_OPEN, NOTHING, WHOLE
from sqa_lib.publish.pages import ENVIRONMENT
from sqa_lib.report import Report
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.spreadsheet import write_csv
from sqa_lib.units import UnitTree

STATUS = {
    WHOLE: "levererat", INCOMPLETE: "ofullständigt", ABSENT: "ej levererat", NOT_OPEN: "ej öppen", NOTHING: "inga rader",
}  # fmt: skip
_HEADS = ["Uppgift", "Läsår", "Kod", "Enhet", "Skolområde", "Rader", "Rader som saknas", "Läge"]


def write_coverage(folder: Path, delivered: pd.DataFrame, tree: UnitTree, report: Report) -> Path:
    """Write `coverage.csv` and `coverage.html`; returns the page. delivered: columns `sqa_lib.metrics.coverage.DELIVERED`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        [DATASETS[row.dataset].label, row.school_year, row.unit, tree.name_of(row.unit), tree.area_name_of(row.unit),
         row.whole, row.missing, STATUS[row.status]]
        for row in delivered.itertuples(index=False)
    ]  # fmt: skip
    write_csv(pd.DataFrame(rows, columns=_HEADS), folder / "coverage.csv")
    datasets = [(DATASETS[str(name)], *_by_unit(some, tree)) for name, some in delivered.groupby("dataset", sort=False)]
    page = ENVIRONMENT.get_template("coverage.html.j2").render(report=report, datasets=datasets, status=STATUS)
    (folder / "coverage.html").write_text(page, encoding="utf-8")
    return folder / "coverage.html"


def _by_unit(some: pd.DataFrame, tree: UnitTree) -> tuple[list[str], list[tuple[str, list[Mapping]]]]:
    """The school years, and each unit that has not delivered all with what has come of it each year."""
    years = sorted(some["school_year"].unique())
    units = []
    for code, rows in some.groupby("unit", sort=False):
        if rows["status"].isin([INCOMPLETE, ABSENT]).any():
            of_year = rows.set_index("school_year").to_dict("index")
            units.append((f"{tree.name_of(str(code))} ({code})", [of_year[year] for year in years]))
    return years, units
