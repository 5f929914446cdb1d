"""What single equations ask to hide, beside every way of hiding a small table: never dearer than the cheapest that is safe."""

from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest

from benchmarks.bounds import bound_of
from benchmarks.known_tables import CASES, linked, system_of_case
from sqa_lib.disclosure.cover import cheapest_cover
from sqa_lib.disclosure.secondary import hide
from sqa_lib.disclosure.system import System
from sqa_lib.disclosure.tables import Part
from tests.disclosure.ends import unsafe
from tests.disclosure.test_linked_tables import LIMIT, REFERENCE, derivable

TABLES = [[[("kind",)], [("place",)]]]


def table(seed: int) -> System:
    """Two kinds in three places with their totals, some of them small."""
    chance = np.random.default_rng(seed)
    rows = [(kind, place) for kind in "ab" for place in "xyz"]
    counts = chance.choice([1, 2, 5, 6, 7, 8, 9, 12], size=len(rows))
    data = pd.DataFrame(rows, columns=["kind", "place"]).assign(number=counts)
    return linked(data, "number", TABLES, LIMIT)[0]


def covered(system: System) -> np.ndarray:
    """The cover of a system whose cells are the columns."""
    n, value = len(system.cells), system.cells["value"].to_numpy()
    loss = np.where(system.is_small, 0.0, system.cells["loss"])
    part = Part(np.arange(n), loss, np.arange(n), np.ones(n), -value, np.full(n, np.inf), system.equations.tocsc())
    wanted = np.flatnonzero(system.is_small)
    return cheapest_cover(part, wanted, np.full(len(wanted), 0.01))


def cheapest(system: System) -> float:
    """What the cheapest hiding costs after which no small number follows by linear algebra: every way is tried."""
    small, loss = system.is_small, system.cells["loss"].to_numpy()
    others = np.flatnonzero(~small)
    ways = chain.from_iterable(combinations(others, size) for size in range(len(others) + 1))
    for way in sorted(ways, key=lambda cells: loss[list(cells)].sum()):
        hidden = small.copy()
        hidden[list(way)] = True
        if not derivable(system, hidden)[small].any():
            return float(loss[list(way)].sum())
    raise AssertionError("hiding everything is safe")


@pytest.mark.parametrize("seed", range(8))
def test_a_cover_is_never_dearer_than_the_cheapest_safe_hiding(seed: int) -> None:
    system = table(seed)
    loss, hidden = system.cells["loss"].to_numpy(), hide(system)[0]
    least = cheapest(system)
    assert loss[covered(system)].sum() <= least + 1e-6
    assert least <= loss[hidden & ~system.is_small].sum() + 1e-6
    assert unsafe(system, hidden) == 0


def test_where_one_small_number_has_two_neighbours_the_cheaper_rectangle_is_hidden() -> None:
    """1 stands beside 6 and 9, with 8, 7 and 12 in the other kind: the others of the cheaper rectangle cost 6 + 8 + 7."""
    data = pd.DataFrame(
        [("a", "x", 1), ("a", "y", 6), ("a", "z", 9), ("b", "x", 8), ("b", "y", 7), ("b", "z", 12)],
        columns=["kind", "place", "number"],
    )
    system = linked(data, "number", TABLES, LIMIT)[0]
    assert sorted(system.cells["value"][covered(system)]) == [6, 7, 8]


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    data = pd.DataFrame([("a", "x", 5), ("b", "x", 6)], columns=["kind", "place", "number"])
    system = linked(data, "number", TABLES, LIMIT)[0]
    assert not covered(system).any()


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the public tables are not here")
def test_a_known_table_costs_little_more_than_it_must() -> None:
    """432 rows in five linked hierarchies: within 5 % of what no protection costs less than."""
    system = system_of_case(next(case for case in CASES if case.file == "z3"), REFERENCE, 3, is_exact=True)
    hidden, unmet = hide(system)
    assert not unmet
    assert unsafe(system, hidden) == 0
    assert system.cells["loss"][hidden & ~system.is_small].sum() <= 1.05 * bound_of(system, seconds=20).cost
