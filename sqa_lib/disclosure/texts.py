"""Numbers that a unit has written itself and that give away a hidden figure, for the analyst to see before publication.

A number in a text is told of when, in one sentence,

* it is the true value of a figure that is withheld, as digits or as a word from *noll* to *tolv* (*en* and *ett*, which are
  articles too, only right before what is counted): the count, the count behind a share, or a percentage or mean as printed;
* a word of what is counted stands in it: of the statistic's noun or of its label;
* and a word of each code of the figure's breakdown does (*flickor*, *arabiska*, *årskurs 4*).

The figure is one of the text's own unit; of a unit above or below it where the sentence names that unit. It is of the last
school year, of another where the sentence names one. School years, dates, laws and grades (*årskurs 4*) are no numbers here.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.units import Unit, UnitTree
from sqa_lib.words import round_half_up

FOUND = ["file", "line", "number", "statistic", "breakdown", "unit"]
_KEY = ["statistic", "school_year", "unit", "breakdown"]
_SPELLED = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_NUMBER_WORDS = {word: value for value, word in enumerate(_SPELLED)} | {"ett": 1}
_ARTICLES = frozenset({"en", "ett"})
_NO_NUMBERS = re.compile(
    r"""(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?                                  # school years and years
    | (?:årskurs\w*|åk|klass|steg|kapitel|delmål)\s(?:F|\d)(?:[–-]\d)?        # grades and the like
    | \bF?\d?[–-]\d\b
    | \d+\skap\. | \d+(?:\s?[a-z])?(?:[–-]\d+(?:\s?[a-z])?)?\s§+            # laws
    | \d{1,2}\s(?:jan|feb|mars|apr|maj|juni|juli|aug|sep|okt|nov|dec)\w*     # dates
    | \d+[.)](?=\s)                                                          # numbered lists
    """,
    re.VERBOSE,
)
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\S)|kap\.|\n(?!\s*(?:[-*•#\d]|\n)))+[.!?]?")
_NUMBER = re.compile(
    r"(?<![\w,.])\d+(?: ?\d{3})*(?:,\d+)?(?![\w])|(?<!\w)(?:" + "|".join(_NUMBER_WORDS) + r")(?!\w)", re.IGNORECASE
)
_PERCENT = re.compile(r"\s*(?:%|procent)")
_WORD = re.compile(r"\w[\w-]*")
_COMMON = frozenset(
    """andel antal alla över från under efter samt varav eller inte elev elever barn skola skolor förskola förskolor grundskola
    grundskolan kommun kommunen kommunens genomsnitt läsår läsåret fler""".split()  # noqa: SIM905 (words read easier so)
)
_YEAR = re.compile(r"\b20\d\d/\d\d\b")


@dataclass(frozen=True)
class WrittenText:
    """A text as a unit wrote it. file: its path from the report's data folder."""

    file: str
    unit: str
    content: str


def read_texts(folder: Path) -> list[WrittenText]:
    """All units' texts: `texts/<unit>/<section>.md` under the folder."""
    paths = sorted((folder / "texts").glob("*/*.md"))
    return [WrittenText(p.relative_to(folder).as_posix(), p.parent.name, p.read_text(encoding="utf-8-sig")) for p in paths]


def revealing_numbers(
    texts: Sequence[WrittenText],
    statistics: pd.DataFrame,
    published: pd.DataFrame,
    definitions: Mapping[str, Statistic],
    tree: UnitTree,
) -> pd.DataFrame:
    """The numbers in the texts that may give away a hidden figure: columns `FOUND`, in the texts' order.

    statistics: the true ones, columns `sqa_lib.metrics.STATISTICS`; published: columns `sqa_lib.disclosure.PUBLISHED`.
    Of one statistic's figures that a number fits, only those with most codes in the sentence are told.
    """
    hidden = _hidden(statistics, published, definitions)
    last = statistics.groupby("statistic")["school_year"].max().to_dict()
    rows = []
    for text in texts:
        for said in _written(text):
            years = frozenset(_YEAR.findall(said.sentence))
            found = [
                cell
                for unit in _units_of(said.sentence, tree, text.unit)
                for cell in hidden.get((unit, said.is_percentage, said.value), [])
                if cell.school_year in (years or {last[cell.definition.id]}) and _is_about(said, cell)
            ]
            rows += [
                (text.file, said.line, said.number, cell.definition.id, cell.breakdown, cell.unit) for cell in _narrowest(found)
            ]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=FOUND)


def warnings_of(found: pd.DataFrame, definitions: Mapping[str, Statistic], tree: UnitTree) -> Iterator[str]:
    """One sentence for each number found (columns `FOUND`): where it stands, what it may give away, what to do about it."""
    for row in found.itertuples():
        labels = [DIMENSIONS[name].label_of(code) for name, code in _codes(row.breakdown)]
        figure = ", ".join([definitions[row.statistic].label, *labels, tree[row.unit].name])
        yield (
            f"{row.file}, line {row.line}: `{row.number}` may give away a figure that the books withhold ({figure}); "
            "write it without a number, and not `färre än fem` either: that tells that the figure is small"
        )


# ---- the hidden figures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    definition: Statistic
    school_year: str
    unit: str
    breakdown: str

    @property
    def codes(self) -> list[tuple[str, str]]:
        return _codes(self.breakdown)


def _codes(breakdown: str) -> list[tuple[str, str]]:
    """The dimensions and codes of `sqa_lib.metrics.tally.breakdown_key`."""
    return [(name, code) for name, _, code in (part.partition("=") for part in breakdown.split(";") if part)]


def _hidden(
    statistics: pd.DataFrame, published: pd.DataFrame, definitions: Mapping[str, Statistic]
) -> dict[tuple[str, bool, float], list[_Cell]]:
    """(unit, whether in percent, true value as a text may print it) → the withheld figures that have it."""
    withheld = published.loc[published["mark"].isin([Mark.WITHHELD.value, Mark.ALL_BUT_FEW.value]), _KEY]
    found: dict[tuple[str, bool, float], list[_Cell]] = {}
    for row in statistics.merge(withheld, on=_KEY).itertuples():
        definition = definitions[row.statistic]
        for is_percentage, value in _as_printed(definition, row):
            if not math.isnan(value):
                cell = _Cell(definition, row.school_year, row.unit, row.breakdown)
                found.setdefault((row.unit, is_percentage, value), []).append(cell)
    return found


def _as_printed(definition: Statistic, row) -> Iterator[tuple[bool, float]]:
    if definition.kind in ("count", "share"):
        yield False, float(row.numerator)
    if definition.kind == "share":
        yield from (
            (True, round_half_up(row.value, decimals)) for decimals in {0, 1, definition.decimals} if row.value == row.value
        )
    if definition.kind == "ratio" and row.value == row.value:
        yield definition.unit_of_measure == "procent", round_half_up(row.value, definition.decimals)


# ---- the numbers that are written -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """A number in a sentence. following: the two words after it."""

    sentence: str
    line: int
    number: str
    value: float
    is_percentage: bool
    following: tuple[str, ...]


def _written(text: WrittenText) -> Iterator[_Said]:
    for match in _SENTENCE.finditer(text.content):
        sentence, bare = match[0], _NO_NUMBERS.sub(lambda found: " " * len(found[0]), match[0])
        for number in _NUMBER.finditer(bare):
            after = bare[number.end() :]
            yield _Said(
                sentence,
                text.content.count("\n", 0, match.start() + number.start()) + 1,
                number[0],
                _value(number[0].casefold()),
                bool(_PERCENT.match(after)),
                tuple(_WORD.findall(after.casefold())[:2]),
            )


def _value(written: str) -> float:
    known = _NUMBER_WORDS.get(written)
    return float(re.sub(r"\s", "", written).replace(",", ".")) if known is None else float(known)


def _units_of(sentence: str, tree: UnitTree, own: str) -> list[str]:
    """The units above or below that the sentence names; the text's own where it names none."""
    if own not in tree:
        return []
    family = {*tree.ancestors(own), *(unit.code for unit in tree.units if own in tree.ancestors(unit.code))}
    named = [code for code in family if code != own and _is_named(tree[code], sentence)]
    return sorted(named) or [own]


def _is_named(unit: Unit, sentence: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(unit.name)}s?(?!\w)", sentence, re.IGNORECASE) is not None


# ---- what a sentence is about ---------------------------------------------------------------------------------------


def _is_about(said: _Said, cell: _Cell) -> bool:
    words = _WORD.findall(said.sentence.casefold())
    nouns = _content(" ".join(cell.definition.noun), lambda word: True)
    if said.number.casefold() in _ARTICLES and not any(_agree(a, b) for a in said.following for b in nouns):
        return False
    if not all(_names_code(said.sentence, words, *code) for code in cell.codes):
        return False
    label = _content(cell.definition.label, lambda word: word not in _COMMON)
    telling = [*label, *(noun for noun in nouns if noun not in _COMMON)]
    if cell.codes:
        telling += nouns
    return any(_agree(word, other) for word in words for other in telling)


def _names_code(sentence: str, words: Sequence[str], dimension: str, code: str) -> bool:
    label = DIMENSIONS[dimension].label_of(code).casefold()
    if dimension in ("year", "survey_year") and code.isdigit():
        return re.search(rf"\b(?:årskurs|åk|klass) {code}\b(?!\s*[-–])", sentence, re.IGNORECASE) is not None
    if DIMENSIONS[dimension].grouped:
        first, last = code.split("-")
        return re.search(rf"\b{first}\s*[-–]\s*{last}\b", sentence, re.IGNORECASE) is not None
    content = _content(label, lambda word: word not in _COMMON)
    if not content:
        return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", sentence, re.IGNORECASE) is not None
    return any(_agree(word, other) for word in words for other in content)


def _content(text: str, wanted: Callable[[str], bool]) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if len(word) >= 4 and wanted(word)]


def _agree(word: str, other: str) -> bool:
    """Whether two words are forms of one: `flicka` and `flickorna`, not `elev` and `elevhälsa`."""
    shorter, longer = sorted((word, other), key=len)
    common = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return common >= max(4, len(shorter) - 2) and len(longer) - len(shorter) <= 4


def _narrowest(cells: Sequence[_Cell]) -> list[_Cell]:
    most = {cell.definition.id: max(len(c.codes) for c in cells if c.definition.id == cell.definition.id) for cell in cells}
    return [cell for cell in cells if len(cell.codes) == most[cell.definition.id]]
