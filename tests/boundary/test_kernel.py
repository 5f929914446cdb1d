"""A section reads no microdata in a build, whatever it reads with: run in the kernels that a build and papermill use."""

import json
import subprocess
import sys
from base64 import b64encode
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from jupyter_client import BlockingKernelClient, KernelManager

from sqa_lib.batch import Job
from sqa_lib.batch.execute import execute
from sqa_lib.publication import compute
from sqa_lib.report import load_report
from sqa_lib.units import Unit
from sqa_lib.warm.engine import NAME
from tests.small_project import DECLARED, SHOW_PUPILS, write, write_notebook, write_project

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and forks are Linux's")

SECRET = "ELE-2020-0815"
"""Stands in every file of the data that is read here."""

READERS = {
    "open": "open(path).read()",
    "open bytes": "import io; io.open(path.encode(), 'rb').read()",
    "os.open": "import os; os.read(os.open(path, os.O_RDONLY), 10)",
    "absolute path": "open(Path(path).resolve()).read()",
    "a link to it": "Path('output/link.csv').unlink(missing_ok=True); Path('output/link.csv').symlink_to(Path(path).resolve())\n"
    "open('output/link.csv').read()",
    "moved first": "import os; os.rename(path, 'output/moved.csv'); open('output/moved.csv').read()",
    "pathlib": "Path(path).read_text()",
    "pandas csv": "import pandas as pd; pd.read_csv(path)",
    "pandas excel": "import pandas as pd; pd.read_excel('data/small/elev.xlsx', engine='calamine')",
    "numpy": "import numpy as np; np.genfromtxt(path, dtype=str)",
    "sqlite": "import sqlite3; sqlite3.connect('data/small/elev.db').execute('select 1')",
    "the library's own reader": "from importlib import import_module; "
    "import_module('sqa_lib.sources.check').load(Path('data/small'), '2020/21')",
    "statistics anew": "from sqa_lib import publication, report as r; "
    "publication.compute(r.load_report('small', Path('.')), Path('.'))",
    "rejected rows": "open('output/small/rejected/enrolment.csv').read()",
}
PAST_PYTHON = {
    "pandas parquet": "import pandas as pd; pd.read_parquet('data/small/elev.parquet')",
    "pyarrow parquet": "import pyarrow.parquet as pq; pq.read_table('data/small/elev.parquet')",
    "pyarrow csv": "import pyarrow.csv; pyarrow.csv.read_csv(path)",
    "pyarrow memory map": "import pyarrow; pyarrow.memory_map(path).read()",
    "pyarrow dataset": "import pyarrow.dataset as ds; ds.dataset('data/small/elev.parquet').to_table()",
    "calamine": "import python_calamine; python_calamine.CalamineWorkbook.from_path('data/small/elev.xlsx').sheet_names",
    "the C library": "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
    "if libc.open(path.encode(), 0) < 0: raise OSError(ctypes.get_errno(), 'Permission denied')",
}
"""No event of Python's tells of these; only the system can stop them."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import pandas as pd

    root = write_project(tmp_path_factory.mktemp("closed"))
    rows = pd.DataFrame({"Löpnummer": [SECRET]})
    rows.to_csv(root / "data" / "small" / "elev.csv", index=False)
    rows.to_parquet(root / "data" / "small" / "elev.parquet")
    rows.to_excel(root / "data" / "small" / "elev.xlsx", index=False)
    write(root / "output" / "small" / "rejected" / "enrolment.csv", SECRET)
    write(root / "data" / "small" / "texts" / "lavheden" / "pupils.md", "Vi är nöjda.")
    write(root / "data" / "small" / "development_areas.yml", "{}")
    compute(load_report("small", root), root)
    return root


@pytest.fixture(params=["nbclient", pytest.param(NAME, marks=linux_only)])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The papermill engine: ordinary kernels, or forks of a warm process."""
    monkeypatch.setattr(import_module("sqa_lib.batch.execute"), "NAME", request.param)
    return request.param


def each(readers: dict[str, str]) -> str:
    """A cell that tries each of them and prints how it ended; in a code, or the cell would be refused as it stands."""
    hidden = b64encode(json.dumps(readers).encode())
    return f"""
import json
from base64 import b64decode
from pathlib import Path
path = 'data' + '/small/elev.csv'
for name, code in json.loads(b64decode({hidden!r})).items():
    try:
        exec(code)
        print(name, '|', 'read')
    except Exception as error:
        print(name, '|', type(error).__name__, '|', str(error).splitlines()[0])
"""


def run(root: Path, *cells: str) -> tuple[str, str, str]:
    """What a notebook with these cells came to in a build: the error, what it printed, and its text as kept."""
    notebook = write_notebook(root, "09-tried", *cells)
    output = root / "output" / "tried.ipynb"
    parameters = {"report": "small", "unit": "lavheden", "school_year": "2020/21"}
    outcome = execute(Job("tried", "", Unit("lavheden", "Lavheden", "municipality"), notebook, output, parameters), root)
    notebook.unlink()
    kept = nbformat.read(output, as_version=4)
    printed = [out.get("text", "") for cell in kept.cells if cell.cell_type == "code" for out in cell.outputs]
    return outcome.error, "".join(printed), output.read_text(encoding="utf-8")


def answers(printed: str) -> dict[str, list[str]]:
    lines = [line.split(" | ") for line in printed.splitlines()]
    return {name: rest for name, *rest in lines}


def test_python_reads_no_microdata_with_anything(project: Path, kernels: str) -> None:
    error, printed, kept = run(project, each(READERS))
    assert error == ""
    assert {name: answer[0] for name, answer in answers(printed).items()} == dict.fromkeys(READERS, "NotInABuild")
    for name, answer in answers(printed).items():
        assert answer[1].startswith("A section can't read `"), name
        assert "Use the published statistics" in answer[1]
    assert SECRET not in kept


@linux_only
def test_nor_does_any_library_past_python(project: Path, kernels: str) -> None:
    _, printed, kept = run(project, each(PAST_PYTHON))
    found = {name: " ".join(answer) for name, answer in answers(printed).items()}
    assert {name: "Permission denied" in answer for name, answer in found.items()} == dict.fromkeys(PAST_PYTHON, True), found
    assert SECRET not in kept


def test_those_readers_do_read_where_nothing_is_closed(project: Path) -> None:
    """Else the tests above could not fail."""
    for name in ("moved first", "sqlite", "rejected rows", "statistics anew", "a link to it"):
        assert name in READERS
    readers = {n: code for n, code in (READERS | PAST_PYTHON).items() if n not in ("moved first", "sqlite", "a link to it")}
    done = subprocess.run([sys.executable, "-c", each(readers)], cwd=project, capture_output=True, text=True, check=True)
    assert {name: answer[0] for name, answer in answers(done.stdout).items()} == dict.fromkeys(readers, "read"), done.stdout


def test_no_program_is_started(project: Path, kernels: str) -> None:
    programs = {
        "subprocess": "import subprocess; subprocess.run(['cat', path])",
        "system": "import os; os.system('cat ' + path)",
        "IPython": "get_ipython().getoutput('cat data/small/elev.csv')",
    }
    _, printed, kept = run(project, each(programs))
    assert {name: answer[0] for name, answer in answers(printed).items()} == dict.fromkeys(programs, "NotInABuild")
    assert SECRET not in kept


def test_statistics_and_texts_are_read(project: Path, kernels: str) -> None:
    error, _, kept = run(project, *SHOW_PUPILS, "s = Section('pupils', report, unit, school_year)\ns.conclusions()")
    assert error == ""
    assert "100\\u00a0elever" in kept or "100\u00a0elever" in kept
    assert "s.development_areas()" not in kept


def test_a_units_texts_and_development_areas_are_open(project: Path, kernels: str) -> None:
    texts = ("data/small/texts/lavheden/pupils.md", "data/small/development_areas.yml", "params/small.yml")
    _, printed, _ = run(project, each({name: f"open({name!r}).read()" for name in texts}))
    assert {name: answer[0] for name, answer in answers(printed).items()} == dict.fromkeys(texts, "read")


def test_the_kept_notebook_holds_the_message_alone(project: Path, kernels: str) -> None:
    error, _, kept = run(project, "where = 'data'\nrows = list(map(open, [where + '/small/elev.csv']))")
    assert error.startswith("cell 3: NotInABuild: A section can't read `data/small/elev.csv` in a build. A book may hold only")
    errors = [out for cell in json.loads(kept)["cells"] for out in cell.get("outputs", []) if out["output_type"] == "error"]
    assert [len(out["traceback"]) for out in errors] == [1]
    assert str(project) not in kept


@linux_only
def test_what_the_system_refuses_is_explained_too(project: Path, kernels: str) -> None:
    error, _, kept = run(
        project, "import pandas as pd\nlist(map(getattr(pd, 'read_' + 'parquet'), ['data' + '/small/elev.parquet']))"
    )
    assert error.startswith("cell 3: NotInABuild: A section can't read files of the reports' data in a build (")
    assert "Use the published statistics" in error
    assert str(project) not in kept and "Traceback" not in kept


def papermill(root: Path, *cells: str, engine: str = "nbclient") -> subprocess.CompletedProcess:
    notebook = write_notebook(root, "09-plain", *cells)
    (root / "output").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "papermill", str(notebook), "output/plain.ipynb", "--log-level", "ERROR", "--engine", engine]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    notebook.unlink()
    return done


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ((SHOW_PUPILS[0], "open('data/small/elev.csv').read()"), "The cell calls `open`, and a section reads no files"),
        (
            (SHOW_PUPILS[0], "where = 'data'\nlist(map(open, [where + '/small/elev.csv']))"),
            "A section can't read `data/small/elev.csv`",
        ),
        ((SHOW_PUPILS[0], "import sqa_lib.sources"), "The cell uses `sqa_lib.sources`, which is for microdata"),
        (("from sqa_lib import sources", SHOW_PUPILS[0]), "A cell uses `sqa_lib.sources`, which is for microdata"),
    ],
)
@pytest.mark.parametrize("engine", ["nbclient", NAME])
def test_plain_papermill_is_a_build_too(cells: tuple[str, ...], message: str, engine: str, project: Path) -> None:
    compute(load_report("small", project), project)
    done = papermill(project, *cells, engine=engine)
    assert done.returncode == 1
    assert message in done.stderr


def test_plain_papermill_reads_statistics_that_are_up_to_date_and_computes_none(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    done = papermill(root, *SHOW_PUPILS)
    assert done.returncode == 1
    assert "the published statistics are not up to date; run `sqa compute small` first" in done.stderr
    assert not (root / "output" / "small").exists()
    compute(load_report("small", root), root)
    assert papermill(root, *SHOW_PUPILS).returncode == 0


def test_a_build_computes_no_statistics_in_its_kernels(tmp_path: Path, kernels: str) -> None:
    error, _, _ = run(write_project(tmp_path), *SHOW_PUPILS)
    assert "there are no published statistics; run `sqa compute small` first" in error


def test_where_a_person_runs_the_cells_microdata_may_be_explored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_project(tmp_path)
    manager = KernelManager()
    manager.start_kernel(cwd=str(root))
    client: BlockingKernelClient = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    printed: list[str] = []
    for code in (
        DECLARED,
        *SHOW_PUPILS,
        "from sqa_lib.sources.check import load",
        "print(len(open('data/small/elever.csv').read()))",
    ):
        client.execute_interactive(
            code, allow_stdin=True, timeout=60, output_hook=lambda message: printed.append(str(message["content"]))
        )
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert "NotInABuild" not in "".join(printed)
    assert "100\u00a0elever" in "".join(printed).replace("\\xa0", "\u00a0")
    assert (root / "output" / "small" / "statistics" / "published.parquet").is_file()
