"""What a run was made with: Python, the library, every package that it requires, and the project's commit."""

import platform
import re
import shutil
import subprocess
from importlib.metadata import requires, version
from pathlib import Path

LIBRARY = "sqa_lib"


def versions(root: Path) -> dict[str, str]:
    """Name → version. commit: the project's, ending in `-changed` when files differ from it; left out where there is none."""
    needed = [re.match(r"[\w.-]+", line)[0] for line in requires(LIBRARY) or () if "extra ==" not in line]
    packages = {name: version(name) for name in sorted(needed, key=str.lower)}
    found = {"python": platform.python_version(), LIBRARY: version(LIBRARY), **packages, "commit": _commit(root)}
    return {name: text for name, text in found.items() if text}


def _commit(root: Path) -> str:
    if not shutil.which("git"):
        return ""
    command = ["git", "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=-changed"]
    asked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return asked.stdout.strip()
