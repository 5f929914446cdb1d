"""Complaints to the Schools Inspectorate."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import WIDE, counts
from sqa_lib.units import UnitTree


@statistic(
    "Anmälningar till Skolinspektionen",
    "count",
    population="anmälningar som Skolinspektionen eller Barn- och elevombudet tagit emot om huvudmannens grundskolor",
    numerator="antal anmälningar",
    date="läsåret, datum då anmälan kom in",
    datasets=("complaints",),
    noun=("anmälan", "anmälningar"),
)
def complaints(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["complaints"].rename(columns={"subject": "complaint_subject", "decision": "complaint_decision"})
    return counts(rows, tree, [(), ("complaint_subject",), ("complaint_decision",)], levels=WIDE)
