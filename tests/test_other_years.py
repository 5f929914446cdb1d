"""`--year`: another school year than the report's is checked as everything else, and built as it is known now."""

import shutil
from pathlib import Path

import pytest

from tests.command import sqa
from tests.small_project import OF_REPORTS, PUPILS, SCHOOLS, SHOW_PUPILS, write, write_notebook, write_project

OWN = {"datasets": ["school_units", "enrolment"], "formats": ["html"], "sections": ["pupils", "about"]}
CLOSED = (
    SCHOOLS.replace("Närvaroprojekt", "Närvaroprojekt;Sista läsår")
    .replace(";Ja\n", ";Ja;\n")
    .replace(";Nej\n", ";Nej;\n")
    .replace("Granskolan;Grundskola;NORR;Norra;Ja;", "Granskolan;Grundskola;NORR;Norra;Ja;2019/20")
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_project(tmp_path, **OWN)
    shutil.copyfile(OF_REPORTS / "18-about.ipynb", root / "notebooks" / "18-about.ipynb")
    return root


@pytest.mark.parametrize("year", ["2020", "2019-20", "2019/2020", "2019/21", "19/20", "", "2019/20 "])
def test_a_school_year_that_is_written_wrongly_is_refused_with_the_right_form(year: str, root: Path) -> None:
    for command in ("build", "status"):
        done = sqa(root, command, "small", "--year", year)
        assert done.code == 2
        assert done.err.strip() == (f"error: `{year}` is no school year; write two years that follow each other, such as 2020/21")
    assert not (root / "output").exists()


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--unit", "99000001")])
def test_a_school_year_without_rows_is_refused_and_those_there_are_are_told(more: tuple[str, ...], root: Path) -> None:
    assert sqa(root, "compute", "small").code == 0
    done = sqa(root, "build", "small", "--year", "2017/18", *more)
    assert done.code == 2
    assert done.err.strip() == "error: small has no rows of 2017/18 in any dataset; there are: 2019/20, 2020/21"
    assert not (root / "output" / "small" / "2017-18").exists()


def test_the_report_s_own_year_may_have_no_rows_yet(root: Path) -> None:
    write_project(root, **OWN, school_year="2021/22")
    done = sqa(root, "build", "small", "--year", "2021/22", "--unit", "99000001")
    assert (done.code, "1 books" in done.out) == (0, True)


def about(root: Path, folder: str = "") -> str:
    page = root / "output" / "small" / folder / "books" / "99000001" / "_book" / "about.html"
    return " ".join(page.read_text(encoding="utf-8").split())


def test_a_book_of_another_year_names_the_command_and_that_it_is_made_afterwards(root: Path) -> None:
    assert sqa(root, "build", "small", "--unit", "99000001").code == 0
    assert sqa(root, "build", "small", "--year", "2019/20", "--unit", "99000001").code == 0
    told = "Den är gjord i efterhand, ur underlaget till rapporten för läsåret 2020/21"
    assert "<code>sqa build small</code>" in about(root) and told not in about(root)
    assert "<code>sqa build small --year 2019/20</code>" in about(root, "2019-20") and told in about(root, "2019-20")


def test_what_is_said_of_the_report_s_year_is_not_said_of_another(root: Path) -> None:
    """Texts, and corrections of what was released."""
    write_notebook(root, "01-pupils", *SHOW_PUPILS, "s.conclusions()")
    write(root / "data" / "small" / "texts" / "99000001" / "pupils.md", "I år blev vi fler.\n")
    assert sqa(root, "build", "small").code == 0
    assert sqa(root, "release", "small", "--by", "kvalitetschefen").code == 0
    write_project(root, **OWN, corrections=[{"date": "2021-11-20", "reason": "Antalet pojkar var fel."}])
    write_notebook(root, "01-pupils", *SHOW_PUPILS, "s.conclusions()")
    for year in ((), ("--year", "2019/20")):
        assert sqa(root, "build", "small", "--unit", "99000001", *year).code == 0
    books = [root / "output" / "small" / folder / "books" / "99000001" / "_book" for folder in ("", "2019-20")]
    own, other = ("".join((book / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "about")) for book in books)
    for said in ("I år blev vi fler.", "rättad 20 november 2021", "Antalet pojkar var fel."):
        assert said in own and said not in other, said
    planned = sqa(root, "build", "small", "--unit", "99000001", "--year", "2019/20", "--dry-run")
    assert "0 of 3 tasks would run" in planned.out, planned.out


def test_its_units_are_those_that_were_open(root: Path) -> None:
    write(root / "data" / "small" / "skolenheter.csv", CLOSED)
    write(root / "data" / "small" / "elever.csv", "\n".join(row for row in PUPILS.splitlines() if "2020/21;99000001" not in row))
    done = sqa(root, "build", "small", "--unit", "99000001")
    assert (done.code, "99000001 (Granskolan) is not open in 2020/21" in done.err) == (2, True)
    assert sqa(root, "build", "small", "--unit", "99000001", "--year", "2019/20").code == 0
    write(
        root / "data" / "small" / "skolenheter.csv",
        CLOSED.replace("Ja;2019/20", "Ja;").replace("Nej;\n99000003", "Nej;2018/19\n99000003"),
    )
    write(root / "data" / "small" / "elever.csv", "\n".join(row for row in PUPILS.splitlines() if ";99000002" not in row))
    done = sqa(root, "build", "small", "--unit", "99000002", "--year", "2019/20")
    assert "99000002 (Tallskolan) is not open in 2019/20" in done.err


def test_a_release_of_that_year_is_told(root: Path) -> None:
    write_project(root, **OWN, school_year="2019/20", date="2020-10-15")
    assert sqa(root, "build", "small").code == 0
    assert sqa(root, "release", "small", "--by", "kvalitetschefen").code == 0
    write_project(root, **OWN)
    done = sqa(root, "build", "small", "--year", "2019/20", "--unit", "99000001")
    assert "2019/20 was released as `small-2020-10-15`" in done.err
    assert "`sqa diff small small-2020-10-15` tells what differs" in done.err
    assert "was released as" not in sqa(root, "build", "small", "--unit", "99000001").err
