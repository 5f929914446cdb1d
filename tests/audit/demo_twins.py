"""Twin worlds of the demo: other health cases and other newly arrived pupils that publish what the demo publishes.

The suite renders some books of two worlds. All books of many, with all sections, which takes minutes a world:

    python -m tests.audit.demo_twins 12
    python -m tests.audit.demo_twins 2 newly_arrived
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import yaml

from sqa_lib.batch import chosen_units
from sqa_lib.demo.write import write as write_dataset
from sqa_lib.metrics import compute_all
from sqa_lib.metrics.national import national_statistics
from sqa_lib.publication import ReportInput, published_statistics, read_input
from sqa_lib.published import Published
from sqa_lib.report import Report, load_report
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.units import UnitTree
from tests.audit.parts import HEALTH_CASES, NEWLY_ARRIVED, MakeUp, Parts
from tests.audit.rendering import rendered
from tests.audit.worlds import SmallNumbers, small_numbers, space_of, under_the_same_plan, worlds_of

VARIED = (HEALTH_CASES, NEWLY_ARRIVED)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Twins:
    """Worlds of one dataset. small: the small numbers made from it; counts: the worlds; datasets: the rows of each."""

    small: SmallNumbers
    counts: Sequence[np.ndarray]
    datasets: Sequence[pd.DataFrame]

    def __str__(self) -> str:
        covered, differing = self.small.covered(self.counts), self.small.differing(self.counts)
        return (
            f"{len(self.counts)} worlds, {len(self.small)} small numbers: {differing.sum()} differ between the worlds, "
            f"{covered.sum()} are at most 1 in one and reach the threshold in another"
        )


def twins_of(
    make_up: MakeUp, published: Published, statistics: pd.DataFrame, tables: Mapping[str, pd.DataFrame], worlds: int
) -> Twins:
    """statistics: the true ones, in the order of the published ones."""
    parts = Parts(make_up, tables, published.tree)
    figures = parts.figures(published.table, statistics)
    space = space_of(figures, published.policy, parts.links(), parts.is_whole)
    small = small_numbers(figures, published.policy, space)
    counts = worlds_of(space, small, worlds)
    return Twins(small, counts, [parts.dataset(world) for world in counts])


def project(root: Path, tables: Mapping[str, pd.DataFrame], sections: Sequence[str] = (), formats: Sequence[str] = ()) -> Report:
    """The demo with these datasets instead of its own, and only these sections and formats where some are given."""
    copytree(ROOT / "notebooks", root / "notebooks")
    copytree(ROOT / "data" / "lulea-2020-21", root / "data" / "lulea-2020-21")
    (root / "params").mkdir()
    parameters = yaml.safe_load((ROOT / "params" / "lulea-2020-21.yml").read_text(encoding="utf-8"))
    parameters |= {name: list(chosen) for name, chosen in (("sections", sections), ("formats", formats)) if chosen}
    if sections:  # which the summary's figures and conclusions may not be among
        parameters |= {"key_figures": [], "main_conclusions": []}
    (root / "params" / "lulea-2020-21.yml").write_text(yaml.safe_dump(parameters, allow_unicode=True), encoding="utf-8")
    for name, table in tables.items():
        write_dataset(DATASETS[name], table, root / "data" / "lulea-2020-21")
    return load_report("lulea-2020-21", root)


def true_statistics(report: Report, data: ReportInput, tree: UnitTree) -> pd.DataFrame:
    """Columns `STATISTICS`, in the order of what is published of them."""
    national = national_statistics(data.country, report.authority, tree, report.school_year)
    return pd.concat([compute_all(data.datasets.tables, tree), national], ignore_index=True)


def main(worlds: int, varied: Sequence[str] = ()) -> None:
    """varied: datasets, all of `VARIED` where none is named."""
    report = load_report("lulea-2020-21", ROOT)
    published, data = published_statistics(report, ROOT), read_input(report, ROOT)
    statistics = true_statistics(report, data, published.tree)
    chosen = [each for each in VARIED if each.dataset in (varied or [every.dataset for every in VARIED])]
    twins = {each.dataset: twins_of(each, published, statistics, data.datasets.tables, worlds) for each in chosen}
    for name, each in twins.items():
        print(f"{name}: {each}", flush=True)
    first: dict[str, bytes] = {}
    for number in range(max(len(each.counts) for each in twins.values())):
        datasets = {name: each.datasets[number % len(each.datasets)] for name, each in twins.items()}
        with TemporaryDirectory() as folder:
            root = Path(folder)
            world = project(root, datasets)
            table = under_the_same_plan(published.table, true_statistics(world, read_input(world, root), published.tree))
            files = rendered(world, root, table, published.tree, chosen_units(report, published, [], []), 2)
        first = first or files
        different = sorted(name for name in first.keys() | files.keys() if first.get(name) != files.get(name))
        print(f"world {number + 1}: {len(files)} files, {len(different)} of them different {different[:5]}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
