"""The warm process: it has the slow imports and a built shell behind it, and forks itself for each notebook that is asked for.

It talks over an inherited socket. Each request brings four descriptors: the notebook's messages, its standard output and error,
and its *lifeline*, a socket whose other end the asking side holds. When that end is closed, for whatever reason, the notebook's
process is killed with all that it started; when the process ends by itself, its exit code is written there. When the socket of
requests is closed, everything is ended.
"""

import ctypes
import gc
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import recv_fds, socket

import psutil

from sqa_lib.zygote import OUT_OF_MEMORY
from sqa_lib.zygote.shell import Shell

DESCRIPTORS = 4
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class _Child:
    """A notebook's process. ended: a descriptor that is readable once it has ended."""

    pid: int
    ended: int
    lifeline: socket

    def kill(self) -> None:
        """With all that it started, as long as that stays in its group."""
        os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        os.close(self.ended)
        self.lifeline.close()


class Server:
    """Forks, watches and buries until the asking process closes the channel."""

    def __init__(self, channel: socket, shell: Shell) -> None:
        self._channel, self._shell = channel, shell
        self._children: set[_Child] = set()
        self._selector = DefaultSelector()

    def serve(self) -> None:
        self._selector.register(self._channel, EVENT_READ, self._answer)
        while self._channel.fileno() >= 0:
            for key, _ in self._selector.select():
                key.data()

    def _answer(self) -> None:
        message, fds, *_ = recv_fds(self._channel, 1, DESCRIPTORS)
        if not message:
            self._end()
            return
        try:
            pid = os.fork()
        except OSError:  # no more processes or memory now; the asking side sees its descriptors closed
            for fd in fds:
                os.close(fd)
            return
        if not pid:
            self._become(*fds)
        self._watch(pid, *fds)

    def _end(self) -> None:
        for child in self._children:
            child.kill()
            os.waitpid(child.pid, 0)
        _kill_orphans()
        self._channel.close()

    def _watch(self, pid: int, messages: int, stdout: int, stderr: int, lifeline: int) -> None:
        os.setpgid(pid, pid)  # here too, so that the group is there before anything can be killed
        for fd in (messages, stdout, stderr):
            os.close(fd)
        child = _Child(pid, os.pidfd_open(pid), socket(fileno=lifeline))
        self._children.add(child)
        self._selector.register(child.ended, EVENT_READ, partial(self._bury, child))
        self._selector.register(child.lifeline, EVENT_READ, partial(self._let_go, child))

    def _become(self, messages: int, stdout: int, stderr: int, lifeline: int) -> None:
        """In the fork: nothing of the zygote's business stays open, and nothing of it is returned to."""
        code = 1
        try:
            os.setpgid(0, 0)
            os.close(lifeline)
            self._selector.close()
            self._channel.close()
            for child in self._children:
                child.close()
            self._shell.run(messages, stdout, stderr)
        except BaseException:
            code = OUT_OF_MEMORY if self._shell.is_out_of_memory() else 1
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)

    def _let_go(self, child: _Child) -> None:
        """Nobody waits for the notebook any more."""
        if child in self._children:
            self._selector.unregister(child.lifeline)
            child.kill()

    def _bury(self, child: _Child) -> None:
        """Take note of its end and tell it; what it started and left behind ends too."""
        child.kill()  # it is not waited for yet, so that the number is still its own
        code = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
        self._children.remove(child)
        self._selector.unregister(child.ended)
        with suppress(KeyError):  # let go already
            self._selector.unregister(child.lifeline)
        with suppress(OSError):  # nobody asks any more
            child.lifeline.send(str(code).encode())
        child.close()
        if not self._children:
            _kill_orphans()


def _kill_orphans() -> None:
    """What notebooks have started and let go of, in a group of its own: where none runs any more, nobody waits for it."""
    with suppress(ChildProcessError):  # there is none
        while True:
            os.waitpid(-1, os.WNOHANG)
            for orphan in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    orphan.kill()
            os.waitpid(-1, 0)


def main(channel: socket) -> None:
    """Warm up, tell the number of threads, then serve. A process with more than one can't be forked safely."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks; its end is this one's too
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # whose parent ends is this process's child then
    os.close(os.pidfd_open(os.getpid()))  # kernels before Linux 5.3 have none; then nothing is forked
    shell = Shell.warm()
    gc.collect()
    gc.freeze()  # what is here is never garbage, and a collection in a fork need not touch, and so copy, its pages
    channel.send(json.dumps({"threads": len(list(Path("/proc/self/task").iterdir()))}).encode())
    Server(channel, shell).serve()
