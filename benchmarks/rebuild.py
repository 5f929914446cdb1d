"""What a second build of the demo costs, with nothing changed and with one row of one school changed, beside the first.

`python -m benchmarks.rebuild [--json FILE]`: all books, HTML and PDF, by `sqa build` itself, in a copy of the project.
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Column, Table

from sqa_lib.batch import read_record
from sqa_lib.report import project_root

REPORT = "lulea-2020-21"
CHANGED = "data/lulea-2020-21/franvaro.csv"
SQA = [sys.executable, "-c", "from sqa_lib.cli import app; app()"]


@dataclass(frozen=True)
class Build:
    """seconds: of `sqa build`, the statistics where they have to be computed and the audit included; ran, kept: sections; units:
    that had sections to run; books: that were made."""

    name: str
    seconds: float
    ran: int
    kept: int
    units: int
    books: int


def build(name: str, root: Path) -> Build:
    """As a user does it."""
    started = time.perf_counter()
    subprocess.run([*SQA, "build", REPORT], cwd=root, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    record = read_record(root / "output" / REPORT)
    sections = Counter(task.status.value for unit in record.units.values() for task in unit.sections.values())
    books = Counter(unit.tasks["book"].status.value for unit in record.units.values())
    units = sum(any(task.status == "done" for task in unit.sections.values()) for unit in record.units.values())
    return Build(name, seconds, sections["done"], sections["kept"], units, books["done"])


def change_a_row(path: Path) -> str:
    """Ten more hours of absence in the last row; returns it as it was."""
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    column = head.split(";").index("Giltig frånvaro timmar")
    fields = rows[-1].split(";")
    hours = float(fields[column].replace(",", ".")) + 10
    was, rows[-1] = rows[-1], ";".join([*fields[:column], f"{hours:.1f}".replace(".", ","), *fields[column + 1 :]])
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8-sig")
    return was


def table_of(builds: Sequence[Build]) -> Table:
    heads = ("seconds", "of the first", "sections run", "kept", "in units", "books made")
    table = Table(Column(""), *(Column(head, justify="right") for head in heads), title=f"Building {REPORT}")
    for each in builds:
        table.add_row(
            each.name,
            f"{each.seconds:.1f} s",
            f"{each.seconds / builds[0].seconds:.1%}",
            str(each.ran),
            str(each.kept),
            str(each.units),
            str(each.books),
        )
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    ours = project_root()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("notebooks", "params", f"data/{REPORT}"):
            copytree(ours / name, root / name)
        builds = [build("all anew", root), build("nothing changed", root)]
        was = change_a_row(root / CHANGED)
        builds.append(build("one changed row", root))
    console = Console(width=160)
    console.print(table_of(builds))
    console.print(f"The changed row: ten hours more than in `{was}` of {CHANGED}.")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(each) for each in builds], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
