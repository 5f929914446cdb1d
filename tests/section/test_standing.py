"""Where single schools stand: rows within bounds, yes and no, steps of a scale; and what is looked up for sentences."""

from pathlib import Path

import pytest

from sqa_lib.section import Section
from sqa_lib.sources.datasets import HEALTH_PLANS, PLAN_REVIEWS
from tests.section.test_tables import lines
from tests.small_project import write, write_city
from tests.sources.source_samples import csv_text

CITY, NORTH, TOWN, COMPULSORY = "lavheden", "norr", "stad", "99000001"
PLANS = {"99000001": "Ja", "99000002": "Nej", "99000003": "Ja", "99000005": "Ja", "99000006": "Ja", "99000007": "Nej"}
"""School → whether it has handed in a plan."""
REVIEWS = {"99000001": ("Tydligt", "Saknas"), "99000003": ("Systematiskt", "Påbörjat"), "99000005": ("Saknas", "Tydligt")}
"""School → its ratings of promoting work and of the evaluation; all else is `Tydligt`."""
FORM, OTHER = {"school_form": "compulsory"}, {"school_form": "upper_secondary"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_city(tmp_path, datasets=["school_units", "enrolment", "health_plans", "plan_reviews"])
    plans = [
        {"school_year": "2020/21", "unit": unit, "is_submitted": said, "follows_template": "Ja" if said == "Ja" else "",
         "is_followed_up": "", "focus_areas": ""}
        for unit, said in PLANS.items()
    ]  # fmt: skip
    same = {column.name: "Tydligt" for column in PLAN_REVIEWS.columns if column.dimension == "rating"}
    reviews = [
        {
            "school_year": "2020/21",
            "unit": unit,
            "reviewer": "granskare 1",
            **same,
            "promoting": promoting,
            "evaluation": evaluation,
        }
        for unit, (promoting, evaluation) in REVIEWS.items()
    ]
    write(tmp_path / "data" / "small" / "elevhalsoplaner.csv", csv_text(HEALTH_PLANS, *plans))
    write(tmp_path / "data" / "small" / "elevhalsoplaner_granskning.csv", csv_text(PLAN_REVIEWS, *reviews))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def section(unit: str, name: str = "access-compulsory", school_year: str = "2020/21") -> Section:
    return Section(name, "small", unit, school_year)


def shown(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The cells of the table that was shown; outside a notebook its Markdown is printed first, then the same as plain text."""
    markdown = capsys.readouterr().out.partition("'text/plain'")[0]
    return lines(markdown.replace("\\n", "\n").replace("'| ", "\n| "))


# ---- looked up ------------------------------------------------------------------------------------------------------


def test_schools_within_bounds_are_those_whose_figure_is_shown_and_lies_there(project: Path) -> None:
    city = section(CITY)
    assert city.within("health_plans_submitted", "schools", least=100, **FORM) == ["Enskolan", "Granskolan"]
    assert city.within("health_plans_submitted", "schools", most=0, **FORM) == ["Tallskolan"]
    assert section(CITY, "access-upper-secondary").within("health_plans_submitted", "schools", most=0, **OTHER) == [
        "Trastgymnasiet"
    ]


def test_codes_within_bounds_are_told_by_their_labels_in_their_order(project: Path) -> None:
    assert section(COMPULSORY).within("plan_criteria_met", "rubric_item", most=0, **FORM) == ["utvärdering"]
    assert section(CITY).within("plan_criteria_met", "rubric_item", least=51, most=99, **FORM) == []


def test_the_lowest_is_told_of_where_none_is_hidden(project: Path) -> None:
    assert section(CITY).lowest("plan_criteria_met", "rubric_item", **FORM) == "utvärdering"
    assert section("99000002").lowest("plan_criteria_met", "rubric_item", **FORM) == ""


def test_the_latest_school_year_of_something_is_found(project: Path) -> None:
    assert section(COMPULSORY).latest("health_plans", **FORM) == "2020/21"
    assert section("99000002").latest("health_plans", **FORM) == ""
    assert section(COMPULSORY, school_year="2019/20").latest("health_plans", **FORM) == ""


def test_few_schools_are_those_of_the_sections_school_form(project: Path) -> None:
    assert section(CITY).has_few_schools
    assert section(CITY).has_room_for_each


# ---- shown ----------------------------------------------------------------------------------------------------------


def test_a_table_keeps_the_rows_that_are_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = section(CITY)
    city.table("kept", "Skolor", "schools", [("Elever", "pupils", {})], keep=["Tallskolan"])
    assert [row[0] for row in shown(capsys)] == ["Skola", "Tallskolan", "Lavhedens kommun"]
    city.table("kept", "Skolor", "schools", [("Elever", "pupils", {})], keep=[])
    assert capsys.readouterr().out == ""


def test_a_school_stands_on_a_step_beside_the_authoritys_shares(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section(COMPULSORY).placed("own", "plan_ratings", "rubric_item", "rating", caption="Bedömningen", **FORM)
    head, *rows = shown(capsys)
    assert head == ["Kriterium", "Granskolan", "Saknas, %", "Påbörjat, %", "Tydligt, %", "Systematiskt, %"]
    assert rows[0] == ["Främjande arbete", "tydligt", "0", "0", "50", "50"]
    assert rows[6] == ["Utvärdering", "saknas", "50", "50", "0", "0"]


def test_few_schools_stand_side_by_side_without_those_that_stand_nowhere(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    section(CITY).placed("schools", "plan_ratings", "rubric_item", "rating", caption="Bedömningen", **FORM)
    head, *rows = shown(capsys)
    assert head == ["Kriterium", "Enskolan", "Granskolan"]
    assert rows[0] == ["Främjande arbete", "systematiskt", "tydligt"]


def test_nothing_is_shown_where_no_school_stands_anywhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section("99000002").placed("own", "plan_ratings", "rubric_item", "rating", caption="Bedömningen", **FORM)
    assert capsys.readouterr().out == ""


def test_what_is_something_or_nothing_is_answered_with_yes_or_no(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = [("Inlämnad", "health_plans_submitted", FORM), ("Följer mallen", "health_plans_follow_template", FORM)]
    section(NORTH).answered("plans", "Planer", "schools", columns)
    assert shown(capsys) == [["Skola", "Inlämnad", "Följer mallen"], ["Granskolan", "ja", "ja"], ["Tallskolan", "nej", "."]]


def test_each_school_is_told_with_what_it_has(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section(CITY).named("has", "Det som är tydligt", "rubric_item", [("Tydligt", "plan_criteria_met", FORM)])
    told = {school: labels.split("; ") for school, labels in shown(capsys)}
    assert list(told) == ["Skola", "Enskolan", "Granskolan", "Tallskolan"]
    assert told["Enskolan"][0] == "Främjande arbete"
    assert "utvärdering" not in told["Enskolan"] + told["Granskolan"]
    assert told["Tallskolan"] == ["Inga"]


def test_nothing_is_told_of_schools_where_none_has_anything(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section("99000002").named("has", "Det som är tydligt", "rubric_item", [("Tydligt", "plan_criteria_met", FORM)])
    assert capsys.readouterr().out == ""


def test_a_table_of_some_schools_has_no_row_of_all(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city, columns = section(CITY), [("Elever", "pupils", {}), ("Efter behov", "pupils", {"need": "high"})]
    city.some_schools("some", "Skolor", columns, ["Tallskolan", "Granskolan"])
    assert [row[0] for row in shown(capsys)] == ["Skola", "Granskolan", "Tallskolan"]
    city.some_schools("some", "Skolor", columns, ["Tallskolan"])
    assert shown(capsys)[0] == ["Skola", "Elever"]
    city.some_schools("none", "Skolor", columns, [])
    assert capsys.readouterr().out == ""


def test_schools_are_listed_area_by_area(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section(CITY).schools_where("all", "Skolor", "health_plans_submitted", least=0, **FORM)
    assert shown(capsys) == [
        ["Skolområde", "Antal", "Skolor"],
        ["Skolområde NORR", "2", "Granskolan, Tallskolan"],
        ["Skolområde SÖDER", "1", "Enskolan"],
    ]
    section(TOWN, "access-upper-secondary").schools_where("none", "Skolor", "health_plans_submitted", most=0, **OTHER)
    assert shown(capsys)[1:] == [["Skolområde STAD", "1", "Trastgymnasiet"]]
    section(NORTH).schools_where("no-one", "Skolor", "health_plans_submitted", most=-1, **FORM)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("unit", [CITY, COMPULSORY])
def test_what_was_asked_of_is_among_the_sections_figures(unit: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shower = section(unit)
    shower.placed("own", "plan_ratings", "rubric_item", "rating", caption="Bedömningen", **FORM)
    shower.about_figures()
    assert "bedömning av elevhälsoplanerna" in capsys.readouterr().out


def test_ratings_are_told_as_a_chart_with_what_most_and_least_plans_reach(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    section(CITY).stacked("all", "plan_ratings", "rubric_item", "rating", about="Planer", **FORM)
    said = capsys.readouterr().out.replace("\\xa0", " ")
    assert "Delat stapeldiagram för saknas, påbörjat, tydligt och systematiskt. Planer. " in said
    assert "Störst del i tydligt och systematiskt har främjande arbete (100 %) och minst utvärdering (0 %)." in said
