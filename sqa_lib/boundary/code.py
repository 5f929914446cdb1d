"""What the code of a section may not do, read from its syntax before it runs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

_MICRODATA = "is for microdata"
_PAST_PYTHON = "opens files by itself"
_PROGRAMS = "starts programs or calls the system"
REFUSED_MODULES = {
    "sqa_lib.sources": _MICRODATA, "sqa_lib.publication": _MICRODATA,
    "pyarrow": _PAST_PYTHON, "python_calamine": _PAST_PYTHON, "duckdb": _PAST_PYTHON, "polars": _PAST_PYTHON,
    "fastparquet": _PAST_PYTHON, "openpyxl": _PAST_PYTHON, "sqlite3": _PAST_PYTHON, "lxml": _PAST_PYTHON, "mmap": _PAST_PYTHON,
    "subprocess": _PROGRAMS, "ctypes": _PROGRAMS, "cffi": _PROGRAMS, "pexpect": _PROGRAMS,
}  # fmt: skip
_PANDAS = "clipboard csv excel feather fwf hdf html json orc parquet pickle sas spss sql sql_query sql_table stata xml"
REFUSED_CALLS = frozenset({f"read_{kind}" for kind in _PANDAS.split()}) | {
    "read_table", "ExcelFile", "HDFStore", "open", "read_text", "read_bytes", "fromfile", "genfromtxt", "loadtxt", "memmap",
    "system", "popen", "getoutput", "getoutputs", "run_cell_magic", "import_module", "__import__",
}  # fmt: skip
_REFUSED_MAGICS = frozenset({"load", "run", "sc", "sx", "system"})
_IN_DATA = re.compile(r"(^|/)data/(?!\S*/(texts/|development_areas\.yml$))\S*$")


@dataclass(frozen=True)
class Refused:
    """One place. what: the end of the sentence `the cell …`."""

    line: int
    what: str


def refused_in(source: str) -> Iterator[Refused]:
    """Everything in a cell's code that a section may not do. Code that is not Python finds nothing: it can't run either."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return
    yield from refused_in_tree(tree)


def refused_in_tree(tree: ast.AST) -> Iterator[Refused]:
    """As `refused_in`, of code that is parsed already."""
    for node in ast.walk(tree):
        for what in _of_node(node):
            yield Refused(node.lineno, what)


def _of_node(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (_said(module, alias.name) for alias in names if (module := _refused_module(alias.name)))
        case ast.ImportFrom(module=str(name), names=names):
            full = [name, *(f"{name}.{alias.name}" for alias in names)]
            yield from [_said(module, module) for text in full if (module := _refused_module(text))][:1]
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in REFUSED_CALLS:
            yield f"calls `{name}`, and a section reads no files, starts no programs and imports only by `import`"
        case ast.Call(func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(value=str(magic)), *_]) if (
            magic in _REFUSED_MAGICS
        ):
            yield f"uses `%{magic}`, and a section reads no files and starts no programs"
        case ast.Constant(value=str(text)) if _IN_DATA.search(text):
            yield f"names `{text}`, which is in the reports' data"


def _said(module: str, name: str) -> str:
    return f"uses `{name}`, which {REFUSED_MODULES[module]}"


def _refused_module(name: str) -> str:
    """The refused module that the name is, or is in; "" when it is in none."""
    return next((module for module in REFUSED_MODULES if name == module or name.startswith(f"{module}.")), "")
