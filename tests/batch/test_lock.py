"""Two builds of a report don't write over each other: the second is told who builds, and a killed one leaves nothing locked."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from sqa_lib.batch.lock import FILE, builder_of, only_build
from sqa_lib.report import ReportError
from tests.command import sqa
from tests.small_project import write_project

HOLD = """
import sys, time
from pathlib import Path
from sqa_lib.batch.lock import only_build
with only_build(Path(sys.argv[1]), "small"):
    print("held", flush=True)
    time.sleep(600)
"""


@contextmanager
def another_build(folder: Path) -> Iterator[subprocess.Popen]:
    """A process that holds the lock until it is killed."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_the_builder_is_told_while_it_builds(tmp_path: Path) -> None:
    assert builder_of(tmp_path) is None
    with only_build(tmp_path, "small") as process:
        assert builder_of(tmp_path) == process
        assert process.number == os.getpid()
    assert builder_of(tmp_path) is None


def test_a_second_build_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    write_project(tmp_path)
    with another_build(tmp_path / "output" / "small") as first:
        done = sqa(tmp_path, "build", "small")
        started = builder_of(tmp_path / "output" / "small").started
    assert done.code == 2
    assert done.err.startswith(f"error: small is being built already, by process {first.pid} on ")
    assert f" since {started}; `sqa status small` tells how far it is" in done.err
    assert not (tmp_path / "output" / "small" / "notebooks").exists()


def test_a_killed_build_leaves_nothing_locked(tmp_path: Path) -> None:
    with another_build(tmp_path), pytest.raises(ReportError):
        only_build(tmp_path, "small").__enter__()
    with only_build(tmp_path, "small") as process:
        assert builder_of(tmp_path) == process


def test_who_only_asks_does_not_hinder_a_build(tmp_path: Path) -> None:
    """Who asks has the lock for a moment, which a build that begins just then waits for."""
    with only_build(tmp_path, "small"):
        pass
    with (tmp_path / FILE).open(encoding="utf-8") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        Timer(0.1, fcntl.flock, (asking, fcntl.LOCK_UN)).start()
        with only_build(tmp_path, "small") as process:
            assert builder_of(tmp_path) == process


def test_an_output_folder_that_cant_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file, not a folder")
    with pytest.raises(ReportError, match="can't be written"):
        only_build(tmp_path / "output" / "small", "small").__enter__()
