"""A unit is its code: areas called as the municipality, schools of one name, units that are gone; in real builds."""

import json
import shutil
from pathlib import Path

import pytest

from tests.command import Done, sqa
from tests.reading import page_of, words_of
from tests.small_project import PUPILS, SCHOOLS, write, write_notebook, write_project

SHOW = (
    "from sqa_lib.section import Section\ns = Section('pupils', report, unit, school_year)",
    "s.lead('{{ unit }} har {{ v(\"pupils\") }}.')",
    "s.table('all', 'Elever', 'schools', [('Elever', 'pupils', {})])",
)


def project_of(root: Path, schools: str) -> Path:
    write_project(root, formats=["html"])
    write(root / "data" / "small" / "skolenheter.csv", schools)
    write_notebook(root, "01-pupils", *SHOW)
    return root


def build(root: Path, *more: str) -> Done:
    return sqa(root, "build", "small", *more)


def books(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "output" / "small" / "books").iterdir())


def said(root: Path, unit: str) -> str:
    page = page_of(root / "output" / "small" / "books" / unit / "_book" / "index.html")
    return " ".join(words_of(page.xpath("//main")[0]).split())


def rows(root: Path, unit: str) -> dict[str, str]:
    page = page_of(root / "output" / "small" / "books" / unit / "_book" / "index.html")
    found = [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in page.xpath("//table//tr")]
    return {row[0]: row[1] for row in found[1:]}


# ---- areas ----------------------------------------------------------------------------------------------------------


def test_an_area_called_as_the_municipality_has_a_book_of_its_own(tmp_path: Path) -> None:
    root = project_of(tmp_path, SCHOOLS.replace(";NORR;", ";Lavheden;"))
    assert build(root).code == 0
    assert books(root) == ["99000001", "99000002", "99000003", "99000004", "lavheden", "omrade-lavheden", "soder"]
    assert "Skolområde Lavheden har 60 elever" in said(root, "omrade-lavheden")
    assert "Lavhedens kommun har 100 elever" in said(root, "lavheden")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("–", "has neither letter nor digit"),
        ("..", "has neither letter nor digit"),
        ("söder", "can't be told apart from SÖDER above"),
        ("SODER", "can't be told apart from SÖDER above"),
        ("Söder.", "can't be told apart from SÖDER above"),
    ],
)
def test_an_area_that_gives_no_code_of_its_own_is_told_and_takes_nobodys_book(name: str, problem: str, tmp_path: Path) -> None:
    schools = SCHOOLS.replace("99000004;Videskolan;Grundskola;NORR;Norra", f"99000004;Videskolan;Grundskola;{name};Norra")
    root = project_of(tmp_path, schools)
    checked = sqa(root, "check", "small")
    assert checked.code == 1 and problem in " ".join(checked.out.split())
    built = build(root, "--despite-rejected")
    assert built.code == 1 and "1 rows rejected" not in built.out
    assert books(root) == ["99000001", "99000002", "99000003", "lavheden", "norr", "soder"]


# ---- names ----------------------------------------------------------------------------------------------------------


def test_schools_of_one_name_and_one_called_as_its_authority_keep_their_own_figures(tmp_path: Path) -> None:
    schools = (
        SCHOOLS.replace("Tallskolan", "Granskolan").replace("Videskolan", "Granskolan").replace("Enskolan", "Lavhedens kommun")
    )
    root = project_of(tmp_path, schools)
    assert build(root).code == 0
    assert rows(root, "lavheden") == {
        "Lavhedens kommun": "100",
        "Granskolan (99000001)": "53",
        "Granskolan (99000002)": "..",
        "Granskolan (99000004)": "..",
        "Lavhedens kommun (99000003)": "40",
    }
    assert "Lavhedens kommun (99000003) har 40 elever" in said(root, "99000003")
    assert "Lavhedens kommun har 100 elever" in said(root, "lavheden")


@pytest.mark.parametrize(
    "names",
    [
        ("Granskolan", "Granskolan", "Enskolan"),
        ("Granskolan", "Granskolan", "Granskolan"),
        ("Granskolan", "GRANSKOLAN", "Gran skolan"),
        ("Granskolan", "Granskolan", "Granskolan (99000002)"),
        ("Lavhedens kommun", "Skolområde NORR", "Enskolan"),
        ("Lavhedens kommun", "Lavhedens kommun", "lavhedens  kommun"),
    ],
)
def test_no_two_units_have_the_same_name_to_a_reader(names: tuple[str, str, str], tmp_path: Path) -> None:
    schools = SCHOOLS
    for old, new in zip(("Granskolan", "Tallskolan", "Enskolan"), names, strict=True):
        schools = schools.replace(f";{old};", f";{new};", 1)
    root = project_of(tmp_path, schools)
    assert sqa(root, "compute", "small").code == 0
    units = json.loads((root / "output" / "small" / "statistics" / "units.json").read_text(encoding="utf-8"))["units"]
    labels = [" ".join(unit["name"].split()).casefold() for unit in units]
    assert len(set(labels)) == len(labels), labels


# ---- units that are gone --------------------------------------------------------------------------------------------


def test_the_books_of_a_unit_that_is_gone_are_taken_away_and_that_is_told(tmp_path: Path) -> None:
    root = project_of(tmp_path, SCHOOLS)
    assert build(root).code == 0
    gone = SCHOOLS.replace("99000003;Enskolan;Grundskola;SÖDER;Södra;Nej\n", "")
    write(root / "data" / "small" / "skolenheter.csv", gone)
    write(root / "data" / "small" / "elever.csv", PUPILS.replace("2020/21;99000003;7;Pojke;40\n", ""))
    write(root / "output" / "small" / "books" / "karta.txt", "Hit hittar du.")
    built = build(root, "--unit", "lavheden")
    assert "99000003: has no book any more" in built.err and "soder: has no book any more" in built.err
    assert "books/karta.txt: is none of the report's files; take it away before the folder is published" in built.err
    assert books(root) == ["99000001", "99000002", "99000004", "karta.txt", "lavheden", "norr"]
    for kind in ("notebooks", "traces"):
        assert not (root / "output" / "small" / kind / "99000003").exists()
    assert "99000003" not in (root / "output" / "small" / "index.html").read_text(encoding="utf-8")


def test_an_area_with_a_new_code_leaves_no_old_book(tmp_path: Path) -> None:
    root = project_of(tmp_path, SCHOOLS)
    assert build(root).code == 0
    shutil.copytree(root / "output" / "small" / "books" / "norr", tmp_path / "before")
    write(root / "data" / "small" / "skolenheter.csv", SCHOOLS.replace(";NORR;", ";NORD;"))
    assert build(root).code == 0
    assert "norr" not in books(root) and "nord" in books(root)
