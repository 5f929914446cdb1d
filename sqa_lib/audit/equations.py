"""The rows that reveal a number, in words: `health_cases 2020/21 hob [level=group] = srg (12) + bcn (?)`."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from sqa_lib.audit.attack import Attack
from sqa_lib.audit.relations import Relation
from sqa_lib.audit.series import NUMERATOR
from sqa_lib.audit.wording import Wording

_MOST_LINES, _MOST_SHOWN = 12, 4


class Equations:
    """Writes out rows of an attack's relations. A shown number stands in brackets after its name, a hidden one as `(?)`."""

    def __init__(self, attack: Attack, wording: Wording):
        self.attack, self.wording = attack, wording
        self._shown = attack.figures.values.ravel()

    @cached_property
    def _starts(self) -> np.ndarray:
        return np.cumsum([0, *(len(relation) for relation in self.attack.relations)])

    def terms(self, row: int) -> tuple[Relation, int, np.ndarray, np.ndarray]:
        """The relation of a row, the row's place in it, its quantities and coefficients."""
        at = int(np.searchsorted(self._starts, row, "right")) - 1
        relation, place = self.attack.relations[at], row - int(self._starts[at])
        mine = relation.row == place
        return relation, place, relation.quantity[mine], relation.coefficient[mine]

    def rows_for(self, quantity: int) -> tuple[list[int], bool]:
        """The rows that an interval follows from, and those that other hidden numbers in them follow from; cut short or not."""
        reasons, variable = self.attack.bounds.reasons, self.attack.bounds.variable
        waiting, found, seen = list(reasons.get(int(variable[quantity]), ())), [], {int(variable[quantity])}
        while waiting and len(found) < _MOST_LINES:
            row = waiting.pop(0)
            if row in found:
                continue
            found.append(row)
            for other in self.terms(row)[2]:
                if np.isnan(self._shown[other]) and int(variable[other]) not in seen:
                    seen.add(int(variable[other]))
                    waiting += reasons.get(int(variable[other]), ())
        return found, bool(waiting)

    def same_as(self, quantity: int) -> list[int]:
        """Other published numbers that must be equal to this one and are shown."""
        others = np.flatnonzero(self.attack.bounds.variable == self.attack.bounds.variable[quantity])
        return [int(other) for other in others if not np.isnan(self._shown[other])]

    def lines(self, quantity: int) -> tuple[str, ...]:
        """What reveals a number, one equation a line."""
        rows, is_cut = self.rows_for(quantity)
        same = [f"{self.name(quantity)} = {self._with_number(other, {})}" for other in self.same_as(quantity)[:2]]
        return (*same, *(self.line(row) for row in rows), *(["…"] if is_cut else []))

    def line(self, row: int) -> str:
        relation, place, quantities, coefficients = self.terms(row)
        low, high = relation.low[place], relation.high[place]
        sign = "=" if low == high else ">=" if np.isinf(high) else "<="
        left, right = quantities[coefficients > 0], quantities[coefficients < 0]
        if relation.kind == "ratio":
            value = -coefficients[coefficients < 0][0] / coefficients[coefficients > 0][0]
            return f"{self._with_number(left[0], {})} {sign} {value:.6g} x {self._with_number(right[0], {})}"
        if relation.kind == "then":
            return self._as_then(left, right, sign, low if np.isfinite(low) else high)
        first = self.attack.figures.key(left[0])
        return f"{self._sum(left, {})} {sign} {self._sum(right, first) or '0'}"

    def _as_then(self, left: np.ndarray, right: np.ndarray, sign: str, value: float) -> str:
        """Of numbers that an earlier release tells together: `a1 (?) + a2 (?) = 33 as released before`."""
        sides = [self._sum(side, {}) for side in (left, right)]
        if not len(left):
            sides, value, sign = [sides[1], ""], -value, {"<=": ">=", ">=": "<="}.get(sign, sign)
        return f"{sides[0]} {sign} {' + '.join(filter(None, [sides[1], f'{value:g}']))} {self.wording.then}"

    def _sum(self, quantities: np.ndarray, beside: Mapping[str, str]) -> str:
        """Terms with a plus between; many shown ones as one."""
        shown = quantities[~np.isnan(self._shown[quantities])]
        if len(shown) <= _MOST_SHOWN:
            return " + ".join(self._with_number(q, beside) for q in quantities)
        hidden = quantities[np.isnan(self._shown[quantities])]
        rest = f"{len(shown)} {self.wording.shown} ({self._shown[shown].sum():g})"
        return " + ".join([*(self._with_number(q, beside) for q in hidden), rest])

    def _with_number(self, quantity: int, beside: Mapping[str, str]) -> str:
        value = self._shown[quantity]
        return f"{self.name(quantity, beside)} ({'?' if np.isnan(value) else f'{value:g}'})"

    def name(self, quantity: int, beside: Mapping[str, str] | None = None) -> str:
        """`statistic school_year unit [breakdown] role`, without what it has in common with the number that it stands beside."""
        key, beside = self.attack.figures.key(quantity), beside or {"breakdown": "", "role": NUMERATOR}
        parts = [
            word(key[name])
            for name, word in (
                ("statistic", self.wording.statistic),
                ("school_year", str),
                ("unit", self.wording.unit),
                ("breakdown", self.wording.breakdown),
                ("role", self.wording.role),
            )
            if key[name] != beside.get(name)
        ]
        return " ".join(parts) or self.wording.itself
