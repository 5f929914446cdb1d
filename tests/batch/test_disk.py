"""A disk that is full, or a folder that can't be written, ends a build in words; what is done stays whole and is kept."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import SQA, sqa
from tests.small_project import write_notebook, write_project

SHOW = ("from sqa_lib.section import Section\ns = Section('{}', report, unit, school_year)", "s.lead('{{ units }} skola.')")
SECTIONS = ["pupils", "change", "chart"]


def in_a_namespace(script: str, cwd: Path) -> subprocess.CompletedProcess:
    """Run a script that may mount file systems which nobody else sees."""
    return subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=cwd, capture_output=True, text=True, check=False)


def can_mount() -> bool:
    if sys.platform != "linux":
        return False
    try:
        return in_a_namespace("mount -t tmpfs none /mnt", Path("/")).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not can_mount(), reason="this system lets nobody but root mount file systems")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = write_project(tmp_path / "project", sections=SECTIONS, formats=["html"])
    for number, name in enumerate(SECTIONS[1:], 2):
        write_notebook(root, f"{number:02}-{name}", SHOW[0].format(name), SHOW[1])
    (root / "output").mkdir()
    return root


def left(folder: Path) -> dict[str, bytes]:
    """What notebooks and books hold."""
    files = [path for kind in ("notebooks", "books") for path in (folder / "small" / kind).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_full_disk_ends_the_build_and_with_more_room_it_goes_on(project: Path) -> None:
    script = f"""
        mount -t tmpfs -o size=1m none output || exit 9
        {SQA} build small; echo "first: $?"
        {SQA} status small; echo "told: $?"
        mount -o remount,size=100m none output
        {SQA} build small; echo "then: $?"
        cp -r output ../after
    """
    run = in_a_namespace(script, project)
    assert "first: 1" in run.stdout
    assert "told: 1" in run.stdout, run.stdout
    assert "last run finished" not in run.stdout.partition("told:")[0]
    assert "then: 0" in run.stdout, run.stderr
    assert "No space left on device" in run.stderr
    assert "Traceback" not in run.stderr
    undisturbed = subprocess.run([SQA, "build", "small"], cwd=project, capture_output=True, text=True, check=False)
    assert undisturbed.returncode == 0, undisturbed.stderr
    assert left(project.parent / "after") == left(project / "output")


@pytest.mark.parametrize("name", ["index.html", "conclusions.html"])
def test_a_run_that_cant_make_its_last_pages_has_not_finished(name: str, project: Path) -> None:
    """Whatever was in the way."""
    (project / "output" / "small" / name / "x").mkdir(parents=True)
    assert sqa(project, "build", "small").code == 1
    told = sqa(project, "status", "small")
    assert told.code == 1 and "interrupted" in told.out
    shutil.rmtree(project / "output" / "small" / name)
    assert sqa(project, "build", "small").code == 0
    assert sqa(project, "status", "small").code == 0


def test_what_was_taken_away_since_is_told_and_made_again(project: Path) -> None:
    assert sqa(project, "build", "small").code == 0
    output = project / "output" / "small"
    for name in ("index.html", "books/99000001/_book/index.html"):
        (output / name).unlink()
        told = sqa(project, "status", "small")
        assert told.code == 1 and f"missing {name}: made, and not there any more" in told.out
        assert json.loads(sqa(project, "status", "small", "--json").out)["missing"] == [name]
        assert sqa(project, "build", "small").code == 0
        assert (output / name).is_file() and sqa(project, "status", "small").code == 0


def test_a_folder_that_cant_be_written_is_told_of_before_anything_runs(project: Path) -> None:
    run = in_a_namespace(f"mount --bind output output && mount -o remount,ro,bind output && {SQA} build small", project)
    assert run.returncode == 2
    assert "can't be written (Read-only file system)" in run.stderr
    assert list((project / "output").iterdir()) == []
