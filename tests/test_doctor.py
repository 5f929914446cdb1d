"""What of a report's files is damaged, missing or foreign is told with its mend, and the next build mends it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sqa_lib.doctor import examined
from sqa_lib.report import load_report
from tests.command import sqa
from tests.small_project import write, write_project

BOOK = "output/small/books/lavheden"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_project(tmp_path_factory.mktemp("doctor"), datasets=["school_units", "enrolment"])
    assert sqa(root, "build", "small", "--format", "html", "--level", "municipality").code == 0
    return root


def build(root: Path):
    return sqa(root, "build", "small", "--format", "html", "--level", "municipality")


def told(root: Path) -> dict[str, str]:
    """What is wrong, by what it is of."""
    return {each.what: each.told for each in examined(load_report("small", root), root) if not each.is_well}


def test_of_what_a_build_has_just_left_nothing_is_wrong(built: Path) -> None:
    done = sqa(built, "doctor", "small")
    assert (done.code, done.err) == (0, "")
    assert "wrong" not in done.out


PAGE = f"{BOOK}/_book/index.html"
KEPT = "output/small/statistics"
DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a foreign file": (lambda root: write(root / BOOK / "x.csv", "hemligt"), "books/lavheden", "none of its files: x.csv"),
    "a page that is gone": (lambda root: (root / PAGE).unlink(), "books/lavheden", "missing: _book/"),
    "a page that was changed": (lambda root: write(root / PAGE, "<html>"), "books/lavheden", "not as they were left: _book/"),
    "a trace cut off": (
        lambda root: write(root / "output/small/traces/lavheden/_book.json", "{"), "books/lavheden", "its trace can't be read",
    ),
    "statistics cut off": (
        lambda root: (root / KEPT / "published.parquet").write_bytes(b"PAR1"),
        "statistics", "not as they were left: published.parquet",
    ),
    "a stamp that is no stamp": (
        lambda root: write(root / KEPT / "fingerprint.json", "[]"), "statistics", "not as they were left: fingerprint.json",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_told_and_the_next_build_mends_it(name: str, built: Path) -> None:
    damage, what, how = DAMAGES[name]
    damage(built)
    found = told(built)
    assert set(found) == {what}
    assert found[what].startswith(how)
    assert sqa(built, "doctor", "small").code == 1
    assert build(built).code == 0
    assert told(built) == {}
    assert not (built / BOOK / "x.csv").exists()


def test_what_was_left_half_written_is_told(built: Path) -> None:
    part = built / "output/small/statistics/published.parquet.part"
    part.write_bytes(b"")
    assert told(built) == {"half written": "statistics/published.parquet.part"}
    part.unlink()


def test_answers_that_can_not_be_read_are_told(built: Path) -> None:
    file = built / "data/small/accepted.yml"
    write(file, "- {key: 1}\n")
    assert "accepted.yml: answer 1 `key`: must be text" in told(built)["answers and areas"]
    file.unlink()


def test_a_release_that_can_not_be_read_is_told_as_what_nothing_can_make_again(built: Path) -> None:
    assert sqa(built, "build", "small").code == 0
    assert sqa(built, "release", "small", "--by", "kvalitetschefen").code == 0
    folder = built / "data/released/small-2021-10-15"
    kept = (folder / "published.parquet").read_bytes()
    (folder / "published.parquet").write_bytes(b"PAR1PAR1")
    found = told(built).get("releases")
    (folder / "published.parquet").write_bytes(kept)
    shutil.rmtree(folder)
    assert found == "data/released/small-2021-10-15/published.parquet is not as it was released"


def test_statistics_are_computed_anew_when_that_is_asked_for(built: Path) -> None:
    file = built / "output/small/statistics/fingerprint.json"
    before, content = file.stat().st_mtime_ns, file.read_bytes()
    assert sqa(built, "compute", "small").code == 0
    assert file.stat().st_mtime_ns == before
    assert sqa(built, "compute", "small", "--fresh").code == 0
    assert file.stat().st_mtime_ns > before
    assert file.read_bytes() == content
