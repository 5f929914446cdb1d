"""Years typed beside references: a figure without a year of its own is of the report's, and next year it is another figure beside
the same words.

A year is the time of a reference when it stands in the same part of the sentence and tells when: *läsåret 2019/20 var
frånvaron …*, not *sedan hösten 2019*, *programmet 2020–2024* or *klar till läsåret 2021/22*. `misdated` tells the references
whose figure is of another year than the one typed beside. `dated` writes the year into those that are right today, so that the
words stay true when they are taken along into the next report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.numbers import REFERENCE, sentences_in, without
from sqa_lib.texts.years import WrittenYear, years_in
from sqa_lib.words import is_period, listed, previous_year, years_of

_CALL = re.compile(r"\b(?P<what>v|change)\s*\((?P<picks>[^()]*)\)")
_OF = re.compile(r"""school_year\s*=\s*(?:["'](?P<typed>[^"']*)["']|(?P<name>\w+))""")
_NAMES_YEAR = re.compile(r"\{\{-?\s*(?:year|years|last_year)\b")
_BREAK = re.compile(r"[,;](?!\d)|\s(?:och|samt|medans?|men|varav|respektive)\s", re.IGNORECASE)
_FARTHER = re.compile(
    r"\b(?:sedan|innan|före|inför|efter|mellan|jämför\w*|än|fram till|till och med)\b[^{}]*$"
    r"|\b(?:från|till|tills|t\.o\.m\.|fr\.o\.m\.|mot|med|av|om|kring|enligt|senast)\s*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\b(?:som|när|då)\b[^{}]*$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:sedan|från|mot|med|än)\s*$", re.IGNORECASE)
_WHEN = re.compile(r"(?:^|\}\}\s*\(?|\b(?:under|i|år|både|redan))\s*$", re.IGNORECASE)
_YEARS_OF_CALENDAR = 2
_NOW = re.compile(r"\b(?:nu|i ?dag|i år|är|har|finns|blir|ska)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Misdated:
    """A reference beside a year that its figure is not of. line: of the reference; said: the year as it is typed; of: the school
    years that the figure is of; mend: what to write."""

    file: str
    line: int
    reference: str
    said: str
    of: str
    mend: str

    def __str__(self) -> str:
        """What `sqa check` says."""
        return f"{self.file}, line {self.line}: {self.reference} is of {self.of}, beside “{self.said}”: {self.mend}"


def misdated(text: WrittenText, school_year: str) -> Iterator[Misdated]:
    """The references of a text that stand beside a year which their figure is not of. school_year: of figures without one."""
    own = text.school_year or school_year
    for found in sentences_in(text.content):
        for reference, year in _Sentence(found[0], own).misdated():
            line = text.content.count("\n", 0, found.start() + reference.start) + 1
            yield Misdated(text.file, line, reference.written, year.typed, reference.of, reference.mend(year))


def dated(content: str, school_year: str) -> str:
    """The text with a year in every reference whose figure is of a year that its sentence names; all else stays as it is, and so
    does what it says in the report of the school year."""

    def changed(found: re.Match) -> str:
        sentence = found[0]
        for reference in reversed(list(_Sentence(sentence, school_year).to_be_dated())):
            sentence = sentence[: reference.start] + reference.with_year(reference.years[-1]) + sentence[reference.end :]
        return sentence

    parts, end = [], 0
    for found in sentences_in(content):
        parts += [content[end : found.start()], changed(found)]
        end = found.end()
    return "".join([*parts, content[end:]])


@dataclass(frozen=True)
class _Reference:
    """A figure (`v`) or a change that a sentence refers to. years: the school years that it is of, for a change two; is_relative:
    whether that goes by the report's."""

    written: str
    start: int
    what: str
    years: tuple[str, ...]
    is_relative: bool

    @property
    def end(self) -> int:
        return self.start + len(self.written)

    @property
    def of(self) -> str:
        return " and ".join(self.years)

    def may_be_of(self, year: WrittenYear) -> bool:
        own = {part for each in self.years for part in (each, *(years_of(each) if is_period(each) else ()))}
        return not own.isdisjoint(year.means)

    def mend(self, year: WrittenYear) -> str:
        """What to write where the typed year is right, and where the figure is."""
        if self.what == "change":
            return "it is since the year before; write {{ last_year }}, or refer to each year's own figure: v(…, school_year='…')"
        other = f" (or {listed(list(year.means[1:]))})" if len(year.means) == _YEARS_OF_CALENDAR else ""
        name = "last_year" if _OF.search(self.written) else "year"
        return f"write {self.with_year(year.means[0])}{other}, or {{{{ {name} }}}} for the typed year"

    def with_year(self, school_year: str) -> str:
        """As it is written, of a school year."""
        pick = f"school_year='{school_year}'"
        if _OF.search(self.written):
            return _OF.sub(pick, self.written)
        end = self.written.rindex(")")
        return f"{self.written[:end].rstrip().rstrip(',')}, {pick}{self.written[end:]}"


@dataclass(frozen=True)
class _Sentence:
    """A sentence with references. own: the school year of figures without one."""

    text: str
    own: str

    @cached_property
    def _prose(self) -> str:
        return without(REFERENCE, self.text)

    @cached_property
    def _years(self) -> list[WrittenYear]:
        return list(years_in(self._prose))

    @cached_property
    def _references(self) -> list[_Reference]:
        return [reference for found in REFERENCE.finditer(self.text) if (reference := self._read(found))]

    def _read(self, found: re.Match) -> _Reference | None:
        if not (call := _CALL.search(found[0])):
            return None
        pick = _OF.search(call["picks"])
        named = pick["name"] if pick else "year"
        year = pick["typed"] if pick and pick["typed"] else previous_year(self.own) if named == "last_year" else self.own
        years = (previous_year(year), year) if call["what"] == "change" and not is_period(year) else (year,)
        return _Reference(found[0], found.start(), call["what"], years, is_relative=not (pick and pick["typed"]))

    # ---- which year is whose ------------------------------------------------------------------------------------------

    def misdated(self) -> Iterator[tuple[_Reference, WrittenYear]]:
        """The references that go by the report's year, beside an earlier one that they are not of. What follows such a one in a
        list is of its year too."""
        before: WrittenYear | None = None
        for reference in self._references if self._years else ():
            part = self._part_of(reference.start)
            year = self._time_of(reference, part)
            if year is None and before and not self._has_time_of_its_own(part):
                year = before
            before = year if year and self._contradicts(reference, year) else None
            if before:
                yield reference, before

    def _contradicts(self, reference: _Reference, year: WrittenYear) -> bool:
        """A year ahead is a plan's; beside the report's own, last year's figure is there to be compared with."""
        is_fine = reference.may_be_of(year) or self.own in year.means or year.means[0] > self.own
        return reference.is_relative and not is_fine

    def to_be_dated(self) -> Iterator[_Reference]:
        """The references that go by the report's year, and are of a year that the sentence names; all of them where it names the
        report's own. One that is wrong today stays as it is, and is told of again."""
        if _NAMES_YEAR.search(self.text):
            return
        wrong = {reference.start for reference, _ in self.misdated()}
        for reference in self._references:
            years = [year for year in self._years if self._tells_when(year, reference)]
            is_named = any(reference.may_be_of(year) or self.own in year.means for year in years)
            if reference.is_relative and is_named and reference.start not in wrong:
                yield reference

    def _time_of(self, reference: _Reference, part: tuple[int, int]) -> WrittenYear | None:
        """The nearest year that tells when in the same part of the sentence, and is not another reference's; None where a
        reference names the part's time."""
        start, end = part
        if _NAMES_YEAR.search(self.text[start:end]):
            return None
        others = [other for other in self._references if other != reference and start <= other.start < end]
        near = [
            year
            for year in self._years
            if start <= year.start < end
            and self._tells_when(year, reference)
            and not _ASIDE.search(self._before(year))
            and not any(other.may_be_of(year) for other in others)
        ]
        return min(near, key=lambda year: max(year.start - reference.end, reference.start - year.end), default=None)

    def _tells_when(self, year: WrittenYear, reference: _Reference) -> bool:
        before = self._before(year)
        if reference.what == "change" and year.is_school_year and _SINCE.search(before):
            return True
        return not _FARTHER.search(before) and (not year.is_bare or bool(_WHEN.search(before)))

    def _before(self, year: WrittenYear) -> str:
        """What stands before a year in its part of the sentence."""
        return self.text[self._part_of(year.start)[0] : year.start]

    def _has_time_of_its_own(self, part: tuple[int, int]) -> bool:
        start, end = part
        return bool(_NOW.search(self._prose[start:end]) or _NAMES_YEAR.search(self.text[start:end])) or any(
            start <= year.start < end for year in self._years
        )

    def _part_of(self, place: int) -> tuple[int, int]:
        """Where the part of the sentence around a place begins and ends."""
        ends = [0, *(found.end() for found in _BREAK.finditer(self._prose)), len(self.text)]
        return max(end for end in ends[:-1] if end <= place), min(end for end in ends[1:] if end > place)
