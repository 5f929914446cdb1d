"""Complaints to the Schools Inspectorate."""

import pandas as pd

from sqa_lib.demo.chance import Rng, deal, term_days
from sqa_lib.demo.school_year import SchoolYear

SUBJECTS = {
    "2018/19": {"degrading_treatment": 5, "special_support": 4, "attendance": 1, "safety": 1, "other": 2},
    "2019/20": {"degrading_treatment": 6, "special_support": 4, "attendance": 1, "safety": 1, "other": 1},
    "2020/21": {"degrading_treatment": 5, "special_support": 5, "attendance": 2, "safety": 1, "other": 1},
}

DECISIONS = {
    "2018/19": {"criticism": 5, "no_criticism": 6, "handed_over": 2, "open": 0},
    "2019/20": {"criticism": 4, "no_criticism": 6, "handed_over": 3, "open": 0},
    "2020/21": {"criticism": 3, "no_criticism": 5, "handed_over": 4, "open": 2},
}


def complaints(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per complaint, by the day it came in; what is still open came in last."""
    subjects = deal(SUBJECTS[year.name], rng)
    decided = {decision: count for decision, count in DECISIONS[year.name].items() if decision != "open"}
    units = year.compulsory
    return pd.DataFrame(
        {
            "unit": rng.choice(units.unit.to_numpy(dtype=object), len(subjects), p=units["size"] / units["size"].sum()),
            "received": term_days(year.name, len(subjects), rng),
            "subject": subjects,
            "decision": deal(decided, rng) + ["open"] * DECISIONS[year.name]["open"],
        }
    )
