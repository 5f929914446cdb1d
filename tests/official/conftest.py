"""Reports of Skolverket's files as a user makes them: `sqa new report`, `sqa build`, in a folder of their own."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.command import SQA, Done, sqa_process
from tests.official.reading import REAL

ROOT = Path(__file__).parents[2]


def project_in(folder: Path) -> Path:
    """An authority's own folder: the notebooks, and nothing else."""
    (folder / "params").mkdir(parents=True)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


def said(done: Done) -> str:
    return f"{done.out}{done.err}"


@pytest.fixture(scope="session")
def sqa_command() -> Callable[..., Done]:
    assert SQA.is_file()
    return sqa_process


@pytest.fixture(scope="session")
def real_files() -> list[Path]:
    """Skolverket's own ten files."""
    files = sorted(path for path in REAL.glob("*") if path.suffix in (".csv", ".xlsx"))
    if not files:
        pytest.skip("Skolverket's files are not kept here (../shared/reference/skolverket)")
    return files


@pytest.fixture(scope="session")
def real_underlag(real_files: Sequence[Path]) -> Path:
    return next(path for path in real_files if path.name.startswith("Underlag"))
