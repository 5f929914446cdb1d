"""Who runs tasks: processes on this machine, or the workers of a cluster that is there."""

import logging
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from multiprocessing import resource_tracker
from pathlib import Path
from threading import Lock
from uuid import uuid4

import dask
from distributed import Client, LocalCluster

from sqa_lib.batch.scratch import scratch
from sqa_lib.batch.storage import Project
from sqa_lib.batch.version import library_version
from sqa_lib.batch.worker import PLUGIN, ClusterError, Preparation
from sqa_lib.stopping import is_told, kill_children

_CONFIGURATION = {
    "distributed.scheduler.worker-saturation": 1.0,  # a worker has the task that it runs and no other: none falls with it
    "distributed.scheduler.allowed-failures": 1,  # then it is tried alone, and as often
    "distributed.scheduler.http.routes": [],  # Dask's processes have an HTTP server each; here it shows nothing
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}
TMPDIR = "TMPDIR"
START_SECONDS = 300  # for the first process of this machine; its cores may be busy with something else
FEW = 20  # tasks; a school's book has some fifteen sections
_log = logging.getLogger(__name__)


class Workers:
    """Worker processes, started when they are asked for the first time and ended with the `with` block.

    scheduler: address of a cluster's scheduler, such as `tcp://host:8786`; without one, at most `jobs` processes on this
    machine (None: as many as pay), which listen on loopback only and speak TLS with keys that nobody else has. project: what they
    work on. patience: seconds for the scheduler to answer.
    """

    def __init__(self, project: Project, jobs: int | None, scheduler: str = "", patience: float = 30) -> None:
        self.project, self.jobs, self.scheduler, self.patience = project, jobs, scheduler, patience
        self._shared, self._ends, self._starting = ExitStack(), ExitStack(), Lock()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *exception: object) -> None:
        """Dask can't close what is half begun: when this process is stopped, its worker processes are killed."""
        with self._shared:
            if self.scheduler or not is_told():
                self._ends.close()
            else:
                kill_children()

    def are_worth(self, tasks: int) -> bool:
        """Whether so many tasks are done sooner by other processes, with the time that these take to start."""
        return bool(self.jobs or self.scheduler) or "_cluster" in vars(self) or tasks >= FEW

    @contextmanager
    def here(self) -> Iterator[None]:
        """This process as a worker: with the run's scratch folder for temporary files, and with the project."""
        with scratch(self.project.root / "output", uuid4().hex) as temporary, self.project.opened(), _temporary(temporary):
            yield

    def client(self, tasks: int) -> Client:
        """A client of the workers, as many as are of use for so many tasks; any thread may ask for it."""
        with self._starting:
            if not self.scheduler:
                self._cluster.scale(max(len(self._cluster.worker_spec), min(self.jobs or os.cpu_count() or 1, tasks)))
            return self._client

    @cached_property
    def _cluster(self) -> LocalCluster:
        temporary = self._shared.enter_context(scratch(self.project.root / "output", uuid4().hex))
        with dask.config.set(_CONFIGURATION):
            cluster = self._ends.enter_context(
                LocalCluster(
                    n_workers=0, threads_per_worker=1, processes=True, host="127.0.0.1", memory_limit=0,
                    dashboard_address="127.0.0.1:0", security=True, silence_logs=logging.CRITICAL,
                    env={TMPDIR: str(temporary)},
                )
            )  # fmt: skip
        cluster.loop.add_callback(_keep_from_ctrl_c)
        return cluster

    @cached_property
    def _client(self) -> Client:
        self._shared.enter_context(self.project.opened())
        client = self._ends.enter_context(self._connected())
        self._ends.callback(_let_go, client)
        try:
            there = frozenset(client.scheduler_info(n_workers=-1)["workers"])
            client.register_plugin(Preparation(library_version(), self.project.check, there))
        except ClusterError:
            raise
        except Exception as failure:  # a worker that does not even have the library
            raise ClusterError(f"{self.scheduler}: a worker can't be used ({type(failure).__name__}: {failure})") from failure
        self._wait_for_the_first(client)
        return client

    def check(self) -> None:
        """Raises ClusterError when no process of this machine is left, nor comes; a cluster's workers may come at any time."""
        if not self.scheduler:
            self._wait_for_the_first(self._client)

    def _wait_for_the_first(self, client: Client) -> None:
        """Processes of this machine must come; a cluster's workers may stand in a queue."""
        if not self.scheduler:
            try:
                client.wait_for_workers(1, timeout=START_SECONDS)
            except TimeoutError as failure:
                raise ClusterError(f"no worker process was ready within {START_SECONDS} seconds on this machine") from failure
        elif not client.scheduler_info()["workers"]:
            _log.warning("%s has no workers yet; the run begins when the first one is there", self.scheduler)

    def _connected(self) -> Client:
        try:
            return Client(self.scheduler or self._cluster, timeout=self.patience, set_as_default=False)
        except (OSError, ValueError) as failure:
            raise ClusterError(f"{self.scheduler}: no Dask scheduler answers there ({failure})") from failure


def _keep_from_ctrl_c() -> None:
    """In Dask's thread, that starts the worker processes: they inherit what it does not hear. Of Ctrl-C, which a terminal tells
    all of them, this process hears in its main thread, and ends its workers."""
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # else it begins in this thread too, and has it hear again
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


@contextmanager
def _temporary(folder: Path) -> Iterator[None]:
    """Temporary files of this process, and of what it starts, are in this folder."""
    before = os.environ.get(TMPDIR), tempfile.tempdir
    os.environ[TMPDIR], tempfile.tempdir = str(folder), str(folder)
    try:
        yield
    finally:
        os.environ.pop(TMPDIR)
        os.environ.update({} if before[0] is None else {TMPDIR: before[0]})
        tempfile.tempdir = before[1]


def _let_go(client: Client) -> None:
    """Workers that come later, for somebody else, are not asked what this run asks."""
    if client.status == "running":
        client.unregister_worker_plugin(PLUGIN)
