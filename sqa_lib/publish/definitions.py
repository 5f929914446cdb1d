"""A book defines what it shows: of a report's statistics those that one of the book's chapters refers to."""

import re
from collections.abc import Collection, Mapping

_ANCHOR = re.compile(r"\]\{#(def-[\w-]+)\}")
_REFERENCE = re.compile(r"\.qmd#(def-[\w-]+)\)")


def without_unused(chapters: Mapping[str, str]) -> dict[str, str]:
    """The chapters (file name → Quarto Markdown) without the list items whose definitions no chapter refers to.

    An item that defines several statistics stays when one of them is referred to. Where a book refers to none, it keeps all.
    """
    used = {name for text in chapters.values() for name in _REFERENCE.findall(text)}
    return {file: _without(text, used) for file, text in chapters.items()} if used else dict(chapters)


def _without(text: str, used: Collection[str]) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("- ") or _is_needed(_ANCHOR.findall(line), used))


def _is_needed(defined: Collection[str], used: Collection[str]) -> bool:
    return not defined or any(name in used for name in defined)
