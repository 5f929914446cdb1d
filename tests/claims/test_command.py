"""`sqa figures` and `sqa prove`: what a user sees."""

import json
from pathlib import Path

import pytest

from tests.command import sqa
from tests.conftest import ROOT

CLAIMS = """\
id;count;out_of;value;unit;qualifier
p1;cases;;264;;
p2;cases[level=individual];cases;69;procent;
p3;cases[level=group];cases;23;procent;
p4;cases[level=school];cases;17;procent;
p5;cases[gender=girl];cases[level=individual];40;procent;cirka
"""
WORDING = """\
parts:
  gender: {codes: [girl, boy]}
  level: {codes: [individual, group, school], is_whole: false}
"""


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """The example of docs/printed-figures.md."""
    (tmp_path / "wording.yml").write_text(WORDING, encoding="utf-8")
    (tmp_path / "figures.csv").write_text(CLAIMS, encoding="utf-8")
    return tmp_path / "figures.csv"


def test_a_file_of_any_report_is_proved_without_data(claims: Path, tmp_path: Path) -> None:
    done = sqa(tmp_path, "prove", str(claims))
    assert done.code == 1
    shown = (
        (ROOT / "docs" / "printed-figures.md").read_text(encoding="utf-8").split("$ sqa prove figures.csv\n")[1].split("```")[0]
    )
    assert done.out.strip() == shown.strip()


def test_figures_that_agree_are_told_so(claims: Path, tmp_path: Path) -> None:
    claims.write_text(CLAIMS.replace(";23;", ";14;"), encoding="utf-8")
    done = sqa(tmp_path, "prove", str(claims))
    assert (done.code, done.out.strip()) == (0, "5 of 5 figures compared, at least 0 of them wrong")


def test_words_without_a_wording_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_text("id,population,measure,value\nA,cases,count,3\n", encoding="utf-8")
    done = sqa(tmp_path, "prove", str(tmp_path / "figures.csv"))
    assert "0 of 1 figures compared" in done.out
    assert "the others have neither `count` nor words that the wording explains" in done.out


def test_every_figure_of_the_demo_as_json(demo_published: object) -> None:
    done = sqa(ROOT, "figures", "lulea-2020-21", "--json")
    accounts = json.loads(done.out)
    assert (done.code, len(accounts)) == (0, 93)
    assert accounts[0] == {"id": "F001", "status": "reproduced", "printed": 55, "computed": 55, "reason": ""}
    assert list(accounts[0]) == ["id", "status", "printed", "computed", "reason"]


def test_a_figure_that_the_data_contradict_ends_with_1(tmp_path: Path, demo_published: object) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,count,value,statistic\nA,cases,354,health_cases\nB,x,3,\n", encoding="utf-8")
    done = sqa(ROOT, "figures", "lulea-2020-21", "--claims", str(path))
    assert done.code == 1
    assert "2 figures: 0 reproduced, 0 approximate, 1 contradicted, 0 misprint, 1 not derivable" in done.out


def test_a_wording_that_is_not_there(claims: Path, tmp_path: Path) -> None:
    done = sqa(tmp_path, "prove", str(claims), "--wording", "none.yml")
    assert (done.code, "none.yml: no such file" in done.err) == (2, True)
