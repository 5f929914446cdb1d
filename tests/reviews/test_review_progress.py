"""How far the reviewers have come: which plans are reviewed, by how many, and what is left."""

from pathlib import Path

import pytest

from sqa_lib.reviews.progress import progress_of
from sqa_lib.reviews.show import lines_of
from tests.command import sqa
from tests.reviews.plans import FULL, YEAR, fill, form_for, project_with_plans, read
from tests.small_project import write
from tests.spec import assert_table

ONE, TWO, THREE = "99000001", "99000002", "99000003"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Reviewer 1 has all three plans, reviewer 2 those of the north."""
    project_with_plans(tmp_path)
    form_for(tmp_path, "granskare 1")
    form_for(tmp_path, "granskare 2", "yml", ("norr",))
    return tmp_path


def fill_in(project: Path, reviewer: int, filled: dict[str, dict[str, str]]) -> None:
    (path,) = (project / "data" / "small" / "reviews").glob(f"granskare-{reviewer}-*")
    fill(path, filled)


def test_every_plan_of_a_reviewers_form_is_counted_once(project: Path) -> None:
    fill_in(project, 1, {ONE: FULL, TWO: FULL | {"Utvärdering": "bra"}})
    fill_in(project, 2, {TWO: FULL | {"Utvärdering": ""}})
    form_for(project, "granskare 10", "yml")
    assert_table(
        progress_of(read(project), YEAR).reviewers,
        """
        reviewer     | reviewed | partly | rejected | waiting
        granskare 1  | 1        | 0      | 1        | 1
        granskare 2  | 1        | 1      | 0        | 1
        granskare 10 | 0        | 0      | 0        | 3
        """,
    )
    assert progress_of(read(project), YEAR).reviewers["reviewer"].tolist() == ["granskare 1", "granskare 2", "granskare 10"]


def test_a_name_in_place_of_a_role_is_rejected_and_not_repeated(project: Path) -> None:
    (path,) = (project / "data" / "small" / "reviews").glob("granskare-2-*.yml")
    write(path, path.read_text(encoding="utf-8").replace("granskare 2", "Namn Namnsson"))
    assert_table(
        progress_of(read(project), YEAR).reviewers,
        """
        reviewer             | reviewed | rejected | waiting
        (no role and number) | 0        | 2        | 0
        granskare 1          | 0        | 0        | 3
        """,
    )


def test_a_plan_that_is_reviewed_in_one_form_does_not_wait_in_another(project: Path) -> None:
    fill_in(project, 1, {ONE: FULL})
    fill(form_for(project, "granskare 1", "yml"), {TWO: FULL})
    assert_table(
        progress_of(read(project), YEAR).reviewers.head(1),
        """
        reviewer    | reviewed | waiting
        granskare 1 | 2        | 1
        """,
    )


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        ((), (), "0 of 3 health plans reviewed"),
        ((ONE,), (), "1 of 3 health plans reviewed: 1 by one reviewer"),
        ((ONE,), (ONE,), "1 of 3 health plans reviewed: 1 by two"),
        ((ONE, TWO, THREE), (TWO,), "3 of 3 health plans reviewed: 2 by one reviewer, 1 by two"),
    ],
)
def test_how_many_plans_are_reviewed_by_one_and_by_two(
    project: Path, first: tuple[str, ...], second: tuple[str, ...], line: str
) -> None:
    fill_in(project, 1, dict.fromkeys(first, FULL))
    fill_in(project, 2, dict.fromkeys(second, FULL))
    assert list(lines_of(progress_of(read(project), YEAR))) == [line]


def test_a_review_without_a_submitted_plan_is_told(project: Path) -> None:
    fill_in(project, 1, {ONE: FULL, TWO: FULL})
    plans = project / "data" / "small" / "elevhalsoplaner.csv"
    write(plans, plans.read_text(encoding="utf-8").replace(f"2020/21;{TWO};Ja", f"2020/21;{TWO};Nej"))
    assert list(lines_of(progress_of(read(project), YEAR))) == [
        "2 of 2 health plans reviewed: 2 by one reviewer",
        "1 reviewed without a submitted plan in `elevhalsoplaner`: 99000002",
    ]


def test_reviews_of_other_years_are_told(project: Path) -> None:
    fill_in(project, 2, {ONE: FULL})
    path = project / "data" / "small" / "reviews" / "granskare-2-2020-21.yml"
    write(path, path.read_text(encoding="utf-8").replace("Läsår: 2020/21", "Läsår: 2019/20"))
    assert list(lines_of(progress_of(read(project), YEAR))) == [
        "0 of 3 health plans reviewed",
        "reviews of other school years: 1 of 2019/20",
    ]


def test_without_forms_and_reviews_nothing_is_said(tmp_path: Path) -> None:
    assert progress_of(read(project_with_plans(tmp_path)), YEAR) is None


def test_sqa_check_prints_it(project: Path) -> None:
    fill_in(project, 1, {ONE: FULL})
    done = sqa(project, "check", "small")
    assert done.code == 0
    assert "Reviews of health plans 2020/21" in done.out
    rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in done.out.splitlines() if "granskare" in line]
    assert rows == [["granskare 1", "1", "0", "0", "2"], ["granskare 2", "0", "0", "0", "2"]]
    assert "1 of 3 health plans reviewed: 1 by one reviewer\n" in done.out
