"""What a notebook can be told: the names, types and values that its cell of parameters assigns, read from its code."""

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Any, Literal

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from pydantic import TypeAdapter, ValidationError

from sqa_lib.report import GIVEN, ReportError
from sqa_lib.words import nearest

_TYPES: dict[str, object] = {kind.__name__: kind for kind in (str, int, float, bool, list, dict, tuple, set)}
_EXAMPLES = {"int": "5", "float": "2.5", "bool": "True or False", "list": "[1, 2]", "dict": "{'a': 1}"}


@dataclass(frozen=True)
class Parameter:
    """kind: its type as the notebook writes it, or as its value has it; type: the same for checking, `Any` where nothing says."""

    kind: str
    type: object

    def takes(self, value: object) -> bool:
        return _is(self.type, value)

    def of_text(self, text: str) -> object:
        """What is meant on a command line: the text itself where only text is meant, else what it says in Python.
        Raises ValueError."""
        if self.type in (Any, str):
            return text
        for value in (*_literal(text), text):
            if self.takes(value):
                return TypeAdapter(self.type).validate_python(value, strict=True)
        raise ValueError(text)


def check_parameters(notebook: Path, values: Mapping[str, object]) -> None:
    """Refuse a parameter that the notebook does not declare, or a value of another type, and list the right ones.

    papermill itself only warns of an unknown parameter.
    """
    declared = declared_parameters(notebook)
    for name, value in values.items():
        if name not in declared:
            raise ReportError(f"{notebook.name}: unknown parameter `{name}`{nearest(name, declared)}")
        if not declared[name].takes(value):
            listed = ", ".join(f"{name} ({parameter.kind})" for name, parameter in declared.items())
            raise ReportError(
                f"{notebook.name}: parameter `{name}` is {value!r}, expected {declared[name].kind}; it has: {listed}"
            )


def typed_parameters(notebook: Path, texts: Mapping[str, str]) -> dict[str, object]:
    """Parameters as they are typed on a command line, each of the type that the notebook's own value has: `few=5` is a number
    where the notebook has `few = 10`. What the build sets itself is refused: a book would hold another unit's or year's figures
    under its own title."""
    declared = declared_parameters(notebook)
    if given := [name for name in texts if name in GIVEN]:
        raise ReportError(f"parameter `{given[0]}` is set by the build; choose units with `--unit` and years with `--year`")
    return {name: _typed(notebook, name, text, declared.get(name, Parameter("None", Any))) for name, text in texts.items()}


def _typed(notebook: Path, name: str, text: str, parameter: Parameter) -> object:
    try:
        return parameter.of_text(text)
    except ValueError:
        example = f", such as {_EXAMPLES[parameter.kind]}" if parameter.kind in _EXAMPLES else ""
        raise ReportError(f"{notebook.name}: parameter `{name}` is {text!r}, expected {parameter.kind}{example}") from None


@cache
def declared_parameters(notebook: Path) -> Mapping[str, Parameter]:
    """What the first cell with the tag `parameters` assigns, by name. Raises ReportError where the cell is no Python."""
    cells = nbformat.read(notebook, as_version=4).cells
    code = next((cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])), "")
    try:
        statements = ast.parse(TransformerManager().transform_cell(code)).body
    except SyntaxError as error:
        raise ReportError(f"{notebook.name}: line {error.lineno} of its cell of parameters is no Python: {error.msg}") from None
    return {name: parameter for statement in statements for name, parameter in _assigned(statement)}


def _assigned(statement: ast.stmt) -> list[tuple[str, Parameter]]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
            return [(name, Parameter(ast.unparse(annotation), _type(annotation)))]
        case ast.Assign(targets=targets, value=value):
            return [found for target in targets for found in _of_target(target, value)]
    return []


def _of_target(target: ast.expr, value: ast.expr) -> list[tuple[str, Parameter]]:
    match target, value:
        case ast.Name(id=name), _:
            return [(name, _of_value(value))]
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=values) | ast.List(elts=values))):
            return [found for each in zip(names, values, strict=False) for found in _of_target(*each)]
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), _):
            return [(name.id, Parameter("None", Any)) for name in names if isinstance(name, ast.Name)]
    return []


def _of_value(value: ast.expr) -> Parameter:
    """`None` and what has to be computed say nothing of a type."""
    found = _literal(ast.unparse(value))
    kind = type(found[0]) if found and found[0] is not None else None
    return Parameter(kind.__name__, kind) if kind else Parameter("None", Any)


def _type(annotation: ast.expr) -> object:
    """An annotation as a type, without running the notebook's code; `Any` for what is not known here."""
    match annotation:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(quoted)):
            return _quoted(quoted)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either([left, right])
        case ast.Subscript(value=outer, slice=inner):
            return _generic(_name(outer), inner.elts if isinstance(inner, ast.Tuple) else [inner])
    return _TYPES.get(_name(annotation).lower(), Any)


def _quoted(annotation: str) -> object:
    try:
        return _type(ast.parse(annotation, mode="eval").body)
    except SyntaxError:  # words, which say nothing of a type
        return Any


def _generic(name: str, inner: list[ast.expr]) -> object:
    match name:
        case "Literal":
            values = [value for each in inner for value in _literal(ast.unparse(each))]
            return Literal[tuple(values)] if len(values) == len(inner) else Any
        case "Optional" | "Union":
            return _either([*inner, *([ast.Constant(None)] if name == "Optional" else [])])
        case "list" | "dict" | "tuple" | "set" | "List" | "Dict" | "Tuple" | "Set":
            last = [... if isinstance(value, ast.Constant) and value.value is ... else _type(value) for value in inner]
            return _TYPES[name.lower()][tuple(last)]
        case "Annotated" | "Final":
            return _type(inner[0])
    return Any


def _either(annotations: list[ast.expr]) -> object:
    found = [_type(annotation) for annotation in annotations]
    return Any if Any in found else reduce(operator.or_, (type(None) if each is None else each for each in found))


def _name(annotation: ast.expr) -> str:
    """`Literal` of `typing.Literal` too."""
    return annotation.attr if isinstance(annotation, ast.Attribute) else getattr(annotation, "id", "")


def _literal(text: str) -> tuple[object, ...]:
    try:
        return (ast.literal_eval(text),)
    except (ValueError, SyntaxError):
        return ()


def _is(kind: object, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True
