"""Sentences: Jinja templates in which every number is a published statistic, never typed."""

import re
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sqa_lib.published import Cell
from sqa_lib.words import listed, lower_first, sentence, spelled

_TAG_AT_LINE_END = re.compile(r"%\}\n(?!\s*\n)")
_SPACES = re.compile(r"[ \t]+")


def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox that templates run in; an unknown name is an error, never an empty string."""
    env = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, lstrip_blocks=True)
    env.filters.update(cap=sentence, listed=listed, spelled=_spelled, spelled_number=spelled, lower_first=lower_first)
    return env


def _spelled(cell: Cell) -> str:
    """A count at the start of a sentence or a small one in it: `tre projektskolor`; withheld words itself."""
    singular, plural = cell.statistic.noun
    if not cell.is_known or not cell.value or cell.value != int(cell.value):
        return str(cell)
    if cell.value == 1:
        return f"{'ett' if singular in _NEUTER else 'en'} {singular}"
    return f"{spelled(int(cell.value))}\u00a0{plural}"


_NEUTER = frozenset({"ärende", "barn"})


def render(template: str, context: dict[str, Any]) -> str:
    """The template's text with single spaces and paragraphs kept."""
    text = environment().from_string(_TAG_AT_LINE_END.sub("%} ", template)).render(context)
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(_tidy(paragraph) for paragraph in paragraphs if paragraph.strip())


def _tidy(paragraph: str) -> str:
    """Prose is one line a paragraph; lists and fenced divs keep their lines."""
    lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
    if any(line.startswith(("- ", ":::", "#", "|")) for line in lines):
        return "\n".join(lines)
    return _SPACES.sub(" ", " ".join(lines))
