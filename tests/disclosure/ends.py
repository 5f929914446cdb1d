"""How far small numbers reach, by another's formulation: whole tables that agree with what is shown (scipy's linear programs)."""

import numpy as np
from scipy.optimize import linprog

from sqa_lib.disclosure.system import System


def unsafe(system: System, hidden: np.ndarray) -> int:
    """How many small numbers don't reach as far down and up as they must."""
    return sum(not _reaches(system, hidden, cell) for cell in np.flatnonzero(system.is_small))


def _reaches(system: System, hidden: np.ndarray, cell: int) -> bool:
    value, low, high = (system.cells[name].to_numpy() for name in ("value", "low", "high"))
    # a number that could be any is cut off where it is far enough
    bounds = [
        (0, high[cell] if at == cell else None) if hides else (own, own)
        for at, (hides, own) in enumerate(zip(hidden, value, strict=True))
    ]
    ends = []
    for sign in (1, -1):
        cost = np.zeros(len(value))
        cost[cell] = sign
        found = linprog(cost, A_eq=system.equations, b_eq=system.equations @ value, bounds=bounds, method="highs")
        ends.append(sign * found.fun)
    return ends[0] <= low[cell] + 1e-6 and ends[1] >= high[cell] - 1e-6
