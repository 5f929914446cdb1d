"""Why printed figures can't all be right, in sentences that a principal understands."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqa_lib.claims.claim import Claim, Rounding
from sqa_lib.claims.program import Figures
from sqa_lib.claims.prover import Contradiction, Finding
from sqa_lib.words import listed, number, spelled


def why(claims: Contradiction, figures: Figures, suspect: Claim | None = None) -> str:
    """One sentence: what is wrong with claims that can't all be right. suspect: the one of them that is held to be wrong."""
    return at_a_glance(claims) or _follows(claims, figures, suspect if suspect in claims else claims[0])


def at_a_glance(claims: Contradiction) -> str:
    """What is wrong, where the claims by themselves show it; else ""."""
    return next(filter(None, (explain(claims) for explain in (_alone, _twice, _of_a_whole, _added))), "")


def shown(claim: Claim) -> str:
    """`23 procent (F031)`."""
    return f"{_value(claim, claim.value)} ({claim.id})"


def verdict(finding: Finding) -> str:
    """How many figures must be wrong, and which: `Minst två uppgifter är fel; det räcker med F031 och F032.`."""
    count = "en uppgift" if len(finding.wrong) == 1 else f"{spelled(len(finding.wrong))} uppgifter"
    example = "till exempel " if any(finding.instead.values()) else ""
    return f"Minst {count} är fel; det räcker med {example}{_ids(finding.wrong)}."


def reasons(finding: Finding, rounding: Rounding = "either") -> list[str]:
    """A sentence for every contradiction that is seen at a glance, and for the others that the proof needs."""
    figures = Figures(finding.component, rounding)
    told = [one for one in finding.contradictions if at_a_glance(one) or one in finding.proof]
    told = sorted(told, key=lambda one: (not at_a_glance(one), len(one)))
    return [why(one, figures, next((claim for claim in one if claim in finding.wrong), None)) for one in told]


def mends(finding: Finding) -> Iterator[str]:
    """What would mend it, a sentence for each figure that may be wrong."""
    for claim in finding.wrong:
        others = [f"eller {_mend(other, finding)}" for other in finding.instead[claim]]
        yield f"Rätta {', '.join([_mend(claim, finding), *others])}."


def _mend(claim: Claim, finding: Finding) -> str:
    values = [_value(claim, value) for value in finding.corrections[claim]]
    instead = f" till {' eller '.join(values)}" if values else " (inget värde stämmer med de övriga)"
    return f"{shown(claim)}{instead}"


def _alone(claims: Contradiction) -> str:
    if len(claims) > 1:
        return ""
    return f"{shown(claims[0])} är inte möjligt i sig: inget helt antal ger det."


def _twice(claims: Contradiction) -> str:
    if len({(claim.count, claim.out_of) for claim in claims}) > 1:
        return ""
    return f"Samma uppgift anges olika: {listed([shown(claim) for claim in claims])}."


def _of_a_whole(claims: Contradiction) -> str:
    """Shares of the same whole that are too much, or too little, together."""
    if len({claim.out_of for claim in claims}) > 1 or claims[0].out_of is None or any(c.precision != "exact" for c in claims):
        return ""
    if len({len(claim.count.where) for claim in claims}) > 1:
        return ""
    total = sum((claim.value for claim in claims), Decimal(0))
    values = listed([number(float(claim.value), claim.decimals) for claim in claims])
    return f"Andelarna {values} procent ({_ids(claims)}) blir {_value(claims[0], total)}."


def _added(claims: Contradiction) -> str:
    """Counts that are not the total they are parts of."""
    if any(claim.out_of is not None or claim.precision != "exact" for claim in claims):
        return ""
    *parts, whole = sorted(claims, key=lambda claim: -len(claim.count.where))
    if len(parts) < 2 or any(len(part.count.where) != len(whole.count.where) + 1 for part in parts):
        return ""
    total = sum((part.value for part in parts), Decimal(0))
    return f"{listed([shown(part) for part in parts])} blir {_value(whole, total)}, inte {shown(whole)}."


def _follows(claims: Contradiction, figures: Figures, suspect: Claim) -> str:
    """What one figure would have to be if the others are right."""
    others = [claim for claim in claims if claim is not suspect]
    values = suspect.values()
    ends = [figures.nearest(suspect, others, sign) for sign, end in ((-1, values.low), (1, values.high)) if end is not None]
    nearest = [_value(suspect, end) for end in ends if end is not None]
    if not nearest:
        return f"{listed([shown(claim) for claim in claims])} kan inte stämma samtidigt."
    right = listed([shown(claim) for claim in others])
    return f"Om {right} stämmer är {shown(suspect)} fel: närmast är {' eller '.join(nearest)}."


def _value(claim: Claim, value: Decimal) -> str:
    return f"{number(float(value), claim.decimals)} procent" if claim.scale == 100 else number(float(value), claim.decimals)


def _ids(claims: Sequence[Claim]) -> str:
    return listed([claim.id for claim in claims])
