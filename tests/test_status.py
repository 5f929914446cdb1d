"""`sqa status REPORT`: what the last build did, what one that goes on is doing, and what failed, also after a crash."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sqa_lib.batch import recording
from tests.batch.runs import DONE, FAILED, KEPT, begun, event, planned
from tests.command import Done, sqa
from tests.small_project import write_project

UNITS = planned("pupils", "staff")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def folder(root: Path) -> Path:
    return root / "output" / "small"


def told(root: Path, *events: tuple) -> None:
    """A run that has come to its end, with these events, and left its portal."""
    folder(root).mkdir(parents=True, exist_ok=True)
    with recording(folder(root), begun(UNITS)) as tell:
        for what, status, more in events:
            tell(event(what, status, **more))
    (folder(root) / "index.html").touch()


def as_json(root: Path) -> dict:
    return json.loads(sqa(root, "status", "small", "--json").out)


def status(root: Path) -> Done:
    return sqa(root, "status", "small")


BUILD = """
import sys, time
from pathlib import Path
from sqa_lib.batch import recording
from sqa_lib.batch.lock import only_build
from tests.batch.runs import *
folder = Path(sys.argv[1])
with only_build(folder, "small") as process:
    if "prepare" not in sys.argv:
        with recording(folder, begun(planned("pupils", "staff"), process)) as tell:
            tell(event("gran/pupils", RUNNING, worker="here/4"))
            tell(event("gran/pupils", DONE, seconds=0.5))
            tell(event("gran/staff", FAILED, error="KeyError: 'x'"))
            tell(event("gran/book", RUNNING, worker="here/4"))
            if "end" not in sys.argv:
                print("told", flush=True)
                time.sleep(600)
    print("told", flush=True)
    time.sleep(600)
"""


@contextmanager
def build(root: Path, *how: str) -> Iterator[subprocess.Popen]:
    """Another process that builds, until it is killed."""
    command = [sys.executable, "-c", BUILD, str(folder(root)), *how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "told\n"
            yield process
        finally:
            process.kill()


def test_all_is_well(root: Path) -> None:
    tasks = [(f"{unit}/{task}", DONE, {}) for unit, one in UNITS.items() for task in one.tasks]
    told(root, *tasks[:-1], ("tall/book", KEPT, {}))
    done = status(root)
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("last run finished ")
    assert done.out.splitlines()[1:] == ["sections: 4 done, 0 kept, 0 failed of 4", "books: 1 done, 1 kept, 0 failed of 2"]


def test_failures_are_told_with_the_command_that_tries_them_again(root: Path) -> None:
    told(root, ("gran/pupils", DONE, {}), ("gran/staff", FAILED, {"error": "KeyError: '[bold]x[/]'"}))
    done = status(root)
    assert done.code == 1
    assert done.out.splitlines()[1:] == [
        "sections: 1 done, 0 kept, 1 failed of 4, 2 left",
        "books: 0 done, 0 kept, 0 failed of 2, 2 left",
        "failed gran/staff: KeyError: '[bold]x[/]'",
        "to try again: sqa build small --retry-failed",
    ]


def test_a_failure_of_an_earlier_run_is_still_one(root: Path) -> None:
    told(root, ("gran/staff", FAILED, {"error": "e"}))
    told(root, ("tall/staff", DONE, {}))
    assert "failed gran/staff: e" in status(root).out


def test_many_failures_are_cut_short_but_in_json(root: Path) -> None:
    many = planned("pupils", names={str(code): "Skola" for code in range(30)})
    folder(root).mkdir(parents=True)
    with recording(folder(root), begun(many)) as tell:
        for code in many:
            tell(event(f"{code}/pupils", FAILED, error="e"))
    lines = status(root).out.splitlines()
    assert sum(line.startswith("failed") for line in lines) == 20
    assert "… and 10 more failures: `sqa status small --json` lists all" in lines
    assert len(as_json(root)["failures"]) == 30


def test_a_run_that_goes_on_tells_what_is_running(root: Path) -> None:
    with build(root) as process:
        done = status(root)
        assert done.code == 1  # a section has failed
        lines = done.out.splitlines()
        assert lines[0].startswith("running for ") and f"process {process.pid} on " in lines[0] and " left: " in lines[0]
        assert lines[1:3] == ["sections: 1 done, 0 kept, 1 failed of 4, 2 left", "books: 0 done, 0 kept, 0 failed of 2, 2 left"]
        assert lines[3].startswith("running gran/book: Granskolan, since ")
        assert lines[4:] == ["failed gran/staff: KeyError: 'x'"]
        found = as_json(root)
    assert (found["state"], found["process"]["number"]) == ("running", process.pid)
    assert [(task["unit"], task["task"], task["worker"]) for task in found["running"]] == [("gran", "book", "here/4")]
    assert found["left_seconds"] >= 0


def test_after_a_kill_it_says_what_was_done_and_how_to_go_on(root: Path) -> None:
    with build(root):
        pass
    done = status(root)
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0].startswith("interrupted: the last run began ")
    assert lines[1] == "sections: 1 done, 0 kept, 1 failed of 4, 2 left"
    assert lines[3].startswith("cut off gran/book: Granskolan, since ")
    assert lines[-1] == "to go on: sqa build small"
    assert (as_json(root)["state"], as_json(root)["process"], as_json(root)["left_seconds"]) == ("interrupted", None, None)


def test_a_build_before_its_run_is_preparing_and_after_it_is_ending(root: Path) -> None:
    told(root, ("gran/pupils", DONE, {}))
    with build(root, "prepare") as process:
        lines = status(root).out.splitlines()
        assert lines[0].startswith(f"preparing: process {process.pid} on ")
        assert lines[1].startswith("last run finished ")
        assert as_json(root)["state"] == "preparing"
    with build(root, "end"):
        assert as_json(root)["state"] == "ending"
    assert as_json(root)["state"] == "finished"


def test_without_any_run_nothing_is_well_yet(root: Path) -> None:
    done = status(root)
    assert (done.code, done.out) == (1, "small: no run yet\n")
    assert as_json(root)["run"] is None
    assert not (root / "output").exists()


def test_another_school_year_has_a_status_of_its_own(root: Path) -> None:
    told(root, ("gran/pupils", DONE, {}))
    assert sqa(root, "status", "small", "--year", "2019/20").out == "small: no run yet\n"


def test_an_unknown_report_is_wrong_usage(root: Path) -> None:
    assert sqa(root, "status", "smal").code == 2
