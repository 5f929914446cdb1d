"""Why a section shows nothing: the figures are about few, the year's data aren't there yet, or there is nothing but zeros."""

import json
import re

import pytest

from sqa_lib.published import Published
from sqa_lib.section import Section
from tests.conftest import ROOT
from tests.section.units import SmallView, published, rows

FEW, MISSING, NONE = "för få, eller för att skydda en uppgift om få", "underlag saknas", "det finns inga"
SECTIONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REPORT = "lulea-2020-21"


def said_by(section: str, unit: str, school_year: str, capsys: pytest.CaptureFixture) -> str:
    """All that the section's notebook shows, but for what the marks of earlier years mean."""
    (path,) = (path for path in SECTIONS if path.stem.partition("-")[2] == section)
    names = {"report": REPORT, "unit": unit, "school_year": school_year}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
            exec("".join(cell["source"]), names)
    return re.sub(r"Tecken: .*?@sec-about", "", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("marks", "why"),
    [(("..", "."), FEW), ((".", "."), MISSING), (((0, 9), "."), NONE), (((0, 9), ".."), FEW)],
)
def test_the_reason_is_told_by_the_figures(marks: tuple, why: str) -> None:
    view = SmallView(published(rows("away", dict(zip(("north", "south"), marks, strict=True)))))
    assert Section.why_not(*(view.v("away", at=unit) for unit in ("north", "south"))) == why


@pytest.mark.parametrize("unit", ["lulea", "99001022"])
@pytest.mark.parametrize(
    "section",
    ["attendance", "health-survey", "interventions", "meals-and-climate", "principals-survey", "mother-tongue", "health-cases"],
)
def test_a_year_without_data_is_called_missing_and_never_too_few(
    section: str, unit: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, demo_published: Published
) -> None:
    monkeypatch.chdir(ROOT)
    said = said_by(section, unit, "2021/22", capsys)
    assert "nderlag saknas" in said
    assert "för få" not in said
    assert set(re.findall(r"redovisas inte[^:]*: ([\w ]+)", said)) <= {MISSING}


def test_a_year_with_few_is_called_so_and_not_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, demo_published: Published
) -> None:
    monkeypatch.chdir(ROOT)
    small = Section("health-survey", REPORT, "99001022", "2020/21")
    assert small.carries("svaren", "survey", "survey_item", survey_year="4", least=99) is None
    small.dots("one", "survey", "survey_item", about="Svaren", survey_year="4")
    small.left_out()
    said = capsys.readouterr().out
    assert f"redovisas inte: {FEW}" in said and "redovisas inte svaren" in said
    assert "nderlag saknas" not in said
