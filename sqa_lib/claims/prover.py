"""Which printed figures must be wrong, from the figures alone.

The smallest set is found with implicit hitting sets (Reiter 1987; Moreno-Centeno & Karp 2013): contradictions are
collected, each the fewest claims that can't all be right; a smallest set that takes one claim out of every contradiction is
the answer as soon as the other claims can all be right. The contradictions then prove that no smaller set will do.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sqa_lib.claims.claim import Claim, Rounding
from sqa_lib.claims.constraints import Component, components, quantities_of
from sqa_lib.claims.program import Figures
from sqa_lib.claims.quantity import Quantity
from sqa_lib.claims.wording import Parts

Contradiction = tuple[Claim, ...]


@dataclass(frozen=True)
class Finding:
    """Figures that contradict each other.

    wrong: a smallest set that must be wrong. contradictions: claims that can't all be right, none of them to spare; proof: those
    of them from which no smaller set takes one each. instead: claim of `wrong` → claims that could be wrong in its place.
    corrections: the claims of `wrong` and `instead` → the nearest values, below and above what is printed, that would mend it,
    the other claims of `wrong` left out.
    """

    component: Component
    wrong: tuple[Claim, ...]
    contradictions: tuple[Contradiction, ...]
    proof: tuple[Contradiction, ...]
    instead: Mapping[Claim, tuple[Claim, ...]]
    corrections: Mapping[Claim, tuple[Decimal, ...]]


def prove(
    claims: Sequence[Claim],
    parts: Mapping[str, Parts],
    rounding: Rounding = "either",
    suspects: Collection[Claim] = (),
    largest: int = 0,
) -> list[Finding]:
    """The findings, one for each group of claims that hang together. suspects: where several smallest sets are possible, the
    one with most of these is told. largest: no quantity is larger (0: as `program.largest_of` has it)."""
    found = (_finding(component, Figures(component, rounding, largest), suspects) for component in components(claims, parts))
    return [finding for finding in found if finding is not None]


def _finding(component: Component, figures: Figures, suspects: Collection[Claim]) -> Finding | None:
    wrong, contradictions = smallest_wrong(figures, suspects)
    if not wrong:
        return None
    others = dict.fromkeys(claim for one in contradictions for claim in one if claim not in wrong)
    instead = {claim: tuple(_instead(claim, wrong, others, figures)) for claim in wrong}
    corrections = {claim: tuple(_corrections(claim, claim, wrong, figures)) for claim in wrong}
    corrections |= {
        other: tuple(_corrections(other, claim, wrong, figures)) for claim, found in instead.items() for other in found
    }
    proof = _needed(figures.claims, contradictions, len(wrong))
    return Finding(component, wrong, contradictions, proof, instead, corrections)


def smallest_wrong(figures: Figures, suspects: Collection[Claim] = ()) -> tuple[tuple[Claim, ...], tuple[Contradiction, ...]]:
    """A smallest set of claims without which the others can be right, and the contradictions that prove it smallest."""
    contradictions: list[Contradiction] = []
    while True:
        wrong = _hitting(figures.claims, contradictions, suspects)
        rest = [claim for claim in figures.claims if claim not in wrong]
        if figures.possible(rest):
            return wrong, tuple(contradictions)
        contradictions.append(contradiction(rest, figures))


def _needed(claims: Sequence[Claim], contradictions: Sequence[Contradiction], size: int) -> tuple[Contradiction, ...]:
    """Contradictions that prove the size by themselves, none to spare; those of most claims are spared first."""
    kept = list(contradictions)
    for one in sorted(contradictions, key=len, reverse=True):
        fewer = [other for other in kept if other is not one]
        if len(_hitting(claims, fewer, ())) == size:
            kept = fewer
    return tuple(kept)


def contradiction(claims: Sequence[Claim], figures: Figures) -> Contradiction:
    """Claims among these, which can't all be right, that can't all be right either, and of which none can be spared.

    Claims of one quantity or of one denominator are tried first: a reader sees at a glance what is wrong with them.
    """
    claims = next((near for near in _near(claims) if not figures.possible(near)), claims)
    kept = list(claims)
    for claim in claims:
        fewer = [other for other in kept if other is not claim]
        if not figures.possible(fewer):
            kept = fewer
    return tuple(kept)


def _near(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Claims that speak of the same: each alone, of one count, of one denominator, of one quantity and its parts."""
    yield from ([claim] for claim in claims)
    for same in (lambda claim: claim.count, lambda claim: claim.out_of):
        for key in dict.fromkeys(same(claim) for claim in claims if same(claim) is not None):
            yield [claim for claim in claims if same(claim) == key]
    wholes = {q.without(name): None for claim in claims for q in quantities_of(claim) for name in q.codes}
    for whole in wholes:
        yield [c for c in claims if any(whole == q or whole in _wholes(q) for q in quantities_of(c))]


def _wholes(quantity: Quantity) -> list[Quantity]:
    return [quantity.without(name) for name in quantity.codes]


def _hitting(claims: Sequence[Claim], contradictions: Sequence[Contradiction], suspects: Collection[Claim]) -> tuple[Claim, ...]:
    """A smallest set with a claim of every contradiction, of those the one with most suspects."""
    if not contradictions:
        return ()
    covers = np.array([[claim in contradiction for claim in claims] for contradiction in contradictions], dtype=float)
    costs = np.array([len(claims) + 1.0 - (claim in suspects) for claim in claims])
    solved = milp(costs, integrality=np.ones(len(claims)), bounds=Bounds(0, 1), constraints=LinearConstraint(covers, lb=1))
    return tuple(claim for claim, chosen in zip(claims, solved.x, strict=True) if chosen > 0.5)


def _instead(claim: Claim, wrong: Sequence[Claim], others: Collection[Claim], figures: Figures) -> Iterator[Claim]:
    for other in others:
        swapped = {*wrong, other} - {claim}
        if figures.possible([kept for kept in figures.claims if kept not in swapped]):
            yield other


def _corrections(claim: Claim, for_: Claim, wrong: Sequence[Claim], figures: Figures) -> Iterator[Decimal]:
    """The nearest printed values of `claim` with which all claims can be right but those of `wrong` that aren't `for_`."""
    rest = [other for other in figures.claims if other not in wrong and other is not claim]
    if for_ is not claim:
        rest.append(for_)
    for sign in (-1, 1):
        value = None if _has_no_end(claim, sign) else figures.nearest(claim, rest, sign)
        if value is not None:
            yield value


def _has_no_end(claim: Claim, sign: int) -> bool:
    values = claim.values()
    return (values.low if sign < 0 else values.high) is None
