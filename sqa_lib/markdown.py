"""Data in Markdown: the one place that escapes what comes from data and parameters, so that it is read as text and no more.

Everything that a section handles is Markdown. What enters it from data (names of units, labels, reasons) is written with
character references: they mean the same to Pandoc, Quarto and JupyterLab, in prose, tables, headings and alternative texts, and
no cutting, joining or wrapping of lines makes markup of them. What leaves it for something else, a chart, is `plain` again.
"""

import html
import re
import unicodedata

_MARKUP = re.compile(
    r"""[\\`*{}\[\]<>&#@$~^|"!(]
    | (?<![^\W_])['_:%+=.)-] | ['_:%+=.)-](?![^\W_])   # within a word they are letters: O'Brien, a_b, S:t, F-6
    """,
    re.VERBOSE,
)

_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that nobody sees: controls, halves of signs, and what turns the order of the signs after it, so that a number beside a
name would be read backwards."""


def literal(text: str) -> str:
    """Markdown that reads as the text, on one line: `literal("<b> & *x*") == "&#60;b&#62; &#38; &#42;x&#42;"`."""
    shown = (sign for sign in text if sign.isspace() or not _HIDDEN.match(sign))
    line = " ".join("".join(shown).split())
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", line)


def of_one_width(markdown: str) -> str:
    """The same with references for signs that are wider or narrower than others, for tables that are ruled in characters."""
    return "".join(
        f"&#{ord(sign)};" if unicodedata.combining(sign) or unicodedata.east_asian_width(sign) in "WF" or _is_bare(sign) else sign
        for sign in markdown
    )


def _is_bare(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Me", "Cf", "Co", "Cn", "So")


def plain(markdown: str) -> str:
    """The text that `literal` made Markdown of."""
    return html.unescape(markdown)
