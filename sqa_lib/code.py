"""Which code something is made by: the library's files that its modules reach by their imports, and packages, by version."""

import json
import platform
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(sqa_lib[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|.*)|import[ \t]+(.*\bsqa_lib\b.*))", re.M)
_MODULE = re.compile(r"\bsqa_lib(?:\.\w+)+")
_PACKAGE = re.compile(r"[\w.-]+")
_IMPORTS_ALL = re.compile(r"^[ \t]+import_module\(", re.M)
"""A package that says so imports all modules of its folder."""


@cache
def code_digest(*modules: str, apart: tuple[str, ...] = ()) -> str:
    """Of all that the modules reach, of Python and of all packages: what they make comes out alike where it is the same."""
    versions = json.dumps({"Python": platform.python_version(), **package_versions()})
    return blake2b((files_digest(reached(*modules, apart=apart)) + versions).encode(), digest_size=16).hexdigest()


def files_digest(paths: Iterable[Path]) -> str:
    """Of names and contents, in this order."""
    found = blake2b(digest_size=16)
    for path in paths:
        found.update(f"{path.name}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


# ---- the library's own ----------------------------------------------------------------------------------------------


def reached(*modules: str, apart: Collection[str] = ()) -> list[Path]:
    """The files that importing the modules may read, wherever in a module the import stands, sorted. apart: modules that count
    themselves, and what they import doesn't."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found and _file(name).is_file():
            found.add(name)
            waiting += [name.rpartition(".")[0], *([] if name in apart else _imported(_file(name)))]
    return sorted({_file(name) for name in found} | {file for name in found for file in _data(_file(name).parent)})


def named_in(text: str) -> set[str]:
    """The library's modules that code (or a notebook's file) speaks of."""
    return set(_MODULE.findall(text))


def _file(module: str) -> Path:
    path = _HERE.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _imported(file: Path) -> tuple[str, ...]:
    text = file.read_text(encoding="utf-8")
    every = [_module(path) for path in file.parent.glob("*.py")] if _IMPORTS_ALL.search(text) else []
    return (*_statements(text), *every)


def _statements(text: str) -> Iterator[str]:
    for package, names, bare in _IMPORT.findall(text):
        yield from [package, *(f"{package}.{name}" for name in re.findall(r"\w+", names))] if package else named_in(bare)


def _module(path: Path) -> str:
    return ".".join(("sqa_lib", *path.relative_to(_HERE).with_suffix("").parts))


@cache
def _data(folder: Path) -> tuple[Path, ...]:
    """The files beside a package's modules that are no code, also in folders that are no package."""
    found: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            found += (file for file in path.rglob("*") if file.is_file())
        elif path.is_file() and path.suffix != ".py":
            found.append(path)
    return tuple(found)


# ---- packages -------------------------------------------------------------------------------------------------------


@cache
def package_versions() -> Mapping[str, str]:
    """Name → version of all that the library needs to run, and of what that needs, sorted; what is not installed here is left
    out."""
    found: dict[str, str] = {}
    waiting = _required("sqa_lib")
    while waiting:
        name = waiting.pop()
        try:
            if name not in found:
                found[name] = version(name)
                waiting += _required(name)
        except PackageNotFoundError:
            continue
    return dict(sorted(found.items()))


def _required(name: str) -> list[str]:
    """What a distribution asks for, without extras."""
    lines = (line for line in requires(name) or [] if "extra ==" not in line)
    return [_PACKAGE.match(line)[0].lower().replace("_", "-") for line in lines]
