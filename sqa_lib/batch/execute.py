"""Running the jobs: papermill executes, one failing notebook stops nothing else, and what ran is recorded."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from sqa_lib.batch.error_line import in_a_line
from sqa_lib.batch.plan import Job
from sqa_lib.batch.trace import content_of
from sqa_lib.boundary.kernel import EXTENSION
from sqa_lib.reads import FILE, read_reads
from sqa_lib.warm.engine import ENVIRONMENT, NAME, PEAK_MEMORY
from sqa_lib.warm.limits import hint, limits

TEMPORARY = "TMPDIR"
"""The environment's name for the folder of temporary files. What a notebook makes in the system's own one it may not read again
where a closed folder lies in that one too (see `sqa_lib.boundary.landlock`)."""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: error is "" when it went well, else one line; the traceback stays in the notebook.

    source: content of the notebook that ran; reads: what it read, see `sqa_lib.reads`; peak_memory: bytes that its process had
    at a time, 0 where not known.
    """

    job: Job
    seconds: float
    error: str = ""
    source: str = ""
    reads: Mapping[str, str | None] = field(default_factory=dict)
    peak_memory: int = 0

    @property
    def failed(self) -> bool:
        return bool(self.error)


def execute(job: Job, root: Path) -> Outcome:
    """Run one notebook through papermill and keep it, whole or failed, at `job.output`."""
    started = time.monotonic()
    job.output.parent.mkdir(parents=True, exist_ok=True)
    part = job.output.with_suffix(".part.ipynb")
    error, source, reads, stamps = "", content_of(job.notebook), {}, {}
    try:
        with _written_down(reads) as file:
            papermill.execute_notebook(
                str(job.notebook),
                str(part),
                parameters=dict(job.parameters),
                engine_name=NAME,
                # where it runs, and with what: papermill's own `cwd` would move this whole process
                resources={"metadata": {"path": str(root)}, ENVIRONMENT: {FILE: str(file), TEMPORARY: str(file.parent)}},
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=limits().cell_seconds,
                shutdown_kernel="immediate",  # its work is in the notebook by then; asked politely it logs an interrupt
                extra_arguments=[f"--ext={EXTENSION}"],  # no microdata from the first cell on
            )
    except PapermillExecutionError as failure:
        error = in_a_line(f"cell {failure.exec_count}: {failure.ename}: {failure.evalue}") + hint(failure.ename)
    except Exception as failure:  # an unreadable notebook, a dead ordinary kernel: the section failed, the run goes on
        error = in_a_line(failure)
    if part.is_file():
        stamps = settle(part)
        error = error or unfinished(part)
        part.replace(job.output)
    return Outcome(job, time.monotonic() - started, error, source, reads, stamps.get(PEAK_MEMORY, 0))


@contextmanager
def _written_down(reads: dict[str, str | None]) -> Iterator[Path]:
    """A file for a notebook to write down what it reads, which is in `reads` then; its folder is the notebook's own for whatever
    it writes for a while, and is gone after it."""
    with TemporaryDirectory(prefix="sqa-") as folder:
        file = Path(folder) / "reads"
        try:
            yield file
        finally:
            reads.update(read_reads(file))


def unfinished(path: Path) -> str:
    """What to say of an executed notebook that ended before its last cell, as after `sys.exit()`, which papermill takes for an
    end like any other; "" for one whose cells have all run to their ends."""
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code, start=1):
        ended = [output.ename for output in cell.outputs if output.output_type == "error"]
        if ended and "raises-exception" not in cell.metadata.get("tags", []):
            return (
                f"cell {number}: {ended[0]}: the notebook ended itself, {len(code) - number} of its {len(code)} cells did not run"
            )
        if cell.execution_count is None:
            return f"cell {number}: it did not run, nor did the {len(code) - number} cells after it"
    return ""


def settle(path: Path) -> dict[str, Any]:
    """Take out of an executed notebook what differs from run to run (times, random ids): equal input gives equal bytes.

    Returns what papermill and its engine have told of the run.
    """
    notebook = nbformat.read(path, as_version=4)
    stamps = notebook.metadata.pop("papermill", {})
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:03d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)
    return stamps
