"""Conclusions keep their place, get a theme, and are gathered from all units; the demo's reach the area and the municipality."""

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.publish.conclusions import LISTED, write_conclusions
from sqa_lib.published import Published
from sqa_lib.report import OTHER_THEME, Report, ReportError, Theme, load_report
from sqa_lib.section import Section
from sqa_lib.section.conclusions import QUESTION, by_theme, themed
from sqa_lib.section.texts import UnitText

ROOT = Path(__file__).parents[2]
REPORT, YEAR = "lulea-2020-21", "2020/21"


@pytest.fixture
def section(monkeypatch: pytest.MonkeyPatch, demo_published: Published):
    """A section of the demo for a unit, the project being where the tests are."""
    monkeypatch.chdir(ROOT)
    return lambda name, unit: Section(name, REPORT, unit, YEAR)


@pytest.mark.parametrize(
    ("bullet", "expected"),
    [
        ("Frånvaron behöver minska.", ("Trygghet och hälsa", "Frånvaron behöver minska.", "")),
        ("[Närvaro] Frånvaron behöver minska.", ("Närvaro", "Frånvaron behöver minska.", "")),
        ("[ närvaro ] Frånvaron behöver minska.", ("Närvaro", "Frånvaron behöver minska.", "")),
        ("[Närvarro] Allt.", ("Trygghet och hälsa", "[Närvarro] Allt.", "Närvarro")),
        ("[Planen](https://example.org) gäller.", ("Trygghet och hälsa", "[Planen](https://example.org) gäller.", "")),
        ("[@sec-attendance] visar det.", ("Trygghet och hälsa", "[@sec-attendance] visar det.", "")),
        ("[ord]{.smallcaps} räcker.", ("Trygghet och hälsa", "[ord]{.smallcaps} räcker.", "")),
        ("[Närvaro]", ("Trygghet och hälsa", "[Närvaro]", "")),
    ],
)
def test_a_conclusions_theme_is_its_sections_or_the_one_it_names(bullet: str, expected: tuple, demo_report: Report) -> None:
    assert themed(bullet, "health-survey", demo_report) == expected


def test_a_section_of_no_theme_is_gathered_with_the_overarching(demo_report: Report) -> None:
    assert themed("Allt hänger ihop.", "analysis", demo_report)[0] == OTHER_THEME
    assert demo_report.theme_names[-1] == OTHER_THEME


def test_where_conclusions_stand() -> None:
    written = "Text.\n\n- ingen slutsats\n\n## Slutsats\n\n- En\n  över två rader\n- Två\n\n* Tre\n"
    assert UnitText(written).conclusion_lines == (7, 9, 11)
    assert UnitText("Bara text.\n- en punkt\n").conclusion_lines == ()


@pytest.mark.parametrize(
    ("themes", "message"),
    [
        ("[{name: A, sections: [x]}, {name: B, sections: [x]}]", "key `themes`.*section `x` is named twice"),
        ("[{name: A}, {name: A}]", "key `themes`.*theme `A` is named twice"),
        ("[{name: A, section: [x]}]", "unknown key `themes.0.section`; known here: name, sections"),
    ],
)
def test_wrong_themes_are_told_of(themes: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yml"
    path.write_text(f"{(ROOT / 'params' / f'{REPORT}.yml').read_text(encoding='utf-8')}\nthemes: {themes}\n", encoding="utf-8")
    with pytest.raises(ReportError, match=message):
        load_report(str(path))


def test_a_reports_own_themes(demo_report: Report, section) -> None:
    own = demo_report.model_copy(update={"themes": (Theme(name="Elever", sections=("attendance",)),)})
    assert (own.theme_of("attendance"), own.theme_of("health-survey")) == ("Elever", OTHER_THEME)
    gathered = by_theme(section("analysis", "99001029").own_conclusions(), demo_report)
    assert list(gathered) == [theme.name for theme in demo_report.themes]


def test_the_file_and_line_of_a_conclusion_hold_it(section) -> None:
    """All the demo's, against the files themselves."""
    found = section("analysis", "lulea").all_units_conclusions()
    for conclusion in found:
        line = (ROOT / "data" / REPORT / conclusion.file).read_text(encoding="utf-8").splitlines()[conclusion.line - 1]
        written = ".+".join(re.escape(part) for part in re.split(r"\{\{.*?\}\}", line.removeprefix("- ")))
        assert re.fullmatch(written, conclusion.text)
    bullets = [
        line
        for path in (ROOT / "data" / REPORT / "texts").glob("*/*.md")
        for line in path.read_text(encoding="utf-8").partition("## Slutsats")[2].splitlines()
        if line.startswith("- ")
    ]
    assert len(found) == len(bullets) > 100


def test_schools_reach_their_own_area_and_all_reach_the_municipality(section) -> None:
    below = {
        unit: {c.unit.code for c in section("analysis", unit).conclusions_below("school")}
        for unit in ("bcn", "hob", "srg", "lulea")
    }
    assert below["lulea"] == below["bcn"] | below["hob"] | below["srg"] == {"99001003", "99001013", "99001022", "99001029"}
    assert sum(len(units) for units in below.values()) == 2 * len(below["lulea"])
    assert {c.unit.code for c in section("analysis", "lulea").conclusions_below("area")} == {"bcn", "hob", "srg"}
    assert section("analysis", "99001029").conclusions_below("school") == []


def test_sections_that_ask_and_got_no_answer(section) -> None:
    """What only presents figures (the summary) asks for nothing; what comes after the analysis is not yet asked."""
    assert section("analysis", "99001029").without_conclusions() == ["last-year", "national-indicators"]
    without = section("analysis", "99001001").without_conclusions()
    assert {"attendance", "health-survey"} <= set(without)
    assert not {"summary", "analysis", "development-areas", "method", "about"} & set(without)


def test_a_section_shows_its_conclusions_as_answers_to_the_templates_question(section, capsys: pytest.CaptureFixture) -> None:
    section("attendance", "99001029").conclusion_box(f"*{QUESTION}*")
    shown = capsys.readouterr().out
    assert "Vad från avsnittet tar ni med er till avslutande analys?" in shown
    assert "- Den tidiga kontakten med hemmet fungerar väl och ska fortsätta." in shown


# ---- the analyst's list ---------------------------------------------------------------------------------------------


def row(unit: str, level: str, theme: str, conclusion: str) -> dict:
    return dict.fromkeys(LISTED, "") | {
        "unit": unit, "unit_name": unit.title(), "level": level, "section": "attendance", "section_title": "Närvaro",
        "theme": theme, "conclusion": conclusion, "file": f"texts/{unit}/attendance.md", "line": 7,
    }  # fmt: skip


def test_the_list_is_a_page_and_a_file_of_the_same_rows(tmp_path: Path, demo_report: Report) -> None:
    rows = [row("all", "municipality", "A", "Ett & två"), row("s1", "school", "A", "Tre; fyra"), row("s2", "school", "B", "Fem")]
    folder = tmp_path / "books" / "s1" / "_book"
    folder.mkdir(parents=True)
    (folder / "attendance.html").write_text("")
    page = write_conclusions(tmp_path, pd.DataFrame(rows, columns=LISTED), ["A", "B"], demo_report, YEAR, {"s1": folder})
    text = page.read_text(encoding="utf-8")
    assert [name for name in ("A", "B") if f">{name}</h2>" in text] == ["A", "B"]
    assert "Ett &amp; två" in text and '<a href="books/s1/_book/attendance.html">Närvaro</a>' in text
    assert text.count("<a href=") == 2  # the one book that is there, and the file
    assert "texts/s2/attendance.md, rad 7" in text
    kept = pd.read_csv(tmp_path / "conclusions.csv", sep=";", encoding="utf-8-sig")
    assert list(kept["Slutsats"]) == ["Ett & två", "Tre; fyra", "Fem"]
    assert Counter(kept["Nivå"]) == {"kommun": 1, "skola": 2}
