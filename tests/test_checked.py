"""What a build has found out is not found out again, until it could come out otherwise; no true value is kept for it."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from sqa_lib.checked import Checks
from sqa_lib.report import load_report
from tests.small_project import write, write_project

REVEALS = "Vi har 3 flickor bland våra elever.\n"  # so many, which is withheld


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was checked."""
    root = write_project(tmp_path_factory.mktemp("checked"), formats=["html"])
    write(root / "data" / "small" / "texts" / "99000002" / "pupils.md", REVEALS)
    checks = checks_of(root)
    assert len(checks.text_warnings()) == 1
    assert checks.unsafe() is None
    assert checks.search([]) is None
    assert not checks.unusable.is_faulty
    return root


@pytest.fixture
def root(once: Path, tmp_path: Path) -> Path:
    return copytree(once, tmp_path, dirs_exist_ok=True)


def checks_of(root: Path) -> Checks:
    return Checks(load_report("small", root), root)


def asked_anew(root: Path) -> list[str]:
    """What a build looks into again: its data, for the input or the texts; what is published, by an attack."""
    checks = checks_of(root)
    found = {"warnings": checks.text_warnings(), "unsafe": checks.unsafe(), "unusable": checks.unusable}
    assert found["unsafe"] is None
    return [name for name in ("data", "_audit") if name in vars(checks)]


def test_nothing_is_looked_into_again(root: Path) -> None:
    assert checks_of(root).unusable == checks_of(root).unusable
    assert asked_anew(root) == []


def test_the_same_is_told_of_what_is_kept(once: Path, root: Path) -> None:
    told = checks_of(root).text_warnings()
    (root / "output" / "small" / "audit" / "checked.json").unlink()
    assert told == checks_of(root).text_warnings()
    assert "`3` may give away" in told[0]


def test_no_number_of_a_text_is_kept(root: Path) -> None:
    kept = json.loads((root / "output" / "small" / "audit" / "checked.json").read_text(encoding="utf-8"))["texts"]["found"]
    place = {"file": "texts/99000002/pupils.md", "line": 1, "statistic": "pupils", "unit": "99000002", "place": 0}
    assert [{name: row[name] for name in row if name != "breakdown"} for row in kept] == [place]


@pytest.mark.parametrize(
    ("text", "again"),
    [(REVEALS + "\nUtan siffror.\n", []), ("Vi har 4 flickor bland våra elever.\n", ["data"]), ("Vi är få elever.\n", [])],
)
def test_texts_are_looked_into_again_when_their_numbers_change(text: str, again: list[str], root: Path) -> None:
    write(root / "data" / "small" / "texts" / "99000002" / "pupils.md", text)
    assert asked_anew(root) == again


def test_all_is_looked_into_again_when_the_input_changes(root: Path) -> None:
    path = root / "data" / "small" / "elever.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Pojke;40", "Pojke;41"), encoding="utf-8")
    assert asked_anew(root) == ["data", "_audit"]


@pytest.mark.parametrize("damage", ["", "{", "[]"])
def test_a_damaged_file_costs_only_time(damage: str, root: Path) -> None:
    write(root / "output" / "small" / "audit" / "checked.json", damage)
    assert asked_anew(root) == ["data", "_audit"]
    assert asked_anew(root) == []


def test_an_audit_that_was_taken_away_is_made_again(root: Path) -> None:
    (root / "output" / "small" / "audit" / "audit.json").unlink()
    assert asked_anew(root) == ["_audit"]
