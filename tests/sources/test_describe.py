"""`data/README.md` is written from the datasets and the codebook."""

from pathlib import Path

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.describe import describe

README = Path(__file__).parents[2] / "data" / "README.md"


def test_the_committed_file_is_up_to_date():
    assert README.read_text(encoding="utf-8") == describe()


def test_it_begins_with_what_the_demo_data_is():
    beginning = describe().partition("\n## ")[0]
    assert "synthetic" in beginning and "seed" in beginning and "sqa demo-data" in beginning


def test_every_column_and_every_allowed_word_is_there():
    text = describe()
    for dataset in DATASETS.values():
        section = text.partition(f": `{dataset.path}`")[2].partition("\n## ")[0].partition("\n### ")[0]
        for column in dataset.columns:
            row = next(line for line in section.splitlines() if line.startswith(f"| {column.header} | `{column.name}` |"))
            words = [code.source for code in DIMENSIONS[column.dimension].codes] if column.dimension else []
            assert all(f"`{word}`" in row for word in words)
