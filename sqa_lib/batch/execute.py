"""Running the jobs: papermill executes, one failing notebook stops nothing else, and what ran is recorded."""

import os
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from sqa_lib.batch.plan import Job
from sqa_lib.batch.trace import content_of
from sqa_lib.batch.warm import end_with_parent, use_warm_kernels
from sqa_lib.boundary.kernel import EXTENSION
from sqa_lib.reads import FILE, read_reads

CELL_TIMEOUT = 300  # seconds; a hanging cell fails its section, not the run
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """What became of a job: error is "" when it went well, else one line; the traceback stays in the notebook.

    source: content of the notebook that ran; reads: what it read, see `sqa_lib.reads`.
    """

    job: Job
    seconds: float
    error: str = ""
    source: str = ""
    reads: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return bool(self.error)


def execute(job: Job, root: Path) -> Outcome:
    """Run one notebook through papermill and keep it, whole or failed, at `job.output`."""
    started = time.monotonic()
    job.output.parent.mkdir(parents=True, exist_ok=True)
    part = job.output.with_suffix(".part.ipynb")
    error, source, reads = "", content_of(job.notebook), {}
    try:
        with TemporaryDirectory(prefix="sqa-") as own, _reads_in(Path(own) / "reads", reads):
            papermill.execute_notebook(
                str(job.notebook),
                str(part),
                parameters=dict(job.parameters),
                cwd=str(root),
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_TIMEOUT,
                shutdown_kernel="immediate",  # its work is in the notebook by then; asked politely it logs an interrupt
                config=_local_sockets(own),
                extra_arguments=[f"--ext={EXTENSION}"],  # no microdata from the first cell on
            )
    except PapermillExecutionError as failure:
        error = f"cell {failure.exec_count}: {failure.ename}: {_ANSI.sub('', failure.evalue)}".splitlines()[0]
    except Exception as failure:  # a dead kernel, a time-out, an unreadable notebook: the section failed, the run goes on
        error = f"{type(failure).__name__}: {failure}".splitlines()[0]
    if part.is_file():
        settle(part)
        part.replace(job.output)
    return Outcome(job, time.monotonic() - started, error, source, reads)


@contextmanager
def _reads_in(file: Path, reads: dict[str, str | None]) -> Iterator[None]:
    """Lets kernels that start meanwhile write down what they read; it is in `reads` afterwards."""
    os.environ[FILE] = str(file)
    try:
        yield
    finally:
        del os.environ[FILE]
        reads.update(read_reads(file))


def _local_sockets(folder: str) -> Config:
    """Sockets in a folder of the notebook's own: free TCP ports are chosen before they are bound, so that two runs at a
    time may choose the same. Windows has only TCP."""
    return Config() if os.name == "nt" else Config(KernelManager={"transport": "ipc", "ip": f"{folder}/kernel"})


def settle(path: Path) -> None:
    """Take out of an executed notebook what differs from run to run (times, random ids): equal input gives equal bytes."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("papermill", None)
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:03d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)


def execute_all(jobs: Sequence[Job], root: Path, workers: int) -> Iterator[Outcome]:
    """Run the jobs in processes of their own, at most `workers` at a time; outcomes as they come."""
    if not jobs:
        return
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn"), initializer=_begin) as pool:
        waiting = {pool.submit(execute, job, root): job for job in jobs}
        try:
            for done in as_completed(waiting):
                yield _outcome(done, waiting[done])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # who stops asking gets no further notebook run


def _begin() -> None:
    """How a worker process begins: Ctrl-C ends it at once, the end of the run does too, and its kernel goes with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    use_warm_kernels()


def _outcome(done, job: Job) -> Outcome:
    """The job's outcome; a worker that died is a failed section."""
    failure = done.exception()
    return Outcome(job, 0.0, f"{type(failure).__name__}: {failure}") if failure else done.result()
