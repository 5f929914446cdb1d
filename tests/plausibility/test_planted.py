"""How many of errors as they happen are found, in the demos' own data, and how often whole data are doubted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.plausibility import odd
from sqa_lib.plausibility.rule import read_rules
from sqa_lib.publication import read_input, tree_of
from sqa_lib.report import load_report
from sqa_lib.sources.check import Input, check_cells
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.delivered import read_dataset
from sqa_lib.sources.files import RawTable
from sqa_lib.sources.rules import KnownUnits
from sqa_lib.units import UnitTree
from tests.conftest import ROOT
from tests.plausibility.planting import KINDS, LISTS, SUMS, UNIT, YEAR, Planted, Planter

DEMOS = {
    "lulea-2020-21": KINDS,
    "stockholm-2024-25": tuple("a_digit_too_few" if kind == "delivered_twice" else kind for kind in KINDS),  # it has no lists
}
ROUNDS = 10


@cache
def demo(name: str) -> tuple[Input, UnitTree, dict[str, RawTable]]:
    report = load_report(name, ROOT)
    given = read_input(report, ROOT)
    raw = {
        dataset: read_dataset(DATASETS[dataset], Path(ROOT / report.data))[0][0]
        for dataset in (*SUMS, *LISTS)
        if dataset in report.datasets
    }
    return given.datasets, tree_of(report, given), raw


@pytest.mark.parametrize("name", DEMOS)
def test_nine_of_ten_planted_errors_are_told_of_their_unit_and_year(name: str) -> None:
    """One error of each kind a round, ten rounds; whatever a rule says of the error's own dataset, unit and year counts, and a
    row that is rejected is told too."""
    found, missed = Counter(), []
    for seed in range(ROUNDS):
        _, _, raw = demo(name)
        planter = Planter(raw, seed)
        errors = [planter.plant(kind) for kind in DEMOS[name]]
        told = _told(name, planter.tables())
        for error in errors:
            found[error.kind] += _is_told(error, *told)
            missed += [] if _is_told(error, *told) else [error]
    assert found.total() >= 0.9 * ROUNDS * len(KINDS), missed


def _told(name: str, raw: Mapping[str, RawTable]) -> tuple[pd.DataFrame, set[tuple[str, str, str]]]:
    data, tree, _ = demo(name)
    units = KnownUnits(frozenset(data.tables["school_units"]["unit"]))
    checked = [
        check_cells(DATASETS[dataset], [table], load_report(name, ROOT).school_year, units) for dataset, table in raw.items()
    ]
    rejected = {(each.dataset.name, row[UNIT], row[YEAR]) for each in checked for row in each.rejected.to_dict("records")}
    changed = {each.dataset.name: each.accepted for each in checked}
    return odd(replace(data, tables=data.tables | changed), tree), rejected


def _is_told(error: Planted, oddities: pd.DataFrame, rejected: set[tuple[str, str, str]]) -> bool:
    about = {
        rule.name
        for rule in read_rules()
        if error.dataset in (rule.dataset, getattr(rule, "whole", ""), getattr(rule, "per_dataset", ""))
    }
    is_of_it = (oddities["unit"] == error.unit) & (oddities["school_year"] == error.school_year)
    is_about_it = oddities["rule"].isin(about) | (oddities["dataset"] == error.dataset)
    return bool((is_of_it & is_about_it).any()) or (error.dataset, error.unit, error.school_year) in rejected


@pytest.mark.parametrize("name", DEMOS)
def test_whole_data_are_doubted_once_in_a_thousand_rows_at_most_and_never_as_impossible(name: str) -> None:
    data, tree, _ = demo(name)
    found = odd(data, tree)
    assert len(found) <= sum(map(len, data.tables.values())) / 1000
    assert not (found["severity"] == "error").any()
