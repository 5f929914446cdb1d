"""Linear programs for HiGHS: the same input gives the same answer, on one thread and with a fixed seed."""

from collections.abc import Mapping

import highspy
import numpy as np
from scipy import sparse

Options = Mapping[str, object]


def program(
    matrix: sparse.spmatrix, cost: np.ndarray, low: np.ndarray, high: np.ndarray, least: np.ndarray, most: np.ndarray
) -> highspy.HighsLp:
    """Minimise cost · x with least ≤ matrix · x ≤ most and low ≤ x ≤ high."""
    columns = matrix.tocsc()
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = columns.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_, model.row_upper_ = least, most
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = columns.indptr, columns.indices, columns.data
    return model


def solver_of(model: highspy.HighsLp) -> highspy.Highs:
    solver = highspy.Highs()
    _set(solver, {"output_flag": False, "threads": 1, "random_seed": 0})
    solver.passModel(model)
    return solver


def run(solver: highspy.Highs, options: Options) -> highspy.HighsModelStatus:
    _set(solver, options)
    solver.run()
    return solver.getModelStatus()


def _set(solver: highspy.Highs, options: Options) -> None:
    for option, value in options.items():
        solver.setOptionValue(option, value)
