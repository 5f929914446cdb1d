"""What a section's code may not do is told before anything runs, with notebook, cell and line."""

from pathlib import Path

import nbformat
import pytest

from sqa_lib.boundary import check_notebooks
from sqa_lib.boundary.code import refused_in
from sqa_lib.report import ReportError
from tests.command import sqa
from tests.conftest import ROOT
from tests.small_project import write_notebook, write_project

REFUSED = [
    ("import sqa_lib.sources", "uses `sqa_lib.sources`, which is for microdata"),
    ("import pandas, sqa_lib.sources.check as c", "uses `sqa_lib.sources.check`, which is for microdata"),
    ("from sqa_lib import sources", "uses `sqa_lib.sources`, which is for microdata"),
    ("from sqa_lib.sources.check import load", "uses `sqa_lib.sources`, which is for microdata"),
    ("from sqa_lib.publication import read_input", "uses `sqa_lib.publication`, which is for microdata"),
    ("import pyarrow.parquet as pq", "uses `pyarrow.parquet`, which opens files by itself"),
    ("import subprocess", "uses `subprocess`, which starts programs or calls the system"),
    ("importlib.import_module('x')", "calls `import_module`, and"),
    ("pd.read_csv(path)", "calls `read_csv`, and a section reads no files"),
    ("from pandas import read_excel\nread_excel(path)", "calls `read_excel`, and"),
    ("with open(path) as file:\n    pass", "calls `open`, and"),
    ("Path(path).read_text()", "calls `read_text`, and"),
    ("def f():\n    return np.genfromtxt(p)", "calls `genfromtxt`, and"),
    ("!cat data/x.csv", "calls `system`, and"),
    ("%run other.ipynb", "uses `%run`, and"),
    ("%%bash\ncat data/x.csv", "calls `run_cell_magic`, and"),
    ("path = 'data/lulea-2020-21/elever.csv'", "names `data/lulea-2020-21/elever.csv`, which is in the reports' data"),
    ("path = '../data/x/elever.csv'", "names `../data/x/elever.csv`, which is in the reports' data"),
    ("path = f'data/{report}/elever.csv'", "names `data/`, which is in the reports' data"),
]
ALLOWED = [
    "from sqa_lib.section import Section",
    "import datetime, math\nimport pandas as pd\nimport seaborn as sns\nimport matplotlib.pyplot as plt",
    "s.v('assessments', assessment_decision='open')",
    "s.say('''Indata finns i mappen data/ och i filen data/x.csv.''')",
    "s.say('datan finns')",
    "%matplotlib inline",
    "pd.DataFrame({'data': [1]}).plot()",
    "this is no Python",
    "path = 'data/small/texts/lavheden/pupils.md'",
]


@pytest.mark.parametrize(("source", "what"), REFUSED, ids=[source.splitlines()[0] for source, _ in REFUSED])
def test_what_reads_files_or_starts_programs_is_refused(source: str, what: str) -> None:
    found = list(refused_in(source))
    assert any(refused.what.startswith(what) for refused in found), found


@pytest.mark.parametrize("source", ALLOWED, ids=[source.splitlines()[0] for source in ALLOWED])
def test_what_a_section_needs_is_allowed(source: str) -> None:
    assert list(refused_in(source)) == []


def test_the_line_is_told() -> None:
    assert [refused.line for refused in refused_in("x = 1\n\nimport sqa_lib.sources")] == [3]


def test_this_projects_notebooks_pass() -> None:
    check_notebooks(sorted((ROOT / "notebooks").glob("*.ipynb")))


def test_a_build_refuses_before_anything_runs_and_names_notebook_cell_and_line(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    write_notebook(root, "07-explored", "x = 1", "import pandas as pd\nfrom sqa_lib.sources.check import load")
    done = sqa(root, "build", "small", "--unit", "lavheden")
    assert done.code == 2
    assert "error: 07-explored.ipynb, cell 4, line 2: uses `sqa_lib.sources`, which is for microdata. A book may hold" in done.err
    assert "explore microdata in JupyterLab, in a notebook of your own outside notebooks/" in done.err
    assert not (root / "output" / "small" / "notebooks").exists()


def test_saved_outputs_are_refused_and_the_mend_is_told(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    path = write_notebook(root, "07-shown", "1 + 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="Lina, 2010-04-13")]
    nbformat.write(notebook, path)
    done = sqa(root, "build", "small", "--unit", "lavheden")
    assert done.code == 2
    assert "07-shown.ipynb, cell 3: has outputs saved in it, which may show microdata. Clear them (JupyterLab: Edit" in done.err
    assert "Lina" not in done.err


def test_every_fault_of_every_notebook_is_told_at_once(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    paths = [write_notebook(root, name, "import subprocess", "open(x)") for name in ("07-a", "08-b")]
    with pytest.raises(ReportError) as failure:
        check_notebooks(paths)
    assert [line.split(",")[0] for line in str(failure.value).splitlines()] == ["07-a.ipynb"] * 2 + ["08-b.ipynb"] * 2


def test_a_notebook_that_is_none_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text("{}")
    with pytest.raises(ReportError, match=r"broken\.ipynb: not readable as a notebook"):
        check_notebooks([path])
