"""What matters most in a unit's official figures: found among all of them, not listed beforehand.

Each figure is compared with what could be expected of such pupils, with similar authorities, the country, last year and the
first of at least eight years, and girls with boys. How large a difference is, is said by how many of the country's units of
the same kind and size differ less: a scale on which shares, means and kronor can be set beside each other, and that chance has
part in, since small units differ more. Chosen are, one for each measure, those that differ more than `LEAST` of 100 units do,
the largest first. What swings from year to year is no news: a change since last year has to be the unit's own largest, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics.country import COUNTRY as WITH_COUNTRY
from sqa_lib.metrics.country import EXPECTED, GENDER, PREVIOUS, SIMILAR, TREND, TREND_YEARS
from sqa_lib.metrics.national import COUNTRY, SIMILAR_GROUP, statistic_name, unusual_name
from sqa_lib.published import Cell
from sqa_lib.sources.skolverket.measures import ALL_MEASURES, Measure
from sqa_lib.words import lower_first, number

if TYPE_CHECKING:
    from sqa_lib.section.official import Official

LEAST, CLEAR = 80, 95
"""Of 100 units of the same kind and size so many must differ less for a difference to be told, and to be called clear."""
LEAST_CHANGES = 3
"""So many changes between two years tell how much a figure swings by itself."""
MOST = 6
MOST_OF_SECTION = {"results": 3, "environment": 2, "national-support": 1, "staff": 1, "costs": 1}
SECTION_OF = {
    "target_1": "results", "target_5": "results", "target_6": "results", "grades": "results", "tests": "results",
    "target_2": "environment", "target_3": "environment", "target_4": "national-support", "staff": "staff", "costs": "costs",
}  # fmt: skip
"""Group of measures → the section that tells more. Pupils' background is no result, but what others are compared by."""
BY_SUBJECT = ("subject_passed_year9", "test_passed_year9")
_LARGE_SUBJECTS = ("swedish", "swedish_second", "english", "mathematics")
"""Subjects that all read: of the others a few pupils' grades move the share."""


@dataclass(frozen=True)
class Finding:
    """A figure that stands out. compared: with what; rank: how many of 100 units differ less; text: in the report's Swedish,
    with its full stop."""

    measure: Measure
    compared: str
    rank: float
    section: str
    text: str


def findings_of(official: "Official") -> list[Finding]:
    """At most `MOST`, and of a section as many as `MOST_OF_SECTION` says; first in what nearly all have reached the goal."""
    found = sorted(_all(official), key=lambda finding: -finding.rank)
    chosen: list[Finding] = []
    for finding in found:
        of_section = sum(other.section == finding.section for other in chosen)
        if len(chosen) < MOST and of_section < MOST_OF_SECTION[finding.section]:
            chosen.append(finding)
    order = list(MOST_OF_SECTION)
    chosen.sort(key=lambda finding: (order.index(finding.section), -finding.rank))
    return [*_nearly_all(official), *chosen]


def _all(official: "Official") -> Iterator[Finding]:
    for measure in ALL_MEASURES:
        section = SECTION_OF.get(measure.group, "")
        if section in official.section.section_names and measure.says:
            subjects = [{"school_subject": code} for code in _LARGE_SUBJECTS] if measure.name in BY_SUBJECT else [{}]
            for codes in subjects:
                if finding := _of_figure(official, measure, section, codes):
                    yield finding


def _of_figure(official: "Official", measure: Measure, section: str, codes: Mapping[str, str]) -> Finding | None:
    """The most unusual of a figure's differences; None where none is unusual."""
    year = official.year_of(measure.name, **codes)
    own = official.cell(measure.name, year=year, **codes) if year else None
    if not own or not own.is_known:
        return None
    figure = _Figure(official, measure, own, year, codes)
    ranks = {compared: rank for compared in _TEXTS if (rank := figure.rank(compared)) >= LEAST}
    if not ranks:
        return None
    compared = EXPECTED if EXPECTED in ranks else max(ranks, key=lambda name: ranks[name])
    rank = ranks[compared]
    return Finding(measure, compared, rank, section, f"{figure.said}{_when(figure)}. {_TEXTS[compared](figure, rank)}")


@dataclass(frozen=True)
class _Figure:
    official: "Official"
    measure: Measure
    own: Cell
    year: str
    codes: Mapping[str, str]

    @property
    def said(self) -> str:
        """The figure in a sentence without its full stop."""
        subject = DIMENSIONS["school_subject"].label_of(self.codes["school_subject"]) if self.codes else ""
        value = str(self.own) if self.measure.unit in ("procent", "kronor") else self.own.figure
        return self.measure.says.format(value, subject=subject)

    def rank(self, compared: str) -> float:
        """How many of 100 units differ less; 0 where that isn't known or says nothing here."""
        if compared == PREVIOUS and is_usual_change([cell.value for cell in self.series.values()]):
            return 0.0
        if compared == EXPECTED and (self.codes or self.official.beside_expected(self.measure.name) in ("", "inom intervallet")):
            return 0.0
        name = unusual_name(self.measure.name)
        if not self.official.published.has(name):
            return 0.0
        cell = self.official.section.v(name, school_year=self.year, compared_with=compared, **self.codes)
        return cell.value if cell.is_known else 0.0

    @property
    def series(self) -> dict[str, Cell]:
        """School year → figure, of the years up to this one in which it is known."""
        years = [year for year in self.official.published.years(statistic_name(self.measure.name)) if year <= self.year]
        cells = {year: self.official.cell(self.measure.name, year=year, **self.codes) for year in years}
        return {year: cell for year, cell in cells.items() if cell.is_known}

    def other(self, code: str) -> Cell:
        return self.official.cell(self.measure.name, code, self.year, **self.codes)

    def word(self, other: float, rank: float) -> str:
        """`tydligt lägre`, `lägre`."""
        return f"{'tydligt ' if rank >= CLEAR else ''}{'lägre' if self.own.value < other else 'högre'}"


def is_usual_change(values: Sequence[float]) -> bool:
    """Whether the last of these years' values has changed no more than between two years before; of a short series nobody
    knows."""
    *before, last = [abs(now - then) for then, now in pairwise(values)] or [0.0]
    return len(before) >= LEAST_CHANGES and last <= max(before)


def _when(figure: _Figure) -> str:
    """The school year, where it is not the report's."""
    return "" if figure.year == figure.official.section.year else f" läsåret {figure.year}"


def _beside_expected(figure: _Figure, rank: float) -> str:
    expected = figure.official.expected(figure.measure.name)
    limits = f"{number(expected.low)}–{number(expected.high)}"
    word = "lägre" if figure.own.value < expected.value else "högre"
    return f"Det är {word} än väntat utifrån elevernas bakgrund ({expected.figure}, intervall {limits})."


def _beside_similar(figure: _Figure, rank: float) -> str:
    name = figure.official.published.tree.name_of(SIMILAR_GROUP)
    where = f"{'i' if figure.official.is_municipality else 'hos'} {lower_first(name)}"
    other = figure.other(SIMILAR_GROUP)
    return f"Det är {figure.word(other.value, rank)} än {where}, där det mellersta värdet är {other.figure}.{_though(figure)}"


def _beside_country(figure: _Figure, rank: float) -> str:
    other = figure.other(COUNTRY)
    return f"Det är {figure.word(other.value, rank)} än i landet, där värdet är {other.figure}.{_though(figure)}"


def _though(figure: _Figure) -> str:
    """That a result lies within what could be expected."""
    if figure.codes or figure.official.beside_expected(figure.measure.name) != "inom intervallet":
        return ""
    expected = figure.official.expected(figure.measure.name)
    return f" Det är inom det väntade utifrån elevernas bakgrund ({number(expected.low)}–{number(expected.high)})."


def _beside_previous(figure: _Figure, rank: float) -> str:
    before = figure.official.section.previous
    other = figure.official.cell(figure.measure.name, year=before, **figure.codes)
    return f"Det är {figure.word(other.value, rank)} än läsåret {before} ({other.figure})."


def _trend(figure: _Figure, rank: float) -> str:
    """What has become of it over the years: the means of the first and of the last three."""
    measure, cells = figure.measure, figure.series
    known = list(cells)
    (first, then), (last, now) = (
        (f"{some[0]}–{some[-1]}", sum(cells[year].value for year in some) / len(some))
        for some in (known[:TREND_YEARS], known[-TREND_YEARS:])
    )
    word = "minskat" if now < then else "ökat"
    means = (
        f"från i medeltal {number(then, measure.decimals)} läsåren {first} till {number(now, measure.decimals)} läsåren {last}"
    )
    return f"Andelen har {word} {means}."


def _gap(figure: _Figure, rank: float) -> str:
    girl, boy = (figure.official.cell(figure.measure.name, year=figure.year, gender=code) for code in ("girl", "boy"))
    kind = "kommuner" if figure.official.is_municipality else "huvudmän"
    return f"Bland flickorna är andelen {girl} och bland pojkarna {boy}: en större skillnad än hos de flesta {kind}."


_TEXTS = {
    EXPECTED: _beside_expected, SIMILAR: _beside_similar, WITH_COUNTRY: _beside_country, PREVIOUS: _beside_previous,
    TREND: _trend,
    GENDER: _gap,
}  # fmt: skip


def _nearly_all(official: "Official") -> Iterator[Finding]:
    """In what nearly all pupils of a school have reached the goal, in one sentence; Skolverket withholds the shares
    themselves."""
    if official.unit.level != "school" or "results" not in official.section.section_names:
        return
    reached = [
        measure
        for measure in ALL_MEASURES
        if SECTION_OF.get(measure.group) == "results"
        and measure.source
        and official.cell(measure.name).mark in (Mark.NEARLY_ALL, Mark.ALL_BUT_FEW)
    ]
    if reached:
        what = "; ".join(lower_first(measure.label) for measure in reached)
        text = f"Nästan alla elever har nått målet i följande mått, vars andelar Skolverket därför skyddar: {what}."
        yield Finding(reached[0], "", 100.0, "results", text)
