"""What one notebook does is its own affair: it fails with a line that says why, is kept, and no other notebook notices."""

import sys
import time
from importlib import import_module
from pathlib import Path

import nbformat
import psutil
import pytest

from sqa_lib.batch.execute import execute
from sqa_lib.warm.forks import zygote
from sqa_lib.warm.limits import LimitError, limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="notebooks are forked on Linux only")

TIME, OUTPUT, MEMORY = "SQA_CELL_SECONDS", "SQA_NOTEBOOK_OUTPUT_MB", "SQA_NOTEBOOK_MEMORY_MB"
TOO_LONG = "CellTimeoutError: the cell ran for more than 3 seconds; set SQA_CELL_SECONDS to more"
TOO_MUCH = "OutputLimitError: the notebook shows more than 1 MB; show less, or set SQA_NOTEBOOK_OUTPUT_MB to more"
PAST_PYTHON = "import os\nfor _ in range(100): os.write(1, b'x' * 1_000_000)"


@pytest.fixture(autouse=True)
def _another_goes_on(job_of, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """After each bad notebook a good one is forked from the same zygote."""
    before = zygote()
    yield
    monkeypatch.undo()
    good = job_of("good", "print('whole')")
    assert execute(good, tmp_path).error == ""
    assert "whole" in good.output.read_text()
    assert zygote() is before


def wait_until_gone(pids: list[int], seconds: float = 30) -> list[int]:
    """The processes that still live after so long."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os._exit(3)", "its process ended with exit code 3"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "its process was ended by SIGKILL; if memory ran out, ",
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "its process was ended by SIGSEGV"),
        ("import os; os.abort()", "its process was ended by SIGABRT"),
    ],
)
def test_a_process_that_dies_is_the_error_of_its_cell(code: str, said: str, job_of, tmp_path: Path) -> None:
    job = job_of("dies", "print('shown before')", code, "print('never')")
    assert execute(job, tmp_path).error.startswith(f"cell 2: DeadKernelError: {said}")
    kept = job.output.read_text()
    assert "shown before" in kept and "DeadKernelError" in kept


def test_what_fails_before_the_first_cell_is_told(job_of, tmp_path: Path, monkeypatch) -> None:
    job = job_of("one", "1")
    assert execute(job, tmp_path / "nowhere").error.startswith(
        "DeadKernelError: before the first cell its process ended with exit code 1 (FileNotFoundError: "
    )
    monkeypatch.setattr(import_module("sqa_lib.batch.execute"), "EXTENSION", "sqa_lib.nothing")
    assert "ModuleNotFoundError: No module named 'sqa_lib.nothing'" in execute(job, tmp_path).error


def test_a_cell_that_never_ends_is_ended_with_all_that_it_started(job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(TIME, "3")
    monkeypatch.setattr(
        import_module("sqa_lib.batch.execute"), "EXTENSION", "IPython.extensions.autoreload"
    )  # a build starts no programs
    hangs = job_of(
        "hangs",
        "import os, subprocess, time\nfrom pathlib import Path\nprogram = subprocess.Popen(['sleep', '600'])\n"
        f"Path({str(tmp_path / 'pids')!r}).write_text(f'{{os.getpid()}} {{program.pid}}')",
        "print('begun', flush=True); time.sleep(600)",
    )
    assert execute(hangs, tmp_path).error == f"cell 2: {TOO_LONG}"
    assert "begun" in hangs.output.read_text()
    assert wait_until_gone([int(pid) for pid in (tmp_path / "pids").read_text().split()]) == []


def test_a_busy_loop_outside_python_is_ended_too(job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(TIME, "3")
    hangs = job_of("hangs", "import re; re.match('(a+)+$', 'a' * 64 + 'b')")
    assert execute(hangs, tmp_path).error == f"cell 1: {TOO_LONG}"


@pytest.mark.parametrize(
    "code",
    ["print('x' * 100_000_000)", "while True: print('x' * 1_000)", PAST_PYTHON, "for _ in range(40): display('x' * 100_000)"],
    ids=["one line", "without end", "past Python", "piece by piece"],
)
def test_a_notebook_that_shows_too_much_is_ended_and_stays_small(code: str, job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(OUTPUT, "1")
    job = job_of("shows", "print('shown before')", code)
    assert execute(job, tmp_path).error == f"cell 2: {TOO_MUCH}"
    assert job.output.stat().st_size < 3_000_000
    assert "shown before" in job.output.read_text()


@pytest.mark.parametrize(
    "code", ["kept = []\nwhile True: kept.append(bytearray(10_000_000))", "import numpy as np; np.ones(10**10)", "'x' * 10**10"]
)
def test_a_notebook_that_takes_too_much_memory_is_told_how_to_get_more(code: str, job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(MEMORY, "300")
    job = job_of("takes", "print('shown before')", code)
    error = execute(job, tmp_path).error
    assert error.startswith("cell 2: ") and "MemoryError" in error
    assert error.endswith("; a notebook may take 300 MB: read less, or set SQA_NOTEBOOK_MEMORY_MB to more")
    assert "shown before" in job.output.read_text()


@pytest.mark.parametrize("megabytes", [60, 67, 76, 100, 122, 137, 154, 175])
def test_memory_that_runs_out_bit_by_bit_fails_the_notebook_alone(
    megabytes: int, job_of, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python itself has none left then: which of its steps fails first depends on how much there was."""
    monkeypatch.setenv(MEMORY, str(megabytes))
    job = job_of("takes", "kept = []\nwhile True: kept.append(str(len(kept)))")
    error = execute(job, tmp_path).error
    assert "SQA_NOTEBOOK_MEMORY_MB to more" in error
    assert nbformat.read(job.output, as_version=4).cells


def test_what_is_allowed_is_not_hindered(job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(MEMORY, "300")
    monkeypatch.setenv(OUTPUT, "1")
    job = job_of("takes", "import numpy as np; np.ones(30_000_000).sum()", "print('x' * 500_000)")
    assert execute(job, tmp_path).error == ""


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5", ""])
def test_a_limit_that_is_no_number_is_refused(given: str, monkeypatch) -> None:
    monkeypatch.setenv(MEMORY, given)
    with pytest.raises(LimitError, match=f"SQA_NOTEBOOK_MEMORY_MB is '{given}', expected a whole number from 1 on"):
        limits()


def test_limits_have_sensible_defaults(monkeypatch) -> None:
    for name in (TIME, OUTPUT, MEMORY):
        monkeypatch.delenv(name, raising=False)
    assert limits().cell_seconds == 300
    assert limits().output == 10_000_000
    assert 1_000_000_000 <= limits().memory <= max(psutil.virtual_memory().total, 1_000_000_000)
