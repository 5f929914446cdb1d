"""Skolverket's "Underlag för analys": a small synthetic file everywhere, the real one where it is kept."""

from pathlib import Path

import pytest
from source_samples import ROWS

from sqa_lib.marks import Mark
from sqa_lib.sources.problems import SourceError
from sqa_lib.sources.skolverket.authorities import FoundAuthority, find_authority, schools_of
from sqa_lib.sources.skolverket.measures import MEASURES
from sqa_lib.sources.skolverket.underlag import read_underlag

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "reference" / "skolverket" / "Underlag_for_analys.xlsx"


def test_units_have_readable_names_and_the_key_of_authority_and_unit(underlag_file):
    assert read_underlag(underlag_file()).units.values.tolist() == [
        ["", "Riket", "country", "", ""],
        ["", "Åby kommun", "authority", "2120009901", "Åby kommun"],
        ["", "Åby friskola AB", "authority", "9900000002", "Åby friskola AB"],
        ["99000001", "Västra skolan F-6", "school", "2120009901", "Åby kommun"],
        ["99000002", "Västra skolan F-6", "school", "2120009901", "Åby kommun"],
        ["99000001", "Bergsskolan", "school", "9900000002", "Åby friskola AB"],
    ]


def test_values_are_numbers_or_a_mark(underlag_file):
    values = read_underlag(underlag_file()).values
    pupils = values[values["measure"] == "pupils"]
    assert pupils.fillna({"value": -1.0}).values.tolist() == [
        ["pupils", "", "", "2020/21", 100.0, ""],
        ["pupils", "", "2120009901", "2020/21", 10.0, ""],
        ["pupils", "", "9900000002", "2020/21", 20.0, ""],
        ["pupils", "99000001", "2120009901", "2020/21", 1.0, ""],
        ["pupils", "99000002", "2120009901", "2020/21", -1.0, ".."],
        ["pupils", "99000001", "9900000002", "2020/21", 3.0, ""],
    ]
    assert len(values) == len(MEASURES) * len(ROWS)


@pytest.mark.parametrize(
    ("cell", "value", "mark"),
    [
        (12, 12.0, ""), (0, 0.0, ""), ("1 234,5", 1234.5, ""), (".", None, "."), ("..", None, ".."), ("...", None, "..."),
        ("…", None, "..."), ("-", None, "-"), ("~100", None, "~100"),
    ],
)  # fmt: skip
def test_a_cell(underlag_file, cell, value, mark):
    values = read_underlag(underlag_file({"RIKET: TOTALT": cell})).values
    assert values["mark"].unique().tolist() == [mark]
    assert values["value"].dropna().unique().tolist() == ([] if value is None else [value])


def test_every_measure_is_known_and_described(underlag_file):
    underlag = read_underlag(underlag_file())
    assert underlag.problems.empty
    assert underlag.measures["measure"].tolist() == [measure.name for measure in MEASURES]
    assert underlag.measures.iloc[0].to_dict() == {
        "measure": "pupils", "group": "pupils", "label": "elever", "unit": "elever", "decimals": 0, "year": "",
        "is_from_survey": False, "source": "Antal elever",
    }  # fmt: skip


def test_an_unknown_measure_is_kept_and_told_of_and_so_is_a_missing_one(underlag_file):
    labels = ["Elever: Antal elever i allt", *(measure.heading for measure in MEASURES[1:])]
    underlag = read_underlag(underlag_file(labels=labels))
    name = "unknown_elever_antal_elever_i_allt"
    assert underlag.measures["measure"][0] == name
    assert underlag.measures["group"][0] == "pupils"
    assert (underlag.values["measure"] == name).sum() == len(ROWS)
    assert underlag.problems.astype({"row": "object"}).fillna({"row": "-"}).values.tolist() == [
        [
            "underlag.xlsx", 5, "", "Elever: Antal elever i allt", "is not a known measure",
            "did you mean Elever: Antal elever? its values are kept; add a line to sqa_lib/sources/skolverket/measures.csv",
        ],
        [
            "underlag.xlsx", "-", "", "Elever: Antal elever", "is a measure that the file lacks",
            "has Skolverket renamed it? add the new words to sqa_lib/sources/skolverket/measures.csv",
        ],
    ]  # fmt: skip


def test_a_cell_that_says_nothing_is_left_out_and_told_of(underlag_file):
    underlag = read_underlag(underlag_file({"RIKET: TOTALT": "cirka 5", "ÅBY KOMMUN (2120009901): HUVUDMAN": 1.0}))
    assert len(underlag.values) == len(underlag.problems) == len(MEASURES)
    assert underlag.problems.iloc[0].tolist() == [
        "underlag.xlsx", 5, "RIKET: TOTALT", "cirka 5", "is neither a number nor a mark",
        "a number, or a mark: . .. ... - ~100; the cell is left out",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cells": {"SVERIGE": 1.0}}, "underlag.xlsx: lacks RIKET: TOTALT"),
        ({"cells": {"RIKET: TOTALT": 1.0, "ÅBY": 2.0}}, "row 3: 'ÅBY' is not the header of an authority or a school unit"),
        ({"school_year": "2020"}, "row 4: '2020' is not a school year; write it as 2024/25"),
        ({"labels": ["Elever: Antal elever"] * 2}, "row 6: 'Elever: Antal elever' occurs twice"),
    ],
)
def test_a_file_of_another_shape(underlag_file, change, message):
    with pytest.raises(SourceError) as error:
        read_underlag(underlag_file(**change))
    assert message in str(error.value)


def test_a_missing_and_an_unreadable_file(tmp_path):
    with pytest.raises(SourceError, match=r"none.xlsx: is not there; give the path of a file from Skolverket"):
        read_underlag(tmp_path / "none.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"PK")
    with pytest.raises(SourceError, match=r"bad.xlsx: can't be read as an Excel file .*; download it from Skolverket again"):
        read_underlag(tmp_path / "bad.xlsx")


@pytest.mark.parametrize("wanted", ["Åby kommun", "ÅBY KOMMUN", "kommun", "2120009901", "212000-9901"])
def test_an_authority_is_found(underlag_file, wanted):
    assert find_authority(read_underlag(underlag_file()).units, wanted) == FoundAuthority("2120009901", "Åby kommun", 2)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("Oby kommun", "Oby kommun: is not an authority of the file; close to it: Åby kommun"),
        ("Ystad", "Ystad: is not an authority of the file; close to it: nothing like it"),
        (
            "åb",
            "åb: fits 2 authorities; name one of them, or its number: Åby kommun (2120009901), Åby friskola AB (9900000002)",
        ),
    ],
)
def test_an_authority_that_is_not_found(underlag_file, wanted, message):
    with pytest.raises(SourceError) as error:
        find_authority(read_underlag(underlag_file()).units, wanted)
    assert str(error.value) == message


def test_the_demo_file_is_read_whole():
    underlag = read_underlag(ROOT / "data" / "lulea-2020-21" / "underlag_for_analys.xlsx")
    assert underlag.problems.empty
    assert set(underlag.values["mark"]) == {"", *(mark for mark in Mark if mark not in (Mark.NONE, Mark.ALL_BUT_FEW))}
    assert find_authority(underlag.units, "Luleå kommun").schools == 37


@pytest.fixture(scope="module")
def real():
    if not REAL.is_file():
        pytest.skip("Skolverket's file is not kept here (../shared/reference/skolverket)")
    return read_underlag(REAL)


def test_the_real_file_is_read_whole(real):
    assert real.problems.empty
    assert real.units["level"].value_counts().to_dict() == {"school": 5116, "authority": 875, "country": 1}
    assert len(real.values) == 49 * 5992
    assert real.values["value"].isna().equals(real.values["mark"] != "")
    assert not real.values.duplicated(["measure", "organisation_number", "unit", "school_year"]).any()


def test_figures_of_the_real_file_that_were_read_by_eye(real):
    by_key = real.values.set_index(["measure", "organisation_number", "unit"])[["value", "mark"]]
    assert by_key.loc[("pupils", "", "")].tolist() == [1104634.0, ""]
    assert by_key.loc[("target1_all_subjects_year9", "", "")].tolist() == [71.9, ""]
    assert by_key.loc[("target1_all_subjects_year6", "5592935042", "")]["mark"] == "..."
    assert by_key.loc[("target4_help_guardians", "5567692081", "")]["mark"] == "-"


def test_real_authorities_are_found(real):
    assert find_authority(real.units, "Ljungby kommun") == FoundAuthority("2120000670", "Ljungby kommun", 22)
    assert find_authority(real.units, "Luleå kommun").schools == 45
    for asked in ("Boden kommun", "Bodens kommun", "boden", "BODEN"):
        assert find_authority(real.units, asked).name == "Bodens kommun", asked
    assert find_authority(real.units, "21157015").name == "Ljungby kommun", "by a school unit's code"
    for asked, name in {"Falun": "Falu kommun", "Gotland": "Region Gotland", "Ale": "Ale kommun", "Håbo": "Håbo kommun"}.items():
        assert find_authority(real.units, asked).name == name
    assert find_authority(real.units, "212000-0142").name == "Stockholms kommun"
    assert schools_of(real.units, "2120000670")["unit_name"].value_counts()["Hjortsbergskolan 1"] == 3


def test_units_that_changed_hands_stand_under_both_authorities(real):
    twice = real.units[real.units["unit"] != ""].duplicated("unit", keep=False)
    assert twice.sum() == 26
