"""The papermill engine `sqa-warm`: papermill's own bookkeeping, and forks of a warm process where nbclient has kernels."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from jupyter_client import KernelManager
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger

from sqa_lib.warm.forks import CannotFork, Fork, NotebookEnded, zygote
from sqa_lib.warm.limits import limits
from sqa_lib.warm.memory import peak_memory

NAME = "sqa-warm"  # the entry point's name in pyproject.toml
ENVIRONMENT = "environment"
"""The key of `resources` for variables that the notebook's process finds in its environment."""
PEAK_MEMORY = "peak_memory"
"""Where among papermill's metadata of a notebook stands how many bytes its process had at a time, at most."""
_EXTENSION = "--ext="
_OTHERS = ("input_path", "start_timeout", "startup_timeout")  # what papermill gives that a fork has no use for
_log = logging.getLogger(__name__)
_lock = Lock()


class WarmEngine(NBClientEngine):
    """Runs this environment's Python notebooks in forks; all others, and where no fork is possible, as papermill does."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> NotebookNode:
        """kwargs: papermill's own. Of `extra_arguments` (for the kernel), `--ext=…` alone can be given to a fork."""
        try:
            _check(kernel_name, kwargs.get("extra_arguments", ()))
            zygote()
        except CannotFork as reason:
            _say_once(str(reason))
            with _environment(kwargs.get("resources", {}).get(ENVIRONMENT, {})):
                return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        timeout = kwargs.pop("execution_timeout", None) or kwargs.pop("timeout", None)
        options = {name: value for name, value in kwargs.items() if name not in _OTHERS}
        return WarmClient(nb_man, kernel_name=kernel_name, timeout=timeout, log=logger, **options).execute()


def _check(kernel_name: str, arguments: Sequence[str]) -> None:
    if other := [argument for argument in arguments if not argument.startswith(_EXTENSION)]:
        raise CannotFork(f"a fork can't be given the kernel's argument {other[0]}")
    if not _is_own(kernel_name):
        raise CannotFork(f"the kernel `{kernel_name}` is not this environment's Python")


@cache
def _is_own(kernel_name: str) -> bool:
    try:
        command = KernelManager(kernel_name=kernel_name).format_kernel_cmd()
    except NoSuchKernel:
        return False
    return Path(command[0]) == Path(sys.executable) and "ipykernel_launcher" in command


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """An ordinary kernel takes over the environment of this whole process, so that notebooks with variables run one by one."""
    if not more:
        yield
        return
    with _lock:
        before = {name: os.environ.get(name) for name in more}
        os.environ.update(more)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                os.environ.update({} if value is None else {name: value})


@cache
def _say_once(reason: str) -> None:
    _log.warning("notebooks get ordinary kernels, which start slower: %s", reason)


class WarmClient(PapermillNotebookClient):
    """nbclient's handling of messages and papermill's handling of cells, around a fork."""

    _fork: Fork

    def execute(self, **kwargs: Any) -> NotebookNode:
        self.reset_execution_trackers()
        cwd = self.resources.get("metadata", {}).get("path") or str(Path.cwd())
        extensions = [argument.removeprefix(_EXTENSION) for argument in self.extra_arguments]
        with zygote().fork(limits(), cwd, extensions, self.resources.get(ENVIRONMENT, {})) as self._fork:
            begun = self._begin()
            try:
                self.papermill_execute_cells()
            finally:
                self.nb.metadata["papermill"][PEAK_MEMORY] = peak_memory(begun["process"])
            self.nb.metadata["language_info"] = begun["language_info"]
            self.set_widgets_metadata()
        return self.nb

    def _begin(self) -> dict[str, Any]:
        """Wait until the shell is ready for the first cell; returns what it says of its language and process."""
        printed = ""
        try:
            for message in self._fork.receive(self.startup_timeout):
                if message["msg_type"] == "begun":
                    break
                printed += message["content"].get("text", "")
        except NotebookEnded as ended:
            reason = printed.strip().rpartition("\n")[2]
            raise DeadKernelError(f"before the first cell {ended}" + (f" ({reason})" if reason else "")) from None
        return message["content"]

    def execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> NotebookNode:
        """As nbclient does; a process that ends in the middle is told of as the cell's error, so that the notebook is kept."""
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return cell
        self.code_cells_executed += 1
        self.clear_before_next_output = False
        cell.outputs = []
        cell.metadata["execution"] = {}
        try:
            reply = self._answer(cell, cell_index)
        except NotebookEnded as ended:
            error = {"ename": ended.name, "evalue": str(ended), "traceback": [f"{ended.name}: {ended}"]}
            cell.execution_count = self.code_cells_executed
            cell.outputs.append(new_output("error", **error))
            raise CellExecutionError.from_cell_and_msg(cell, error) from None
        if reply["status"] == "error" and not self._may_fail(cell, reply["ename"]):
            if all(output.output_type != "error" for output in cell.outputs):  # no memory was left to show it
                error = {name: reply[name] for name in ("ename", "evalue", "traceback")}
                cell.outputs.append(new_output("error", **error))
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _answer(self, cell: NotebookNode, cell_index: int) -> dict[str, Any]:
        """Take in what the cell shows; returns its reply."""
        number = str(cell_index)
        self._fork.send(
            {
                "header": {"msg_id": number, "msg_type": "execute_request"},
                "metadata": {},
                "content": {"code": cell.source, "silent": False, "allow_stdin": False, "stop_on_error": False},
            }
        )
        for message in self._fork.receive(self._get_timeout(cell)):
            if message["msg_type"] == "execute_reply":
                break
            self.process_message(message, cell, cell_index)
        return message["content"]

    def _may_fail(self, cell: NotebookNode, name: str) -> bool:
        allowed = self.allow_errors or name in self.allow_error_names or "raises-exception" in cell.metadata.get("tags", [])
        return allowed and not self.force_raise_errors
