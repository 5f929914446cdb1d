"""The shell that runs a notebook in a fork: ipykernel's own kernel, whose messages go over a pipe instead of sockets.

It is built once, in the zygote, with the libraries of a section imported and used; a fork only takes over the notebook's
folder, environment and limits.
"""

import asyncio
import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from io import StringIO, TextIOBase
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_DATA, setrlimit
from socket import socket
from threading import RLock, main_thread
from types import SimpleNamespace
from typing import Any

import numpy
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets.config import Config

from sqa_lib.zygote import warm_up, wire

_PR_SET_PDEATHSIG = 1
_CHUNK = 1_000_000  # characters; what is printed is sent on at the latest then
_RESERVE = 100_000_000  # bytes that a notebook may have besides, once there is no memory left, to tell where it ran out
_HARDLY_ANY = 4_000_000  # bytes


class Messages(Session):
    """Jupyter's messages over a connection: JSON, and the buffers that belong to a message after it."""

    def begin(self, over: socket) -> None:
        """In the fork: send over this socket, one message at a time, whatever threads there are."""
        self._socket, self._lock, self._process = over, RLock(), os.getpid()

    def send(
        self, stream, msg_or_type, content=None, parent=None, ident=None, buffers=None, track=False, header=None, metadata=None
    ):  # fmt: skip
        is_whole = isinstance(msg_or_type, dict)
        message = msg_or_type if is_whole else self.msg(msg_or_type, content, parent, header, metadata)
        if os.getpid() != self._process:  # the notebook forked, and two can't share a stream
            os.write(2, b"what a process displays that a notebook has forked is not kept\n")
            return message
        with self._lock:
            wire.send(self._socket, message, buffers or ())
        return message


class Printed(TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook: what is written is kept until something else is shown or the cell ends.

    ipykernel's own also sends what it has every 0.2 seconds, so that slow cells are cut up differently from run to run.
    """

    encoding, errors = "UTF-8", "strict"

    def __init__(self, name: str, fd: int, messages: Messages, kernel: IPythonKernel) -> None:
        self.name, self._fd, self._messages, self._kernel = name, fd, messages, kernel
        self._kept, self._lock, self._process = StringIO(), RLock(), os.getpid()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:  # the notebook forked; the pipe of messages is not for two
            os.write(self._fd, text.encode(errors="replace"))
            return len(text)
        with self._lock:
            self._kept.write(text)
            if self._kept.tell() >= _CHUNK:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if os.getpid() != self._process:
            return
        with self._lock:
            text, self._kept = self._kept.getvalue(), StringIO()
        if text:
            self._messages.send(None, "stream", {"name": self.name, "text": text}, self._kernel.get_parent("shell"))


class Shell:
    """A kernel without sockets."""

    def __init__(self) -> None:
        self._messages = Messages(key=b"")
        self._app = IPKernelApp.instance(config=Config(HistoryManager={"hist_file": ":memory:"}))  # as papermill asks for
        self._kernel = self._app.kernel = IPythonKernel.instance(
            parent=self._app,
            session=self._messages,
            log=self._app.log,
            shell_channel_thread=SimpleNamespace(parent_thread=main_thread()),  # it asks whose thread it is in
        )
        self._kernel._execute_sleep = 0  # seconds; it waits for sockets after every cell
        self._most, self._reserve = sys.maxsize, (RLIM_INFINITY, RLIM_INFINITY)

    @classmethod
    def warm(cls) -> "Shell":
        """A new one that has done once what each notebook does."""
        shell = cls()
        shell._kernel.shell.run_cell("", silent=True)
        warm_up.warm_up()
        return shell

    def run(self, messages: int, stdout: int, stderr: int) -> None:
        """Runs in the fork: the cells that are asked for over the connection, until it is closed."""
        _end_with(os.getppid())
        for source, fd in ((stdout, 1), (stderr, 2)):
            os.dup2(source, fd)
            os.close(source)
        self._socket = socket(fileno=messages)
        self._messages.begin(self._socket)
        self._begin(**self._next())
        loop = asyncio.new_event_loop()  # `asyncio.run` would take Ctrl-C for itself
        asyncio.set_event_loop(loop)
        loop.run_until_complete(self._answer())

    def _begin(self, env: Mapping[str, str], cwd: str, extensions: Sequence[str], memory: int, **_: Any) -> None:
        """What `python -m ipykernel_launcher` would find."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        tempfile.tempdir = None  # it is asked for anew: the environment says where
        self._app.init_path()
        sys.argv = ["ipykernel_launcher"]
        sys.stdout, sys.stderr = (Printed(name, fd, self._messages, self._kernel) for name, fd in (("stdout", 1), ("stderr", 2)))
        numpy.random.seed()  # else all notebooks would draw the same numbers
        self._most = _data_now() + memory
        self._limit, self._reserve = (self._most, self._most + _RESERVE), (self._most + _RESERVE, self._most + _RESERVE)
        self._kernel.shell.set_custom_exc((MemoryError,), self._show_out_of_memory)
        for extension in extensions:
            self._kernel.shell.extension_manager.load_extension(extension)
        self._messages.send(None, "begun", {"language_info": self._kernel.language_info, "process": os.getpid()})

    def is_out_of_memory(self) -> bool:
        """Whether there is hardly any left; from now on there is again, to tell so. Where there is none at all, Python fails
        in unforeseen ways, a `MemoryError` only one of them, and what is done about it must not need any."""
        setrlimit(RLIMIT_DATA, self._reserve)
        return _data_now() > self._most - _HARDLY_ANY

    def _show_out_of_memory(self, shell: Any, kind: type, error: MemoryError, trace: Any, tb_offset: int | None = None) -> None:
        """The traceback takes memory too."""
        setrlimit(RLIMIT_DATA, self._reserve)
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=True)

    async def _answer(self) -> None:
        self._kernel.io_loop = IOLoop.current()
        while True:
            request = self._next()
            setrlimit(RLIMIT_DATA, self._limit)
            self._kernel.set_parent([], request)
            await self._kernel.execute_request(None, [], request)

    def _next(self) -> dict[str, Any]:
        try:
            return wire.receive(self._socket, sys.maxsize)[0]
        except EOFError:
            os._exit(0)  # the notebook is done


def _end_with(parent: int) -> None:
    """Let this process end when its parent does, however that one ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _data_now() -> int:
    """The bytes of this process that the limit of its memory is about."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:"))
