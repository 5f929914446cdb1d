"""What a school's book shows is what the school is large enough for: fewer and wider groups, or several years together."""

from pathlib import Path

import pytest

from sqa_lib.section import Section
from sqa_lib.section.view import Shown
from sqa_lib.sources.datasets import NEWLY_ARRIVED
from tests.small_project import write, write_project
from tests.sources.source_samples import csv_text

SMALL, LARGE, NEIGHBOUR = "99000001", "99000002", "99000004"
PUPILS = {
    SMALL: {4: (2, 2), 5: (1, 3), 6: (3, 1)},
    LARGE: {4: (15, 16), 5: (14, 18), 6: (17, 12)},
    NEIGHBOUR: {4: (1, 2), 5: (2, 2), 6: (4, 0)},
}
ARRIVED = {"2019/20": {SMALL: 4, LARGE: 9, NEIGHBOUR: 4}, "2020/21": {SMALL: 4, LARGE: 8, NEIGHBOUR: 3}}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small schools and a large one, years 4 to 6, all with newly arrived pupils in both school years."""
    write_project(tmp_path)
    pupils = "".join(
        f"2020/21;{unit};{year};{gender};{n}\n"
        for unit, years in PUPILS.items()
        for year, both in years.items()
        for gender, n in zip(("Flicka", "Pojke"), both, strict=True)
    )
    write(tmp_path / "data" / "small" / "elever.csv", "Läsår;Skolenhetskod;Årskurs;Kön;Antal\n" + pupils)
    rows = [
        {"row_id": f"{year[2:4]}-{unit}-{n}", "school_year": year, "unit": unit, "welcome_talk": f"{year[:4]}-09-14"}
        for year, schools in ARRIVED.items()
        for unit, count in schools.items()
        for n in range(count)
    ]
    write(tmp_path / "data" / "small" / "nyanlanda.csv", csv_text(NEWLY_ARRIVED, *rows))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def section(unit: str) -> Section:
    return Section("pupils", "small", unit, "2020/21")


def test_a_large_school_shows_the_finest_groups(project: Path) -> None:
    assert section(LARGE).finest("pupils", "year", "stage", least=1) == Shown("year", "2020/21")


def test_a_small_school_shows_wider_ones(project: Path) -> None:
    assert section(SMALL).finest("pupils", "year", "stage", least=1) == Shown("stage", "2020/21")


def test_what_a_year_is_too_few_for_is_told_of_several_together(project: Path) -> None:
    small, large = section(SMALL), section(LARGE)
    assert small.finest("newly_arrived") == Shown("", "2019/20–2020/21")
    assert small.together("newly_arrived") == "Sammanlagt läsåren 2019/20–2020/21 var antalet 8."
    assert large.finest("newly_arrived") == Shown("", "2020/21")
    assert Shown("", "2019/20–2020/21").years == "läsåren 2019/20–2020/21"


def test_what_can_be_shown_in_no_way_is_told_of_once_with_the_unit_that_shows_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = section(SMALL)
    assert small.carries("eleverna per årskurs", "pupils", "year", least=1) is None
    small.left_out()
    small.left_out()
    said = capsys.readouterr().out
    assert said.count("text/markdown") == 1
    assert "redovisas inte eleverna per årskurs" in said
    assert "rapporten för Skolområde NORR" in said


def test_the_authority_shows_its_figures_even_where_they_are_withheld(project: Path) -> None:
    assert section("lavheden").carries("kartläggningen", "newly_arrived_mapped", "mapping_step", least=99)
