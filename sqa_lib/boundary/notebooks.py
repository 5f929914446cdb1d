"""Notebooks as they are saved: refused before anything runs when they read files themselves or keep what they showed."""

from collections.abc import Iterable
from functools import cache
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


def problems_of(path: Path) -> tuple[str, ...]:
    """One sentence for each cell's each fault."""
    try:
        return _problems_in(path.name, path.read_text(encoding="utf-8"))
    except (OSError, ValueError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ReportError(f"{path.name}: not readable as a notebook: {error}") from error


@cache
def _problems_in(name: str, notebook: str) -> tuple[str, ...]:
    """Kept, since a build of many reports asks of the same notebooks for each."""
    found = []
    for number, cell in enumerate(nbformat.reads(notebook, as_version=4).cells, start=1):
        if cell.cell_type == "code":
            for refused in refused_in(cell.source):
                found.append(f"{name}, cell {number}, line {refused.line}: {refused.what}. {WHY} {INSTEAD}")
            if cell.outputs:
                found.append(f"{name}, cell {number}: {_CLEAR}")
    return tuple(found)
