"""A run of real notebooks: one that fails stops nothing else, is kept with its traceback, and is told of everywhere."""

import contextlib
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest

from sqa_lib.batch import Event, Job, read_record
from sqa_lib.batch.execute import execute, settle
from sqa_lib.batch.now import Now
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.workers import Workers
from sqa_lib.build import Run
from sqa_lib.publication import published_statistics, stamp_of
from sqa_lib.report import load_report
from tests.batch.runs import PROCESS
from tests.command import Done, sqa, sqa_process
from tests.small_project import write_notebook, write_project

UNITS = ("99000001", "99000002")
BAD = "if unit == '99000002':\n    raise ValueError('nothing to show here')\nprint('seen')"
SECTIONS = ["pupils", "bad", {"name": "about", "part": "Om rapporten"}]


def project(root: Path) -> Path:
    write_project(root, sections=SECTIONS, formats=["html"])
    write_notebook(root, "02-bad", BAD)
    write_notebook(
        root, "03-about", "import random\nfrom IPython.display import Markdown, display\ndisplay(Markdown('Om *rapporten*.'))"
    )
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def run(root: Path) -> Done:
    return sqa_process(root, "build", "small", "--jobs=1", *(f"--unit={unit}" for unit in UNITS))


@pytest.fixture(scope="module")
def output(root: Path, run: Done) -> Path:
    return root / "output" / "small"


def notebooks(output: Path) -> dict[str, bytes]:
    return {str(path.relative_to(output)): path.read_bytes() for path in sorted(output.glob("notebooks/*/*"))}


# ---- a section that fails -------------------------------------------------------------------------------------------


def test_the_run_ends_with_exit_code_1_and_the_list_of_failures(run: Done) -> None:
    assert run.code == 1
    failed = [line for line in run.err.splitlines() if line.startswith("failed")]
    assert len(failed) == 1
    assert failed[0].startswith("failed 99000002/bad: cell 3: ValueError: nothing to show here (see ")
    assert failed[0].endswith("output/small/notebooks/99000002/bad.ipynb)")
    assert "2 books, 6 sections, 1 failures" in run.out


def test_everything_else_is_built(output: Path) -> None:
    assert list(notebooks(output)) == sorted(
        f"notebooks/{unit}/{name}.ipynb" for unit in UNITS for name in ("about", "bad", "pupils")
    )
    for unit in UNITS:
        pages = {path.name for path in (output / "books" / unit / "_book").glob("*.html")}
        assert pages == {"index.html", "bad.html", "about.html"}
    assert "99000002" in (output / "index.html").read_text(encoding="utf-8")


def test_the_failed_notebook_is_kept_with_its_traceback(output: Path) -> None:
    cells = nbformat.read(output / "notebooks" / "99000002" / "bad.ipynb", as_version=4).cells
    errors = [out for cell in cells if cell.cell_type == "code" for out in cell.outputs if out.output_type == "error"]
    assert [(error.ename, error.evalue) for error in errors] == [("ValueError", "nothing to show here")]
    assert "raise" in "".join(errors[0].traceback)


def test_its_page_says_that_the_section_failed_and_shows_no_traceback(output: Path) -> None:
    page = (output / "books" / "99000002" / "_book" / "bad.html").read_text(encoding="utf-8")
    assert "kunde inte" in page
    assert "Traceback" not in page and "ValueError" not in page
    assert "kunde inte" not in (output / "books" / "99000001" / "_book" / "bad.html").read_text(encoding="utf-8")


def test_the_record_tells_what_ran_and_what_failed(output: Path) -> None:
    record = read_record(output)
    errors = {code: {name: task.error for name, task in unit.tasks.items()} for code, unit in record.units.items()}
    fine = {"pupils": "", "bad": "", "about": "", "book": ""}
    assert errors == {"99000001": fine, "99000002": fine | {"bad": "cell 3: ValueError: nothing to show here"}}
    assert record.failures == (("99000002", "bad", "cell 3: ValueError: nothing to show here"),)


def test_the_record_has_the_hash_of_what_each_task_left(output: Path) -> None:
    tasks = read_record(output).units["99000001"].tasks
    notebook, book = output / "notebooks" / "99000001" / "pupils.ipynb", output / "books" / "99000001"
    files = sorted(path for path in book.rglob("*") if path.is_file())
    listed = "".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(book).as_posix()}\n" for path in files)
    assert tasks["pupils"].content == sha256(notebook.read_bytes()).hexdigest()
    assert tasks["book"].content == sha256(listed.encode()).hexdigest()


def test_the_record_the_log_and_their_page_tell_nothing_of_where_the_project_lies(root: Path, output: Path) -> None:
    for name in ("run.json", "run/run.log", "run/run.html"):
        assert str(root) not in (output / name).read_text(encoding="utf-8"), name


def test_readers_are_led_to_no_page_about_the_run(output: Path) -> None:
    pages = [output / "index.html", *output.glob("books/*/_book/*.html")]
    assert [page for page in pages if "run.html" in page.read_text(encoding="utf-8")] == []


def test_the_status_says_the_same_as_the_run(root: Path, run: Done) -> None:
    done = sqa(root, "status", "small")
    assert done.code == 1
    assert "failed 99000002/bad: cell 3: ValueError: nothing to show here" in done.out.splitlines()


def test_a_small_schools_figure_is_withheld_in_its_book(output: Path) -> None:
    texts = {unit: (output / "notebooks" / unit / "pupils.ipynb").read_text(encoding="utf-8") for unit in UNITS}
    assert "ett ej redovisat antal elever" in texts["99000002"]
    assert "53\u00a0elever" in texts["99000001"]


# ---- a run that is interrupted --------------------------------------------------------------------------------------


def test_an_interrupted_run_is_recorded_and_has_its_page(root: Path, run: Done) -> None:
    """Ctrl-C as a display meets it: another school year's run ends at the first thing that it is told."""
    report, year = load_report("small", root), "2019/20"

    def interrupt(event: Event) -> None:
        raise KeyboardInterrupt

    now = Now(report, root, published_statistics(report, root), stamp_of(report, root))
    with Workers(SharedFolder(root), 1) as workers, contextlib.chdir(root):
        build = Run(report, root, "embedded", {}, workers)
        with pytest.raises(KeyboardInterrupt):
            build.build(build.plan(now, [now.published.tree["99000001"]], year), PROCESS, interrupt)
    folder = root / "output" / "small" / "2019-20"
    assert read_record(folder).run.state == "interrupted"
    assert "avbröts efter" in (folder / "run" / "run.html").read_text(encoding="utf-8")


# ---- wrong usage: nothing starts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--unit", "99000009"], "unknown unit 99000009; did you mean `99000004` or "),
        (["--level", "district"], "unknown level district; there are: municipality, area, school"),
        (["-p", "untis=x"], "01-pupils.ipynb: unknown parameter `untis`; did you mean `unit`?"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2_and_lists_the_right_ones(arguments: list, message: str, tmp_path: Path) -> None:
    done = sqa(write_project(tmp_path), "build", "small", *arguments)
    assert done.code == 2
    assert done.err.startswith("error: ") and message in done.err
    assert not (tmp_path / "output" / "small" / "notebooks").exists()


# ---- the same bytes -------------------------------------------------------------------------------------------------


def test_a_second_run_gives_the_same_bytes(job_of: Callable[..., Job], tmp_path: Path) -> None:
    """Times, random ids and papermill's own notes are settled; outputs stay."""
    job = job_of("one", "print('a')\n1 + 1", "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    outcomes = [execute(replace(job, output=tmp_path / name / "one.ipynb"), tmp_path) for name in ("first", "second")]
    assert [outcome.error for outcome in outcomes] == ["", ""]
    first, second = (outcome.job.output.read_bytes() for outcome in outcomes)
    assert first == second
    assert b"image/" in first and b"papermill" not in first


def test_settling_takes_out_only_what_differs_from_run_to_run(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "01-one", "1 + 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["papermill"] = {"duration": 1.5}
    for cell in notebook.cells:
        cell.metadata |= {"papermill": {"start_time": "now"}, "execution": {"iopub.status.idle": "now"}, "own": "kept"}
    nbformat.write(notebook, path)
    settle(path)
    settled = nbformat.read(path, as_version=4)
    assert [cell.id for cell in settled.cells] == ["cell-000", "cell-001", "cell-002"]
    assert [cell.source for cell in settled.cells] == [cell.source for cell in notebook.cells]
    assert [set(cell.metadata) for cell in settled.cells] == [{"own"}, {"own", "tags"}, {"own"}]
    assert "papermill" not in settled.metadata and "kernelspec" in settled.metadata


# ---- memory ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much memory a process had at most")
def test_it_is_told_how_much_memory_a_notebook_had_also_one_that_failed(job_of: Callable[..., Job], tmp_path: Path) -> None:
    little = execute(job_of("little", "1 + 1"), tmp_path)
    much = execute(job_of("much", "n = len(b'x' * 400_000_000)", "1 / 0"), tmp_path)
    assert (little.error, much.error) == ("", "cell 2: ZeroDivisionError: division by zero")
    assert 0 < little.peak_memory < 400_000_000 < much.peak_memory


# ---- a notebook that ends itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ending",
    [
        "raise SystemExit",
        "import sys\nsys.exit(0)",
        "import sys\nsys.exit()",
        "import sys\nsys.exit('done')",
        "import os\nos._exit(0)",
    ],
)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_section_that_ends_itself_has_failed(ending: str, is_last: bool, tmp_path: Path) -> None:
    """papermill takes `sys.exit()` for an end like any other: half the section would be published as the whole."""
    write_project(tmp_path, sections=["pupils", "half"], formats=["html"])
    write_notebook(tmp_path, "02-half", "print('first')", ending, *([] if is_last else ["print('second')"]))
    done = sqa(tmp_path, "build", "small", "--unit", "99000001")
    assert done.code == 1, done.out
    assert "1 books, 2 sections, 1 failures" in done.out
    assert "failed 99000001/half: cell" in done.err


# ---- temporary files ------------------------------------------------------------------------------------------------

SCRATCH = """import tempfile
file = tempfile.NamedTemporaryFile("w+", delete=False)
file.write("kept for a while")
file.flush()
file.seek(0)
print(file.read())
print(file.name)"""


def test_a_notebook_has_a_folder_for_temporary_files_of_its_own_that_is_gone_after_it(tmp_path: Path) -> None:
    """The project lies below the system's folder for them here, as all of these tests' projects do."""
    root = write_project(tmp_path, sections=["scratch"], formats=["html"])
    write_notebook(root, "01-scratch", SCRATCH)
    before = set(Path(tempfile.gettempdir()).iterdir())
    assert sqa_process(root, "build", "small", "--unit", "99000001").code == 0
    cells = nbformat.read(root / "output/small/notebooks/99000001/scratch.ipynb", as_version=4).cells
    said = "".join(output["text"] for cell in cells for output in cell.get("outputs", ())).splitlines()
    assert said[0] == "kept for a while"
    assert not Path(said[1]).exists()
    left = {path for path in Path(tempfile.gettempdir()).iterdir() if path.is_file()} - before
    assert not {path for path in left if not path.stat().st_size}
