"""Microdata put together from parts that no published table crosses: a case's level, gender and time, its types, its professions.

Counting parts instead of whole rows keeps the search for a world of a whole municipality small. That the parts are not crossed is
not taken on trust: a world's statistics are computed from its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.units import LEVEL_OF, Unit, UnitTree
from tests.audit.worlds import Figures, Rows, table_of

FIGURE = ["statistic", "school_year", "unit", "breakdown"]
PLACE = ["unit", "school_year"]
DAYS = "days"
"""The part that counts further days until a case is closed."""


@dataclass(frozen=True)
class MakeUp:
    """What the rows of a dataset are put together from.

    core: columns of which a row has a combination; parts: column → the columns of the core that it depends on; days: after how
    many days a row may be closed → how many more at most, where the dataset has times; days depend on `days_depend_on`.
    """

    dataset: str
    core: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    days: Mapping[int, int] = field(default_factory=dict)
    days_depend_on: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        return [*self.core, *self.parts]

    @property
    def depends_on(self) -> dict[str, list[str]]:
        return {name: [*PLACE, *columns] for name, columns in self.parts.items()}


HEALTH_CASES = MakeUp(
    "health_cases",
    ("level", "gender", "closed"),
    {"case_types": ("gender",), "professions": ()},
    {0: 60, 61: 240},
    ("level", "closed"),
)
NEWLY_ARRIVED = MakeUp(
    "newly_arrived",
    ("gender",),
    dict.fromkeys(("needs_guidance", "mapping_1", "mapping_2_literacy", "mapping_2_numeracy", "mapping_3", "study_plan"), ()),
)


@dataclass(frozen=True)
class Parts:
    """A dataset of a municipality in parts. rows: the true ones; forms: unit → school form."""

    make_up: MakeUp
    tables: Mapping[str, pd.DataFrame]
    tree: UnitTree

    @property
    def rows(self) -> pd.DataFrame:
        return self.tables[self.make_up.dataset]

    @cached_property
    def forms(self) -> pd.Series:
        return self.tables["school_units"].set_index("unit")["school_form"]

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """Every kind of part that there is in a school year and school form: columns part ("" for the core), school_year, form,
        core and parts; what is not of the part is blank."""
        rows = self.rows.astype(object).assign(form=self.rows["unit"].map(self.forms))
        where = ["school_year", "form"]
        core = rows[[*where, *self.make_up.core]].drop_duplicates()
        found = [self._timed(core) if self.make_up.days else core]
        for name, columns in self.make_up.parts.items():
            found.append(rows[[*where, *columns, name]].drop_duplicates().assign(part=name))
        if self.make_up.days:
            closed = found[0][found[0]["closed"].notna()]
            found.append(closed[[*where, *self.make_up.days_depend_on]].drop_duplicates().assign(part=DAYS))
        kinds = pd.concat(found, ignore_index=True)
        kinds["part"] = kinds["part"].where(kinds["part"].notna(), "")
        return self._with_blanks(kinds)

    def _timed(self, core: pd.DataFrame) -> pd.DataFrame:
        """The core's combinations, each closed after so many days; still open too where some are."""
        others = [name for name in core.columns if name != "closed"]
        is_open = core["closed"].isna()
        closed = core[others].drop_duplicates()
        start = pd.to_datetime(closed["school_year"].map(self._first["received"]))
        dated = [closed.assign(closed=start + pd.Timedelta(days=days)) for days in self.make_up.days]
        return pd.concat([*dated, core[is_open]], ignore_index=True)

    def _with_blanks(self, kinds: pd.DataFrame) -> pd.DataFrame:
        lists = [name for name in self.make_up.parts if isinstance(self.rows[name].iloc[0], tuple)]
        for name in lists:
            kinds[name] = [value if isinstance(value, tuple) else () for value in kinds[name]]
        return kinds

    @cached_property
    def _first(self) -> pd.DataFrame:
        """The first row of each school year: what all have that is not in parts."""
        return self.rows.astype(object).drop_duplicates("school_year").set_index("school_year")

    @cached_property
    def pieces(self) -> pd.DataFrame:
        """What is counted: each kind of part in each unit. Columns of `kinds`, kind, unit."""
        units = self.forms.rename_axis("unit").rename("form").reset_index()
        return units.merge(self.kinds.reset_index(names="kind"), on="form")

    @property
    def is_whole(self) -> np.ndarray:
        """Days are left to come out whole by themselves: the search is much faster."""
        return (self.pieces["part"] != DAYS).to_numpy()

    def figures(self, published: pd.DataFrame, truth: pd.DataFrame) -> Figures:
        """published, truth: columns `PUBLISHED` and `STATISTICS`, in the same order."""
        table = table_of(published, truth, [self.make_up.dataset])
        above = self.tree.hierarchy.rename(columns={"unit": "below", "ancestor": "unit"})
        placed = self.pieces.reset_index(names="piece")[["piece", "kind", "unit"]].rename(columns={"unit": "below"})
        placed = placed.merge(above, on="below").assign(is_own=lambda rows: rows["below"] == rows["unit"])
        terms = placed.merge(self._contributions(), on=["kind", "is_own"])
        key = pd.MultiIndex.from_frame(table[FIGURE])
        row = key.get_indexer(pd.MultiIndex.from_frame(terms[FIGURE]))
        kept, shape = row >= 0, (len(table), len(self.pieces))
        parts = {
            part: sparse.csr_array((terms.loc[kept, part], (row[kept], terms.loc[kept, "piece"])), shape=shape)
            for part in ("numerator", "denominator")
        }
        return Figures(table, parts["numerator"], self._over_authority(table, key, **parts))

    def _over_authority(self, table: pd.DataFrame, key: pd.MultiIndex, numerator, denominator) -> sparse.csr_array:
        """Denominators; those of shares of the municipality are its numerators."""
        of_authority = table["statistic"].str.endswith("_of_authority").to_numpy()
        whole = key.get_indexer(pd.MultiIndex.from_frame(table[FIGURE].assign(unit=self.tree.authority.code)))
        n = len(table)
        chosen = sparse.csr_array((of_authority.astype(float), (np.arange(n), whole)), shape=(n, n))
        return (sparse.diags_array((~of_authority).astype(float)) @ denominator + chosen @ numerator).tocsr()

    def _contributions(self) -> pd.DataFrame:
        """What one more of each kind adds to figures of its own unit and of those above: columns kind, is_own, statistic,
        school_year, breakdown, numerator, denominator. Each kind is computed in a unit and an area of its own, once with the part
        and once without."""
        whole, kinds = self.kinds.copy(), self.kinds
        is_part, is_days = kinds["part"] != "", kinds["part"] == DAYS
        without = self._with_blanks(kinds.drop(columns=list(self.make_up.parts)).reindex(columns=kinds.columns))[is_part]
        if self.make_up.days:
            whole.loc[is_days, "closed"] += pd.Timedelta(days=1)
        samples = pd.concat([whole, without.drop_duplicates(same := list(without.columns.drop("part")))], ignore_index=True)
        samples = samples.assign(unit=[f"u{at}" for at in samples.index], area=[f"a{at}" for at in samples.index])
        less = without.reset_index(names="kind").merge(samples.iloc[len(whole) :], on=same)
        used = pd.concat([samples.iloc[: len(whole)].reset_index(names="kind").assign(sign=1.0), less.assign(sign=-1.0)])
        sign = pd.concat([used.set_index(name)[["kind", "sign"]].assign(is_own=name == "unit") for name in ("unit", "area")])
        computed = self._computed(samples)
        found = computed[computed["unit"].isin(sign.index)].join(sign, on="unit")
        for part in ("numerator", "denominator"):
            found[part] = found[part].fillna(0.0) * found["sign"]
        keys = ["kind", "is_own", "statistic", "school_year", "breakdown"]
        return found.groupby(keys, as_index=False)[["numerator", "denominator"]].sum()

    def _computed(self, samples: pd.DataFrame) -> pd.DataFrame:
        level, forms = samples["form"].map(LEVEL_OF), [(form,) for form in samples["form"]]
        top = Unit("top", "top", "municipality", school_forms=tuple(sorted(set(samples["form"]))))
        areas = (Unit(area, area, "area", "top", own) for area, own in zip(samples["area"], forms, strict=True))
        schools = map(Unit, samples["unit"], samples["unit"], level, samples["area"], forms)
        units = samples[["unit", "area"]].assign(school_form=samples["form"])
        some_school = samples["unit"][samples["form"] == "compulsory"].iloc[0]
        names = {name for each in self._definitions for name in each.datasets}
        others = {name: self.tables[name].assign(unit=some_school) for name in names}
        tables = others | {"school_units": units, self.make_up.dataset: self._as_dataset(samples)}
        computed = compute_all(tables, UnitTree((top, *areas, *schools)))
        return computed[computed["statistic"].isin([each.id for each in self._definitions])]

    @property
    def _definitions(self):
        return [each for each in DEFINITIONS.values() if self.make_up.dataset in each.datasets]

    def _as_dataset(self, rows: pd.DataFrame) -> pd.DataFrame:
        """rows: school_year, unit and all that is in parts; the rest as in the first row of the school year."""
        given = [*PLACE, *self.make_up.columns]
        others = [name for name in self.rows.columns if name not in given]
        rest = self._first.loc[rows["school_year"], others].reset_index(drop=True)
        table = pd.concat([rows[given].reset_index(drop=True), rest], axis=1)
        table["row_id"] = [f"R{at:06}" for at in table.index]
        return table[self.rows.columns].astype(self.rows.dtypes)

    def links(self) -> list[Rows]:
        """As many of each part as there are rows that have one, and no more days than these can take."""
        core = self.pieces["part"] == ""
        found = []
        for name, columns in self.make_up.depends_on.items():
            is_part = self.pieces["part"] == name
            sign = np.where(core, 1.0, np.where(is_part, -1.0, 0.0))
            found.append(Rows.of(self._summed(columns, sign), 0, 0))
        if self.make_up.days:
            is_days = self.pieces["part"] == DAYS
            most = self._after().map(self.make_up.days).fillna(0.0)
            sign = np.where(core, most, np.where(is_days, -1.0, 0.0))
            found.append(Rows.of(self._summed([*PLACE, *self.make_up.days_depend_on], sign), 0, np.inf))
        return found

    def _after(self) -> pd.Series:
        """After how many days each piece is closed at least."""
        start = pd.to_datetime(self.pieces["school_year"].map(self._first["received"]))
        return (pd.to_datetime(self.pieces["closed"]) - start).dt.days

    def _summed(self, columns: Sequence[str], weights: np.ndarray) -> sparse.csr_array:
        group = self.pieces.groupby(list(columns), dropna=False).ngroup().to_numpy()
        at = np.flatnonzero(weights)
        return sparse.csr_array((weights[at], (group[at], at)), shape=(group.max() + 1, len(self.pieces)))

    def dataset(self, counts: np.ndarray) -> pd.DataFrame:
        """The rows of a world: its parts put together in order. counts: how many of each piece."""
        pieces = self.pieces.assign(count=counts)
        core = pieces[pieces["part"] == ""]
        rows = core.loc[core.index.repeat(core["count"]), [*PLACE, *self.make_up.core]].reset_index(drop=True)
        for name, columns in self.make_up.depends_on.items():
            part = pieces[pieces["part"] == name]
            part = part.loc[part.index.repeat(part["count"]), [*columns, name]]
            rows = (
                _numbered(rows, columns)
                .merge(_numbered(part, columns), on=[*columns, "number"], how="left")
                .drop(columns="number")
            )
        if self.make_up.days:
            rows["closed"] = pd.to_datetime(rows["closed"]) + self._further(rows, pieces)
        return self._as_dataset(rows.sort_values(PLACE, kind="stable").reset_index(drop=True))

    def _further(self, rows: pd.DataFrame, pieces: pd.DataFrame) -> pd.Series:
        """The days that a row takes besides the least, as even as can be among those that share them."""
        columns = [*PLACE, *self.make_up.days_depend_on]
        days = pieces.loc[pieces["part"] == DAYS, [*columns, "count"]]
        total = rows[columns].merge(days, on=columns, how="left")["count"].fillna(0).to_numpy()
        among = rows.groupby(columns, dropna=False)["unit"].transform("size").to_numpy()
        number = rows.groupby(columns, dropna=False).cumcount().to_numpy()
        return pd.to_timedelta(total // among + (number < total % among), unit="D")


def _numbered(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return rows.assign(number=rows.groupby(list(columns), dropna=False).cumcount())
