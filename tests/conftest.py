"""What many tests read: the committed demo data with its true and its published statistics, and a small tree of units."""

import signal
import sys
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.metrics import compute_all
from sqa_lib.metrics.country import country_of
from sqa_lib.metrics.national import national_statistics
from sqa_lib.publication import published_statistics
from sqa_lib.published import Published
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Report, load_report
from sqa_lib.sources.check import Input, load
from sqa_lib.units import Unit, UnitTree

pytest.register_assert_rewrite("tests.spec")

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side (pytest-xdist's `--dist loadgroup`) a file's tests run in one worker, so that what they share is made once."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(ROOT / "tests").with_suffix("").as_posix()))


def pytest_configure() -> None:
    """A shell has what it starts in the background ignore interrupts (and `nohup` a closed terminal), and all that this process
    starts would do so too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def demo_report() -> Report:
    return load_report("lulea-2020-21", ROOT)


@pytest.fixture(scope="session")
def demo_input(demo_report: Report) -> Input:
    return load(ROOT / demo_report.data, demo_report.school_year, demo_report.datasets)


@pytest.fixture(scope="session")
def demo_tree(demo_report: Report, demo_input: Input) -> UnitTree:
    return tree_of_datasets(demo_report.authority, demo_input.tables["school_units"])


@pytest.fixture(scope="session")
def demo_statistics(demo_report: Report, demo_input: Input, demo_tree: UnitTree) -> pd.DataFrame:
    """The true statistics, hidden from nobody: only tests of the rooms before disclosure control may read them."""
    country = country_of([ROOT / demo_report.data / "underlag_for_analys.xlsx"], ROOT / "output")
    national = national_statistics(country, demo_report.authority, demo_tree, demo_report.school_year)
    return pd.concat([compute_all(demo_input.tables, demo_tree), national], ignore_index=True)


@pytest.fixture(scope="session")
def demo_published(demo_report: Report) -> Published:
    """What the demo publishes; computed when it is not up to date (`make test` sees to that before the tests start)."""
    return published_statistics(demo_report, ROOT)


@pytest.fixture(scope="session")
def city_published() -> Published:
    """What the second demo publishes; computed as the first one's."""
    return published_statistics(load_report("stockholm-2024-25", ROOT), ROOT)


@pytest.fixture(scope="session")
def tree() -> UnitTree:
    """A municipality of two areas: two schools and a preschool in the north, one school in the south."""
    return UnitTree(
        (
            Unit("all", "Lavhedens kommun", "municipality", school_forms=("preschool", "compulsory")),
            Unit("north", "Skolområde Norr", "area", "all", ("preschool", "compulsory")),
            Unit("south", "Skolområde Söder", "area", "all", ("compulsory",)),
            Unit("n1", "Granskolan", "school", "north", ("compulsory",)),
            Unit("n2", "Tallskolan", "school", "north", ("compulsory",)),
            Unit("s1", "Enskolan", "school", "south", ("compulsory",)),
            Unit("np", "Kottens förskola", "preschool", "north", ("preschool",)),
        )
    )
