"""Two years of the national file, one's own choice of similar authorities and one's own goals: as an authority uses them."""

from pathlib import Path

import pytest

from sqa_lib.demo.authorities import Authority, Unit
from sqa_lib.demo.skolverket import write
from tests.command import sqa
from tests.official.conftest import project_in, said
from tests.official.reading import Column, columns_of, printed, table_rows
from tests.reading import page_of, words_of

YEARS = ("2021/22", "2022/23")
REPORT = "aby-2022-23"
NUMBER = "2120009900"
GOALS = """aby:
  - name: Matematik
    school_year: 2022/23
    why:
      - Färre än nio av tio elever klarar matematiken i årskurs 9.
    indicators:
      - name: Elever med lägst betyget E i matematik i årskurs 9
        statistic: national_target6_mathematics_year9
        baseline: 2021/22
        target: {at_least: 99}
        date: 2023-06-14
"""
pytestmark = pytest.mark.xdist_group("official-two-years")


def school(code: str, name: str, pupils: int) -> Unit:
    years = dict.fromkeys("123456789", pupils)
    return Unit(code, name, years, years)


def file_of(folder: Path, year: str, last: Unit) -> Path:
    """Ten municipalities of three units; of the first one's units, one is another each year."""
    authorities = []
    for place in range(10):
        letter = chr(ord("A") + place)
        units = [school(f"9911{place:02d}0{number}", f"{letter}skolan {number}", 25 + number + place) for number in (1, 2, 3)]
        authorities.append(
            Authority(f"21200099{place:02d}", f"{letter}by kommun", tuple([*units[:2], last] if not place else units))
        )
    return write(folder / f"Underlag {year.replace('/', '-')}.xlsx", authorities, year)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = project_in(tmp_path_factory.mktemp("two") / "project")
    (project / "data").mkdir()
    files = [
        file_of(project / "data", YEARS[0], school("99110098", "Gamla skolan", 20)),
        file_of(project / "data", YEARS[1], school("99110099", "Nya skolan", 22)),
    ]
    new = sqa(project, "new", "report", "--authority", "Aby", *(word for file in files for word in ("--from", str(file))))
    assert new.code == 0, said(new)
    build(project)
    return project


def build(project: Path) -> None:
    done = sqa(project, "build", REPORT, "--unit", "aby", "--format", "html")
    assert done.code == 0, said(done)


def book(project: Path, page: str) -> Path:
    return project / "output" / REPORT / "books" / "aby" / "_book" / f"{page}.html"


def column(project: Path, year: str) -> Column:
    return next(
        column
        for column in columns_of(project / "data" / f"Underlag {year.replace('/', '-')}.xlsx")
        if (column.number, column.unit) == (NUMBER, "")
    )


def test_each_years_figure_is_that_of_its_own_file(project: Path) -> None:
    columns = [column(project, year) for year in YEARS]
    for label, said_as in {
        "Lägst betyget E i matematik, årskurs 9": "Andel (%) elever som har lägst betyget E i ämnet matematik i årskurs 9",
        "Lägst betyget E i alla ämnen, årskurs 6": "Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 6",
    }.items():
        cells = [printed(next(cell for row, cell in c.cells.items() if row.endswith(said_as)), 1) for c in columns]
        assert [label, *cells] in table_rows(book(project, "results"))


def test_the_units_that_came_and_went_are_told_of(project: Path) -> None:
    told = words_of(page_of(book(project, "school-units")).xpath("//main")[0])
    assert "Nya skolan" in told and "Gamla skolan" in told
    rows = [row[0] for row in table_rows(book(project, "school-units"))]
    assert "Nya skolan" in rows and "Gamla skolan" not in rows


def test_ones_own_choice_of_similar_authorities_and_ones_own_goals(project: Path) -> None:
    """After a first build: what changed is built anew, and goals come before what was found."""
    parameters = project / "params" / f"{REPORT}.yml"
    chosen = ["Cby", "2120009904", "Fby kommun", "Gby", "Hby"]
    parameters.write_text(parameters.read_text(encoding="utf-8") + "similar:\n" + "".join(f'- "{name}"\n' for name in chosen))
    (project / "data" / REPORT).mkdir()
    goals = project / "data" / REPORT / "development_areas.yml"
    goals.write_text(GOALS.replace("        baseline: 2021/22\n", ""), encoding="utf-8")
    checked = sqa(project, "check", REPORT)
    assert checked.code == 1 and "area Matematik: no key `indicators.1.baseline`" in checked.err
    goals.write_text(GOALS, encoding="utf-8")
    assert sqa(project, "check", REPORT).code == 0
    build(project)
    names = [row[0] for row in table_rows(book(project, "national-method"))]
    assert {"Cby kommun", "Eby kommun", "Fby kommun", "Gby kommun", "Hby kommun"} <= set(names)
    assert not {"Bby kommun", "Dby kommun", "Iby kommun"} & set(names)
    assert "valda av Aby kommun" in words_of(page_of(book(project, "national-method")).xpath("//main")[0])
    first = words_of(page_of(book(project, "index")).xpath("//main")[0])
    assert "målet är minst 99 %" in first and "målet är inte nått" in first
    assert first.index("Egna mål") < first.index("Så läser du rapporten")
