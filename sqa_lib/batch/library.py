"""The code and the packages that sections and books come from, by content."""

import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).parents[1]
_NOT_IN_SECTIONS = frozenset(
    {
        "audit", "batch", "build.py", "checked.py", "claims", "cli.py", "command.py", "demo", "disclosure",
        "new_report.py", "publication.py", "progress.py", "publish", "status.py", "stopping.py",
    }
)  # fmt: skip
"""What no section can reach. All else counts, so that a new room does until it is known not to."""

_IN_BOOKS = ("publish", "report.py")
_OF_SECTIONS = (
    "Babel", "font-source-sans-pro", "ipykernel", "ipython", "Jinja2", "matplotlib", "nbclient", "nbformat", "numpy", "pandas",
    "papermill", "pillow", "pyarrow", "pydantic", "PyYAML", "scipy", "seaborn", "statsmodels",
)  # fmt: skip
_OF_BOOKS = (
    "Babel", "font-source-sans-pro", "font-source-serif-pro", "fonttools", "Jinja2", "nbconvert", "nbformat", "pypandoc-binary",
    "PyYAML", "typst",
)  # fmt: skip


@cache
def section_library(root: Path) -> str:
    """A digest of all code that a section can reach, or that settles what it leaves; an analyst's own modules too."""
    rooms = [path for path in sorted(_HERE.iterdir()) if path.name not in _NOT_IN_SECTIONS] + [_HERE / "batch" / "execute.py"]
    own = [*root.glob("*.py"), *(root / "notebooks").rglob("*.py")]
    return _digest([*_files(rooms), *sorted(own)])


@cache
def book_library() -> str:
    return _digest(_files(_HERE / name for name in _IN_BOOKS))


@cache
def section_versions() -> Mapping[str, str]:
    return _versions(_OF_SECTIONS)


@cache
def book_versions(publisher: str) -> Mapping[str, str]:
    """publisher: `quarto` or `embedded`."""
    return _versions(_OF_BOOKS) | ({"Quarto": _quarto()} if publisher == "quarto" else {})


def chosen_publisher(publisher: str) -> str:
    """`quarto` or `embedded`: what `auto` stands for here."""
    return ("quarto" if shutil.which("quarto") else "embedded") if publisher == "auto" else publisher


def _versions(names: Iterable[str]) -> dict[str, str]:
    return {"Python": platform.python_version(), **{name: version(name) for name in names}}


def _quarto() -> str:
    """ "" where it can't be asked: rendering will say why."""
    try:
        return subprocess.run(["quarto", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _files(rooms: Iterable[Path]) -> Iterator[Path]:
    for room in rooms:
        yield from [room] if room.is_file() else sorted(path for path in room.rglob("*") if _counts(path))


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def _digest(paths: Iterable[Path]) -> str:
    found = blake2b(digest_size=16)
    for path in paths:
        found.update(f"{path.name}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()
