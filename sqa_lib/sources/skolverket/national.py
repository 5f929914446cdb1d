"""All official files of a report read as one: who there is, and what is known of them in which school year.

The national file names authorities and units; a table per municipality is told of its own schools, the municipality's as
authority.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.sources.check import SUMMARY
from sqa_lib.sources.problems import Problem, SourceError, problem_table
from sqa_lib.sources.skolverket.authorities import is_municipality, place_of
from sqa_lib.sources.skolverket.export import export_of, raw_rows
from sqa_lib.sources.skolverket.measures import RATIOS
from sqa_lib.sources.skolverket.table import Table, read_table
from sqa_lib.sources.skolverket.underlag import KEY, UNITS, Underlag, is_underlag, underlag_of

VALUES = ["measure", "school_year", "organisation_number", "unit", "codes", "value", "mark"]
CELL = ["measure", "school_year", "organisation_number", "unit", "codes"]
FILES = ["file", "title", "school_year"]
CONTRADICTIONS = ["measure", "school_year", "organisation_number", "unit_name"]
UNDERLAG_TITLE = "Underlag för analys för grundskola efter mått, huvudman och läsår"


@dataclass(frozen=True)
class National:
    """What all files say together.

    units: columns `UNITS`, first_year, last_year: the school years of the national files that the unit stands under its
    authority in; of the latest one it has its name. values: columns `VALUES`; unit "" for the authority, both "" for the
    country; of a cell that several files have the first. files: file, title, school_year ("" for a table of several).
    problems, summary: as `Input`. contradictions: columns `CONTRADICTIONS`, of what two files have different values of.
    """

    units: pd.DataFrame
    values: pd.DataFrame
    files: pd.DataFrame
    problems: pd.DataFrame
    contradictions: pd.DataFrame
    summary: pd.DataFrame
    is_faulty: bool

    @property
    def school_year(self) -> str:
        """The latest school year of the national files."""
        return max(self.units["last_year"])


def read_national(paths: Sequence[Path]) -> National:
    """Read the files, each recognised by what it says itself. One at least must be the national file."""
    underlags: dict[str, Underlag] = {}
    tables: list[Table] = []
    for path in paths:
        rows = raw_rows(path)
        if is_underlag(rows):
            underlags[path.name] = underlag_of(path.name, rows)
        else:
            tables.append(read_table(export_of(path.name, rows)))
    if not underlags:
        mend = 'add "Underlag för analys för grundskola" (.xlsx), which names every authority and its school units'
        raise SourceError(Problem(paths[0].name if paths else "Skolverket", "has no national file beside it", mend))
    return together(underlags, tables)


def together(underlags: dict[str, Underlag], tables: Sequence[Table]) -> National:
    """The contents of national files (file name → content) and of tables as one."""
    _refuse_twice(underlags, tables)
    latest_first = sorted(underlags.values(), key=lambda underlag: max(underlag.values["school_year"], default=""), reverse=True)
    units = _units(latest_first)
    of_tables, unplaced = _of_authorities(tables, units)
    national = [underlag.values.assign(codes="") for underlag in latest_first]
    values, contradictions = _once(pd.concat([*national, *of_tables], ignore_index=True)[VALUES], units)
    values = pd.concat([values, *_ratios(values)], ignore_index=True)
    found = [
        *(problem for underlag in underlags.values() for problem in underlag.found),
        *(problem for table in tables for problem in table.problems),
        *unplaced,
    ]
    return National(
        units, values, _files(underlags, tables), problem_table(found), contradictions, _summary(underlags, tables),
        is_faulty=any(not problem.is_absence for problem in found),
    )  # fmt: skip


def _refuse_twice(underlags: dict[str, Underlag], tables: Sequence[Table]) -> None:
    seen: dict[tuple[str, str], str] = {}
    each = [
        (name, ("underlag", year)) for name, underlag in underlags.items() for year in underlag.values["school_year"].unique()
    ]
    each += [(table.export.file, (table.family.name, table.export.school_year)) for table in tables]
    for file, what in each:
        if what in seen and seen[what] != file:
            mend = "give one of them"
            raise SourceError(Problem(file, f"is the same table of the same year as {seen[what]} ({what[1]})", mend))
        seen[what] = file


def _units(latest_first: Sequence[Underlag]) -> pd.DataFrame:
    """Every unit under each of its authorities, as the latest file that has it names it; the latest file's order first."""
    years = []
    for underlag in latest_first:
        told = underlag.values[[*KEY, "school_year"]].drop_duplicates().groupby(KEY)["school_year"].agg(["min", "max"])
        years.append(underlag.units.merge(told, left_on=KEY, right_index=True))
    every = pd.concat(years, ignore_index=True)
    span = every.groupby(KEY, sort=False).agg(first_year=("min", "min"), last_year=("max", "max"))
    return every.drop_duplicates(KEY)[UNITS].merge(span, left_on=KEY, right_index=True).reset_index(drop=True)


def _of_authorities(tables: Sequence[Table], units: pd.DataFrame) -> tuple[list[pd.DataFrame], list[Problem]]:
    """What the tables say of municipalities' own schools as values of these authorities, and who could not be placed."""
    authorities = units[(units["level"] == "authority") & units["organisation_number"].map(is_municipality)]
    number_of = dict(zip(authorities["unit_name"].map(place_of), authorities["organisation_number"], strict=True))
    values, problems = [], []
    for table in tables:
        own = table.values[table.values["authority_type"] == "municipal"]
        numbers = own["municipality"].map({name: number_of.get(place_of(name)) for name in own["municipality"].unique()})
        if missing := sorted(own.loc[numbers.isna(), "municipality"].unique()):
            mend = f"its rows are left out; {len(missing)} in all" if len(missing) > 1 else "its rows are left out"
            problem = "is a municipality that the national file does not have"
            problems.append(Problem(table.export.file, problem, mend, value=missing[0], is_absence=True))
        values.append(own.assign(organisation_number=numbers, unit="")[numbers.notna()])
    return values, problems


def _once(values: pd.DataFrame, units: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each cell once, and columns `CONTRADICTIONS`: each measure that two files have different values of."""
    again = values.duplicated(CELL)
    first = values[~again]
    pairs = values[again].merge(first, on=CELL, suffixes=("", "_first")).merge(units[[*KEY, "unit_name"]], on=KEY, how="left")
    differ = pairs[pairs["value"].notna() & pairs["value_first"].notna() & (pairs["value"] != pairs["value_first"])]
    return first.reset_index(drop=True), differ[CONTRADICTIONS].drop_duplicates(ignore_index=True)


def problems_of(contradictions: pd.DataFrame) -> Iterator[Problem]:
    """A problem for each measure and school year that two files have different values of."""
    mend = "Skolverket counts it otherwise there; the national file's is read, else that of the file named first"
    for (measure, year), some in contradictions.groupby(["measure", "school_year"]):
        names = ", ".join(sorted(some["unit_name"].unique()))
        problem = f"has another value in a second file for {year}: {names}"
        yield Problem("Skolverket", problem, mend, value=str(measure), is_absence=True)


def _ratios(values: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The `RATIOS` where both parts are known and the denominator is not 0."""
    cell = [name for name in CELL if name != "measure"]
    wide = values[(values["codes"] == "") & values["measure"].isin({part for ratio in RATIOS.values() for part in ratio[:2]})]
    wide = wide.pivot(index=cell, columns="measure", values="value")
    for name, (numerator, denominator, factor) in RATIOS.items():
        if {numerator, denominator} <= set(wide.columns):
            found = factor * wide[numerator] / wide[denominator].where(wide[denominator] > 0)
            yield found.dropna().rename("value").reset_index().assign(measure=name, mark="")[VALUES]


def _files(underlags: dict[str, Underlag], tables: Sequence[Table]) -> pd.DataFrame:
    rows = [(name, UNDERLAG_TITLE, max(underlag.values["school_year"])) for name, underlag in underlags.items()]
    rows += [(table.export.file, table.export.title, table.export.school_year) for table in tables]
    return pd.DataFrame(rows, columns=FILES)


def _summary(underlags: dict[str, Underlag], tables: Sequence[Table]) -> pd.DataFrame:
    """A row of the national file is a measure, and one that nobody knows the meaning of is rejected."""
    rows = []
    for name, underlag in underlags.items():
        read, unknown = len(underlag.measures), int((underlag.measures["unit"] == "").sum())
        rows.append(("underlag_for_analys", name, read, read - unknown, unknown))
    rows += [(table.family.name, table.export.file, table.read, table.read - table.rejected, table.rejected) for table in tables]
    return pd.DataFrame(rows, columns=SUMMARY)
