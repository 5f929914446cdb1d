"""Canaries: what stands in the demo's microdata about one child or from one pen is nowhere under `output/`."""

import re
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.demo.principals import MARKER
from tests.books.conftest import ROOT
from tests.reading import text_of

SERIAL_NUMBER = re.compile(rb"\b[A-Z]{3}-(?:19|20)\d\d-\d{4}\b")
FREE_TEXT = re.compile(re.escape(MARKER.encode()), re.IGNORECASE)


def content(path: Path) -> bytes:
    """A file's bytes, and what a reader can take out of one that is packed."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv().encode()
    if path.suffix == ".pdf":
        return path.read_bytes() + text_of(path).encode()
    return path.read_bytes()


@pytest.fixture(scope="module")
def published(project: Path) -> dict[str, bytes]:
    """Everything under `output/`: path → content."""
    folder = project / "output"
    return {path.relative_to(folder).as_posix(): content(path) for path in folder.rglob("*") if path.is_file()}


def test_every_kind_of_file_is_read(published: dict[str, bytes]) -> None:
    kinds = {".html", ".pdf", ".svg", ".ipynb", ".parquet", ".js", ".json", ".qmd", ".yml", ".css"}
    assert kinds <= {Path(name).suffix for name in published}


@pytest.mark.parametrize("canary", [SERIAL_NUMBER, FREE_TEXT], ids=["serial number", "free text"])
def test_no_canary_leaves_the_data(project: Path, published: dict[str, bytes], canary: re.Pattern) -> None:
    sources = [path for path in (project / "data").rglob("*.csv") if canary.search(path.read_bytes())]
    assert sources, "the demo's data should hold this canary, or the test could not fail"
    assert [name for name, data in published.items() if canary.search(data)] == []


def test_no_folder_of_the_machine_is_told(project: Path, published: dict[str, bytes]) -> None:
    folders = [str(folder).encode() for folder in (project, ROOT, Path.home()) if folder != Path("/")]
    assert [name for name, data in published.items() if any(folder in data for folder in folders)] == []
