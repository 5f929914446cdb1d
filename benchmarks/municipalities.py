"""Whole municipalities of other seeds and sizes: every statistic of the demo protected, with what the words mean, and attacked.

`python -m benchmarks.municipalities [--schools 12 37] [--json FILE]`; seeds are fixed, so that only times differ between runs. A
municipality of more schools than the demo's is several of it, each drawn with a seed of its own.
"""

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from rich.console import Console
from rich.table import Column, Table

from benchmarks.disclosure import megabytes
from sqa_lib.audit import attack, judge
from sqa_lib.demo.reports import DEMOS
from sqa_lib.disclosure import meanings_of, protect
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import load_report, project_root
from sqa_lib.sources.check import load
from sqa_lib.units import UnitTree

REPORT = "lulea-2020-21"
TARGETS = {37: 30, 170: 120}
"""Schools → seconds that protection may take on two cores."""
WIDTH = 160
LEVELS = ("municipality", "area", "school", "preschool")
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Municipality:
    schools: int
    seed: int


MUNICIPALITIES = (
    Municipality(12, 5),
    Municipality(24, 41),
    Municipality(37, 3),
    Municipality(80, 101),
    Municipality(170, 201),
)


@dataclass(frozen=True)
class Result:
    """levels: the auditor's own count of hidden numbers, columns level, hidden, primary, secondary, unsafe, exact; figures: shown
    and withheld by level; seconds and megabytes (the most at one time of one process)."""

    municipality: Municipality
    cells: int
    meanings: int
    levels: list[dict[str, int | str]]
    figures: dict[str, tuple[int, int]]
    meaning_seconds: float
    protect_seconds: float
    audit_seconds: float
    protect_megabytes: float


def tables_of(municipality: Municipality) -> tuple[Tables, UnitTree]:
    """The lists of so many schools and of as many preschools for each as the demo has, and their units."""
    report = load_report(REPORT, project_root())
    rounds = []
    for number in range(-(-municipality.schools // _schools_in(_drawn(municipality.seed)))):
        rounds.append(_renamed(_drawn(municipality.seed + number), number))
    whole = {name: pd.concat([each[name] for each in rounds], ignore_index=True) for name in rounds[0]}
    kept = _chosen(whole["school_units"], municipality.schools)
    lists = {name: table[table["unit"].isin(kept)].reset_index(drop=True) for name, table in whole.items()}
    return lists, tree_of_datasets(report.authority, lists["school_units"])


def _drawn(seed: int) -> Tables:
    report = load_report(REPORT, project_root())
    with TemporaryDirectory() as folder:
        DEMOS[REPORT](Path(folder), seed=seed)
        return load(Path(folder), report.school_year, report.datasets).tables


def _schools_in(tables: Tables) -> int:
    return int(_is_school(tables["school_units"]).sum())


def _is_school(units: pd.DataFrame) -> pd.Series:
    return units["school_form"] != "preschool"


def _renamed(tables: Tables, number: int) -> Tables:
    """Units, areas, rows and groups of a round by names of their own."""
    return {
        name: table.assign(
            **{
                column: table[column] + f"-{number}"
                for column in ("unit", "unit_name", "area", "area_name", "row_id", "group")
                if column in table
            }
        )
        for name, table in tables.items()
    }


def _chosen(units: pd.DataFrame, schools: int) -> set[str]:
    """So many schools, evenly from the list, which goes by area; of the preschools the same share."""
    is_school = _is_school(units)
    share = schools / is_school.sum()
    return {unit for part in (units[is_school], units[~is_school]) for unit in _evenly(part["unit"].tolist(), share)}


def _evenly(units: list[str], share: float) -> Iterator[str]:
    for number, unit in enumerate(units):
        if round((number + 1) * share) > round(number * share):
            yield unit


def result_of(municipality: Municipality) -> Result:
    """Protect and attack; alone in its process, so that the memory is its own."""
    tables, tree = tables_of(municipality)
    policy = load_report(REPORT, project_root()).disclosure
    statistics = compute_all(tables, tree)
    started = time.perf_counter()
    meanings = meanings_of(tables, tree, DEFINITIONS)
    known = time.perf_counter()
    published = protect(statistics, DEFINITIONS, tree, policy, meanings=meanings)
    protected, memory = time.perf_counter(), megabytes()
    found = attack(published, tree, DEFINITIONS, policy, statistics=statistics)
    verdict = judge(found, tree, DEFINITIONS, policy)
    audited = time.perf_counter()
    return Result(
        municipality=municipality,
        cells=len(published),
        meanings=len(meanings),
        levels=verdict.summary.to_dict("records"),
        figures=_figures(published, tree),
        meaning_seconds=known - started,
        protect_seconds=protected - known,
        audit_seconds=audited - protected,
        protect_megabytes=memory,
    )


def _figures(published: pd.DataFrame, tree: UnitTree) -> dict[str, tuple[int, int]]:
    level = published["unit"].map({unit.code: unit.level for unit in tree.units})
    is_hidden = published["mark"] == ".."
    is_asked = is_hidden | (published["mark"] == "")
    return {name: (int((level == name)[is_asked].sum()), int((level == name)[is_hidden].sum())) for name in LEVELS}


def results(chosen: list[Municipality]) -> Iterator[Result]:
    """One after another, each in a process of its own."""
    for municipality in chosen:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            yield pool.submit(result_of, municipality).result()


def comparison(found: list[Result]) -> Table:
    right = [Column(head, justify="right") for head in ("seed", "numbers", "meanings", "hidden", "unsafe", "exact")]
    levels = [Column(f"hidden: {level}", justify="right") for level in LEVELS]
    times = [Column(head, justify="right") for head in ("meanings", "protect", "target", "audit", "memory")]
    table = Table(Column("schools", justify="right"), *right, *levels, *times)
    for result in found:
        of_all = next(row for row in result.levels if row["level"] == "all")
        size = result.municipality.schools
        table.add_row(
            str(size), str(result.municipality.seed), f"{result.cells:,}", f"{result.meanings:,}",
            *(f"{of_all[name]:,}" for name in ("hidden", "unsafe", "exact")),
            *(f"{hidden / max(asked, 1):.1%}" for asked, hidden in result.figures.values()),
            f"{result.meaning_seconds:.0f} s", f"{result.protect_seconds:.0f} s", f"{TARGETS.get(size, '')}",
            f"{result.audit_seconds:.0f} s", f"{result.protect_megabytes:.0f} MB",
        )  # fmt: skip
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = [each.schools for each in MUNICIPALITIES]
    parser.add_argument("--schools", type=int, nargs="+", default=sizes, help="numbers of schools")
    parser.add_argument("--json", type=Path, help="write the results here too")
    options = parser.parse_args()
    found, console = [], Console(stderr=True)
    for result in results([each for each in MUNICIPALITIES if each.schools in options.schools]):
        found.append(result)
        console.print(f"{result.municipality}: {result.protect_seconds:.1f} s and {result.audit_seconds:.1f} s")
        if options.json:  # after each: the largest takes long
            options.json.write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n", encoding="utf-8")
    Console(width=WIDTH).print(comparison(found))


if __name__ == "__main__":
    main()
