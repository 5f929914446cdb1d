"""Units' own texts: a number that gives away a hidden figure is told of, and ordinary prose is left alone."""

from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.disclosure import PUBLISHED
from sqa_lib.disclosure.texts import FOUND, revealing_numbers, warnings_of
from sqa_lib.metrics import STATISTICS
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.texts.files import WrittenText, read_texts
from sqa_lib.units import UnitTree
from tests.command import sqa
from tests.small_project import write, write_project
from tests.spec import table


def statistic(name: str, label: str, kind: str, noun: tuple[str, str] = ("", ""), **more: object) -> Statistic:
    return Statistic(name, label, kind, "", "", "", "", (), noun=noun, **more)


DEFINITIONS = {
    s.id: s
    for s in (
        statistic("cases", "Elevhälsans ärenden", "count", ("ärende", "ärenden")),
        statistic("tongue", "Modersmålselever", "count", ("elev", "elever")),
        statistic("pupils", "Elever i grundskolan", "count", ("elev", "elever")),
        statistic("passed", "Betyg A–E i modersmål", "share"),
        statistic("days", "Handläggningstid", "ratio", unit_of_measure="dagar"),
    )
}
TRUE = """
    statistic | school_year | unit  | breakdown                      | numerator | denominator | value | mark
    cases     | 2019/20     | n1    |                                | 7         |             | 7     | ..
    cases     | 2020/21     | n1    |                                | 3         |             | 3     | ..
    cases     | 2020/21     | n1    | gender=girl                    | 3         |             | 3     | ..
    cases     | 2020/21     | n1    | case_type=language_disorder    | 1         |             | 1     | ..
    cases     | 2020/21     | n2    |                                | 24        |             | 24    | ..
    cases     | 2020/21     | north |                                | 27        |             | 27    |
    tongue    | 2020/21     | n1    |                                | 4         |             | 4     | ..
    tongue    | 2020/21     | n1    | language=arabic                | 2         |             | 2     | ..
    tongue    | 2020/21     | n1    | year=4                         | 2         |             | 2     | ..
    tongue    | 2020/21     | n1    | stage=4-6                      | 3         |             | 3     | ..
    pupils    | 2020/21     | n1    |                                | 38        |             | 38    | ..
    passed    | 2020/21     | n1    |                                | 5         | 7           | 71.43 | ..
    days      | 2020/21     | n1    |                                | 100       | 8           | 12.5  | ..
    cases     | 2020/21     | all   |                                | 12        |             | 12    | ..
"""


@pytest.fixture(scope="module")
def true() -> pd.DataFrame:
    rows = table(TRUE, numbers=("numerator", "denominator", "value")).fillna({"breakdown": "", "mark": ""})
    return rows.reindex(columns=STATISTICS)


@pytest.fixture
def told(true: pd.DataFrame, tree: UnitTree):
    """What is told of a unit's text: (line, number, statistic, breakdown, unit)."""
    published = true.reindex(columns=PUBLISHED)

    def found(content: str, unit: str = "n1") -> list[tuple]:
        texts = [WrittenText(f"texts/{unit}/x.md", unit, content)]
        rows = revealing_numbers(texts, true, published, DEFINITIONS, tree)
        assert list(rows.columns) == FOUND
        assert set(rows["file"]) <= {f"texts/{unit}/x.md"}
        return list(rows.drop(columns="file").itertuples(index=False, name=None))

    return found


CASES, BY_GIRLS = (1, "tre", "cases", "", "n1"), (1, "tre", "cases", "gender=girl", "n1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skolan hade tre ärenden.", [CASES]),
        ("Skolan hade 3 ärenden till elevhälsan.", [(1, "3", "cases", "", "n1")]),
        ("Av ärendena var tre svåra.", [CASES]),
        ("Ärendena gällde tre flickor.", [BY_GIRLS]),
        ("Det kom ett ärende om språkstörning.", [(1, "ett", "cases", "case_type=language_disorder", "n1")]),
        ("Två elever läser arabiska.", [(1, "Två", "tongue", "language=arabic", "n1")]),
        ("I årskurs 4 läser 2 elever modersmål.", [(1, "2", "tongue", "year=4", "n1")]),
        ("I årskurs 4–6 läser 3 elever modersmål.", [(1, "3", "tongue", "stage=4-6", "n1")]),
        ("I årskurs 4 läser 3 elever modersmål.", []),
        ("Fyra är modersmålselever.", [(1, "Fyra", "tongue", "", "n1")]),
        ("Fem fick betyg i modersmål.", [(1, "Fem", "passed", "", "n1")]),
        ("Betyg i modersmål fick 71 procent.", [(1, "71", "passed", "", "n1")]),
        ("Betyg i modersmål fick 71,4 %.", [(1, "71,4", "passed", "", "n1")]),
        ("Handläggningstiden var 13 dagar.", [(1, "13", "days", "", "n1")]),
        ("Läsåret 2019/20 hade vi sju ärenden.", [(1, "sju", "cases", "", "n1")]),
        ("Vi är nöjda.\n\n## Slutsats\n\n- Tre ärenden är få.", [(5, "Tre", "cases", "", "n1")]),
        ("Först\nkom tre ärenden\nin.", [(2, "tre", "cases", "", "n1")]),
    ],
)
def test_a_number_that_gives_a_hidden_figure_away(text: str, expected: list, told) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I hela Lavhedens kommun var ärendena 12.", [(1, "12", "cases", "", "all")]),
        ("Skolan hade 12 ärenden.", []),
        ("På Tallskolan fanns 24 ärenden.", []),
    ],
)
def test_of_other_units_only_those_above_and_below_that_are_named(text: str, expected: list, told) -> None:
    assert told(text) == expected


def test_an_areas_text_may_give_a_schools_figure_away(told) -> None:
    assert told("Tallskolan står för 24 ärenden av 27.", "north") == [(1, "24", "cases", "", "n2")]


@pytest.mark.parametrize(
    "text",
    [
        "Vi har prioriterat tre områden.",
        "Skolan hade fyra ärenden.",
        "Skolan hade sju ärenden.",
        "Läsåret 2019/20 hade vi tre ärenden.",
        "Ett ärende är en begäran om stöd, och elevhälsan är en resurs.",
        "Ärenden rör årskurs 3.",
        "Ärenden följer skollagen 3 kap. 3 §.",
        "3. Ärenden ska följas upp.",
        "Ärendena följdes upp den 3 mars 2021.",
        "Ärenden i F–3.",
        "Det finns tre trappor. Ärendena är lösta.",
        "Skolan har 38 elever.",
        "Eleverna trivs till 71 procent.",
        "",
    ],
)
def test_ordinary_prose_is_left_alone(text: str, told) -> None:
    assert told(text) == []


def test_what_is_shown_may_be_written(true: pd.DataFrame, tree: UnitTree) -> None:
    published = true.reindex(columns=PUBLISHED).assign(mark="")
    text = WrittenText("x.md", "n1", "Skolan hade tre ärenden.")
    assert revealing_numbers([text], true, published, DEFINITIONS, tree).empty


def test_texts_are_read_with_file_and_unit(tmp_path: Path) -> None:
    path = tmp_path / "texts" / "n1" / "health-cases.md"
    path.parent.mkdir(parents=True)
    path.write_text("\ufeffTre ärenden.", encoding="utf-8")
    (tmp_path / "texts" / "health-cases.md").write_text("I alla böcker.", encoding="utf-8")
    assert read_texts(tmp_path, "all") == [
        WrittenText("texts/health-cases.md", "all", "I alla böcker."),
        WrittenText("texts/n1/health-cases.md", "n1", "Tre ärenden."),
    ]
    assert read_texts(tmp_path / "nowhere", "all") == []


def test_the_warning_names_file_line_figure_and_what_to_write(tree: UnitTree) -> None:
    row = ("texts/n1/x.md", 5, "två", "tongue", "language=arabic", "n1")
    (warning,) = warnings_of(pd.DataFrame([row], columns=FOUND), DEFINITIONS, tree)
    assert warning.startswith(
        "texts/n1/x.md, line 5: `två` may give away a figure that the books withhold (Modersmålselever, arabiska, "
    )
    assert "Granskolan); write it without a number" in warning


@pytest.mark.parametrize("command", [["check", "small"], ["build", "small", "--unit", "99000002", "--format", "html"]])
def test_check_and_build_warn_and_go_on(command: list[str], tmp_path: Path) -> None:
    root = write_project(tmp_path)
    write(
        root / "data" / "small" / "texts" / "99000002" / "pupils.md",
        "Läsåret har gått bra.\n\nVi har 3 elever i grundskolan i årskurs 4.",
    )
    write(root / "data" / "small" / "texts" / "99000001" / "pupils.md", "Vi är 22 pojkar i grundskolan i årskurs 4.")
    assert sqa(root, "compute", "small").code == 0
    done = sqa(root, *command)
    warnings = [line for line in done.err.splitlines() if line.startswith("warning texts/")]
    assert [line.split(" may")[0] for line in warnings] == ["warning texts/99000002/pupils.md, line 3: `3`"]
    assert done.code == (command[0] == "check")  # for the datasets that the small project lacks, which stop no build
    if command[0] == "build":
        assert "1 books, 1 sections, 0 failures" in done.out
