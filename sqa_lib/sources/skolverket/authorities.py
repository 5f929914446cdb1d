"""The authorities of the national file: found by name, number or a school unit's code."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sqa_lib.sources.cells import folded
from sqa_lib.sources.problems import Problem, SourceError

MUNICIPALITY = "212000"
"""What the organisation number of a municipality begins with (SCB's register of public authorities)."""
_MANY = 12
_ENDINGS = re.compile(r" (?:kommun|stad)$")
_PLACES = {"falu": "falun", "region gotland": "gotland"}
"""Municipalities whose name is not that of the place with an ending."""


@dataclass(frozen=True)
class FoundAuthority:
    """An authority (huvudman) of the file. schools: how many units it has there."""

    organisation_number: str
    name: str
    schools: int

    @property
    def is_municipality(self) -> bool:
        return is_municipality(self.organisation_number)


def is_municipality(organisation_number: str) -> bool:
    return organisation_number.startswith(MUNICIPALITY)


def place_of(name: str) -> str:
    """What a municipality is asked for by: `Bodens kommun`, `Boden kommun`, `Boden` and `boden` are one place."""
    place = _ENDINGS.sub("", folded(name)).removesuffix("s")
    return _PLACES.get(place, place)


def schools_of(units: pd.DataFrame, organisation_number: str) -> pd.DataFrame:
    """The rows of `units` that are an authority's school units."""
    return units[(units["organisation_number"] == organisation_number) & (units["level"] == "school")].reset_index(drop=True)


def all_authorities(units: pd.DataFrame) -> list[FoundAuthority]:
    """Every authority, in the file's order."""
    counts = units[units["level"] == "school"].groupby("organisation_number").size()
    rows = units[units["level"] == "authority"].itertuples()
    return [FoundAuthority(row.organisation_number, row.unit_name, int(counts.get(row.organisation_number, 0))) for row in rows]


def find_authority(units: pd.DataFrame, wanted: str) -> FoundAuthority:
    """The authority of a name (or a part of one), an organisation number or a school unit's code, without regard to case.

    units: columns `UNITS`. An unknown name gives close ones, one that several have gives the list, as a `SourceError`.
    """
    authorities = units[units["level"] == "authority"]
    digits = re.sub(r"[\s-]", "", wanted)
    if re.fullmatch(r"\d{8}", digits):
        return _of_unit(units, authorities, digits)
    for is_meant in _ways(authorities, wanted, digits):
        if (matches := is_meant()).any():
            return _only(units, authorities[matches], wanted)
    raise SourceError(Problem(wanted, "is not an authority of the file", _close(units, authorities, wanted)))


def _ways(authorities: pd.DataFrame, wanted: str, digits: str) -> list[Callable[[], pd.Series]]:
    """How a name may be meant, the surest first."""
    names, text = authorities["unit_name"].map(folded), folded(wanted)
    words = r"(?<!\w)" + re.escape(text)
    return [
        lambda: authorities["organisation_number"] == digits,
        lambda: names == text,
        lambda: (
            authorities["organisation_number"].map(is_municipality) & (authorities["unit_name"].map(place_of) == place_of(wanted))
        ),
        lambda: names.str.contains(words, regex=True),
        lambda: names.str.contains(text, regex=False),
    ]


def _of_unit(units: pd.DataFrame, authorities: pd.DataFrame, code: str) -> FoundAuthority:
    """The authority of a school unit; one that changed hands stands under several."""
    numbers = units.loc[units["unit"] == code, "organisation_number"]
    if numbers.empty:
        raise SourceError(Problem(code, "is no school unit of the file", "look it up in Skolverket's register of school units"))
    return _only(units, authorities[authorities["organisation_number"].isin(numbers)], code)


def _only(units: pd.DataFrame, found: pd.DataFrame, wanted: str) -> FoundAuthority:
    if len(found) > 1:
        each = [f"{row.unit_name} ({row.organisation_number})" for row in found.itertuples()]
        more = f" and {len(each) - _MANY} more" if len(each) > _MANY else ""
        mend = f"name one of them, or its number: {', '.join(each[:_MANY])}{more}"
        raise SourceError(Problem(wanted, f"fits {len(found)} authorities", mend))
    row = found.iloc[0]
    return FoundAuthority(row["organisation_number"], row["unit_name"], len(schools_of(units, row["organisation_number"])))


def _close(units: pd.DataFrame, authorities: pd.DataFrame, wanted: str) -> str:
    """Authorities of a name like it, or those that have a school unit of that name."""
    names = authorities["unit_name"]
    by_key = {**dict(zip(names.map(place_of), names, strict=True)), **dict(zip(names.map(folded), names, strict=True))}
    keys = [
        *difflib.get_close_matches(place_of(wanted), by_key, 5, 0.6),
        *difflib.get_close_matches(folded(wanted), by_key, 5, 0.6),
    ]
    close = list(dict.fromkeys(by_key[key] for key in keys))[:5]
    of_unit = units[(units["level"] == "school") & (units["unit_name"].map(folded) == folded(wanted))]
    having = [f"{row.authority_name} has a unit {row.unit_name} ({row.unit})" for row in of_unit.head(_MANY).itertuples()]
    if having:
        return "; ".join(having)
    return f"close to it: {', '.join(close) or 'nothing like it'}"
