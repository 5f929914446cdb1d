"""School units as what is counted: how many a form has, and figures that each school form has for itself."""

from collections.abc import Sequence

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, counts, shares
from sqa_lib.units import UnitTree


def with_form(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the column school_form of their unit; preschools' rows are left out."""
    units = tables["school_units"]
    forms = units.loc[units["school_form"] != "preschool", ["unit", "school_form"]]
    return rows.merge(forms, on="unit")


def schools(tables: Tables) -> pd.DataFrame:
    """One row per school year and school unit that had pupils on 15 October: school_year, unit, school_form."""
    enrolment = tables["enrolment"]
    some = enrolment.loc[enrolment["pupils"] > 0, ["school_year", "unit"]].drop_duplicates()
    return with_form(tables, some)


def by_form(
    rows: pd.DataFrame,
    tree: UnitTree,
    by: Sequence[tuple[str, ...]] = ((),),
    of: str = "",
    where: pd.Series | None = None,
    levels: Sequence[str] = BOOKS,
) -> pd.DataFrame:
    """As `counts`, by school form and every breakdown in `by`; a unit has the cells of its own school forms only."""
    tally = counts(rows, tree, [("school_form", *dimensions) for dimensions in by], of=of, levels=levels, where=where)
    forms = tally["breakdown"].str.extract(r"(?:^|;)school_form=(\w+)", expand=False)
    is_own = [form in tree[unit].school_forms for form, unit in zip(forms, tally["unit"], strict=True)]
    return tally[pd.Series(is_own, tally.index, dtype=bool)].reset_index(drop=True)


def shares_of_schools(tables: Tables, tree: UnitTree, told: pd.DataFrame, by: Sequence[tuple[str, ...]] = ((),)) -> pd.DataFrame:
    """Tally of the schools that something is true of, out of all schools of their form in the same year.

    told: school_year, unit, the dimensions in `by` and is_so, one row for each school that is told of; what is true of none of
    them is 0 in their years, not missing.
    """
    everyone = schools(tables)
    everyone = everyone[everyone["school_year"].isin(told["school_year"].unique())]
    found = with_form(tables, told)
    drop = sorted({name for dimensions in by for name in dimensions})
    return shares(by_form(found, tree, by, where=found["is_so"]), by_form(everyone, tree), drop=drop)


@statistic(
    "Skolor efter socioekonomiskt behov",
    "count",
    population="huvudmannens grundskolor och gymnasieskolor",
    numerator="skolenheter med behovet enligt resursfördelningsmodellen",
    date="läsåret",
    datasets=("school_need", "school_units"),
    noun=("skola", "skolor"),
    is_about_people=False,
)
def schools_by_need(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return by_form(with_form(tables, tables["school_need"]), tree, [(), ("need",)])
