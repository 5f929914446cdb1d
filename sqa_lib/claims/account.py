"""Every printed figure accounted for: what the data give, and what is a misprint whatever the data are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

import pandas as pd

from sqa_lib.claims.claim import Claim, Rounding
from sqa_lib.claims.program import Figures
from sqa_lib.claims.prover import Finding, prove
from sqa_lib.claims.quantity import Quantity
from sqa_lib.claims.sentences import at_a_glance, why
from sqa_lib.claims.wording import Wording
from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics.tally import breakdown_key
from sqa_lib.published import Published
from sqa_lib.report import ReportError

Status = Literal["reproduced", "approximate", "contradicted", "misprint", "not_derivable"]
STATUSES: tuple[Status, ...] = ("reproduced", "approximate", "contradicted", "misprint", "not_derivable")
WITHHELD = "Rapporten redovisar inte uppgiften: den är för liten, eller skyddar en som är det."


@dataclass(frozen=True)
class Account:
    """One printed figure's status. computed: at the printed precision, None where the data don't give it or the report
    withholds it; reason: in Swedish, "" where the figure is reproduced."""

    claim: Claim
    status: Status
    computed: Decimal | None = None
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        """id, status, printed, computed, reason."""
        computed = None if self.computed is None else _plain(self.computed)
        return {
            "id": self.claim.id,
            "status": self.status,
            "printed": _plain(self.claim.value),
            "computed": computed,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Accounts:
    """All printed figures, in their order, and what their contradictions prove."""

    accounts: tuple[Account, ...]
    findings: tuple[Finding, ...]

    def count(self, status: Status) -> int:
        return sum(account.status == status for account in self.accounts)


@dataclass(frozen=True)
class Computed:
    """What the data give for a claim. is_shown: the report publishes it."""

    value: Fraction
    is_shown: bool


def account_for(
    claims: Sequence[Claim],
    wording: Wording,
    statistics: pd.DataFrame,
    published: Published,
    school_year: str,
    rounding: Rounding = "either",
) -> Accounts:
    """statistics: the true ones (columns `STATISTICS`); what the report withholds is compared but never told."""
    values = _values(statistics)
    computed = {claim: _computed(claim, wording, values, published, school_year) for claim in claims if claim.statistic}
    computed = {claim: found for claim, found in computed.items() if found is not None}
    wrong = [claim for claim, found in computed.items() if found.value not in claim.values(rounding)]
    findings = prove(claims, wording.parts, rounding, suspects=wrong)
    proofs = {claim: _proof(claim, finding, rounding) for finding in findings for claim in finding.wrong}
    return Accounts(tuple(_account(claim, computed.get(claim), proofs, rounding) for claim in claims), tuple(findings))


def _account(claim: Claim, found: Computed | None, proofs: Mapping[Claim, str], rounding: Rounding) -> Account:
    if found is None:
        status: Status = "misprint" if claim in proofs else "not_derivable"
        return Account(claim, status, None, proofs.get(claim) or claim.reason or "Underlag saknas.")
    shown = _rounded(found.value, claim.decimals) if found.is_shown else None
    withheld = "" if found.is_shown else WITHHELD
    if found.value in claim.values(rounding):
        return Account(claim, "reproduced" if claim.precision == "exact" else "approximate", shown, withheld)
    if claim in proofs:
        return Account(claim, "misprint", shown, proofs[claim])
    return Account(claim, "contradicted", shown, withheld or "Data ger ett annat värde.")


def _proof(claim: Claim, finding: Finding, rounding: Rounding) -> str:
    """The contradiction that the claim has a part in and that is seen at a glance; else the shortest."""
    own = min((one for one in finding.contradictions if claim in one), key=lambda one: (not at_a_glance(one), len(one)))
    return why(own, Figures(finding.component, rounding), claim)


def _values(statistics: pd.DataFrame) -> dict[tuple[str, str, str, str], float]:
    columns = (statistics[name] for name in ("statistic", "school_year", "unit", "breakdown"))
    return dict(zip(zip(*columns, strict=True), statistics["value"], strict=True))


def _computed(
    claim: Claim, wording: Wording, values: Mapping[tuple, float], published: Published, school_year: str
) -> Computed | None:
    unit, codes = _place(claim, wording, published)
    year = claim.school_year or school_year
    value = values.get((claim.statistic.of, year, unit, breakdown_key(**codes)))
    if value is None or pd.isna(value):
        return None
    cell = published.cell(claim.statistic.of, unit, year, **codes)
    return Computed(Fraction(f"{value:.9f}"), cell.is_known)


def _place(claim: Claim, wording: Wording, published: Published) -> tuple[str, dict[str, str]]:
    """The unit and the codes that the claim's statistic is looked up at; `ReportError` where there are no such ones."""
    statistic: Quantity = claim.statistic
    codes = dict(statistic.codes)
    unit = codes.pop("unit", "") or codes.pop("area", "") or published.tree.authority.code
    unit = wording.units.get(unit, unit)
    if statistic.of not in published.definitions:
        raise ReportError(f"{claim.id}: no statistic `{statistic.of}`; there are: {', '.join(sorted(published.definitions))}")
    if unit not in published.tree:
        raise ReportError(f"{claim.id}: no unit `{unit}`; name it under `units` in the wording, or write its code")
    for name, code in codes.items():
        if name not in DIMENSIONS or code not in DIMENSIONS[name].names:
            raise ReportError(f"{claim.id}: `{statistic}`: no code `{code}` of a dimension `{name}`")
    return unit, codes


def _rounded(value: Fraction, decimals: int) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
