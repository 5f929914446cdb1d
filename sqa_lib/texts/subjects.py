"""What a sentence is about: which statistic, which codes of a breakdown, which unit, told from its words."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics import Statistic
from sqa_lib.texts.numbers import WrittenNumber, words_in
from sqa_lib.units import Unit, UnitTree

Codes = Sequence[tuple[str, str]]
"""The dimensions and codes of one figure's breakdown."""

COMMON = frozenset(
    """andel antal alla över från under efter samt varav eller inte elev elever barn skola skolor förskola förskolor grundskola
    grundskolan kommun kommunen kommunens genomsnitt läsår läsåret fler""".split()  # noqa: SIM905 (words read easier so)
)
AREA = "Skolområde "
_YEARS = ("year", "survey_year")


def codes_of(breakdown: str) -> list[tuple[str, str]]:
    """The dimensions and codes of `sqa_lib.metrics.tally.breakdown_key`."""
    return [(name, code) for name, _, code in (part.partition("=") for part in breakdown.split(";") if part)]


def units_of(sentence: str, tree: UnitTree, own: str) -> list[str]:
    """The units above or below that the sentence names; the text's own where it names none."""
    if own not in tree:
        return []
    family = {*tree.ancestors(own), *(unit.code for unit in tree.units if own in tree.ancestors(unit.code))}
    named = [code for code in family if code != own and _is_named(tree[code], sentence)]
    return sorted(named) or [own]


def _is_named(unit: Unit, sentence: str) -> bool:
    """By its name, or an area by what follows *Skolområde* in it."""
    if re.search(rf"(?<!\w){re.escape(unit.name)}s?(?!\w)", sentence, re.IGNORECASE):
        return True
    short = unit.name.removeprefix(AREA)
    return (
        unit.level == "area"
        and short != unit.name
        and re.search(rf"(?<!\w){re.escape(short)}(?::?s)?(?!\w)", sentence) is not None
    )


def is_about(number: WrittenNumber, definition: Statistic, codes: Codes) -> bool:
    """Whether a word of what is counted stands in the number's sentence (of the statistic's noun or of its label), and a word of
    each code does; of *en* and *ett*, which are articles too, the noun must stand right after."""
    nouns = nouns_of(definition)
    if number.is_article and not stands_in(nouns, number.following[:2]):
        return False
    if not all(names_code(number.sentence, number.words, *code) for code in codes):
        return False
    telling = [*telling_words(definition), *(noun for noun in nouns if codes or noun not in COMMON)]
    return stands_in(telling, number.words)


@cache
def nouns_of(definition: Statistic) -> tuple[str, ...]:
    """The words for what the statistic counts."""
    return tuple(_content(" ".join(definition.noun)))


@cache
def telling_words(definition: Statistic) -> tuple[str, ...]:
    """The words of the label that tell the statistic from others."""
    return tuple(word for word in _content(definition.label) if word not in COMMON)


def names_code(sentence: str, words: Sequence[str], dimension: str, code: str) -> bool:
    """Whether a sentence, whose words are given too, names a code: `flickorna` is of girls, `i årskurs 4` of year 4."""
    label = DIMENSIONS[dimension].label_of(code)
    if dimension in _YEARS and code.isdigit():
        return re.search(rf"\b(?:årskurs|åk|klass|år) {code}\b(?!\s*[-–])", sentence, re.IGNORECASE) is not None
    if DIMENSIONS[dimension].grouped:
        first, last = code.split("-")
        return re.search(rf"\b{first}\s*[-–]\s*{last}\b", sentence, re.IGNORECASE) is not None
    if own := own_words(dimension, code) or label_words(dimension, code):
        return stands_in(own, words)
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", sentence, re.IGNORECASE) is not None


@cache
def own_words(dimension: str, code: str) -> tuple[str, ...]:
    """The words of a code's label that no other code of the dimension has: `trygga` of *känner sig trygga i skolan*."""
    others = {word for other in DIMENSIONS[dimension].names if other != code for word in label_words(dimension, other)}
    return tuple(word for word in label_words(dimension, code) if not any(agree(word, other) for other in others))


@cache
def label_words(dimension: str, code: str) -> tuple[str, ...]:
    """The words of a code's label; `skol- eller förskolenivå` has `skolnivå`."""
    label = DIMENSIONS[dimension].label_of(code).casefold()
    words = words_in(label)
    whole = [part + words[-1][-4:] for part in re.findall(r"(\w+)- ", label)]
    return tuple(word for word in [*words, *whole] if len(word) >= 4 and word not in ("eller", "inte") and not word.endswith("-"))


def stands_in(words: Iterable[str], others: Collection[str]) -> bool:
    """Whether any of the words stands among the others, in whatever form."""
    return any(agree(word, other) for word in words for other in others)


@cache
def agree(word: str, other: str) -> bool:
    """Whether two words are forms of one: `flicka` and `flickorna`, not `elev` and `elevhälsa` or `skolan` and `skolnivå`."""
    if word == other:
        return True
    shorter, longer = sorted((word, other), key=len)
    common = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    ends = len(shorter) + len(longer) - 2 * common
    return common >= max(4, len(shorter) - 2) and len(longer) - len(shorter) <= 4 and (common > 4 or ends <= 5)


def _content(text: str) -> list[str]:
    return [word for word in words_in(text) if len(word) >= 4]
