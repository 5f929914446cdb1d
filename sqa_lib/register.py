"""The register of an authority's own units over the school years: one row for each span in which nothing of a unit changed.

A unit that changes its name, area or school form has another row from then on. A report is about one school year: its units are
named and placed as in that year, also in figures of earlier years, and those that are no more are as they were last.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.report import Authority
from sqa_lib.units import LEVEL_OF, Span, Unit, UnitTree, folder_code, slug, told_apart

_LAST = "9999"
"""After every school year."""


def ordered(register: pd.DataFrame) -> pd.DataFrame:
    """The rows of each unit from its first span to its last; a span without an end is the last."""
    spans = register.assign(_from=_texts(register, "first_year"), _to=_texts(register, "last_year").replace("", _LAST))
    return spans.sort_values(["_from", "_to"], kind="stable").drop(columns=["_from", "_to"])


def as_of(register: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """One row per unit, as in `register`: the span that the school year lies in, else the last before it, else the first."""
    rows = ordered(register)
    begun = (_texts(rows, "first_year") <= school_year).to_numpy()
    last_begun = rows[begun].drop_duplicates("unit", keep="last")
    not_begun = rows[~rows["unit"].isin(last_begun["unit"])].drop_duplicates("unit")
    return pd.concat([last_begun, not_begun]).sort_index()


def former_codes(register: pd.DataFrame) -> dict[str, str]:
    """A code that a unit had before → the one that it has."""
    return {code: row.unit for row in register.itertuples() for code in row.former_codes}


def spans_of(register: pd.DataFrame) -> dict[str, tuple[tuple[str, str], ...]]:
    """Unit → the first and last school year of each of its spans, "" for no end; of units that are not there in all years."""
    found: dict[str, list[tuple[str, str]]] = {}
    for unit, first, last in zip(register["unit"], _texts(register, "first_year"), _texts(register, "last_year"), strict=True):
        found.setdefault(unit, []).append((first, last))
    return {unit: tuple(spans) for unit, spans in found.items() if spans != [("", "")]}


def tree_of_datasets(authority: Authority, register: pd.DataFrame, school_year: str = _LAST) -> UnitTree:
    """The tree of a report built from datasets, as in a school year. register: columns unit, unit_name, school_form, area,
    area_name and, where they are known, first_year, last_year, former_codes, replaces."""
    rows = as_of(register, school_year)
    top = Unit(authority.code, authority.name, "municipality", school_forms=_in_order(rows["school_form"]))
    by_area = dict(list(rows.groupby("area")))
    code_of = area_codes(by_area, [authority.code, *rows["unit"]])
    areas = [
        Unit(code_of[area], area_name(area), "area", top.code, _in_order(own["school_form"])) for area, own in by_area.items()
    ]
    spans = {unit: list(own.itertuples()) for unit, own in ordered(register).groupby("unit")}
    schools = [_single(row, spans[row.unit], code_of) for row in rows.sort_values(["school_form", "unit_name"]).itertuples()]
    return UnitTree(told_apart((top, *areas, *schools)))


def area_name(area: str) -> str:
    """What an area is called."""
    return f"Skolområde {area}"


def _single(row: Any, spans: Sequence[Any], code_of: Mapping[str, str]) -> Unit:
    return Unit(
        row.unit,
        row.unit_name,
        LEVEL_OF[row.school_form],
        code_of[row.area],
        (row.school_form,),
        first_year=_text(row, "first_year"),
        last_year=_text(row, "last_year"),
        former=tuple(_span(each, code_of) for each in spans if each.Index != row.Index),
        former_codes=tuple(dict.fromkeys(code for each in spans for code in getattr(each, "former_codes", ()))),
        replaces=tuple((_text(each, "first_year"), code) for each in spans for code in getattr(each, "replaces", ())),
    )


def _span(row: Any, code_of: Mapping[str, str]) -> Span:
    code = code_of.get(row.area) or slug(row.area)
    return Span(_text(row, "first_year"), _text(row, "last_year"), row.unit_name, code, area_name(row.area))


def _text(row: Any, name: str) -> str:
    text = getattr(row, name, None)
    return "" if pd.isna(text) else text


def _texts(register: pd.DataFrame, name: str) -> pd.Series:
    return register[name].fillna("").astype("str") if name in register else pd.Series("", register.index)


def area_codes(areas: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Area → code, each another and none that is taken, so that no area is its own authority or one of its schools."""
    found: dict[str, str] = {}
    for area in areas:
        found[area] = folder_code(area, {*taken, *found.values()})
    return found


def _in_order(school_forms: Iterable[str]) -> tuple[str, ...]:
    found = set(school_forms)
    return tuple(name for name in DIMENSIONS["school_form"].names if name in found)
