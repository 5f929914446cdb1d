"""What differs between two publications: small tables in, one line a figure out."""

import pandas as pd
import pytest

from sqa_lib.disclosure import Release
from sqa_lib.releases import differences
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import definitions_of, true

CASES, SHARE, MEAN = statistic("cases"), statistic("share", "share"), statistic("mean", "ratio", decimals=1)
TREE = tree_of(a=["a1", "a2"], b=["b1"])


def published(tables: dict, marks: dict[str, str] | None = None, tree=TREE) -> Release:
    table = true({definition: f"unit | all\n{text}" for definition, text in tables.items()})
    mark = table["unit"].map(marks or {}).fillna("")
    numbers = table[["numerator", "denominator", "value"]].mask(mark != "")
    return Release("", table.assign(mark=mark, **numbers), tree)


def lines(then: Release, now: Release) -> list[str]:
    found = differences(then, now, definitions_of({CASES: "", SHARE: "", MEAN: ""}))
    return [f"{row.kind}: {row.statistic} {row.unit} {row.then} > {row.now}".replace("\u00a0", " ") for row in found.itertuples()]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ({CASES: "a1 | 30"}, {CASES: "a1 | 30"}, []),
        ({CASES: "a1 | 30"}, {CASES: "a1 | 27"}, ["other number: cases a1 30 > 27"]),
        ({SHARE: "a1 | 20/40"}, {SHARE: "a1 | 20/40"}, []),
        ({SHARE: "a1 | 20/40"}, {SHARE: "a1 | 21/42"}, ["other number: share a1 50 procent (20 av 40) > 50 procent (21 av 42)"]),
        ({CASES: "a1 | 30"}, {CASES: "a2 | 30"}, ["not given now: cases a1 30 > ", "given now: cases a2  > 30"]),
        ({CASES: "a1 | 1500"}, {CASES: "a1 | 1500.4"}, []),
    ],
)
def test_figures_are_compared_as_they_are_printed(then: dict, now: dict, expected: list[str]) -> None:
    assert lines(published(then), published(now)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "..", "withheld now: cases a1 30 > .."),
        ("..", "", "shown now: cases a1 .. > 30"),
        ("..", "~100", "other mark: cases a1 .. > ~100"),
        (".", "..", "other mark: cases a1 . > .."),
    ],
)
def test_marks_are_told_apart(before: str, after: str, expected: str) -> None:
    then, now = (published({CASES: "a1 | 30"}, {"a1": mark}) for mark in (before, after))
    assert lines(then, now) == [expected]


def test_a_mean_is_compared_by_its_value() -> None:
    then, now = (published({MEAN: f"a1 | {text}"}) for text in ("68/10 of 10", "18/10 of 10"))
    without = [Release("", each.table.assign(numerator=float("nan"), denominator=float("nan")), TREE) for each in (then, now)]
    assert lines(*without) == ["other number: mean a1 6,8 > 1,8"]


def test_an_area_of_other_schools_is_another_figure() -> None:
    moved = tree_of(a=["a1"], b=["b1", "a2"])
    assert lines(published({CASES: "a | 30\na1 | 12"}), published({CASES: "a | 12\na1 | 13"}, tree=moved)) == [
        "other number: cases a1 12 > 13"
    ]


def test_nothing_at_all_differs_in_nothing() -> None:
    nothing = Release("", published({CASES: "a1 | 1"}).table.iloc[:0], TREE)
    assert lines(nothing, nothing) == [] and lines(nothing, published({CASES: "a1 | 9"})) == ["given now: cases a1  > 9"]
    assert pd.api.types.is_integer_dtype(differences(nothing, nothing, {}).index)
