"""What every notebook would else do anew at its first use: imports inside functions, fonts, Matplotlib's and Jinja's caches."""

from collections.abc import Callable
from dataclasses import replace

import matplotlib.pyplot as plt
import pyarrow.dataset
import pyarrow.parquet  # noqa: F401  what pandas imports to read a table; reading one would start threads
import scipy.stats  # noqa: F401  what comparisons look up in SciPy, which imports it then
import statsmodels.stats.multitest  # noqa: F401

from sqa_lib.marks import Mark
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section import Section  # noqa: F401  what every section imports
from sqa_lib.section.blocks import Block
from sqa_lib.section.charts import draw
from sqa_lib.section.prose import render


def warm_up() -> None:
    """Use the libraries as sections do, and leave nothing behind but what they keep by themselves."""
    steps: tuple[Callable[[], object], ...] = (_draw_with_pyplot, _draw_charts, _write)
    for step in steps:
        step()


def _draw_with_pyplot() -> None:
    """A figure that is not shown sets the inline backend up in the shell."""
    plt.figure()
    plt.close("all")


def _draw_charts() -> None:
    share = next(definition for definition in DEFINITIONS.values() if definition.kind == "share")
    cell = Cell(share, 50.0, 40.0, 60.0, 10.0, 20.0, Mark.NONE)
    rows, series = ("Ett", "Två", "Tre åäö"), ("Luleå", "Riket")
    cells = {(row, name): replace(cell, value=50.0 + i) for i, row in enumerate(rows) for name in series}
    for kind in ("bars", "dots", "lines"):
        draw(kind, Block(rows, series, cells, "Rad"), Design())


def _write() -> None:
    render("{% set share = 1 %}{% if share %}Av eleverna {{ share | cap }}.{% endif %}", {})
