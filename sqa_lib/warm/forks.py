"""Starting the zygote, and one notebook's fork as the side sees it that asks for it."""

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import wait
from pathlib import Path
from socket import AF_UNIX, SOCK_SEQPACKET, send_fds, socket, socketpair
from threading import Lock
from time import monotonic
from typing import Any

from sqa_lib.warm.limits import MEMORY, OUTPUT, Limits
from sqa_lib.zygote import OUT_OF_MEMORY, wire

_PACKAGES = Path(__file__).parents[2]
_PROGRAM = """
import sys
sys.path[0] = sys.argv[1]
import sqa_lib
del sys.path[0]
from socket import socket
from sqa_lib.zygote.serve import main
main(socket(fileno=int(sys.argv[2])))
"""
"""The zygote uses the same `sqa_lib` as this process, and nothing of the folder that it is started in."""
_START_SECONDS = 120  # of the zygote; one of two cores may be busy with something else
_END_SECONDS = 5  # until the exit code of a process is told that has closed its pipe
_INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
"""What ipykernel itself chooses before it imports matplotlib; in the zygote matplotlib comes first."""
_QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
"""ipykernel imports a debugger that warns of being slower than it could be."""
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""A process with more than one thread can't be forked safely, so the libraries are told to start none at import."""


class CannotFork(RuntimeError):
    """No notebook can be forked here; the message says why."""


class NotebookEnded(RuntimeError):
    """A notebook's process ended before it was done, by itself or because it took more than it may; the message says why.

    name: what papermill's ordinary engine calls it, or would.
    """

    name = "DeadKernelError"


class TookTooLong(NotebookEnded):
    name = "CellTimeoutError"


class ShowedTooMuch(NotebookEnded):
    name = "OutputLimitError"


class Fork:
    """A notebook's process: cells go in, Jupyter's messages come out."""

    def __init__(self, messages: socket, stdout: int, stderr: int, lifeline: socket, limits: Limits) -> None:
        self._messages, self._lifeline, self._limits = messages, lifeline, limits
        self._printed = {stdout: "stdout", stderr: "stderr"}
        self._past = {"stdout": bytearray(), "stderr": bytearray()}
        self._shown = 0

    def send(self, message: Mapping[str, Any]) -> None:
        with suppress(OSError):  # it has ended, as `receive` will find
            wire.send(self._messages, message)

    def receive(self, seconds: float | None) -> Iterator[dict[str, Any]]:
        """Messages as they come. What was printed past Python is told of before the message that came after it.

        Raises NotebookEnded: it died, `seconds` have passed, or it has shown too much.
        """
        until = None if seconds is None else monotonic() + seconds
        while True:
            ready = wait([self._messages, *self._printed], None if until is None else max(0.0, until - monotonic()))
            if not ready:
                yield from self._past_python()
                raise TookTooLong(f"the cell ran for more than {seconds:g} seconds")
            if self._messages in ready:
                message = self._message()
                yield from self._past_python()
                if message is None:
                    raise NotebookEnded(self._end())
                yield message
            else:
                self._read(ready)

    def _past_python(self) -> Iterator[dict[str, Any]]:
        """What C libraries and other programs printed since the last message."""
        while ready := wait(self._printed, 0):
            self._read(ready)
        for name, printed in self._past.items():
            if printed:
                yield _stream(name, printed.decode(errors="replace"))
                printed.clear()

    def _read(self, pipes: Iterable[int]) -> None:
        for fd in pipes:
            data = os.read(fd, 1 << 20)
            self._past[self._printed[fd]] += data
            self._count(len(data))
            if not data:
                del self._printed[fd]

    def _message(self) -> dict[str, Any] | None:
        """The next one; None when no more will come."""
        try:
            message, size = wire.receive(self._messages, self._limits.output - self._shown)
        except wire.TooLarge:
            raise self._too_much() from None
        except EOFError:
            return None
        self._count(size)
        return message

    def _count(self, size: int) -> None:
        self._shown += size
        if self._shown > self._limits.output:
            raise self._too_much()

    def _too_much(self) -> ShowedTooMuch:
        most = self._limits.output // 1_000_000
        return ShowedTooMuch(f"the notebook shows more than {most} MB; show less, or set {OUTPUT} to more")

    def _end(self) -> str:
        self._lifeline.settimeout(_END_SECONDS)
        try:
            code = self._lifeline.recv(16).decode()
        except TimeoutError:
            return "its process closed the connection"
        if not code:
            return "its process could not be forked, or the one that it is a fork of ended"
        most = f"it may take {self._limits.memory // 1_000_000} MB: read less, or set {MEMORY} to more"
        if int(code) == OUT_OF_MEMORY:
            return f"its process ran out of memory; {most}"
        if int(code) >= 0:
            return f"its process ended with exit code {code}"
        return f"its process was ended by {signal.Signals(-int(code)).name}; if memory ran out, {most}"


def _stream(name: str, text: str) -> dict[str, Any]:
    kind = {"msg_type": "stream"}
    return {**kind, "header": kind, "parent_header": {}, "content": {"name": name, "text": text}}


class Zygote:
    """The warm process of this one. Any thread may ask it for forks."""

    def __init__(self) -> None:
        """Raises CannotFork."""
        if sys.platform != "linux":
            raise CannotFork(f"a process with these libraries can't be forked safely on {sys.platform}")
        self._channel, theirs = socketpair(AF_UNIX, SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(_PACKAGES), str(theirs.fileno())],
                env=_INLINE | os.environ | _ONE_THREAD | _QUIET,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self.close)
        self._check()

    def _check(self) -> None:
        self._channel.settimeout(_START_SECONDS)
        try:
            told = self._channel.recv(100)
        except TimeoutError:
            told = b""
        if not told:
            self.close()
            raise CannotFork("the warm process did not start")
        if (threads := json.loads(told)["threads"]) != 1:
            self.close()
            raise CannotFork(f"the warm process has {threads} threads, not 1")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End it and all its forks."""
        self._channel.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def fork(self, limits: Limits, cwd: str, extensions: Sequence[str], environment: Mapping[str, str]) -> Iterator[Fork]:
        """A process for one notebook, ready for its first cell; it and what it started are gone with the context.

        extensions: of IPython, loaded before the first cell; environment: besides this process's own. Raises NotebookEnded.
        """
        with ExitStack() as stack:
            (messages, theirs), (lifeline, its_end) = socketpair(), socketpair()
            for end in (messages, lifeline):
                stack.enter_context(end)
            (stdout, its_stdout), (stderr, its_stderr) = os.pipe(), os.pipe()
            stack.callback(os.close, stdout)
            stack.callback(os.close, stderr)
            with theirs, its_end:
                try:
                    send_fds(self._channel, [b"1"], [theirs.fileno(), its_stdout, its_stderr, its_end.fileno()])
                except OSError:
                    raise NotebookEnded("the process that notebooks are forked from has ended") from None
                finally:
                    os.close(its_stdout)
                    os.close(its_stderr)
            fork = Fork(messages, stdout, stderr, lifeline, limits)
            fork.send(
                {
                    "env": {**_INLINE, **os.environ, **environment},
                    "cwd": cwd,
                    "extensions": list(extensions),
                    "memory": limits.memory,
                }
            )
            yield fork


_lock = Lock()
_started: dict[int, Zygote | CannotFork] = {}  # by process: one that is forked from this one has none yet


def zygote() -> Zygote:
    """This process's zygote: started when it is asked for first, and anew when it has died. Raises CannotFork."""
    with _lock:
        found = _started.get(os.getpid())
        if found is None or (isinstance(found, Zygote) and not found.is_alive):
            try:
                found = Zygote()
            except CannotFork as reason:
                found = reason
            _started[os.getpid()] = found
    if isinstance(found, CannotFork):
        raise found
    return found
