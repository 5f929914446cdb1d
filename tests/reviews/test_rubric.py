"""The rubric is data: what it must hold, what is made from it, and that another one needs no code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sqa_lib
from sqa_lib.codebook import DIMENSIONS
from sqa_lib.report import ReportError
from sqa_lib.reviews.blank import reviewer_of
from sqa_lib.rubric import RUBRIC, RubricError, read_rubric
from sqa_lib.sources.datasets import PLAN_REVIEWS
from tests.reviews.plans import fill_workbook, project_with_plans

SMALL = """
title: Granskning av likabehandlingsplaner
roles: [bedömare]
ratings:
  - {code: weak, name: Svagt, label: svagt, meaning: Planen säger lite.}
  - {code: strong, name: Starkt, label: starkt, meaning: Planen säger mycket., is_met: true}
criteria:
  - code: goals
    name: Mål
    label: mål
    question: Har planen mål?
    levels: {weak: Målen är få., strong: Målen går att följa upp.}
"""


def test_the_codebook_and_the_dataset_are_made_from_it() -> None:
    codes = [criterion.code for criterion in RUBRIC.criteria]
    assert DIMENSIONS["rubric_item"].names == codes == list(PLAN_REVIEWS.form.filled)
    assert DIMENSIONS["rating"].names == [rating.code for rating in RUBRIC.ratings]
    assert [PLAN_REVIEWS.column(code).header for code in codes] == [criterion.name for criterion in RUBRIC.criteria]


def test_the_rubric_is_that_of_the_citys_report() -> None:
    assert [criterion.code for criterion in RUBRIC.criteria] == [
        "promoting", "preventing", "remedial", "school_level", "group_level", "individual_level", "evaluation", "plan_from_needs",
    ]  # fmt: skip
    assert RUBRIC.words == ("Saknas", "Påbörjat", "Tydligt", "Systematiskt")
    assert [rating.name for rating in RUBRIC.ratings if rating.is_met] == ["Tydligt", "Systematiskt"]


def test_a_rubric_is_read_with_its_scale_in_order(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert read_rubric(path).words == ("Svagt", "Starkt")


MISTAKES = [
    ("Målen är få.", "[", "rubric.yml: not readable as YAML: "),
    ("title: Granskning av likabehandlingsplaner", "titel: x", "rubric.yml: key `title`: Field required"),
    ("strong: Målen går att följa upp.", "", "rubric.yml: criterion `goals`: levels must explain, in this order: weak, strong"),
    ("{weak: Målen är få., ", "{", "rubric.yml: criterion `goals`: levels must explain, in this order: weak, strong"),
    ("code: strong", "code: weak", "rubric.yml: key `ratings`: code `weak` is there twice"),
    ("name: Starkt", "name: SVAGT", "rubric.yml: key `ratings`: name `svagt` is there twice"),
    (", is_met: true", "", "rubric.yml: key `ratings`: the highest steps, but not all, must have `is_met: true`"),
    ("[bedömare]", "[Anna]", "rubric.yml: key `roles`: `Anna` must be a role in small letters, such as granskare"),
    ("name: Mål", f"name: {'Mål' * 12}", "rubric.yml: key `criteria.0.name`: String should have at most 32 characters"),
    ("code: goals", "code: Mål", "rubric.yml: key `criteria.0.code`: String should match pattern '^[a-z][a-z0-9_]*$'"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES, ids=[wrong or "left out" for _, wrong, _ in MISTAKES])
def test_a_rubric_that_cannot_be_used_says_why(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "rubric.yml"
    path.write_text(SMALL.replace(right, wrong), encoding="utf-8")
    with pytest.raises(RubricError) as error:
        read_rubric(path)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("text", ["granskare 1", "Granskare  1", "utvecklingsledare 12"])
def test_a_reviewer_is_a_role_and_a_number(text: str) -> None:
    assert reviewer_of(text) == " ".join(text.lower().split())


@pytest.mark.parametrize(
    "text", ["Anna Berg", "anna 1", "granskare", "granskare 0", "granskare 01", "granskare 1 Anna", "AB", ""]
)
def test_what_may_be_a_name_is_refused(text: str) -> None:
    with pytest.raises(ReportError) as error:
        reviewer_of(text)
    roles = "granskare 1, samordnare 1, utvecklingsledare 1"
    assert str(error.value) == f"reviewer `{text}`: give a role and a number, never a name: {roles}"


# ---- another rubric -------------------------------------------------------------------------------------------------


def run(package: Path, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with another library than the installed one."""
    environment = os.environ | {"PYTHONPATH": str(package), "COLUMNS": "200"}
    command = [sys.executable, "-c", "from sqa_lib.cli import app; app()", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


def test_another_rubric_is_another_file_and_nothing_else(tmp_path: Path) -> None:
    shutil.copytree(Path(sqa_lib.__file__).parent, tmp_path / "sqa_lib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sqa_lib" / "rubric.yml").write_text(SMALL, encoding="utf-8")
    root = project_with_plans(tmp_path / "project")
    made = run(tmp_path, root, "new", "review", "small", "--reviewer", "bedömare 1")
    assert (made.returncode, made.stdout.splitlines()[0]) == (0, "data/small/reviews/bedomare-1-2020-21.xlsx: 3 plans to review")
    form = root / "data" / "small" / "reviews" / "bedomare-1-2020-21.xlsx"
    fill_workbook(form, {"99000001": {"Mål": "Starkt"}, "99000003": {"Mål": "Tydligt"}})
    checked = run(tmp_path, root, "check", "small")
    assert "is not an allowed word" in checked.stdout and "one of: Svagt, Starkt" in checked.stdout
    assert "1 of 3 health plans reviewed: 1 by one reviewer" in checked.stdout
    computed = run(tmp_path, root, "compute", "small")
    assert computed.returncode == 0, computed.stderr
