"""A printed figure, and which values it can stand for."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sqa_lib.claims.quantity import Quantity

Rounding = Literal["either", "half-up", "half-even"]
Precision = Literal["exact", "about", "more than", "less than", "at least", "at most"]

WORDS: dict[str, Precision] = {
    "about": "about", "cirka": "about", "ca": "about", "omkring": "about", "ungefär": "about", "runt": "about",
    "drygt": "about", "knappt": "about", "närmare": "about", "nästan": "about",
    "more than": "more than", "mer än": "more than", "fler än": "more than", "över": "more than",
    "less than": "less than", "mindre än": "less than", "färre än": "less than", "under": "less than",
    "at least": "at least", "minst": "at least", "at most": "at most", "högst": "at most",
}  # fmt: skip
"""The qualifiers that say how exact a figure is; any other is a note of the writer, and the figure exact."""

ABOUT = Fraction(1, 10)
"""`About 50` is taken as 50 ± this part of it, and never as less than one step of the printed precision."""


@dataclass(frozen=True)
class Range:
    """The values a figure can stand for; None is no limit. An end that is not closed is not one of them."""

    low: Fraction | None
    high: Fraction | None
    is_low_closed: bool = True
    is_high_closed: bool = True

    def __contains__(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (self.is_low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.is_high_closed and value == self.high)
        return above and below


@dataclass(frozen=True)
class Claim:
    """A figure as it is printed: `scale` × count / out_of, or the count itself.

    count, out_of: what it says a number of; None where the wording doesn't tell. scale: 100 for percent, else 1.
    value, decimals: as printed. precision: how exact it says it is. statistic: the statistic that it is, with codes;
    school_year: of another year than the report's.
    reason: why no statistic can give it.
    """

    id: str
    value: Decimal
    decimals: int = 0
    count: Quantity | None = None
    out_of: Quantity | None = None
    scale: int = 1
    precision: Precision = "exact"
    section: str = ""
    says: str = ""
    statistic: Quantity | None = None
    school_year: str = ""
    reason: str = ""

    @property
    def step(self) -> Fraction:
        """One step of the printed precision."""
        return Fraction(1, 10**self.decimals)

    def values(self, rounding: Rounding = "either") -> Range:
        """What the printed figure can stand for. either: rounded half up or half to even, whichever the writer used."""
        value = Fraction(self.value)
        if self.precision == "about":
            margin = max(self.step, abs(value) * ABOUT)
            return Range(value - margin, value + margin)
        if self.precision == "exact":
            return _rounded(value, self.step, rounding)
        is_lower = self.precision in ("more than", "at least")
        is_closed = self.precision in ("at least", "at most")
        return Range(value, None, is_low_closed=is_closed) if is_lower else Range(None, value, is_high_closed=is_closed)


def _rounded(value: Fraction, step: Fraction, rounding: Rounding) -> Range:
    is_even = (value / step) % 2 == 0
    low, high = value - step / 2, value + step / 2
    if rounding == "half-up":
        return Range(low, high, is_high_closed=False)
    if rounding == "half-even":
        return Range(low, high, is_even, is_even)
    return Range(low, high, is_high_closed=is_even)
