"""Charts: the same bytes each time, bars from zero, and what is withheld said in words."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from sqa_lib.report import Design
from sqa_lib.section.blocks import Block
from sqa_lib.section.charts import axes_of_rows, draw, wrapped
from tests.section.figures import block, count, counts, share

DESIGN = Design(primary="#123456")
SERIES = block(
    {row: {"2019/20": share(40 + i, 30 + i, 50 + i), "2020/21": share(45 + i, 36 + i, 55 + i)} for i, row in enumerate("abc")},
    own=frozenset({"2020/21"}),
)
ALL_KINDS = {"bars": counts(a=40, b=10, c=".."), "dots": SERIES, "lines": SERIES, "spread": SERIES}


def words(svg: str) -> list[str]:
    """The texts of the chart; they are drawn as outlines, with the text itself as a comment."""
    return re.findall(r"<!-- (.*?) -->", svg)


def bars(svg: str, colour: str = DESIGN.primary) -> list[tuple[float, float]]:
    """Left and right end of each bar of the colour, from the top down."""
    paths = re.findall(rf'<path d="([^"]*)"[^>]*style="fill: {colour}', svg)
    places = [[float(x) for x in re.findall(r"[ML] (\S+) \S+", path)] for path in paths]
    return [(min(place), max(place)) for place in places]


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_chart_is_the_same_bytes_each_time_and_well_formed(kind: str) -> None:
    svg = draw(kind, ALL_KINDS[kind], DESIGN)
    assert svg == draw(kind, ALL_KINDS[kind], DESIGN)
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.get("width").removesuffix("pt")) < 400


def test_bars_start_at_zero_and_are_as_long_as_their_values() -> None:
    """A bar's length over its value is the same for all: the axis is not cut."""
    ends = bars(draw("bars", counts(a=40, b=10, c=5), DESIGN))
    lengths = [right - left for left, right in ends]
    assert len({left for left, _ in ends}) == 1
    assert [length / lengths[2] for length in lengths] == [pytest.approx(8), pytest.approx(2), 1]


def test_a_withheld_figure_is_said_in_words_and_drawn_by_nothing() -> None:
    svg = draw("bars", counts(a=40, b="..", c="."), DESIGN)
    assert len(bars(svg)) == 1
    assert [text for text in words(svg) if text not in "abc"] == ["40", "redovisas inte", "uppgift saknas"]


def test_a_withheld_share_says_that_it_is_not_told_or_that_nearly_all_are_in() -> None:
    made = block({row: {"Andel": share(value)} for row, value in {"a": 40.0, "b": "..", "c": "~100"}.items()})
    said = words(draw("dots", made, DESIGN))
    assert (said.count("redovisas inte"), said.count("nästan alla")) == (1, 1)


def test_the_units_own_series_has_the_accent_and_others_greys() -> None:
    svg = draw("bars", block({"a": {"Länet": count(9), "Vi": count(8)}}, own=frozenset({"Vi"})), DESIGN)
    assert len(bars(svg)) == 1
    assert len(bars(svg, "#767676")) == 1


def test_series_differ_by_more_than_colour() -> None:
    svg = draw("dots", SERIES, DESIGN)
    assert {"2019/20", "2020/21"} <= set(words(svg))
    markers = re.findall(r'<path id="(m[0-9a-f]+)"', svg)
    assert len(set(markers)) >= 2


def test_the_axis_of_lines_is_marked_at_whole_numbers_that_are_as_far_apart() -> None:
    """Steps of 2.5 would be printed as 3, 5, 8 and 10."""
    made = block({row: {"Andel": share(value)} for row, value in {"a": 10.3, "b": 14.5, "c": 12.3}.items()})
    marks = [int(text.removesuffix(" %")) for text in words(draw("lines", made, DESIGN)) if text.endswith(" %")]
    assert len(marks) >= 3
    assert {later - earlier for earlier, later in pairwise(marks)} == {marks[1]}


@pytest.mark.parametrize("kind", ["bars", "dots", "lines"])
def test_a_block_of_withheld_figures_alone_still_draws(kind: str) -> None:
    made: Block = block({"a": {"x": count("..")}, "b": {"x": count(".")}})
    assert draw(kind, made, DESIGN).startswith("<svg")


YEARS = [f"20{n}/{n + 1}" for n in range(18, 25)]


@pytest.mark.parametrize(
    ("years", "series", "named"),
    [
        (YEARS, ["Kommunen"], YEARS),
        (YEARS, ["Skolområde Järva", "Kommunen"], YEARS[::2]),
        (YEARS[1:], ["Skolområde Järva", "Kommunen"], YEARS[2::2]),
        (YEARS[4:], ["Skolområde Järva", "Kommunen"], YEARS[4:]),
    ],
)
def test_years_under_lines_are_named_as_far_as_there_is_room_and_the_last_one_always(
    years: list[str], series: list[str], named: list[str]
) -> None:
    made = block({year: {name: share(40 + i) for name in series} for i, year in enumerate(years)})
    assert [text for text in words(draw("lines", made, DESIGN)) if "/" in text] == named


LONG = "Lägst betyget E i svenska eller svenska som andraspråk, årskurs"


@pytest.mark.parametrize(
    "labels",
    [
        (f"{LONG} 3", f"{LONG} 6", f"{LONG} 9", "Matematik, årskurs 3", "Matematik, årskurs 6", "Matematik, årskurs 9"),
        ("Kort", f"{LONG} 6", f"{LONG} 9", "Kort också"),
        (f"{LONG} 9",),
    ],
)
def test_long_labels_of_rows_beside_each_other_have_room(labels: tuple[str, ...]) -> None:
    figure, axes = axes_of_rows(counts(**dict.fromkeys(labels, 5)), 0.3)
    FigureCanvasAgg(figure).draw()
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))


def test_a_number_stays_with_its_word() -> None:
    assert [line.replace("\u00a0", " ") for line in wrapped(f"{LONG} 6").split("\n")][-1] == "årskurs 6"
    assert wrapped("Elever i 9 skolor") == "Elever i\u00a09 skolor"
