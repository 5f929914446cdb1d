"""Published statistics as one unit's section sees them: its own figures and those of the units above it."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqa_lib import boundary
from sqa_lib.codebook import DIMENSIONS
from sqa_lib.publication import is_up_to_date, kept_statistics, published_statistics, stamp_of
from sqa_lib.published import Published
from sqa_lib.reads import STATISTICS, Reads
from sqa_lib.report import Report, ReportError, load_report, project_root
from sqa_lib.section.blocks import Block
from sqa_lib.section.seen import Watched, WatchedReport
from sqa_lib.section.texts import UnitText, read_text, text_path
from sqa_lib.texts.references import filled
from sqa_lib.texts.vocabulary import Figures
from sqa_lib.units import SINGLE, Unit, form_of
from sqa_lib.words import is_period, school_years

SINGLE_SERIES = {"count": "Antal", "share": "Andel", "ratio": "Värde", "official": "Värde"}
MOST_YEARS = 3
"""How many school years stand side by side; as rows all do."""
CHILDREN = {"areas": "area", "schools": "school", "preschool_units": "preschool"}
ROW_HEADS = {"school_year": "Läsår", "units": "Enhet", "areas": "Skolområde", "schools": "Skola", "preschool_units": "Förskola"}


@dataclass(frozen=True)
class Shown:
    """What a unit is large enough to show: figures by a dimension ("" for one figure), of a school year or several together."""

    dimension: str
    school_year: str

    @property
    def years(self) -> str:
        """`läsåret 2020/21`, `läsåren 2019/20–2020/21`."""
        return school_years(self.school_year)

    @property
    def is_together(self) -> bool:
        return is_period(self.school_year)


class View(Figures):
    """A section's name bound to a report, a unit and a school year ("" for the report's own); looks things up, shows nothing."""

    def __init__(self, name: str, report: str, unit: str, school_year: str) -> None:
        self.root = project_root()
        self.name = name
        reads, parameters = Reads.of_process(), load_report(report, self.root)
        self.report = WatchedReport(parameters, reads)
        self.written = self.root / parameters.folder  # a text is asked for by its content, wherever it lies
        published = _statistics(parameters, self.root, reads)
        known = self._known(str(unit), published)  # papermill makes a number of a code
        super().__init__(published, known, school_year or self.report.school_year)

    def _known(self, unit: str, published: Published) -> Unit:
        tree = published.tree
        if unit not in tree:
            known = ", ".join(u.code for u in tree.units if self.report.has_book(u))
            raise ValueError(f"unit `{unit}` is not in report `{self.report.name}`; its units are: {known}")
        return tree[unit]

    @property
    def is_of_report_year(self) -> bool:
        """Whether the section is of the report's own school year; the books of any other are made afterwards."""
        return self.year == self.report.school_year

    @property
    def authority(self) -> Unit:
        return self.published.tree.authority

    @property
    def level(self) -> str:
        return self.unit.level

    @property
    def is_whole(self) -> bool:
        """Whether the unit is the whole authority."""
        return self.unit.level == "municipality"

    @property
    def is_school(self) -> bool:
        return self.unit.level == "school"

    @property
    def is_single(self) -> bool:
        """Whether the unit is one school or one preschool."""
        return self.unit.level in SINGLE

    @property
    def kind(self) -> str:
        """What the unit is, or what the report's single units are, for the filters of templates that name school forms:
        `preschool`; "" for a school, and for several kinds."""
        levels = [self.level] if self.is_single else [level for level in self.report.levels if level in SINGLE]
        return form_of(levels[0]) if len(levels) == 1 else ""

    @cached_property
    def school_forms(self) -> tuple[str, ...]:
        """The school forms that this section is about; none for any."""
        return self.report.forms_of(self.name)

    def below(self, level: str, at: str = "") -> tuple[Unit, ...]:
        """The units of a level at or below this one (or the unit `at`) that are there this school year and have a school form
        which the section is about."""
        tree, forms = self.published.tree, set(self.school_forms)
        units = [unit for unit in tree.children(at or self.unit.code, level) if tree.is_open(unit, self.year)]
        return tuple(unit for unit in units if not forms or not forms.isdisjoint(unit.school_forms))

    @cached_property
    def section_names(self) -> tuple[str, ...]:
        """The sections of this unit's book, in order."""
        return tuple(section.name for section in self.report.sections_of(self.unit))

    def sections_with(self, notebook: str) -> tuple[str, ...]:
        """The sections of this unit's book that are of a notebook, in order."""
        return tuple(section.name for section in self.report.sections_of(self.unit) if section.notebook == notebook)

    def title_of(self, section: str) -> str:
        """The heading of a section's notebook."""
        title = title_in(cells_of(self.root, self.report.notebook_of(section)))
        self.published.reads.note(f"title {section}", title)
        return title

    def asks(self, section: str) -> bool:
        """Whether a section shows the unit's conclusions."""
        asks = asks_in(cells_of(self.root, self.report.notebook_of(section)))
        self.published.reads.note(f"asks {section}", asks)
        return asks

    # ---- figures ----------------------------------------------------------------------------------------------------

    def has(self, statistic: str) -> bool:
        """Whether the report has the statistic at all (an authority may lack a dataset)."""
        return self.published.has(statistic)

    def has_now(self, statistic: str) -> bool:
        """Whether any unit has a figure of the statistic this school year, shown or withheld (its data may not be there yet)."""
        return self.has(statistic) and self.year in self.published.years(statistic)

    def label(self, statistic: str) -> str:
        return self.published.definitions[statistic].label

    def top(self, statistic: str, dimension: str, *, at: str = "", n: int = 1, school_year: str = "", **codes: str) -> list[str]:
        """Labels of the codes with the largest known figures, largest first; a withheld one may be larger (see `hides`)."""
        cells = self.published.over(statistic, dimension, at or self.unit.code, school_year or self.year, **codes)
        known = [(code, cell.value) for code, cell in cells.items() if cell.is_known and cell.value]
        return [DIMENSIONS[dimension].label_of(code) for code, _ in sorted(known, key=lambda pair: -pair[1])[:n]]

    def lowest(self, statistic: str, dimension: str, *, at: str = "", school_year: str = "", **codes: str) -> str:
        """The label of the code with the smallest known figure; "" where fewer than two are known, or one is withheld."""
        cells = self.published.over(statistic, dimension, at or self.unit.code, school_year or self.year, **codes)
        known = {code: cell.value for code, cell in cells.items() if cell.is_known}
        is_told = len(known) > 1 and not any(cell.is_withheld for cell in cells.values())
        return DIMENSIONS[dimension].label_of(min(known, key=known.__getitem__)) if is_told else ""

    def hides(self, statistic: str, dimension: str, *, at: str = "", school_year: str = "", **codes: str) -> bool:
        """Whether any figure over the dimension is withheld, so that the largest one shown need not be the largest."""
        return any(
            cell.is_withheld
            for cell in self.published.over(
                statistic, dimension, at or self.unit.code, school_year or self.year, **codes
            ).values()
        )

    def within(
        self, statistic: str, rows: str, *, least: float = -math.inf, most: float = math.inf, at: str = "", school_year: str = "",
        **codes: str,
    ) -> list[str]:  # fmt: skip
        """Labels of the rows (as in `block`) whose figure is shown and lies within these bounds, in their order; a withheld one
        may lie there too."""
        picks = self.axis(rows, statistic, at or self.unit.code)
        cells = {row: self.v(statistic, **{"at": at, "school_year": school_year, **pick, **codes}) for row, pick in picks.items()}
        return [row for row, cell in cells.items() if cell.is_known and least <= cell.value <= most]

    def latest(self, statistic: str, *, at: str = "", **codes: str) -> str:
        """The latest school year up to this one of which the unit has a figure above 0 to show; "" for none."""
        years = [year for year in self.published.years(statistic) if year <= self.year]
        cells = {year: self.v(statistic, at=at, school_year=year, **codes) for year in reversed(years)}
        return next((year for year, cell in cells.items() if cell.is_known and cell.value), "")

    def shows(self, statistic: str, **where: str) -> bool:
        """Whether the figure can be shown."""
        return self.has(statistic) and self.v(statistic, **where).is_known

    def nearest(self, statistic: str, dimension: str = "", *, least: int = 3, **codes: str) -> Unit:
        """The unit itself, or the nearest above it, that has at least `least` figures other than 0 to show; without a
        dimension, that has the figure. The authority where none has."""
        if self.has(statistic):
            for code in self.published.tree.ancestors(self.unit.code):
                if self._says(statistic, dimension, code, self.year, codes)[0] >= (least if dimension else 1):
                    return self.published.tree[code]
        return self.authority

    def finest(self, statistic: str, *dimensions: str, least: int = 3, **codes: str) -> Shown | None:
        """The first of the dimensions that this unit has at least `least` figures of and no more that are withheld: for this
        school year, else for several together; else the first that has `least` figures at all; None where none has.

        dimensions: from fine to coarse; none for a single figure.
        """
        times = [time for time in (self.year, self.published.period(statistic, self.year)) if time]
        choices = [Shown(dimension, time) for time in times for dimension in dimensions or ("",)]
        said = {choice: self._says(statistic, choice.dimension, self.unit.code, choice.school_year, codes) for choice in choices}
        enough = [choice for choice, (known, _) in said.items() if known >= (least if choice.dimension else 1)]
        return next((choice for choice in enough if said[choice][0] >= said[choice][1]), enough[0] if enough else None)

    def _says(self, statistic: str, dimension: str, unit: str, school_year: str, codes: dict[str, str]) -> tuple[int, int]:
        """How many figures other than 0 (and 0 itself, where it is the only one) are shown, and how many are withheld."""
        if not dimension:
            cell = self.v(statistic, at=unit, school_year=school_year, **codes)
            return int(cell.says_something), int(cell.is_withheld)
        cells = self.published.over(statistic, dimension, unit, school_year, **codes).values()
        says = [cell for cell in cells if cell.says_something and not (cell.is_known and cell.value == 0)]
        return len(says), sum(1 for cell in cells if cell.is_withheld and not cell.says_something)

    def together(self, statistic: str, **codes: str) -> str:
        """A sentence on several school years together, for where a single one is too small; "" where that can't be shown."""
        time = self.published.period(statistic, self.year)
        cell = self.v(statistic, school_year=time or self.year, **codes)
        return f"Sammanlagt {school_years(time)} var antalet {cell.figure}." if time and cell.is_known else ""

    # ---- blocks -----------------------------------------------------------------------------------------------------

    def block(
        self,
        statistic: str,
        rows: str,
        series: str = "",
        *,
        at: str = "",
        only: Sequence[str] = (),
        row_head: str = "",
        school_year: str = "",
        **codes: str,
    ) -> Block:
        """Figures in rows and series.

        rows, series: a dimension; `school_year` (as series the latest ones); `units` (this unit and those above it); `areas`,
        `schools`, `preschool_units` (those below it, of the section's school forms). only: codes of the row dimension to keep,
        in that order. at: the unit whose figures they are (default: this one). school_year: another than this one, or several
        together.
        """
        unit = at or self.unit.code
        row_axis, series_axis = self.axis(rows, statistic, unit, only), self.axis(series, statistic, unit)
        if series == "school_year":
            series_axis = dict(list(series_axis.items())[-MOST_YEARS:])
        cells = {
            (row, name): self.v(statistic, **{"at": unit, "school_year": school_year, **pick, **also, **codes})
            for row, pick in row_axis.items()
            for name, also in series_axis.items()
        }
        own = frozenset({self.published.tree[unit].name, self.year})
        return Block(tuple(row_axis), tuple(series_axis), cells, row_head or self.row_head(rows), own).without_missing_series()

    def row_head(self, rows: str) -> str:
        return DIMENSIONS[rows].label if rows in DIMENSIONS else ROW_HEADS[rows]

    def axis(self, axis: str, statistic: str, unit: str, only: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        """Label → the arguments of `v` that pick it."""
        tree = self.published.tree
        if not axis:
            return {SINGLE_SERIES[self.published.definitions[statistic].kind]: {}}
        if axis == "school_year":
            return {year: {"school_year": year} for year in self.published.years(statistic) if year <= self.year}
        if axis == "units":
            return {tree[code].name: {"at": code} for code in tree.ancestors(unit)}
        if axis in CHILDREN:
            return {child.name: {"at": child.code} for child in self.below(CHILDREN[axis], unit)}
        return {DIMENSIONS[axis].label_of(code): {axis: code} for code in only or DIMENSIONS[axis].names}

    # ---- the unit's own texts ---------------------------------------------------------------------------------------

    @cached_property
    def text(self) -> UnitText:
        """What the unit has written in this section."""
        return self.text_of(self.name)

    @cached_property
    def shared_text(self) -> str:
        """What is written for this section in the books of all units; its figures are this unit's."""
        return self._text("", self.name, self.unit).whole

    def text_of(self, section: str, *, at: str = "") -> UnitText:
        """What this unit (or the unit `at`) has written in a section, its references replaced by figures."""
        unit = self.published.tree[at or self.unit.code]
        return self._text(unit.code, section, unit)

    def _text(self, folder: str, section: str, unit: Unit) -> UnitText:
        """Nothing in the book of another school year than the report's, which the texts are written about."""
        if not self.is_of_report_year:
            return UnitText()
        names = Figures(self.published, unit, self.year).for_texts
        file = text_path(folder, section)
        text = read_text(self.written, file, lambda text, line: filled(text, names, file, line))
        self.published.reads.note(f"text {file}", text.written or None)
        return text


def title_in(cells: Sequence[str]) -> str:
    """The heading of a notebook, which its first cell begins with."""
    return re.sub(r"\s*\{.*\}$", "", cells[0].splitlines()[0]).removeprefix("# ")


def asks_in(cells: Sequence[str]) -> bool:
    """Whether a notebook shows the unit's conclusions."""
    return any(".conclusions()" in cell for cell in cells)


def cells_of(root: Path, notebook: str) -> list[str]:
    """The sources of the cells of a notebook, named without its number."""
    paths = (root / "notebooks").glob(f"[0-9]*-{notebook}.ipynb")
    (found,) = (path for path in paths if path.stem.partition("-")[2] == notebook)
    return ["".join(cell["source"]) for cell in json.loads(found.read_text(encoding="utf-8"))["cells"]]


def _statistics(report: Report, root: Path, reads: Reads) -> Watched:
    """The report's published statistics, watched from here on."""
    published = _kept_or_computed(report, root)
    reads.note(f"report {report.name}", report.name)
    reads.note(STATISTICS, stamp_of(report, root))
    return Watched.of(published, reads)


def _kept_or_computed(report: Report, root: Path) -> Published:
    """Only where a person runs the cells are statistics computed when they are out of date."""
    if not (boundary.is_closed() or boundary.is_unattended()):
        return published_statistics(report, root)
    if not boundary.is_closed():
        if not is_up_to_date(report, root):
            raise ReportError(f"the published statistics are not up to date; run `sqa compute {report.name}` first")
        boundary.close(root)
    return kept_statistics(report, root)
