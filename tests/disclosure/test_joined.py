"""Cells that can only move together are one column: the same moves, in fewer unknowns."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.linalg import null_space
from scipy.optimize import linprog

from sqa_lib.disclosure.joined import joined
from sqa_lib.disclosure.meeting import Task, Wish, at_least_loss, freely, is_met
from sqa_lib.disclosure.reduced import reduced, tightened
from sqa_lib.disclosure.tables import Part


@st.composite
def systems(draw: st.DrawFn) -> np.ndarray:
    """A few equations of a few cells with the numbers that tables have: 1, -1, and now and then a weight."""
    cells = draw(st.integers(1, 9))
    coefficient = st.sampled_from([0, 0, 0, 1, -1, 1, -1, 2, -8])
    row = st.lists(coefficient, min_size=cells, max_size=cells)
    return np.array(draw(st.lists(row, max_size=8)), dtype=float).reshape(-1, cells)


@given(systems())
def test_the_moves_are_those_of_linear_algebra(equations: np.ndarray) -> None:
    moves, kept = joined(sparse.csr_matrix(equations))
    free = null_space(kept.toarray()) if kept.shape[0] else np.eye(moves.shape[1])
    found = moves.toarray() @ free
    assert np.allclose(equations @ found, 0)
    assert np.linalg.matrix_rank(found) == found.shape[1] == _null_space(equations).shape[1]


def _null_space(equations: np.ndarray) -> np.ndarray:
    return null_space(equations) if len(equations) else np.eye(equations.shape[1])


@given(systems())
def test_each_cell_moves_with_one_column_and_equations_of_two_are_gone(equations: np.ndarray) -> None:
    moves, kept = joined(sparse.csr_matrix(equations))
    assert (np.diff(moves.indptr) <= 1).all()
    assert (np.diff(kept.indptr) >= 3).all()


def test_a_cell_alone_or_at_odds_with_itself_can_not_move() -> None:
    moves, kept = joined(sparse.csr_matrix([[1.0, 0, 0, 0], [0, 1, -1, 0], [0, 1, -2, 0]]))
    assert moves.toarray().tolist() == [[0], [0], [0], [1]]
    assert kept.shape[0] == 0


@pytest.mark.parametrize("meet", [freely, at_least_loss])
@given(weight=st.integers(1, 400), limit=st.integers(1, 60))
def test_a_cell_moves_to_the_very_end_of_what_those_tied_to_it_can(meet, weight: int, limit: int) -> None:
    """One moves by the weight when the other moves by one, whichever of them the column is counted in."""
    for equation in ([1.0, -weight], [-weight, 1.0]):
        own = int(abs(equation[0]) == 1)  # the one that moves less
        up = np.full(2, np.inf)
        up[own] = limit
        loss = np.full(2, float(meet is at_least_loss))
        columns = reduced(sparse.csr_matrix([equation]), np.zeros(2), up)
        column, ratio = np.zeros(2, dtype=int), columns.moves.data
        part = Part(np.arange(2), loss, column, ratio, columns.low, columns.high, columns.equations.tocsc())
        wish = Wish(1 - own, float(limit * weight))
        reach = meet(Task(part, [wish], np.ones(2, dtype=bool)))
        assert is_met(wish, reach.down[wish.cell], reach.up[wish.cell])
        assert reach.up[own] <= limit + 1e-9


@st.composite
def limited(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Equations of cells, and how far each cell can move down and up; some as far as they like."""
    equations = draw(systems())
    cells = equations.shape[1]
    limit = st.one_of(st.integers(0, 6).map(float), st.just(np.inf))
    down, up = (np.array(draw(st.lists(limit, min_size=cells, max_size=cells))) for _ in range(2))
    return equations, -down, up


def _furthest(equations: np.ndarray, low: np.ndarray, high: np.ndarray, objective: np.ndarray) -> float:
    """The largest value of the objective, by another solver; infinite where nothing stops it."""
    rows = {"A_eq": equations, "b_eq": np.zeros(len(equations))} if len(equations) else {}
    found = linprog(-objective, bounds=np.column_stack([low, high]), method="highs-ds", **rows)
    return np.inf if found.status == 3 else -found.fun


@settings(deadline=None, max_examples=150)
@given(limited())
def test_reduced_columns_reach_as_far_as_the_cells_do(system: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    equations, low, high = system
    columns = reduced(sparse.csr_matrix(equations), low, high)
    assert (columns.high - columns.low > 0).all() and (np.diff(columns.moves.indptr) <= 1).all()
    moves = columns.moves.toarray()
    for cell in range(len(low)) if moves.size else ():
        for sign in (1.0, -1.0):
            of_cells = _furthest(equations, low, high, sign * np.eye(len(low))[cell])
            columns_reach = _furthest(columns.equations.toarray(), columns.low, columns.high, sign * moves[cell])
            assert columns_reach == pytest.approx(of_cells, abs=1e-5)


@settings(deadline=None, max_examples=150)
@given(limited())
def test_no_limit_is_tighter_than_the_equations_make_it(system: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    equations, low, high = system
    tight_low, tight_high = tightened(sparse.csr_matrix(equations), low, high)
    for cell in range(len(low)):
        unit = np.eye(len(low))[cell]
        assert tight_high[cell] >= _furthest(equations, low, high, unit) - 1e-6
        assert -tight_low[cell] >= _furthest(equations, low, high, -unit) - 1e-6


def test_a_sum_limits_its_parts() -> None:
    """Three that add up to what is known: one at 1 can rise by what the others, at 2 and 3, can fall."""
    low, high = tightened(sparse.csr_matrix([[1.0, 1, 1]]), np.array([-1.0, -2, -3]), np.full(3, np.inf))
    assert high.tolist() == [5, 4, 3]
    assert low.tolist() == [-1, -2, -3]
