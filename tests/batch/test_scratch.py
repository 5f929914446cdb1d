"""What a run needs for a while is gone after it, and what a killed run has left is gone after the next."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sqa_lib.batch.scratch import scratch
from sqa_lib.build import take_away_gone
from sqa_lib.publish.project import write_folder

HOLD = """
import sys, time
from pathlib import Path
from sqa_lib.batch.scratch import scratch
with scratch(Path(sys.argv[1]), "other") as folder:
    (folder / "half a book").write_text("...")
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can be held there")
def test_what_a_killed_run_has_left_is_taken_away_by_the_next_and_what_another_holds_is_not(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with scratch(tmp_path, "own"):
            assert sorted(path.name for path in tmp_path.iterdir()) == [".run-other", ".run-own"]
        assert [path.name for path in tmp_path.iterdir()] == [".run-other"]
        other.kill()
    with scratch(tmp_path, "own"):
        assert [path.name for path in tmp_path.iterdir()] == [".run-own"]


def test_half_a_book_never_lies_among_the_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = tmp_path / "books"
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    write_folder(books / "one", {"index.html": b"whole"})
    seen = []
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: seen.append([each.name for each in books.iterdir()]))
    write_folder(books / "two", {"a.html": b"new", "b.html": b"new", "c/d.html": b"new"})
    assert seen == [["one"]] * 3


def test_what_earlier_versions_left_among_the_books_goes_without_being_told_of_as_a_unit(tmp_path: Path) -> None:
    (tmp_path / "books" / ".99000001-a1b2" / "new").mkdir(parents=True)
    assert take_away_gone(tmp_path, ["99000001"]) == []
    assert list((tmp_path / "books").iterdir()) == []
