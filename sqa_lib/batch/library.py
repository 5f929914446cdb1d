"""The code and the packages that sections and books come from, by content."""

import platform
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sqa_lib.code import files_digest, named_in, package_versions, reached

_COMPUTED = ("sqa_lib.publication",)
"""In a build a section reads statistics, and computes none: what computes them counts by what it gives."""


@cache
def section_library(root: Path) -> str:
    """A digest of all code that a section can reach, or that settles what it leaves; an analyst's own modules too."""
    own = [*root.glob("*.py"), *(root / "notebooks").rglob("*.py")]
    written = [*own, *(root / "notebooks").rglob("*.ipynb")]
    named = {name for path in written for name in named_in(path.read_text(encoding="utf-8"))}
    return files_digest([*reached("sqa_lib.section", "sqa_lib.batch.execute", *sorted(named), apart=_COMPUTED), *sorted(own)])


@cache
def book_library() -> str:
    return files_digest(reached("sqa_lib.publish"))


@cache
def code_versions(publisher: str = "") -> Mapping[str, str]:
    """Of Python and all packages. publisher: `quarto` or `embedded` for a book, which may be made by Quarto."""
    quarto = {"Quarto": _quarto()} if publisher == "quarto" else {}
    return {"Python": platform.python_version(), **package_versions(), **quarto}


def chosen_publisher(publisher: str) -> str:
    """`quarto` or `embedded`: what `auto` stands for here."""
    return ("quarto" if shutil.which("quarto") else "embedded") if publisher == "auto" else publisher


def _quarto() -> str:
    """ "" where it can't be asked: rendering will say why."""
    try:
        return subprocess.run(["quarto", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
