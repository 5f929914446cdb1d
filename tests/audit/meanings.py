"""Worlds of the demos with what their statistics mean, and whether a relation follows from others."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from sqa_lib.demo.reports import DEMOS
from sqa_lib.disclosure import Meaning, meanings_of
from sqa_lib.disclosure.meaning import Name
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Report, load_report
from sqa_lib.sources.check import load
from sqa_lib.units import UnitTree

ROOT = Path(__file__).parents[2]
ROLES = {"numerator": "numerator", "denominator": "denominator", "rest": "complement"}
"""Part of a figure, as the protection calls it → as the attacker does."""


@dataclass(frozen=True)
class World:
    """A municipality: statistics are the true ones, columns `STATISTICS`."""

    report: Report
    tables: dict[str, pd.DataFrame]
    tree: UnitTree
    statistics: pd.DataFrame

    @cached_property
    def every_meaning(self) -> list[Meaning]:
        return meanings_of(self.tables, self.tree, DEFINITIONS)

    @property
    def meanings(self) -> list[Meaning]:
        """Those that hold in all units."""
        return [meaning for meaning in self.every_meaning if not meaning.form]

    def values_in(self, form: str) -> pd.DataFrame:
        """`values` of the units of one school form alone."""
        units = {unit.code for unit in self.tree.units if unit.school_forms == (form,)}
        return self.values.loc[:, self.values.columns.get_level_values("unit").isin(units)]

    @cached_property
    def values(self) -> pd.DataFrame:
        return values_of(self.statistics)


def values_of(statistics: pd.DataFrame) -> pd.DataFrame:
    """Index statistic, part, breakdown; one column per (school year, unit); only of people."""
    about = statistics["statistic"].map(lambda name: DEFINITIONS[name].is_about_people)
    kind = statistics["statistic"].map(lambda name: DEFINITIONS[name].kind)
    parts = {
        "numerator": statistics["numerator"].where(kind.isin(["count", "share"])),
        "denominator": statistics["denominator"].where(kind == "share"),
        "rest": (statistics["denominator"] - statistics["numerator"]).where(kind == "share"),
    }
    keys = ["statistic", "school_year", "unit", "breakdown"]
    long = pd.concat([statistics.loc[about, keys].assign(part=part, value=value[about]) for part, value in parts.items()])
    return long.dropna(subset="value").pivot(
        index=["statistic", "part", "breakdown"], columns=["school_year", "unit"], values="value"
    )


def world(report: str, folder: Path, seed: int | None = None, datasets: Collection[str] = ()) -> World:
    """A demo's municipality as it is, or drawn anew with another seed. folder: where its data are written; datasets: only what is
    made of these, of all where none are named."""
    parameters = load_report(report, ROOT)
    DEMOS[report](folder, **({} if seed is None else {"seed": seed}))
    names = [name for name in parameters.datasets if not datasets or name in datasets]
    tables = load(folder, parameters.school_year, names).tables
    tree = tree_of_datasets(parameters.authority, tables["school_units"])
    return World(parameters, tables, tree, compute_all(tables, tree))


Terms = Sequence[tuple[Name, float]]


class Knowledge:
    """Equations (Σ = 0) and inequalities (Σ ≥ 0) between numbers that are never negative."""

    def __init__(self, relations: Iterable[tuple[Terms, bool]]) -> None:
        """relations: terms, and whether they are equal to nothing."""
        relations = list(relations)
        names = dict.fromkeys(name for terms, _ in relations for name, _ in terms)
        self.column = {name: number for number, name in enumerate(names)}
        self._equal = self._rows([terms for terms, is_equal in relations if is_equal])
        self._at_least = self._rows([terms for terms, is_equal in relations if not is_equal])

    def _rows(self, relations: list[Terms]) -> sparse.csr_matrix:
        rows = sparse.lil_matrix((len(relations), len(self.column)))
        for row, terms in enumerate(relations):
            for name, weight in terms:
                rows[row, self.column[name]] += weight
        return rows.tocsr()

    def implies(self, terms: Terms, is_equal: bool) -> bool:
        """Whether no numbers agree with all relations and break this one (linear programming: Farkas' lemma)."""
        if any(name not in self.column for name, _ in terms):
            return False
        goal = self._rows([terms]).toarray()[0]
        return self._never_negative(goal) and (not is_equal or self._never_negative(-goal))

    def is_sum(self, terms: Terms) -> bool:
        """Whether the sum follows from equations alone (linear algebra: it lies in their row space)."""
        if any(name not in self.column for name, _ in terms):
            return False
        goal = self._rows([terms]).toarray()[0]
        return bool(np.abs(goal - self._basis.T @ (self._basis @ goal)).max() < 1e-7)

    @cached_property
    def _basis(self) -> np.ndarray:
        """Orthonormal rows that span the equations."""
        _, sizes, rows = np.linalg.svd(self._equal.toarray(), full_matrices=False)
        return rows[sizes > 1e-9 * sizes.max()]

    def _never_negative(self, goal: np.ndarray) -> bool:
        found = linprog(
            goal,
            A_ub=-self._at_least if self._at_least.shape[0] else None,
            b_ub=np.zeros(self._at_least.shape[0]) if self._at_least.shape[0] else None,
            A_eq=self._equal if self._equal.shape[0] else None,
            b_eq=np.zeros(self._equal.shape[0]) if self._equal.shape[0] else None,
            bounds=(0, None),
        )
        return found.status == 0 and found.fun > -1e-7
