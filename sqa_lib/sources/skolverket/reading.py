"""What a cell of Skolverket's tables says: a number, or a mark in its place."""

from sqa_lib.marks import mark_of
from sqa_lib.sources.cells import Unreadable, number


def reading_of(text: str) -> tuple[float, str] | None:
    """A cell's value and mark; None if it is neither a number nor a mark."""
    if mark := mark_of(text):
        return float("nan"), mark.value
    try:
        return number(text), ""
    except Unreadable:
        return None
