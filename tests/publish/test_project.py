"""The Quarto book project on disk."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from sqa_lib.publish import Book, Chapter, PublishError, write_project
from sqa_lib.publish.project import read_project
from sqa_lib.report import Design
from tests.publish import sample


@pytest.fixture
def project(tmp_path: Path) -> tuple[Book, Path]:
    book = sample.write_book(tmp_path)
    return book, write_project(book)


def test_the_project_is_a_quarto_book(project: tuple[Book, Path]) -> None:
    content = yaml.safe_load((project[1] / "_quarto.yml").read_text())
    assert content["project"] == {"type": "book", "output-dir": "_book"}
    assert content["lang"] == "sv"
    assert content["execute"] == {"enabled": False, "echo": False}
    assert content["book"]["author"] == ["Luleå kommun"]
    assert content["book"]["output-file"] == "lulea"
    assert content["book"]["chapters"] == [
        "index.qmd",
        {"part": "Elevhälsa", "chapters": ["health.qmd", "mother-tongue.qmd"]},
        {"part": "Om rapporten", "chapters": ["about.qmd"]},
    ]


def test_the_folder_holds_the_chapters_and_their_media_and_nothing_older(project: tuple[Book, Path]) -> None:
    book, folder = project
    (folder / "old.qmd").write_text("# Gammalt")
    write_project(book)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "_quarto.yml",
        "about.qmd",
        "health.qmd",
        "index.qmd",
        "media/fig-gender.svg",
        "media/fig-own.svg",
        "mother-tongue.qmd",
        "theme.css",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["lulea"]


def test_reading_gives_back_what_was_written(project: tuple[Book, Path]) -> None:
    read = read_project(project[1])
    assert (read.title, read.unit, read.school_year, read.slug) == ("Kvalitetsrapport", "Luleå kommun", "2020/21", "lulea")
    assert read.is_synthetic
    assert read.chapters == ("index.qmd", "health.qmd", "mother-tongue.qmd", "about.qmd")
    assert read.parts == {"health.qmd": "Elevhälsa", "mother-tongue.qmd": "Elevhälsa", "about.qmd": "Om rapporten"}


def test_two_pictures_of_one_name_are_both_kept(tmp_path: Path) -> None:
    book = sample.write_book(tmp_path)
    twin = tmp_path / "notebooks" / "twin.ipynb"
    twin.write_text((tmp_path / "notebooks" / "health.ipynb").read_text().replace("#1d4e6b", "#000000"))
    folder = write_project(dataclasses.replace(book, chapters=(*book.chapters, Chapter("twin", twin, "Tvilling"))))
    assert {path.name for path in (folder / "media").iterdir()} == {
        *("fig-gender.svg", "fig-own.svg", "twin-fig-gender.svg", "twin-fig-own.svg"),
    }
    assert "](media/twin-fig-gender.svg)" in (folder / "twin.qmd").read_text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("project: {type: book}", "_quarto.yml: `book:` with `title:` and `chapters:` expected"),
        ("book: {title: x, chapters: [a.qmd, b.qmd]}", "_quarto.yml: chapters that don't exist: a.qmd, b.qmd"),
        ("book: [", "_quarto.yml: `book:` with"),
    ],
)
def test_a_project_that_cant_be_read_is_explained(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "_quarto.yml").write_text(content)
    with pytest.raises(PublishError) as caught:
        read_project(tmp_path)
    assert str(caught.value).startswith(message)


def test_a_missing_logo_is_named(tmp_path: Path) -> None:
    book = dataclasses.replace(sample.write_book(tmp_path), design=Design(logo="design/nowhere.svg"))
    with pytest.raises(PublishError, match=r"design\.logo design/nowhere\.svg: no such file"):
        write_project(book)


def test_a_book_without_chapters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="lulea: a book needs at least one chapter"):
        write_project(dataclasses.replace(sample.write_book(tmp_path), chapters=()))
