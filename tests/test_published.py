"""Published statistics as notebooks read them: found by name, worded in sentences, compared with last year."""

import pytest

from sqa_lib.disclosure import PUBLISHED
from sqa_lib.marks import Mark
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Cell, Published, UnknownStatistic
from sqa_lib.report import Disclosure
from sqa_lib.rows import TableRows
from sqa_lib.units import UnitTree
from tests.spec import table

NAN = float("nan")
CASES = Statistic("cases", "Ärenden", "count", "ärenden", "ärenden", "", "läsåret", (), noun=("ärende", "ärenden"))
BARE = Statistic("bare", "Antal", "count", "elever", "elever", "", "läsåret", ())
SHARE = Statistic("by_gender", "Andel", "share", "elever", "elever", "elever", "läsåret", ())
ABSENCE = Statistic(
    "absence", "Frånvaro", "ratio", "elever", "timmar", "timmar", "läsåret", (), decimals=1, unit_of_measure="procent"
)
DAYS = Statistic("days", "Tid", "ratio", "ärenden", "dagar", "ärenden", "läsåret", (), unit_of_measure="dagar")
DEFINITIONS = {s.id: s for s in (CASES, BARE, SHARE, ABSENCE, DAYS)}

ROWS = """
    statistic | school_year | unit  | breakdown   | numerator | denominator | value | mark
    cases     | 2019/20     | all   |             | 5         |             | 5     |
    cases     | 2020/21     | all   |             | 15        |             | 15    |
    cases     | 2020/21     | north |             |           |             |       | ..
    cases     | 2020/21     | south |             | 0         |             | 0     |
    by_gender | 2020/21     | all   | gender=girl | 6         | 15          | 40    |
    by_gender | 2020/21     | n1    | gender=girl |           |             |       | .
"""


@pytest.fixture
def published(tree: UnitTree) -> Published:
    rows = table(ROWS, numbers=("numerator", "denominator", "value")).assign(low=NAN, high=NAN)
    rows[["breakdown", "mark"]] = rows[["breakdown", "mark"]].fillna("")
    return Published(TableRows(rows[PUBLISHED]), DEFINITIONS, tree, Disclosure(minimum_count=6))


def cell(statistic: Statistic, value: float = NAN, mark: Mark = Mark.NONE) -> Cell:
    return Cell(statistic, value, NAN, NAN, NAN, NAN, mark)


# ---- finding --------------------------------------------------------------------------------------------------------


def test_a_figure_is_found_by_statistic_unit_year_and_codes(published: Published) -> None:
    found = published.cell("by_gender", "all", "2020/21", gender="girl")
    assert (found.value, found.numerator, found.denominator, found.is_known) == (40, 6, 15, True)
    assert published.cell("cases", "north", "2020/21").mark is Mark.WITHHELD


def test_what_was_never_computed_is_missing(published: Published) -> None:
    assert published.cell("cases", "n1", "2020/21").mark is Mark.MISSING
    assert published.cell("by_gender", "all", "2019/20", gender="boy").mark is Mark.MISSING


@pytest.mark.parametrize(
    ("statistic", "codes", "message"),
    [
        ("case", {}, "no statistic `case`; did you mean `cases`?"),
        ("cases", {"sex": "girl"}, "no dimension `sex`; there are: absence_kind, activity"),
        ("cases", {"gender": "flicka"}, "`gender` has no code `flicka`; there are: girl, boy"),
    ],
)
def test_an_unknown_name_lists_the_right_ones(statistic: str, codes: dict, message: str, published: Published) -> None:
    with pytest.raises(UnknownStatistic) as failure:
        published.cell(statistic, "all", "2020/21", **codes)
    assert str(failure.value).startswith(message)


def test_what_there_is(published: Published) -> None:
    assert (published.has("cases"), published.has("days")) == (True, False)
    with pytest.raises(UnknownStatistic):
        published.has("case")
    assert (published.years("cases"), published.years("days")) == (["2019/20", "2020/21"], [])
    assert published.statistics_of("all") == {"cases", "by_gender"}
    assert published.statistics_of("north") == {"cases"}
    assert published.statistics_of("n1") == frozenset()


def test_over_codes_and_among_units(published: Published, tree: UnitTree) -> None:
    over = published.over("by_gender", "gender", "all", "2020/21")
    assert {code: found.figure for code, found in over.items()} == {"girl": "40", "boy": "."}
    among = published.among("cases", tree.at("area"), "2020/21")
    assert {unit.code: found.figure for unit, found in among.items()} == {"north": "..", "south": "0"}


def test_change_between_years(published: Published) -> None:
    assert published.change("cases", "all", "2019/20", "2020/21").direction == "increased"
    assert published.change("cases", "north", "2019/20", "2020/21").direction == "unknown"


# ---- wording --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "sentence", "in_a_table", "on_a_card"),
    [
        (cell(CASES, 1355), "1 355 ärenden", "1 355", "1 355"),
        (cell(CASES, 1), "1 ärende", "1", "1"),
        (cell(CASES, 0), "inga ärenden", "0", "0"),
        (cell(BARE, 7), "7", "7", "7"),
        (cell(SHARE, 68.6), "69 procent", "69", "69 %"),
        (cell(ABSENCE, 7.25), "7,3 procent", "7,3", "7,3 %"),
        (cell(DAYS, 41), "41 dagar", "41", "41"),
        (cell(CASES, mark=Mark.WITHHELD), "ett ej redovisat antal ärenden", "..", ".."),
        (cell(BARE, mark=Mark.WITHHELD), "ett ej redovisat antal", "..", ".."),
        (cell(SHARE, mark=Mark.WITHHELD), "en ej redovisad andel", "..", ".."),
        (cell(SHARE, mark=Mark.ALL_BUT_FEW), "nästan alla", "~100", "~100"),
        (cell(DAYS, mark=Mark.WITHHELD), "ett ej redovisat värde", "..", ".."),
        (cell(CASES, mark=Mark.MISSING), "ett okänt antal ärenden", ".", "."),
        (cell(SHARE, mark=Mark.MISSING), "en okänd andel", ".", "."),
        (cell(DAYS, mark=Mark.RULES_NOT_MET), "ett ej redovisat värde", "-", "-"),
    ],
)
def test_a_figure_words_itself(figure: Cell, sentence: str, in_a_table: str, on_a_card: str) -> None:
    written = [text.replace("\u00a0", " ") for text in (str(figure), figure.figure, figure.with_sign)]
    assert written == [sentence, in_a_table, on_a_card]


@pytest.mark.parametrize(
    "figure", [cell(s, mark=Mark.WITHHELD) for s in (CASES, BARE, SHARE, DAYS)], ids=lambda c: c.statistic.id
)
def test_the_words_of_a_withheld_figure_do_not_tell_whether_it_is_small(figure: Cell) -> None:
    assert [word for word in ("färre", "få", "lite", "fem") if word in str(figure).split()] == []


def test_withheld_is_not_missing() -> None:
    assert [mark.value for mark in Mark if cell(BARE, mark=mark).is_withheld] == ["..", "...", "~100"]
    assert [mark.value for mark in Mark if cell(BARE, mark=mark).is_known] == [""]


def test_every_published_row_of_the_demo_is_found_again(demo_published: Published) -> None:
    rows = demo_published.table.sample(500, random_state=1)
    for row in rows.itertuples():
        codes = dict(part.split("=") for part in row.breakdown.split(";") if part)
        found = demo_published.cell(row.statistic, row.unit, row.school_year, **codes)
        assert (found.value == row.value or row.mark) and found.mark == row.mark
        assert str(found)


def test_no_key_occurs_twice_in_the_demo(demo_published: Published) -> None:
    keys = demo_published.table[["statistic", "school_year", "unit", "breakdown"]]
    assert not keys.duplicated().any()
    assert keys.notna().all().all()
