"""No process outlives the one that it works for, and one that is killed takes nothing else with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sqa_lib.batch.execute import execute
from sqa_lib.warm.forks import zygote
from sqa_lib.warm.limits import limits
from tests.batch.test_limits import alive, wait_until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="notebooks are forked on Linux only")

RUN = """
import sys
from pathlib import Path
from functools import partial
from sqa_lib.batch import Job, Task
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.storage import SharedFolder
from sqa_lib.batch.workers import Workers
from sqa_lib.build import run_section
from sqa_lib.units import Unit

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    jobs = [Job(n, "", Unit("x", "X", "school"), folder / f"{n}.ipynb", folder / "out" / f"{n}.ipynb", {}) for n in sys.argv[2:]]
    project = SharedFolder(folder)
    with Workers(project, 2) as workers:
        list(run([Task("x", job.section, partial(run_section, job, project)) for job in jobs], workers))
"""


def wait_for(happens: Callable[[], object], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.1)


def sleeping(started: Path) -> str:
    return f"import os, time\nfrom pathlib import Path\nPath({str(started)!r}).write_text(str(os.getpid())); time.sleep(600)"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_a_killed_run_leaves_no_process_and_starts_no_further_notebook(how: signal.Signals, job_of, tmp_path: Path) -> None:
    names = ("one", "two", "three", "four")
    for name in names:
        job_of(name, sleeping(tmp_path / f"{name}.started"))
    (tmp_path / "run.py").write_text(RUN)
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path), *names]
    run = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    wait_for(lambda: run.poll() is not None or len(list(tmp_path.glob("*.started"))) == 2)
    family = [process.pid for process in psutil.Process(run.pid).children(recursive=True)]
    assert len(family) >= 6  # two workers, their zygotes and notebooks
    if how == signal.SIGINT:
        os.killpg(run.pid, how)  # as Ctrl-C in a terminal does
    else:
        run.send_signal(how)
    run.wait(timeout=60)
    assert wait_until_gone(family) == []
    assert len(list(tmp_path.glob("*.started"))) == 2


def test_a_killed_zygote_takes_its_notebooks_and_the_next_gets_a_new_one(job_of, tmp_path: Path) -> None:
    started = tmp_path / "started"
    job, first = job_of("sleeps", sleeping(started)), zygote()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(execute, job, tmp_path)
        wait_for(lambda: started.is_file() and started.read_text())
        os.kill(psutil.Process(int(started.read_text())).ppid(), signal.SIGKILL)
        assert waiting.result().error == (
            "cell 1: DeadKernelError: its process could not be forked, or the one that it is a fork of ended"
        )
    assert wait_until_gone([int(started.read_text())]) == []
    good = job_of("good", "print('whole')")
    assert execute(good, tmp_path).error == ""
    assert zygote() is not first


def test_a_notebooks_process_and_what_it_started_end_with_it(tmp_path: Path) -> None:
    """Whether it is let go, or ends by itself and leaves a program behind."""
    with zygote().fork(limits(), str(tmp_path), [], {}) as fork:
        next(fork.receive(60))
        code = "import os, subprocess; print(os.getpid(), subprocess.Popen(['sleep', '600']).pid)"
        request = {"msg_id": "1", "msg_type": "execute_request"}
        content = {"code": code, "silent": False, "allow_stdin": False, "stop_on_error": False}
        fork.send({"header": request, "metadata": {}, "content": content})
        (printed,) = [m["content"]["text"] for m in _until_reply(fork) if m["msg_type"] == "stream"]
        pids = [int(pid) for pid in printed.split()]
        assert [alive(pid) for pid in pids] == [True, True]
    assert wait_until_gone(pids) == []


def test_what_a_notebook_lets_go_of_ends_with_it_too(job_of, tmp_path: Path) -> None:
    """A process of a session of its own, whose parent has ended: no other notebook runs that it could belong to."""
    told = tmp_path / "pid"
    lets_go = f"""
import os, time
from pathlib import Path
told = Path({str(told)!r})
if not os.fork():
    os.setsid()
    if not os.fork():
        told.with_suffix(".part").write_text(str(os.getpid()))
        told.with_suffix(".part").replace(told)
        time.sleep(600)
    os._exit(0)
while not told.is_file():
    time.sleep(0.01)
"""
    assert execute(job_of("lets-go", lets_go), tmp_path).error == ""
    assert wait_until_gone([int(told.read_text())], 5) == []


def _until_reply(fork) -> list[dict]:
    found: list[dict] = []
    for message in fork.receive(60):
        found.append(message)
        if message["msg_type"] == "execute_reply":
            break
    return found


def test_many_notebooks_leave_no_descriptor_and_no_process(job_of, tmp_path: Path) -> None:
    job, server = job_of("one", "1"), psutil.Process(zygote()._process.pid)
    assert execute(job, tmp_path).error == ""
    wait_for(lambda: not server.children())
    before = psutil.Process().num_fds(), server.num_fds()
    for _ in range(5):
        assert execute(job, tmp_path).error == ""
    wait_for(lambda: not server.children())
    assert psutil.Process().num_fds() <= before[0] and server.num_fds() <= before[1]


def test_an_interrupt_ends_the_notebook_at_once(job_of, tmp_path: Path) -> None:
    """Ctrl-C reaches the process that runs `execute`, not the notebook."""
    started = tmp_path / "started"
    job_of("sleeps", sleeping(started))
    program = (
        "import sys\nfrom pathlib import Path\nfrom sqa_lib.batch import Job\nfrom sqa_lib.batch.execute import execute\n"
        "from sqa_lib.units import Unit\nf = Path(sys.argv[1])\n"
        "execute(Job('sleeps', '', Unit('x', 'X', 'school'), f / 'sleeps.ipynb', f / 'out.ipynb', {}), f)"
    )
    run = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stderr=subprocess.PIPE, text=True)
    wait_for(lambda: started.is_file() and started.read_text())
    run.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in run.communicate(timeout=60)[1]
    assert wait_until_gone([int(started.read_text())]) == []
