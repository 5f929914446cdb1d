"""Tables with known answers: what our protection of them costs, beside what any must cost, and whether it holds.

`python -m benchmarks.suppression FOLDER [--cases z1 d53] [--seconds 120] [--json FILE]`. FOLDER holds the tables as CSV (see
`known_tables`). Each is protected twice: so that no small number is certain, and as reports are, so that each can still be 1 and
the first that is not small.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from benchmarks.bounds import bound_of, unsafe
from benchmarks.known_tables import CASES, Case, system_of_case
from sqa_lib.disclosure.secondary import hide

LIMIT = 3
RULES = {"exact": True, "interval": False}
WIDTH = 130


@dataclass(frozen=True)
class Result:
    """further: cells that are hidden beside the small ones, which cost `cost`; bound: no protection costs less (`is_least`: one
    costs so much); unsafe: small numbers that a solver of linear programs finds narrower than the rule."""

    case: str
    rule: str
    cells: int
    small: int
    further: int
    cost: float
    bound: float
    is_least: bool
    unsafe: int
    seconds: float

    @property
    def ratio(self) -> float:
        return self.cost / self.bound


def result_of(case: Case, rule: str, folder: Path, seconds: float) -> Result:
    system = system_of_case(case, folder, LIMIT, RULES[rule])
    started = time.perf_counter()
    hidden, _ = hide(system)
    took = time.perf_counter() - started
    further = hidden & ~system.is_small
    bound = bound_of(system, seconds)
    return Result(
        case=case.file,
        rule=rule,
        cells=len(hidden),
        small=int(system.is_small.sum()),
        further=int(further.sum()),
        cost=float(system.cells["loss"][further].sum()),
        bound=bound.cost,
        is_least=bound.is_met,
        unsafe=unsafe(system, hidden),
        seconds=took,
    )


def comparison(found: list[Result]) -> Table:
    heads = ("numbers", "small", "further", "cost", "at least", "ratio", "unsafe", "time")
    table = Table(Column("table"), Column("rule"), *(Column(head, justify="right") for head in heads))
    for each in found:
        table.add_row(
            each.case, each.rule, f"{each.cells:,}", f"{each.small:,}", f"{each.further:,}", f"{each.cost:,.0f}",
            f"{each.bound:,.0f}{' (least)' if each.is_least else ''}", f"{each.ratio:.3f}", f"{each.unsafe:,}",
            f"{each.seconds:.1f} s",
        )  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", nargs="+", default=[case.file for case in CASES])
    parser.add_argument("--seconds", type=float, default=120, help="for proving each bound")
    parser.add_argument("--json", type=Path, help="write the results here too")
    options = parser.parse_args()
    found, console = [], Console(stderr=True)
    for case in (each for each in CASES if each.file in options.cases):
        for rule in RULES:
            found.append(result_of(case, rule, options.folder, options.seconds))
            console.print(found[-1])
    Console(width=WIDTH).print(comparison(found))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
