"""What a unit says itself: `data/<report>/texts/<unit>/<section>.md`, optional, in Markdown.

Everything before the heading `## Slutsats` is the unit's comment; the bullets after it are its conclusions.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_CONCLUSION = re.compile(r"^##\s+Slutsats(er)?\s*$", re.MULTILINE)
_BULLET = re.compile(r"^[-*•]\s+(.*(?:\n(?![-*•]\s|\n).*)*)", re.MULTILINE)


@dataclass(frozen=True)
class UnitText:
    """comment: Markdown, may be empty. conclusions: one sentence or phrase each."""

    comment: str = ""
    conclusions: tuple[str, ...] = ()


def read_text(folder: Path, unit: str, section: str) -> UnitText:
    """The unit's text for a section; an empty one when there is no file."""
    path = folder / unit / f"{section}.md"
    return parse_text(path.read_text(encoding="utf-8-sig")) if path.is_file() else UnitText()


def parse_text(text: str) -> UnitText:
    """Split a text into comment and conclusions."""
    comment, *rest = _CONCLUSION.split(text.replace("\r\n", "\n"), maxsplit=1)
    after = rest[-1] if rest else ""
    return UnitText(comment.strip(), tuple(" ".join(bullet.split()) for bullet in _BULLET.findall(after)))
