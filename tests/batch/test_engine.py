"""A notebook run in a fork is the notebook that papermill makes with a kernel of its own."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sqa_lib.batch import plan
from sqa_lib.batch.execute import execute, settle
from sqa_lib.report import load_report
from sqa_lib.units import Unit
from sqa_lib.warm import forks
from sqa_lib.warm.engine import NAME
from tests.batch.conftest import PYTHON3

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="notebooks are forked on Linux only")

IS_WARM = "import sys; print('seaborn' in sys.modules)"

SHOWS = (
    "import os, sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
    "1 + 1",
    "_ + 1",
    "Out[2], In[1], __name__, os.getcwd(), sys.path, sys.stdout.encoding, sys.stdout.isatty()",
    "from IPython.display import *\ndisplay(HTML('<b>x</b>'))\nprint('between')\ndisplay(Markdown('*x*'), metadata={'own': 1})",
    "shown = display('first', display_id='one')\ndisplay('other')",
    "shown.update('second')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "print('one', flush=True)\nprint('two')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
    "%matplotlib inline\nplt.plot([1, 3]);",
    "plt.get_backend(), plt.rcParams['figure.figsize'], plt.rcParams['figure.dpi']",
    "fig, axes = plt.subplots(); axes.bar([1], [2]); print('before the figure')",
    "import seaborn as sns\nsns.barplot(x=['a', 'b'], y=[1, 2]);",
    "plt.rcParams['svg.hashsalt'] = 'x'; os.environ['SOURCE_DATE_EPOCH'] = '0'\n"
    "%config InlineBackend.figure_formats = ['svg']\nplt.plot([1, 2]);",
    "import logging\nlogging.warning('careful')",
    "import asyncio\nawait asyncio.sleep(0.01)\nasyncio.get_event_loop().is_running()",
    "%%capture kept\nprint('captured')",
    "kept.stdout",
    "!echo from a program",
    "_ = os.system('echo past Python')",
    "len?",
    "%history -n 1-2",
    "display(JSON({'a': 1}))\nJavascript('1')",
    "from rich import print as rich_print\nrich_print('[bold]x[/bold]', {'a': 1})",
    "import threading\nt = threading.Thread(target=lambda: print('in a thread')); t.start(); t.join()",
    "try:\n    input('name?')\nexcept Exception as error:\n    print(type(error).__name__, error)",
    "get_ipython().__class__.__name__, get_ipython().kernel.__class__.__name__",
    "'hidden';",
)
FAILS = (
    "def f(x):\n    return 1 / x\nprint('before')\nf(0)",
    "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('first\\nsecond') from error",
    "def (",
    "import json; json.loads('{')",
    "input('name?')",
    "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT); time.sleep(60)",
    "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    raise RuntimeError('awaited')\nawait f()",
    "import sys; sys.exit(3)",
    "%nosuchmagic",
    "error = ValueError('x'); error.add_note('noted'); raise error",
    "raise KeyError()",
    "import matplotlib.pyplot as plt\nplt.title('$\\\\bad{'); plt.show()",
)


def run(folder: Path, engine: str | None, notebook: nbformat.NotebookNode) -> tuple[str, tuple]:
    """The notebook as settled, and what papermill's error says (() for none)."""
    source, output = folder / "source.ipynb", folder / f"{engine}.ipynb"
    nbformat.write(notebook, source)
    said: tuple = ()
    try:
        papermill.execute_notebook(source, output, engine_name=engine, progress_bar=False, cwd=folder)
    except papermill.PapermillExecutionError as error:
        said = (*error.args, str(error))
    settle(output)
    return output.read_text(encoding="utf-8"), said


def notebook_of(*cells: str, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    return new_notebook(cells=[new_code_cell(cell, metadata={"tags": list(tags)}) for cell in cells], metadata=PYTHON3)


def printed(path: Path) -> list[str]:
    """What each code cell printed."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return ["".join(out.get("text", "") for out in cell.outputs).strip() for cell in cells]


# ---- the same notebooks ---------------------------------------------------------------------------------------------


@linux_only
@pytest.mark.parametrize(
    "notebook",
    [
        pytest.param(notebook_of(*SHOWS), id="what it shows"),
        pytest.param(notebook_of(*FAILS, tags=("raises-exception",)), id="how it fails"),
        pytest.param(notebook_of("print('before')", FAILS[1], "print('never')"), id="where it stops"),
        pytest.param(notebook_of("1", "import sys; sys.exit(0)", "print('never')"), id="where it ends itself"),
        pytest.param(notebook_of("1 / 0", tags=("skip-execution",)), id="what it skips"),
    ],
)
def test_a_fork_gives_the_same_notebook_and_error_as_a_new_kernel(
    notebook: nbformat.NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # else ipykernel leaves alone what is printed past Python
    cold, forked = run(tmp_path, None, notebook), run(tmp_path, NAME, notebook)
    assert forked[1] == cold[1]
    for ours, theirs in zip(json.loads(forked[0])["cells"], json.loads(cold[0])["cells"], strict=True):
        assert ours == theirs
    assert forked[0] == cold[0]


@linux_only
def test_real_notebooks_are_byte_identical_to_those_of_new_kernels(project: Path, tmp_path: Path, monkeypatch) -> None:
    report = load_report("lulea-2020-21", project)
    units = [Unit("lulea", "Luleå", "municipality"), Unit("99001022", "en liten skola", "school")]
    jobs = [job for job in plan(report, project, units, report.school_year) if job.section in ("health-cases", "health-survey")]
    assert [execute(job, project).error for job in jobs] == [""] * 4
    cold = [replace(job, output=tmp_path / job.unit.code / job.output.name) for job in jobs]
    monkeypatch.setattr(import_module("sqa_lib.batch.execute"), "NAME", "nbclient")
    assert [execute(job, project).error for job in cold] == [""] * 4
    for ordinary, forked in zip(cold, jobs, strict=True):
        assert forked.output.read_bytes() == ordinary.output.read_bytes()


def test_papermills_own_notes_are_made(tmp_path: Path) -> None:
    source, output = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    nbformat.write(notebook_of("1", "1 / 0", "2"), source)
    with pytest.raises(papermill.PapermillExecutionError):
        papermill.execute_notebook(source, output, engine_name=NAME, progress_bar=False)
    notebook = nbformat.read(output, as_version=4)
    assert [cell.metadata.papermill.status for cell in notebook.cells if cell.cell_type == "code"] == [
        "completed",
        "failed",
        "pending",
    ]
    assert notebook.metadata.papermill.exception is True
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"


# ---- where it runs --------------------------------------------------------------------------------------------------


@linux_only
def test_a_build_is_warm_and_in_the_projects_folder(job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SQA_TEST", "handed on")
    here = Path.cwd()
    job = job_of("where", IS_WARM, "import os; print(os.getcwd())", "print(os.environ['SQA_TEST'])", "print(__name__)")
    assert execute(job, tmp_path).error == ""
    assert printed(job.output) == ["True", str(tmp_path), "handed on", "__main__"]
    assert Path.cwd() == here


def test_notebooks_share_nothing_and_draw_their_own_random_numbers(job_of, tmp_path: Path) -> None:
    draw = "import numpy as np, random; print(np.random.random(), random.random(), 'left' in dir(np)); np.left = 1"
    jobs = [job_of("one", draw), job_of("two", draw)]
    assert [execute(job, tmp_path).error for job in jobs] == ["", ""]
    one, two = (printed(job.output)[0].split() for job in jobs)
    assert one[0] != two[0]
    assert one[1] != two[1]
    assert (one[2], two[2]) == ("False", "False")


@pytest.mark.parametrize("way", ["spawn", "fork"])
def test_a_notebook_may_use_multiprocessing(way: str, job_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(
        import_module("sqa_lib.batch.execute"), "EXTENSION", "IPython.extensions.autoreload"
    )  # a build starts no programs
    pool = f"from multiprocessing import get_context\nwith get_context({way!r}).Pool(1) as pool: print(pool.map(print, ['x']))"
    job = job_of("pool", pool)
    assert execute(job, tmp_path).error == ""
    assert printed(job.output)[0].splitlines() == ["x", "[None]"]


@linux_only
def test_threads_of_one_process_run_notebooks_at_the_same_time(job_of, tmp_path: Path) -> None:
    """Each waits for the other's file, so that one after the other would never end."""
    meet = (
        "import os, time\nfrom pathlib import Path\nPath({mine!r}).touch()\n"
        "while not Path({other!r}).exists(): time.sleep(0.05)\nprint(os.getcwd())"
    )
    names = [str(tmp_path / name) for name in ("one", "two")]
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    pairs = zip(names, reversed(names), strict=True)
    jobs = [job_of(Path(mine).name, meet.format(mine=mine, other=other)) for mine, other in pairs]
    with ThreadPoolExecutor(2) as pool:
        assert [outcome.error for outcome in pool.map(execute, jobs, folders)] == ["", ""]
    assert [printed(job.output) for job in jobs] == [[str(folder)] for folder in folders]


def test_plain_papermill_uses_it_by_name(job_of, tmp_path: Path) -> None:
    job, output = job_of("plain", IS_WARM), tmp_path / "plain-out.ipynb"
    command = [sys.executable, "-m", "papermill", "--engine", NAME, str(job.notebook), str(output)]
    subprocess.run(command, check=True, capture_output=True)
    assert printed(output) == [str(sys.platform == "linux")]


# ---- where no fork is possible --------------------------------------------------------------------------------------

HINDERED = """
import logging, sys
from pathlib import Path
from sqa_lib.batch import Job
from sqa_lib.batch.execute import execute
from sqa_lib.units import Unit

folder = Path(sys.argv[1])
for name in ("one", "two"):
    job = Job(name, "", Unit("x", "X", "school"), folder / "cold.ipynb", folder / f"{name}.ipynb", {})
    print(execute(job, folder).error)
"""


@linux_only
@pytest.mark.parametrize(
    ("site", "reason"),
    [
        ("import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()", "has 2 threads"),
        ("raise SystemExit(1)", "did not start"),
    ],
)
def test_where_forking_is_not_safe_an_ordinary_kernel_runs_and_one_message_says_why(
    site: str, reason: str, job_of, tmp_path: Path
) -> None:
    """`sitecustomize` is what Python runs at its start; here it is unsuitable in the zygote alone."""
    job_of("cold", IS_WARM)
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nif 'zygote' in ' '.join(sys.orig_argv):\n    {site}\n")
    (tmp_path / "run.py").write_text(HINDERED)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == [], done.stderr
    assert [printed(tmp_path / f"{name}.ipynb") for name in ("one", "two")] == [["False"], ["False"]]
    assert done.stderr.count("notebooks get ordinary kernels") == 1
    assert reason in done.stderr


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_on_other_systems_none_is_forked(platform: str, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(forks.CannotFork, match=f"can't be forked safely on {platform}"):
        forks.Zygote()


def test_only_this_environments_python_is_forked(tmp_path: Path, monkeypatch, caplog) -> None:
    spec = {"argv": ["/elsewhere/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "x"}
    (tmp_path / "kernels" / "elsewhere").mkdir(parents=True)
    (tmp_path / "kernels" / "elsewhere" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    source = tmp_path / "a.ipynb"
    nbformat.write(notebook_of("1"), source)
    with pytest.raises(FileNotFoundError, match="elsewhere"):
        papermill.execute_notebook(source, None, engine_name=NAME, kernel_name="elsewhere", progress_bar=False)
    assert "the kernel `elsewhere` is not this environment's Python" in caplog.text


def test_a_kernels_argument_that_a_fork_can_not_be_given_needs_a_kernel(tmp_path: Path, caplog) -> None:
    source, output = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    nbformat.write(notebook_of("get_ipython().show_rewritten_input"), source)
    arguments = ["--InteractiveShell.show_rewritten_input=False"]
    papermill.execute_notebook(source, output, engine_name=NAME, extra_arguments=arguments, progress_bar=False)
    assert "False" in output.read_text()
    assert "a fork can't be given the kernel's argument --InteractiveShell.show_rewritten_input=False" in caplog.text
