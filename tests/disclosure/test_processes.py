"""Statistics are protected in several processes, from wherever that is asked: a script needs no guard around it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
print("began")
import pandas as pd
from sqa_lib.disclosure import protect
from tests.audit.publications import tree_of
from tests.disclosure.drawn import DEFINITIONS, statistics_of
from tests.disclosure.protecting import POLICY

tree = tree_of(a=["a1", "a2"], b=["b1", "b2"])
pupils = [(unit, gender, n) for unit, n in zip(("a1", "a2", "b1", "b2"), (31, 17, 2, 28)) for gender in ("girl", "boy")]
some = statistics_of(tree, pupils, [(unit, "girl", "individual", 3) for unit in ("a1", "b1")])
both = pd.concat([some.assign(school_year=year) for year in ("2019/20", "2020/21")], ignore_index=True)
print(len(protect(both, DEFINITIONS, tree, POLICY, processes=2)) == len(both))
"""


@pytest.mark.parametrize("how", ["a script", "standard input", "a module"])
def test_a_script_without_a_guard_runs_once(how: str, tmp_path: Path) -> None:
    path = tmp_path / "plain_script.py"
    path.write_text(SCRIPT)
    command = {"a script": [str(path)], "standard input": ["-"], "a module": ["-m", "plain_script"]}[how]
    run = subprocess.run(
        [sys.executable, *command], input=SCRIPT if how == "standard input" else None, cwd=ROOT, capture_output=True, text=True,
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"}, check=False,
    )  # fmt: skip
    assert run.stdout.split() == ["began", "True"], run.stderr[-2000:]
