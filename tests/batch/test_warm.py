"""Warm kernels give the same notebooks as ordinary ones, sooner, and leave nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client import BlockingKernelClient, KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from sqa_lib.batch import execute_all, plan, warm
from sqa_lib.batch.execute import execute
from sqa_lib.report import load_report
from sqa_lib.units import Unit

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

IS_WARM = "import sys; print('seaborn' in sys.modules)"
PID = "import os; print(os.getpid())"
FIGURE = """
import matplotlib.pyplot as plt
import seaborn as sns
sns.barplot(x=["a", "b"], y=[1, 2])
"""


@pytest.fixture
def warm_kernels(monkeypatch):
    """This process's own kernels are warm during the test."""
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", warm.PROVISIONER)


def printed(path: Path) -> list[str]:
    """What each code cell printed."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return ["".join(out.get("text", "") for out in cell.outputs).strip() for cell in cells]


def wait_until_gone(pids: list[int], seconds: float = 20) -> list[int]:
    """The processes that still live after so long."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# ---- the same notebooks ---------------------------------------------------------------------------------------------


@linux_only
def test_real_notebooks_are_byte_identical_to_those_of_ordinary_kernels(project, tmp_path):
    report = load_report("lulea-2020-21", project)
    units = [Unit("lulea", "Luleå", "municipality"), Unit("99001022", "en liten skola", "school")]
    jobs = [job for job in plan(report, project, units, report.school_year) if job.section in ("health-cases", "health-survey")]
    cold = [replace(job, output=tmp_path / "cold" / job.unit.code / job.output.name) for job in jobs]
    assert [execute(job, project).error for job in cold] == [""] * 4
    assert [outcome.error for outcome in execute_all(jobs, project, workers=2)] == [""] * 4
    for ordinary, forked in zip(cold, jobs, strict=True):
        assert forked.output.read_bytes() == ordinary.output.read_bytes()
        assert nbformat.read(forked.output, as_version=4).metadata.kernelspec.name == "python3"


@linux_only
def test_figures_shown_by_pyplot_do_not_vanish(job_of, tmp_path):
    table = "import pandas as pd\npd.DataFrame({'a': [1]})"
    job = job_of("figure", FIGURE, "plt.plot([1, 2]); plt.show()", table, "plt.rcParams['figure.figsize']")
    cold = replace(job, output=tmp_path / "cold.ipynb")
    execute(cold, tmp_path)
    assert [outcome.error for outcome in execute_all([job], tmp_path, workers=1)] == [""]
    assert job.output.read_bytes() == cold.output.read_bytes()
    first, second, *_ = nbformat.read(job.output, as_version=4).cells
    assert ["image/png" in out.get("data", {}) for out in (*first.outputs[-1:], *second.outputs)] == [True, True]


@linux_only
def test_a_batch_gets_warm_kernels_in_the_project_folder(job_of, tmp_path, monkeypatch):
    monkeypatch.setenv("SQA_TEST", "handed on")
    job = job_of("where", IS_WARM, "import os; print(os.getcwd())", "print(os.environ['SQA_TEST'])", "print(__name__)")
    assert [outcome.error for outcome in execute_all([job], tmp_path, workers=1)] == [""]
    assert printed(job.output) == ["True", str(tmp_path), "handed on", "__main__"]


def test_kernels_share_nothing_and_draw_their_own_random_numbers(job_of, tmp_path):
    draw = "import numpy as np, random; print(np.random.random(), random.random(), 'left' in dir(np)); np.left = 1"
    jobs = [job_of("one", draw), job_of("two", draw)]
    assert [outcome.error for outcome in execute_all(jobs, tmp_path, workers=1)] == ["", ""]
    one, two = (printed(job.output)[0].split() for job in jobs)
    assert one[0] != two[0]
    assert one[1] != two[1]
    assert (one[2], two[2]) == ("False", "False")


def test_a_notebook_may_use_multiprocessing(job_of, tmp_path):
    pool = "from multiprocessing import get_context\nwith get_context('spawn').Pool(1) as pool: print(pool.map(abs, [-1]))"
    job = job_of("pool", pool)
    assert [outcome.error for outcome in execute_all([job], tmp_path, workers=1)] == [""]
    assert printed(job.output) == ["[1]"]


# ---- one bad notebook touches no other ------------------------------------------------------------------------------


def test_an_exception_and_a_crash_touch_no_other_notebook(job_of, tmp_path):
    jobs = [
        job_of("raises", PID, "1 / 0"),
        job_of("crashes", PID, "import os; os._exit(3)"),
        job_of("kills-itself", PID, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
        job_of("good-1", PID, "print('whole')"),
        job_of("good-2", PID, "print('whole')"),
    ]
    errors = {outcome.job.section: outcome.error for outcome in execute_all(jobs, tmp_path, workers=2)}
    assert errors.pop("raises") == "cell 2: ZeroDivisionError: division by zero"
    assert errors.pop("crashes").startswith("DeadKernelError")
    assert errors.pop("kills-itself").startswith("DeadKernelError")
    assert errors == {"good-1": "", "good-2": ""}
    assert [printed(job.output)[1] for job in jobs[3:]] == ["whole", "whole"]
    assert "ZeroDivisionError" in jobs[0].output.read_text()
    assert wait_until_gone([int(printed(job.output)[0]) for job in (jobs[0], *jobs[3:])]) == []


def test_a_hanging_notebook_fails_after_the_time_out_and_its_kernel_ends(job_of, tmp_path, monkeypatch, warm_kernels):
    monkeypatch.setattr("sqa_lib.batch.execute.CELL_TIMEOUT", 3)
    pid = tmp_path / "pid"
    tell = f"import os, pathlib, time; pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))"
    hangs = job_of("hangs", tell, "time.sleep(600)")
    assert execute(hangs, tmp_path).error.startswith("CellTimeoutError")
    assert wait_until_gone([int(pid.read_text())]) == []
    assert execute(job_of("good", "print('whole')"), tmp_path).error == ""


# ---- interrupt, kill, end -------------------------------------------------------------------------------------------


def run_code(client: BlockingKernelClient, code: str) -> str:
    """The name of the exception that the code ends in, "" when it ends well."""
    return client.execute_interactive(code, timeout=30, output_hook=lambda message: None)["content"].get("ename", "")


@linux_only
def test_a_warm_kernel_is_interrupted_restarted_and_killed_like_any_other(warm_kernels):
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=30)
    assert isinstance(manager.provisioner.process, warm.ForkedKernel)

    asked = client.execute("import time; print('begun', flush=True); time.sleep(600)")
    while client.get_iopub_msg(timeout=60)["content"].get("text") != "begun\n":
        pass
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != asked:
        pass  # late answers to the questions whether it is ready
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert run_code(client, "import time") == ""

    first = manager.provisioner.pid
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=30)
    assert run_code(client, "time.time()") == "NameError"
    second = manager.provisioner.pid
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert not manager.is_alive()
    assert first != second
    assert wait_until_gone([first, second]) == []


NAMES = ("one", "two", "three", "four", "five", "six")
RUN = f"""
import sys
from pathlib import Path
from sqa_lib.batch import Job, execute_all
from sqa_lib.units import Unit

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    unit = Unit("x", "X", "school")
    jobs = [Job(n, "", unit, folder / (n + ".ipynb"), folder / "out" / (n + ".ipynb"), {{}}) for n in {NAMES}]
    list(execute_all(jobs, folder, workers=2))
"""


@linux_only
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_a_killed_run_leaves_no_process_and_starts_no_further_notebook(job_of, tmp_path, how):
    for name in NAMES:
        started = str(tmp_path / f"{name}.started")
        job_of(name, f"import pathlib, time; pathlib.Path({started!r}).touch(); time.sleep(600)")
    (tmp_path / "run.py").write_text(RUN)
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path)]
    run = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 90
    while len(list(tmp_path.glob("*.started"))) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    family = [process.pid for process in psutil.Process(run.pid).children(recursive=True)]
    assert len(family) >= 6  # two workers, their warm processes and kernels
    if how == signal.SIGINT:
        os.killpg(run.pid, how)  # as Ctrl-C in a terminal does
    else:
        run.send_signal(how)
    run.wait(timeout=30)
    assert wait_until_gone(family) == []
    assert len(list(tmp_path.glob("*.started"))) == 2


# ---- where no fork is possible --------------------------------------------------------------------------------------

HINDERED = """
import logging, sys
from pathlib import Path
from sqa_lib.batch import Job, warm
from sqa_lib.batch.execute import execute
from sqa_lib.units import Unit

if __name__ == "__main__":
    warm.PRELOADED = ("unsuitable",)
    warm.use_warm_kernels()
    folder = Path(sys.argv[1])
    for name in ("one", "two"):
        print(execute(Job(name, "", Unit("x", "X", "school"), folder / "cold.ipynb", folder / f"{name}.ipynb", {}), folder).error)
"""


@linux_only
@pytest.mark.parametrize(
    "module, reason",
    [
        ("import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()", "has 2 threads"),
        ("1 / 0", "did not start"),
    ],
)
def test_where_forking_is_not_safe_an_ordinary_kernel_runs_and_one_message_says_why(job_of, tmp_path, module, reason):
    job_of("cold", IS_WARM)
    (tmp_path / "unsuitable.py").write_text(module)
    (tmp_path / "run.py").write_text(HINDERED)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path)]
    run = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=120)
    assert run.stdout.split() == []
    assert [printed(tmp_path / f"{name}.ipynb") for name in ("one", "two")] == [["False"], ["False"]]
    assert run.stderr.count("notebooks get ordinary kernels") == 1
    assert reason in run.stderr


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_get_ordinary_kernels(monkeypatch, caplog, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert not warm.can_fork.__wrapped__()
    assert f"can't be forked safely on {platform}" in caplog.text


@pytest.mark.parametrize(
    "cmd, own",
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x.json"], True),
        ([sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "x.json"], True),
        (["/elsewhere/bin/python", "-m", "ipykernel_launcher", "-f", "x.json"], False),
        (["R", "--slave", "-e", "IRkernel::main()", "--args", "x.json"], False),
    ],
)
def test_only_this_environments_python_kernel_is_forked(cmd, own):
    assert warm.is_own_kernel(cmd) is own


def test_plain_papermill_can_use_warm_kernels_by_name(job_of, tmp_path):
    job = job_of("plain", IS_WARM)
    env = os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": warm.PROVISIONER}
    output = tmp_path / "plain-out.ipynb"
    subprocess.run([sys.executable, "-m", "papermill", str(job.notebook), str(output)], env=env, check=True, capture_output=True)
    assert printed(output) == [str(sys.platform == "linux")]
    assert json.loads(output.read_text())["metadata"]["kernelspec"]["name"] == "python3"
