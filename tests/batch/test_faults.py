"""Whatever is killed in the middle of a run, the next run goes on from there and leaves what an undisturbed run leaves."""

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from sqa_lib.batch.log import lines_of
from tests.small_project import write_notebook, write_project

pytestmark = [
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(sys.platform != "linux", reason="notebooks are forked on Linux only"),
]
KILLS, KILLS_A_ROUND, SEED = 50, 10, 2021
ROLES = ("main", "worker", "zygote", "notebook")
SECTIONS = ["pupils", "change", "chart"]
BUILD = [sys.executable, "-c", "from sqa_lib.cli import app; app()", "build", "small", "--jobs", "2"]
BEGIN = "from sqa_lib.section import Section\ns = Section('{}', report, unit, school_year)"
SHOW = "s.lead('{{ units }} skola har {{ v(\"pupils\") }}.')"
HISTORY = ("run", "run.json", "audit", "traces")
"""What of the output tells of runs: times, processes, what happened."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven units with three sections each."""
    root = write_project(tmp_path_factory.mktemp("faults"), sections=SECTIONS, formats=["html"])
    for number, name in enumerate(SECTIONS[1:], 2):
        write_notebook(root, f"{number:02}-{name}", BEGIN.format(name), SHOW)
    return root


@pytest.fixture(scope="module")
def undisturbed(project: Path) -> dict[str, bytes]:
    """What a run leaves that nothing has happened to."""
    done = subprocess.run(BUILD, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return left(project)


def output(project: Path) -> Path:
    return project / "output" / "small"


def left(project: Path) -> dict[str, bytes]:
    """Path → content of all that a run makes, but its own history."""
    folder = output(project)
    files = (path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in HISTORY)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_what_is_killed_again_and_again_ends_as_if_nothing_had_happened(project: Path, undisturbed: dict[str, bytes]) -> None:
    chance, killed = random.Random(SEED), Counter[str]()
    while killed.total() < KILLS:
        for name in ("notebooks", "books"):
            shutil.rmtree(output(project) / name)
        done: set[tuple[str, str]] = set()
        upto = min(KILLS, killed.total() + KILLS_A_ROUND)
        while disturbed(project, chance, killed, upto):
            done |= check_and_tell_done(project, done)
        check_and_tell_done(project, done)
        now = left(project)
        assert sorted(now) == sorted(undisturbed)
        assert [name for name in now if now[name] != undisturbed[name]] == []
    assert set(killed) == set(ROLES), killed


def disturbed(project: Path, chance: random.Random, killed: Counter, upto: int) -> int:
    """Run a build, of which processes are killed until there were so many kills in all; its exit code."""
    run = subprocess.Popen(BUILD, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    main, every = psutil.Process(run.pid), set[psutil.Process]()
    role, after = chance.choice(ROLES), chance.randint(1, 6)
    while run.poll() is None:
        told = told_by(project, run.pid)
        if killed.total() < upto and len(told) >= after:
            found = running(main)
            every.update(process for some in found.values() for process in some)
            if role in found:  # a notebook lives for some hundredths of a second only: whoever is next is waited for
                kill(chance.choice(found[role]))
                killed[role] += 1
                role, after = chance.choice(ROLES), len(told) + chance.randint(1, 6)
        time.sleep(0.02)  # so that looking takes no processor from the run
    run.communicate()
    _, alive = psutil.wait_procs([process for process in every if process.pid != run.pid], timeout=60)
    assert not alive, f"outlived their run: {alive}"
    return run.returncode


def kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:  # it ended by itself just now
        return


def told_by(project: Path, pid: int) -> list[dict]:
    """What the log tells so far, if it is this process's."""
    lines = list(lines_of(output(project)))
    return lines[1:] if lines and lines[0].get("begun", {}).get("process", {}).get("number") == pid else []


def check_and_tell_done(project: Path, before: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The sections that the last run tells to be done; none of those that were done before has been run again."""
    told = [line for line in lines_of(output(project)) if line.get("task") in SECTIONS]
    begun = {(line["unit"], line["task"]) for line in told if line["status"] == "running"}
    assert begun & before == set()
    return {(line["unit"], line["task"]) for line in told if line["status"] == "done"}


def running(main: psutil.Process) -> dict[str, list[psutil.Process]]:
    """The processes of a run by what they are."""
    found: dict[str, list[psutil.Process]] = {"main": [main]}
    for process in _below(main):
        try:
            found.setdefault(_role(process), []).append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def _below(main: psutil.Process) -> list[psutil.Process]:
    try:
        return main.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _role(process: psutil.Process) -> str:
    command, parent = " ".join(process.cmdline()), process.parent()
    if "sqa_lib.zygote" in command:
        return "notebook" if parent and "sqa_lib.zygote" in " ".join(parent.cmdline()) else "zygote"
    return "worker" if "spawn_main" in command else "other"
