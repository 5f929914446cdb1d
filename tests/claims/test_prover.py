"""The smallest set of printed figures that must be wrong: compared with counting all possible populations."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqa_lib.claims.claim import Claim
from sqa_lib.claims.constraints import components
from sqa_lib.claims.program import Figures
from sqa_lib.claims.prover import prove
from sqa_lib.claims.quantity import Quantity, parse_quantity
from sqa_lib.claims.wording import Parts

PARTS = {"gender": Parts(codes=("girl", "boy")), "level": Parts(codes=("one", "few"), is_whole=False)}
LARGEST = 6


def claim(name: str, count: str, value: str, out_of: str = "", decimals: int = 0, precision: str = "exact") -> Claim:
    whole = parse_quantity(out_of) if out_of else None
    return Claim(name, Decimal(value), decimals, parse_quantity(count), whole, 100 if out_of else 1, precision)


def ids(claims: Sequence[Claim]) -> list[str]:
    return [claim.id for claim in claims]


# ---- every population there is ------------------------------------------------------------------------------------------

_CELLS = [(gender, level) for gender in ("girl", "boy") for level in ("one", "few", "none")]
_GRID = np.array([cells for cells in product(range(LARGEST + 1), repeat=len(_CELLS)) if sum(cells) <= LARGEST])
"""Every population of at most LARGEST: pupils by gender and level; some have no level."""


def number_of(quantity: Quantity) -> np.ndarray:
    """The quantity in each population."""
    codes = quantity.codes
    inside = [
        at
        for at, (gender, level) in enumerate(_CELLS)
        if codes.get("gender", gender) == gender and codes.get("level", level) == level
    ]
    return _GRID[:, inside].sum(axis=1)


QUANTITIES = [parse_quantity(text) for text in (
    "pupils", "pupils[gender=girl]", "pupils[gender=boy]", "pupils[level=one]", "pupils[level=few]",
    "pupils[gender=girl, level=one]",
    "pupils[gender=boy, level=few]",
)]  # fmt: skip
NUMBERS = {quantity: number_of(quantity) for quantity in QUANTITIES}


def fewest_wrong(claims: Sequence[Claim], among: Sequence[Claim] = ()) -> int:
    """Over all populations, the fewest claims that are not true of one; what any share of `among` is taken of is not nothing."""
    whole = [NUMBERS[c.out_of] > 0 for c in (*claims, *among) if c.out_of is not None]
    possible = np.all([np.ones(len(_GRID), dtype=bool), *whole], axis=0)
    wrong = sum(~true_of(c)[possible] for c in claims)
    return int(np.min(wrong)) if len(claims) else 0


def true_of(claim: Claim) -> np.ndarray:
    """Whether the claim is true of each population."""
    count = NUMBERS[claim.count]
    out_of = NUMBERS[claim.out_of] if claim.out_of is not None else np.ones_like(count)
    values = claim.values()
    pairs = {(int(n), int(of)) for n, of in zip(count, out_of, strict=True) if of}
    right = {pair for pair in pairs if Fraction(claim.scale * pair[0], pair[1]) in values}
    table = np.zeros((count.max() + 1, out_of.max() + 1), dtype=bool)
    for n, of in right:
        table[n, of] = True
    return table[count, out_of]


@st.composite
def claims_of_a_population(draw: st.DrawFn) -> list[Claim]:
    """Figures of one population, some of them misprinted."""
    at = draw(st.integers(0, len(_GRID) - 1))
    found = []
    for number in range(draw(st.integers(2, 7))):
        count, out_of = draw(st.sampled_from(_PAIRS))
        if out_of is not None and NUMBERS[out_of][at] == 0:
            continue
        value = (
            Fraction(int(NUMBERS[count][at]))
            if out_of is None
            else Fraction(100 * int(NUMBERS[count][at]), int(NUMBERS[out_of][at]))
        )
        decimals = 0 if out_of is None else draw(st.integers(0, 1))
        printed = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        misprint = draw(st.sampled_from([0, 0, 0, 1, -1, 3])) if out_of is None else draw(st.sampled_from([0, 0, 0, 1, 7, -20]))
        precision = draw(st.sampled_from(["exact", "exact", "exact", "about", "more than", "at most"]))
        found.append(
            Claim(
                f"F{number}",
                max(printed + misprint, Decimal(0)),
                decimals,
                count,
                out_of,
                1 if out_of is None else 100,
                precision,
            )
        )
    return found


_PAIRS = [(quantity, None) for quantity in QUANTITIES] + [
    (part, part.without(name)) for part in QUANTITIES for name in part.codes if part.without(name) in QUANTITIES
]


@settings(max_examples=500, deadline=None)
@given(claims_of_a_population())
def test_the_smallest_set_is_as_small_as_counting_all_populations_finds(claims: list[Claim]) -> None:
    """No population of at most LARGEST makes fewer claims false; and without them the others are true of one."""
    findings = prove(claims, PARTS, largest=LARGEST)
    wrong = [c for finding in findings for c in finding.wrong]
    parted = sum(fewest_wrong(component.claims) for component in components(claims, PARTS))
    assert len(wrong) == parted
    for finding in findings:
        assert fewest_wrong([c for c in finding.component.claims if c not in finding.wrong], finding.component.claims) == 0


@settings(max_examples=100, deadline=None)
@given(claims_of_a_population())
def test_what_is_told_of_a_finding_is_true(claims: list[Claim]) -> None:
    """Each contradiction is one and none of its claims can be spared; swapping and correcting mends as it says."""
    for finding in prove(claims, PARTS, largest=LARGEST):
        figures = Figures(finding.component, largest=LARGEST)
        for contradiction in finding.contradictions:
            assert fewest_wrong(contradiction, finding.component.claims) == 1
            fewer = [[c for c in contradiction if c is not one] for one in contradiction]
            assert all(fewest_wrong(claims, finding.component.claims) == 0 for claims in fewer)
        for one, others in finding.instead.items():
            for other in others:
                swapped = [c for c in finding.component.claims if c not in finding.wrong or c is one]
                assert figures.possible([c for c in swapped if c is not other])


# ---- as a reader would say it -------------------------------------------------------------------------------------------


def test_girls_and_boys_are_not_all() -> None:
    girls, boys, total = (
        claim("girls", "p[gender=girl]", "383"),
        claim("boys", "p[gender=boy]", "343"),
        claim("all", "p", "725"),
    )
    (finding,) = prove([girls, boys, total], PARTS, suspects=[boys])
    assert ids(finding.wrong) == ["boys"]
    assert ids(finding.instead[boys]) == ["girls", "all"]
    assert {c.id: [str(v) for v in values] for c, values in finding.corrections.items()} == {
        "boys": ["342"], "girls": ["382"], "all": ["726"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "wrong"),
    [
        (["69", "23", "17"], 1),  # 109 percent
        (["69", "23", "8"], 0),
        (["34", "33", "33"], 0),
        (["34", "34", "33"], 0),  # 101 by rounding: 33.6 + 33.6 + 32.8
        (["35", "34", "33"], 1),  # 102 is more than rounding does
        (["50", "20", "10"], 0),  # not all have a level
    ],
)
def test_shares_of_a_whole(shares: list[str], wrong: int) -> None:
    parts = {"level": Parts(codes=("one", "few", "many"), is_whole=False)}
    levels = zip(("one", "few", "many"), shares, strict=True)
    claims = [claim(level, f"cases[level={level}]", share, "cases") for level, share in levels]
    assert sum(len(finding.wrong) for finding in prove(claims, parts)) == wrong


def test_a_share_that_a_stated_number_cannot_give() -> None:
    """Half of 11 is no whole number (the GRIM test's idea); of an unknown number it is."""
    half = claim("half", "denied[gender=girl]", "50", "denied")
    assert prove([half], PARTS) == []
    (finding,) = prove([half, claim("denied", "denied", "11")], PARTS)
    assert [str(v) for v in finding.corrections[finding.wrong[0]]] in (["10", "12"], ["45", "55"])


@pytest.mark.parametrize(
    ("rounding", "wrong"),
    [("either", 0), ("half-up", 1), ("half-even", 0)],
)
def test_half_to_even_is_only_a_misprint_where_halves_go_up(rounding: str, wrong: int) -> None:
    """1 of 8 is 12.5 percent: 13 by Swedish practice, 12 in many programs."""
    claims = [claim("all", "p", "8"), claim("girls", "p[gender=girl]", "1"), claim("share", "p[gender=girl]", "12", "p")]
    assert sum(len(finding.wrong) for finding in prove(claims, PARTS, rounding)) == wrong


def test_about_and_more_than_are_taken_at_their_word() -> None:
    claims = [
        claim("all", "p", "100"),
        claim("about", "p[gender=girl]", "50", "p", precision="about"),
        claim("girls", "p[gender=girl]", "54"),
        claim("more", "p[gender=girl]", "54", "p", precision="more than"),
    ]
    (finding,) = prove(claims, PARTS)
    assert {frozenset(ids(one)) for one in finding.contradictions} == {frozenset({"all", "girls", "more"})}


def test_claims_that_hang_together_in_nothing_are_parted() -> None:
    claims = [claim("a", "p", "3"), claim("b", "p", "4"), claim("c", "q", "3"), claim("d", "q", "5"), claim("e", "r", "1")]
    assert [sorted(ids(finding.component.claims)) for finding in prove(claims, PARTS)] == [["a", "b"], ["c", "d"]]
