"""The command `sqa`: in a process of its own, as users run it, or in this one, which is sooner."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from sqa_lib.cli import app
from sqa_lib.commands.terminal import console, errors

SQA = Path(sys.executable).with_name("sqa")
WIDTH = 200


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def sqa_process(root: Path, *arguments: str) -> Done:
    """The installed command in a process of its own."""
    run = subprocess.run(
        [str(SQA), *arguments], cwd=root, env=os.environ | {"COLUMNS": str(WIDTH)}, capture_output=True, text=True, timeout=300
    )
    return Done(run.returncode, run.stdout, run.stderr)


def sqa(root: Path, *arguments: str) -> Done:
    """The same command line in this process; an error that it does not tell of is raised."""
    console.width = errors.width = WIDTH  # whatever terminal the tests run in
    with contextlib.chdir(root):
        result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)
