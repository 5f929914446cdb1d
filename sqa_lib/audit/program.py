"""The linear programs: one HiGHS model for each system, its objective changed, each solution a whole table that is possible."""

import highspy
import numpy as np

from sqa_lib.audit.system import Contradiction, System


class Program:
    """A model that keeps its basis from one objective to the next."""

    def __init__(self, system: System):
        self.system = system
        self.solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("simplex_strategy", 4)):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(_model(system))
        self._all = np.arange(len(system.low), dtype=np.int32)

    def minimum(self, costs: np.ndarray) -> tuple[float, np.ndarray]:
        """The least value of the objective and a table where it is reached."""
        self.solver.changeColsCost(len(self._all), self._all, costs.astype(float))
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise Contradiction(self.system.origin)
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS: {self.solver.modelStatusToString(status)}")
        return self.solver.getInfo().objective_function_value, np.asarray(self.solver.getSolution().col_value)

    def rows_used(self) -> np.ndarray:
        """The rows whose multipliers prove the last answer."""
        return np.flatnonzero(np.abs(np.asarray(self.solver.getSolution().row_dual)) > 1e-9)


def _model(system: System) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(system.low), len(system.row_low)
    model.col_cost_ = np.zeros(len(system.low))
    model.col_lower_, model.col_upper_ = system.low, system.high
    model.row_lower_, model.row_upper_ = system.row_low, system.row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = len(system.low), len(system.row_low)
    model.a_matrix_.start_ = system.matrix.indptr
    model.a_matrix_.index_ = system.matrix.indices
    model.a_matrix_.value_ = system.matrix.data
    return model
