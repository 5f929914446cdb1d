"""`docs/benchmarks.md` and its chart, from what `benchmarks.execution` and `benchmarks.books` have measured.

`python -m benchmarks.page EXECUTION.json BOOKS.json`
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import seaborn as sns

DOCS = Path(__file__).parents[1] / "docs"
CHART = "images/benchmarks.svg"
_TEXT = """# Benchmarks

Measured by `make bench`, in one run, side by side, on the machine that built this page: two cores, shared with nothing else.
Seconds differ from machine to machine; the ratios hardly do.

## Executing notebooks

{notebooks} notebooks of the demo. *A notebook*: how long it keeps one worker busy. *Bare cells*: the code of the cells alone in
a process that has all imports behind it, with nothing captured or kept; nothing can be faster.

{execution}

## Books, as the report grows

The same schools' books (all sections, HTML and PDF) in reports of so many schools. *Again*: a second build with nothing changed.

{books}

![Seconds of a worker for one school's book, in reports of different sizes]({chart})
"""


def execution_table(costs: Mapping[str, Mapping[str, float]]) -> str:
    each = {name: cost["seconds"] * cost["workers"] / cost["notebooks"] for name, cost in costs.items()}
    alone, bare = each["papermill, several at a time"], each["bare cells"]
    rows = [
        [name, str(costs[name]["workers"]), f"{value:.2f} s", f"{value / alone:.2f}", f"{value / bare:.2f}"]
        for name, value in sorted(each.items(), key=lambda pair: -pair[1])
    ]
    return _table(["", "at a time", "a notebook", "of papermill", "times the bare cells"], rows)


def books_table(costs: Sequence[Mapping[str, float]]) -> str:
    rows = [
        [
            f"{cost['schools']:,}",
            f"{cost['units']:,}",
            f"{cost['execute']:.2f} s",
            f"{cost['publish']:.2f} s",
            f"{(cost['execute'] + cost['publish']) / (costs[0]['execute'] + costs[0]['publish']):.2f}",
            f"{cost['wall']:.0f} s",
            f"{cost['again'] / cost['wall']:.1%}",
            f"{cost['memory'] / 1_000_000:.0f} MB",
        ]
        for cost in costs
    ]
    heads = ["schools", "books made", "notebooks", "publishing", "of the first row", "in all", "again", "memory of a worker"]
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def draw(costs: Sequence[Mapping[str, float]], path: Path) -> None:
    """What a school's book costs at each size, notebooks and publishing apart."""
    plt.rcParams |= {"svg.hashsalt": "benchmarks", "svg.fonttype": "none"}
    sns.set_theme(style="whitegrid")
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    sizes = [f"{cost['schools']:,}" for cost in costs]
    below = [cost["execute"] for cost in costs]
    axes.bar(sizes, below, label="notebooks", color="#1b5e7d")
    axes.bar(sizes, [cost["publish"] for cost in costs], bottom=below, label="publishing", color="#c9772b")
    axes.set(xlabel="schools in the report", ylabel="seconds of a worker for a book")
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main(execution: Path, books: Path) -> None:
    costs = json.loads(execution.read_text(encoding="utf-8"))
    sizes = json.loads(books.read_text(encoding="utf-8"))
    draw(sizes, DOCS / CHART)
    notebooks = next(iter(costs.values()))["notebooks"]
    text = _TEXT.format(notebooks=notebooks, execution=execution_table(costs), books=books_table(sizes), chart=CHART)
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
