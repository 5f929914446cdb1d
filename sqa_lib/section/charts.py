"""Charts of a block as SVG: few marks, direct labels, the unit in the accent colour, comparisons in greys."""

import io
import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

import matplotlib
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sqa_lib.marks import Mark
from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section.blocks import Block
from sqa_lib.words import number

WIDTH = 4.7  # inches, labels included: 10 pt stay readable at 390 px and in A4 print
INK, SOFT, _LINE = "#222222", "#595959", "#d9d9d9"
_GREYS = ("#767676", "#a6a6a6", "#c4c4c4")
_MARKERS = ("o", "s", "D", "^")


@cache
def _font() -> str:
    """Source Sans from the package, so that a chart looks the same on every machine."""
    folder = files("font_source_sans_pro") / "files"
    for name in ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"):
        font_manager.fontManager.addfont(str(folder / name))
    return "Source Sans Pro"


def _style() -> dict[str, object]:
    return {
        "font.family": _font(),
        "font.size": 10,
        "text.parse_math": False,
        "svg.hashsalt": "sqa",
        "svg.fonttype": "path",
        "axes.edgecolor": _LINE,
        "axes.labelcolor": SOFT,
        "xtick.color": SOFT,
        "ytick.color": INK,
        "text.color": INK,
        "axes.linewidth": 0.8,
        "grid.color": "#ececec",
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
    }


def draw(kind: str, block: Block, design: Design) -> str:
    """The block as SVG text. kind: `bars`, `dots`, `lines` or `spread`."""
    shown = block.drawn
    return as_svg(lambda: _KINDS[kind](shown, _colours(shown, design)))


def as_svg(make: Callable[[], Figure]) -> str:
    """A figure in the books' style as SVG text, the same bytes for the same figure."""
    buffer = io.StringIO()
    with sns.axes_style("white"), matplotlib.rc_context(_style()):
        make().savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _colours(block: Block, design: Design) -> dict[str, str]:
    """Series → colour: the book's own unit, its year or the first series in the accent, the others in greys of their own."""
    own = next((series for series in block.series if series in block.own), block.series[0])
    greys = iter(_GREYS * len(block.series))
    return {series: design.primary if series == own else next(greys) for series in block.series}


def axes_of_rows(block: Block, per_row: float) -> tuple[Figure, Axes]:
    """Axes with a place for every row, high enough for the row's marks and for its label."""
    labels = [wrapped(row) for row in block.rows]
    height = max(per_row, 0.17 * _lines_between(labels) + 0.06)
    figure = Figure(figsize=(WIDTH, 0.55 + height * len(block.rows)), layout="constrained")
    axes = figure.subplots()
    axes.set_yticks(range(len(block.rows)), labels)
    axes.set_ylim(len(block.rows) - 0.5, -0.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    return figure, axes


def _lines_between(labels: Sequence[str]) -> float:
    """How many lines of text come between the middles of two labels, at most."""
    lines = [label.count("\n") + 1 for label in labels]
    return max(sum(pair) / 2 for pair in pairwise([*lines, lines[-1]]))


def wrapped(label: str, width: int = 24) -> str:
    """The label on as many lines as it needs; a number stays with the word before it (`årskurs 6`)."""
    lines, line = [], ""
    for word in re.sub(r" (?=\d+( |$))", "\N{NO-BREAK SPACE}", label).split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def _percent(block: Block) -> bool:
    return next(iter(block.cells.values())).is_percentage


def _bars(block: Block, colours: dict[str, str]) -> Figure:
    """Horizontal bars from zero with the value at the end; a withheld value is said in words, not drawn as zero."""
    figure, axes = axes_of_rows(block, 0.3 if len(block.series) == 1 else 0.24 * len(block.series))
    height = 0.8 / len(block.series)
    largest = max((cell.value for cell in block.known()), default=1) or 1
    for i, series in enumerate(block.series):
        for y, row in enumerate(block.rows):
            cell, place = block[row, series], y + (i - (len(block.series) - 1) / 2) * height
            if cell.is_known:
                axes.barh(place, cell.value, height=height * 0.86, color=colours[series])
            text = cell.figure if cell.is_known else said(cell)
            suffix = f"  {series}" if len(block.series) > 1 and y == 0 else ""
            axes.text(
                (cell.value if cell.is_known else 0) + largest * 0.012,
                place,
                text + suffix,
                va="center",
                color=INK if cell.is_known else SOFT,
                fontsize=9,
                style="normal" if cell.is_known else "italic",
            )
    axes.set_xlim(0, largest * 1.16)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=SOFT, linewidth=0.8)
    return figure


def said(cell: Cell) -> str:
    """In the place of a figure that is not drawn; of a withheld one nothing more is told."""
    if cell.mark is Mark.ALL_BUT_FEW:
        return str(cell)
    return "redovisas inte" if cell.is_withheld else "uppgift saknas"


def _dots(block: Block, colours: dict[str, str]) -> Figure:
    """A dot a figure with its interval as a line; series apart by place, colour and marker, named at the first row."""
    figure, axes = axes_of_rows(block, max(0.34, 0.2 * len(block.series)))
    low, high = _span(block)
    step = 0.0 if len(block.series) == 1 else 0.62 / (len(block.series) - 1)
    for i, series in enumerate(block.series):
        for y, row in enumerate(block.rows):
            _dot(
                axes,
                block,
                row,
                series,
                y - 0.31 * (len(block.series) > 1) + i * step,
                colours[series],
                _MARKERS[i % 4],
                low,
                high,
            )
    axes.set_xlim(low, high)
    axes.grid(axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: number(value) + (" %" if _percent(block) else ""))
    if len(block.series) > 1:
        _legend(axes, block, colours)
    return figure


def _legend(axes: Axes, block: Block, colours: dict[str, str]) -> None:
    """Names the series above the chart, over its whole width, each with its marker: direct labels would collide where values are
    close."""
    handles = [
        axes.plot([], [], linestyle="", marker=_MARKERS[i % 4], color=colours[series], label=series)[0]
        for i, series in enumerate(block.series)
    ]
    across = 3 if sum(len(series) for series in block.series) <= 36 else 2
    axes.figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=across,
        frameon=False,
        handletextpad=0.2,
        columnspacing=1.2,
        borderaxespad=0.2,
        fontsize=9.5,
    )


def _dot(axes: Axes, block: Block, row: str, series: str, y: float, colour: str, marker: str, low: float, high: float) -> None:
    cell = block[row, series]
    if not cell.is_known:
        axes.text(
            low + (high - low) * 0.01,
            y,
            said(cell),
            va="center",
            color=SOFT,
            style="italic",
            fontsize=8.5,
        )
        return
    if cell.low == cell.low:  # NaN has no interval
        axes.plot([cell.low, cell.high], [y, y], color=colour, linewidth=1.6, alpha=0.55, solid_capstyle="round")
    axes.plot(cell.value, y, marker=marker, color=colour, markersize=6.5, linestyle="")
    if len(block.series) == 1:
        end = cell.high if cell.high == cell.high else cell.value
        axes.text(end + (high - low) * 0.015, y, cell.figure, va="center", fontsize=9)


def _span(block: Block) -> tuple[float, float]:
    """The axis: for shares 0–100, without the empty part below the smallest in steps of 20; else from 0 to a little past the
    largest."""
    values = [v for cell in block.known() for v in (cell.value, cell.low, cell.high) if v == v]
    if not values:
        return 0.0, 1.0
    if _percent(block):
        low = 20.0 * max(0, (min(values) - 5) // 20)
        high = min(100.0, 10 * (max(values) // 10 + 2))
        return low, high + (0.04 * (high - low) if high < 100 else 0.02 * (high - low))
    return min(0.0, min(values)), max(values) * 1.12


def _lines(block: Block, colours: dict[str, str]) -> Figure:
    """Series over ordered rows (years, grades), named at their right end."""
    figure = Figure(figsize=(WIDTH, 2.5), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    places = range(len(block.rows))
    for i, series in enumerate(block.series):
        cells = [block[row, series] for row in block.rows]
        values = [cell.value if cell.is_known else float("nan") for cell in cells]
        axes.plot(places, values, color=colours[series], marker=_MARKERS[i % 4], linewidth=2 if i == 0 else 1.6, markersize=5)
    _end_labels(axes, block, colours)
    withheld = [x for x, row in enumerate(block.rows) if any(block[row, s].is_withheld for s in block.series)]
    for x in withheld:
        axes.annotate("..", (x, 0), xycoords=("data", "axes fraction"), ha="center", va="bottom", color=SOFT)
    labels = _short(block.rows)
    named = places[:: -_every(labels, block)][::-1]  # the last one in any case
    axes.set_xticks(named, [labels[place] for place in named])
    axes.set_xlabel(block.row_head)
    axes.set_ylim(0, (max((c.value for c in block.known()), default=1) or 1) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))  # whole numbers, as they are printed
    axes.yaxis.set_major_formatter(lambda value, _: number(value) + (" %" if _percent(block) else ""))
    axes.grid(axis="y")
    axes.tick_params(length=0)
    return figure


_LETTERS_ACROSS = 64


def _every(labels: Sequence[str], block: Block) -> int:
    """Each label, each second …: as many as stand beside each other in what the lines' names leave of the chart's width."""
    names = max(map(len, block.series)) if len(block.series) > 1 else 0
    return math.ceil(sum(len(label) + 2 for label in labels) / max(_LETTERS_ACROSS - names, 20))


def _short(labels: tuple[str, ...]) -> list[str]:
    """Labels for a narrow axis: `årskurs 4` is 4 and `förskoleklass–årskurs 3` is F–3 where the axis itself is named."""
    return [label.replace("årskurs ", "").replace("förskoleklass", "F") for label in labels]


def _end_labels(axes: Axes, block: Block, colours: dict[str, str]) -> None:
    """The name of each line at its end, pushed apart where lines end close together."""
    if len(block.series) == 1:
        return
    top = max((c.value for c in block.known()), default=1) or 1
    ends = []
    for series in block.series:
        known = [block[row, series].value for row in block.rows if block[row, series].is_known]
        if known:
            ends.append((known[-1], series))
    place = float("-inf")
    for value, series in sorted(ends):
        place = max(value, place + top * 0.085)
        axes.text(len(block.rows) - 0.85, place, series, color=colours[series], va="center", fontsize=9.5)


def _spread(block: Block, colours: dict[str, str]) -> Figure:
    """Dots over a band: the middle half of the country's units behind the unit, its authority and the country."""
    figure = _dots(block, colours)
    axes = figure.axes[0]
    for y, row in enumerate(block.rows):
        if middle := block.spread.get(row):
            axes.barh(y, middle[1] - middle[0], left=middle[0], height=0.8, color="#eef1f3", zorder=0)
    return figure


_KINDS: dict[str, Callable[[Block, dict[str, str]], Figure]] = {"bars": _bars, "dots": _dots, "lines": _lines, "spread": _spread}
