"""The synthetic file of the shape of Skolverket's "Underlag för analys"."""

from collections import Counter
from pathlib import Path

import pytest
from demo_files import COMMITTED, Data
from python_calamine import CalamineWorkbook

from sqa_lib.demo.skolverket import Authority, Unit, published, write
from sqa_lib.sources.skolverket.authorities import find_authority
from sqa_lib.sources.skolverket.measures import MEASURES
from sqa_lib.sources.skolverket.underlag import read_underlag

BY_NAME = {measure.name: measure for measure in MEASURES}


def cells(path: Path) -> list[list]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_shape():
    rows = cells(COMMITTED / "underlag_for_analys.xlsx")
    assert rows[0][0].startswith("Underlag för analys för grundskola")
    assert not any(rows[1])
    assert rows[2][:2] == ["", "RIKET: TOTALT"]
    assert set(rows[3][1:]) == {"2020/21"}
    assert [row[0] for row in rows[4:53]] == [measure.heading for measure in MEASURES]
    assert {type(cell) for row in rows[4:53] for cell in row[1:]} == {float, str}
    assert {cell for row in rows[4:53] for cell in row[1:] if isinstance(cell, str)} == {".", "..", "...", "-"}
    assert not any(rows[53]) and "SYNTETISKA" in rows[54][0]


def test_who_is_in_it():
    headers = cells(COMMITTED / "underlag_for_analys.xlsx")[2][2:]
    authorities = [header for header in headers if header.endswith(": HUVUDMAN")]
    units = headers[len(authorities) :]
    assert len(authorities) == 31 and headers[: len(authorities)] == authorities
    assert "LULEÅ KOMMUN (2120009999): HUVUDMAN" in authorities
    assert "LULEÅ KOMMUN (2120009999): LINGONSKOLAN F-6 (99001001)" in units
    assert max(Counter(header.rpartition(" (")[0] for header in units).values()) > 1, "a name that comes twice in an authority"
    assert max(Counter(header.rpartition(" (")[2] for header in units).values()) == 2, "a code under two authorities"


def test_it_is_read_without_problems():
    underlag = read_underlag(COMMITTED / "underlag_for_analys.xlsx")
    assert underlag.problems.empty
    assert find_authority(underlag.units, "Luleå kommun").organisation_number == "2120009999"


def test_pupils_are_those_enrolled_in_years_1_to_9():
    underlag = read_underlag(COMMITTED / "underlag_for_analys.xlsx")
    values = underlag.values.query("measure == 'pupils' and organisation_number == '2120009999'").set_index("unit").value
    enrolled = Data(COMMITTED)("elever").query("Årskurs != '' and Årskurs != 'F'")
    expected = enrolled.assign(pupils=enrolled["Antal"].astype(int)).groupby("Skolenhetskod").pupils.sum()
    assert values.drop("").to_dict() == expected.to_dict()
    assert values[""] == expected.sum()


def test_the_country_is_the_sum_of_its_authorities():
    underlag = read_underlag(COMMITTED / "underlag_for_analys.xlsx")
    pupils = underlag.values.query("measure == 'pupils'").merge(underlag.units, on=["organisation_number", "unit"])
    by_level = pupils.groupby("level", observed=True).value.sum()
    assert by_level["country"] == by_level["authority"] == by_level["school"]


def test_a_small_file(tmp_path: Path):
    """Two authorities with one unit each; the second is listed without pupils."""
    five = dict.fromkeys("123456", 5)
    school, empty = Unit("99110001", "Sländskolan F–6", five, five), Unit("99110002", "Sländskolan F–6", {}, {})
    authorities = [Authority("9900000101", "Lavhedens kommun", (school,)), Authority("9900000201", "Kottens AB", (empty,), False)]
    rows = cells(write(tmp_path / "small.xlsx", authorities, "2022/23", seed=3))
    assert rows[2][1:] == [
        "RIKET: TOTALT",
        "KOTTENS AB (9900000201): HUVUDMAN",
        "LAVHEDENS KOMMUN (9900000101): HUVUDMAN",
        "KOTTENS AB (9900000201): SLÄNDSKOLAN F-6 (99110002)",
        "LAVHEDENS KOMMUN (9900000101): SLÄNDSKOLAN F-6 (99110001)",
    ]
    assert rows[3][1:] == ["2022/23"] * 5
    assert rows[4][1:] == [60, ".", 60, ".", 60]
    assert rows[5][1:] == [50, ".", 50, ".", 50]


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "cell"),
    [
        ("pupils", 12, 1, 12),
        ("teacher_posts", 4.26, 1, 4.3),
        ("girls_share", 20, 40, 50.0),
        ("girls_share", 4, 40, ".."),
        ("girls_share", 5, 9, ".."),
        ("girls_share", 0, 40, 0.0),
        ("girls_share", 36, 40, "..."),
        ("girls_share", 40, 40, 100.0),
        ("girls_share", 0, 0, "."),
        ("women_teachers_share", 2, 2.9, ".."),
        ("women_teachers_share", 3, 4, 75.0),
        ("pupils_per_guidance_counsellor", 120, 0, "."),
        ("pupils_per_teacher", 100, 8, 12.5),
        ("target2_safety_year5", 28, 4, "-"),
        ("target2_safety_year5", 35, 5, 7.0),
        ("target2_safety_year5", 0, 0, "."),
    ],
)
def test_what_is_published(measure: str, numerator: float, denominator: float, cell: float | str):
    assert published(BY_NAME[measure], numerator, denominator) == cell
