"""The section notebooks: stored clean and thin, and they run by themselves in every way that an analyst may run them."""

import ast
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import NotebookNode

from sqa_lib.batch import notebooks_of
from sqa_lib.report import load_report
from sqa_lib.warm.engine import NAME
from tests.books.conftest import REPORT, ROOT, UNITS

NOTEBOOKS = notebooks_of(ROOT)
VARIED = ("summary", "health-cases", "health-survey", "national-indicators")
PAIRS = list(product(VARIED, UNITS))


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_of(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def defaults(notebook: NotebookNode) -> dict[str, str]:
    """What its parameters cell gives."""
    scope: dict = {}
    exec(next(cell.source for cell in code_of(notebook) if "parameters" in cell.metadata.get("tags", [])), scope)
    return {name: value for name, value in scope.items() if name != "__builtins__"}


def shown(notebook: NotebookNode) -> list[list[dict]]:
    """What the cells show, those without output left out (papermill adds a cell that shows nothing)."""
    cells = [[{"data": output.data, "metadata": output.metadata} for output in cell.outputs] for cell in code_of(notebook)]
    return [outputs for outputs in cells if outputs]


@pytest.fixture(scope="module", params=NOTEBOOKS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def stored(name: str) -> NotebookNode:
    return read(NOTEBOOKS[name])


# ---- as they are stored ---------------------------------------------------------------------------------------------


def test_every_notebook_is_a_numbered_section() -> None:
    assert sorted(NOTEBOOKS.values()) == sorted((ROOT / "notebooks").glob("*.ipynb"))
    numbers = [path.name.split("-")[0] for path in NOTEBOOKS.values()]
    assert len(numbers) == len(set(numbers))


def test_it_is_stored_without_outputs(stored: NotebookNode) -> None:
    assert [cell.id for cell in code_of(stored) if cell.outputs or cell.execution_count is not None] == []
    assert set(stored.metadata) <= {"kernelspec", "language_info"}
    assert stored.metadata.kernelspec.name == "python3"


def test_its_first_code_cell_holds_the_parameters_of_a_report(name: str, stored: NotebookNode) -> None:
    """A report, its authority's unit and no school year, which is then the report's own; where several sections may be of the
    notebook, one of them and what it gives."""
    first, *others = code_of(stored)
    assert first.metadata.tags == ["parameters"]
    assert [cell.id for cell in others if "parameters" in cell.metadata.get("tags", [])] == []
    scope = defaults(stored)
    report = load_report(scope["report"], ROOT)
    given = {"report": report.name, "unit": report.authority.code, "school_year": ""}
    if "section" in scope:
        (section,) = (each for each in report.sections if each.name == scope["section"])
        assert section.notebook == name
        given |= {"section": section.name, **section.parameters}
    assert scope == given


def test_it_is_thin(stored: NotebookNode) -> None:
    """It defines nothing and imports nothing but the library."""
    nodes = [node for cell in code_of(stored) for node in ast.walk(ast.parse(cell.source))]
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert [ast.unparse(node) for node in nodes if isinstance(node, defined)] == []
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in modules} == {"sqa_lib"}


# ---- as an analyst runs them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", NOTEBOOKS)
def test_it_runs_with_its_defaults_from_its_own_folder(section: str, project: Path) -> None:
    """As in the book that its defaults name, where that is built."""
    folder = project / "notebooks"
    where = {"metadata": {"path": str(folder)}}
    path = folder / NOTEBOOKS[section].name
    notebook = papermill.execute_notebook(path, None, engine_name=NAME, resources=where, progress_bar=False)
    assert shown(notebook)
    given = defaults(notebook)
    in_the_book = project / "output" / given["report"] / "notebooks" / given["unit"] / f"{given.get('section', section)}.ipynb"
    if in_the_book.is_file():
        assert shown(notebook) == shown(read(in_the_book))
    assert not (folder / "output").exists()


def run_papermill(project: Path, folder: Path, section: str, unit: str) -> tuple[str, NotebookNode]:
    """What papermill's own command ends with when it fails, and writes; with an ordinary, cold kernel."""
    source, target = Path("notebooks") / NOTEBOOKS[section].name, folder / f"{unit}-{section}.ipynb"
    command = [sys.executable, "-m", "papermill", str(source), str(target), "-p", "unit", unit, "-p", "school_year", "2020/21"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    return (run.stderr.strip().splitlines()[-1] if run.returncode else ""), read(target)


@pytest.fixture(scope="module")
def papermilled(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[str, NotebookNode]]:
    """(section, unit) → error and executed notebook; two at a time."""
    folder = tmp_path_factory.mktemp("papermill")
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(PAIRS, pool.map(lambda pair: run_papermill(project, folder, *pair), PAIRS), strict=True))


@pytest.mark.parametrize(("section", "unit"), PAIRS)
def test_it_runs_through_plain_papermill_as_in_the_batch(papermilled: dict, project: Path, section: str, unit: str) -> None:
    error, notebook = papermilled[section, unit]
    assert error == ""
    assert shown(notebook) == shown(read(project / "output" / REPORT / "notebooks" / unit / f"{section}.ipynb"))
