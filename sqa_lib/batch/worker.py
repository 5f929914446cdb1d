"""What happens in a worker process: how it begins, and how it runs a task."""

import os
import pickle
import socket
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from distributed import Worker, WorkerPlugin, get_worker

from sqa_lib.batch.error_line import in_a_line
from sqa_lib.batch.task import Result
from sqa_lib.batch.version import library_version
from sqa_lib.warm.memory import forget_peak_memory, peak_memory

PLUGIN = "sqa"


class ClusterError(Exception):
    """A cluster can't be used, or was lost; the message says what to do."""


class Preparation(WorkerPlugin):
    """Makes each worker process ready once, those that come later too, or refuses it.

    version: of the driver's library. check: what else is asked of a worker; raises ClusterError. there: addresses of the workers
    that the driver hears of; one that comes later and is refused is closed.
    """

    name = PLUGIN

    def __init__(self, version: str, check: Callable[[], None], there: Collection[str]) -> None:
        self.version, self.check, self.there = version, check, there

    def setup(self, worker: Worker) -> None:
        try:
            self._check(worker)
        except ClusterError as refused:
            if worker.address not in self.there:
                worker.loop.add_callback(worker.close, reason=str(refused))
            raise ClusterError(f"the worker {worker.address} can't be used: {refused}") from refused

    def _check(self, worker: Worker) -> None:
        if worker.state.nthreads != 1:
            raise ClusterError(f"it has {worker.state.nthreads} threads; start workers with `--nthreads 1`")
        if (own := library_version()) != self.version:
            versions = f"{own[:12]}, here {self.version[:12]}"
            raise ClusterError(f"it has another version of sqa_lib or of its packages ({versions}); install the same on both")
        self.check()


@dataclass(frozen=True)
class Ran:
    """A result and what it took. seconds, peak_memory, worker: see `Event`."""

    result: Result
    seconds: float = 0.0
    peak_memory: int = 0
    worker: str = ""


def perform(run: Callable[[Mapping[str, Result]], Result], given: Mapping[str, Result], topic: str, name: str) -> None:
    """On Dask's worker: run a task; on the topic is told that it begins, and what became of it.

    Dask would keep a result here until it is fetched, and have the task run again where the worker is lost before that.
    """
    get_worker().log_event(topic, {"name": name, "who": who()})
    get_worker().log_event(topic, {"name": name, "ran": pickle.dumps(ran(run, given))})


def who() -> str:
    """This process, for whoever reads what it has done."""
    return f"{socket.gethostname()}/{os.getpid()}"


def ran(run: Callable[[Mapping[str, Result]], Result], given: Mapping[str, Result]) -> Ran:
    """Run a task; one that raises has failed."""
    forget_peak_memory()
    started = time.monotonic()
    try:
        result = run(given)
    except Exception as failure:
        result = Result(error=in_a_line(failure))
    return Ran(result, time.monotonic() - started, max(peak_memory(), result.peak_memory), who())
