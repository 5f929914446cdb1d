"""A folder that is published holds the books of one publication: those of other figures are taken out before any is made."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from sqa_lib.batch.now import Now
from sqa_lib.batch.older import books_in
from sqa_lib.publication import published_statistics, stamp_of
from sqa_lib.report import load_report
from tests.command import SQA, Done, sqa
from tests.small_project import PUPILS, write, write_notebook, write_project

OWN = {"datasets": ["school_units", "enrolment"], "formats": ["html"]}
CODES = {"lavheden", "norr", "soder", "99000001", "99000002", "99000003", "99000004"}
CHANGED = {"lavheden", "norr", "99000001"}
"""Those that show the pupils of the school whose row is corrected, all in the same section."""


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_project(tmp_path_factory.mktemp("built"), **OWN)
    assert sqa(root, "build", "small").code == 0
    return root


@pytest.fixture
def root(once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(once, tmp_path / "project")


def correct(root: Path) -> None:
    write(root / "data" / "small" / "elever.csv", PUPILS.replace("99000001;4;Pojke;22", "99000001;4;Pojke;27"))


def build(root: Path, *arguments: str) -> Done:
    return sqa(root, "build", "small", *arguments)


def lying(root: Path, folder: str = "books") -> set[str]:
    return {path.name for path in (root / "output" / "small" / folder).glob("*")}


def listed(root: Path) -> set[str]:
    portal = (root / "output" / "small" / "index.html").read_text(encoding="utf-8")
    return {code for code in CODES if f"books/{code}/" in portal}


def told(done: Done) -> list[str]:
    return [line for line in done.err.splitlines() if "not published any more" in line]


def test_after_a_correction_one_school_is_built_and_what_shows_other_figures_leaves_the_folder(root: Path) -> None:
    correct(root)
    done = build(root, "--unit", "99000001")
    assert done.code == 0
    assert told(done) == [
        "warning not among the books of 2020/21, since they show figures that are not published any more: lavheden, norr; "
        "`sqa build small` makes them anew"
    ]
    assert lying(root) == listed(root) == CODES - {"lavheden", "norr"}
    assert lying(root, "older") == {"lavheden", "norr"}
    status = sqa(root, "status", "small")
    assert status.code == 0
    assert "2 books of earlier figures are not among the books any more (2020/21 lavheden, 2020/21 norr)" in status.out
    assert told(build(root, "--unit", "99000001")) == told(done), "until they are made"


def test_the_command_that_is_told_makes_them_anew_and_nothing_is_left(root: Path) -> None:
    correct(root)
    assert build(root, "--unit", "99000001").code == 0
    done = build(root)
    assert (done.code, told(done)) == (0, [])
    assert lying(root) == listed(root) == CODES
    assert not (root / "output" / "small" / "older").exists()
    assert "earlier figures" not in sqa(root, "status", "small").out


def test_a_book_of_the_same_figures_and_an_older_text_stays(root: Path) -> None:
    write_notebook(
        root, "01-pupils",
        "from sqa_lib.section import Section\ns = Section('pupils', report, unit, school_year)",
        "s.lead('I {{ unit }} finns {{ v(\"pupils\") }}.')",
    )  # fmt: skip
    assert told(build(root, "--unit", "99000003")) == []
    assert lying(root) == listed(root) == CODES


def test_statistics_that_are_computed_alone_make_all_the_books_that_show_them_older(root: Path) -> None:
    correct(root)
    assert sqa(root, "compute", "small").code == 0
    status, audit = sqa(root, "status", "small"), sqa(root, "audit", "small")
    sentence = "3 of 7 books show other figures than are published now (2020/21 99000001, 2020/21 lavheden, 2020/21 norr)"
    assert sentence in status.out and sentence in audit.err
    assert (status.code, audit.code) == (1, 1)
    found = json.loads(sqa(root, "status", "small", "--json").out)
    assert (found["is_well"], found["older"]) == (False, [f"2020/21 {code}" for code in sorted(CHANGED)])
    assert found["retry"] == "sqa build small"


def test_books_that_all_are_of_earlier_figures_are_one_publication(root: Path) -> None:
    for code in CODES - CHANGED:
        shutil.rmtree(root / "output" / "small" / "books" / code)
    correct(root)
    assert sqa(root, "compute", "small").code == 0
    status, audit = sqa(root, "status", "small"), sqa(root, "audit", "small")
    sentence = "all 3 books show other figures than are published now; `sqa build small` makes them anew"
    assert sentence in status.out and sentence in audit.err
    assert "missing" in status.out  # the folders that were taken away by hand
    assert (status.code, audit.code) == (1, 0)


def test_a_book_that_somebody_put_back_is_found_and_taken_out_again(root: Path) -> None:
    correct(root)
    assert build(root, "--unit", "99000001").code == 0
    shutil.copytree(root / "output/small/older/norr", root / "output/small/books/norr")
    assert sqa(root, "audit", "small").code == 1
    assert build(root, "--unit", "99000001").code == 0
    assert lying(root) == CODES - {"lavheden", "norr"}
    assert sqa(root, "audit", "small").code == 0


def test_a_book_whose_section_has_run_since_it_was_made_is_not_known_to_be_of_these_figures(root: Path) -> None:
    """As after a build that was killed between a section and its book."""
    trace = root / "output/small/traces/norr/pupils.json"
    content = json.loads(trace.read_text(encoding="utf-8"))
    write(trace, json.dumps(content | {"left": "another"}))
    report = load_report("small", root)
    now = Now(report, root, published_statistics(report, root), stamp_of(report, root))
    found = books_in(root / "output" / "small", now)
    assert (found.lying, found.older, found.out) == (CODES, {"norr"}, frozenset())


def test_what_failed_and_is_tried_again_alone_leaves_no_older_section_in_a_book(root: Path) -> None:
    """`--retry-failed` leaves a section as it is that went well; its figures may not be published any more."""
    write_project(root, **OWN, sections=["pupils", "more"])
    write_notebook(root, "02-more", "raise ValueError('x')")
    assert build(root, "--unit", "norr").code == 1
    correct(root)
    write_notebook(root, "02-more", "1 + 1")
    done = build(root, "--retry-failed")
    assert "norr" not in lying(root) and "norr" in told(done)[0]


def test_another_school_year_s_books_are_of_the_same_publication(root: Path) -> None:
    assert build(root, "--year", "2019/20").code == 0
    year = root / "output" / "small" / "2019-20"
    before = {path.name for path in (year / "books").iterdir()}
    write(root / "data" / "small" / "elever.csv", PUPILS.replace("2019/20;99000001;4;Flicka;30", "2019/20;99000001;4;Flicka;36"))
    done = build(root)
    (line,) = (line for line in told(done) if "2019/20" in line)
    assert line.endswith(": 99000001; `sqa build small --year 2019/20` makes them anew")
    left = {path.name for path in (year / "books").iterdir()}
    assert left == before - {"99000001"}, "of the units above it too little was delivered that year to be told"
    portal = (year / "index.html").read_text(encoding="utf-8")
    assert all((f"books/{code}/" in portal) == (code in left) for code in before)


def test_a_build_that_is_killed_leaves_no_mixture(root: Path) -> None:
    write_notebook(
        root, "01-pupils",
        "from sqa_lib.section import Section\ns = Section('pupils', report, unit, school_year)",
        "s.lead('{{ v(\"pupils\") }}.')\nimport time\ntime.sleep(60 if unit == 'norr' else 0)",
    )  # fmt: skip
    correct(root)
    with subprocess.Popen([str(SQA), "build", "small"], cwd=root, start_new_session=True) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and "norr" in listed(root):
            time.sleep(0.2)
        os.killpg(process.pid, signal.SIGKILL)
    assert "norr" not in lying(root) and lying(root, "older") >= {"norr"}
    assert listed(root) == CODES - CHANGED
