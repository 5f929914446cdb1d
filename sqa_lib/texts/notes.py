"""Footnotes of a text: a note is put where it is referred to (`^[…]`), so that each part of the text takes its own along, and the
notes of two texts are never mixed up."""

import re
from collections.abc import Callable, Mapping

_NOTE = re.compile(
    r"^ {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]*"
    r"(?P<text>.*(?:\n(?! {0,3}\[\^[^\]\s]+\]:)[ \t]*\S.*)*"  # to the next empty line
    r"(?:\n(?:[ \t]*\n)*(?: {4}|\t)[ \t]*\S.*)*)",  # and what is indented after it
    re.MULTILINE,
)
_REFERENCE = re.compile(r"\[\^(?P<name>[^\]\s]+)\]")

Notes = Mapping[str, tuple[str, int]]
"""Name → the note, and the line of the file that it begins on."""


def without_notes(text: str) -> tuple[str, Notes]:
    """The text with empty lines where its notes stood, and the notes."""
    notes = {
        note["name"]: (" ".join(note["text"].split()), text.count("\n", 0, note.start()) + 1) for note in _NOTE.finditer(text)
    }
    return _NOTE.sub(lambda note: "\n" * note[0].count("\n"), text), notes


def with_notes(part: str, notes: Notes, fill: Callable[[str, int], str]) -> str:
    """A part of the text with its notes in it; a reference to a note that there is not stays as it is."""

    def put(reference: re.Match) -> str:
        note = notes.get(reference["name"])
        return f"^[{fill(*note)}]" if note else reference[0]

    return _REFERENCE.sub(put, part)
