"""Charts in shades of one colour: shares over the steps of a scale as one bar a row, and figures in a grid."""

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section.blocks import Block
from sqa_lib.section.charts import SOFT, WIDTH, as_svg, axes_of_rows, said, wrapped

LEAST_LABELLED = 5
"""From how many percent on a part of a bar has room for its number."""
_EDGE = {"edgecolor": SOFT, "linewidth": 0.5}


def draw_shaded(kind: str, block: Block, design: Design) -> str:
    """The block as SVG text. kind: `stacked` (the series are the steps of a scale and sum up to a row's whole) or `heat`."""
    return as_svg(lambda: _KINDS[kind](block.drawn, design.primary))


def shades(colour: str, parts: Sequence[float]) -> list[tuple[float, float, float]]:
    """The colour mixed with white; a part of 0 is white and of 1 the colour itself."""
    return [tuple(1 - part * (1 - channel) for channel in to_rgb(colour)) for part in parts]


def ink_on(ground: tuple[float, float, float]) -> str:
    """Black or white, whichever is read more easily on the ground; one of them always has a contrast of 4.5 or more."""
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in ground]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def _stacked(block: Block, colour: str) -> Figure:
    """One bar a row, the steps from light to dark with their shares in them; the lightest step is the scale's first."""
    figure, axes = axes_of_rows(block, 0.34)
    steps = len(block.series)
    colours = shades(colour, [0.08 + 0.92 * i / max(steps - 1, 1) for i in range(steps)])
    for y, row in enumerate(block.rows):
        cells = [block[row, series] for series in block.series]
        if unshown := [cell for cell in cells if not cell.is_known]:
            axes.text(1, y, said(unshown[0]), va="center", color=SOFT, style="italic", fontsize=8.5)
        else:
            _bar(axes, y, cells, colours)
    axes.set_xlim(0, 100)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    handles = [Patch(facecolor=shade, **_EDGE, label=series) for shade, series in zip(colours, block.series, strict=True)]
    figure.legend(handles=handles, loc="outside upper left", ncols=steps, frameon=False, handlelength=1, handletextpad=0.4,
                  columnspacing=1.2, borderaxespad=0.2, fontsize=9.5)  # fmt: skip
    return figure


def _bar(axes: Axes, y: float, cells: Sequence[Cell], colours: Sequence[tuple[float, float, float]]) -> None:
    left = 0.0
    for cell, shade in zip(cells, colours, strict=True):
        axes.barh(y, cell.value, left=left, height=0.76, color=[shade], **_EDGE)
        if cell.value >= LEAST_LABELLED:
            axes.text(left + cell.value / 2, y, cell.figure, ha="center", va="center_baseline", color=ink_on(shade), fontsize=9)
        left += cell.value


def _heat(block: Block, colour: str) -> Figure:
    """A square a figure with the figure in it, darker the larger it is; a figure that isn't shown has its mark on white."""
    figure = Figure(figsize=(WIDTH, 0.5 + 0.27 * len(block.rows)), layout="constrained")
    axes = figure.subplots()
    values = [cell.value for cell in block.known()]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    for y, row in enumerate(block.rows):
        for x, series in enumerate(block.series):
            _square(axes, x, y, block[row, series], colour, low, (high - low) or 1.0)
    axes.set_xlim(-0.5, len(block.series) - 0.5)
    axes.set_ylim(len(block.rows) - 0.5, -0.5)
    axes.set_xticks(range(len(block.series)), [wrapped(series, 12) for series in block.series])
    axes.set_yticks(range(len(block.rows)), [wrapped(row) for row in block.rows])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, axis="both")
    axes.spines[:].set_visible(False)
    return figure


def _square(axes: Axes, x: int, y: int, cell: Cell, colour: str, low: float, width: float) -> None:
    part = 0.06 + 0.84 * (cell.value - low) / width if cell.is_known else 0.0
    (shade,) = shades(colour, [part])
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=shade, edgecolor="white", linewidth=1.5))
    ink = ink_on(shade) if cell.is_known else SOFT
    axes.text(x, y, cell.figure, ha="center", va="center_baseline", color=ink, fontsize=9)


_KINDS: dict[str, Callable[[Block, str], Figure]] = {"stacked": _stacked, "heat": _heat}
SHADED = frozenset(_KINDS)
