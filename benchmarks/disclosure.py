"""How safe, how open and how fast: three ways to protect the same synthetic publications, each attacked by `sqa_lib.audit`.

`python -m benchmarks.disclosure [--sizes 37 170 1700] [--json FILE]`; the seed is fixed, so that only times differ between runs.
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Column, Table

from benchmarks.methods import METHODS
from benchmarks.publication import SIZES, Publication, Size, publication_of
from sqa_lib.audit import attack, judge
from sqa_lib.disclosure.figures import Figures
from sqa_lib.disclosure.system import system_of
from sqa_lib.report import Disclosure

TARGETS = {37: 5, 170: 40, 1_700: 600}
"""Schools → seconds that protection may take on two cores."""
POLICY = Disclosure()
LEVELS = ("municipality", "area", "school")
WIDTH = 160


@dataclass(frozen=True)
class Result:
    """One method at one size. numbers: distinct numbers of people that the publication is about; the shares are of these.

    levels: the auditor's own count of hidden numbers, columns level, hidden, primary, secondary, unsafe, exact; seconds and
    megabytes (the most at one time) of protection and of protection and audit.
    """

    size: Size
    method: str
    numbers: int
    small: int
    unsafe: int
    exact: int
    share_hidden: float
    share_of_total_hidden: float
    levels: list[dict[str, int | str]]
    protect_seconds: float
    audit_seconds: float
    protect_megabytes: float
    megabytes: float


def result_of(size: Size, method: str) -> Result:
    """Protect and attack; alone in its process, so that the memory is its own."""
    publication = publication_of(size)
    started = time.perf_counter()
    published = METHODS[method](publication, POLICY)
    protected, memory = time.perf_counter(), megabytes()
    definitions, tree = publication.definitions, publication.tree
    found = attack(published, tree, definitions, POLICY, statistics=publication.statistics)
    verdict = judge(found, tree, definitions, POLICY)
    audited = time.perf_counter()
    of_all = verdict.summary.set_index("level").loc["all"]
    return Result(
        size=size,
        method=method,
        unsafe=int(of_all["unsafe"]),
        exact=int(of_all["exact"]),
        levels=verdict.summary.to_dict("records"),
        protect_seconds=protected - started,
        audit_seconds=audited - protected,
        protect_megabytes=memory,
        megabytes=megabytes(),
        **_openness(publication, published),
    )


def _openness(publication: Publication, published: pd.DataFrame) -> dict[str, float]:
    """How much of the publication readers still get. A number is hidden when no figure shows it."""
    nothing = pd.Series(False, publication.statistics.index)
    figures = Figures(publication.statistics, publication.definitions, POLICY, nothing, nothing.map({False: "."}))
    system = system_of(figures, publication.definitions, publication.tree)
    told = (system.shows.sum(axis=0).A1 > 0) & ~system.cells["is_known"].to_numpy() & ~system.cells["is_public"].to_numpy()
    hidden = told & (system.shows.T @ (published["mark"] == "").to_numpy(dtype=float) == 0)
    value = system.cells["value"].to_numpy()
    return {
        "numbers": int(told.sum()),
        "small": int((told & system.is_small).sum()),
        "share_hidden": float(hidden.sum() / told.sum()),
        "share_of_total_hidden": float(value[hidden].sum() / value[told].sum()),
    }


def megabytes() -> float:
    """The most memory at one time of this process or of one that it started."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def results(sizes: Sequence[Size]) -> Iterator[Result]:
    """One after another, each in a process of its own."""
    for size in sizes:
        for method in METHODS:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                yield pool.submit(result_of, size, method).result()


def comparison(size: Size, found: Sequence[Result]) -> Table:
    """What the methods reach at one size, side by side."""
    first = found[0]
    heads = (
        "unsafe",
        "exact",
        "hidden",
        "of the total",
        *(f"secondary: {level}" for level in LEVELS),
        "protect",
        "audit",
        "memory",
    )
    columns = [Column(head, justify="right") for head in heads]
    title = f"{size}: {first.numbers:,} numbers, {first.small:,} small (target {TARGETS[size.schools]} s)"
    table = Table(Column("method"), *columns, title=title)
    for result in found:
        of_level = {row["level"]: row for row in result.levels}
        table.add_row(
            result.method,
            f"{result.unsafe:,}",
            f"{result.exact:,}",
            f"{result.share_hidden:.1%}",
            f"{result.share_of_total_hidden:.1%}",
            *(f"{of_level[level]['secondary']:,} of {of_level[level]['hidden']:,}" for level in LEVELS),
            f"{result.protect_seconds:.1f} s",
            f"{result.audit_seconds:.1f} s",
            f"{result.megabytes:.0f} MB",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[size.schools for size in SIZES], help="numbers of schools")
    parser.add_argument("--json", type=Path, help="write the results here too")
    options = parser.parse_args()
    chosen = [size for size in SIZES if size.schools in options.sizes]
    found, console = [], Console(stderr=True)
    for result in results(chosen):
        found.append(result)
        console.print(f"{result.size}, {result.method}: {result.protect_seconds:.1f} s and {result.audit_seconds:.1f} s")
    for size in chosen:
        Console(width=WIDTH).print(comparison(size, [result for result in found if result.size == size]))
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
