"""Schools that open and close: no figures of the years in which they are not there, no book, and the whole is whole."""

from pathlib import Path

import pytest

from sqa_lib.publication import compute_from, read_input
from sqa_lib.published import Published
from sqa_lib.report import load_report
from tests.command import sqa
from tests.small_project import write, write_project

SCHOOLS = """Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn;Första läsår;Sista läsår
99000001;Granskolan;Grundskola;NORR;Norra;;
99000002;Gamla skolan;Grundskola;NORR;Norra;;2019/20
99000003;Nya skolan;Grundskola;SÖDER;Södra;2020/21;
"""
PUPILS = """Läsår;Skolenhetskod;Årskurs;Kön;Antal
2019/20;99000001;4;Flicka;30
2019/20;99000002;4;Flicka;25
2020/21;99000001;4;Flicka;31
2020/21;99000003;7;Pojke;40
"""


def project(root: Path, schools: str = SCHOOLS, pupils: str = PUPILS) -> Path:
    write_project(root, formats=["html"])
    write(root / "data" / "small" / "skolenheter.csv", schools)
    write(root / "data" / "small" / "elever.csv", pupils)
    return root


def published(root: Path) -> Published:
    report = load_report("small", root)
    return compute_from(report, read_input(report, root))


def figures(of: Published, year: str) -> dict[str, str]:
    return {unit.code: of.cell("pupils", unit.code, year).figure for unit in of.tree.units}


def test_a_unit_has_figures_of_the_years_in_which_it_is_open_and_the_sums_are_whole(tmp_path: Path) -> None:
    told = published(project(tmp_path))
    assert figures(told, "2019/20") == {
        "lavheden": "55", "norr": "55", "soder": ".", "99000001": "30", "99000002": "25", "99000003": ".",
    }  # fmt: skip
    assert figures(told, "2020/21") == {
        "lavheden": "71", "norr": "31", "soder": "40", "99000001": "31", "99000002": ".", "99000003": "40",
    }  # fmt: skip
    assert told.coverage == {}
    assert told.change("pupils", "99000003", "2019/20", "2020/21").direction == "unknown"


def test_without_the_years_of_the_register_a_school_without_rows_is_one_that_has_not_delivered(tmp_path: Path) -> None:
    register = "\n".join(";".join(line.split(";")[:5]) for line in SCHOOLS.splitlines()) + "\n"
    told = published(project(tmp_path, register))
    assert figures(told, "2020/21")["lavheden"].replace("\u00a0", " ") == "minst 71"
    assert figures(told, "2020/21")["99000002"] == "."


def test_a_school_that_has_closed_has_no_book(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert sqa(root, "build", "small").code == 0
    books = sorted(path.name for path in (root / "output" / "small" / "books").iterdir())
    assert books == ["99000001", "99000003", "lavheden", "norr", "soder"]
    earlier = sqa(root, "build", "small", "--year", "2019/20")
    assert earlier.code == 0
    books = sorted(path.name for path in (root / "output" / "small" / "2019-20" / "books").iterdir())
    assert books == ["99000001", "99000002", "lavheden", "norr"]
    assert sqa(root, "build", "small", "--year", "2019/20").code == 0
    assert (root / "output" / "small" / "2019-20" / "books" / "99000002").is_dir()
    asked = sqa(root, "build", "small", "--unit", "99000002")
    assert asked.code == 2 and "there is no book of 99000002: 99000002 (Gamla skolan) is not open in 2020/21" in asked.err


@pytest.mark.parametrize(
    ("schools", "pupils", "problem"),
    [
        (SCHOOLS, PUPILS + "2020/21;99000002;4;Flicka;12\n", "is a school year in which the unit was not open"),
        (SCHOOLS, PUPILS + "2019/20;99000003;4;Flicka;12\n", "99000003 is open from 2020/21"),
        (SCHOOLS.replace(";;2019/20", ";2020/21;2019/20"), PUPILS, "is before the first school year"),
        (SCHOOLS.replace(";;2019/20", ";;2019"), PUPILS, "is not a school year"),
    ],
)
def test_what_contradicts_the_register_is_told(schools: str, pupils: str, problem: str, tmp_path: Path) -> None:
    checked = sqa(project(tmp_path, schools, pupils), "check", "small")
    assert checked.code == 1 and problem in " ".join(checked.out.split())
