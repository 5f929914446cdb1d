"""The books' Quarto projects keep what `quarto render` demands and nothing that it can't find."""

import re
from collections import Counter

from tests.books.conftest import Rendered

ATTRIBUTES = re.compile(r"\{#([\w-]+)")
OPENING = re.compile(r"# \S.* \{#sec-[\w-]+\}\n")
IMAGE = re.compile(r"\]\((media/[^)]+)\)")
EXECUTABLE = re.compile(r"^```\{", re.MULTILINE)


def texts(book: Rendered) -> dict[str, str]:
    return {name: (book.folder / f"{name}.qmd").read_text(encoding="utf-8") for name in book.chapters}


def test_the_project_is_a_book_in_swedish_that_runs_nothing(book: Rendered) -> None:
    configuration = book.configuration
    assert configuration["project"] == {"type": "book", "output-dir": "_book"}
    assert configuration["lang"] == "sv"
    assert configuration["execute"] == {"enabled": False, "echo": False}
    assert configuration["book"]["author"] == [book.report.authority.name]
    assert configuration["book"]["output-file"] == book.unit
    assert configuration["book"]["title"]
    assert set(configuration["format"]) == {"html", "typst"}
    assert configuration["fig-cap-location"] == configuration["tbl-cap-location"] == "top"


def test_every_chapter_is_listed_once_and_index_is_first(book: Rendered) -> None:
    assert book.chapters[0] == "index"
    assert sorted(f"{name}.qmd" for name in book.chapters) == sorted(path.name for path in book.folder.glob("*.qmd"))
    assert sorted(f"{name}.html" for name in book.chapters) == sorted(
        path.name for path in (book.folder / "_book").glob("*.html")
    )


def test_every_part_has_a_name_and_chapters(book: Rendered) -> None:
    parts = [item for item in book.configuration["book"]["chapters"] if isinstance(item, dict)]
    assert [part for part in parts if not (part["part"] and part["chapters"])] == []
    assert len({part["part"] for part in parts}) == len(parts) > 1


def test_labels_are_unique_in_the_whole_book(book: Rendered) -> None:
    labels = Counter(label for text in texts(book).values() for label in ATTRIBUTES.findall(text))
    assert {label: count for label, count in labels.items() if count > 1} == {}
    assert {label.split("-")[0] for label in labels} == {"sec", "fig", "tbl", "def"}


def test_every_chapter_opens_with_a_labelled_title_and_holds_no_code(book: Rendered) -> None:
    for name, text in texts(book).items():
        assert OPENING.match(text), name
        assert not EXECUTABLE.search(text), name


def test_the_projects_images_are_those_that_the_chapters_show(book: Rendered) -> None:
    shown = [image for text in texts(book).values() for image in IMAGE.findall(text)]
    assert len(shown) == len(set(shown))
    assert set(shown) == {f"media/{path.name}" for path in (book.folder / "media").iterdir()}


def test_the_title_names_unit_and_school_year_and_says_that_it_is_invented(book: Rendered) -> None:
    unit = book.configuration["sqa"]["unit"]
    assert book.configuration["book"]["subtitle"] == f"{unit}, läsåret {book.report.school_year} (påhittade uppgifter)"
    assert book.report.name not in unit
