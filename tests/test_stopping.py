"""A process that is told to stop is gone within seconds, with one line and without a child, whatever it was in the middle of."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sqa_lib.batch.lock import builder_of
from sqa_lib.stopping import TOLD
from tests.batch.test_limits import wait_until_gone
from tests.small_project import write_project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
BEGIN = """
import ctypes, subprocess, sys, threading, time
from sqa_lib import stopping
stopping.SECONDS = 0.5
def ready():
    print("ready", flush=True)
with stopping.stoppable():
"""
DOING = {
    "waiting": "ready(); time.sleep(600)",
    "putting things in order": "try: ready(); time.sleep(600)\n    finally: print('in order')",
    "losing the exception": "ready()\n    while True:\n        try: time.sleep(600)\n        except BaseException: pass",
    "hanging while it ends": "try: ready(); time.sleep(600)\n    finally: threading.Event().wait()",
    "failing while it ends": "try: ready(); time.sleep(600)\n    finally: raise ValueError('half begun')",
    "ended with threads": "threading.Thread(target=time.sleep, args=(600,)).start(); ready(); time.sleep(600)",
    "in C code": "c = ctypes.CDLL(None); m = bytes(64); ready(); c.pthread_mutex_lock(m); c.pthread_mutex_lock(m)",
    "having started others": "subprocess.Popen(['sh', '-c', 'trap : INT; sleep 600 & sleep 600']); ready(); time.sleep(600)",
}


def started(doing: str) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + "    " + doing], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("doing", DOING)
def test_whatever_it_does_it_ends_with_one_line_and_all_that_it_started(doing: str) -> None:
    process = started(DOING[doing])
    children = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, f"{TOLD}\n")
    assert out == ("in order\n" if "in order" in doing else "")
    assert wait_until_gone(children) == []


def test_a_build_whose_workers_are_just_beginning_ends_and_leaves_nothing_locked(tmp_path: Path) -> None:
    """As Ctrl-C in a terminal tells it: to all processes."""
    write_project(tmp_path, formats=["html"])
    program = "from sqa_lib.command import main; main()"
    build = subprocess.Popen(
        [sys.executable, "-c", program, "build", "small", "--jobs", "2"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not (family := workers_of(build)) and build.poll() is None:
        time.sleep(0.02)
    os.killpg(build.pid, signal.SIGINT)
    assert build.communicate(timeout=10)[1] == f"{TOLD}\n"
    assert build.returncode == 130
    assert wait_until_gone(family) == []
    assert builder_of(tmp_path / "output" / "small") is None
    left = [path.name.split("-")[0] for path in (tmp_path / "output").glob(".*")]
    assert set(left) <= {".run"}  # what the next run takes away, see tests/batch/test_scratch.py


def workers_of(build: subprocess.Popen) -> list[int]:
    try:
        below = psutil.Process(build.pid).children(recursive=True)
        return [process.pid for process in below if "spawn_main" in " ".join(process.cmdline())]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_of_any_signal(number: signal.Signals, code: int) -> None:
    process = started(DOING["waiting"])
    process.send_signal(number)
    assert process.communicate(timeout=30)[1] == f"{TOLD}\n"
    assert process.returncode == code


def test_who_tells_it_twice_does_not_wait() -> None:
    process = started("stopping.SECONDS = 600\n    " + DOING["hanging while it ends"])
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30)[1] == f"{TOLD}\n"


def test_what_is_over_is_not_stopped() -> None:
    process = started("ready()")
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
