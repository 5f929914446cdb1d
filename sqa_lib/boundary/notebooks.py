"""Notebooks as they are saved: refused before anything runs when they read files themselves or keep what they showed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from sqa_lib.boundary.code import refused_in
from sqa_lib.boundary.refusal import INSTEAD, WHY
from sqa_lib.report import ReportError

_CLEAR = (
    "has outputs saved in it, which may show microdata. "
    "Clear them (JupyterLab: Edit, Clear Outputs of All Cells) and save the notebook."
)


def check_notebooks(paths: Iterable[Path]) -> None:
    """Refuse the notebooks that no book may be built from; the error names every notebook, cell and line."""
    found = [problem for path in paths for problem in problems_of(path)]
    if found:
        raise ReportError("\n".join(found))


def problems_of(path: Path) -> Iterator[str]:
    """One sentence for each cell's each fault."""
    for number, cell in enumerate(_cells(path), start=1):
        if cell.cell_type == "code":
            for refused in refused_in(cell.source):
                yield f"{path.name}, cell {number}, line {refused.line}: {refused.what}. {WHY} {INSTEAD}"
            if cell.outputs:
                yield f"{path.name}, cell {number}: {_CLEAR}"


def _cells(path: Path) -> list[nbformat.NotebookNode]:
    try:
        return nbformat.read(path, as_version=4).cells
    except (OSError, ValueError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ReportError(f"{path.name}: not readable as a notebook: {error}") from error
