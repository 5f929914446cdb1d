"""Which library this is: a hash that two machines have in common when the same input gives the same bytes on both, and words."""

import hashlib
import platform
import re
import shutil
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


@cache
def library_version() -> str:
    """sha256 of the library's files, Python's version and those of the packages that the library asks for."""
    digest = hashlib.sha256(platform.python_version().encode())
    for name in _packages():
        digest.update(f"{name}={_version_of(name)};".encode())
    for path in sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def versions(root: Path) -> dict[str, str]:
    """Name → version of all that a run is made with. commit: the project's, ending in `-changed` where its files differ from it;
    left out where there is none."""
    packages = {name: _version_of(name) for name in _packages()}
    own = {"python": platform.python_version(), "sqa_lib": _version_of("sqa_lib"), "library": library_version()}
    return {name: text for name, text in {**own, "commit": _commit(root), **packages}.items() if text}


def _commit(root: Path) -> str:
    command = ["git", "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=-changed"]
    asked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False) if shutil.which("git") else None
    return asked.stdout.strip() if asked else ""


def _packages() -> list[str]:
    """What the library needs to run, without extras."""
    return sorted(re.match(r"[\w.-]+", line)[0] for line in requires("sqa_lib") or [] if "extra ==" not in line)


@cache
def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
