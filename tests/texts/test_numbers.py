"""The numbers of a text: which there are, and what is none."""

import pytest

from sqa_lib.texts.numbers import numbers_in


def found(text: str) -> list[str]:
    return [f"{number.typed} %" if number.is_percentage else number.typed for number in numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skolan hade 355 ärenden.", ["355"]),
        ("Sammanlagt 1 250 elever, i länet 12 345 678.", ["1 250", "12 345 678"]),
        ("Andelen är 23,6 procent.", ["23,6 %"]),
        ("Betyg A–E: 96,9% och 96 %.", ["96,9 %", "96 %"]),
        ("Det blev 2,17 elever per grupp.", ["2,17"]),
        ("Tre ärenden, tolv elever och noll avvikelser.", ["Tre", "tolv", "noll"]),
        ("Enheter: 13 (23,6 procent)", ["13", "23,6 %"]),
        ("Antalet uppgår till 264. Det är fler.", ["264"]),
        ("Det var t.ex. 7 barn på ca. 30 platser.", ["7", "30"]),
        ("- 13 elever\n- 14 elever", ["13", "14"]),
        ("65\nprocent pojkar", ["65 %"]),
    ],
)
def test_numbers(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Läsåret 2020/21, läsåren 2018/2019 och 2019/ 2020, lå 20/21.",
        "Under 2021 och våren 2022, 2018–2021.",
        "Den 15 oktober, 3 mars 2021, 2021-10-15 och kl. 8.30.",
        "Skollagen (2010:800), 2 och 4 kap., 3 kap. 12 a–12 g §§ och SOU 2021:11.",
        "I årskurs 4, åk 7, år 5, årskurserna 4–6 och F–3.",
        "Kartläggning steg 1 och 2, delmål 3, tabell 2.",
        "## 2 Resultat\n\n### 2.1.4 Ärenden 2020",
        "2.1.2 Modersmål",
        "1. Först.\n2. Sedan.\n3) Sist.",
        "Skola24 och Covid-19 för 12-åringar.",
        "Mellan 10–15 elever.",
        "Det är 5 procentenheter mer.",
        "{{ v('survey', survey_year='4') }} och {{ v('pupils',\n  stage='4-6') }}",
        "Förändring, tremänning och enskild.",
    ],
)
def test_no_numbers(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "typed", "line", "decimals", "before", "following", "clause"),
    [
        ("Vi hade 23,6 procent.", "23,6", 1, 1, "hade", "procent", "Vi hade 23,6 procent."),
        ("Ett.\n\n## Slutsats\n\n- Tre ärenden är få.", "Tre", 5, 0, "", "ärenden", "- Tre ärenden är få."),
        ("Först\nkom 12 ärenden,\nvarav 7 svåra.", "7", 3, 0, "varav", "svåra", "7 svåra."),
        ("{{ v('pupils') }}\n\nav 38 elever", "38", 3, 0, "av", "elever", "av 38 elever"),
        ("Pojkar 79 procent, flickor 21 procent.", "21", 1, 0, "flickor", "procent", " flickor 21 procent."),
    ],
)
def test_where_a_number_stands(text: str, typed: str, line: int, decimals: int, before: str, following: str, clause: str) -> None:
    (number,) = [number for number in numbers_in(text) if number.typed == typed]
    assert (number.line, number.decimals) == (line, decimals)
    assert (number.before[0] if number.before else "", number.following[0]) == (before, following)
    assert number.clause.strip() == clause.strip()
