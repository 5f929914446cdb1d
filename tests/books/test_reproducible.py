"""The same input gives the same bytes: in another folder, in another process, from nothing."""

from pathlib import Path

import pytest

from tests.books.conftest import REPORT, SMALL_SCHOOL, build, copied_project


def files_of(project: Path) -> dict[str, bytes]:
    """Statistics, notebooks and book of the small school: path → content."""
    output = project / "output" / REPORT
    folders = (output / "statistics", output / "notebooks" / SMALL_SCHOOL, output / "books" / SMALL_SCHOOL)
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied_project(tmp_path_factory.mktemp("built-anew") / "another name")
    build(folder, REPORT, SMALL_SCHOOL)
    return folder


def test_building_anew_gives_the_same_bytes(project: Path, again: Path) -> None:
    first, second = files_of(project), files_of(again)
    assert sorted(second) == sorted(first)
    assert [name for name in first if second[name] != first[name]] == []
    assert {Path(name).suffix for name in first} >= {".parquet", ".ipynb", ".qmd", ".svg", ".html", ".pdf"}
