"""A project folder of its own for each run, and notebooks written on the spot."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sqa_lib.batch import Job
from sqa_lib.published import Published
from sqa_lib.units import Unit

PROJECT = Path(__file__).parents[2]
PYTHON3 = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, demo_published: Published) -> Path:
    """A root with a copy of this project's parameters, data, notebooks and statistics, and an output folder of its own."""
    root = tmp_path_factory.mktemp("project")
    for name in ("params", "data", "notebooks", "output/lulea-2020-21/statistics"):
        copytree(PROJECT / name, root / name)
    return root


@pytest.fixture
def job_of(tmp_path: Path) -> Callable[..., Job]:
    """A job for a notebook with the given cells: `job_of("name", "print(1)")`."""

    def job(name: str, *cells: str) -> Job:
        notebook = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=PYTHON3), notebook)
        return Job(name, "", Unit("x", "X", "school"), notebook, tmp_path / "out" / f"{name}.ipynb", {})

    return job
