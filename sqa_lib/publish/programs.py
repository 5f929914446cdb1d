"""Programs that make books are started with a locale of ours: what they read and write is UTF-8, paths too, wherever they run."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_LOCALE = "C.UTF-8" if sys.platform.startswith("linux") else "en_US.UTF-8"


def run_program(command: Sequence[str], input: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Its exit code and what it wrote."""
    return subprocess.run(
        command, input=input, cwd=cwd, env=os.environ | {"LC_ALL": _LOCALE, "LANG": _LOCALE},
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
