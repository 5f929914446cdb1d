"""What the analyst of a made-up authority has in hand each time that a report is released: a register, rows, a policy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tests.years.authority import AREAS, POLICY, Rng, School, Setting, Year, history

REPORTS: Mapping[str, tuple[str, ...]] = {
    "kvalitet": ("elever", "skolinspektionsanmalningar"),
    "larande": ("elever", "modersmal"),
    "halsa": ("elever", "elevhalsoenkat", "skolinspektionsanmalningar"),
}
"""The authority's reports, and the datasets of each."""
LENIENT, STRICT = {"minimum_count": 5, "minimum_denominator": 10}, {"minimum_count": 10, "minimum_denominator": 20}
Rows = Mapping[str, pd.DataFrame]
_LATE = ("modersmal", "elevhalsoenkat", "skolinspektionsanmalningar")
"""Files that may come late."""


@dataclass(frozen=True)
class Delivery:
    """All that one release is made from. rows: dataset → rows of all school years; broken: the numbers of those that can't be
    used; register: one row a unit; since: the day that the policy holds from, "" for always; reason: of another version, "" for
    the first."""

    report: str
    school_year: str
    version: int
    date: str
    register: pd.DataFrame
    rows: Rows
    broken: Mapping[str, frozenset[int]]
    policy: Mapping[str, int]
    since: str
    reason: str = ""

    @property
    def usable(self) -> dict[str, pd.DataFrame]:
        """dataset → rows without the broken ones."""
        return {name: rows.drop(index=[*self.broken.get(name, ())], errors="ignore") for name, rows in self.rows.items()}


def deliveries(setting: Setting) -> Iterator[Delivery]:
    """Every release of every report, in the order of time."""
    rng = np.random.default_rng(setting.seed + 1)
    known: dict[str, pd.DataFrame] = {}
    policy, since, years = LENIENT, "", []
    for year in history(setting):
        years.append(year)
        known = {name: pd.concat([known.get(name), rows], ignore_index=True) for name, rows in year.rows.items()}
        kinds = [event.kind for event in year.events]
        for _ in range(kinds.count("correction")):
            known = _corrected(known, [earlier.name for earlier in years[:-1]], rng)
        if POLICY in kinds and not since:
            policy, since = STRICT, f"{int(year.name[:4]) + 1}-07-01"
        made = [replace(each, policy=policy, since=since) for each in _of_year(year, years, known, kinds, rng)]
        known = {**known, **made[-1].rows}
        yield from made


def _of_year(year: Year, years: Sequence[Year], known: Rows, kinds: Sequence[str], rng: Rng) -> Iterator[Delivery]:
    """The year's releases: one of each report, then those that were published again."""
    register = register_of(years)
    day = int(year.name[:4]) + 1
    again: list[tuple[str, str]] = []
    for place, report in enumerate(str(name) for name in rng.permutation([*REPORTS])):
        rows, broken, reasons = dict(known), {}, []
        for kind in kinds:
            if kind == "late file" and rng.random() < 0.7:
                rows, reason = _without_file(rows, year.name, report, rng)
                reasons.append(reason)
            if kind == "late school" and rng.random() < 0.7:
                rows, reason = _without_school(rows, year, rng)
                reasons.append(reason)
            if kind == "rejected rows":
                broken = _broken(rows, year.name, report, rng)
                reasons.append("Några rader var felskrivna.")
        yield _delivery(report, year, 1, f"{day}-10-{1 + place:02}", register, rows, broken)
        again += [(report, " ".join(reasons))] if reasons else []
    for _ in range(kinds.count("second release")):
        known = _corrected(known, [year.name], rng)
        again.append((str(rng.choice([*REPORTS])), "En uppgift var fel."))
    for place, report in enumerate(dict.fromkeys(name for name, _ in again)):
        reason = " ".join(text for name, text in again if name == report)
        yield _delivery(report, year, 2, f"{day}-11-{1 + place:02}", register, known, {}, reason)


def _delivery(report: str, year: Year, version: int, date: str, register, rows: Rows, broken, reason: str = "") -> Delivery:
    own = {name: rows[name] for name in REPORTS[report]}
    kept = {name: numbers for name, numbers in broken.items() if name in own}
    return Delivery(report, year.name, version, date, register, own, kept, LENIENT, "", reason)


def register_of(years: Sequence[Year]) -> pd.DataFrame:
    """One row for each unit that there ever was, as it is now or was last, and from when to when it was open."""
    last: dict[str, tuple[School, str]] = {}
    first: dict[str, str] = {}
    for year in years:
        for school in year.schools:
            first.setdefault(school.code, year.name)
            last[school.code] = school, year.name
    rows = [
        {
            "Skolenhetskod": code,
            "Skolenhet": school.name,
            "Skolform": "Grundskola",
            "Skolområde": school.area,
            "Områdesnamn": AREAS[school.area],
            "Första läsår": first[code] if first[code] != years[0].name else "",
            "Sista läsår": year if year != years[-1].name else "",
        }
        for code, (school, year) in sorted(last.items())
    ]
    return pd.DataFrame(rows)


# ---- what goes wrong ------------------------------------------------------------------------------------------------


def _without_file(rows: Rows, school_year: str, report: str, rng: Rng) -> tuple[dict[str, pd.DataFrame], str]:
    name = str(rng.choice([name for name in REPORTS[report] if name in _LATE]))
    table = rows[name]
    return {**rows, name: table[table["Läsår"] != school_year]}, f"Filen {name} kom efter utgivningen."


def _without_school(rows: Rows, year: Year, rng: Rng) -> tuple[dict[str, pd.DataFrame], str]:
    code = str(rng.choice([school.code for school in year.schools]))
    found = {name: table[(table["Läsår"] != year.name) | (table["Skolenhetskod"] != code)] for name, table in rows.items()}
    return found, f"Skolenheten {code} lämnade sina uppgifter efter utgivningen."


def _broken(rows: Rows, school_year: str, report: str, rng: Rng) -> dict[str, frozenset[int]]:
    """No pupils: those who answer would be more than there are, which ends a build."""
    name = str(rng.choice([name for name in REPORTS[report] if name != "elever"]))
    of_year = rows[name].index[rows[name]["Läsår"] == school_year]
    return {name: frozenset(int(at) for at in rng.choice(of_year, min(2, len(of_year)), replace=False))}


def _corrected(rows: Rows, school_years: Sequence[str], rng: Rng) -> dict[str, pd.DataFrame]:
    """A cell of one of these years is given otherwise: a few pupils more, a pupil less who read a mother tongue, an answer."""
    name = str(rng.choice(["elever", "modersmal", "elevhalsoenkat"]))
    table = rows[name].copy()
    at = int(rng.choice(table.index[table["Läsår"].isin(school_years)]))
    if name == "elever":
        table.loc[at, "Antal"] += int(rng.integers(1, 5))
    elif name == "modersmal":
        table = table.drop(index=at)
    else:
        table.loc[at, "Trygg i skolan"] = "Alltid" if table.loc[at, "Trygg i skolan"] != "Alltid" else "Aldrig"
    return {**rows, name: table.reset_index(drop=True)}
