"""What a rule finds, in the one form that is printed, written and answered."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Severity = Literal["error", "warning", "note"]
"""error: can't be true, nothing is computed before it is mended or accepted. warning: hardly true, told by every check and build
until it is mended or accepted. note: worth a look."""

ODDITIES = ["key", "severity", "rule", "dataset", "school_year", "unit", "group", "told", "reason"]
"""Columns of the table of oddities. key: what an acceptance names; told: what was found and what could be expected."""


@dataclass(frozen=True)
class Oddity:
    """Of one rule, school year, unit ("" for all) and group (a breakdown, "" for all of the unit)."""

    school_year: str
    unit: str
    group: str
    told: str


def key_of(rule: str, oddity: Oddity) -> str:
    """The same as long as the same rule finds the same: an acceptance is of what was seen, not of what comes later."""
    text = "\n".join((rule, oddity.school_year, oddity.unit, oddity.group, oddity.told))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def is_impossible(oddities: pd.DataFrame) -> bool:
    """Whether any of them can't be true."""
    return bool((oddities["severity"] == "error").any())
