"""Missing is a value: what is not there is never counted as 0, and what it belongs to says so."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqa_lib.marks import Mark
from sqa_lib.metrics.change import change_between
from sqa_lib.publication import compute_from, read_input
from sqa_lib.published import Cell, Published, coverage_note
from sqa_lib.report import load_report
from tests.command import sqa
from tests.small_project import SHOW_PUPILS, write, write_notebook, write_project
from tests.thorough import tried

YEAR = "2020/21"
SCHOOLS = """Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn
99000001;Granskolan;Grundskola;NORR;Norra
99000002;Tallskolan;Grundskola;NORR;Norra
99000003;Enskolan;Grundskola;SÖDER;Södra
"""
PUPILS = """Läsår;Skolenhetskod;Årskurs;Kön;Antal
2020/21;99000001;4;Flicka;31
2020/21;99000001;4;Pojke;22
2020/21;99000001;5;Flicka;25
2020/21;99000002;4;Flicka;30
2020/21;99000002;4;Pojke;41
2020/21;99000003;7;Pojke;40
"""
HEADS = "Läsår;Skolenhetskod;Årskurs;Kön;Elever;Schemalagda timmar;Giltig frånvaro timmar;Ogiltig frånvaro timmar"
ABSENCE = f"""{HEADS};Elever med hög frånvaro
2020/21;99000001;4;Flicka;31;3100;310;0;11
2020/21;99000001;4;Pojke;22;2200;110;0;11
2020/21;99000002;4;Flicka;30;3000;150;0;10
2020/21;99000003;7;Pojke;40;4000;400;0;20
"""
OPEN = {"minimum_count": 1, "minimum_denominator": 1}


def published(root: Path, pupils: str = PUPILS, absence: str = "", schools: str = SCHOOLS, **parameters: object) -> Published:
    write_project(root, **{"disclosure": OPEN, **parameters})
    write(root / "data" / "small" / "skolenheter.csv", schools)
    write(root / "data" / "small" / "elever.csv", pupils)
    if absence:
        write(root / "data" / "small" / "franvaro.csv", absence)
    report = load_report("small", root)
    return compute_from(report, read_input(report, root))


def figures(of: Published, statistic: str, **codes: str) -> dict[str, str]:
    return {unit.code: of.cell(statistic, unit.code, YEAR, **codes).figure.replace("\u00a0", " ") for unit in of.tree.units}


# ---- a cell, a row, a school ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [".", "..", "...", "…", "-", "–", "~100"])
def test_a_count_of_which_a_number_is_missing_is_a_least_and_what_it_does_not_concern_stays(mark: str, tmp_path: Path) -> None:
    told = published(tmp_path, PUPILS.replace("5;Flicka;25", f"5;Flicka;{mark}"))
    assert figures(told, "pupils") == {
        "lavheden": "minst 164", "norr": "minst 124", "soder": "40",
        "99000003": "40", "99000001": "minst 53", "99000002": "71",
    }  # fmt: skip
    assert figures(told, "pupils", gender="boy")["99000001"] == "22"
    assert figures(told, "pupils", gender="girl")["99000001"] == "minst 31"
    assert figures(told, "pupils", year="5")["99000001"] == "."
    assert figures(told, "pupils", year="4")["99000001"] == "53"
    assert figures(told, "pupils", stage="4-6")["99000001"] == "minst 53"
    assert figures(told, "pupils", stage="7-9")["lavheden"] == "40"
    cell = told.cell("pupils", "lavheden", YEAR)
    assert str(cell) == "minst\u00a0164\u00a0elever"
    assert coverage_note([cell]) == "Underlaget är inte fullständigt (2 av 3 enheter)."


def test_a_rejected_row_is_missing_as_a_mark_is_and_a_repeated_one_is_not(tmp_path: Path) -> None:
    """Nothing that a rejected row says is relied on: it may be of any year group."""
    told = published(tmp_path, PUPILS.replace("5;Flicka;25", "5;Flicka;tjugofem"))
    assert figures(told, "pupils")["99000001"] == "minst 53" and figures(told, "pupils", gender="boy")["99000001"] == "minst 22"
    whole = published(tmp_path, PUPILS + "2020/21;99000001;5;Flicka;25\n")
    assert figures(whole, "pupils") == figures(published(tmp_path), "pupils")


def test_a_row_whose_school_nobody_knows_is_missing_in_the_whole(tmp_path: Path) -> None:
    told = published(tmp_path, PUPILS + "2020/21;99000009;4;Flicka;12\n")
    assert figures(told, "pupils") == {
        "lavheden": "minst 189", "norr": "149", "soder": "40", "99000003": "40", "99000001": "78", "99000002": "71",
    }  # fmt: skip


def test_a_school_that_delivered_nothing_has_no_figures_and_the_whole_is_a_least(tmp_path: Path) -> None:
    told = published(tmp_path, PUPILS.replace("2020/21;99000003;7;Pojke;40\n", ""))
    assert figures(told, "pupils") == {
        "lavheden": "minst 149", "norr": "149", "soder": ".", "99000003": ".", "99000001": "78", "99000002": "71",
    }  # fmt: skip
    assert str(told.cell("pupils", "99000003", YEAR)) == "ett okänt antal elever"


def test_a_share_and_a_mean_are_of_the_rows_that_are_there(tmp_path: Path) -> None:
    """Never of one part without the other: the girls of school 1 are in neither."""
    told = published(tmp_path, absence=ABSENCE.replace("31;3100;310;0;11", "31;3100;310;.;11"))
    assert figures(told, "absence") == {
        "lavheden": "7,2", "norr": "5,0", "soder": "10,0", "99000003": "10,0", "99000001": "5,0", "99000002": "5,0",
    }  # fmt: skip
    assert figures(told, "high_absence")["lavheden"] == "44,6"  # 41 of 92
    assert str(told.cell("absence", "lavheden", YEAR)) == "7,2\u00a0procent (2 av 3 enheter)"
    assert str(told.cell("absence", "99000001", YEAR)) == "5,0\u00a0procent (1 av 2 uppgifter)"
    assert figures(told, "absence", gender="girl")["99000001"] == "."
    assert figures(told, "absence", gender="boy")["99000001"] == "5,0"
    assert told.cell("absence", "99000001", YEAR, gender="boy").coverage is None


def test_a_figure_of_too_few_units_is_not_told(tmp_path: Path) -> None:
    less = PUPILS.replace("2020/21;99000003;7;Pojke;40\n", "").replace("4;Pojke;41", "4;Pojke;.")
    assert figures(published(tmp_path, less), "pupils")["lavheden"] == "."
    assert figures(published(tmp_path, less, least_coverage=0.3), "pupils")["lavheden"] == "minst 108"


def test_a_change_between_years_is_not_told_where_something_is_missing(tmp_path: Path) -> None:
    both = PUPILS + PUPILS.partition("\n")[2].replace("2020/21", "2019/20").replace("7;Pojke;40", "7;Pojke;.")
    told = published(tmp_path, both)
    assert told.change("pupils", "lavheden", "2019/20", YEAR).direction == "unknown"
    assert told.change("pupils", "norr", "2019/20", YEAR).direction == "untested"


def test_counts_of_zero_of_which_something_is_missing_say_nothing(tmp_path: Path) -> None:
    told = published(tmp_path, PUPILS.replace("7;Pojke;40", "7;Pojke;0\n2020/21;99000003;8;Pojke;.").replace("\n\n", "\n"))
    assert figures(told, "pupils")["99000003"] == "."


def test_whole_data_has_no_coverage_to_tell(tmp_path: Path) -> None:
    assert published(tmp_path, absence=ABSENCE.replace("2020/21;99000003", "2020/21;99000003")).coverage == {}


# ---- as an analyst and a reader meet it -----------------------------------------------------------------------------


def test_check_tells_where_the_number_is_missing_and_the_book_that_it_is(tmp_path: Path) -> None:
    root = write_project(tmp_path, formats=["html"])
    path = root / "data" / "small" / "elever.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("4;Pojke;22", "4;Pojke;.."), encoding="utf-8")
    checked = sqa(root, "check", "small")
    assert checked.code == 1 and "is no number" in checked.out and "elever.csv" in checked.out
    built = sqa(root, "build", "small", "--unit", "99000001")
    page = (root / "output" / "small" / "books" / "99000001" / "_book" / "index.html").read_text(encoding="utf-8")
    assert "minst\u00a031\u00a0elever" in page, built.err


def test_a_key_figure_of_which_something_is_missing_is_not_compared_with_last_years(tmp_path: Path) -> None:
    root = write_project(tmp_path, formats=["html"], key_figures=[{"label": "elever", "statistic": "pupils"}])
    write_notebook(root, "01-pupils", SHOW_PUPILS[0], "s.key_figures()")
    path = root / "data" / "small" / "elever.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("4;Pojke;22", "4;Pojke;.."), encoding="utf-8")
    built = sqa(root, "build", "small", "--unit", "99000001")
    page = (root / "output" / "small" / "books" / "99000001" / "_book" / "index.html").read_text(encoding="utf-8")
    assert "Kan inte jämföras med läsåret 2019/20: underlaget är inte fullständigt." in " ".join(page.split()), built.err


# ---- an oracle of its own -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    unit: str
    year: str
    gender: str
    count: int
    what: str = field(default="there")


ROWS = st.lists(
    st.builds(
        Row,
        unit=st.sampled_from(["99000001", "99000002", "99000003"]),
        year=st.sampled_from(["4", "5", "7"]),
        gender=st.sampled_from(["Flicka", "Pojke"]),
        count=st.integers(0, 60),
        what=st.sampled_from(["there", "there", "there", ".", "..", "-", "wrong"]),
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda row: (row.unit, row.year, row.gender),
)
BELOW = {
    "lavheden": ["99000001", "99000002", "99000003"], "norr": ["99000001", "99000002"], "soder": ["99000003"],
    **{code: [code] for code in ("99000001", "99000002", "99000003")},
}  # fmt: skip


@settings(max_examples=tried(20, 80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_every_count_is_the_sum_of_what_is_there_or_says_that_something_is_missing(rows: list[Row]) -> None:
    """Summed by the test itself over the rows as they were written, for every unit and breakdown."""
    lines = [f"{YEAR};{r.unit};{r.year};{r.gender};{_cell(r)}" for r in rows]
    with TemporaryDirectory() as folder:
        text = PUPILS.partition("\n")[0] + "\n" + "\n".join(lines) + "\n"
        told = published(Path(folder), text, least_coverage=0)
    for unit, below in BELOW.items():
        for codes in ({}, {"gender": "girl"}, {"gender": "boy"}, {"year": "4"}, {"year": "7"}, {"stage": "4-6"}):
            own = [r for r in rows if r.unit in below and _may_be(r, codes)]
            missing = [r for r in own if r.what != "there"]
            silent = [code for code in below if not any(r.unit == code for r in rows)]
            total = sum(r.count for r in own if r.what == "there")
            cell = told.cell("pupils", unit, YEAR, **codes)
            if not any(r.what == "there" for r in rows):
                assert cell.mark is Mark.MISSING
            elif missing or silent:
                assert _is_told(cell, total), (unit, codes, cell)
            else:
                assert (cell.figure.replace("\u00a0", ""), cell.coverage) == (str(total), None)


def _cell(row: Row) -> str:
    return str(row.count) if row.what == "there" else "fel" if row.what == "wrong" else row.what


def _may_be(row: Row, codes: dict[str, str]) -> bool:
    """Whether a figure of the codes takes the row in; a rejected row may be of any."""
    own = {
        "gender": {"Flicka": "girl", "Pojke": "boy"}[row.gender],
        "year": row.year,
        "stage": "7-9" if row.year == "7" else "4-6",
    }
    return row.what == "wrong" or all(own[name] == code for name, code in codes.items())


def _is_told(cell: Cell, total: int) -> bool:
    return cell.mark is Mark.MISSING or (cell.coverage is not None and cell.is_least and cell.value == total)


def test_a_change_of_two_incomplete_figures_is_unknown(tmp_path: Path) -> None:
    told = published(tmp_path, PUPILS.replace("5;Flicka;25", "5;Flicka;."))
    cell = told.cell("pupils", "99000001", YEAR)
    assert change_between(cell, cell).direction == "unknown"


def test_the_analyst_is_told_whom_to_call(tmp_path: Path) -> None:
    """A table in the terminal, a page and a file, all beside the rejected rows: nothing of it is published."""
    published(tmp_path, PUPILS.replace("2020/21;99000003;7;Pojke;40\n", "").replace("5;Flicka;25", "5;Flicka;."))
    checked = sqa(tmp_path, "check", "small", "--coverage")
    row = next(line for line in checked.out.splitlines() if "enrolment" in line and YEAR in line)
    assert row.replace("│", " ").split() == ["enrolment", YEAR, "3", "1", "1", "1"]
    folder = tmp_path / "output" / "small" / "rejected"
    listed = (folder / "coverage.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "Barn och elever;2020/21;99000003;Enskolan;Skolområde SÖDER;0;0;ej levererat" in listed
    assert "Barn och elever;2020/21;99000001;Granskolan;Skolområde NORR;2;1;ofullständigt" in listed
    page = (folder / "coverage.html").read_text(encoding="utf-8")
    assert "Granskolan (99000001)" in page and "1 av 3 rader saknas" in page and "Tallskolan" not in page
