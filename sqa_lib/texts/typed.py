"""Numbers that were typed by hand where the text could refer to a published figure, and what to write instead.

A number is compared with the figures of its section's statistics: of the text's unit, or of a unit above or below it that the
sentence names; of the report's school year, or of one that the sentence names. It says the same as a figure (`equal`), nearly
the same (`nearly`: rounded otherwise, or one unit of the printed precision away), or something else (`contradicts`).

* *Equal* asks that the sentence is about the statistic, or that what is counted stands right after the number.
* *Nearly* and *contradicts* ask more: that the part of the sentence around the number leaves nothing unexplained. Each of its
  words is of the statistic (its noun, label or definition), of a code that the figure has, of the unit's name, or says nothing
  of what is counted (`PLAIN`). A sentence that says more is about something narrower, of which nothing is known.

Figures that are withheld take no part: where one of them fits as well as the best, nothing is told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.published import Published
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.numbers import WrittenNumber, numbers_in, words_in
from sqa_lib.texts.subjects import COMMON, codes_of, is_about, label_words, names_code, nouns_of, stands_in, units_of
from sqa_lib.texts.years import years_in
from sqa_lib.words import number as worded
from sqa_lib.words import previous_year, round_half_up

Verdict = Literal["equal", "nearly", "contradicts"]
_ORDER: Sequence[Verdict] = ("equal", "nearly", "contradicts")
_LAST_YEAR = re.compile(r"\b(?:förra|föregående) (?:läs)?år(?:et)?\b|\bläsåret (?:innan|före)\b|\bi fjol\b", re.IGNORECASE)
_AUTHORITY = re.compile(r"\b(?:kommunens?|huvudmannens?)\b", re.IGNORECASE)
_NO_REPORT = re.compile(
    r"""\b(?:rikets?|landets?|sverige|nationell\w*|länets?   # of others than the report's units
    |minst|högst|mål\w*|ska|borde|bör|skulle              # a limit or an aim, not a figure
    |(?:fler|mer|färre|mindre|större|lägre|högre)\sän|(?:under|över)\s\d)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT = frozenset({"cirka", "ca", "ungefär", "omkring", "runt", "drygt", "knappt", "nästan", "närmare"})
_LEAST = 20  # smaller counts are equal, or one apart, too often by chance
_IMPLIED = "school_form"  # need not be named where a unit has one, or where its figure is the same as the number
PLAIN = COMMON | _ABOUT | frozenset(
    """den det de dem denna detta dessa som att vi vår vårt våra oss man en ett av i in på till med om hos vid ut upp genom emot
    är var blev varit hade har haft finns fanns gick går kom kommit inkom inkommit inkommer inkomna tog togs tagit mottog fick får
    uppgår uppgick utgör utgjorde motsvarar står stod gäller gällde rör rörde rörande avser avsåg visar visade redovisas ligger
    låg återfinns totalt totala total sammanlagt sammantaget tillsammans antalet andelen procent procenten hela läsårets året år
    årets skolan skolans skolorna skolornas enheten enhetens området områdets eleverna elevernas barnen barnens och samt också
    även nu där då när läste läser juni oktober vårterminen höstterminen hösten våren inför nästa dess
    deltog deltar sig""".split()  # noqa: SIM905
)  # fmt: skip
"""Words that say nothing of what is counted."""


@dataclass(frozen=True)
class TypedNumber:
    """A number and the figure that it says, or should say.

    subject: the figure in words. figure: as the books print it. reference: what to write instead of `typed`.
    """

    file: str
    line: int
    typed: str
    verdict: Verdict
    subject: str
    figure: str
    reference: str


@dataclass(frozen=True)
class _Figure:
    """A published figure. value: None where it is withheld."""

    definition: Statistic
    unit: str
    school_year: str
    codes: tuple[tuple[str, str], ...]
    value: float | None

    @property
    def is_percentage(self) -> bool:
        return self.definition.kind == "share" or self.definition.unit_of_measure == "procent"

    @property
    def is_count(self) -> bool:
        return self.definition.kind == "count"

    @property
    def printed(self) -> float:
        return round_half_up(self.value, self.definition.decimals)


@dataclass(frozen=True)
class TypedNumbers:
    """Finds typed numbers in texts. school_year: the report's; sections: section → the statistics it uses, in its order."""

    published: Published
    school_year: str
    sections: Mapping[str, Sequence[str]]
    _kept: dict[str, list[_Figure]] = field(default_factory=dict, compare=False)

    def found_in(self, text: WrittenText) -> Iterator[TypedNumber]:
        """The typed numbers of a text, in order."""
        if text.unit in self.published.tree and text.section in self.sections:
            for number in numbers_in(text.content):
                if best := self._best(number, text):
                    yield self._told(number, text, *best)

    def _best(self, number: WrittenNumber, text: WrittenText) -> tuple[Verdict, _Figure] | None:
        fits = [_Fit(number, figure, self) for figure in self._figures_for(number, text)]
        fits = [fit for fit in fits if fit.is_about]
        judged = [(verdict, fit) for fit in fits if (verdict := fit.verdict(self._is_principal(fit.figure, text.section)))]
        if not judged:
            return None
        verdict, best = min(judged, key=lambda pair: (_ORDER.index(pair[0]), *pair[1].distance))
        if verdict == "contradicts" and any(fit.rivals(best) for fit in fits):
            return None
        return verdict, best.figure

    def _is_principal(self, figure: _Figure, section: str) -> bool:
        """Whether the statistic is the first of its section that counts what it counts: `ärenden` alone are then its."""
        alike = [name for name in self.sections[section] if self.published.definitions[name].noun == figure.definition.noun]
        return figure.is_count and alike[0] == figure.definition.id

    def _figures_for(self, number: WrittenNumber, text: WrittenText) -> Iterator[_Figure]:
        years, names = self.years_in(number.sentence) or {self.school_year}, self.sections[text.section]
        for unit in self._units(number, text.unit):
            for figure in self._figures(unit):
                if figure.definition.id in names and figure.school_year in years:
                    yield figure

    def _units(self, number: WrittenNumber, own: str) -> list[str]:
        top = self.published.tree.authority.code
        near = units_of(number.clause, self.published.tree, own)
        found = near if near != [own] else units_of(number.sentence, self.published.tree, own)
        return [top, own] if found == [own] != [top] and _AUTHORITY.search(number.sentence) else found

    def years_in(self, text: str) -> set[str]:
        """The school years that a text names."""
        now = {previous_year(self.school_year)} if _LAST_YEAR.search(text) else set()
        named = {school_year for year in years_in(text) if year.is_school_year for school_year in year.means}
        return now | named | ({self.school_year} if now and not _LAST_YEAR.match(text) else set())

    def _figures(self, unit: str) -> list[_Figure]:
        if unit not in self._kept:
            rows = self.published.rows.of(unit)
            self._kept[unit] = [
                _Figure(
                    self.published.definitions[row.statistic],
                    unit,
                    row.school_year,
                    tuple(codes_of(row.breakdown)),
                    row.value if not row.mark and row.value == row.value else None,
                )
                for row in rows[rows["mark"] != Mark.MISSING.value].itertuples()
            ]
        return self._kept[unit]

    def _told(self, number: WrittenNumber, text: WrittenText, verdict: Verdict, figure: _Figure) -> TypedNumber:
        labels = [DIMENSIONS[name].label_of(code) for name, code in figure.codes]
        at = [] if figure.unit == text.unit else [self.published.tree[figure.unit].name]
        years = [] if figure.school_year == self.school_year else [figure.school_year]
        picks = ([("at", figure.unit)] if at else []) + list(figure.codes) + [("school_year", year) for year in years]
        taken = _taken(number, figure)
        return TypedNumber(
            text.file,
            number.line,
            " ".join([number.typed, *(number.following[:taken] or ["%"] * number.is_percentage)]),
            verdict,
            ", ".join([figure.definition.label, *labels, *at, *years]),
            worded(figure.value, figure.definition.decimals) + (" procent" if figure.is_percentage else ""),
            _reference(figure.definition.id, picks, _filters(number, figure, taken)),
        )


def _taken(number: WrittenNumber, figure: _Figure) -> int:
    """How many words after the number a reference says too: `13 nyanlända elever`, `23,6 procent`."""
    if figure.is_percentage:
        return int(number.following[:1] == ("procent",))
    return len(words_in(figure.definition.noun[0])) if counts(number, figure.definition) else 0


def _filters(number: WrittenNumber, figure: _Figure, taken: int) -> list[str]:
    alone = not taken and not figure.is_percentage and bool(figure.definition.noun[0] or figure.definition.unit_of_measure)
    return ["number"] * alone + ["spelled"] * (number.is_spelled and not alone) + ["cap"] * number.is_first


def _reference(statistic: str, picks: Sequence[tuple[str, str]], filters: Sequence[str]) -> str:
    call = f"v({', '.join([repr(statistic), *(f'{name}={code!r}' for name, code in picks)])})"
    return "{{ " + " | ".join([call, *filters]) + " }}"


def counts(number: WrittenNumber, definition: Statistic) -> bool:
    """Whether what the statistic counts stands right after the number, as `13 nyanlända elever`."""
    size = len(words_in(definition.noun[0]))
    return (
        size > 0
        and all(stands_in([word], nouns_of(definition)) for word in number.following[:size])
        and len(number.following) >= size
    )


# ---- whether a number can be a figure ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Fit:
    """A number beside a figure that it may be."""

    number: WrittenNumber
    figure: _Figure
    among: TypedNumbers

    @cached_property
    def is_about(self) -> bool:
        """Whether the sentence is about the figure's subject, and the number is of its kind."""
        number, figure = self.number, self.figure
        if number.is_percentage != figure.is_percentage or not self._codes_are_named:
            return False
        if figure.is_count and counts(number, figure.definition):
            return True
        if number.is_spelled or (figure.is_count and self._counts_else):
            return False
        return len(self._named) > 1 or is_about(number, figure.definition, self._named)

    @cached_property
    def _named(self) -> list[tuple[str, str]]:
        return [code for code in self.figure.codes if names_code(self.number.sentence, self.number.words, *code)]

    @property
    def _codes_are_named(self) -> bool:
        absent = set(self.figure.codes) - set(self._named)
        return all(name == _IMPLIED and not self._names_any(name) for name, _ in absent)

    def _names_any(self, dimension: str) -> bool:
        return any(names_code(self.number.sentence, self.number.words, dimension, code) for code in DIMENSIONS[dimension].names)

    @property
    def _counts_else(self) -> bool:
        """Whether a word that says something else than the figure's codes stands right after the number, which counts that."""
        coded = {word for code in self.figure.codes for word in label_words(*code)}
        after = self.number.following[:1]
        return bool(after) and after[0] not in PLAIN and not stands_in(after, coded)

    def verdict(self, is_principal: bool) -> Verdict | None:
        """What the number says of the figure; None where it may be of something else."""
        figure, number = self.figure, self.number
        if figure.value is None:
            return None
        is_sure = self.is_explained and (is_principal or self._is_named_nearby)
        if number.value == figure.printed:
            is_large = not figure.is_count or figure.value >= _LEAST
            return "equal" if is_sure or ((is_large or self._is_told_from_others) and not number.is_article) else None
        if not is_sure or number.is_article:
            return None
        return "nearly" if is_near(number, figure.value, figure.definition.decimals) else "contradicts"

    @cached_property
    def _is_told_from_others(self) -> bool:
        """Whether the sentence has a word that tells the statistic, other than what it counts, or a code of the figure."""
        return bool(self._named) or stands_in(self._own_words, self.number.words)

    @cached_property
    def _own_words(self) -> list[str]:
        """The words of the label that say neither what is counted nor nothing."""
        nouns = {noun for definition in self.among.published.definitions.values() for noun in nouns_of(definition)}
        words = [word for word in words_in(self.figure.definition.label) if word not in PLAIN and len(word) > 2]
        return [word for word in words if not stands_in([word], nouns)]

    @property
    def _clause(self) -> list[str]:
        return words_in(self.number.clause)

    @cached_property
    def _is_named_nearby(self) -> bool:
        """Whether the part around the number names the figure's codes or, where it has none, every word of its statistic."""
        here = [code for code in self.figure.codes if names_code(self.number.clause, self._clause, *code)]
        if self.figure.codes and not self.figure.is_count:
            return bool(here)
        return bool(self._own_words) and all(stands_in([word], self._clause) for word in self._own_words)

    @cached_property
    def is_explained(self) -> bool:
        """Whether the part around the number says nothing that the figure does not, and of the figure's own time."""
        number, definition = self.number, self.figure.definition
        if (
            _NO_REPORT.search(number.sentence)
            or number.before[:1] == ("av",)
            or not self._is_of_its_time
            or not self._is_of_its_form
        ):
            return False
        if self.figure.is_count and not counts(number, definition):
            return False
        if (
            not self.figure.is_count
            and ("per" in self._clause) != ("per" in words_in(definition.label))
            and not self.figure.codes
        ):
            return False
        own = {
            *words_in(" ".join([*definition.noun, definition.label, definition.numerator, definition.denominator])),
            *words_in(f"{definition.population} {self.among.published.tree[self.figure.unit].name}"),
            *(word for code in self.figure.codes for word in (*label_words(*code), DIMENSIONS[code[0]].label.casefold())),
        }
        told = [word for word in self._clause if not word[0].isdigit() and word not in {*PLAIN, number.typed.casefold()}]
        return all(stands_in([word], own) for word in told)

    @property
    def _is_of_its_time(self) -> bool:
        """Whether the sentence names no other time than the figure's, or the part around the number names just that."""
        report, year = self.among, self.figure.school_year
        other = any(year not in each.means for each in years_in(self.number.sentence) if not each.is_school_year)
        named = report.years_in(self.number.clause) or report.years_in(self.number.sentence) or {report.school_year}
        return named == {year} and not other

    @property
    def _is_of_its_form(self) -> bool:
        """Whether the school form is named, or is the only one that the unit has."""
        own = self.among.published.tree[self.figure.unit].school_forms
        return all(code in self._named or (code[0] == _IMPLIED and own == (code[1],)) for code in self.figure.codes)

    def rivals(self, best: "_Fit") -> bool:
        """Whether this figure fits about as well as the best one and is withheld, or has another value."""
        if self.figure.value is None:
            return self.distance[:2] <= best.distance[:2]
        return self.is_explained and self.distance[:3] <= best.distance[:3] and self.figure.printed != best.figure.printed

    @cached_property
    def distance(self) -> tuple:
        """How far the figure is from the sentence: codes that are named only farther off, codes that it lacks, words that the
        sentence lacks."""
        far = sum(1 for code in self.figure.codes if not names_code(self.number.clause, self._clause, *code))
        absent = sum(1 for word in self._own_words if not stands_in([word], self.number.words))
        return (far, -len(self.figure.codes), absent / (len(self._own_words) or 1), self.figure.definition.id, self.figure.unit)


def is_near(number: WrittenNumber, value: float, decimals: int) -> bool:
    """Rounded otherwise, or one unit of the coarser precision away; after `cirka` and the like within a tenth."""
    if number.before[:1] and number.before[0] in _ABOUT:
        return abs(number.value - value) <= abs(value) / 10
    unit = 10.0 ** -min(number.decimals, decimals)
    return abs(number.value - round_half_up(value, decimals)) <= unit * (1 + 1e-9)
