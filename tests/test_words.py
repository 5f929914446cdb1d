"""Swedish numbers and words, as official Swedish writes them."""

import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqa_lib import words


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1104634, 0, "1 104 634"),
        (23.636, 1, "23,6"),
        (96.0, 1, "96,0"),
        (2.5, 0, "3"),
        (0.285, 2, "0,29"),
        (-2.5, 0, "−3"),
        (-1234.56, 1, "−1 234,6"),
        (-0.4, 0, "0"),
        (-0.0, 1, "0,0"),
    ],
)
def test_numbers_have_a_decimal_comma_and_no_break_spaces(value: float, decimals: int, written: str) -> None:
    assert words.number(value, decimals) == written.replace(" ", words.NBSP)


@given(thousandths=st.integers(-10_000_000, 10_000_000), decimals=st.integers(0, 2))
def test_a_number_is_rounded_half_up_whatever_its_binary_form(thousandths: int, decimals: int) -> None:
    exact = (Decimal(thousandths) / 1000).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    written = words.number(thousandths / 1000, decimals)
    assert Decimal(written.replace(words.NBSP, "").replace(",", ".").replace("−", "-")) == exact


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.percent(23.636, 1), "23,6 procent"),
        (words.points(1), "1 procentenhet"),
        (words.points(-1.2), "1 procentenhet"),
        (words.points(-7.4), "7 procentenheter"),
        (words.points(1.5, 1), "1,5 procentenheter"),
        (words.counted(1, "ärende", "ärenden"), "1 ärende"),
        (words.counted(0, "ärende", "ärenden"), "0 ärenden"),
        (words.counted(1355, "ärende", "ärenden"), "1 355 ärenden"),
        (words.counted(1.5, "tjänst", "tjänster", 1), "1,5 tjänster"),
    ],
)
def test_a_number_agrees_with_its_noun_and_stays_on_its_line(written: str, expected: str) -> None:
    assert written == expected.replace(" ", words.NBSP)


@pytest.mark.parametrize(("value", "word"), [(0, "noll"), (1, "en"), (12, "tolv"), (13, "13"), (1000, "1\u00a0000")])
def test_small_numbers_are_spelled(value: int, word: str) -> None:
    assert words.spelled(value) == word


@pytest.mark.parametrize(
    ("items", "written"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a och b"),
        (["a", "b", "c"], "a, b och c"),
        (["mat och sömn", "stress"], "mat och sömn samt stress"),
        (["mat och sömn"], "mat och sömn"),
    ],
)
def test_lists(items: list[str], written: str) -> None:
    assert words.listed(items) == written


@pytest.mark.parametrize(
    ("items", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a eller b"), (["a", "b", "c"], "a, b eller c")]
)
def test_choices(items: list[str], written: str) -> None:
    assert words.either(items) == written


def test_dates_letters_and_names() -> None:
    assert words.day(datetime.date(2021, 10, 15)) == "15 oktober 2021"
    assert (words.sentence("årskurs F–9"), words.sentence("")) == ("Årskurs F–9", "")
    assert (words.lower_first("Elever i HÖB"), words.lower_first("")) == ("elever i HÖB", "")


@pytest.mark.parametrize(
    ("name", "genitive"),
    [
        ("Luleå kommun", "Luleå kommuns"),
        ("Riksgäs", "Riksgäs"),
        ("Max", "Max"),
        ("Skolområde HÖB", "Skolområde HÖB:s"),
    ],
)
def test_genitive(name: str, genitive: str) -> None:
    assert words.genitive(name) == genitive


@pytest.mark.parametrize(("year", "before"), [("2020/21", "2019/20"), ("2000/01", "1999/00"), ("2009/10", "2008/09")])
def test_the_school_year_before(year: str, before: str) -> None:
    assert words.previous_year(year) == before
