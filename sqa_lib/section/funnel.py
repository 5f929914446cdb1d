"""Funnel plots: schools by size around the whole, with the limits that chance keeps to; instead of rankings."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from sqa_lib.markdown import plain
from sqa_lib.metrics.comparison import INNER, OUTER, limits
from sqa_lib.report import Design
from sqa_lib.section.charts import INK, SOFT, WIDTH, as_svg
from sqa_lib.section.comparing import Funnel, Kind
from sqa_lib.section.tables import pipe_table
from sqa_lib.words import listed, number, spelled

MOST_NAMED = 3
MOST_ROWS = 40
"""Of more schools than these the table has those outside the inner limits: a page of a table is read, four are not."""
_PLACES = {
    "within": "inom", "above inner": "över de inre", "below inner": "under de inre", "above outer": "över de yttre",
    "below outer": "under de yttre",
}  # fmt: skip


@dataclass(frozen=True)
class _Words:
    """How one kind of funnel is labelled. sizes: across; size, part, value: heads of the table; unit: behind values; whole: the
    name of the line that schools lie around, before its value; beside: what a school differs from."""

    sizes: str
    size: str
    part: str
    value: str
    unit: str
    whole: str
    beside: str


_WORDS: dict[Kind, _Words] = {
    "share": _Words("Antal elever", "Elever", "Därav", "Andel, %", "\u00a0%", "kommunen", "kommunen som helhet"),
    "rate": _Words("Antal elever", "Elever", "Antal", "Per 1\u00a0000 elever", "", "kommunen", "kommunen som helhet"),
    "adjusted": _Words(
        "Väntat antal elever", "Väntat antal", "Antal", "Mot väntat, %", "\u00a0%", "som väntat,",
        "kommunen, när hänsyn tas till elevernas årskurser",
    ),
}  # fmt: skip


def draw_funnel(funnel: Funnel, design: Design) -> str:
    """Sizes across, values up; the whole as a line, limits around it, one dot a school, those outside the outer limits named."""
    return as_svg(lambda: _figure(funnel, design))


def _figure(funnel: Funnel, design: Design) -> Figure:
    figure = Figure(figsize=(WIDTH, 3.3), layout="constrained")
    axes = figure.subplots()
    points, scale = funnel.points, funnel.scale
    sizes = _grid(funnel)
    top = scale * max(points["value"].max(), points["outer_high"].median()) * 1.15
    _draw_limits(axes, funnel, sizes)
    for is_outside, marker, size in ((False, "o", 5.5), (True, "D", 6.5)):
        chosen = points[points["place"].str.endswith("outer") == is_outside]
        axes.plot(
            chosen["whole"], chosen["value"] * scale, marker, color=design.primary, markersize=size, alpha=0.9, clip_on=False
        )
    axes.set_ylim(0, min(top, 100) if funnel.kind == "share" else top)
    axes.set_xlim(0, sizes[-1])
    axes.set_xlabel(_WORDS[funnel.kind].sizes)
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.yaxis.set_major_formatter(lambda value, _: number(value) + _WORDS[funnel.kind].unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=0)
    _name_outsiders(axes, funnel, sizes)
    return figure


def _grid(funnel: Funnel) -> np.ndarray:
    """Sizes to draw the limits at: whole people, and expected numbers in steps as fine as the page shows."""
    low, high = funnel.points["whole"].min() * 0.8, funnel.points["whole"].max() * 1.06
    return np.linspace(low, high, 600) if funnel.kind == "adjusted" else np.arange(max(1, int(low)), int(high) + 1)


def _draw_limits(axes: Axes, funnel: Funnel, sizes: np.ndarray) -> None:
    """Exact limits jump where one person more fits in; the jumps get smaller as schools get larger."""
    axes.axhline(funnel.target * funnel.scale, color=SOFT, linewidth=1.2)
    handles = [axes.plot([], [], color=SOFT, linewidth=1.2, label=_whole(funnel))[0]]
    for coverage, style, name in ((INNER, (0, (4, 2)), "inre gränser"), (OUTER, "solid", "yttre gränser")):
        low, high = limits(funnel.target, sizes, coverage, funnel.model)
        colour = "#8c8c8c" if coverage == INNER else "#a6a6a6"
        for edge in (low, high):
            axes.plot(sizes, edge * funnel.scale, color=colour, linewidth=0.9, linestyle=style)
        handles.append(axes.plot([], [], color=colour, linewidth=0.9, linestyle=style, label=name)[0])
    options = {"ncols": 3, "frameon": False, "handlelength": 1.8, "columnspacing": 1.2, "borderaxespad": 0.2, "fontsize": 9.5}
    axes.figure.legend(handles=handles, loc="outside upper left", **options)


def _name_outsiders(axes: Axes, funnel: Funnel, sizes: np.ndarray) -> None:
    """Names beside the dots, those furthest from the whole first; a name that would lie on another's is left to the table."""
    outside = funnel.points[funnel.points["place"].str.endswith("outer")]
    axes.figure.draw_without_rendering()  # places the axes, which the names' extents depend on
    taken: list[Bbox] = []
    by_distance = outside.assign(distance=(outside["value"] - funnel.target).abs()).sort_values("distance", kind="stable")
    for row in by_distance.iloc[::-1].itertuples():
        name = _name(axes, plain(row.label), (row.whole, row.value * funnel.scale), row.whole > sizes[-1] * 0.6)
        extent = name.get_window_extent()
        if any(extent.overlaps(other) for other in taken):
            name.remove()
        else:
            taken.append(extent)


def _name(axes: Axes, label: str, point: tuple[float, float], is_right: bool) -> Annotation:
    place = {"xytext": (-7 if is_right else 7, 0), "textcoords": "offset points", "ha": "right" if is_right else "left"}
    return axes.annotate(label, point, va="center", color=INK, fontsize=9, **place)


def _whole(funnel: Funnel) -> str:
    words = _WORDS[funnel.kind]
    return f"{words.whole} {number(funnel.target * funnel.scale, _decimals(funnel))}{words.unit}"


def _decimals(funnel: Funnel) -> int:
    return funnel.statistic.decimals if funnel.kind == "share" else 0


def funnel_finding(funnel: Funnel) -> str:
    """Which schools surely differ from the whole, as a sentence without full stop; by the outer limits."""
    outside = funnel.outside()
    if not outside:
        return f"Ingen skola skiljer sig säkert från {_WORDS[funnel.kind].beside}"
    if len(outside) > MOST_NAMED:
        return f"Av skolorna skiljer sig {spelled(len(outside))} säkert från {_WORDS[funnel.kind].beside}"
    return f"{listed(outside)} skiljer sig säkert från {_WORDS[funnel.kind].beside}"


def funnel_alt(funnel: Funnel, finding: str, about: str) -> str:
    """What the chart is, its finding, how many schools it shows and where the table is."""
    inner = int(funnel.points["place"].str.endswith("inner").sum())
    between = f" Mellan de inre och de yttre gränserna ligger {spelled(inner)}." if inner else ""
    return (
        f"Trattdiagram med {spelled(len(funnel.points))} skolor efter storlek. {finding}. {about}.{between} {_in_table(funnel)}"
    )


def _in_table(funnel: Funnel) -> str:
    if len(_rows(funnel)) == len(funnel.points):
        return "Alla tal finns i tabellen efter diagrammet."
    return "Talen för skolorna utanför de inre gränserna finns i tabellen efter diagrammet."


def funnel_table(funnel: Funnel, caption: str, label: str) -> str:
    """The same figures, schools in alphabetical order, the whole last; of many schools those outside the inner limits."""
    words = _WORDS[funnel.kind]
    rows = [
        [row.label, *_sizes(funnel, row.whole, row.part, row.value), *_against(funnel, row)]
        for row in _rows(funnel).itertuples(index=False)
    ]
    if funnel.kind != "adjusted":
        part, whole = funnel.total
        rows.append(["Kommunen", *_sizes(funnel, whole, part, funnel.target), "gäller inte", "gäller inte"])
    heads = ["Skola", words.size, words.part, words.value, "Yttre gränser", "Läge mot gränserna"]
    return pipe_table(heads, rows, caption, label, text_columns=(0, 5))


def _sizes(funnel: Funnel, whole: float, part: float, value: float) -> list[str]:
    size = number(whole, 1 if funnel.kind == "adjusted" else 0)
    return [size, number(part), number(value * funnel.scale, _decimals(funnel))]


def _against(funnel: Funnel, row: Any) -> list[str]:
    low, high = (number(edge * funnel.scale, _decimals(funnel)) for edge in (row.outer_low, row.outer_high))
    return [f"{low}–{high}", _PLACES[row.place]]


def _rows(funnel: Funnel) -> pd.DataFrame:
    """The schools of the table: all of few, of many those outside the inner limits."""
    points = funnel.points
    return points if len(points) <= MOST_ROWS else points[points["place"] != "within"]


def funnel_note(funnel: Funnel) -> str:
    """How to read it: what chance gives, what limits don't tell, which schools are absent."""
    count = len(funnel.points)
    said = [
        "Mellan de inre gränserna ligger 95 procent och mellan de yttre 99,8 procent av lika stora skolor, om bara slumpen "
        f"skiljer dem från kommunen. Av {spelled(count)} skolor väntas då i genomsnitt {number(count * (1 - INNER), 1)} utanför "
        "de inre. Bara en skola utanför de yttre gränserna sägs skilja sig säkert."
    ]
    if funnel.kind == "adjusted":
        said.insert(0, "Väntat antal är vad skolan hade haft med kommunens andel i varje årskursgrupp.")
    if funnel.dispersion.is_certain:
        said.append(
            "Tillsammans skiljer sig skolorna mer från varandra än slumpen förklarar. Elever och förutsättningar skiljer sig "
            "åt på fler sätt än gränserna tar hänsyn till."
        )
    if len(_rows(funnel)) < count:
        said.append("Tabellen tar upp skolorna utanför de inre gränserna; de andra ligger inom dem.")
    if funnel.withheld:
        who = "en skola" if funnel.withheld == 1 else f"{spelled(funnel.withheld)} skolor"
        said.append(f"Utanför diagrammet är {who}, vars uppgifter är för få eller skyddar andra uppgifter om få.")
    return " ".join(said)
