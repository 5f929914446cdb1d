"""What one row adds to: rows of every kind that a dataset can have, each counted as if it was a school of its own.

A statistic counts rows. Which of its numbers hang together by what they mean (the minority languages are three of the
languages; nobody answers a question who has not answered the survey) is seen from single rows: a relation between numbers holds
for every authority when it holds for every row that there can be. So rows are drawn, a few thousand of each dataset, and every
statistic is computed on each of them. Columns that hang together are drawn together, see `blocks`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.disclosure.series import NAME
from sqa_lib.metrics.statistic import Statistic, Tables
from sqa_lib.sources.datasets import DATASETS, Column, Dataset
from sqa_lib.units import LEVEL_OF, Unit, UnitTree

DRAWN = 2000
"""Rows drawn of each dataset: each of forty languages is in some fifty of them."""
EXPECTED = 12.0
"""Codes of two columns that never meet where chance would bring them together this often exclude each other: chance leaves out
one in 160,000 such pairs (Poisson)."""
FORM, DRAWS = "form", "draws"
"""Columns of drawn rows: the school form of the unit, how often the row was drawn."""
_BESIDE = ("school_units", "enrolment")
"""What statistics of other datasets are held against."""
_NO_MEANING, _NUMBERS = ("id", "text", "unit", "area"), ("integer", "number")
_TIMES = ("school_year", "calendar_year")


@dataclass(frozen=True)
class Atoms:
    """names: one row per series, columns `NAME`; adds: distinct rows x series, what each adds to each; draws_in: school form →
    how often each was drawn."""

    names: pd.DataFrame
    adds: np.ndarray
    draws_in: Mapping[str, np.ndarray]

    @property
    def draws(self) -> np.ndarray:
        return np.sum(list(self.draws_in.values()), axis=0)

    def of(self, form: str) -> "Atoms":
        """The rows of one school form, and the series that these add to."""
        rows = self.draws_in[form] > 0
        kept = (self.adds[rows] > 0).any(axis=0)
        names = self.names[kept].reset_index(drop=True)
        return Atoms(names, self.adds[rows][:, kept], {form: self.draws_in[form][rows]})


def atoms_of(tables: Tables, tree: UnitTree, definitions: Mapping[str, Statistic]) -> list[Atoms]:
    """What the rows of each dataset add to the statistics that are made from it."""
    found = [_atoms(DATASETS[name], tables, tree, definitions) for name in sorted(tables) if _has_units(name, tables)]
    return [atoms for atoms in found if atoms is not None]


def _has_units(name: str, tables: Tables) -> bool:
    return name in DATASETS and name != "school_units" and len(tables[name]) > 0 and "unit" in tables[name]


def _atoms(dataset: Dataset, tables: Tables, tree: UnitTree, definitions: Mapping[str, Statistic]) -> Atoms | None:
    made_of = [
        definition
        for definition in definitions.values()
        if definition.compute
        and definition.is_about_people
        and dataset.name in definition.datasets
        and set(definition.datasets) <= {dataset.name, *_BESIDE} & set(tables)
    ]
    forms = {unit.code: unit.school_forms[0] for unit in tree.units if unit.level in LEVEL_OF.values()}
    rows = drawn_rows(tables[dataset.name].assign(**{FORM: lambda t: t["unit"].map(forms)}), dataset)
    if not made_of or rows.empty:
        return None
    school_of = _schools(rows[FORM].tolist())
    own_tree, own_tables = _world(rows, dataset, school_of, tables)
    long = pd.concat([_parts(definition, definition.compute(own_tables, own_tree)) for definition in made_of])
    return _adding(long, rows[DRAWS].to_numpy(), school_of)


# ---- drawing rows ---------------------------------------------------------------------------------------------------


def drawn_rows(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Rows as there can be: each block of columns takes any of its combinations that occur, whatever the others have. Of a
    dataset of numbers a row has one number that is 1, the others are 0. Each row once, with `draws`. table: the dataset's, and
    the column `form`."""
    table = table[table[FORM].notna()]
    there = [column for column in dataset.columns if column.name in table and column.name not in _TIMES]
    coded = [column for column in there if column.kind not in (*_NO_MEANING, *_NUMBERS)]
    numbers = [column.name for column in there if column.kind in _NUMBERS]
    if table.empty:
        return table
    drawn = _drawn(table, blocks(table, coded, dataset.together))
    rows = pd.concat([_counting(drawn, table, number, numbers) for number in numbers or [""]], ignore_index=True)
    return _with_names(rows, table, dataset)


def _drawn(table: pd.DataFrame, together: Sequence[Sequence[str]]) -> pd.DataFrame:
    rng = np.random.default_rng(2021)
    pieces = []
    for names in together:
        own = table[list(names)]
        kinds = np.sort(np.unique(_kind_of(own), return_index=True)[1])
        pieces.append(own.iloc[_evenly(kinds, _kind_of(_without_days(own))[kinds], rng)].reset_index(drop=True))
    drawn = pd.concat(pieces, axis=1)
    _, first, draws = np.unique(_kind_of(drawn), return_index=True, return_counts=True)
    return drawn.iloc[first].assign(**{DRAWS: draws}).reset_index(drop=True)


def _evenly(kinds: np.ndarray, group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Kinds drawn so that each group of them is drawn as often as any other."""
    members = [kinds[group == name] for name in np.unique(group)]
    draws = zip(rng.integers(0, len(members), DRAWN), rng.random(DRAWN), strict=True)
    return np.array([members[which][int(place * len(members[which]))] for which, place in draws])


def _without_days(table: pd.DataFrame) -> pd.DataFrame:
    """Of dates only whether there is one: cases that are not closed are few, and must be drawn too."""
    return table.apply(lambda values: values.notna() if pd.api.types.is_datetime64_any_dtype(values) else values)


def _kind_of(table: pd.DataFrame) -> np.ndarray:
    """A number for each row, the same for rows that are the same; a missing value is one like any other."""
    codes = np.column_stack([pd.factorize(table[name].map(str), sort=True)[0] for name in table.columns])
    return np.unique(codes, axis=0, return_inverse=True)[1].ravel()


def _counting(drawn: pd.DataFrame, table: pd.DataFrame, number: str, numbers: Sequence[str]) -> pd.DataFrame:
    ones = {name: pd.Series(int(name == number), drawn.index).astype(table[name].dtype) for name in numbers}
    marks = {f"{name}_mark": "" for name in numbers if f"{name}_mark" in table}
    return drawn.assign(**ones, **marks)


def _with_names(rows: pd.DataFrame, table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Columns that mean nothing to a statistic: each row is a school, and all are of the last year."""
    columns = [column.name for column in dataset.columns if column.name in table and column.name not in rows]
    for name in columns:
        rows[name] = table[name].max() if name in _TIMES else [f"s{number}" for number in range(len(rows))]
    return rows


def blocks(table: pd.DataFrame, columns: Sequence[Column], together: Sequence[tuple[str, str]] = ()) -> list[list[str]]:
    """The columns (and `form`) in groups that are drawn together: two hang together by definition (`Dataset.together`), where
    codes of theirs exclude each other in the data, or where one date is not before another."""
    names = [FORM, *(column.name for column in columns)]
    flags = {FORM: _indicators(table[FORM])} | {column.name: _flags(table[column.name], column) for column in columns}
    links = [(a, b) for a, b in combinations(names, 2) if _exclude(flags[a], flags[b])]
    links += [(column.name, column.not_before) for column in columns if column.not_before]
    links += [pair for pair in together if set(pair) <= set(names)]
    at = {name: number for number, name in enumerate(names)}
    one, other = ([at[pair[side]] for pair in links] for side in (0, 1))
    graph = sparse.csr_array((np.ones(len(links)), (one, other)), shape=(len(names), len(names)))
    _, label = connected_components(graph, directed=False)
    return [[name for name, own in zip(names, label, strict=True) if own == group] for group in dict.fromkeys(label.tolist())]


def _flags(values: pd.Series, column: Column) -> np.ndarray:
    """rows x codes: whether the row has the code; of dates only whether there is one."""
    if column.kind == "date":
        return _indicators(values.notna())
    if column.kind == "codes":
        own = [set(codes) if isinstance(codes, list | tuple | set) else set() for codes in values]
        return np.array([[code in codes for code in DIMENSIONS[column.dimension].names] + [not codes] for codes in own], float)
    return _indicators(values)


def _indicators(values: pd.Series) -> np.ndarray:
    return pd.get_dummies(values.map(str)).to_numpy(dtype=float)


def _exclude(one: np.ndarray, other: np.ndarray) -> bool:
    expected = np.outer(one.sum(axis=0), other.sum(axis=0)) / len(one)
    return bool(((one.T @ other == 0) & (expected >= EXPECTED)).any())


# ---- a world of one-row schools -------------------------------------------------------------------------------------


def _schools(forms: Sequence[str]) -> dict[str, str]:
    """School → its form: one for each row, and one of each form without any (`b`)."""
    return {f"s{number}": form for number, form in enumerate(forms)} | {f"b-{form}": form for form in sorted(set(forms))}


def _world(rows: pd.DataFrame, dataset: Dataset, form_of: Mapping[str, str], tables: Tables) -> tuple[UnitTree, Tables]:
    """Each school in an area of its own, since some figures are of areas only; of each group of pupils there is one."""
    top = Unit("top", "top", "municipality", school_forms=tuple(sorted(set(form_of.values()))))
    areas = [Unit(f"a-{code}", f"a-{code}", "area", "top", (form,)) for code, form in form_of.items()]
    schools = [Unit(code, code, LEVEL_OF[form], f"a-{code}", (form,)) for code, form in form_of.items()]
    register = pd.DataFrame({"unit": list(form_of), "school_form": list(form_of.values())})
    units = register.assign(unit_name=register["unit"], area="a", area_name="a", is_attendance_project=False)
    own: dict[str, pd.DataFrame] = {"school_units": units}
    if "enrolment" in tables and dataset.name != "enrolment":
        own["enrolment"] = _one_of_each(tables["enrolment"], tables["school_units"], register, rows)
    own[dataset.name] = rows.drop(columns=[FORM, DRAWS]).assign(unit=[f"s{number}" for number in range(len(rows))])
    return UnitTree((top, *areas, *schools)), own


def _one_of_each(enrolment: pd.DataFrame, units: pd.DataFrame, register: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    groups = enrolment.merge(units[["unit", "school_form"]].astype("str"), on="unit")[["school_form", "year", "gender"]]
    year = rows["school_year"].iloc[0] if "school_year" in rows else enrolment["school_year"].max()
    each = register.merge(groups.drop_duplicates(), on="school_form").drop(columns="school_form")
    return each.assign(school_year=year, pupils=1, pupils_mark="")


# ---- what each row adds ---------------------------------------------------------------------------------------------


def _parts(definition: Statistic, tally: pd.DataFrame) -> pd.DataFrame:
    """Columns unit, `NAME`, value. The whole authority's numbers are no row's."""
    whole = tally["denominator"]
    parts = {"numerator": tally["numerator"]}
    if definition.kind in ("share", "ratio") and not definition.of_authority:
        parts["denominator"] = whole
    if definition.kind == "share" and not definition.of_authority:
        parts["rest"] = whole - tally["numerator"]
    if definition.kind == "ratio":
        parts["people"] = tally["people"]
    pieces = [tally[["unit", "breakdown"]].assign(part=part, value=value.fillna(0.0)) for part, value in parts.items()]
    return pd.concat(pieces).assign(statistic=definition.id)


def _adding(long: pd.DataFrame, draws: np.ndarray, form_of: Mapping[str, str]) -> Atoms | None:
    """Numbers of a school, else of its area, less those of a school without the row; what they are held against is left out."""
    schools = [f"s{number}" for number in range(len(draws))]
    long = long[long["unit"] != "top"]
    is_area = long["unit"].str.startswith("a-")
    own = _wide(long[~is_area])
    wide = own.combine_first(_wide(long[is_area].assign(unit=lambda rows: rows["unit"].str.removeprefix("a-"))))
    wide = wide.reindex(list(form_of)).fillna(0.0)
    adds = wide.loc[schools].to_numpy() - wide.loc[[f"b-{form_of[code]}" for code in schools]].to_numpy()
    kept = (adds >= 0).all(axis=0) & (adds > 0).any(axis=0)
    if not kept.any():
        return None
    distinct, of = np.unique(adds[:, kept], axis=0, return_inverse=True)
    drawn = {
        form: np.bincount(of.ravel(), draws * [form_of[school] == form for school in schools], minlength=len(distinct))
        for form in sorted({form_of[school] for school in schools})
    }
    return Atoms(wide.columns[kept].to_frame(index=False), distinct, drawn)


def _wide(long: pd.DataFrame) -> pd.DataFrame:
    return long.pivot_table(index="unit", columns=NAME, values="value", aggfunc="first")
