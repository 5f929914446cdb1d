"""An indicator in words, tables and charts."""

import pytest

from sqa_lib.cycle.areas import Indicator
from sqa_lib.cycle.outcome import Outcome, outcome_of, pace_of
from sqa_lib.marks import Mark
from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section.indicators import (
    explained,
    in_short,
    indicator_table,
    show_indicators,
    status_words,
    target_value,
    target_words,
)
from sqa_lib.section.target_chart import charted, target_charts
from tests.section.figures import count, share

NOW = "2020/21"
FEW = share(60, 40, 78, 12, 20)


def an_indicator(**changes: object) -> Indicator:
    given = {"name": "Arbetsro", "statistic": "survey", "baseline": "2018/19", "target": {"at_least": 75}, "date": "2021-06-11"}
    return Indicator.model_validate(given | changes)


def outcome(before: Cell, now: Cell, between: Cell | None = None, **changes: object) -> Outcome:
    series = {"2018/19": before, "2019/20": between or now, NOW: now}
    return outcome_of(an_indicator(**changes), lambda _, school_year, **codes: series[school_year], series, NOW)


REACHED = outcome(share(60, 56, 64, 300, 500), share(80, 76.3, 83.3, 400, 500))
ON_THE_WAY = outcome(share(60, 56, 64, 300, 500), share(80, 76.3, 83.3, 400, 500), target={"at_least": 90})
NOT = outcome(share(60, 56, 64, 300, 500), share(50, 46, 54, 250, 500))
CANNOT = outcome(FEW, share(70, 48, 86, 14, 20))
WITHHELD = outcome(share(".."), share(".."))
NEW = outcome(FEW, FEW, baseline=NOW, date="2022-06-10")


@pytest.mark.parametrize(
    ("one", "status", "said"),
    [
        (REACHED, "uppnått", "Läsåret 2020/21 är värdet 80 %, och även intervallets mindre gynnsamma ände når målet."),
        (
            ON_THE_WAY,
            "på väg",
            "Sedan läsåret 2018/19 har värdet gått från 60 till 80 procent. Det är en säker förbättring, men målet är inte "
            "säkert nått. Målet skulle vara nått senast 11 juni 2021.",
        ),
        (
            NOT,
            "inte på väg",
            "Sedan läsåret 2018/19 har värdet gått från 60 till 50 procent. Även när slumpen räknas in är förändringen mindre än "
            "vad som krävs så här långt för att nå målet. Målet skulle vara nått senast 11 juni 2021.",
        ),
        (
            CANNOT,
            "kan inte avgöras: för få elever",
            "Sedan läsåret 2018/19 har värdet gått från 60 till 70 procent. Skillnaden kan bero på slumpen: siffrorna passar "
            "både med att inget har hänt och med att målet är inom räckhåll. Målet skulle vara nått senast 11 juni 2021.",
        ),
        (
            WITHHELD,
            "kan inte avgöras: uppgiften redovisas inte",
            "Värdet för läsåret 2020/21 gäller för få, eller skyddar en uppgift om få. Målet skulle vara nått senast 11 juni "
            "2021.",
        ),
        (
            outcome(share("."), share(60, 56, 64, 300, 500), target={"at_least": 70}),
            "kan inte avgöras: uppgift saknas",
            "Värdet för läsåret 2018/19 saknas i underlaget. Målet skulle vara nått senast 11 juni 2021.",
        ),
        (
            outcome(FEW, FEW, date="2022-06-10"),
            "kan inte avgöras: för få elever",
            "Värdet är 60 procent, som läsåret 2018/19. Skillnaden kan bero på slumpen: siffrorna passar både med att inget har "
            "hänt och med att målet är inom räckhåll.",
        ),
        (
            outcome(count(30), count(22), target={"at_most": 15}),
            "kan inte avgöras: för få ärenden",
            "Sedan läsåret 2018/19 har värdet gått från 30 till 22. Skillnaden kan bero på slumpen: siffrorna passar både med "
            "att inget har hänt och med att målet är inom räckhåll. Målet skulle vara nått senast 11 juni 2021.",
        ),
    ],
)
def test_a_status_is_worded_with_its_reason(one: Outcome, status: str, said: str) -> None:
    assert status_words(one) == status
    assert explained(one).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("target", "before", "value", "words"),
    [
        ({"at_least": 75}, FEW, "minst 75 %", "minst 75 %"),
        ({"at_most": 2.5}, FEW, "högst 2,5 %", "högst 2,5 %"),
        ({"at_least": 100}, FEW, "100 %", "100 %"),
        ({"up_by": 20}, share(28.57), "minst 49 %", "minst 49 % (upp minst 20 procentenheter)"),
        ({"up_by": 1}, FEW, "minst 61 %", "minst 61 % (upp minst 1 procentenhet)"),
        ({"down_by": 5}, share(".."), "ned minst 5 procentenheter", "ned minst 5 procentenheter"),
        ({"down_by": 5}, count(30), "högst 25", "högst 25 (ned minst 5)"),
    ],
)
def test_a_target_is_worded_as_a_value_and_as_the_change_that_was_promised(
    target: dict, before: Cell, value: str, words: str
) -> None:
    one = outcome(before, before, target=target)
    assert (target_value(one).replace("\u00a0", " "), target_words(one).replace("\u00a0", " ")) == (value, words)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], ""),
        ([REACHED], "Målet är uppnått."),
        ([REACHED, NOT, REACHED, ON_THE_WAY], "Av fyra mål är två uppnådda, ett på väg och ett inte på väg."),
        ([NOT, CANNOT, WITHHELD], "Av tre mål är ett inte på väg. Två kan inte avgöras."),
        ([CANNOT], "Ett mål kan inte avgöras."),
    ],
)
def test_all_are_counted_in_short(found: list[Outcome], said: str) -> None:
    assert in_short(found) == said


def test_the_table_has_the_latest_years_with_intervals_the_target_and_the_status() -> None:
    table = indicator_table([REACHED, WITHHELD], "Indikatorer", "i").replace("\u00a0", " ")
    heads, _, first, second = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[:4])
    assert heads == ["Indikator", "2018/19", "2019/20", "2020/21", "Mål", "Läge"]
    assert first[1:4] == ["60 % (56–64)", "80 % (76–83)", "80 % (76–83)"]
    assert first[4:] == ["minst 75 % senast 11 juni 2021; utgångsläge läsåret 2018/19", "uppnått"]
    assert second[1:4] == [".."] * 3 and second[4] == first[4]
    assert "Tecken: **..** redovisas inte" in table and "Inom parentes: 95-procentigt konfidensintervall." in table


def test_a_table_without_intervals_does_not_explain_them() -> None:
    assert "Inom parentes" not in indicator_table([WITHHELD], "Indikatorer", "i")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (0, "Läsåret 2020/21 är utgångsläget. Indikatorn följs från nästa läsår."),
        (1, "- **Arbetsro – utgångsläge.** Den följs från nästa läsår."),
    ],
)
def test_what_is_new_is_said_to_be_followed_from_now_on(capsys: pytest.CaptureFixture, others: int, said: str) -> None:
    show_indicators([*[REACHED] * others, NEW], "Indikatorer", "i", Design(primary="#123456"))
    assert said in capsys.readouterr().out


def test_only_what_has_three_figures_is_drawn_and_a_withheld_year_is_said() -> None:
    partly = outcome(FEW, FEW, between=share(".."))
    assert charted([REACHED, WITHHELD, partly, NOT]) == [REACHED, NOT]
    svg = target_charts([REACHED, NOT, ON_THE_WAY], ["minst 75 %"] * 3, Design())
    assert svg.startswith("<svg") and svg == target_charts([REACHED, NOT, ON_THE_WAY], ["minst 75 %"] * 3, Design())


@pytest.mark.parametrize(
    ("year", "date", "pace"), [("2019/20", "2021-06-11", 0.5), ("2020/21", "2021-06-11", 1), (NOW, "2020-01-01", 1)]
)
def test_the_way_to_a_target_is_walked_in_equal_steps(year: str, date: str, pace: float) -> None:
    assert pace_of(an_indicator(date=date), year) == pace


def test_marks_are_told_apart() -> None:
    assert outcome(FEW, share(Mark.MISSING.value)).verdict.reason == "missing"
