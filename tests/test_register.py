"""The register over the years: which row is a unit's in which school year, and what must not contradict itself."""

import pytest

from sqa_lib.publication import compute_from, read_input
from sqa_lib.published import Published
from sqa_lib.report import load_report
from sqa_lib.units import Span
from tests.command import sqa
from tests.small_project import write, write_project

HEADS = "Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn;Första läsår;Sista läsår;Tidigare koder;Ersätter\n"
REGISTER = (
    HEADS
    + """\
99000001;Granskolan;Grundskola;NORR;Norra;;2019/20;;
99000001;Granskolan;Grundskola;SÖDER;Södra;2020/21;;;
99000002;Gamla skolan;Grundskola;NORR;Norra;;2018/19;;
99000003;Lilla skolan;Grundskola;NORR;Norra;;2018/19;;
99000004;Tallskolan;Grundskola;NORR;Norra;;2018/19;;
99000004;Nya Tallskolan;Grundskola;NORR;Norra;2019/20;;;99000002|99000003
99000005;Enskolan;Grundskola;SÖDER;Södra;;;98000005|97000005;
99000006;Kommande skolan;Grundskola;SÖDER;Södra;2022/23;;;
"""
)
PUPILS = """Läsår;Skolenhetskod;Årskurs;Kön;Antal
2018/19;99000001;4;Flicka;30
2018/19;99000002;4;Flicka;25
2018/19;99000003;4;Flicka;15
2018/19;99000004;4;Flicka;50
2018/19;97000005;4;Flicka;60
2019/20;99000001;4;Flicka;31
2019/20;99000004;4;Flicka;90
2019/20;98000005;4;Flicka;61
2020/21;99000001;4;Flicka;32
2020/21;99000004;4;Flicka;91
2020/21;99000005;4;Flicka;62
"""


@pytest.fixture
def project(tmp_path):
    def written(register: str = REGISTER, pupils: str = PUPILS, **parameters: object):
        write_project(tmp_path, formats=["html"], **parameters)
        write(tmp_path / "data" / "small" / "skolenheter.csv", register)
        write(tmp_path / "data" / "small" / "elever.csv", pupils)
        return tmp_path

    return written


def published(root) -> Published:
    report = load_report("small", root)
    return compute_from(report, read_input(report, root))


def figures(of: Published, year: str) -> dict[str, str]:
    found = {unit.code: of.cell("pupils", unit.code, year).figure for unit in of.tree.units}
    return {unit: figure for unit, figure in found.items() if figure != "."}


def test_units_are_named_and_placed_as_in_the_school_year_of_the_report(project) -> None:
    tree = published(project()).tree
    assert [(unit.code, unit.name, unit.parent) for unit in tree.at("school")] == [
        ("99000005", "Enskolan", "soder"),
        ("99000002", "Gamla skolan", "norr"),
        ("99000001", "Granskolan", "soder"),
        ("99000006", "Kommande skolan", "soder"),
        ("99000003", "Lilla skolan", "norr"),
        ("99000004", "Nya Tallskolan", "norr"),
    ]
    assert tree["99000001"].former == (Span("", "2019/20", "Granskolan", "norr", "Skolområde NORR"),)
    assert tree["99000004"].former == (Span("", "2018/19", "Tallskolan", "norr", "Skolområde NORR"),)
    assert tree["99000004"].replaces == (("2019/20", "99000002"), ("2019/20", "99000003"))
    assert tree["99000005"].former_codes == ("98000005", "97000005")
    open_in = {year: [u.code[-1] for u in tree.at("school") if u.is_open(year)] for year in ("2018/19", "2020/21", "2022/23")}
    assert open_in == {"2018/19": list("52134"), "2020/21": list("514"), "2022/23": list("5164")}


def test_figures_are_of_the_units_as_they_are_placed_now_and_of_all_codes_that_they_had(project) -> None:
    told = published(project())
    assert figures(told, "2018/19") == {
        "lavheden": "180", "norr": "90", "soder": "90", "99000001": "30", "99000002": "25", "99000003": "15",
        "99000004": "50", "99000005": "60",
    }  # fmt: skip
    assert figures(told, "2020/21") == {
        "lavheden": "185", "norr": "91", "soder": "94", "99000001": "32", "99000004": "91", "99000005": "62",
    }  # fmt: skip
    assert told.coverage == {}


def test_an_earlier_school_year_of_the_report_has_the_units_as_they_were_then(project) -> None:
    tree = published(project(school_year="2019/20")).tree
    assert [(unit.name, unit.parent) for unit in tree.at("school") if unit.is_open("2019/20")] == [
        ("Enskolan", "soder"), ("Granskolan", "norr"), ("Nya Tallskolan", "norr"),
    ]  # fmt: skip


FAULTS = [
    ("99000001;Granskolan;Grundskola;NORR;Norra;;2019/20;;", "99000001;Granskolan;Grundskola;NORR;Norra;;2020/21;;",
     "Första läsår 2020/21 begins before another row of the unit has ended a unit has one row at a time: give in Första läsår "
     "and Sista läsår when the earlier row ended and this one began; see row 2"),
    ("99000001;Granskolan;Grundskola;NORR;Norra;;2019/20;;", "99000001;Granskolan;Grundskola;NORR;Norra;;;;",
     "begins before another row of the unit has ended"),
    ("99000001;Granskolan;Grundskola;SÖDER;Södra;2020/21;;;", "99000001;Granskolan;Grundskola;SÖDER;Södra;;;;",
     "makes the row a duplicate"),
    ("98000005|97000005", "99000001", "names 99000001, which is a unit with a row of its own"),
    ("98000005|97000005", "9800005", "is not a school unit code, or several"),
    ("Södra;2022/23;;;", "Södra;2022/23;;98000005;", "names 98000005, which 99000005 had before too"),
    ("99000002|99000003", "99000004", "names the unit itself"),
    ("99000002|99000003", "99000009", "names 99000009, which is not among the school units"),
    ("99000002|99000003", "99000005", "names 99000005, which is open still in 2019/20"),
    ("Norra;2019/20;;;99000002", "Norra;2018/19;;;99000002", "names 99000002, which is open still in 2018/19"),
    ("98000005|97000005;", ";99000002", "says nothing of when"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "problem"), FAULTS, ids=[fault[2][:40] for fault in FAULTS])
def test_what_can_not_be_is_told_with_its_mend(right: str, wrong: str, problem: str, project) -> None:
    assert REGISTER.count(right) == 1
    checked = sqa(project(REGISTER.replace(right, wrong)), "check", "small")
    assert checked.code == 1
    assert problem in " ".join(checked.out.replace("│", " ").split()), checked.out


def test_two_codes_of_a_unit_in_one_year_are_two_units(project) -> None:
    """Rows of two codes that are said to be one unit's can't both be: nothing is added up in silence."""
    checked = sqa(project(pupils=PUPILS + "2019/20;97000005;4;Flicka;5\n"), "check", "small")
    assert checked.code == 1 and "makes the row a duplicate" in " ".join(checked.out.split())


def test_nothing_is_odd_about_schools_that_close_open_merge_or_move(project) -> None:
    """99000004 has 50 pupils, then 90: of three schools. 99000002 has none after it has closed."""
    checked = sqa(project(datasets=["school_units", "enrolment"]), "check", "small")
    assert checked.code == 0 and "Odd" not in checked.out, checked.out
    split = REGISTER.replace("99000002|99000003", "")
    assert "Nya Tallskolan (99000004), 2018/19: Antal 50, but 90" in " ".join(
        sqa(project(split, datasets=["school_units", "enrolment"]), "check", "small").out.split()
    )


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        ("99000002", "99000002 (Gamla skolan) is not open in 2020/21"),
        ("99000006", "99000006 (Kommande skolan) is not open in 2020/21"),
        ("98000005", "98000005 is 99000005 (Enskolan) now"),
        ("vast", "there is no unit `vast`"),
    ],
)
def test_texts_and_books_of_units_that_are_not_there_are_told_of(unit: str, why: str, project) -> None:
    root = project(datasets=["school_units", "enrolment"])
    write(root / "data" / "small" / "texts" / unit / "pupils.md", "Vi blir färre.\n")
    assert sqa(root, "compute", "small").code == 0
    checked = sqa(root, "check", "small")
    assert checked.code == 1 and f"no book shows this text: {why}" in " ".join(checked.out.split())
    asked = sqa(root, "build", "small", "--unit", unit)
    assert asked.code == 2 and (why in asked.err or "unknown unit vast" in asked.err)
