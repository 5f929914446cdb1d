"""The demo's whole publication beside its own release: the same again, and after one cell was corrected."""

from dataclasses import replace

import pandas as pd
import pytest

from sqa_lib.audit import Earlier, attack, judge
from sqa_lib.disclosure import Release
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.publication import ReportInput, compute_from, read_input, told_statistics
from sqa_lib.published import Published
from sqa_lib.releases import differences
from sqa_lib.report import Report
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("demo years")


@pytest.fixture(scope="module")
def data(demo_report: Report) -> ReportInput:
    return read_input(demo_report, ROOT)


@pytest.fixture(scope="module")
def first(demo_published: Published) -> Release:
    return Release("first", demo_published.table, demo_published.tree)


def test_the_same_again_is_the_same(demo_report: Report, data: ReportInput, first: Release) -> None:
    again = compute_from(demo_report, data, [first])
    pd.testing.assert_frame_equal(again.table.reset_index(drop=True), first.table.reset_index(drop=True))


def test_one_corrected_cell_changes_its_own_numbers_and_nothing_of_what_is_withheld(
    demo_report: Report, data: ReportInput, first: Release
) -> None:
    corrected = with_fewer_pupils(data)
    now = compute_from(demo_report, corrected, [first])
    found = differences(first, Release("now", now.table, now.tree), DEFINITIONS)
    assert set(found["kind"]) <= {"other number", "other mark"}
    changed = found[found["kind"] == "other number"]
    assert set(changed["school_year"]) == {"2018/19"} and {"pupils"} <= set(changed["statistic"])
    assert not found["then"].eq("..").any() and not found["then"].eq("~100").any()
    statistics = told_statistics(demo_report, corrected.datasets, now.tree)
    beside = [Earlier(first.table, first.tree)]
    verdict = judge(
        attack(now.table, now.tree, DEFINITIONS, demo_report.disclosure, beside, statistics),
        now.tree,
        DEFINITIONS,
        demo_report.disclosure,
    )
    assert verdict.is_safe
    assert len(verdict.contradicted) >= len(changed)


def with_fewer_pupils(data: ReportInput) -> ReportInput:
    """A group of at least 25 has three fewer."""
    enrolment = data.datasets.tables["enrolment"].copy()
    at = enrolment.index[enrolment["pupils"] >= 25][0]
    enrolment.loc[at, "pupils"] -= 3
    return replace(data, datasets=replace(data.datasets, tables={**data.datasets.tables, "enrolment": enrolment}))
