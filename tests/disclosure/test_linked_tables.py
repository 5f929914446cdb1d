"""Tables that share margins, protected together: a small public case, and the least that protecting a known table costs.

The ten rows are the example of the vignette "Linked table suppression" of the R package GaussSuppression (Statistics Norway):
protecting its two tables one by one lets a number be derived.
"""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from benchmarks.bounds import bound_of
from benchmarks.known_tables import CASES, Cell, linked, system_of_case
from sqa_lib.disclosure.secondary import hide
from sqa_lib.disclosure.system import System
from tests.conftest import ROOT
from tests.disclosure.ends import unsafe

ROWS = """
age   | country  | union   | year | number
young | Spain    | inside  | 2014 | 6
young | Iceland  | outside | 2014 | 8
old   | Spain    | inside  | 2014 | 9
old   | Portugal | inside  | 2014 | 1
young | Iceland  | outside | 2015 | 2
old   | Spain    | inside  | 2015 | 4
old   | Portugal | inside  | 2015 | 3
young | Spain    | inside  | 2016 | 7
young | Iceland  | outside | 2016 | 2
young | Portugal | inside  | 2016 | 2
"""
BY_AGE = [[("age",)], [("union",)], [("year",)]]
BY_COUNTRY = [[("country", "union")], [("year",)]]
LIMIT = 2
REFERENCE = ROOT.parent / "shared" / "reference" / "suppression"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    table = pd.read_csv(StringIO(ROWS), sep=r"\s*\|\s*", engine="python", dtype=str)
    return table.assign(number=table["number"].astype(int))


def hidden_cells(rows: pd.DataFrame, *tables: list) -> set[Cell]:
    """What is hidden of these tables, protected together."""
    system, names = linked(rows, "number", tables, LIMIT)
    hidden, unmet = hide(system)
    assert not unmet
    return {name for name, is_hidden in zip(names, hidden, strict=True) if is_hidden}


def derivable(system: System, hidden: np.ndarray) -> np.ndarray:
    """True for the hidden numbers that follow from the others, by linear algebra alone."""
    equations = system.equations.toarray()[:, hidden]
    rank = np.linalg.matrix_rank(equations)
    found = np.zeros(len(hidden), dtype=bool)
    found[np.flatnonzero(hidden)] = [
        np.linalg.matrix_rank(np.vstack([equations, unit])) == rank for unit in np.eye(equations.shape[1])
    ]
    return found


def test_one_by_one_a_number_follows_and_together_none_does(rows: pd.DataFrame) -> None:
    system, names = linked(rows, "number", [BY_AGE, BY_COUNTRY], LIMIT)

    def following(cells: set[Cell]) -> set[Cell]:
        is_derived = derivable(system, np.array([name in cells for name in names]))
        return {name for name, follows in zip(names, is_derived, strict=True) if follows}

    one_by_one = hidden_cells(rows, BY_AGE) | hidden_cells(rows, BY_COUNTRY)
    together = hidden_cells(rows, BY_AGE, BY_COUNTRY)
    assert following(one_by_one)
    assert not following(together)


def test_together_they_cost_the_least_that_any_protection_does(rows: pd.DataFrame) -> None:
    """53 by integer programming; the package's own way hides Spain and Portugal in 2015 beside what is hidden here: 60."""
    system, names = linked(rows, "number", [BY_AGE, BY_COUNTRY], LIMIT)
    hidden, _ = hide(system)
    spain, portugal = (names.index(frozenset({("country", name), ("year", "2015")})) for name in ("Spain", "Portugal"))
    cost = system.cells["loss"][hidden & ~system.is_small].sum()
    bound = bound_of(system, seconds=20)
    assert (cost, bound.cost, bound.is_met) == (pytest.approx(53), pytest.approx(53), True)
    assert cost + system.cells["loss"][[spain, portugal]].sum() == 60
    assert unsafe(system, hidden) == 0


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the public tables are not here")
@pytest.mark.parametrize("is_exact", [True, False])
def test_the_cheapest_protection_of_a_known_table_costs_29(is_exact: bool) -> None:
    """Proved by enumeration for exact disclosure (README of the tables), by integer programming for both."""
    system = system_of_case(CASES[0], REFERENCE, 3, is_exact)
    hidden, unmet = hide(system)
    further = hidden & ~system.is_small
    assert not unmet
    assert sorted(system.cells["value"][further]) == [7, 9, 13]
    bound = bound_of(system, seconds=20)
    assert (bound.cost, bound.is_met) == (pytest.approx(29), True)
    assert unsafe(system, hidden) == 0
    assert unsafe(system, hidden & ~further) == 3
