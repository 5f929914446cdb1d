"""Forms that people fill in: every workbook and YAML file of a folder, read as the rows of one dataset.

A workbook's rows stand in the sheet that the dataset's `Form` names; its other sheets explain. A YAML file has the headers as
keys: those at the top go for all of its rows, which are the list of the same name. A row's number is then its line.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import yaml

from sqa_lib.sources.cells import folded
from sqa_lib.sources.datasets import Form
from sqa_lib.sources.files import RawTable, decoded, read_sheet
from sqa_lib.sources.problems import Problem, SourceError, joined, perhaps

WORKBOOK, TEXT = ".xlsx", (".yml", ".yaml")
_NULL = "tag:yaml.org,2002:null"
_NOT_THE_USERS = (".", "~$")
"""How names begin of files that systems leave, such as the lock of a workbook that is open."""


def read_forms(folder: Path, form: Form) -> tuple[list[RawTable], list[Problem]]:
    """The cells of all forms of a report's data folder, by file name, and what is wrong with files that can't be used."""
    tables, problems = [], []
    for path in _entries(folder, form):
        try:
            tables.append(replace(_read(path, form), file=_shown(path), is_form=True))
        except SourceError as error:
            problems.append(replace(error.problem, file=_shown(path)))
    return tables, problems


def form_files(folder: Path, form: Form) -> list[Path]:
    """Every file that lies where the forms of a report's data folder shall lie."""
    return [path for path in _entries(folder, form) if path.is_file()]


def _entries(folder: Path, form: Form) -> list[Path]:
    """Files and folders by name, `a.xlsx` before `a (1).xlsx`."""
    found = (folder / form.folder).iterdir() if (folder / form.folder).is_dir() else ()
    return sorted((path for path in found if not path.name.startswith(_NOT_THE_USERS)), key=lambda path: (path.stem, path.suffix))


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _read(path: Path, form: Form) -> RawTable:
    if path.is_dir():
        raise SourceError(Problem(path.name, "is a folder, and not looked into", f"put its forms in {form.folder}/ itself"))
    if path.suffix.lower() == WORKBOOK:
        return read_sheet(path, form.rows)
    if path.suffix.lower() in TEXT:
        return read_list(path, form.rows)
    raise SourceError(Problem(path.name, "is not a form", f"save it as {WORKBOOK} or {TEXT[0]}, or take it away"))


def read_list(path: Path, name: str) -> RawTable:
    """The rows of a YAML file: the list under `name`, with the other keys of the file in every row; all as it is written."""
    text = decoded(path)
    content = _composed(path, text)
    if content is None:
        raise SourceError(Problem(path.name, "is empty", "write the form anew, or take it away"))
    top = _pairs(content, path.name, text)
    if folded(name) not in top:
        mend = joined("write the rows under it", perhaps(name, (key.value for key, _ in top.values())))
        raise SourceError(Problem(path.name, f"has no key {name}", mend))
    key, listed = top.pop(folded(name))
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        raise SourceError(Problem(path.name, "has no rows", "write them under it, each after a dash", _line(key), name))
    rows = [top | _pairs(item, path.name, text) for item in listed.value]
    headers = {word: key.value for row in reversed(rows) for word, (key, _) in row.items()}
    cells = [[_text(row[word][1], text) if word in row else "" for word in headers] for row in rows]
    index = pd.Index([_line(item) for item in listed.value], dtype="int64", name="row")
    table = pd.DataFrame(cells, index=index, columns=list(headers.values()), dtype="str")
    return RawTable(path.name, table, pd.Series(len(headers), index=index, dtype="int64"))


def _composed(path: Path, text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        mend = "write as the form has it: a key, a colon, a space and a word, as far in as the lines around it"
        what = "" if isinstance(error, yaml.composer.ComposerError) else f" ({error.problem})"  # that one quotes what is written
        raise SourceError(Problem(path.name, f"is not readable as YAML{what}", mend, row)) from error
    except yaml.YAMLError as error:
        raise SourceError(Problem(path.name, "is not readable as YAML", "save it as UTF-8 text")) from error


def _pairs(node: yaml.Node, file: str, text: str) -> dict[str, tuple[yaml.ScalarNode, yaml.Node]]:
    """Folded key → key and value of a mapping."""
    if not isinstance(node, yaml.MappingNode):
        mend = "write a key, a colon, a space and a word on each line"
        raise SourceError(Problem(file, "is not keys with words", mend, _line(node)))
    pairs: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
    for key, value in _scalar_keys(node, file, text):
        if folded(key.value) in pairs:
            raise SourceError(Problem(file, "is there twice in one row", "keep the one that is right", _line(key), key.value))
        pairs[folded(key.value)] = key, value
    return pairs


def _scalar_keys(node: yaml.MappingNode, file: str, text: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
            raise SourceError(Problem(file, "is not a key", "write one of the form's own", _line(key)))
        yield key, value


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _text(node: yaml.Node, text: str) -> str:
    """What stands there: a word without its quotation marks, anything else as it is written."""
    if node.tag == _NULL:
        return ""
    return node.value if isinstance(node, yaml.ScalarNode) else text[node.start_mark.index : node.end_mark.index].strip()
