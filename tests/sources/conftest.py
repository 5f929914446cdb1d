"""A folder with one good row of every dataset, for tests to spoil, and a small file of Skolverket's shape."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from source_samples import ROWS, csv_text

from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.skolverket.measures import MEASURES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every dataset with one good row."""
    for dataset in DATASETS.values():
        (tmp_path / f"{dataset.path}.csv").write_text(csv_text(dataset, {}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def underlag_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of Skolverket's shape. cells: header → the cell of every row; labels: the rows' words in the file."""

    def write(
        cells: dict[str, object] = ROWS, labels: list[str] | None = None, school_year: str = "2020/21", title: str = "Underlag"
    ) -> Path:
        labels = [measure.heading for measure in MEASURES] if labels is None else labels
        workbook = Workbook()
        sheet = workbook.active
        sheet.append([title])
        sheet.append([])
        sheet.append(["", *cells])
        sheet.append(["", *[school_year] * len(cells)])
        for label in labels:
            sheet.append([label, *cells.values()])
        sheet.append([])
        sheet.append(["TECKENFÖRKLARINGAR\n(.)   Uppgiften saknas"])
        path = tmp_path / "underlag.xlsx"
        workbook.save(path)
        return path

    return write
