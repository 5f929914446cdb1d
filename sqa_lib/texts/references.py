"""References in a unit's own text: `{{ v('health_cases') }}` becomes the published figure, and reaches nothing else.

A reference is a figure or a change, with filters, or one of a few names. Anything else that Jinja could do (loops,
conditions, attributes, arithmetic, other filters) is refused before it runs, so that a text can neither look around nor run on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sqa_lib.published import UnknownStatistic
from sqa_lib.report import ReportError
from sqa_lib.texts.markup import refused_in
from sqa_lib.texts.vocabulary import environment
from sqa_lib.words import nearest

CALLS = ("v", "change")
NAMES = ("unit", "units", "above", "year", "last_year", "years")
OF_FIGURES = ("number", "spelled")
FILTERS = (*OF_FIGURES, "cap", "lower_first")
ALLOWED = (
    "a text may hold {{ v('statistic', dimension='code', at='unit', school_year='2019/20') }}, {{ change('statistic') }}, "
    f"the names {', '.join(NAMES)} and the filters {', '.join(FILTERS)}"
)


class TextError(ReportError):
    """A reference in a text, or markup in it, can't be used; the message names the file, the line and what is allowed."""


@dataclass(frozen=True)
class Mistake:
    """A reference or markup that can't be used. line: in the file; why: what is wrong and what is right."""

    line: int
    why: str


def filled(text: str, names: Mapping[str, Any], file: str, first_line: int = 1) -> str:
    """The text with its references replaced; all else stays as it is, character for character.

    names: see `sqa_lib.texts.vocabulary.Figures.for_texts`. first_line: where in the file the text begins;
    0 where `file` says the place itself.
    Raises TextError at the first reference that can't be used.
    """
    parts = list(_parts(text, names, first_line))
    for part in parts:
        if isinstance(part, Mistake):
            raise TextError(f"{file}, line {part.line}: {part.why}" if first_line else f"{file}: {part.why}")
    return "".join(parts)


def mistakes_in(text: str, names: Mapping[str, Any]) -> list[Mistake]:
    """Every reference, and all markup, that can't be used."""
    return [part for part in _parts(text, names, 1) if isinstance(part, Mistake)]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """The sandbox of notebooks' templates, but `{#` is no comment: in Markdown a heading's name begins so."""
    return environment().overlay(comment_start_string="{{!", comment_end_string="!}}", keep_trailing_newline=True)


def _parts(text: str, names: Mapping[str, Any], first_line: int) -> Iterator[str | Mistake]:
    yield from (Mistake(first_line + line, why) for line, why in refused_in(text))
    try:
        body = _environment().parse(text).body
    except TemplateSyntaxError as error:
        yield Mistake(first_line + error.lineno - 1, f"the reference can't be read ({error.message}); {ALLOWED}")
        return
    for statement in body:
        for node in statement.nodes if isinstance(statement, nodes.Output) else [statement]:
            yield node.data if isinstance(node, nodes.TemplateData) else _value(node, names, first_line + node.lineno - 1)


def _value(node: nodes.Node, names: Mapping[str, Any], line: int) -> str | Mistake:
    if refused := _refused(node):
        return Mistake(line, refused)
    template = nodes.Template([nodes.Output([node], lineno=1)], lineno=1)
    try:
        return _environment().from_string(template).render(names)
    except UnknownStatistic as error:
        return Mistake(line, str(error))
    except (TypeError, TemplateError) as error:
        return Mistake(line, f"the reference can't be used ({error}); {ALLOWED}")


def _refused(node: nodes.Node) -> str:
    """What a text may not do; "" for a reference that may run."""
    match node:
        case nodes.Name(name=name):
            return "" if name in NAMES else _unknown("name", name, NAMES)
        case nodes.Call(node=nodes.Name(name=name), args=args, kwargs=pairs, dyn_args=None, dyn_kwargs=None):
            return _refused_call(name, args, [pair.value for pair in pairs])
        case nodes.Filter(node=nodes.Node() as inner, name=name, args=[], kwargs=[], dyn_args=None, dyn_kwargs=None):
            return _refused_filter(name, inner) or _refused(inner)
    return f"this is no reference to a figure; {ALLOWED}"


def _refused_filter(name: str, inner: nodes.Node) -> str:
    if name in OF_FIGURES and not (
        isinstance(inner, nodes.Call) and isinstance(inner.node, nodes.Name) and inner.node.name == "v"
    ):
        return f"the filter `{name}` must stand right after `v(…)`"
    return "" if name in FILTERS else _unknown("filter", name, FILTERS)


def _refused_call(name: str, statistics: list[nodes.Node], others: list[nodes.Node]) -> str:
    if name not in CALLS:
        return _unknown("name", name, CALLS)
    if len(statistics) != 1 or not all(map(_is_plain, [*statistics, *others])):
        return f"in `{name}(…)` stands one statistic, then what picks the figure, as texts in quotes; {ALLOWED}"
    return ""


def _is_plain(node: nodes.Node) -> bool:
    """A text in quotes or one of the names (`school_year=last_year`)."""
    return (isinstance(node, nodes.Const) and isinstance(node.value, str)) or (
        isinstance(node, nodes.Name) and node.name in NAMES
    )


def _unknown(what: str, name: str, known: tuple[str, ...]) -> str:
    return f"no {what} `{name}`{nearest(name, known)}"
