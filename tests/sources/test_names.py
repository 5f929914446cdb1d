"""Names in capitals become names."""

import pytest

from sqa_lib.sources.names import readable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LJUNGBY KOMMUN", "Ljungby kommun"),
        ("HJORTSBERGSKOLAN 1", "Hjortsbergskolan 1"),
        ("ÅBY SKOLA", "Åby skola"),
        ("TUNASKOLAN F-6", "Tunaskolan F-6"),
        ("TUNASKOLAN 7-9", "Tunaskolan 7-9"),
        ("ÖSTRA SKOLAN F-3", "Östra skolan F-3"),
        ("021 SKOL AB", "021 Skol AB"),
        ("SKOLAN I VIBY AB (SVB)", "Skolan i Viby AB (SVB)"),
        ("S:T PERS SKOLA", "S:t Pers skola"),
        ("UPPLANDS-BRO KOMMUN", "Upplands-Bro kommun"),
        ("I UR OCH SKUR KOTTEN", "I ur och skur Kotten"),
        ("KARL XII SKOLA ÅK 7-9", "Karl XII skola åk 7-9"),
        ("KULLSKOLAN 4-9A", "Kullskolan 4-9A"),
        ("SPÄNGERSKOLAN LMH", "Spängerskolan LMH"),
        ("NÄSSKOLAN ÅK7-ÅK9", "Nässkolan åk7-åk9"),
        ("FÖRENINGEN KOTTEN, EK. FÖR.", "Föreningen Kotten, ek. för."),
        ("GRUND- OCH GYMNASIESKOLA X", "Grund- och gymnasieskola X"),
        ("Redan Läsligt AB", "Redan Läsligt AB"),
        ("", ""),
    ],
)
def test_capitals_become_swedish_names(name, expected):
    assert readable(name) == expected
