"""What people open in Excel holds texts and numbers, and no formula that somebody else wrote."""

from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.spreadsheet import write_csv
from sqa_lib.workbook import workbook
from tests.command import sqa
from tests.small_project import write, write_project


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+46 920 45 30 00 ring", "'+46 920 45 30 00 ring"),
        ("-2+3", "'-2+3"),
        (" =1+1", "' =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("-", "-"),
        ("-5", "-5"),
        ("+1 234,5", "+1 234,5"),
        ("−3,2 %", "−3,2 %"),
        ("Björkskolan", "Björkskolan"),
        ("a=b", "a=b"),
    ],
)
def test_a_formula_is_written_as_text(cell: str, written: str, tmp_path: Path) -> None:
    path = write_csv(pd.DataFrame({cell: [cell]}), tmp_path / "x.csv")
    found = pd.read_csv(path, sep=";", dtype=str)
    assert (found.columns[0], found.iloc[0, 0]) == (written, written)


def test_a_text_in_a_workbook_is_no_formula(tmp_path: Path) -> None:
    book = workbook(tmp_path / "x.xlsx")
    book.add_worksheet("Blad").write(0, 0, "=1+1")
    book.close()
    assert pd.read_excel(tmp_path / "x.xlsx", header=None, engine="calamine").iloc[0, 0] == "=1+1"


def test_the_analysts_files_hold_no_formula(tmp_path: Path) -> None:
    write_project(tmp_path, datasets=["school_units", "enrolment"], formats=["html"])
    register = tmp_path / "data" / "small" / "skolenheter.csv"
    write(register, register.read_text(encoding="utf-8").replace("Granskolan", "+skolan").replace("Norra", "@norr"))
    rows = "2020/21;99000001;4;Flicka;31\n2020/21;=2+2;4;Flicka;31\n"
    write(tmp_path / "data" / "small" / "elever.csv", f"Läsår;Skolenhetskod;Årskurs;Kön;Antal\n{rows}")
    assert sqa(tmp_path, "check", "small", "--coverage").code == 1
    written = sorted((tmp_path / "output").rglob("*.csv"))
    cells = [cell for path in written for line in path.read_text("utf-8-sig").splitlines() for cell in line.split(";")]
    assert {path.name for path in written} >= {"coverage.csv", "enrolment.csv", "problems.csv"}
    assert "'+skolan" in cells and "'=2+2" in cells
    assert [cell for cell in cells if cell.strip('"').startswith(("=", "@"))] == []
