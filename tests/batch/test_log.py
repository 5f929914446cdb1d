"""The log: a line for everything that happens, whole after a kill, and nothing in it but names, times and one-line errors."""

import json
from pathlib import Path

import pytest

from sqa_lib.batch.error_line import LONGEST
from sqa_lib.batch.event import Event, Status
from sqa_lib.batch.log import FILE, KEPT, RunLog, event_of, lines_of, one_line
from tests.batch.runs import DONE, FAILED, begun, event, planned


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("ValueError: nothing to show", "ValueError: nothing to show"),
        ("\nKeyError: 'absence'\n  in the cell\nthat raised it", "KeyError: 'absence' in the cell that raised it"),
        ("\x1b[0;31mValueError\x1b[0m: red\x1b[?25h", "ValueError: red"),
        ("a\ttab and a\x07bell", "a tab and a bell"),
        ("FileNotFoundError: '/home/user/project/data/x.csv'", "FileNotFoundError: 'x.csv'"),
        (r"PermissionError: C:\Users\user\x.csv (denied)", "PermissionError: x.csv (denied)"),
        ("no notebook notebooks/01-pupils.ipynb", "no notebook notebooks/01-pupils.ipynb"),
        ("40/170 books, 2020/21, and/or", "40/170 books, 2020/21, and/or"),
        ("", ""),
    ],
)
def test_an_error_is_one_line_without_colours_and_folders(error: str, line: str) -> None:
    assert one_line(error) == line


def test_a_long_error_is_cut_off() -> None:
    assert len(one_line("x" * 10_000)) == LONGEST
    assert one_line("x" * 10_000).endswith("…")


def test_every_event_is_in_the_file_as_soon_as_it_is_told(tmp_path: Path) -> None:
    log = RunLog(tmp_path, begun(planned("pupils")))
    told = [
        event("gran/pupils", Status.RUNNING, worker="here/4"),
        event("gran/pupils", DONE, why="new", seconds=1.5, peak_memory=10**8, worker="here/4", content="ab", warnings=("w",)),
    ]
    for number, one in enumerate(told, 1):
        log(one)
        assert [event_of(line) for line in list(lines_of(tmp_path))[1:]] == told[:number]


def test_what_is_not_known_is_not_written(tmp_path: Path) -> None:
    RunLog(tmp_path, begun(planned("pupils")))(Event("gran", "pupils", DONE))
    last = json.loads((tmp_path / FILE).read_text(encoding="utf-8").splitlines()[-1])
    assert set(last) == {"time", "unit", "task", "status"}


def test_an_error_is_made_one_line_whoever_tells_it(tmp_path: Path) -> None:
    RunLog(tmp_path, begun(planned("pupils")))(event("gran/pupils", FAILED, error="OSError: /srv/x/y.csv\nline two"))
    assert [line["error"] for line in lines_of(tmp_path) if "error" in line] == ["OSError: y.csv line two"]


def test_a_line_that_a_kill_has_cut_off_is_left_out(tmp_path: Path) -> None:
    RunLog(tmp_path, begun(planned("pupils")))(event("gran/pupils", DONE))
    whole = (tmp_path / FILE).read_bytes()
    for end in range(len(whole) - 30, len(whole) - 1):
        (tmp_path / FILE).write_bytes(whole[:end])
        assert ["begun" in line for line in lines_of(tmp_path)] == [True]


def test_each_run_has_a_log_of_its_own_and_the_last_few_are_kept(tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        RunLog(tmp_path, begun(planned(f"section-{number}"))).end(True)
    found = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "run").glob("run*.log")}
    assert sorted(found) == ["run.1.log", "run.2.log", "run.3.log", "run.4.log", "run.log"]
    assert "section-6" in found["run.log"] and "section-5" in found["run.1.log"] and "section-2" in found["run.4.log"]
