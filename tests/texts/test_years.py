"""Years in prose: how they are written, and which school years they can be of."""

import pytest

from sqa_lib.texts.years import years_in


@pytest.mark.parametrize(
    ("text", "typed", "means"),
    [
        ("Läsåret 2020/21 var", "Läsåret 2020/21", "2020/21"),
        ("under 2020/2021", "2020/2021", "2020/21"),
        ("i 2020–21 års", "2020–21", "2020/21"),
        ("Läsåret 2020-2021", "Läsåret 2020-2021", "2020/21"),
        ("läsåret 20/21", "läsåret 20/21", "2020/21"),
        ("lå 20/21", "lå 20/21", "2020/21"),
        ("1999/2000", "1999/2000", "1999/00"),
        ("läsåren 2018/19–2020/21", "läsåren 2018/19–2020/21", "2018/19–2020/21 2018/19 2019/20 2020/21"),
        ("höstterminen 2020", "höstterminen 2020", "2020/21"),
        ("Hösten 2020", "Hösten 2020", "2020/21"),
        ("vårterminen -21", "vårterminen -21", "2020/21"),
        ("våren 2021", "våren 2021", "2020/21"),
        ("vt 21", "vt 21", "2020/21"),
        ("HT20", "HT20", "2020/21"),
        ("i juli 2021", "juli 2021", "2020/21"),
        ("15 augusti 2021", "augusti 2021", "2021/22"),
        ("den 2021-10-15", "2021-10-15", "2021/22"),
        ("under 2021", "2021", "2020/21 2021/22"),
        ("år 2021", "år 2021", "2020/21 2021/22"),
        ("2020–2021", "2020–2021", "2020/21 2019/20 2021/22"),
        ("programmet 2019–21", "2019–21", "2018/19 2019/20 2020/21 2021/22"),
    ],
)  # fmt: skip
def test_a_year(text: str, typed: str, means: str) -> None:
    (found,) = years_in(text)
    assert (found.typed, list(found.means)) == (typed, means.split())
    assert text[found.start : found.end] == typed


def test_years_in_two_digits_are_of_school_years_that_are_named() -> None:
    assert [year.means for year in years_in("Läsåren 19/20 och 20/21.")] == [("2019/20",), ("2020/21",)]


@pytest.mark.parametrize(
    "text",
    [
        "i år, förra läsåret och nästa höst", "Skollagen (2010:800)", "prop. 2022/23:54 och SOU 2021:11", "20/21 rätt",
        "2 021 elever", "2021,5 kronor", "den 12/10", "version 1.2020.3", "98/97", "läsåret 20/22",
    ],
)  # fmt: skip
def test_no_year(text: str) -> None:
    assert list(years_in(text)) == []
