"""A build runs what changed and nothing else: each change with the tasks that it makes run, and why."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from shutil import copytree, ignore_patterns

import pandas as pd
import pytest

from sqa_lib.batch import BOOK, Result, library
from sqa_lib.batch.kept import _WORDS
from sqa_lib.batch.now import _ANSWERS, Now
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.workers import Workers
from sqa_lib.build import Plan, Run
from sqa_lib.publication import published_statistics, stamp_of
from sqa_lib.reads import BOUNDARY
from sqa_lib.report import load_report
from tests.command import sqa
from tests.small_project import write, write_notebook, write_project

SECTIONS = ["pupils", "schools", "words"]
SHOW_SCHOOLS = (
    "from sqa_lib.section import Section\ns = Section('schools', report, unit, school_year)",
    "s.table('all', 'Elever', 'schools', [('Elever', 'pupils', {})])",
)
SHOW_WORDS = ("from sqa_lib.section import Section\ns = Section('words', report, unit, school_year)", "s.conclusions()")


def new_project(root: Path) -> Path:
    """A section that shows its unit's pupils, one with those of each school below it, one of the unit's words."""
    write_project(root, sections=SECTIONS, formats=["html"])
    write_notebook(root, "02-schools", *SHOW_SCHOOLS)
    write_notebook(root, "03-words", *SHOW_WORDS)
    write(root / "data" / "small" / "texts" / "norr" / "words.md", "Vi är {{ v('pupils') }}.\n")
    return root


def plan_of(root: Path, *units: str, only_failed: bool = False, **parameters: str) -> tuple[Run, Plan]:
    report = load_report("small", root)
    published = published_statistics(report, root)
    now = Now(report, root, published, stamp_of(report, root))
    run = Run(report, root, "embedded", parameters, Workers(SharedFolder(root), 1))
    chosen = [unit for unit in published.tree.units if unit.level != "preschool" and (not units or unit.code in units)]
    return run, run.plan(now, chosen, "2020/21", only_failed=only_failed)


def build(root: Path, *units: str, stop_after: int = sys.maxsize, only_failed: bool = False) -> list[str]:
    """Run the tasks that have to run, here, at most so many; their names."""
    run, planned = plan_of(root, *units, only_failed=only_failed)
    results: dict[tuple[str, str], Result] = {}
    for task in planned.tasks[:stop_after]:
        result = task.run({name: results[task.unit, name] for name in task.after})
        results[task.unit, task.name] = result
        run.note(planned, task, result)
    return [f"{unit}/{name}" for (unit, name), result in results.items() if not result.kept]


def whys(root: Path, *units: str) -> dict[str, str]:
    """What would run, and why."""
    return {f"{task.unit}/{task.name}": task.why for task in plan_of(root, *units)[1].tasks}


def written(root: Path) -> dict[str, bytes]:
    """All notebooks and books."""
    folder = root / "output" / "small"
    files = [path for kind in ("notebooks", "books") for path in (folder / kind).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = new_project(tmp_path_factory.mktemp("built"))
    assert len(build(root)) == 7 * 4
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy: where a project lies is nothing that its traces know."""
    monkeypatch.chdir(tmp_path)
    return copytree(built, tmp_path, dirs_exist_ok=True)


def test_nothing_runs_when_nothing_changed_whatever_the_files_times(root: Path) -> None:
    for path in root.rglob("*"):
        os.utime(path, (1, 1))
    assert whys(root) == {}


# ---- what changed, and what runs ------------------------------------------------------------------------------------


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edited_notebook(root: Path) -> None:
    write_notebook(root, "02-schools", *SHOW_SCHOOLS, "1 + 1")


def changed_text(root: Path) -> None:
    write(root / "data" / "small" / "texts" / "norr" / "words.md", "Vi är {{ v('pupils') }}!\n")


def new_text(root: Path) -> None:
    write(root / "data" / "small" / "texts" / "soder" / "words.md", "Vi har en skola.\n")


def removed_text(root: Path) -> None:
    (root / "data" / "small" / "texts" / "norr" / "words.md").unlink()


def text_that_no_section_reads(root: Path) -> None:
    write(root / "data" / "small" / "texts" / "norr" / "pupils.md", "Ingen frågar.\n")


def new_areas(root: Path) -> None:
    write(root / "data" / "small" / "development_areas.yml", "norr: []\n")


def edited_output(root: Path) -> None:
    edit(root / "output" / "small" / "notebooks" / "norr" / "pupils.ipynb", "skola har", "skola hade")


def removed_output(root: Path) -> None:
    (root / "output" / "small" / "notebooks" / "norr" / "pupils.ipynb").unlink()


def truncated_trace(root: Path) -> None:
    path = root / "output" / "small" / "traces" / "norr" / "pupils.json"
    path.write_bytes(path.read_bytes()[:100])


def trace_of_another_version(root: Path) -> None:
    edit(root / "output" / "small" / "traces" / "norr" / "pupils.json", '"version": 1', '"version": 0')


def removed_trace(root: Path) -> None:
    (root / "output" / "small" / "traces" / "norr" / "pupils.json").unlink()


def removed_page(root: Path) -> None:
    (root / "output" / "small" / "books" / "norr" / "_book" / "words.html").unlink()


def edited_page(root: Path) -> None:
    edit(root / "output" / "small" / "books" / "norr" / "_book" / "words.html", "Words", "Words!")


def newer_package(root: Path) -> None:
    path = root / "output" / "small" / "traces" / "norr" / "pupils.json"
    trace = json.loads(path.read_text(encoding="utf-8"))
    write(path, json.dumps(trace | {"versions": trace["versions"] | {"matplotlib": "3.0"}}))


def other_pdf_maker(root: Path) -> None:
    path = root / "output" / "small" / "traces" / "norr" / "_book.json"
    trace = json.loads(path.read_text(encoding="utf-8"))
    write(path, json.dumps(trace | {"versions": trace["versions"] | {"typst": "0.1"}}))


def own_module(root: Path) -> None:
    write(root / "notebooks" / "own.py", "X = 1\n")


def other_title(root: Path) -> None:
    edit(root / "params" / "small.yml", "title: Kvalitetsrapport", "title: Rapport")


def other_formats(root: Path) -> None:
    edit(root / "params" / "small.yml", "- html", "- html\n- pdf")


def another_order(root: Path) -> None:
    edit(root / "params" / "small.yml", "- pupils\n- schools\n- words", "- schools\n- pupils\n- words")


def no_words(root: Path) -> None:
    edit(root / "params" / "small.yml", "\n- words", "")


UNITS = ["lavheden", "norr", "soder", "99000001", "99000002", "99000003", "99000004"]


def of(section: str, units: Iterable[str], why: str) -> dict[str, str]:
    return {f"{unit}/{section}": why for unit in units} | {f"{unit}/book": f"section {section} runs" for unit in units}


CHANGES: dict[Callable[[Path], None], dict[str, str]] = {
    edited_notebook: of("schools", UNITS, "notebook changed"),
    changed_text: of("words", ["norr"], "text texts/norr/words.md changed"),
    new_text: of("words", ["soder"], "text texts/soder/words.md is new"),
    removed_text: of("words", ["norr"], "text texts/norr/words.md is gone"),
    text_that_no_section_reads: {},
    new_areas: {},
    edited_output: of("pupils", ["norr"], "its notebook is not as it was left"),
    removed_output: of("pupils", ["norr"], "its notebook is not there"),
    truncated_trace: of("pupils", ["norr"], "its trace can't be read"),
    trace_of_another_version: of("pupils", ["norr"], "its trace is of another version of the system"),
    removed_trace: of("pupils", ["norr"], "it has not run yet"),
    removed_page: {"norr/book": "its _book/words.html is not there"},
    edited_page: {"norr/book": "its _book/words.html is not as it was left"},
    newer_package: of("pupils", ["norr"], f"matplotlib 3.0 → {version('matplotlib')}"),
    other_pdf_maker: {"norr/book": f"typst 0.1 → {version('typst')}"},
    other_title: {f"{unit}/book": "title Kvalitetsrapport → Rapport" for unit in UNITS},
    other_formats: {f"{unit}/book": "formats html → html, pdf" for unit in UNITS},
    another_order: {f"{unit}/book": "the order of its sections changed" for unit in UNITS}
    | of("words", ["norr"], "the report's parameter sections changed"),  # it shows a figure, and looks for where that is defined
    no_words: {f"{unit}/book": "section words is gone" for unit in UNITS},
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_runs_after_a_change(change: Callable[[Path], None], root: Path) -> None:
    change(root)
    assert whys(root) == CHANGES[change]


def test_an_edit_of_the_library_runs_every_section(root: Path) -> None:
    """The library as a copy with one more line of comment: what it does is the same, what it is is not."""
    copy = root / "library" / "sqa_lib"
    copytree(Path(library.__file__).parents[1], copy, ignore=ignore_patterns("__pycache__"))
    with (copy / "section" / "tables.py").open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    env = os.environ | {"PYTHONPATH": str(copy.parent)}
    run = subprocess.run([sys.executable, "-c", DRY_RUN], cwd=root, env=env, capture_output=True, text=True, timeout=300)
    lines = run.stdout.splitlines()
    assert {line for line in lines if not line.endswith(": library changed")} == {
        *(f"{unit}/book: section pupils runs; section schools runs; section words runs" for unit in UNITS),
        "2020/21: 28 of 28 tasks would run",
    }


DRY_RUN = "from sqa_lib.cli import app; app(['build', 'small', '--dry-run', '--publisher', 'embedded'])"


# ---- a changed row --------------------------------------------------------------------------------------------------


def units_whose_figures_differ(root: Path, before: pd.DataFrame) -> set[str]:
    """Where a published figure, or its mark, is another than before."""
    now = published_statistics(load_report("small", root), root).table
    key = ["statistic", "school_year", "unit", "breakdown"]
    both = before.merge(now, on=key, how="outer", suffixes=("_before", "_now"), indicator=True)
    names = ["value", "low", "high", "numerator", "denominator", "mark"]
    same = [(both[f"{n}_before"] == both[f"{n}_now"]) | (both[f"{n}_before"].isna() & both[f"{n}_now"].isna()) for n in names]
    return set(both.loc[~pd.concat(same, axis=1).all(axis=1) | (both["_merge"] != "both"), "unit"])


def test_one_changed_row_of_a_school_runs_only_what_shows_a_figure_that_changed(root: Path, tmp_path_factory) -> None:
    published = published_statistics(load_report("small", root), root)
    edit(root / "data" / "small" / "elever.csv", "2020/21;99000001;4;Flicka;31", "2020/21;99000001;4;Flicka;33")
    changed = units_whose_figures_differ(root, published.table)
    tree = published.tree
    expected = {f"{unit}/pupils" for unit in UNITS if unit in changed}
    expected |= {f"{unit}/schools" for unit in UNITS if changed & {unit, *(u.code for u in tree.children(unit, "school"))}}
    expected |= {f"{unit}/words" for unit in ["norr"] if unit in changed}  # its text refers to a figure
    assert {name for name in whys(root) if not name.endswith("/book")} == expected
    assert "99000001/pupils" in expected and "99000003/pupils" not in expected
    assert whys(root)["99000001/pupils"] == "statistic pupils of 99000001 2020/21 changed"

    ran = build(root)
    assert {name for name in ran if not name.endswith("/book")} == expected
    fresh = new_project(tmp_path_factory.mktemp("fresh"))
    edit(fresh / "data" / "small" / "elever.csv", "2020/21;99000001;4;Flicka;31", "2020/21;99000001;4;Flicka;33")
    build(fresh)
    assert written(root) == written(fresh)


def test_a_renamed_school_runs_what_names_it(root: Path) -> None:
    edit(root / "data" / "small" / "skolenheter.csv", "Enskolan", "Storskolan")
    found = whys(root)
    assert {name for name in found if name.startswith("99000003/")} == {f"99000003/{task}" for task in (*SECTIONS, BOOK)}
    assert found["soder/schools"].startswith("the units of level school in soder changed")
    assert not any(name.split("/")[0] in ("norr", "99000001", "99000002", "99000004") for name in found)


def test_a_book_is_kept_when_a_section_that_ran_has_left_the_same(root: Path) -> None:
    removed_trace(root)
    assert set(whys(root)) == {"norr/pupils", "norr/book"}
    assert build(root) == ["norr/pupils"]
    assert whys(root) == {}


# ---- interrupted and failed -----------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.batch.test_kept import plan_of

run, planned = plan_of(Path.cwd(), "soder")
section, book = planned.tasks
result = section.run({})
if sys.argv[1] == "book":
    run.note(planned, section, result)
    book.run({"words": result})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("where", "left"),
    [
        (
            "section",
            {
                "soder/words": "text texts/soder/words.md is new; its notebook is not as it was left",
                "soder/book": "section words runs",
            },
        ),
        (
            "book",
            {
                "soder/book": "section words changed; its _book/assets/search.js is not as it was left; "
                "its _book/words.html is not as it was left; and 1 more"
            },
        ),
    ],
)
def test_a_run_killed_between_what_is_made_and_its_trace_makes_it_again(where: str, left: dict[str, str], root: Path) -> None:
    new_text(root)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", KILLED, where], cwd=root, env=env, capture_output=True, timeout=300)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert whys(root) == left
    build(root)
    assert whys(root) == {}


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, built: Path) -> None:
    root = new_project(tmp_path)
    units = ("soder", "99000003")
    assert build(root, *units, stop_after=5) == ["soder/pupils", "soder/schools", "soder/words", "soder/book", "99000003/pupils"]
    assert whys(root, *units) == {
        "99000003/schools": "it has not run yet",
        "99000003/words": "it has not run yet",
        "99000003/book": "section schools runs; section words runs",
    }
    build(root, *units)
    assert all(written(built)[name] == content for name, content in written(root).items())


def test_what_failed_runs_again_and_alone_when_that_is_asked_for(root: Path) -> None:
    write(root / "data" / "small" / "texts" / "soder" / "words.md", "{{ v('no_such') }}\n")
    assert build(root) == ["soder/words", "soder/book"]
    assert whys(root)["soder/words"] == "it failed last time"
    edited_notebook(root)
    new_text(root)
    assert len(whys(root)) == 7 * 2 + 1
    assert build(root, only_failed=True) == ["soder/words", "soder/book"]
    assert build(root, only_failed=True) == []
    assert whys(root) == of("schools", UNITS, "notebook changed")


def test_a_section_that_reads_another_report_always_runs(root: Path) -> None:
    write(root / "params" / "other.yml", (root / "params" / "small.yml").read_text(encoding="utf-8"))
    copytree(root / "output" / "small" / "statistics", root / "output" / "other" / "statistics")
    write_notebook(root, "03-words", *SHOW_WORDS, "Section('words', 'other', unit, school_year)")
    build(root, "soder")
    assert whys(root, "soder")["soder/words"] == "report other, which is not followed, is gone"


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_lists_what_would_run_and_explains_one_task(root: Path) -> None:
    changed_text(root)
    assert sqa(root, "build", "small", "--dry-run").out.splitlines() == [
        "norr/words: text texts/norr/words.md changed",
        "norr/book: section words runs",
        "2020/21: 2 of 28 tasks would run",
    ]
    assert sqa(root, "build", "small", "--why", "norr/words").out == "norr/words: text texts/norr/words.md changed\n"
    assert sqa(root, "build", "small", "--why", "soder/book").out == "soder/book: up to date\n"
    done = sqa(root, "build", "small", "--why", "norr/wrods")
    assert (done.code, done.err) == (2, "error: unknown section `wrods` of norr; there are: pupils, schools, words, book\n")
    edit(root / "data" / "small" / "elever.csv", "Flicka;31", "Flicka;32")
    assert "what follows is known after `sqa compute small`" in sqa(root, "build", "small", "--dry-run").out


def test_every_question_that_a_section_may_ask_can_be_told_of_when_its_answer_changes() -> None:
    assert set(_ANSWERS) - {BOUNDARY} <= set(_WORDS)
