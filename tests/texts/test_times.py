"""Years typed beside references: which figures are of another year, and how words that are taken along stay true."""

import pytest

from sqa_lib.published import Published
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.references import filled
from sqa_lib.texts.times import dated, misdated
from sqa_lib.texts.vocabulary import Figures


def told(text: str, school_year: str = "2020/21") -> list[tuple[str, str]]:
    """The year that is typed, and what to write instead of the reference."""
    found = misdated(WrittenText("texts/n1/x.md", "n1", text), school_year)
    return [(each.said, each.mend.removeprefix("write ").partition(" }}")[0] + " }}") for each in found]


def v(year: str, more: str = "") -> str:
    return f"{{{{ v('absence', school_year='{year}'){more} }}}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frånvaron var {{ v('absence') }} läsåret 2019/20.", [("läsåret 2019/20", v("2019/20"))]),
        ("Läsåret 2019/2020 var den {{ v('absence') }}.", [("Läsåret 2019/2020", v("2019/20"))]),
        ("Den var {{ v('absence') }} (2019/20).", [("2019/20", v("2019/20"))]),
        ("Vt 20 var den {{ v('absence') | number }}.", [("Vt 20", v("2019/20", " | number"))]),
        ("Höstterminen 2019 var den {{ v('absence') }}.", [("Höstterminen 2019", v("2019/20"))]),
        ("I oktober 2019 var den {{ v('absence') }}.", [("oktober 2019", v("2019/20"))]),
        ("Under 2019 var den {{ v('absence') }}.", [("2019", v("2018/19"))]),
        ("Läsåren 2017/18–2019/20 var den {{ v('absence') }}.", [("Läsåren 2017/18–2019/20", v("2017/18–2019/20"))]),
        (
            "Läsåret 2019/20 var den {{ v('absence') }} och läsåret 2020/21 {{ v('absence') }}.",
            [("Läsåret 2019/20", v("2019/20"))],
        ),
        (
            "Läsåret 2019/20 var den {{ v('absence') }} för flickor och {{ v('absence') }} för pojkar.",
            [("Läsåret 2019/20", v("2019/20"))] * 2,
        ),
        ("Läsåret 2019/20 var den {{ v('absence') }}, men nu är den {{ v('absence') }}.", [("Läsåret 2019/20", v("2019/20"))]),
        ("Läsåret 2017/18 var den {{ v('absence', school_year=last_year) }}.", [("Läsåret 2017/18", v("2017/18"))]),
    ],
)
def test_a_figure_of_another_year_than_the_one_beside(text: str, expected: list) -> None:
    assert told(text) == expected


def test_a_change_since_another_year_than_the_last() -> None:
    (found,) = misdated(WrittenText("x.md", "n1", "Ett.\n\nDen {{ change('absence') }} sedan läsåret 2018/19."), "2020/21")
    assert str(found) == (
        "x.md, line 3: {{ change('absence') }} is of 2019/20 and 2020/21, beside “läsåret 2018/19”: it is since the year before; "
        "write {{ last_year }}, or refer to each year's own figure: v(…, school_year='…')"
    )


RIGHT = [
    "Läsåret 2020/21 var den {{ v('absence') }}.",
    "Våren 2021 var den {{ v('absence') }}.",
    "Under 2020 var den {{ v('absence') }}.",
    "Läsåret 2019/20 var den {{ v('absence', school_year='2019/20') }}, och nu är den {{ v('absence') }}.",
    "Frånvaron är {{ v('absence') }}, mot {{ v('absence', school_year='2018/19') }} läsåret 2018/19.",
    "Läsåret 2019/20 var den {{ v('absence', school_year=last_year) }}.",
    "Läsåret 2020/21 var den {{ v('absence') }} ({{ v('absence', school_year=last_year) }} året innan).",
    "Från {{ v('absence', school_year=last_year) }} läsåret 2019/20 till {{ v('absence') }}.",
    "Den {{ change('absence') }} sedan läsåret 2019/20.",
    "Från läsåret 2019/20 till läsåret 2020/21 {{ change('absence') }} den.",
    "Läsåren 2018/19–2020/21 steg den till {{ v('absence') }}.",
]
FINE = [
    "Läsåret 2019/20 präglades av pandemin.",
    "Läsåret 2019/20 infördes rutinen, och frånvaron är {{ v('absence') }}.",
    "Sedan läsåret 2018/19 har den ökat till {{ v('absence') }}.",
    "Sedan starten hösten 2018 har den ökat till {{ v('absence') }}.",
    "Jämfört med läsåret 2018/19 är {{ v('absence') }} mycket.",
    "Kravet från 2018 gäller {{ v('projects') }}.",
    "Lagen (2010:800) och prop. 2017/18:183 gäller {{ v('projects') }}.",
    "I programmet 2016–2019 deltar {{ v('projects') }}.",
    "Elever som började läsåret 2018/19 är {{ v('pupils') }}.",
    "Projektet når {{ v('projects') }} och pågår till läsåret 2023/24.",
    "Läsåret 2022/23 ska {{ v('projects') }} delta.",
    "Frånvaron var {{ v('absence') }} i år, förra läsåret {{ v('absence', school_year=last_year) }}.",
    "Läsåret {{ year }} var den {{ v('absence') }}, sedan hösten 2018.",
    "Hösten 2018 växte skolan.\n\nFrånvaron är {{ v('absence') }}.",
]


@pytest.mark.parametrize("text", RIGHT + FINE)
def test_what_is_right_is_not_told_of(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", FINE)
def test_a_year_that_is_not_the_figures_own_changes_nothing(text: str) -> None:
    assert dated(text, "2020/21") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Läsåret 2020/21 var vi {{ v('pupils') }}.", "Läsåret 2020/21 var vi {{ v('pupils', school_year='2020/21') }}."),
        (
            "2020/21 gick {{ v('pupils', gender='girl') | number }} flickor och {{ v('pupils', gender='boy') }} i skolan.",
            "2020/21 gick {{ v('pupils', gender='girl', school_year='2020/21') | number }} flickor och "
            "{{ v('pupils', gender='boy', school_year='2020/21') }} i skolan.",
        ),
        (
            "2020/21 var vi {{ v('pupils') }} ({{ v('pupils', school_year=last_year) }} året innan).",
            "2020/21 var vi {{ v('pupils', school_year='2020/21') }} ({{ v('pupils', school_year='2019/20') }} året innan).",
        ),
        (
            "Från {{ v('pupils', school_year=last_year) }} läsåret 2019/20 till {{ v('pupils') }}.",
            "Från {{ v('pupils', school_year='2019/20') }} läsåret 2019/20 till {{ v('pupils') }}.",
        ),
        (
            "Elevantalet {{ change('pupils') }} sedan läsåret 2019/20.",
            "Elevantalet {{ change('pupils', school_year='2020/21') }} sedan läsåret 2019/20.",
        ),
        (
            "# Vi\n\n- Vi är {{ v('pupils') }}.\n- I oktober 2020 var vi {{ v('pupils',) }}.\n",
            "# Vi\n\n- Vi är {{ v('pupils') }}.\n- I oktober 2020 var vi {{ v('pupils', school_year='2020/21') }}.\n",
        ),
    ],
)
def test_words_that_are_taken_along_say_the_same_next_year(text: str, expected: str, published: Published) -> None:
    found = dated(text, "2020/21")
    assert found == expected
    assert told(found, "2021/22") == []
    now = Figures(published, published.tree["n1"], "2020/21").for_texts
    assert filled(found, now, "x.md") == filled(text, now, "x.md")


@pytest.mark.parametrize("text", [text for text in RIGHT if "school_year='" not in text and "Under 2020" not in text])
def test_what_names_its_own_year_is_told_of_next_year_unless_it_was_dated(text: str) -> None:
    """The years that a text names are either the figure's, or told: a period that the next year is not in, too."""
    assert told(text, "2022/23")
    assert told(dated(text, "2020/21"), "2022/23") == []


def test_what_is_wrong_today_is_not_made_to_look_right() -> None:
    text = "Frånvaron var {{ v('absence') }} läsåret 2018/19."
    assert dated(text, "2020/21") == text and told(text, "2021/22")
    both = "Läsåret 2019/20 var den {{ v('absence') }} och läsåret 2020/21 {{ v('absence') }}."
    assert dated(both, "2020/21") == both.removesuffix("{{ v('absence') }}.") + v("2020/21") + "."
