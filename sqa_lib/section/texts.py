"""What a unit says itself: `texts/<unit>/<section>.md` in the report's data folder, optional, in Markdown.

What stands under the heading `## Slutsats`, until the next one, are the unit's conclusions, all else its comment. What stands in
`texts/<section>.md` is said in the books of all units.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqa_lib.texts.bullets import bullets
from sqa_lib.texts.notes import Notes, with_notes, without_notes
from sqa_lib.texts.pictures import with_pictures
from sqa_lib.texts.written import read_written

_CONCLUSION = re.compile(r"^#{1,6}[ \t]+Slutsats(?:er)?[ \t]*:?[ \t]*#*[ \t]*$", re.MULTILINE | re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}[ \t]", re.MULTILINE)
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
        return self._part(0, len(self._body)).strip()

    @cached_property
    def comment(self) -> str:
        """Markdown, may be empty: what stands before the conclusions, and from the next heading on."""
        start, end = self._conclusions
        return "\n\n".join(filter(None, [self._part(0, start).strip(), self._part(end, len(self._body)).strip()]))

    @cached_property
    def conclusions(self) -> tuple[str, ...]:
        """One sentence or phrase each."""
        return tuple(_SPACES.sub(" ", self._filled(*bullet)).strip() for bullet in self._bullets)

    @property
    def conclusion_lines(self) -> tuple[int, ...]:
        """The line of the file that each conclusion begins on."""
        return tuple(line for _, line in self._bullets)

    @cached_property
    def _bullets(self) -> list[tuple[str, int]]:
        start, end = self._conclusions
        _, _, said = self._body[start:end].partition("\n")
        return list(bullets(said, self._line(start) + 1))

    @cached_property
    def _body(self) -> str:
        return without_notes(self.written)[0]

    @cached_property
    def _notes(self) -> Notes:
        return without_notes(self.written)[1]

    @cached_property
    def _conclusions(self) -> tuple[int, int]:
        """Where they begin, with their heading, and end."""
        found = _CONCLUSION.search(self._body)
        if not found:
            return len(self._body), len(self._body)
        following = _HEADING.search(self._body, found.end())
        return found.start(), following.start() if following else len(self._body)

    def _part(self, start: int, end: int) -> str:
        return self._filled(self._body[start:end], self._line(start)) if end > start else ""

    def _filled(self, part: str, line: int) -> str:
        return with_notes(self.fill(part, line), self._notes, self.fill)

    def _line(self, place: int) -> int:
        return self._body.count("\n", 0, place) + 1


def text_path(unit: str, section: str) -> str:
    """Where a unit's text for a section stands in the report's data folder; "" for what is said in all units' books."""
    return "/".join(["texts", *([unit] if unit else []), f"{section}.md"])


def read_text(data: Path, file: str, fill: Fill | None = None) -> UnitText:
    """A text of a report's data folder, see `text_path`; an empty one when there is no file. Raises TextError."""
    written = with_pictures(read_written(data, file), data, file) if (data / file).is_file() else ""
    return UnitText(written, fill) if fill else UnitText(written)
