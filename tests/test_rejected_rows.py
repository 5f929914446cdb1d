"""Rows of the reported school year that are rejected: no books are made of it, unless the analyst says so; then all say it."""

import json
import shutil
from pathlib import Path

import pytest

from sqa_lib.sources.check import load
from sqa_lib.sources.left_out import left_out
from tests.command import sqa
from tests.small_project import OF_REPORTS, PUPILS, SCHOOLS, write, write_notebook, write_project

OWN = {"datasets": ["school_units", "enrolment"], "formats": ["html"], "sections": ["pupils", "about"]}
ROW = "2020/21;99000001;4;Pojke;22"
TOLD = "enrolment: 1 of 5 rows of elever.csv for 2020/21 are rejected"

ENROLMENT = {
    "a code that was renamed": (ROW, ROW.replace("Pojke", "Hane"), (1, 0, 5)),
    "a unit that is not in the register": (ROW, ROW.replace("99000001", "99000009"), (1, 0, 5)),
    "a row of a year that can't be read": (ROW, ROW.replace("2020/21", "2020"), (1, 1, 5)),
    "a row of no year": (ROW, ROW.replace("2020/21", ""), (1, 1, 5)),
    "a row of years that don't follow": (ROW, ROW.replace("2020/21", "2020/22"), (1, 1, 5)),
    "spaces around the year": (ROW, " 2020/21 ;99000001;4;Hane;22", (1, 0, 5)),
    "a row that repeats another": (ROW, f"{ROW}\n{ROW}", (1, 0, 6)),
    "a column that must be there": ("Kön", "Könet", (5, 0, 5)),
    "the column of the years": ("Läsår", "År", (6, 6, 6)),
}
OF_ANOTHER_YEAR = PUPILS.replace("2019/20;99000001;4;Flicka;30", "2019/20;99000001;4;Kvinna;30")
FINE = {
    "a mark in a number's place": PUPILS.replace(ROW, ROW.replace(";22", ";..")),
    "a column that nothing is read from": f"Läsår;Skolenhetskod;Årskurs;Kön;Antal;Not\n{ROW};x\n",
}


def lacking(root: Path, school_year: str = "2020/21") -> list[tuple[str, int, int, int]]:
    found = left_out(load(root / "data" / "small", school_year, ("school_units", "enrolment", "deviations")), school_year)
    return [(each.dataset, each.rows, each.undated, each.read) for each in found]


@pytest.mark.parametrize("case", ENROLMENT)
def test_a_rejected_row_is_of_the_year_that_it_says_or_may_be_of_any(case: str, tmp_path: Path) -> None:
    before, after, counted = ENROLMENT[case]
    write_project(tmp_path)
    write(tmp_path / "data" / "small" / "elever.csv", PUPILS.replace(before, after))
    assert lacking(tmp_path) == [("enrolment", *counted)]


def test_a_row_of_another_year_is_missing_in_that_year(tmp_path: Path) -> None:
    write_project(tmp_path)
    write(tmp_path / "data" / "small" / "elever.csv", OF_ANOTHER_YEAR)
    assert (lacking(tmp_path), lacking(tmp_path, "2019/20")) == ([], [("enrolment", 1, 0, 1)])


@pytest.mark.parametrize("case", FINE)
def test_what_is_not_rejected_stops_nothing(case: str, tmp_path: Path) -> None:
    write_project(tmp_path)
    write(tmp_path / "data" / "small" / "elever.csv", FINE[case])
    assert lacking(tmp_path) == []


def test_a_school_that_is_not_in_the_register_is_missing_every_year(tmp_path: Path) -> None:
    write_project(tmp_path)
    write(tmp_path / "data" / "small" / "skolenheter.csv", SCHOOLS.replace("Videskolan;Grundskola", "Videskolan;Gymnasium"))
    rejected = [("school_units", 1, 0, 4), ("enrolment", 1, 0, 5)]
    assert (lacking(tmp_path), lacking(tmp_path, "2019/20")) == (rejected, rejected[:1])


def test_a_calendar_year_is_of_the_school_year_that_begins_in_it(tmp_path: Path) -> None:
    write_project(tmp_path)
    head = "Löpnummer;Kalenderår;Skolenhetskod;Typ;Allvarlighetsgrad;Lex Maria"
    rows = [f"A{number};{year};99000001;Okänt;Okänt;Nej" for number, year in enumerate(("2019", "2020", "2021", "i fjol"))]
    write(tmp_path / "data" / "small" / "avvikelser.csv", "\n".join([head, *rows]))
    assert [each for each in lacking(tmp_path) if each[0] == "deviations"] == [("deviations", 2, 1, 2)]


def test_a_file_that_can_not_be_read_may_hold_anything(tmp_path: Path) -> None:
    write_project(tmp_path)
    write(tmp_path / "data" / "small" / "elever.csv", "")
    (found,) = left_out(load(tmp_path / "data" / "small", "2020/21", ("school_units", "enrolment")), "2020/21")
    assert str(found) == "enrolment: elever.csv can not be read"
    (tmp_path / "data" / "small" / "elever.csv").unlink()
    assert lacking(tmp_path) == [], "what was not delivered is told otherwise"


# ---- as an analyst meets it -----------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One row of the reported year is rejected."""
    root = write_project(tmp_path, **OWN)
    shutil.copyfile(OF_REPORTS / "18-about.ipynb", root / "notebooks" / "18-about.ipynb")
    write(root / "data" / "small" / "elever.csv", PUPILS.replace(ROW, ROW.replace("Pojke", "Hane")))
    return root


def test_no_book_is_made_of_a_year_that_rows_are_rejected_of(project: Path) -> None:
    built = sqa(project, "build", "small")
    assert built.code == 1
    lines = built.err.splitlines()
    assert f"not built small: {TOLD}" in lines
    assert lines[-1] == (
        "not built small: mend what `sqa check small` lists, or make books that say what they lack: "
        "`sqa build small --despite-rejected`"
    )
    left = {path.name for path in (project / "output" / "small").iterdir()}
    assert left.isdisjoint({"books", "statistics", "index.html"}), "it is found before anything is computed"
    assert [path.name for path in (project / "output" / "small" / "rejected").iterdir()]
    assert TOLD in sqa(project, "check", "small").err
    planned = sqa(project, "build", "small", "--dry-run")
    assert (planned.code, f"not built small: {TOLD}" in planned.err) == (1, True)


def test_books_made_despite_it_say_so_and_so_do_run_page_status_and_release(project: Path) -> None:
    built = sqa(project, "build", "small", "--despite-rejected")
    assert (built.code, f"warning built despite rejected rows: {TOLD}" in built.err) == (1, True)
    output = project / "output" / "small"
    about = (output / "books" / "99000001" / "_book" / "about.html").read_text(encoding="utf-8")
    assert "Uppgifter som saknas" in about and "De gäller barn och elever" in about
    first = (output / "books" / "99000001" / "_book" / "index.html").read_text(encoding="utf-8")
    assert "minst\u00a031\u00a0elever" in first
    assert "rader för läsåret 2020/21 inte kunde användas" in (output / "run" / "run.html").read_text(encoding="utf-8")
    assert "made despite rejected rows of enrolment" in sqa(project, "status", "small").out
    assert json.loads(sqa(project, "status", "small", "--json").out)["rejected"] == ["enrolment"]
    released = sqa(project, "release", "small", "--by", "kvalitetschefen")
    assert "made despite rejected rows of enrolment" in released.out
    record = json.loads((project / "data/released/small-2021-10-15/release.json").read_text(encoding="utf-8"))
    assert record["rejected"] == ["enrolment"]
    assert "made despite rejected rows of enrolment" in sqa(project, "releases", "small").out


def test_when_the_row_is_mended_nothing_says_so_any_more(project: Path) -> None:
    assert sqa(project, "build", "small", "--despite-rejected").code == 1
    write(project / "data" / "small" / "elever.csv", PUPILS)
    built = sqa(project, "build", "small")
    assert (built.code, "rejected" in built.err) == (0, False)
    output = project / "output" / "small"
    assert "Uppgifter som saknas" not in (output / "books/99000001/_book/about.html").read_text(encoding="utf-8")
    assert "inte kunde användas" not in (output / "run/run.html").read_text(encoding="utf-8")
    assert "rejected" not in sqa(project, "status", "small").out


def test_another_year_is_built_by_its_own_rows(project: Path) -> None:
    """The rejected row is of the report's year; the year before lacks nothing."""
    assert sqa(project, "build", "small", "--year", "2019/20", "--unit", "99000001").err.count("not built") == 0
    assert (project / "output" / "small" / "2019-20" / "books" / "99000001").is_dir()


def test_a_report_of_a_folder_that_lacks_rows_stops_no_other(project: Path) -> None:
    write_notebook(project, "18-about", "pass")
    text = (project / "params" / "small.yml").read_text(encoding="utf-8")
    shutil.copytree(project / "data" / "small", project / "data" / "whole")
    write(project / "data" / "whole" / "elever.csv", PUPILS)
    write(project / "params" / "all" / "one.yml", text)
    write(project / "params" / "all" / "two.yml", text.replace("data/small", "data/whole"))
    built = sqa(project, "build", "all")
    assert built.code == 1
    assert "[1/2] all/one: not built" in built.out and "[2/2] all/two: 7 books" in built.out
    assert "2 reports, 1 with failures: all/one" in built.out
