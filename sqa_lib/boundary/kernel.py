"""Closing the boundary in the kernel that runs a section."""

import ast
from pathlib import Path
from types import TracebackType

from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

from sqa_lib.boundary.code import refused_in, refused_in_tree
from sqa_lib.boundary.files import Hook, closed_folders
from sqa_lib.boundary.landlock import restrict
from sqa_lib.boundary.refusal import NotInABuild
from sqa_lib.reads import BOUNDARY, Reads

EXTENSION = __name__
"""For a kernel's argument `--ext`: closes the boundary before the first cell; the kernel's folder is the project's."""

_hook = Hook()


def is_unattended() -> bool:
    """Whether this code runs in a kernel for a program (papermill, nbconvert), not for a person.

    A frontend with a person behind it, such as JupyterLab, tells the kernel that it can ask for input (`allow_stdin`).
    """
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and not kernel.get_parent("shell").get("content", {}).get("allow_stdin", False)


def is_closed() -> bool:
    """Whether the boundary is closed in this process."""
    return _hook.is_on


def close(root: Path) -> None:
    """Close the boundary for the rest of this process; what the cells before have done is checked now."""
    if is_closed():
        return
    folders = closed_folders(root)
    restrict(folders)
    _hook.close(root.resolve(), folders)
    if shell := get_ipython():
        _check_earlier_cells(shell)
        shell.ast_transformers.append(_LaterCells())
        shell.set_custom_exc((PermissionError,), _explain)
    Reads.of_process().note(BOUNDARY, "closed")


def _check_earlier_cells(shell: InteractiveShell) -> None:
    for source in shell.user_ns.get("In", []):
        for refused in refused_in(source):
            raise NotInABuild(f"A cell {refused.what}")


class _LaterCells:
    """What IPython asks of a transformer of code: it changes nothing, and refuses what may not run."""

    def visit(self, tree: ast.AST) -> ast.AST:
        for refused in refused_in_tree(tree):
            raise NotInABuild(f"The cell {refused.what}")
        return tree


def _explain(
    shell: InteractiveShell, kind: type, error: PermissionError, traceback: TracebackType, tb_offset: int | None
) -> None:
    """The system's own refusal says neither why nor what to do instead."""
    told = str(error).replace(f"{_hook.root}/", "")
    shell.showtraceback((NotInABuild, NotInABuild(f"A section can't read files of the reports' data in a build ({told})"), None))


def load_ipython_extension(shell: InteractiveShell) -> None:
    close(Path.cwd())
