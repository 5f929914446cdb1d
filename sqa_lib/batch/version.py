"""Which library this is: a hash that two machines have in common when the same input gives the same bytes on both, and words."""

import hashlib
import json
import platform
import shutil
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sqa_lib.code import package_versions

PACKAGE = Path(__file__).parents[1]


@cache
def library_version() -> str:
    """sha256 of the library's files, Python's version and those of the packages that the library needs."""
    digest = hashlib.sha256(platform.python_version().encode())
    digest.update(json.dumps(package_versions()).encode())
    for path in sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def versions(root: Path) -> dict[str, str]:
    """Name → version of all that a run is made with. commit: the project's, ending in `-changed` where its files differ from it;
    left out where there is none."""
    own = {"python": platform.python_version(), "sqa_lib": version("sqa_lib"), "library": library_version()}
    return own | ({"commit": commit} if (commit := _commit(root)) else {}) | package_versions()


def _commit(root: Path) -> str:
    command = ["git", "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=-changed"]
    asked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False) if shutil.which("git") else None
    return asked.stdout.strip() if asked else ""
