"""Real authorities from Skolverket's own file: built by the README's commands, and every number on their pages compared with it.

Where the file is not kept these tests say that they are skipped; `test_synthetic_authority` builds a synthetic one everywhere.
"""

import csv
import functools
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import sqa
from tests.official.conftest import ROOT, project_in, said
from tests.official.reading import Column, columns_of, printed, table_rows

PAGES = ("results", "environment", "national-support", "staff", "pupils", "costs")
ONLY_AUTHORITY = ("--level", "municipality")
AUTHORITIES = {
    "Haparanda": (),
    "Boden kommun": (*ONLY_AUTHORITY, "--unit", "60633912"),
    "Luleå": ONLY_AUTHORITY,
    "Stockholm": ONLY_AUTHORITY,
    "Nya Munken aktiebolag": (),
    "Academedia grundskolor AB": ONLY_AUTHORITY,
    "7696198865": (),
    "Friskolan Lust & Lära i Bollnäs AB": (),
    "Föreningen Aktiva Studier /Fas/": (),
    "Filosofiska i Sverige AB (SVB)": (),
    "Habo": ONLY_AUTHORITY,
    "Munkedal": (),
}
"""What is asked for → what is built of it: all, or the authority's book (and a unit's)."""


@dataclass(frozen=True)
class Built:
    """What a build left. code: of the authority's book."""

    asked: str
    code: str
    number: str
    output: Path

    @property
    def books(self) -> list[Path]:
        return sorted((self.output / "books").iterdir())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_in(tmp_path_factory.mktemp("real") / "project")


@pytest.fixture(scope="module")
def file(real_underlag: Path) -> dict[tuple[str, str], Column]:
    """(organisation number, unit) → column."""
    return {(column.number, column.unit): column for column in columns_of(real_underlag)}


@functools.cache
def built(project: Path, underlag: Path, asked: str) -> Built:
    made = sqa(project, "new", "report", "--authority", asked, "--from", str(underlag))
    assert made.code == 0, said(made)
    name = made.out.strip().rpartition("sqa build ")[2].rstrip("`")
    done = sqa(project, "build", name, *AUTHORITIES.get(asked, ()))
    assert done.code == 0, said(done)
    run = json.loads((project / "output" / name / "run.json").read_text(encoding="utf-8"))
    assert not [task for unit in run["units"].values() for task in unit["tasks"].values() if task["status"] == "failed"]
    authority = run["run"]["parameters"]["report"]["authority"]
    return Built(asked, authority["code"], authority["organisation_number"], project / "output" / name)


def measures() -> list[dict[str, str]]:
    """The harmonisation map's lines that are in the national file."""
    path = ROOT / "sqa_lib" / "sources" / "skolverket" / "measures.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines, delimiter=";") if row["source"]]


def compared(book: Path, column: Column) -> tuple[int, list[str]]:
    """How many cells of the file were found on the book's pages as they are, and what was not."""
    rows = [row for page in PAGES if (path := book / "_book" / f"{page}.html").is_file() for row in table_rows(path)]
    found, wrong = 0, []
    for measure in measures():
        words = next(key for key in column.cells if key.endswith(f": {measure['source']}"))
        cell, label = column.cells[words], measure["label"][:1].upper() + measure["label"][1:]
        own = {row[1] for row in rows if row[0] in (label, f"{label}, {measure['unit']}")}
        if measure["group"] == "costs" and column.unit:
            continue
        if str(cell).strip() == ".":
            if own:
                wrong.append(f"{label}: {own} in the book, missing in the file")
        elif own != {printed(cell, int(measure["decimals"]))}:
            wrong.append(f"{label}: {own} in the book, {cell!r} in the file")
        found += not wrong
    return found, wrong


@pytest.mark.xdist_group("official")
@pytest.mark.parametrize("asked", AUTHORITIES)
def test_every_number_of_a_real_authority_is_the_files(asked: str, project: Path, real_underlag: Path, file: dict) -> None:
    made = built(project, real_underlag, asked)
    for book in made.books:
        unit = "" if book.name == made.code else book.name
        found, wrong = compared(book, file[made.number, unit])
        assert not wrong, f"{book.name}: {wrong[:5]}"
        assert found == len(measures()) - (0 if not unit else sum(m["group"] == "costs" for m in measures()))
        assert (book / "_book" / f"{book.name}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.xdist_group("official")
def test_a_unit_without_a_figure_has_no_book_and_the_authority_says_why(project: Path, real_underlag: Path, file: dict) -> None:
    made = built(project, real_underlag, "Munkedal")
    without = [
        column.unit for (number, unit), column in file.items()
        if unit and number == made.number and not any(isinstance(cell, int | float) for cell in column.cells.values())
    ]  # fmt: skip
    assert without
    there = {book.name for book in made.books}
    page = (made.output / "books" / made.code / "_book" / "school-units.html").read_text(encoding="utf-8")
    for unit in without:
        assert unit not in there
        assert f"({unit}): inga elever" in page
    done = sqa(project, "build", made.output.name, "--unit", without[0])
    assert done.code == 2
    assert "has no book: there is no figure of its own" in done.err


@pytest.mark.xdist_group("official")
def test_the_audit_finds_nothing_where_nothing_is_hidden(project: Path, real_underlag: Path) -> None:
    made = built(project, real_underlag, "Haparanda")
    done = sqa(project, "audit", made.output.name)
    assert done.code == 0, said(done)
    assert "0 unsafe numbers, 0 leaks" in done.out
