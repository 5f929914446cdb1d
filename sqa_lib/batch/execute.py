"""Running the jobs: papermill executes, one failing notebook stops nothing else, and what ran is recorded."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from sqa_lib.batch.plan import Job
from sqa_lib.boundary.kernel import EXTENSION
from sqa_lib.warm.engine import NAME
from sqa_lib.warm.limits import hint, limits

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """What became of a job: error is "" when it went well, else one line; the traceback stays in the notebook."""

    job: Job
    seconds: float
    error: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.error)


def execute(job: Job, root: Path) -> Outcome:
    """Run one notebook through papermill and keep it, whole or failed, at `job.output`."""
    started = time.monotonic()
    job.output.parent.mkdir(parents=True, exist_ok=True)
    part = job.output.with_suffix(".part.ipynb")
    error = ""
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(part),
            parameters=dict(job.parameters),
            engine_name=NAME,
            resources={"metadata": {"path": str(root)}},  # where it runs; papermill's own `cwd` would move this whole process
            progress_bar=False,
            request_save_on_cell_execute=False,
            execution_timeout=limits().cell_seconds,
            shutdown_kernel="immediate",  # its work is in the notebook by then; asked politely it logs an interrupt
            extra_arguments=[f"--ext={EXTENSION}"],  # no microdata from the first cell on
        )
    except PapermillExecutionError as failure:
        said = _ANSI.sub("", failure.evalue).partition("\n")[0]
        error = f"cell {failure.exec_count}: {failure.ename}: {said}{hint(failure.ename)}"
    except Exception as failure:  # an unreadable notebook, a dead ordinary kernel: the section failed, the run goes on
        error = f"{type(failure).__name__}: {failure}".splitlines()[0]
    if part.is_file():
        settle(part)
        part.replace(job.output)
    return Outcome(job, time.monotonic() - started, error)


def settle(path: Path) -> None:
    """Take out of an executed notebook what differs from run to run (times, random ids): equal input gives equal bytes."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("papermill", None)
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:03d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)
