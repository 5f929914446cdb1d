"""Why a value is not there: the marks of Swedish official statistics, kept as reasons, never as 0 or NaN alone."""

from enum import StrEnum


class Mark(StrEnum):
    """A typed reason for a missing value; the value of the member is what a file and a table print.

    Source: Skolverket, "Teckenförklaringar" in the statistics database's exports.
    """

    NONE = ""
    MISSING = "."
    WITHHELD = ".."
    NEARLY_ALL = "..."
    RULES_NOT_MET = "-"
    ALL_BUT_FEW = "~100"

    @property
    def explanation(self) -> str:
        """What the mark means, in the report's Swedish."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    Mark.NONE: "",
    Mark.MISSING: "uppgift saknas, eller har inte efterfrågats",
    Mark.WITHHELD: "redovisas inte (för få, eller för att skydda en uppgift om få)",
    Mark.NEARLY_ALL: "redovisas inte, nästan alla elever ingår",
    Mark.RULES_NOT_MET: "underlaget uppfyller inte redovisningsreglerna",
    Mark.ALL_BUT_FEW: "alla utom några få",
}

_SPELLINGS = {mark.value: mark for mark in Mark if mark} | {
    "…": Mark.NEARLY_ALL,
    "–": Mark.RULES_NOT_MET,
    "−": Mark.RULES_NOT_MET,
}


def mark_of(text: str) -> Mark:
    """The mark that a cell's text is, or `Mark.NONE`: `mark_of(" .. ") is Mark.WITHHELD`."""
    return _SPELLINGS.get(text.strip(), Mark.NONE)
