"""The numbers that stand in a text: digits, decimals with comma, percentages, and the words *noll* to *tolv*.

No numbers here are references (`{{ … }}`), headings, school years and years, dates and times, laws and inquiries (2010:800,
3 kap. 12 §), grades and steps (*årskurs 4*, *steg 2*), ranges (F–3, 10–15), parts of names (*Covid-19*, *Skola24*) and the
numbers of lists.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqa_lib.words import SPELLED

_NUMBER_WORDS = {word: value for value, word in enumerate(SPELLED)} | {"ett": 1}
ARTICLES = frozenset({"en", "ett"})
_MONTH = r"(?:jan|feb|mars|apr|maj|juni|juli|aug|sep|okt|nov|dec)\w*"
_GRADE = r"årskurs\w*|åk|klass\w*|år|steg|kapitel|kap|delmål|mål|tabell|figur|avsnitt|punkt|fråga|sid\w*|nr|version"
REFERENCE = re.compile(r"\{\{(?:.|\n)*?\}\}")
_NO_NUMBERS = re.compile(
    rf"""\{{\{{(?:.|\n)*?\}}\}}                                                # references
    | ^\#.*$                                                                  # headings
    | \(\d{{4}}:\d+\) | \b\d{{4}}:\d+                                         # laws and inquiries
    | \b\d{{4}}-\d\d-\d\d\b | \b\d{{1,2}}/\d{{1,2}}\b(?!\d)                   # dates
    | \d{{1,2}}\s{_MONTH} | \b(?:kl\.?|klockan)\s\d{{1,2}}(?:[.:]\d\d)?
    | \b(?:19|20)\d\d(?:\s?[/–-]\s?(?:\d\d){{1,2}})?\b                        # years and school years
    | \b(?:{_GRADE})\.?\s(?:F|\d+)(?:(?:\s?[–-]\s?|,\s|\s(?:och|eller|till)\s)\d+)*   # grades and the like
    | \b\d+\s?[–-]\s?\d+\b | \bF\s?[–-]\s?\d+\b                               # ranges
    | \d+(?:\s(?:och|eller)\s\d+)?\skap\. | \d+(?:\s?[a-z])?(?:[–-]\d+(?:\s?[a-z])?)?\s§+
    | ^[ \t]*(?:\d+\.)*\d+[.)](?=\s)                                          # numbers of lists
    | (?<!\w)\d+(?:\.\d+)+\.?(?!\w)                                           # numbers of parts: 2.1.4
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w,.:/§–-])(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:,\d+)?(?![\w-])(?![,:]\d)"
    r"|(?<![\w-])(?:" + "|".join(_NUMBER_WORDS) + r")(?![\w-])",
    re.IGNORECASE,
)
_ABBREVIATED = r"kap\.|t\.\s?ex\.|bl\.\s?a\.|ca\.|dvs\.|s\.\s?k\.|m\.\s?m\."
_SENTENCE = re.compile(
    rf"(?:\{{\{{(?:.|\n)*?\}}\}}|(?<!\w)(?:{_ABBREVIATED})|[^.!?\n]|[.!?](?=\S)|\n(?!\s*(?:[-*•#]|\d+[.)]\s|\n)))+[.!?]?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*(?:%|procent(?!en))")
_POINTS = re.compile(r"\s*procentenhet")
_BREAK = re.compile(r"[,;:()–](?!\d)|\s(?:och|samt|medans?|men|mot|varav|respektive)\s", re.IGNORECASE)
_WORD = re.compile(r"\w[\w-]*")
_LIST_MARK = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+")


@dataclass(frozen=True)
class WrittenNumber:
    """A number in a sentence.

    line: in the text, from 1. typed: as it stands. decimals: how many it is typed with. before, following: the words around it
    in its sentence, in small letters, the nearest first. clause: the part of the sentence that it stands in.
    """

    sentence: str
    line: int
    typed: str
    value: float
    decimals: int
    is_percentage: bool
    before: tuple[str, ...]
    following: tuple[str, ...]
    clause: str

    @property
    def is_spelled(self) -> bool:
        return self.typed.casefold() in _NUMBER_WORDS

    @property
    def is_article(self) -> bool:
        """Whether it may be an article instead (*en*, *ett*)."""
        return self.typed.casefold() in ARTICLES

    @property
    def is_first(self) -> bool:
        return not self.before and self.typed[:1].isupper()

    @property
    def words(self) -> list[str]:
        """The sentence's words, in small letters."""
        return words_in(self.sentence)


def words_in(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def sentences_in(text: str) -> Iterator[re.Match]:
    """The sentences of a text in Markdown; a heading and an item of a list are one each."""
    return _SENTENCE.finditer(text)


def numbers_in(text: str) -> Iterator[WrittenNumber]:
    """The numbers of a text in Markdown, in order."""
    prose, bare = without(REFERENCE, text), without(_NO_NUMBERS, text)
    for match in sentences_in(text):
        sentence = bare[match.start() : match.end()]
        for number in _NUMBER.finditer(sentence):
            after = sentence[number.end() :]
            if not _POINTS.match(after):
                yield WrittenNumber(
                    match[0],
                    text.count("\n", 0, match.start() + number.start()) + 1,
                    number[0],
                    _value(number[0].casefold()),
                    len(number[0].partition(",")[2]),
                    bool(_PERCENT.match(after)),
                    tuple(reversed(words_in(_LIST_MARK.sub("", sentence[: number.start()], count=1)))),
                    tuple(words_in(after)),
                    _clause(prose[match.start() : match.end()], number),
                )


def _clause(sentence: str, number: re.Match) -> str:
    """What is between the marks and conjunctions around a number; `av dem` and `varav` begin a part too."""
    ends = [(0, 0), *(found.span() for found in _BREAK.finditer(sentence)), (len(sentence), len(sentence))]
    start = max(end for _, end in ends if end <= number.start())
    return sentence[start : min(begin for begin, _ in ends if begin >= number.end())]


def without(pattern: re.Pattern, text: str) -> str:
    """The text with spaces for what the pattern finds, so that every place stays where it was."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _value(written: str) -> float:
    known = _NUMBER_WORDS.get(written)
    return float(re.sub(r"\s", "", written).replace(",", ".")) if known is None else float(known)
