"""`sqa lab`."""

import signal
import subprocess
import sys
from importlib.util import find_spec

import typer

from sqa_lib.report import ReportError, project_root


def run_lab() -> None:
    """Open the notebooks in JupyterLab (extra `lab`)."""
    if find_spec("jupyterlab") is None:
        raise ReportError("JupyterLab is not installed; run `pip install 'sqa_lib[lab]'` or use `make lab`")
    with subprocess.Popen([sys.executable, "-m", "jupyterlab", str(project_root() / "notebooks")]) as server:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C it hears too, and asks whether it shall end
        raise typer.Exit(server.wait())
