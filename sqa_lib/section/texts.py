"""What a unit says itself: `texts/<unit>/<section>.md` in the report's data folder, optional, in Markdown.

Everything before the heading `## Slutsats` is the unit's comment; the bullets after it are its conclusions. What stands in
`texts/<section>.md` is said in the books of all units.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_CONCLUSION = re.compile(r"^##\s+Slutsats(?:er)?[ \t]*$", re.MULTILINE)
_BULLET = re.compile(r"^[-*•]\s+(.*(?:\n(?![-*•]\s|\n).*)*)", re.MULTILINE)
_SPACES = re.compile(r"[ \t\n]+")  # a no-break space stays: it holds a number and its unit together

Fill = Callable[[str, int], str]
"""A part of a text, and the line of the file that it begins on → the part with its references replaced."""


@dataclass(frozen=True)
class UnitText:
    """A text as it was written. Its parts are filled when they are asked for, so that a wrong reference spoils only its own."""

    written: str = ""
    fill: Fill = field(default=lambda part, line: part, compare=False)

    @cached_property
    def whole(self) -> str:
        """All of it; Markdown, may be empty."""
        return self.fill(self.written, 1).strip()

    @cached_property
    def comment(self) -> str:
        """Markdown, may be empty."""
        return self.fill(self.written[: self._end_of_comment], 1).strip()

    @cached_property
    def conclusions(self) -> tuple[str, ...]:
        """One sentence or phrase each."""
        rest = self.written[self._end_of_comment :]
        found = self.fill(rest, self.written.count("\n", 0, self._end_of_comment) + 1) if rest else ""
        return tuple(_SPACES.sub(" ", bullet).strip() for bullet in _BULLET.findall(found))

    @property
    def conclusion_lines(self) -> tuple[int, ...]:
        """The line of the file that each conclusion begins on."""
        bullets = _BULLET.finditer(self.written, self._end_of_comment)
        return tuple(self.written.count("\n", 0, bullet.start()) + 1 for bullet in bullets)

    @property
    def _end_of_comment(self) -> int:
        found = _CONCLUSION.search(self.written)
        return found.start() if found else len(self.written)


def text_path(unit: str, section: str) -> str:
    """Where a unit's text for a section stands in the report's data folder; "" for what is said in all units' books."""
    return "/".join(["texts", *([unit] if unit else []), f"{section}.md"])


def read_text(data: Path, file: str, fill: Fill | None = None) -> UnitText:
    """A text of a report's data folder, see `text_path`; an empty one when there is no file."""
    path = data / file
    written = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n") if path.is_file() else ""
    return UnitText(written, fill) if fill else UnitText(written)
