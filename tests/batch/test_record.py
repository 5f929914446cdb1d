"""The record: what is known of every task, from this run and the ones before, however they ended."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sqa_lib.batch import read_record, recording
from sqa_lib.batch.event import Status
from sqa_lib.batch.lock import Process
from sqa_lib.batch.log import FILE as LOG
from sqa_lib.batch.log import PlannedUnit, RunLog
from sqa_lib.batch.record import Counts, Failure, Record
from tests.batch.runs import DONE, FAILED, KEPT, PROCESS, RUNNING, begun, event, planned


def run(folder: Path, units: dict[str, PlannedUnit], *events: tuple) -> Record:
    """A run of these units in which these events happen: `("gran/pupils", DONE, {"seconds": 2})`."""
    with recording(folder, begun(units)) as tell:
        for what, status, told in events:
            tell(event(what, status, **told))
    return read_record(folder)


def statuses(record: Record) -> dict[str, dict[str, str]]:
    return {code: {name: task.status.value for name, task in unit.tasks.items()} for code, unit in record.units.items()}


def test_it_tells_of_every_task(tmp_path: Path) -> None:
    told = {"why": "new", "seconds": 1.234, "peak_memory": 10**8, "worker": "here/4", "content": "ab", "warnings": ("w",)}
    record = run(
        tmp_path,
        planned("pupils", "staff"),
        ("gran/pupils", RUNNING, {}),
        ("gran/pupils", DONE, told),
        ("gran/staff", FAILED, {"error": "KeyError: 'x'"}),
        ("gran/book", DONE, {}),
    )
    pupils = record.units["gran"].tasks["pupils"]
    assert pupils.model_dump(exclude={"ended", "run", "status"}) == told | {"seconds": 1.23, "error": ""}
    assert pupils.run == record.run.began <= pupils.ended <= record.run.ended
    assert record.failures == (Failure("gran", "staff", "KeyError: 'x'"),)
    assert record.units["gran"].failed_sections == ("staff",)
    assert record.run.sections == Counts(planned=4, done=1, failed=1) and record.run.sections.left == 2
    assert record.run.books == Counts(planned=2, done=1)
    assert (record.report, record.school_year, record.run.state) == ("small", "2020/21", "finished")
    assert (record.run.parameters, record.run.versions, record.run.fingerprint) == ({"jobs": 2}, {"python": "3.11.9"}, "ab12")


def test_the_file_says_the_same_in_plain_json(tmp_path: Path) -> None:
    record = run(tmp_path, planned("pupils"), ("gran/pupils", DONE, {"seconds": 2.0}))
    kept = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert kept == record.model_dump(mode="json")
    assert kept["units"]["gran"]["tasks"]["pupils"]["status"] == "done"
    assert kept["run"]["began"].endswith("Z")


def test_a_run_of_one_unit_keeps_what_is_known_of_the_others(tmp_path: Path) -> None:
    run(tmp_path, planned("pupils"), ("gran/pupils", DONE, {}), ("tall/pupils", FAILED, {"error": "e"}))
    only = {"gran": planned("pupils")["gran"]}
    record = run(tmp_path, only, ("gran/pupils", DONE, {"content": "new"}))
    assert statuses(record) == {"gran": {"pupils": "done"}, "tall": {"pupils": "failed"}}
    assert record.units["gran"].tasks["pupils"].content == "new"
    assert record.run.sections.planned == 1


def test_what_was_not_run_keeps_its_outcome_and_a_section_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    run(tmp_path, planned("pupils", "staff"), ("gran/pupils", DONE, {}), ("gran/staff", DONE, {}))
    record = run(tmp_path, planned("costs", "pupils"), ("gran/costs", DONE, {}))
    assert statuses(record)["gran"] == {"costs": "done", "pupils": "done"}
    assert list(record.units["gran"].tasks) == ["costs", "pupils"]


def test_a_kept_task_keeps_the_time_and_memory_that_it_took(tmp_path: Path) -> None:
    first = run(tmp_path, planned("pupils"), ("gran/pupils", DONE, {"why": "new", "seconds": 2.0, "content": "ab"}))
    second = run(tmp_path, planned("pupils"), ("gran/pupils", KEPT, {}), ("tall/pupils", KEPT, {"content": "cd"}))
    before, after = (record.units["gran"].tasks["pupils"] for record in (first, second))
    assert (after.status, after.why, after.seconds, after.content) == (Status.KEPT, "", 2.0, "ab")
    assert (after.ended, after.run) == (before.ended, second.run.began)
    assert second.units["tall"].tasks["pupils"].content == "cd"


def test_a_failure_is_over_when_the_task_is_done(tmp_path: Path) -> None:
    run(tmp_path, planned("pupils"), ("gran/pupils", FAILED, {"error": "e"}))
    assert run(tmp_path, planned("pupils"), ("gran/pupils", DONE, {})).failures == ()


def test_a_run_that_an_error_ends_is_interrupted_and_recorded(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), recording(tmp_path, begun(planned("pupils"))) as tell:
        tell(event("gran/pupils", DONE))
        tell(event("tall/pupils", RUNNING))
        raise KeyboardInterrupt
    record = Record.model_validate_json((tmp_path / "run.json").read_bytes())
    assert record.run.state == "interrupted"
    assert [(task.unit, task.task) for task in record.run.running] == [("tall", "pupils")]
    assert statuses(record) == {"gran": {"pupils": "done"}, "tall": {}}


KILLED = """
import sys, time
from pathlib import Path
from sqa_lib.batch import recording
from tests.batch.runs import *
with recording(Path(sys.argv[1]), begun(planned("pupils", "staff"))) as tell:
    tell(event("gran/pupils", DONE, seconds=2.0))
    tell(event("gran/staff", RUNNING, worker="here/4"))
    print("told", flush=True)
    time.sleep(600)
"""


def test_a_killed_run_has_told_what_it_did_and_the_next_one_takes_it_over(tmp_path: Path) -> None:
    run(tmp_path, planned("pupils", "staff"), ("tall/pupils", DONE, {}))
    before = (tmp_path / "run.json").read_bytes()
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "told\n"
        assert read_record(tmp_path, PROCESS).run.state == "running"
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "run.json").read_bytes() == before
    killed = read_record(tmp_path)
    assert killed.run.state == "interrupted"
    assert statuses(killed) == {"gran": {"pupils": "done"}, "tall": {"pupils": "done"}}
    assert [(task.unit, task.task, task.worker) for task in killed.run.running] == [("gran", "staff", "here/4")]
    assert killed.run.sections == Counts(planned=4, done=1)

    after = run(tmp_path, {"tall": planned("pupils", "staff")["tall"]}, ("tall/staff", DONE, {}))
    assert statuses(after) == {"gran": {"pupils": "done"}, "tall": {"pupils": "done", "staff": "done"}}
    assert after.units["gran"].tasks["pupils"].seconds == 2.0


def test_another_build_does_not_make_a_killed_run_go_on(tmp_path: Path) -> None:
    """The log is of process 17; that the report is being built by another one says nothing of it."""
    run(tmp_path, planned("pupils"))
    log = tmp_path / LOG
    log.write_text("\n".join(log.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    (tmp_path / "run.json").unlink()
    assert read_record(tmp_path, PROCESS).run.state == "running"
    other = Process(host="here", number=18, started=PROCESS.started)
    assert read_record(tmp_path, other).run.state == "interrupted"


def test_without_a_run_nothing_is_known_and_a_file_of_another_form_tells_nothing(tmp_path: Path) -> None:
    assert read_record(tmp_path) == Record()
    (tmp_path / "run.json").write_text('{"notebooks": {}, "books": {}, "units": 3}')
    assert read_record(tmp_path) == Record()


@pytest.mark.parametrize("changed", [{"status": "asleep"}, {"unit": "nowhere"}, {"task": None}, {"seconds": "long"}, {"new": 1}])
def test_a_log_of_another_version_stops_nothing(changed: dict, tmp_path: Path) -> None:
    RunLog(tmp_path, begun(planned("pupils")))(event("gran/pupils", DONE))
    path = tmp_path / LOG
    first, line = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([first, json.dumps(json.loads(line) | changed), "7", ""]), encoding="utf-8")
    assert isinstance(read_record(tmp_path), Record)
    path.write_text("\n".join([first.replace("fingerprint", "trace"), line, ""]), encoding="utf-8")
    assert read_record(tmp_path).run is None


def test_an_event_costs_the_same_however_many_there_were(tmp_path: Path) -> None:
    """It is a line in the log; the record, which grows with the report, is written once, at the end."""
    units = planned(*(f"section-{number}" for number in range(17)), names={str(code): f"Skola {code}" for code in range(500)})
    sizes = [0]
    with recording(tmp_path, begun(units)) as tell:
        for code, unit in units.items():
            for task in unit.tasks:
                tell(event(f"{code}/{task}", DONE, seconds=1.0, peak_memory=10**8, content="ab" * 32))
            sizes.append((tmp_path / LOG).stat().st_size)
            assert not (tmp_path / "run.json").exists()
    assert {size // 100 for size in map(int.__sub__, sizes[200:], sizes[199:-1])} == {(sizes[200] - sizes[199]) // 100}
    record = read_record(tmp_path)
    assert record.run.sections == Counts(planned=8500, done=8500)
    assert record.run.books == Counts(planned=500, done=500)
    assert [len(unit.tasks) for unit in record.units.values()] == [18] * 500


FULL = """
import resource, sys
from pathlib import Path
from sqa_lib.batch import recording
from tests.batch.runs import *
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
with recording(Path(sys.argv[1]), begun(planned("pupils"))) as tell:
    for number in range(100):
        tell(event("gran/pupils", DONE, why="x" * 100))
"""


def test_a_full_disk_ends_the_run_with_its_error_and_leaves_the_record_whole(tmp_path: Path) -> None:
    """A process that may write 3,000 bytes to a file stands in for the disk."""
    run(tmp_path, planned("pupils"), ("tall/pupils", DONE, {}))
    before = (tmp_path / "run.json").read_bytes()
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "OSError: [Errno 27] File too large" in done.stderr
    assert (tmp_path / "run.json").read_bytes() == before
    assert statuses(read_record(tmp_path)) == {"gran": {"pupils": "done"}, "tall": {"pupils": "done"}}
    assert run(tmp_path, planned("pupils"), ("gran/pupils", KEPT, {})).run.state == "finished"
