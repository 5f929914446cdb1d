"""Counting: from tidy rows to one row per (school year, unit, breakdown), rolled up to areas and the municipality.

A *tally* is a DataFrame with the columns `school_year, unit, breakdown, numerator, denominator, people`:
breakdown: `gender=girl;level=individual`, dimensions in alphabetical order, "" for all;
people: how many children or pupils stand behind the figure, what disclosure control goes by.
"""

from collections.abc import Sequence
from itertools import product

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.units import UnitTree

TALLY = ["school_year", "unit", "breakdown", "numerator", "denominator", "people"]
KEY = ["school_year", "unit", "breakdown"]
WIDE = ("municipality", "area")
"""Levels whose figures carry a breakdown that is too fine for single schools."""
BOOKS = (*WIDE, "school")
"""Levels of figures that preschools have no part in."""


def breakdown_key(**codes: str) -> str:
    """The text that names a breakdown: `breakdown_key(level="group", gender="boy") == "gender=boy;level=group"`."""
    return ";".join(f"{name}={codes[name]}" for name in sorted(codes))


def roll_up(rows: pd.DataFrame, tree: UnitTree) -> pd.DataFrame:
    """Each row once for its unit and once for every unit above it."""
    return rows.merge(tree.hierarchy, on="unit").drop(columns="unit").rename(columns={"ancestor": "unit"})


def counts(
    rows: pd.DataFrame,
    tree: UnitTree,
    by: Sequence[tuple[str, ...]] = ((),),
    of: str = "",
    levels: Sequence[str] = (),
    where: pd.Series | None = None,
) -> pd.DataFrame:
    """Tally of rows (or the sum of the column `of`), for every breakdown in `by`; absent combinations count 0.

    rows: columns unit, school_year and the dimensions. levels: only units of these levels (default: all above and at
    the rows' own units). where: True for the rows that count; rows left out beforehand would take their school year with
    them, so that a year without any would be missing instead of 0.

    Units that have no school form of the rows' units, and codes of open dimensions that no row has, have no figure. Nor has a
    school year in which no row says anything of a dimension, or nobody answered a question: it was not asked, which is not 0.
    """
    rows = _with_groups(rows, by)
    weights = rows[of].astype(float) if of else pd.Series(1.0, rows.index)
    weighted = rows.assign(numerator=weights if where is None else weights.where(where, 0.0))
    rolled = roll_up(weighted, tree)
    years = sorted(rows["school_year"].unique())
    units = _units_concerned(rows, tree, levels)
    tallies = [_one_breakdown(rolled, dimensions, years, units) for dimensions in by]
    return pd.concat(tallies, ignore_index=True).assign(denominator=float("nan"), people=lambda t: t["numerator"])[TALLY]


def _with_groups(rows: pd.DataFrame, by: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Adds the columns that gather another's codes (stages of years)."""
    for name in sorted({name for dimensions in by for name in dimensions if DIMENSIONS[name].grouped} - set(rows.columns)):
        group_of = {code: group for group, codes in DIMENSIONS[name].groups.items() for code in codes}
        rows = rows.assign(**{name: rows[DIMENSIONS[name].grouped].astype(str).map(group_of)})
    return rows


def _units_concerned(rows: pd.DataFrame, tree: UnitTree, levels: Sequence[str] = ()) -> list[str]:
    """Units of the levels, or of those that the rows' units have, with a school form of theirs: a school without a single row
    still says 0, and an upper-secondary school nothing of what compulsory schools do."""
    own = [tree[code] for code in rows["unit"].unique()]
    levels = levels or [*WIDE, *(unit.level for unit in own)]
    forms = {form for unit in own for form in unit.school_forms}
    return [unit.code for unit in tree.at(*levels) if not forms.isdisjoint(unit.school_forms)]


def _one_breakdown(rolled: pd.DataFrame, dimensions: tuple[str, ...], years: list[str], units: list[str]) -> pd.DataFrame:
    ordered = sorted(dimensions)
    codes = [_codes_counted(name, rolled[name]) for name in ordered]
    columns = ["school_year", "unit", *ordered]
    summed = rolled.astype({name: "str" for name in ordered}).groupby(columns, observed=True)["numerator"].sum()
    grid = pd.MultiIndex.from_tuples(product(_years_asked(rolled, ordered, years), units, *codes), names=columns)
    table = _answered(summed.reindex(grid, fill_value=0.0).reset_index(), rolled, ordered)
    table["breakdown"] = _breakdowns(table, ordered)
    return table[[*KEY, "numerator"]]


def _years_asked(rolled: pd.DataFrame, dimensions: Sequence[str], years: Sequence[str]) -> list[str]:
    """The school years in which some row, of any unit, says something of each dimension."""
    asked = [set(rolled.loc[rolled[name].notna(), "school_year"]) for name in dimensions]
    return [year for year in years if all(year in known for known in asked)]


def _answered(table: pd.DataFrame, rolled: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """Without the questions that nobody answered in a school year."""
    for name in (name for name in dimensions if DIMENSIONS[name].is_question):
        answered = rolled[["school_year", name]].dropna().drop_duplicates()
        known = set(zip(answered["school_year"], answered[name].astype("str"), strict=True))
        table = table[[pair in known for pair in zip(table["school_year"], table[name], strict=True)]]
    return table.reset_index(drop=True)


def _codes_counted(dimension: str, values: pd.Series) -> list[str]:
    """All codes of a closed dimension, of an open one those that occur; none where no row has any: the file lacks the column."""
    names, occurring = DIMENSIONS[dimension].names, set(values.dropna().astype(str))
    return names if occurring and not DIMENSIONS[dimension].is_open else [name for name in names if name in occurring]


def _breakdowns(table: pd.DataFrame, ordered: list[str]) -> pd.Series:
    parts = [name + "=" + table[name].astype(str) for name in ordered]
    return parts[0].str.cat(parts[1:], sep=";") if parts else pd.Series("", index=table.index)


def shares(part: pd.DataFrame, whole: pd.DataFrame, drop: Sequence[str] = ()) -> pd.DataFrame:
    """Tally with `part`'s numerators over `whole`'s: the denominator is the whole of the same year, unit and breakdown.

    drop: dimensions that only the part has, e.g. `("level",)` for the share of each level among all cases.
    """
    over = part.assign(whole_breakdown=part["breakdown"].map(lambda text: _without(text, drop)))
    base = whole[[*KEY, "numerator"]].rename(columns={"breakdown": "whole_breakdown", "numerator": "denominator"})
    merged = over.drop(columns=["denominator"]).merge(base, on=["school_year", "unit", "whole_breakdown"], how="left")
    return merged.assign(people=merged["denominator"])[TALLY]


def _without(breakdown: str, drop: Sequence[str]) -> str:
    return ";".join(part for part in breakdown.split(";") if part and part.split("=")[0] not in drop)


def shares_of_authority(tally: pd.DataFrame, tree: UnitTree) -> pd.DataFrame:
    """Each unit's numerator over the municipality's: how the whole is spread over areas and schools; the whole itself is all."""
    top = tally.loc[tally["unit"] == tree.authority.code, ["school_year", "breakdown", "numerator"]]
    top = top.rename(columns={"numerator": "denominator"})
    merged = tally.drop(columns="denominator").merge(top, on=["school_year", "breakdown"])
    return merged.assign(people=merged["denominator"])[TALLY]


def distinct(rows: pd.DataFrame, tree: UnitTree, columns: Sequence[str], where: pd.Series) -> pd.DataFrame:
    """Tally of distinct combinations of `columns` among the rows of each unit that count (a group with pupils of two
    schools counts once in their area); the people behind are the rows."""
    own = rows[where].assign(own_unit=rows["unit"])
    rolled = roll_up(own, tree).drop_duplicates(["school_year", "unit", *columns])
    found = rolled.groupby(["school_year", "unit"])["own_unit"].size().astype(float).rename("numerator")
    people = roll_up(own, tree).groupby(["school_year", "unit"])["own_unit"].size().astype(float).rename("people")
    grid = pd.MultiIndex.from_product(
        [sorted(rows["school_year"].unique()), _units_concerned(rows, tree)], names=["school_year", "unit"]
    )
    table = pd.concat([found.reindex(grid, fill_value=0.0), people.reindex(grid, fill_value=0.0)], axis=1).reset_index()
    return table.assign(breakdown="", denominator=float("nan"))[TALLY]


def ratios(part: pd.DataFrame, whole: pd.DataFrame, people: pd.DataFrame | None = None, drop: Sequence[str] = ()) -> pd.DataFrame:
    """As `shares`, for quantities that are not parts of each other. people: tally whose numerators count the people behind."""
    merged = shares(part, whole, drop)
    if people is None:
        return merged
    behind = people[[*KEY, "numerator"]].rename(columns={"numerator": "people"})
    return merged.drop(columns="people").merge(behind, on=KEY, how="left")[TALLY]


def melt_flags(rows: pd.DataFrame, dimension: str, flags: dict[str, str]) -> pd.DataFrame:
    """One row per (row, flag) where the flag is known. flags: column → code of `dimension`; adds a float column `is_so`."""
    pieces = [
        rows.loc[rows[column].notna()].assign(**{dimension: code, "is_so": lambda r, c=column: r[c].astype(float)})
        for column, code in flags.items()
    ]
    return pd.concat(pieces, ignore_index=True)
