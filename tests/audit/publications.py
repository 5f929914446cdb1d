"""Small publications as tables: `12` shown, `(3)` hidden with the true number 3, `3/12` a share, `~100(11/12)` nearly all."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sqa_lib.audit import Attack, Earlier, Verdict, attack, judge
from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics import STATISTICS, Statistic
from sqa_lib.report import Disclosure
from sqa_lib.units import Unit, UnitTree

YEAR = "2020/21"
POLICY = Disclosure()


def tree_of(**areas: Sequence[str]) -> UnitTree:
    """`tree_of(a=["a1", "a2"])`: a municipality `m`, its areas and their schools. Codes that begin with `f` are preschools, with
    `g` upper-secondary schools."""
    schools = [
        Unit(code, code, "preschool" if code.startswith("f") else "school", area, _forms([code]))
        for area, codes in areas.items()
        for code in codes
    ]
    top = Unit("m", "m", "municipality", school_forms=_forms([code for codes in areas.values() for code in codes]))
    return UnitTree((top, *(Unit(area, area, "area", "m", _forms(codes)) for area, codes in areas.items()), *schools))


def _forms(codes: Sequence[str]) -> tuple[str, ...]:
    found = {{"f": "preschool", "g": "upper_secondary"}.get(code[0], "compulsory") for code in codes}
    return tuple(name for name in DIMENSIONS["school_form"].names if name in found)


def statistic(name: str, kind: str = "count", dataset: str = "cases", **settings) -> Statistic:
    return Statistic(name, name, kind, "", "", "", "", (dataset,), noun=("ärende", "ärenden"), **settings)


def table(definition: Statistic, text: str, school_year: str = YEAR) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Published and true rows of a statistic. text: heads are breakdowns (`all` for none), the first column is the unit."""
    head, *lines = [line.split("|") for line in text.strip().splitlines()]
    breakdowns = ["" if cell.strip() == "all" else cell.strip() for cell in head[1:]]
    rows = []
    for unit, *cells in lines:
        for breakdown, cell in zip(breakdowns, cells, strict=True):
            if cell.strip():
                rows.append((definition.id, school_year, unit.strip(), breakdown, *_read(cell.strip())))
    frame = pd.DataFrame(rows, columns=["statistic", "school_year", "unit", "breakdown", "numerator", "denominator", "mark"])
    scale = {"share": 100.0, "ratio": definition.per}.get(definition.kind, 1.0)
    frame["value"] = scale * frame["numerator"] / frame["denominator"].fillna(1.0)
    shown = frame["mark"] == ""
    counts = shown & (definition.kind != "ratio")
    published = frame.assign(
        low=np.nan,
        high=np.nan,
        value=frame["value"].where(shown),
        numerator=frame["numerator"].where(counts),
        denominator=frame["denominator"].where(counts),
    )
    return published, frame.assign(people=np.nan, low=np.nan, high=np.nan)[STATISTICS]


def _read(cell: str) -> tuple[float, float, str]:
    mark, numerator, denominator = re.fullmatch(r"(~100|\.)?\(?(\d+)?/?(\d+)?\)?", cell).groups()
    hidden = mark or (".." if cell.startswith("(") else "")
    return float(numerator or "nan"), float(denominator or "nan"), hidden


def attacked(
    tree: UnitTree,
    tables: Mapping[Statistic, str],
    released: Mapping[Statistic, str] | None = None,
    tree_before: UnitTree | None = None,
    policy: Disclosure = POLICY,
    is_checked: bool = True,
) -> tuple[Attack, Verdict]:
    """What an attacker, checked by the truth or not, finds in these tables."""
    definitions = {s.id: s for s in [*tables, *(released or {})]}
    published, truth = (pd.concat(frames) for frames in zip(*(table(s, text) for s, text in tables.items()), strict=True))
    before = [Earlier(table(s, text)[0], tree_before or tree) for s, text in (released or {}).items()]
    found = attack(published, tree, definitions, policy, before, truth if is_checked else None)
    return found, judge(found, tree, definitions, policy)


def audited(*args, **settings) -> Verdict:
    return attacked(*args, **settings)[1]


def unsafe(verdict: Verdict) -> set[str]:
    """`{"cases a1 [gender=girl] 3-3"}`: the findings in short."""
    return {
        " ".join(
            part
            for part in (
                f.statistic,
                f.unit,
                f"[{f.breakdown}]" if f.breakdown else "",
                f.role if f.role != "numerator" else "",
                f"{f.low:g}-{f.high:g}",
            )
            if part
        )
        for f in verdict.findings
    }


def hidden_one_by_one(
    statistics: pd.DataFrame, definitions: Mapping[str, Statistic], few: int = 4, least: int = 10
) -> pd.DataFrame:
    """Published rows where each figure about people is looked at by itself, as in a table that an analyst hides by hand."""
    kind = statistics["statistic"].map({name: d.kind for name, d in definitions.items()})
    people = statistics["statistic"].map({name: d.is_about_people for name, d in definitions.items()}).astype(bool)
    part, whole, is_share = statistics["numerator"], statistics["denominator"], kind == "share"
    is_small = part.between(1, few) & kind.isin(["count", "share"])
    is_unsure = is_share & ((whole < least) | (whole - part).between(1, few)) | (kind == "ratio") & ~(
        statistics["people"] >= least
    )
    mark = statistics["mark"].mask((is_small | is_unsure) & people & statistics["value"].notna(), "..")
    mark = mark.mask(statistics["value"].isna() & (mark == ""), ".")
    numbers = statistics[["numerator", "denominator", "value", "low", "high"]].where(mark == "")
    return statistics.assign(mark=mark, **numbers)
