"""Sentences: Jinja templates in which every number is a published statistic, never typed."""

import re
from typing import Any

from sqa_lib.texts.vocabulary import environment

_TAG_AT_LINE_END = re.compile(r"%\}\n(?!\s*\n)")
_SPACES = re.compile(r"[ \t]+")


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
