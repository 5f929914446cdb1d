"""Charts in shades: whole bars over the steps of a scale, and grids; every number stands in its place, readably."""

import re
from xml.etree import ElementTree

import pytest

from sqa_lib.report import Design
from sqa_lib.section.blocks import Block
from sqa_lib.section.shades import draw_shaded, ink_on, shades
from tests.section.figures import block, count, share
from tests.section.test_charts import words

DESIGN = Design(primary="#123456")
STEPS = ("saknas", "påbörjat", "tydligt", "systematiskt")


def rated(**rows: tuple[float, ...] | str) -> Block:
    """A block of shares over four steps; a mark stands for all of a row's figures."""
    return block(
        {row: {step: share(of if isinstance(of, str) else of[i]) for i, step in enumerate(STEPS)} for row, of in rows.items()}
    )


RATED = rated(skolnivå=(40, 30, 20, 10), utvärdering=(10, 3, 27, 60))
GRID = block({hour: {day: count(i + j) for j, day in enumerate("mto")} for i, hour in enumerate(("8–9", "9–10"))})


def test_rows_go_by_their_upper_half_and_what_is_not_shown_comes_last() -> None:
    made = rated(hidden="..", low=(70, 20, 10, 0), high=(0, 10, 10, 80), same=(5, 5, 85, 5))
    assert made.sorted_by_upper_half().rows == ("high", "same", "low", "hidden")
    assert [made.upper_half(row) for row in ("low", "high")] == [10, 90]


@pytest.mark.parametrize(("kind", "made"), [("stacked", RATED), ("heat", GRID)])
def test_a_chart_is_the_same_bytes_each_time_and_well_formed(kind: str, made: Block) -> None:
    svg = draw_shaded(kind, made, DESIGN)
    assert svg == draw_shaded(kind, made, DESIGN)
    assert float(ElementTree.fromstring(svg).get("width").removesuffix("pt")) < 400


def test_each_part_that_has_room_says_its_share_and_each_step_its_name() -> None:
    said = words(draw_shaded("stacked", RATED, DESIGN))
    assert set(STEPS) <= set(said)
    assert [text for text in said if text.isdigit()] == ["40", "30", "20", "10", "10", "27", "60"]


def test_the_parts_of_a_bar_are_as_wide_as_their_shares_and_fill_it() -> None:
    svg = draw_shaded("stacked", rated(skolnivå=(40, 30, 20, 10)), DESIGN)
    ends = [[float(x) for x in re.findall(r"[ML] (\S+) \S+", path)] for path in re.findall(r'<path d="([^"]*)" clip-path', svg)]
    widths = [max(end) - min(end) for end in ends]
    assert [width / sum(widths) for width in widths] == [pytest.approx(part) for part in (0.4, 0.3, 0.2, 0.1)]


def test_a_row_that_is_not_shown_says_so_and_has_no_bar() -> None:
    said = words(draw_shaded("stacked", rated(a=(40, 30, 20, 10), b="..", c="."), DESIGN))
    assert (said.count("redovisas inte"), said.count("uppgift saknas")) == (1, 1)
    assert [text for text in said if text.isdigit()] == ["40", "30", "20", "10"]


def test_a_grid_says_every_figure_and_the_mark_of_one_that_is_withheld() -> None:
    made = block({"8–9": {"m": count(7), "t": count("..")}, "9–10": {"m": count(9), "t": count(0)}})
    assert [text for text in words(draw_shaded("heat", made, DESIGN)) if text not in ("m", "t", "8–9", "9–10")] == [
        "7",
        "..",
        "9",
        "0",
    ]


@pytest.mark.parametrize(
    "made", [block({"a": {"x": count(4), "y": count(4)}}), block({"a": {"x": count(".."), "y": count(".")}})]
)
def test_a_grid_of_equal_figures_or_of_none_still_draws(made: Block) -> None:
    assert draw_shaded("heat", made, DESIGN).startswith("<svg")


def luminance(colour: tuple[float, float, float]) -> float:
    return sum(
        part * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for part, c in zip((0.2126, 0.7152, 0.0722), colour, strict=True)
    )


@pytest.mark.parametrize("colour", ["#1d4e6b", "#b4541a", "#ffd500", "#000000"])
def test_a_number_can_be_read_on_every_shade(colour: str) -> None:
    grounds = shades(colour, [i / 40 for i in range(41)])
    pairs = [sorted((luminance(ground), float(ink_on(ground) == "#ffffff"))) for ground in grounds]
    assert min((high + 0.05) / (low + 0.05) for low, high in pairs) >= 4.5
