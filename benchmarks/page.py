"""`docs/benchmarks.md` and its chart, from what the other benchmarks have measured: `python -m benchmarks.page FOLDER`.

The folder holds what each has measured (`disclosure.json`, `claims.json` …), as `make bench` leaves it.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import seaborn as sns

from benchmarks.execution import ALONE, BARE

DOCS = Path(__file__).parents[1] / "docs"
CHART = "images/benchmarks.svg"
Row = Mapping[str, Any]
_TEXT = """# Benchmarks

Measured by `make bench` on one machine with two cores. Seconds differ from machine to machine, and with what else it has to do;
the ratios within a table hardly do. *Memory* is that of all processes together, at most.

## Protecting what is published

The same synthetic publication of health cases, withheld in three ways and then attacked by `sqa_lib.audit`: hiding what is small
only; each statistic's table protected by itself, as analysts do; everything at once, as here. *Unsafe*: small numbers
that readers can tell too well, *exact*: those that they can work out. The rest is what safety costs: numbers that are hidden,
their part of the total, those among the hidden that are not small themselves, and seconds.

{disclosure}

The same with every statistic of the demo's municipality and what their words mean, in five municipalities drawn with other seeds.
*Withheld*: of all figures that somebody asked for.

{municipalities}

{suppression}

{single}

## Proving misprints

How long it takes to find and prove the fewest figures that must be wrong: in the printed report, and in longer ones.

{claims}

## Executing notebooks

{notebooks} notebooks of the demo: all sections of the municipality, of an area and of a small school. *A notebook*: how long it
keeps one worker busy. *Bare cells*: the code of the cells alone, in a process that has all imports behind it, with nothing
captured or kept; nothing can be faster.

{execution}

## What changed, and nothing else

All books of the demo, HTML and PDF, at first from an empty output folder: statistics, attack, notebooks and books. Between the
second and the third build ten hours of absence were added to one row of one school. Then all statistics are computed and
protected anew; of the sections, only those run that show a figure that changed.

{rebuild}

## Books, as the report grows

The same schools' books (all sections, HTML and PDF) in reports of so many schools; seconds are those of one worker, the mean of a
book. *Again*: a second build with nothing changed.

{books}

![Seconds of a worker for one school's book, in reports of different sizes]({chart})

## A whole authority

Every book of {schools} schools, their areas and the municipality, all sections, HTML and PDF.

{authority}

A worker's memory grows with its first ten or so PDFs, since Typst keeps what their parts needed, and then hardly: 174 MB after
one school's book, 628 after eleven, 684 after twenty-six.

{country}"""


def country_table(run: Row) -> str:
    made = run["books"] + run["sections"]
    failed = run["failed_books"] + run["failed_sections"]
    row = [
        f"{run['reports']:,}", f"{run['books']:,}", f"{run['sections']:,}", f"{failed:,} ({failed / made:.2%})",
        _hours(run["write"]), _hours(run["seconds"]), _hours(run["again"]), f"{run['seconds'] / run['books']:.2f} s",
        f"{run['disk'] / 1e9:.1f} GB",
    ]  # fmt: skip
    return _table(["reports", "books", "sections", "failed", "writing the reports", "building", "again", "a book", "disk"], [row])


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


_TABLES = "## Known tables"
_TABLES_TEXT = f"""{_TABLES}

Public frequency tables of Statistics Norway, with hierarchies and shared margins; counts of 1 to 3 are small, and what hiding
another number costs is the number. *Exact*: no small number is certain; *interval*: as in reports, each can still be 1 and 4. *At
least*: no protection costs less, proved by integer programming; *(least)*: one costs so much. *Unsafe*: small numbers that linear
programs, two for each, find too certain.

{{table}}"""
_SINGLE = "## Single tables beside τ-Argus"
_SINGLE_TEXT = f"""{_SINGLE}

Tables of the same files by themselves, also protected by τ-Argus (`pytauargus` 0.6.0, optimal suppression, where each small
number can be one more and one less), which finds the least cost of one table.

{{table}}"""


def measured_section(measured: Path, head: str, text: Callable[[Any], str]) -> str:
    """What was measured, else what the page has from the last time: it takes an hour, or files that are not the project's."""
    if measured.is_file():
        return text(json.loads(measured.read_text(encoding="utf-8")))
    _, found, rest = (DOCS / "benchmarks.md").read_text(encoding="utf-8").partition(head)
    return found + rest.partition("\n\n## ")[0].rstrip("\n")


def suppression_table(results: Sequence[Row]) -> str:
    rows = [
        [each["case"], each["rule"], f"{each['cells']:,}", f"{each['small']:,}", f"{each['further']:,}", f"{each['cost']:,.0f}",
         f"{each['bound']:,.0f}{' (least)' if each['is_least'] else ''}", f"{each['cost'] / each['bound']:.3f}",
         f"{each['unsafe']:,}", f"{each['seconds']:.1f} s"]
        for each in results
    ]  # fmt: skip
    heads = ["table", "rule", "numbers", "small", "further", "cost", "at least", "ratio", "unsafe", "protecting"]
    return _table(heads, rows)


def single_table(results: Sequence[Row]) -> str:
    rows = [
        [each["table"], f"{each['cells']:,}", each["small"], each["further"], f"{each['cost']:,.0f}", each["their_further"],
         f"{each['their_cost']:,.0f}", f"{each['bound']:,.0f}", each["unsafe"]]
        for each in results
    ]  # fmt: skip
    return _table(
        ["table", "numbers", "small", "further", "cost", "τ-Argus: further", "τ-Argus: cost", "at least", "unsafe"], rows
    )


def municipalities_table(results: Sequence[Row]) -> str:
    rows = []
    for each in results:
        of_all = next(row for row in each["levels"] if row["level"] == "all")
        withheld = [f"{hidden / max(asked, 1):.1%}" for asked, hidden in each["figures"].values()]
        rows.append(
            [each["municipality"]["schools"], f"{each['cells']:,}", f"{of_all['hidden']:,}", of_all["unsafe"], of_all["exact"],
             *withheld, f"{each['meaning_seconds']:.0f} s", f"{each['protect_seconds']:.0f} s", f"{each['audit_seconds']:.0f} s",
             f"{each['protect_megabytes']:,.0f} MB"]
        )  # fmt: skip
    heads = ["schools", "figures", "hidden numbers", "unsafe", "exact"]
    heads += ["withheld: municipality", "areas", "schools", "preschools", "meanings", "protecting", "attacking", "memory"]
    return _table(heads, rows)


_COUNTRY = "## The whole country"
_COUNTRY_TEXT = f"""{_COUNTRY}

Every authority in Skolverket's file and every school unit that has a figure: `sqa new report --all`, then one `sqa build` of all
reports, HTML and PDF, measured whole. *Again*: the same command with nothing changed.
{{when}}.

{{table}}

Memory of all processes together, at most, in each tenth of the time: {{memory}}."""


def country_text(run: Row) -> str:
    memory = ", ".join(f"{bytes_ / 1e6:,.0f}" for bytes_ in run["memory"]) + " MB"
    return _COUNTRY_TEXT.format(when=run["when"], table=country_table(run), memory=memory)


def disclosure_table(results: Sequence[Row]) -> str:
    rows = [
        [f"{cost['size']['schools']:,}", cost["method"], f"{cost['unsafe']:,}", f"{cost['exact']:,}",
         f"{cost['share_hidden']:.1%}", f"{cost['share_of_total_hidden']:.1%}", f"{_secondary(cost):.1%}",
         f"{cost['protect_seconds']:.1f} s", f"{cost['audit_seconds']:.1f} s", f"{cost['megabytes']:,.0f} MB"]
        for cost in results
    ]  # fmt: skip
    heads = ["schools", "", "unsafe", "exact", "hidden", "of the total", "not small", "protecting", "attacking", "memory"]
    return _table(heads, rows)


def _secondary(cost: Row) -> float:
    whole = next(row for row in cost["levels"] if row["level"] == "all")
    return whole["secondary"] / whole["hidden"]


def claims_table(proofs: Sequence[Row]) -> str:
    rows = [
        [proof["figures"], proof["wrong"], f"{proof['seconds']:.1f} s", f"{proof['seconds'] / proofs[0]['seconds']:.1f}"]
        for proof in proofs
    ]
    return _table(["figures", "must be wrong", "proved in", "times the first"], rows)


def execution_table(costs: Mapping[str, Row]) -> str:
    each = {name: cost["seconds"] * cost["workers"] / cost["notebooks"] for name, cost in costs.items()}
    rows = [
        [name, costs[name]["workers"], _seconds(value), f"{value / each[ALONE]:.3f}", f"{value / each[BARE]:.2f}",
         _seconds(costs[name]["cpu"] / costs[name]["notebooks"]), _megabytes(costs[name])]
        for name, value in sorted(each.items(), key=lambda pair: -pair[1])
    ]  # fmt: skip
    return _table(["", "at a time", "a notebook", "of papermill", "times the bare cells", "processor", "memory"], rows)


def rebuild_table(builds: Sequence[Row]) -> str:
    rows = [
        [build["name"], f"{build['seconds']:.0f} s", f"{build['seconds'] / builds[0]['seconds']:.1%}",
         build["ran"], build["kept"], build["units"], build["books"]]
        for build in builds
    ]  # fmt: skip
    return _table(["", "`sqa build`", "of the first", "sections run", "sections kept", "in units", "books made"], rows)


def books_table(costs: Sequence[Row]) -> str:
    rows = [
        [f"{cost['schools']:,}", cost["publisher"], f"{cost['units']:,}", f"{cost['sections']:,}", _seconds(cost["execute"]),
         _seconds(cost["publish"]), f"{_of_a_worker(cost) / _of_a_worker(costs[0]):.2f}", f"{cost['wall']:,.0f} s",
         f"{cost['again'] / cost['wall']:.1%}", _megabytes(cost)]
        for cost in costs
    ]  # fmt: skip
    heads = [
        "schools",
        "publisher",
        "books made",
        "sections",
        "notebooks",
        "publishing",
        "of the first row",
        "in all",
        "again",
        "memory",
    ]
    return _table(heads, rows)


def _of_a_worker(cost: Row) -> float:
    return cost["execute"] + cost["publish"]


def _seconds(value: float) -> str:
    return f"{value:.2f} s"


def _megabytes(cost: Row) -> str:
    return f"{cost['memory'] / 1_000_000:,.0f} MB"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def draw(costs: Sequence[Row], path: Path) -> None:
    """What a school's book costs at each size, notebooks and publishing apart."""
    plt.rcParams |= {"svg.hashsalt": "benchmarks", "svg.fonttype": "none"}
    sns.set_theme(style="whitegrid")
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    sizes = [f"{cost['schools']:,}" for cost in costs]
    below = [cost["execute"] for cost in costs]
    axes.bar(sizes, below, label="notebooks", color="#1b5e7d")
    axes.bar(sizes, [cost["publish"] for cost in costs], bottom=below, label="publishing", color="#c9772b")
    axes.set(xlabel="schools in the report", ylabel="a worker's seconds")
    axes.grid(axis="x", visible=False)
    figure.legend(frameon=False, ncols=2, loc="outside upper left")
    figure.savefig(path, metadata={"Date": None})


def main(folder: Path) -> None:
    disclosure, municipalities, claims, execution, rebuild, books, authority = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("disclosure", "municipalities", "claims", "execution", "rebuild", "books", "authority")
    )
    draw([cost for cost in books if cost["publisher"] == "embedded"], DOCS / CHART)
    whole = authority[0]
    text = _TEXT.format(
        disclosure=disclosure_table(disclosure),
        municipalities=municipalities_table(municipalities),
        suppression=measured_section(
            folder / "suppression.json", _TABLES, lambda found: _TABLES_TEXT.format(table=suppression_table(found))
        ),
        single=measured_section(
            folder / "second_opinion.json", _SINGLE, lambda found: _SINGLE_TEXT.format(table=single_table(found))
        ),
        claims=claims_table(claims),
        notebooks=execution[ALONE]["notebooks"],
        execution=execution_table(execution),
        rebuild=rebuild_table(rebuild),
        books=books_table(books),
        chart=CHART,
        schools=whole["schools"],
        authority=books_table(authority),
        country=measured_section(folder / "country.json", _COUNTRY, country_text) + "\n",
    )
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
