"""Single tables protected here and by τ-Argus, the program of the statistical offices, which finds the least cost of one table.

`python -m benchmarks.second_opinion FOLDER [--json FILE]`, with the package `pytauargus` installed beside this project's own (it
is in no lock file of ours: nothing else needs it). FOLDER: as `benchmarks.suppression`.
"""

import argparse
import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytauargus
from rich.console import Console
from rich.table import Column, Table

from benchmarks.bounds import bound_of, unsafe
from benchmarks.known_tables import linked
from benchmarks.suppression import LIMIT
from sqa_lib.disclosure.secondary import hide

FREQUENCY = f"FREQ({LIMIT + 1},1)"
"""τ-Argus's rule that counts of 1 to the limit are small, and must not be certain."""
SECONDARY = "M"


@dataclass(frozen=True)
class Single:
    """A file, its column of counts and the dimensions of one of its tables."""

    file: str
    count: str
    dimensions: Sequence[str]


SINGLES = (
    Single("z1", "ant", ("region", "hovedint")),
    Single("z3", "ant", ("region", "mnd")),
    Single("z3", "ant", ("region", "hovedint")),
    Single("d53", "freq", ("sex", "age_h")),
    Single("d53", "freq", ("age_m", "lms_h")),
    Single("d53", "freq", ("age_l", "hst_m")),
    Single("d53", "freq", ("lms_h", "hst_m")),
    Single("d53", "freq", ("age_m", "hst_m")),
    Single("d53", "freq", ("age_m", "fst_m")),
    Single("d53", "freq", ("sex", "age_m", "lms_h")),
    Single("d53", "freq", ("sex", "lms_h", "hst_m")),
)


@dataclass(frozen=True)
class Opinion:
    """further, cost: of the cells hidden beside the small ones, here and there; bound: no protection costs less."""

    table: str
    cells: int
    small: int
    further: int
    cost: float
    their_further: int
    their_cost: float
    bound: float
    unsafe: int


def opinion_of(single: Single, folder: Path) -> Opinion:
    counts = _counts(single, folder)
    system, _ = linked(counts, single.count, [[[(name,)] for name in single.dimensions]], LIMIT)
    hidden, _ = hide(system)
    further = hidden & ~system.is_small
    theirs = _theirs(counts, single)
    return Opinion(
        table=f"{single.file}: {' × '.join(single.dimensions)}",
        cells=len(hidden),
        small=int(system.is_small.sum()),
        further=int(further.sum()),
        cost=float(system.cells["loss"][further].sum()),
        their_further=len(theirs),
        their_cost=float(theirs.sum()),
        bound=bound_of(system, seconds=10).cost,
        unsafe=unsafe(system, hidden),
    )


def _counts(single: Single, folder: Path) -> pd.DataFrame:
    names = list(single.dimensions)
    rows = pd.read_csv(folder / f"{single.file}.csv", dtype=dict.fromkeys(names, str))
    counts = rows.groupby(names, as_index=False)[single.count].sum()
    return counts[counts[single.count] > 0].astype({single.count: int})


def _theirs(counts: pd.DataFrame, single: Single) -> np.ndarray:
    """The counts that τ-Argus hides beside the small ones. It reads one row per person, and leaves logs where it is run."""
    names = list(single.dimensions)
    people = counts.loc[counts.index.repeat(counts[single.count]), names].assign(people=1)
    with TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        protected = pytauargus.protect(people, names, "people", FREQUENCY, "OPT(1)", workdir=scratch).tables[0]
    cells = pd.DataFrame(protected.rows, columns=protected.columns)
    return cells.loc[cells["status"] == SECONDARY, "people"].to_numpy(dtype=float)


def comparison(found: Sequence[Opinion]) -> Table:
    heads = ("numbers", "small", "further", "cost", "τ-Argus: further", "cost", "at least", "unsafe")
    table = Table(Column("table"), *(Column(head, justify="right") for head in heads))
    for each in found:
        table.add_row(
            each.table, f"{each.cells:,}", f"{each.small:,}", f"{each.further:,}", f"{each.cost:,.0f}",
            f"{each.their_further:,}", f"{each.their_cost:,.0f}", f"{each.bound:,.0f}", f"{each.unsafe:,}",
        )  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="write the results here too")
    options = parser.parse_args()
    found = [opinion_of(single, options.folder) for single in SINGLES]
    Console(width=130).print(comparison(found))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
