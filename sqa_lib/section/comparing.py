"""Comparisons as a section sees them: girls and boys, a school and the other schools, many schools around the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import scipy

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics.comparison import (
    POINTS,
    Difference,
    Dispersion,
    Model,
    certain,
    dispersion,
    funnel,
    rate_ratio,
    share_difference,
)
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Cell
from sqa_lib.section.view import View
from sqa_lib.units import Unit

LEAST_POINTS = 5
"""From how many schools on a funnel plot tells more than their table."""
PER = 1000
"""People that a rate of events is given for."""
_NAN = float("nan")
_NOTHING = Difference(_NAN, _NAN, _NAN, _NAN)
Kind = Literal["share", "rate", "adjusted"]


class NotComparable(ValueError):
    """A statistic that no limits are known for; the message says what can be compared."""


def _only_shares(definition: Statistic) -> None:
    """Hours, groups and posts are no people of whom each is counted or not: how much they vary by chance isn't known."""
    if definition.kind != "share":
        raise NotComparable(
            f"`{definition.id}` is no share of people: how much it varies by chance isn't known. Take a share "
            "(`high_absence` for absence), or a count of events with `per` (`health_cases` per `pupils`)"
        )


def difference_of(first: Cell, second: Cell) -> Difference:
    """Two shares of different people; NaN where one isn't shown."""
    _only_shares(first.statistic)
    if not (first.is_whole and second.is_whole):
        return _NOTHING
    return share_difference(first.numerator, first.denominator, second.numerator, second.denominator)


@dataclass(frozen=True)
class Beside:
    """A school's figure beside that of the other schools. difference: school − others, in shares. is_certain: after allowing for
    what it is compared together with."""

    own: Cell
    others: float
    difference: Difference
    is_certain: bool

    @property
    def word(self) -> str:
        """`högre`, `lägre` or `nej`, for a table."""
        if not self.is_certain:
            return "nej"
        return "högre" if self.own.value > self.others else "lägre"


@dataclass(frozen=True)
class Funnel:
    """Schools around the whole. points: columns `sqa_lib.metrics.comparison.PLACED`; target: what they lie around.

    kind: `share` (part of whole people, target the whole's share); `rate` (events per person); `adjusted` (events over expected
    events, target 1: see `ComparingView.schools_around`). withheld: how many schools have a figure that isn't shown.
    whole: the whole's own figure.
    """

    statistic: Statistic
    kind: Kind
    points: pd.DataFrame
    target: float
    total: tuple[float, float]
    dispersion: Dispersion
    withheld: int
    whole: Cell

    @property
    def model(self) -> Model:
        return "binomial" if self.kind == "share" else "poisson"

    @property
    def scale(self) -> float:
        """From the points' values to what is printed."""
        return PER if self.kind == "rate" else 100

    def outside(self) -> list[str]:
        """The schools that lie outside the outer limits, in the points' order."""
        return list(self.points.loc[self.points["place"].str.endswith("outer"), "label"])


class ComparingView(View):
    """What a section asks when it compares."""

    def differs(self, first: Cell, second: Cell) -> bool:
        """Whether two shares, looked at by themselves, differ surely: the interval of their difference leaves 0 out.

        Of the same pupils (two answers of one class) it is too cautious rather than too bold, since such shares vary together.
        """
        return certain([difference_of(first, second).p])[0]

    def is_surely_lower(self, first: Cell, second: Cell) -> bool:
        """Whether the first is surely lower than the second."""
        return self.differs(first, second) and first.value < second.value

    def largest(self, statistic: str, level: str, **codes: str) -> str:
        """The name of the unit of `level` below this one whose count is surely larger than every other's (exact tests, Holm); ""
        when none is, or when one is withheld: what is largest by chance is no finding."""
        cells = {unit.name: self.v(statistic, at=unit.code, **codes) for unit in self.below(level)}
        known = sorted(((cell.value, name) for name, cell in cells.items() if cell.is_known), reverse=True)
        if len(known) < 2 or any(cell.is_withheld or cell.coverage for cell in cells.values()):
            return ""
        (most, name), *others = known
        return name if all(certain([rate_ratio(most, 1, value, 1).p for value, _ in others])) else ""

    def all_higher(self, statistic: str, dimension: str) -> bool:
        """Whether every figure is higher than last school year, none is withheld, and there are enough of them for a sign test
        (six or more): that all of three grades have gone up happens by chance once in eight."""
        now, before = (self.published.over(statistic, dimension, self.unit.code, year) for year in (self.year, self.previous))
        pairs = [(now[code], before[code]) for code in now]
        ups = [later.value > earlier.value for later, earlier in pairs if later.is_whole and earlier.is_whole]
        hidden = any(cell.is_withheld for pair in pairs for cell in pair)
        return bool(ups) and not hidden and all(ups) and certain([scipy.stats.binomtest(len(ups), len(ups)).pvalue])[0]

    def gender_gap(self, statistic: str, dimension: str, *, only: Sequence[str], school_year: str = "", **codes: str) -> str:
        """The item in which girls and boys differ most of those where they surely do, as a sentence without full stop; "" when
        they differ in none. All items of `only` are looked through together (Holm)."""
        pairs = {
            code: [self.v(statistic, school_year=school_year, gender=g, **{dimension: code}, **codes) for g in ("girl", "boy")]
            for code in only
        }
        kept = certain([difference_of(girl, boy).p for girl, boy in pairs.values()])
        gaps = [
            (abs(girl.value - boy.value), code)
            for (code, (girl, boy)), is_kept in zip(pairs.items(), kept, strict=True)
            if is_kept
        ]
        if not gaps:
            return ""
        code = max(gaps)[1]
        girl, boy = pairs[code]
        more, fewer = (("flickor", girl), ("pojkar", boy)) if girl.value > boy.value else (("pojkar", boy), ("flickor", girl))
        return f"Fler {more[0]} än {fewer[0]} {DIMENSIONS[dimension].label_of(code)}: {more[1]} mot {fewer[1]}"

    def beside_others(self, statistic: str, picks: Iterable[Mapping[str, str]], *, school_year: str = "") -> list[Beside]:
        """This unit's figures beside those of the authority's other schools together, all of `picks` looked at together (Holm).

        The others are the whole less the unit: two groups of which none is part of the other.
        """
        pairs = [
            (self._pick(statistic, self.unit.code, school_year, pick), self._others(statistic, school_year, pick))
            for pick in picks
        ]
        differences = [
            share_difference(own.numerator, own.denominator, *others) if others and own.is_whole else _NOTHING
            for own, others in pairs
        ]
        kept = certain([difference.p for difference in differences])
        return [
            Beside(own, 100 * others[0] / others[1] if others and others[1] else _NAN, difference, is_kept)
            for (own, others), difference, is_kept in zip(pairs, differences, kept, strict=True)
        ]

    def _pick(self, statistic: str, unit: str, school_year: str, pick: Mapping[str, str]) -> Cell:
        return self.v(statistic, at=unit, school_year=school_year, **pick)

    def _others(self, statistic: str, school_year: str, pick: Mapping[str, str]) -> tuple[float, float] | None:
        """None where something of the whole is missing: what is left of it would be of some others only."""
        own, whole = (self._pick(statistic, unit, school_year, pick) for unit in (self.unit.code, self.authority.code))
        _only_shares(own.statistic)
        return None if whole.coverage else (whole.numerator - own.numerator, whole.denominator - own.denominator)

    def schools_around(
        self, statistic: str, *, per: str = "", adjusted_for: str = "", school_year: str = "", **codes: str
    ) -> Funnel | None:
        """The schools at or below this unit whose figures are shown, around the authority's.

        A share of people by itself, or a count of events `per` people. adjusted_for: a dimension of pupils (`stage`); a share is
        then compared with what the school's pupils would give, had each stage the authority's share: indirect standardisation,
        observed over expected around 1, with Poisson limits (Spiegelhalter 2005; a little wide for shares, which vary less).

        None where they are fewer than `LEAST_POINTS` or than those withheld (which are not like the others), or where the
        authority's own figure is not shown.
        """
        found = self._funnel(self.below("school"), statistic, per, adjusted_for, school_year, codes)
        if not found or len(found.points) < max(LEAST_POINTS, found.withheld):
            return None
        self._tell_seen(statistic, per, adjusted_for)
        return found

    def beside_expected(self, statistic: str, *, adjusted_for: str) -> tuple[float, float, bool] | None:
        """How many people of this school a share counts, how many it would with the authority's share in each stage, and whether
        the difference is certain: by the outer limits, as in the authority's book, since every school's book asks the same."""
        found = self._funnel((self.unit,), statistic, "", adjusted_for, "", {})
        if not found:
            return None
        self._tell_seen(statistic, "", adjusted_for)
        (row,) = found.points.itertuples(index=False)
        return row.part, row.whole, bool(found.outside())

    def _tell_seen(self, statistic: str, per: str, adjusted_for: str) -> None:
        """What a comparison is made of is seen, though its figures are not worded one by one."""
        self.published.seen.update({statistic, per, "pupils" if adjusted_for else ""} - {""})

    def _funnel(
        self, schools: Sequence[Unit], statistic: str, per: str, adjusted_for: str, school_year: str, codes: Mapping[str, str]
    ) -> Funnel | None:
        definition = self.published.definitions[statistic]
        if not per:
            _only_shares(definition)
        kind: Kind = "rate" if per else "adjusted" if adjusted_for else "share"

        def sized(unit: str) -> tuple[float, float] | None:
            """Events or people counted, and of how many or how many expected."""
            return self._sized(statistic, unit, per, adjusted_for, school_year, codes)

        total, sizes = sized(self.authority.code), {school.name: sized(school.code) for school in schools}
        known = [(name, *size) for name, size in sizes.items() if size and size[1] > 0]
        if not known or not total:
            return None
        points, target = pd.DataFrame(known, columns=POINTS), 1.0 if adjusted_for else total[0] / total[1]
        model: Model = "binomial" if kind == "share" else "poisson"
        withheld = sum(1 for school in schools if self._pick(statistic, school.code, school_year, codes).is_withheld)
        spread = dispersion(points, target, model)
        whole = self._pick(statistic, self.authority.code, school_year, codes)
        return Funnel(definition, kind, funnel(points, target, model), target, total, spread, withheld, whole)

    def _sized(
        self, statistic: str, unit: str, per: str, adjusted_for: str, school_year: str, codes: Mapping[str, str]
    ) -> tuple[float, float] | None:
        """An incomplete figure of a school is not compared; of the whole it is, which is told under the table."""
        cell = self._pick(statistic, unit, school_year, codes)
        if not (cell.is_known if unit == self.authority.code else cell.is_whole):
            return None
        if per:
            people = self._pick(per, unit, school_year, {})
            return (cell.value, people.value) if people.is_known else None
        if not adjusted_for:
            return cell.numerator, cell.denominator
        expected = self._expected_share(statistic, unit, adjusted_for, school_year, codes)
        return (cell.numerator, cell.denominator * expected) if expected is not None else None

    def _expected_share(
        self, statistic: str, unit: str, dimension: str, school_year: str, codes: Mapping[str, str]
    ) -> float | None:
        """The share that the unit's pupils would give with the authority's share in each stage; None where one isn't shown."""
        pairs = [
            (
                self._pick("pupils", unit, school_year, {dimension: code}),
                self._pick(statistic, self.authority.code, school_year, {**codes, dimension: code}),
            )
            for code in DIMENSIONS[dimension].names
        ]
        if not all(pupils.is_known and (share.is_known or not pupils.value) for pupils, share in pairs):
            return None
        weights = [(pupils.value, share.value / 100) for pupils, share in pairs if pupils.value]
        return sum(size * share for size, share in weights) / sum(size for size, _ in weights) if weights else None
