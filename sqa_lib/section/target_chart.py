"""Indicators as small charts beside each other: a dot and an interval a school year, and the target as a line."""

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from sqa_lib.cycle.outcome import Outcome
from sqa_lib.cycle.target import interval_of
from sqa_lib.markdown import plain
from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section.charts import SOFT, WIDTH, as_svg
from sqa_lib.words import number

LEAST = 3
"""Fewer figures need no chart: the sentence and the table do."""


def charted(found: Sequence[Outcome]) -> list[Outcome]:
    """Those that have enough figures, and a target that can be told."""
    return [one for one in found if sum(cell.is_known for cell in one.series.values()) >= LEAST and one.target == one.target]


def target_charts(found: Sequence[Outcome], targets: Sequence[str], design: Design) -> str:
    """One chart an indicator, two in a row, as SVG text. targets: each target in words, such as `minst 75 %`."""
    return as_svg(lambda: _figure(found, targets, design))


def _figure(found: Sequence[Outcome], targets: Sequence[str], design: Design) -> Figure:
    columns = min(2, len(found))
    rows = math.ceil(len(found) / columns)
    figure = Figure(figsize=(WIDTH, 2.2 * rows), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).flat
    for axes, one, target in zip(places, found, targets, strict=False):
        _panel(axes, one, target, design, width=26 if columns == 2 else 60)
    for axes in list(places.base.flat)[len(found) :]:
        axes.set_visible(False)
    return figure


def _panel(axes: Axes, one: Outcome, target: str, design: Design, width: int) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(textwrap.fill(plain(one.indicator.name), width), loc="left", fontsize=9.5, pad=17)
    axes.text(0, 1.03, f"mål: {target}", transform=axes.transAxes, color=design.accent, fontsize=9)
    low, high = _span(one)
    for place, cell in enumerate(one.series.values()):
        _dot(axes, place, cell, low + 0.04 * (high - low), design.primary)
    axes.axhline(one.target, color=design.accent, linewidth=1.3, linestyle=(0, (5, 3)))
    axes.set_xticks(range(len(one.series)), list(one.series), fontsize=8.5)
    axes.set_xlim(-0.5, len(one.series) - 0.5)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: number(value) + (" %" if one.now.is_percentage else ""))
    axes.tick_params(length=0, axis="y", labelsize=8.5)
    axes.tick_params(length=0, axis="x")
    axes.grid(axis="y")


def _dot(axes: Axes, place: int, cell: Cell, floor: float, colour: str) -> None:
    """The figure over its interval; what is not shown is said, not drawn."""
    if not cell.is_known:
        said = "redovisas\ninte" if cell.is_withheld else "uppgift\nsaknas"
        axes.text(place, floor, said, ha="center", color=SOFT, style="italic", fontsize=8)
        return
    low, high = interval_of(cell) or (cell.value, cell.value)
    axes.plot([place, place], [low, high], color=colour, linewidth=1.8, alpha=0.55, solid_capstyle="round")
    axes.plot(place, cell.value, marker="o", color=colour, markersize=5.5)
    label = axes.annotate(cell.figure, (place, high), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=9)
    label.set_path_effects([withStroke(linewidth=3, foreground="white")])  # readable where it meets the target's line


def _span(one: Outcome) -> tuple[float, float]:
    """From 0, or from 50 % where all lies in the upper half, to so far past the highest that its figure finds place."""
    ends = [end for cell in one.series.values() if cell.is_known for end in interval_of(cell) or (cell.value, cell.value)]
    ends.append(one.target)
    low = 50.0 if one.now.is_percentage and min(ends) >= 55 else 0.0
    return low, max(ends) + 0.22 * ((max(ends) - low) or 1.0)
