"""A command that is told to stop (Ctrl-C, `kill`, a terminal that is closed) ends soon, whatever it is in the middle of.

Python's own way is an exception in the main thread, which a library may be in no state for, may wait long after, or may lose.
Here that exception has some seconds to put things in order; then this process ends, and all that it has started.
"""

import logging
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.util import _run_finalizers
from socket import socket, socketpair
from types import FrameType
from typing import NoReturn

import psutil

SECONDS = 4.0
"""For putting things in order, such as the record of a build."""
TOLD = "stopped: what is done is kept; run the same command again to go on"
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_KILL_SECONDS = 3.0
_SHOW_CURSOR = "\n\x1b[?25h"  # a live display hides it, and its last line is not ended
_told: list[int] = []
_ending = threading.Lock()


def is_told() -> bool:
    """Whether this process has been told to stop."""
    return bool(_told)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it a signal ends this process: with one line, 128 and the signal's number as exit code, and no child left.

    For the main thread. It gets `SystemExit`, once.
    """
    reading, writing = socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno())
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` wants it
            signal.signal(number, _leave)
    threading.Thread(target=_watch, args=(reading,), daemon=True).start()
    try:
        yield
    finally:
        if is_told():
            _end("")
        writing.close()


def _leave(number: int, frame: FrameType | None) -> None:
    if not is_told():
        _told.append(number)
        _silence()
        raise SystemExit(128 + number)


def _watch(signals: socket) -> None:
    """Hears of a signal at once, also while the main thread is in C code."""
    if not (told := signals.recv(1)):  # the command is over
        return
    signals.settimeout(SECONDS)
    with suppress(TimeoutError):
        signals.recv(1)  # who tells it once more does not want to wait
    _told.append(told[0])
    _end(_SHOW_CURSOR if sys.stderr.isatty() else "")


def _silence() -> None:
    """What libraries say of being stopped is of no use to anybody."""
    logging.disable()
    warnings.simplefilter("ignore")
    sys.unraisablehook = threading.excepthook = lambda *_: None


def _end(before: str) -> NoReturn:
    _ending.acquire()  # and never let go: another thread that comes here waits for its end
    _silence()
    kill_children()
    _run_finalizers(0)  # takes away semaphores that processes were started with
    sys.stdout.flush()
    os.write(2, f"{before}{TOLD}\n".encode())
    for tracker in _started():
        tracker.kill()
    os._exit(128 + _told[0])


def kill_children() -> None:
    """All that this process has started, and what is started meanwhile; returns when all are gone."""
    until, processes = time.monotonic() + _KILL_SECONDS, _children()
    while processes and time.monotonic() < until:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        _, alive = psutil.wait_procs(processes, timeout=0.1)
        processes = _children() | {*alive}


def _children() -> set[psutil.Process]:
    return {child for child in _started() if not _is_tracker(child)}


def _started() -> list[psutil.Process]:
    """All that this process has started, and what that has started."""
    return psutil.Process().children(recursive=True)


def _is_tracker(process: psutil.Process) -> bool:
    """Whether it is the process of `multiprocessing` that takes away what others leave, and complains of each piece: it is killed
    last, when there is nothing left; sooner, another one would be started that knows of nothing."""
    try:
        return "multiprocessing.resource_tracker" in " ".join(process.cmdline())
    except psutil.Error:
        return False
