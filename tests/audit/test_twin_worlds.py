"""Twin worlds: microdata that differ in every small number, and publications and books that are the same to the byte."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import numpy as np
import pandas as pd
import pytest

from sqa_lib.demo.write import write as write_dataset
from sqa_lib.disclosure import protect
from sqa_lib.marks import Mark
from sqa_lib.metrics import DEFINITIONS, compute_all
from sqa_lib.publication import read_input
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Report, load_report
from sqa_lib.sources.datasets import HEALTH_CASES
from sqa_lib.units import UnitTree
from tests.audit.rendering import rendered
from tests.audit.worlds import (
    KEY,
    YEAR,
    Figures,
    cases_of,
    figures_of,
    kinds_of_case,
    small_numbers,
    space_of,
    telling_signs,
    under_the_same_plan,
    worlds_of,
)
from tests.conftest import ROOT
from tests.small_project import write as write_text
from tests.small_project import write_project

AREAS = {"NORR": ("99000001", "99000002", "99000003"), "SÖDER": ("99000004", "99000005", "99000006")}
SCHOOLS = [school for schools in AREAS.values() for school in schools]
HOW_MANY = dict(zip(SCHOOLS, (6, 2, 1, 5, 3, 1), strict=True))
KINDS = kinds_of_case(SCHOOLS, ("reading_writing", "attendance", "behaviour", "mathematics"))
AREA = "norr"


def true_counts() -> np.ndarray:
    """A hundred cases of all kinds: most about individuals, most of these boys, in schools that differ much."""
    by_level = KINDS["level"].map({"individual": 6, "group": 1.5, "school": 1, "none": 0.3})
    weight = KINDS["unit"].map(HOW_MANY) * by_level * KINDS["gender"].map({"boy": 1.6}).fillna(1.0)
    return np.random.default_rng(2).multinomial(100, weight / weight.sum())


def project(root: Path, counts: np.ndarray) -> Path:
    """A project with the health cases of a world and the real section on them."""
    write_project(root, sections=["health-cases"], formats=["html"])
    (root / "notebooks" / "01-pupils.ipynb").unlink()
    copyfile(ROOT / "notebooks" / "06-health-cases.ipynb", root / "notebooks" / "06-health-cases.ipynb")
    data = root / "data" / "small"
    heads = "Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn;Närvaroprojekt\n"
    rows = (f"{code};Skola {code[-1]};Grundskola;{area};{area.title()};Nej\n" for area, codes in AREAS.items() for code in codes)
    write_text(data / "skolenheter.csv", heads + "".join(rows))
    pupils = (f"{YEAR};{code};4;{gender};{60 + 7 * int(code[-1])}\n" for code in SCHOOLS for gender in ("Flicka", "Pojke"))
    write_text(data / "elever.csv", "Läsår;Skolenhetskod;Årskurs;Kön;Antal\n" + "".join(pupils))
    write_dataset(HEALTH_CASES, cases_of(KINDS, counts), data)
    return root


@dataclass(frozen=True)
class Truth:
    """The true world: its report, tables, true and published statistics."""

    report: Report
    tables: Mapping[str, pd.DataFrame]
    tree: UnitTree
    statistics: pd.DataFrame
    published: pd.DataFrame
    figures: Figures


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    root = project(tmp_path_factory.mktemp("true"), true_counts())
    report = load_report("small", root)
    tables = read_input(report, root).datasets.tables
    tree = tree_of_datasets(report.authority, tables["school_units"])
    statistics = compute_all(tables, tree)
    published = protect(statistics, DEFINITIONS, tree, report.disclosure)
    return Truth(report, tables, tree, statistics, published, figures_of(published, statistics, KINDS, tables, tree))


@pytest.fixture(scope="module")
def worlds(truth: Truth) -> list[np.ndarray]:
    """Numbers of cases of each kind, an array per world."""
    policy = truth.report.disclosure
    space = space_of(truth.figures, policy)
    small = small_numbers(truth.figures, policy, space)
    found = worlds_of(space, small, most=20)
    assert len(small) > 40
    assert small.covered(found).all()
    return found


@pytest.fixture(scope="module")
def statistics(truth: Truth, worlds: list[np.ndarray]) -> list[pd.DataFrame]:
    """The true statistics of each world."""
    return [compute_all({**truth.tables, "health_cases": cases_of(KINDS, counts)}, truth.tree) for counts in worlds]


def test_what_one_case_adds_makes_up_the_figures(truth: Truth) -> None:
    """Or the worlds would agree with another table than the published one."""
    assert (truth.figures.numerator @ true_counts() == truth.figures.table["numerator"]).all()
    is_of_cases = ~truth.figures.has_fixed_denominator & truth.figures.table["denominator"].notna()
    denominator = truth.figures.denominator @ true_counts()
    assert (denominator[is_of_cases] == truth.figures.table.loc[is_of_cases, "denominator"]).all()


def test_a_point_tells_nothing_that_is_not_shown(truth: Truth) -> None:
    """Else `.` would tell of a withheld number that it is 0, and `..` that it is not."""
    assert telling_signs(truth.figures, space_of(truth.figures, truth.report.disclosure))[KEY].to_dict("records") == []


def test_each_small_number_differs_between_worlds_that_publish_the_same_bytes(
    truth: Truth, statistics: list[pd.DataFrame]
) -> None:
    assert 2 <= len(statistics) <= 20
    published = [truth.published, *(under_the_same_plan(truth.published, world) for world in statistics)]
    assert len({table.to_parquet(index=False) for table in published}) == 1


def test_any_small_number_shown_after_all_tells_the_worlds_apart(truth: Truth, statistics: list[pd.DataFrame]) -> None:
    small = truth.statistics["numerator"].between(1, 4) & (truth.statistics["statistic"] == "health_cases")
    assert small.sum() > 10
    assert set(truth.published.loc[small, "mark"]) == {Mark.WITHHELD.value}
    shown = pd.concat([world.loc[small, "value"] for world in statistics], axis=1)
    assert (shown.nunique(axis=1) > 1).all()


def files_of(counts: np.ndarray, truth: Truth, root: Path) -> dict[str, bytes]:
    """A world's statistics, executed notebook and book of one area, made from its own files."""
    report = load_report("small", project(root, counts))
    statistics = compute_all(read_input(report, root).datasets.tables, truth.tree)
    published = under_the_same_plan(truth.published, statistics)
    return rendered(report, root, published, truth.tree, [truth.tree[AREA]])


def test_books_of_twin_worlds_are_the_same_to_the_byte(truth: Truth, worlds: list[np.ndarray], tmp_path: Path) -> None:
    one, other = (files_of(world, truth, tmp_path / str(number)) for number, world in enumerate(worlds[:2]))
    files = [tmp_path / str(number) / "data" / "small" / f"{HEALTH_CASES.path}.csv" for number in range(2)]
    assert files[0].read_bytes() != files[1].read_bytes()
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert {Path(name).suffix for name in one} >= {".parquet", ".ipynb", ".html", ".svg"}
