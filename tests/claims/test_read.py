"""Claims files and wordings: both shapes, and what a mistake is told as."""

from decimal import Decimal
from pathlib import Path

import pytest

from sqa_lib.claims.quantity import Quantity, parse_quantity
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.wording import Wording, read_wording
from sqa_lib.report import ReportError

WORDING = """
figures:
  - {population: cases, measure: count, count: "cases[{breakdown}]", statistic: "health_cases[{breakdown}]"}
  - {population: cases, measure: share, count: "cases[{breakdown}]", out_of: cases, reason: not kept}
  - {population: cases last year, measure: count, count: "cases[year=last]", statistic: health_cases, school_year: 2019/20}
elsewhere: {other: another report}
"""


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    (tmp_path / "wording.yml").write_text(WORDING, encoding="utf-8")
    return read_wording(tmp_path / "wording.yml")


def write(folder: Path, text: str) -> Path:
    path = folder / "figures.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_claims_in_words(tmp_path: Path, wording: Wording) -> None:
    lines = (
        "id,document,population,measure,breakdown,value,unit,decimals,qualifier",
        "A,,cases,count,gender=girl;level=one,12,cases,0,",
        "B,,cases,share,all,23.6,percent,1,about",
        "C,other,cases,count,,3,,0,",
    )
    path = write(tmp_path, "\n".join(lines))
    a, b, c = read_claims(path, wording)
    assert a.count == parse_quantity("cases[gender=girl, level=one]")
    assert str(a.statistic) == "health_cases[gender=girl, level=one]"
    assert (b.scale, b.value, b.decimals, b.precision, b.reason) == (100, Decimal("23.6"), 1, "about", "not kept")
    assert (b.count, b.out_of) == (parse_quantity("cases"), parse_quantity("cases"))
    assert (c.count, c.reason) == (None, "another report")


def test_words_may_speak_of_another_school_year_and_the_line_itself_says_it_best(tmp_path: Path, wording: Wording) -> None:
    heading = "id,population,measure,value,school_year\n"
    path = write(tmp_path, heading + "A,cases last year,count,3,\nB,cases last year,count,3,2018/19\nC,cases,count,3,\n")
    assert [claim.school_year for claim in read_claims(path, wording)] == ["2019/20", "2018/19", ""]


def test_claims_in_quantities_as_excel_saves_them(tmp_path: Path) -> None:
    """Semicolons, decimal commas, spaces in thousands, a byte order mark; decimals are those that are written."""
    path = write(
        tmp_path,
        "\ufeffid;count;out_of;value;unit;qualifier\n1;pupils;;1 104;;\n2;pupils[gender=girl];pupils;48,5;procent;drygt\n",
    )
    one, two = read_claims(path, Wording())
    assert (one.value, one.decimals, one.scale) == (Decimal(1104), 0, 1)
    assert (two.value, two.decimals, two.scale, two.precision) == (Decimal("48.5"), 1, 100, "about")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,name\nA,b\n", "line 1: the headings are id, name; needed are id, population, measure, value"),
        ("id,count,value\nA,p,many\n", "line 2, column value: `many` is not a number; write it as printed, such as 355 or 23,6"),
        ("id,count,value\nA,p[x],3\n", "line 2, column count: `p[x]`: `x` is not written as `dimension=code`"),
        ("id,count,value,decimals\nA,p,3,one\n", "line 2, column decimals: `one` is not a whole number"),
        ("id,count,value\nA,p,3\nA,q,4\n", "line 3, column id: `A` is there already; give each figure an id of its own"),
        (
            "id,population,measure,breakdown,value\nA,cases,count,girl,3\n",
            "line 2, column breakdown: `cases[girl]`: `girl` is not",
        ),
    ],
)
def test_a_mistake_names_file_line_column_and_mend(text: str, message: str, tmp_path: Path, wording: Wording) -> None:
    with pytest.raises(ReportError) as error:
        read_claims(write(tmp_path, text), wording)
    assert f"figures.csv: {message}" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as error:
        read_claims(write(tmp_path, "id,count,value\nA,p,x\nB,p,y\n"), Wording())
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == [" line 2, column value", " line 3, column value"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("figures: [{population: a}]", "wording.yml: key `figures.0.measure`: Field required"),
        ("figures: [{population: a, measure: b, count: 'p[x]'}]", "wording.yml: `p[x]`: `x` is not written as `dimension=code`"),
        ("part: {}", "wording.yml: key `part`: Extra inputs are not permitted"),
        ("a: [", "wording.yml: not readable as YAML"),
    ],
)
def test_a_mistake_in_a_wording(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "wording.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError) as error:
        read_wording(tmp_path / "wording.yml")
    assert message in str(error.value)


def test_a_quantity_is_written_as_it_is_read() -> None:
    quantity = Quantity("cases", (("gender", "girl"), ("level", "one")))
    assert str(quantity) == "cases[gender=girl, level=one]"
    assert parse_quantity(" cases [ level=one,gender = girl ] ") == quantity
    assert quantity.without("level") == parse_quantity("cases[gender=girl]")
    with pytest.raises(ValueError, match="names a dimension twice"):
        parse_quantity("cases[level=one, level=few]")
