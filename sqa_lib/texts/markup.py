"""What a text may not hold, since it goes into a page: markup that is more than Markdown, addresses that are more than links.

Raw HTML, LaTeX and Typst, attributes, code that Quarto would run, its shortcodes and metadata, images that are no picture beside
the text (`sqa_lib.texts.pictures`), and links that a browser runs or that lead to files. The publisher leaves such things out as
well (`harmless.lua`); here the one who wrote it is told.
"""

import html
import re
from collections.abc import Iterator

_SCHEMES = ("http", "https", "mailto", "tel")
_FREE = r"(?<!\\)(?:\\\\)*"
"""Before a sign that no backslash makes a letter."""
_REFUSED = {
    rf"{_FREE}<(?=[A-Za-z/!?])(?![A-Za-z][\w+.-]*:|[^\s<>]+@[^\s<>]+>)": "is raw HTML; write \\< for the sign itself",
    rf"{_FREE}!\[": "is no picture beside the text, ![what it shows](file.png); write \\! for the sign itself",
    rf"{_FREE}\\(?=[A-Za-z])": "is LaTeX; write \\\\ for a backslash",
    r"\{\{+[<%]|[%>]\}\}+": "is one of Quarto's shortcodes, which a text can't use",
    r"\{%|%\}": "is no reference to a figure",
    rf"{_FREE}(?<!\{{)\{{(?!\{{)(?=[^{{}}\n]*=|[^\s{{}}#.])": "begins attributes or code; write \\{ for the sign itself",
    r"`r[ \t]": "is code that Quarto would run",
    r"^---[ \t]*\n(?=[ \t]*\S)": "begins metadata; write *** for a line, and ## before a heading",
}
_MARKUP = [(re.compile(pattern, re.MULTILINE), why) for pattern, why in _REFUSED.items()]
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\](?P<file>\((?P<path>[^()\s]+)(?:[ \t]+\"[^\"\n]*\")?\))")
"""A picture of a file, or one that has become a part of the text."""
_OWN = re.compile(r"(?!/)[^:]+|data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+")
"""What a picture of the text's own refers to."""
_ADDRESS = re.compile(
    r"\]\(\s*<?(?P<inline>[^)>]*)|^[ ]{0,3}\[[^\]\n]+\]:\s*<?(?P<defined>\S+)|<(?P<auto>[A-Za-z][\w+.-]*:[^>]*)>", re.MULTILINE
)


def refused_in(text: str) -> Iterator[tuple[int, str]]:
    """(line from 0, why) of everything that a text may not hold, in its order."""
    text = PICTURE.sub(_without_own, text)
    found = [(match.start(), f"`{_shown(text, match)}` {why}") for pattern, why in _MARKUP for match in pattern.finditer(text)]
    found += [(match.start(), why) for match in _ADDRESS.finditer(text) if (why := _refused_address(match[match.lastgroup]))]
    for start, why in sorted(found):
        yield text.count("\n", 0, start), why


def _without_own(picture: re.Match) -> str:
    """A picture of the text's own as its words alone, so that all else stays in its place."""
    return f" [{picture['alt']}]{' ' * len(picture['file'])}" if _OWN.fullmatch(picture["path"]) else picture[0]


def _shown(text: str, match: re.Match) -> str:
    """The sign and the word after it."""
    return text[match.start() : match.start() + 20].split("\n")[0].split(" ")[0]


def _refused_address(written: str) -> str:
    if "{{" in written:
        return f"the address `{written.strip()}` holds a reference; write it out"
    address = re.sub(r"[\x00-\x20]", "", re.sub(r"\\(?=[^\w\s])", "", html.unescape(written)))
    scheme = re.match(r"([^/?#]*):", address)
    if address.startswith("//") or (scheme and scheme[1].casefold() not in _SCHEMES):
        return f"the address `{written.strip()}` is no link to a page; begin it with https://"
    return ""
