"""Readers who know more than the promise is about: what they could narrow down is told, not prevented.

The promise holds against whoever has all books, what their words mean and what was released before. Someone may also have an
agency's statistics of the same schools, or know all numbers of one school because he works there. One who is counted himself
knows no more than that there is at least one, which a small number may be in any case.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sqa_lib.audit.attack import attack
from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.judge import judge
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure

PUBLIC_FILE, INSIDER = "public file", "insider"
MOST_INSIDERS = 3
"""Each takes a whole attack."""
_NUMBERS = ["numerator", "denominator", "value"]


@dataclass(frozen=True)
class Reader:
    """knows: one of the kinds above; unit: whose numbers an insider knows, else "". unsafe: small numbers that he does not know
    from the outset and narrows down further than the rule allows; exact: those of them that he works out."""

    knows: str
    unit: str
    unsafe: int
    exact: int


def readers(
    now: Earlier,
    released: Sequence[Earlier],
    statistics: pd.DataFrame,
    definitions: Mapping[str, Statistic],
    policy: Disclosure,
) -> Iterator[Reader]:
    """What each can narrow down: who has the public numbers besides, and who knows all numbers of the school that most figures
    are withheld of, in three areas. statistics: the true ones, columns `STATISTICS`."""
    public = [name for name, definition in definitions.items() if definition.is_public]
    known = {(PUBLIC_FILE, ""): statistics[statistics["statistic"].isin(public)]}
    known |= {(INSIDER, unit): statistics[statistics["unit"] == unit] for unit in _most_withheld(now)}
    for (knows, unit), rows in known.items():
        facts = Earlier(_told(now.table, rows), now.tree)
        found = attack(now.table, now.tree, definitions, policy, [*released, facts], statistics)
        findings = judge(found, now.tree, definitions, policy).findings
        yield Reader(knows, unit, len(findings), sum(finding.is_exact for finding in findings))


def _most_withheld(now: Earlier) -> list[str]:
    """The school of each area that most figures are withheld of, of the three areas where these are most."""
    withheld = now.table.loc[now.table["mark"] == Mark.WITHHELD.value, "unit"].value_counts()
    schools = pd.Series({unit.code: unit.parent for unit in now.tree.at("school")}, dtype=object)
    counted = pd.DataFrame({"area": schools, "withheld": withheld.reindex(schools.index, fill_value=0)})
    most = counted[counted["withheld"] > 0].sort_values("withheld", kind="stable").groupby("area").tail(1)
    return most.index[-MOST_INSIDERS:].tolist()


def _told(published: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """What is withheld of the known figures, with its true numbers: columns of `published`."""
    keys = ["statistic", "school_year", "unit", "breakdown"]
    hidden = published.loc[published["mark"].isin([Mark.WITHHELD.value, Mark.ALL_BUT_FEW.value]), keys]
    return hidden.merge(known[[*keys, *_NUMBERS]], on=keys).assign(mark=Mark.NONE.value).reindex(columns=published.columns)
