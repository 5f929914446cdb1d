"""Twin worlds of the demo: other newly arrived pupils, and the same publication and books to the byte.

Other health cases of three school years take many minutes to find: `python -m tests.audit.demo_twins`. Those of a small
municipality are in `test_twin_worlds`.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.audit import attack, judge
from sqa_lib.marks import Mark
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.publication import read_input
from sqa_lib.published import Published
from sqa_lib.report import Report
from sqa_lib.rows import in_groups
from sqa_lib.sources.check import Input
from sqa_lib.units import UnitTree
from tests.audit.demo_twins import Twins, project, true_statistics, twins_of
from tests.audit.parts import NEWLY_ARRIVED
from tests.audit.rendering import rendered
from tests.audit.worlds import under_the_same_plan

pytestmark = pytest.mark.xdist_group("demo-twins")
WORLDS = 2
SECTIONS = ("newly-arrived",)
UNITS = ("lulea", "hob", "99001029")


@pytest.fixture(scope="module")
def twins(demo_published: Published, demo_statistics: pd.DataFrame, demo_input: Input) -> Twins:
    return twins_of(NEWLY_ARRIVED, demo_published, demo_statistics, demo_input.tables, WORLDS)


@pytest.fixture(scope="module")
def worlds(twins: Twins, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Report]]:
    """A project of each world with the sections on what varies."""
    roots = [tmp_path_factory.mktemp("world") for _ in range(WORLDS)]
    return [
        (root, project(root, {NEWLY_ARRIVED.dataset: twins.datasets[number]}, SECTIONS, ("html", "pdf")))
        for number, root in enumerate(roots)
    ]


@pytest.fixture(scope="module")
def statistics(worlds: list[tuple[Path, Report]], demo_published: Published) -> list[pd.DataFrame]:
    """The true statistics of each world, from its own files."""
    return [true_statistics(report, read_input(report, root), demo_published.tree) for root, report in worlds]


def test_most_small_numbers_differ_between_the_worlds(twins: Twins) -> None:
    """Two worlds do not bring all to both ends of what the rule asks; `tests.audit.demo_twins` makes more."""
    assert len(twins.small) > 100
    assert twins.small.differing(twins.counts).mean() > 0.6
    assert twins.small.covered(twins.counts).mean() > 0.1


def test_the_worlds_publish_what_the_demo_publishes(statistics: list[pd.DataFrame], demo_published: Published) -> None:
    tables = [in_groups(under_the_same_plan(demo_published.table, world), demo_published.tree) for world in statistics]
    truth = demo_published.table.to_parquet(index=False)
    assert [table.to_parquet(index=False) == truth for table in tables] == [True] * WORLDS


def test_the_worlds_agree_with_all_that_the_attacker_knows(statistics: list[pd.DataFrame], demo_published: Published) -> None:
    """With every relation that he reads in the definitions, and with what he works out: no world is one that he can rule out."""
    table, tree, policy = demo_published.table, demo_published.tree, demo_published.policy
    for world in statistics:
        found = attack(table, tree, DEFINITIONS, policy, statistics=world)
        known = {relation.name for relation in found.relations if relation.kind == "words"}
        assert len(known) > 30
        assert known.isdisjoint(found.wrong_guesses)
        assert judge(found, tree, DEFINITIONS, policy).outside == 0


def test_the_worlds_books_are_the_same_to_the_byte(
    worlds: list[tuple[Path, Report]], statistics: list[pd.DataFrame], demo_published: Published
) -> None:
    one, other = books(worlds, statistics, demo_published.table, demo_published.tree, UNITS)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert {Path(name).suffix for name in one} >= {".parquet", ".ipynb", ".html", ".svg", ".pdf"}


def test_one_number_shown_after_all_tells_the_worlds_apart(
    worlds: list[tuple[Path, Report]], statistics: list[pd.DataFrame], demo_published: Published
) -> None:
    """A school's number of newly arrived pupils."""
    table, tree = demo_published.table, demo_published.tree
    schools = [unit.code for unit in tree.at("school")]
    is_total = (table["statistic"] == "newly_arrived") & (table["breakdown"] == "")
    of_schools = is_total & (table["school_year"] == worlds[0][1].school_year) & table["unit"].isin(schools)
    key = ["statistic", "school_year", "unit", "breakdown"]
    one, other = (table[key].merge(world, on=key, how="left")["value"] for world in statistics)
    differs = one != other
    row = table.index[of_schools & differs & (table["mark"] == Mark.WITHHELD.value)][0]
    shown = table.assign(mark=table["mark"].mask(table.index == row, Mark.NONE.value))
    less = [(root, report.model_copy(update={"sections": report.sections[-1:], "formats": ("html",)})) for root, report in worlds]
    one, other = books(less, statistics, shown, tree, [table["unit"][row]])
    different = [name for name in one if one[name] != other[name]]
    assert {Path(name).suffix for name in different} >= {".parquet", ".ipynb", ".html"}


def books(
    worlds: list[tuple[Path, Report]], statistics: list[pd.DataFrame], plan: pd.DataFrame, tree: UnitTree, units: Sequence[str]
) -> list[dict[str, bytes]]:
    """What each world renders for these units."""
    return [
        rendered(report, root, under_the_same_plan(plan, world), tree, [tree[code] for code in units], 2)
        for (root, report), world in zip(worlds, statistics, strict=True)
    ]
