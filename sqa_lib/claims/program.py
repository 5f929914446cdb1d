"""Whether whole numbers exist that agree with printed figures: an integer program (HiGHS) of a component and some claims."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain

import highspy
import numpy as np
from scipy import sparse

from sqa_lib.claims.claim import Claim, Rounding
from sqa_lib.claims.constraints import Component, Row, quantities_of, row_above, row_below, rows_of
from sqa_lib.claims.quantity import Quantity

Values = Mapping[Quantity, int]
MOST_NODES = 100_000
"""Where the search for whole numbers takes more, nothing is said: a figure is called wrong only where that is proved."""


class Undecided(Exception):
    """Whether whole numbers exist was not found out within `MOST_NODES`."""


def largest_of(claims: Iterable[Claim]) -> int:
    """No population is taken to be larger: ten times the largest printed count, and enough for any printed share."""
    claims = list(claims)
    counts = [int(claim.value) for claim in claims if claim.out_of is None]
    return max([10 * max(counts, default=0), *(claim.scale * 10 ** (claim.decimals + 1) for claim in claims), 1000])


class Figures:
    """The component's quantities as whole numbers, under the relations and the rows of any of its claims.

    largest: no quantity is larger; 0 for `largest_of` the claims.
    """

    def __init__(self, component: Component, rounding: Rounding = "either", largest: int = 0):
        self.claims = component.claims
        quantities = dict.fromkeys(chain.from_iterable(quantities_of(claim) for claim in component.claims))
        quantities |= dict.fromkeys(quantity for row in component.relations for quantity, _ in row.terms)
        self._column = {quantity: at for at, quantity in enumerate(quantities)}
        self._relations = list(component.relations)
        self._rounding: Rounding = rounding
        self._known: dict[frozenset[str], bool] = {}
        self._nonzero = {claim.out_of for claim in component.claims if claim.out_of is not None}
        self._largest = largest or largest_of(component.claims)

    def possible(self, claims: Collection[Claim]) -> bool:
        """Whether these claims of the component can all be right."""
        which = frozenset(claim.id for claim in claims)
        if which not in self._known:
            self._known[which] = self._has_example(claims, unless=True)
        return self._known[which]

    def _has_example(self, claims: Collection[Claim], more: Sequence[Row] = (), *, unless: bool) -> bool:
        """unless: the answer where it is undecided."""
        try:
            return self.example(claims, more) is not None
        except Undecided:
            return unless

    def example(self, claims: Collection[Claim], more: Sequence[Row] = ()) -> Values | None:
        """Numbers that agree with these claims and rows; None where there are none; `Undecided`."""
        rows = [*self._relations, *(row for claim in claims for row in rows_of(claim, self._rounding)), *more]
        found = self._solve(rows)
        if found is not None and not all(row.holds(found) for row in rows):
            raise ArithmeticError("HiGHS: the whole numbers found don't agree with the figures")
        return found

    def nearest(self, claim: Claim, claims: Collection[Claim], sign: int) -> Decimal | None:
        """The printed value nearest below (sign −1) or above (1) the claim's own with which these other claims can be right;
        None where there is none.

        Whether one within so many steps can be right grows with the steps, so they are doubled until one is, then halved.
        """
        most = self._steps(claim, sign)
        steps = next((steps for steps in _doubled(most) if self._possible_within(steps, claim, claims, sign)), None)
        if steps is None:
            return None
        nearest = bisect_left(range(steps), True, lo=steps // 2 + 1, key=lambda s: self._possible_within(s, claim, claims, sign))
        return claim.value + sign * nearest * Decimal(1).scaleb(-claim.decimals)

    def _steps(self, claim: Claim, sign: int) -> int:
        """How many printed steps it is to nothing, or to the largest value that makes sense."""
        most = claim.scale if claim.out_of is not None else self._largest
        distance = Fraction(claim.value) if sign < 0 else max(most - Fraction(claim.value), Fraction(claim.value))
        return int(distance / claim.step)

    def _possible_within(self, steps: int, claim: Claim, claims: Collection[Claim], sign: int) -> bool:
        end = claim.value + sign * steps * Decimal(1).scaleb(-claim.decimals)
        own, last = claim.values(self._rounding), replace(claim, value=end).values(self._rounding)
        if sign < 0:
            beyond = [row_below(claim, own.low, not own.is_low_closed), row_above(claim, last.low, last.is_low_closed)]
        else:
            beyond = [row_above(claim, own.high, not own.is_high_closed), row_below(claim, last.high, last.is_high_closed)]
        return self._has_example(claims, beyond, unless=False)

    def _solve(self, rows: Sequence[Row]) -> Values | None:
        solver = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_max_nodes", MOST_NODES),
            ("mip_feasibility_tolerance", 1e-9), ("primal_feasibility_tolerance", 1e-9),
        ):  # fmt: skip
            solver.setOptionValue(option, value)
        solver.passModel(self._model(rows))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            values = np.rint(solver.getSolution().col_value).astype(int)
            return {quantity: int(values[at]) for quantity, at in self._column.items()}
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        raise Undecided(solver.modelStatusToString(status))

    def _model(self, rows: Sequence[Row]) -> highspy.HighsLp:
        width = len(self._column)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = width, len(rows)
        model.col_cost_ = np.zeros(width)
        model.col_lower_ = np.array([1.0 if quantity in self._nonzero else 0.0 for quantity in self._column])
        model.col_upper_ = np.full(width, float(self._largest))
        model.integrality_ = [highspy.HighsVarType.kInteger] * width
        model.row_lower_ = np.array([-highspy.kHighsInf if row.low is None else float(row.low) for row in rows])
        model.row_upper_ = np.array([highspy.kHighsInf if row.high is None else float(row.high) for row in rows])
        matrix = self._matrix(rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.num_col_, model.a_matrix_.num_row_ = width, len(rows)
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        return model

    def _matrix(self, rows: Sequence[Row]) -> sparse.csr_array:
        entries = [(at, self._column[quantity], float(number)) for at, row in enumerate(rows) for quantity, number in row.terms]
        at, column, number = zip(*entries, strict=True) if entries else ((), (), ())
        return sparse.csr_array((number, (at, column)), shape=(len(rows), len(self._column)))


def _doubled(most: int) -> Iterator[int]:
    """1, 2, 4 … and at last `most`."""
    steps = 1
    while steps < most:
        yield steps
        steps *= 2
    if most:
        yield most
