"""How long it takes to prove which printed figures must be wrong: the printed report, and ones many times as long.

python -m benchmarks.claims
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sqa_lib.claims.claim import Claim
from sqa_lib.claims.prover import prove
from sqa_lib.claims.quantity import Quantity
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.wording import read_wording

FOLDER = Path(__file__).parents[1] / "data" / "lulea-2020-21" / "claims"
TIMES = (1, 2, 4, 8)


def repeated(claims: Sequence[Claim], times: int) -> list[Claim]:
    """The report so many times over, each time of other quantities."""
    return [_of(claim, number) for number in range(times) for claim in claims]


def _of(claim: Claim, number: int) -> Claim:
    count, out_of = (q and Quantity(f"{q.of}-{number}", q.where) for q in (claim.count, claim.out_of))
    return replace(claim, id=f"{claim.id}-{number}", count=count, out_of=out_of)


def main() -> None:
    wording = read_wording(FOLDER / "wording.yml")
    claims = [claim for claim in read_claims(FOLDER / "figures.csv", wording) if claim.count]
    table = Table("figures", "must be wrong", "seconds", "times the first", title="Proving which printed figures must be wrong")
    first = 0.0
    for times in TIMES:
        longer = repeated(claims, times)
        start = time.perf_counter()
        findings = prove(longer, wording.parts)
        seconds = time.perf_counter() - start
        first = first or seconds
        wrong = sum(len(finding.wrong) for finding in findings)
        table.add_row(str(len(longer)), str(wrong), f"{seconds:.1f}", f"{seconds / first:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
