"""The call to Quarto. Quarto itself is not needed: a small script stands for the command."""

from pathlib import Path

import pytest

from sqa_lib.publish import PublishError, render, write_project
from tests.publish import sample


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(sample.write_book(tmp_path))


def command(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "quarto").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "quarto").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.mark.parametrize(
    ("formats", "arguments"),
    [(["html", "pdf"], "render {}"), (["html"], "render {} --to html"), (["pdf"], "render {} --to typst")],
)
def test_auto_takes_quarto_where_it_is_and_renders_both_formats_in_one_run(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, formats: list[str], arguments: str
) -> None:
    script = f'echo "$@" > {tmp_path}/called; mkdir "$2/_book"; touch "$2/_book/index.html" "$2/_book/lulea.pdf"'
    command(tmp_path / "bin", script, monkeypatch)
    paths = render(project, formats)
    assert (tmp_path / "called").read_text().strip() == arguments.format(project)
    assert [path.name for path in paths] == [{"html": "index.html", "pdf": "lulea.pdf"}[name] for name in formats]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'typst: no title' >&2; exit 3", r"quarto render failed \(exit code 3\): typst: no title"),
        ('mkdir "$2/_book"; touch "$2/_book/index.html"', r"quarto render failed \(no lulea\.pdf\)"),
    ],
)
def test_a_failing_quarto_is_reported(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    command(tmp_path / "bin", script, monkeypatch)
    with pytest.raises(PublishError, match=message):
        render(project)
