"""What differs between two publications of the same figures, as readers see it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sqa_lib.disclosure import Release
from sqa_lib.disclosure.ledger import KEY, is_of_same
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.spreadsheet import write_csv
from sqa_lib.words import number, percent

FILE = "differences.csv"
_PRINTED = ("numerator", "denominator", "value")
DIFFERENCES = ["kind", *KEY, "then", "now"]
"""kind: one of `KINDS`; then, now: as printed, "" for no figure."""
CHANGED, WITHHELD, SHOWN, GONE, NEW, MARKED = KINDS = (
    "other number",
    "withheld now",
    "shown now",
    "not given now",
    "given now",
    "other mark",
)


def differences(then: Release, now: Release, definitions: Mapping[str, Statistic]) -> pd.DataFrame:
    """Every figure that differs, columns `DIFFERENCES`, in the order of kinds, then of keys.

    An area that other schools belong to is another figure: it is neither changed, gone nor new.
    """
    then = then.in_codes_of(now.tree)
    both = then.table.merge(now.table, on=KEY, how="outer", suffixes=("_then", "_now"), indicator="side")
    both = both[~_is_same_row(both)]
    is_of_both = both["unit"].isin([unit.code for unit in then.tree.units if unit.code in now.tree])
    both = both[~is_of_both | is_of_same(both, now.tree, then.tree)]
    found = both[KEY].assign(then=_printed(both, "then", definitions), now=_printed(both, "now", definitions))
    found["kind"] = _kinds(both, found["then"], found["now"])
    found = found[found["kind"] != ""]
    order = found["kind"].map({name: place for place, name in enumerate(KINDS)})
    return found.assign(order=order).sort_values(["order", *KEY], ignore_index=True)[DIFFERENCES]


def write_differences(found: pd.DataFrame, folder: Path) -> Path:
    """`differences.csv`, as Excel opens it."""
    return write_csv(found, folder / FILE)


def _is_same_row(both: pd.DataFrame) -> pd.Series:
    """True where nothing that is printed differs, which is nearly everywhere."""
    is_same = both["mark_then"] == both["mark_now"]
    for name in _PRINTED:
        then, now = both[f"{name}_then"], both[f"{name}_now"]
        is_same &= (then == now) | (then.isna() & now.isna())
    return is_same


def _kinds(both: pd.DataFrame, then: pd.Series, now: pd.Series) -> np.ndarray:
    shown = {side: both[f"mark_{side}"] == Mark.NONE.value for side in ("then", "now")}
    cases = [
        (both["side"] == "left_only", GONE),
        (both["side"] == "right_only", NEW),
        (then == now, ""),
        (shown["then"] & shown["now"], CHANGED),
        (shown["then"], WITHHELD),
        (shown["now"], SHOWN),
    ]
    return np.select([case for case, _ in cases], [name for _, name in cases], MARKED)


def _printed(both: pd.DataFrame, side: str, definitions: Mapping[str, Statistic]) -> pd.Series:
    rows = zip(both["statistic"], *(both[f"{name}_{side}"] for name in (*_PRINTED, "mark")), strict=True)
    return pd.Series([_cell(definitions.get(statistic), *row) for statistic, *row in rows], both.index, dtype=object)


def _cell(definition: Statistic | None, numerator: float, denominator: float, value: float, mark: object) -> str:
    """A figure as the books print it: a count, a share with what it is made of, a mean; or its mark."""
    if pd.isna(mark):
        return ""
    if mark != Mark.NONE.value:
        return str(mark)
    decimals = definition.decimals if definition else 0
    if pd.isna(denominator):
        return number(value, decimals)
    return f"{percent(value, decimals)} ({number(numerator)} av {number(denominator)})"
