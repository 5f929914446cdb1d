"""Which library this is: a hash that two machines have in common when the same input gives the same bytes on both."""

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

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


def _packages() -> list[str]:
    """What the library needs to run, without extras."""
    asked = [Requirement(line) for line in requires("sqa_lib") or []]
    return sorted(one.name for one in asked if "extra" not in str(one.marker))


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
