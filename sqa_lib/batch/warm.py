"""Warm kernels: a notebook's kernel is forked from a process that has the slow imports behind it.

Plain papermill and JupyterLab can use them too: `JUPYTER_DEFAULT_PROVISIONER_NAME=sqa-warm papermill …`.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from multiprocessing import current_process, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

PROVISIONER = "sqa-warm"  # the entry point's name in pyproject.toml
PRELOADED = ("ipykernel.kernelapp", "ipykernel.ipkernel", "matplotlib.pyplot", "pandas", "seaborn", "sqa_lib.section")

# A process with more than one thread can't be forked safely, so the libraries are told to start none at import. The backend is
# what ipykernel itself chooses before it imports matplotlib; here matplotlib comes first.
_SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
_log = logging.getLogger(__name__)


def use_warm_kernels() -> None:
    """Let every Python kernel that this process starts from now on be a warm one."""
    KernelProvisionerFactory.instance().default_provisioner_name = PROVISIONER


def end_with_parent() -> None:
    """Let this process, started by multiprocessing, end when the process that asked for it does, however that one ends."""
    Thread(target=_wait_and_end, name="end-with-parent", daemon=True).start()


def _wait_and_end() -> None:
    parent_process().join()
    os._exit(1)


class WarmProvisioner(LocalProvisioner):
    """Starts this environment's IPython kernels by a fork; every other kernel, or where no fork is safe, as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if not is_own_kernel(cmd):
            return await super().launch_kernel(cmd, **kwargs)
        kwargs["env"] = _SETTINGS | kwargs["env"]
        if not can_fork():
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.cwd = kwargs.get("cwd") or Path.cwd()
        self.process = ForkedKernel(_start(_run_kernel, arguments, kwargs["env"], str(self.cwd)))
        self.pid = self.pgid = self.process.pid  # the kernel makes itself the leader of a group of its own
        return self.connection_info


class ForkedKernel:
    """A forked process with what LocalProvisioner asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self.pid, self.kill, self.terminate = process.pid, process.kill, process.terminate
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)


def is_own_kernel(cmd: Sequence[str]) -> bool:
    """Whether a kernel's command is `<this python> … -m ipykernel_launcher …`."""
    return Path(cmd[0]) == Path(sys.executable) and "ipykernel_launcher" in cmd


@cache
def can_fork() -> bool:
    """Whether kernels can be forked here; starts the warm process and, where it can't be used, says why in the log."""
    reason = _hindrance()
    if reason:
        _log.warning("notebooks get ordinary kernels, which start slower: %s", reason)
    return not reason


def _hindrance() -> str:
    if sys.platform != "linux":
        return f"a process with these libraries can't be forked safely on {sys.platform}"
    os.environ.update(_SETTINGS | os.environ)
    try:
        asked = _start(_count_threads)
    except (OSError, EOFError) as failure:
        return f"the warm process did not start ({failure or type(failure).__name__})"
    asked.join()
    if asked.exitcode != 1:
        return f"the warm process has {asked.exitcode} threads, not 1 (is OPENBLAS_NUM_THREADS set to more?)"
    return ""


def _count_threads() -> None:
    """Runs as a fork of the warm process; its exit code is the number of the warm process's threads."""
    sys.exit(len(list(Path(f"/proc/{os.getppid()}/task").iterdir())))


def _start(run: Callable[..., None], *arguments: Any) -> BaseProcess:
    """A fork of the warm process (multiprocessing's fork server, one for each process that asks) that runs a function.

    A daemon: it is ended when this process ends in the normal way.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    process = context.Process(target=run, args=arguments, daemon=True)
    with _without_main():
        process.start()
    return process


@contextmanager
def _without_main() -> Iterator[None]:
    """Hides this process's main program, which multiprocessing would otherwise import in every fork."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run_kernel(arguments: list[str], env: Mapping[str, str], cwd: str) -> None:
    """Runs as a fork of the warm process: what `python -m ipykernel_launcher` does in a new one."""
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    end_with_parent()
    current_process().daemon = False  # a notebook may use multiprocessing itself
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["ipykernel_launcher", *arguments]
    numpy.random.seed()  # else all notebooks would draw the same numbers
    # ipykernel warns of unencrypted TCP at every start; the connection is local and every message is signed
    IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}", "--log-level=ERROR"])
