"""An indicator's series as a small chart: a dot and an interval a school year, between its baseline and its target."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sqa_lib.cycle.outcome import Outcome
from sqa_lib.cycle.target import interval_of
from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section.charts import WIDTH, as_svg
from sqa_lib.words import number

_SOFT = "#595959"
LEAST = 3
"""Fewer figures need no chart: the sentence and the table do."""


def target_chart(outcome: Outcome, target: str, design: Design) -> str:
    """The series as SVG text. target: what the line of the target is called, such as `mål: minst 70 %`."""
    return as_svg(lambda: _figure(outcome, target, design))


def _figure(outcome: Outcome, target: str, design: Design) -> Figure:
    figure = Figure(figsize=(WIDTH, 2.1), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    low, high = _span(outcome)
    for place, cell in enumerate(outcome.series.values()):
        if cell.is_known:
            _dot(axes, place, cell, design.primary)
        else:
            said = "redovisas\ninte" if cell.is_withheld else "uppgift\nsaknas"
            axes.text(place, low + 0.04 * (high - low), said, ha="center", color=_SOFT, style="italic", fontsize=8.5)
    axes.axhline(outcome.target, color=design.accent, linewidth=1.4, linestyle=(0, (5, 3)))
    axes.annotate(
        target, (1, outcome.target), xycoords=("axes fraction", "data"), xytext=(0, 3), textcoords="offset points",
        ha="right", va="bottom", color=design.accent, fontsize=9,
    )  # fmt: skip
    axes.set_xticks(range(len(outcome.series)), list(outcome.series))
    axes.set_xlim(-0.5, len(outcome.series) - 0.2)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_formatter(lambda value, _: number(value) + (" %" if outcome.now.is_percentage else ""))
    axes.grid(axis="y")
    axes.tick_params(length=0)
    return figure


def _dot(axes: Axes, place: int, cell: Cell, colour: str) -> None:
    if interval := interval_of(cell):
        axes.plot([place, place], interval, color=colour, linewidth=1.8, alpha=0.55, solid_capstyle="round")
    axes.plot(place, cell.value, marker="o", color=colour, markersize=6.5)
    axes.annotate(cell.figure, (place, cell.value), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9.5)


def _span(outcome: Outcome) -> tuple[float, float]:
    """From 0, or from 50 % where all lies in the upper half; to a little past the highest, at most a little past 100 %."""
    ends = [end for cell in outcome.series.values() if cell.is_known for end in interval_of(cell) or (cell.value, cell.value)]
    ends.append(outcome.target)
    if not outcome.now.is_percentage:
        return 0.0, max(ends) * 1.15 or 1.0
    low = 50.0 if min(ends) >= 55 else 0.0
    return low, min(104.0, max(ends) + 0.15 * (100 - low))
