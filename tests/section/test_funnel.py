"""Funnel plots: the same bytes each time, nobody named but those outside, the table holds every figure, words follow the rule."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest

from sqa_lib.report import Design
from sqa_lib.section.comparing import Funnel
from sqa_lib.section.funnel import draw_funnel, funnel_alt, funnel_finding, funnel_note, funnel_table
from tests.section.test_comparing import EVEN, staged
from tests.section.units import SmallView, published, rows

DESIGN = Design(primary="#123456")


def funnel(**others: tuple[float, float] | str) -> Funnel:
    return SmallView(published(rows("away", EVEN | others))).schools_around("away")


def crowd(crowds: int) -> Funnel:
    """Of each crowd's twelve schools one is outside; all crowds are alike, so that their dots lie on each other."""
    made = funnel(s1=(30, 100))
    points = [made.points.assign(label=made.points["label"] + f" {n}") for n in range(crowds)]
    return replace(made, points=pd.concat(points, ignore_index=True))


def words(svg: str) -> list[str]:
    return re.findall(r"<!-- (.*?) -->", svg)


def test_it_is_the_same_bytes_each_time_and_well_formed() -> None:
    svg = draw_funnel(funnel(s1=(30, 100)), DESIGN)
    assert svg == draw_funnel(funnel(s1=(30, 100)), DESIGN)
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_only_schools_outside_the_outer_limits_are_named_in_it() -> None:
    said = words(draw_funnel(funnel(s1=(30, 100), s2=(17, 100), s3=".."), DESIGN))
    assert [text for text in said if "Skola" in text] == ["Skola 1"]
    assert {"kommunen 10,0\u00a0%", "inre gränser", "yttre gränser", "Antal elever"} <= set(said)


def test_its_table_holds_every_school_in_the_units_order_and_no_withheld_one() -> None:
    lines = funnel_table(funnel(s1=(30, 100), s2="..", s4=(17, 100)), "Hög frånvaro", "x").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    assert cells[0] == ["Skola", "Elever", "Därav", "Andel, %", "Yttre gränser", "Läge mot gränserna"]
    assert [line[0] for line in cells[1:]] == [f"Skola {n}" for n in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)] + ["Kommunen"]
    assert cells[1][1:] == ["100", "30", "30,0", "2,0–20,0", "över de yttre"]
    assert [line[5] for line in cells if line[0] in ("Skola 3", "Skola 4")] == ["inom", "över de inre"]
    assert cells[-1][1:4] == ["1\u00a0200", "120", "10,0"]


def test_names_that_would_lie_on_each_other_are_left_to_the_table() -> None:
    made = crowd(3)
    assert made.outside() == ["Skola 1 0", "Skola 1 1", "Skola 1 2"]
    assert len([text for text in words(draw_funnel(made, DESIGN)) if "Skola" in text]) == 1
    assert all(f"| {name} |" in funnel_table(made, "Hög frånvaro", "x") for name in made.outside())


@pytest.mark.parametrize(("crowds", "in_table"), [(3, 36), (4, 4)])
def test_of_many_schools_its_table_has_those_outside_the_inner_limits_and_says_so(crowds: int, in_table: int) -> None:
    made, told = crowd(crowds), "Tabellen tar upp skolorna utanför de inre gränserna; de andra ligger inom dem."
    lines = [line for line in funnel_table(made, "Hög frånvaro", "x").splitlines() if line.startswith("| Skola ")]
    assert len(lines) - 1 == in_table
    assert (told in funnel_note(made)) == (in_table < len(made.points))
    assert ("Alla tal finns" in funnel_alt(made, "", "")) == (in_table == len(made.points))


@pytest.mark.parametrize(
    ("others", "finding"),
    [
        ({}, "Ingen skola skiljer sig säkert från kommunen som helhet"),
        ({"s4": (17, 100)}, "Ingen skola skiljer sig säkert från kommunen som helhet"),
        ({"s4": (30, 100), "s9": (0, 100)}, "Skola 4 och Skola 9 skiljer sig säkert från kommunen som helhet"),
        ({f"s{n}": (30, 100) for n in range(1, 5)}, "Av skolorna skiljer sig fyra säkert från kommunen som helhet"),
    ],
)
def test_its_finding_goes_by_the_outer_limits(others: dict, finding: str) -> None:
    made = funnel(**others)
    assert funnel_finding(made) == finding
    assert finding in funnel_alt(made, finding, "Hög frånvaro")
    assert "tabellen efter diagrammet" in funnel_alt(made, finding, "Hög frånvaro")


def test_its_note_tells_what_chance_gives_how_many_are_absent_and_whether_all_differ_more() -> None:
    calm = funnel(s2="..", s3="..")
    assert "Av tio skolor väntas då i genomsnitt 0,5 utanför de inre." in funnel_note(calm)
    assert "Utanför diagrammet är två skolor, vars" in funnel_note(calm)
    assert "mer från varandra än slumpen" not in funnel_note(calm)
    assert "Utanför diagrammet är en skola, vars" in funnel_note(funnel(s2=".."))
    varied = funnel(**{f"s{n}": (5 if n % 2 else 15, 100) for n in range(1, 13)})
    assert "Tillsammans skiljer sig skolorna mer från varandra än slumpen förklarar." in funnel_note(varied)


def test_an_adjusted_one_speaks_of_what_was_expected() -> None:
    away = {code: (20, 100) if code in ("s1", "s2") else (5, 100) for code in EVEN if code != "all"} | {"all": (70, 800)}
    made = SmallView(published(rows("away", away), *staged())).schools_around("away", adjusted_for="stage")
    assert funnel_finding(made) == "Ingen skola skiljer sig säkert från kommunen, när hänsyn tas till elevernas årskurser"
    assert "Väntat antal elever" in words(draw_funnel(made, DESIGN))
    lines = funnel_table(made, "Hög frånvaro", "x").splitlines()
    assert lines[2].split("|")[1:5] == [" Skola 1 ", " 20,0 ", " 20 ", " 100 "]
    assert not any("Kommunen" in line for line in lines)
    assert funnel_note(made).startswith("Väntat antal är vad skolan hade haft med kommunens andel i varje årskursgrupp.")
