"""How long it takes to prove which printed figures must be wrong: the printed report, and ones many times as long.

`python -m benchmarks.claims [--json FILE]`
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
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


@dataclass(frozen=True)
class Proof:
    """figures: how many are compared; wrong: how many must be wrong at least."""

    figures: int
    wrong: int
    seconds: float


def proofs() -> Iterator[Proof]:
    wording = read_wording(FOLDER / "wording.yml")
    claims = [claim for claim in read_claims(FOLDER / "figures.csv", wording) if claim.count]
    for times in TIMES:
        longer = repeated(claims, times)
        start = time.perf_counter()
        findings = prove(longer, wording.parts)
        seconds = time.perf_counter() - start
        yield Proof(len(longer), sum(len(finding.wrong) for finding in findings), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the results here too")
    options = parser.parse_args()
    found = list(proofs())
    table = Table("figures", "must be wrong", "seconds", "times the first", title="Proving which printed figures must be wrong")
    for proof in found:
        of_first = proof.seconds / found[0].seconds
        table.add_row(str(proof.figures), str(proof.wrong), f"{proof.seconds:.1f}", f"{of_first:.1f}")
    Console().print(table)
    if options.json:
        options.json.write_text(json.dumps([asdict(proof) for proof in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
