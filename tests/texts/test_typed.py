"""Numbers typed by hand: which figure each says, whether it does, and the reference to write; ordinary prose is left alone."""

import pytest

from sqa_lib.published import Published
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.typed import TypedNumbers

SECTION = {
    "x": ("cases", "cases_level", "arrived", "projects", "absence", "high_absence", "per_group", "tongue"),
    "pupils": ("pupils",),
}


@pytest.fixture
def told(published: Published):
    """What is told of a text: (typed, verdict, reference)."""
    finder = TypedNumbers(published, "2020/21", SECTION)

    def found(text: str, unit: str = "all", section: str = "x") -> list[tuple[str, str, str]]:
        return [
            (number.typed, number.verdict, number.reference.removeprefix("{{ ").removesuffix(" }}"))
            for number in finder.found_in(WrittenText(f"texts/{unit}/{section}.md", unit, text))
        ]

    return found


INDIVIDUAL, GROUP, PRESCHOOL = (
    "v('cases_level', level='individual', school_form='compulsory')",
    "v('cases_level', level='group', school_form='compulsory')",
    "v('cases', school_form='preschool')",
)


@pytest.mark.parametrize(
    ("text", "typed", "reference"),
    [
        ("Elevhälsan tog emot 355 ärenden.", "355 ärenden", "v('cases')"),
        ("Totalt antal ärenden: 355", "355", "v('cases') | number"),
        ("Varav ärenden från förskola 91 samt grundskola 264.", "91", "v('cases', school_form='preschool') | number"),
        ("Av grundskolans ärenden rör 69 procent individnivå.", "69 procent", INDIVIDUAL),
        ("89 procent av ärendena rör individnivå.", "89 procent", INDIVIDUAL.replace("compulsory", "preschool")),
        ("Under läsåret kom 55 nyanlända elever.", "55 nyanlända elever", "v('arrived')"),
        ("55 nyanlända elever kom.", "55 nyanlända elever", "v('arrived')"),
        ("I närvaroprojektet deltar tre skolor.", "tre skolor", "v('projects') | spelled"),
        ("Tre skolor är med i närvaroprojektet.", "Tre skolor", "v('projects') | spelled | cap"),
        ("Frånvaron var 7,2 procent.", "7,2 procent", "v('absence')"),
        ("Läsåret 2019/20 var frånvaron 5,4 procent.", "5,4 procent", "v('absence', school_year='2019/20')"),
        ("Frånvaron var 5,4 % förra läsåret.", "5,4 %", "v('absence', school_year='2019/20')"),
        ("Andelen elever med hög frånvaro var 10,4 procent.", "10,4 procent", "v('high_absence')"),
        ("Fjärrundervisningen har 2,17 elever per grupp.", "2,17", "v('per_group')"),
        ("Det är 151 elever som läser arabiska.", "151 elever", "v('tongue', language='arabic')"),
        ("På Granskolan fanns 27 ärenden.", "27 ärenden", "v('cases', at='n1')"),
    ],
)  # fmt: skip
def test_a_number_that_equals_a_figure(text: str, typed: str, reference: str, told) -> None:
    assert (typed, "equal", reference) in told(text)


@pytest.mark.parametrize(
    ("text", "verdict", "reference"),
    [
        ("Frånvaron var 7 procent.", "nearly", "v('absence')"),
        ("Frånvaron var 7,3 procent.", "nearly", "v('absence')"),
        ("Frånvaron var 7,24 procent.", "nearly", "v('absence')"),
        ("Elevhälsan tog emot 354 ärenden.", "nearly", "v('cases')"),
        ("Elevhälsan tog emot cirka 350 ärenden.", "nearly", "v('cases')"),
        ("Elevhälsan tog emot 335 ärenden.", "contradicts", "v('cases')"),
        ("Elevhälsan tog emot cirka 250 ärenden.", "contradicts", "v('cases')"),
        ("Det var 264 ärenden från grundskolan och 19 ärenden från förskolan.", "contradicts", PRESCHOOL),
        ("Av grundskolans ärenden rör 23 procent gruppnivå.", "contradicts", GROUP),
        ("Frånvaron var 9,2 procent.", "contradicts", "v('absence')"),
        ("Elever med hög frånvaro var 14 procent.", "contradicts", "v('high_absence')"),
        ("Frånvaron var 9,1 procent läsåret 2020/21, läsåret innan 5,4 procent.", "contradicts", "v('absence')"),
        ("I närvaroprojektet deltar fem skolor.", "contradicts", "v('projects') | spelled"),
        ("Vi tog emot 12 nyanlända elever.", "contradicts", "v('arrived')"),
    ],
)  # fmt: skip
def test_a_number_that_says_something_else(text: str, verdict: str, reference: str, told) -> None:
    assert [found[1:] for found in told(text) if found[1] != "equal"] == [(verdict, reference)]


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("Skolan har 210 elever.", "n1", [("210 elever", "equal", "v('pupils')")]),
        ("Granskolan hade 250 elever läsåret 2020/21.", "n1", [("250 elever", "contradicts", "v('pupils')")]),
        ("I kommunen går 6 745 elever.", "n1", [("6 745 elever", "equal", "v('pupils', at='all')")]),
        ("Skolan har 104 flickor och 106 pojkar bland eleverna.", "n1", [
            ("104", "equal", "v('pupils', gender='girl') | number"), ("106", "equal", "v('pupils', gender='boy') | number"),
        ]),
    ],
)  # fmt: skip
def test_a_schools_own_figures(text: str, unit: str, expected: list, told) -> None:
    assert sorted(told(text, unit, "pupils")) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "Vi har prioriterat tre områden.",
        "I tre skolor har vi prövat nya scheman.",
        "En skola har prövat nya scheman.",
        "Vi hade 40 ärenden om mobbning.",
        "11 ärenden ledde till beslut om nekande.",
        "Av 40 ärenden var några svåra.",
        "Minst 300 ärenden ska avslutas.",
        "Vi har fler än 100 ärenden.",
        "Målet är att frånvaron är 5 procent.",
        "I hela landet var frånvaron 6 procent.",
        "Frånvaron var 9 procent hösten 2018.",
        "Lärarna har 60 lektioner i 20 klassrum.",
        "Den nya salen rymmer 355 stolar.",
        "I årskurs 4 var frånvaron 9 procent.",
        "Alla lärare har tillsvidareanställning på 100 procent.",
        "Det totala antalet ärenden är {{ v('cases') }}.",
    ],
)
def test_ordinary_prose_is_left_alone(text: str, told) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text", ["Skolan hade 27 ärenden.", "Skolan hade 9 ärenden.", "Det var tre ärenden.", "Frånvaron var 7,2 procent."]
)
def test_nothing_is_told_where_the_figure_itself_is_withheld(text: str, told) -> None:
    assert told(text, "n2") == []


@pytest.mark.parametrize(("unit", "section"), [("n9", "x"), ("all", "y")])
def test_a_text_that_no_book_shows_is_compared_with_nothing(unit: str, section: str, told) -> None:
    assert told("Elevhälsan tog emot 335 ärenden.", unit, section) == []


def test_what_is_told_of_a_number(published: Published) -> None:
    text = WrittenText("texts/all/x.md", "all", "Hej.\n\nTallskolan är ny, och Granskolan hade 30 ärenden.")
    (found,) = TypedNumbers(published, "2020/21", SECTION).found_in(text)
    assert (found.file, found.line, found.typed, found.verdict) == ("texts/all/x.md", 3, "30 ärenden", "contradicts")
    assert (found.subject, found.figure) == ("Elevhälsans ärenden, Granskolan", "27")
