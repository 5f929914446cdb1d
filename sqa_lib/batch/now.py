"""How the questions of sections would be answered now: one pass over what is published, then look-ups."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from sqa_lib.cycle.areas import FILE as AREAS_FILE
from sqa_lib.cycle.areas import written_areas
from sqa_lib.published import Published
from sqa_lib.reads import BOUNDARY, digest
from sqa_lib.report import Report, ReportError
from sqa_lib.section.seen import unit_in
from sqa_lib.section.texts import read_text
from sqa_lib.section.view import asks_in, cells_of, title_in
from sqa_lib.units import Unit, UnitTree


@dataclass(frozen=True)
class Now:
    """A report's parameters, texts, notebooks and published statistics as they are when a plan is made.

    report: as its file says, without what a command line has changed. stamp: `sqa_lib.publication.stamp_of` the statistics.
    """

    report: Report
    root: Path
    published: Published
    stamp: str
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def digest(self, question: str) -> str:
        """The digest of the answer, as a section that asked now would write it down (see `sqa_lib.reads`)."""
        if question not in self._known:
            self._known[question] = self._answered(question)
        return self._known[question]

    def _answered(self, question: str) -> str:
        kind, *words = question.split(" ")
        return self._figures.get(question, "") if kind == "figures" else digest(_ANSWERS[kind](self, *words))

    @cached_property
    def _figures(self) -> dict[str, str]:
        """The question for each statistic, unit and school year → a sum of its rows' hashes, which knows no order."""
        sums = self._sums
        found = {f"figures {' '.join(key)}": f"{total:016x}" for key, total in zip(sums.index, sums.to_numpy(), strict=True)}
        for question, said in self._coverage.items():
            found[question] = digest([found[question], said])
        return found

    @cached_property
    def _sums(self) -> pd.Series:
        keys = [self.published.table[name] for name in ("statistic", "unit", "school_year")]
        return self._rows.groupby(keys, sort=False).sum()

    @cached_property
    def _coverage(self) -> dict[str, list]:
        """The question for each statistic, unit and school year of which something is missing, or which is of a unit that has
        taken another's place → what."""
        found = defaultdict(list)
        took_over = {unit.code: unit for unit in self._tree.units if unit.replaces}
        for (statistic, unit, year), _ in self._sums.items() if took_over else ():
            if unit in took_over and (era := took_over[unit].era(year)):
                found[f"figures {statistic} {unit} {year}"].append(["era", era])
        for unit, figures in self.published.coverage.items():
            for (statistic, year, breakdown), coverage in figures.items():
                found[f"figures {statistic} {unit} {year}"].append([breakdown, coverage.there, coverage.expected])
        return found

    @cached_property
    def _rows(self) -> pd.Series:
        return pd.util.hash_pandas_object(self.published.table, index=False)

    @cached_property
    def _below(self) -> dict[tuple[str, str], tuple[Unit, ...]]:
        """(unit, level) → the units of the level at or below it: `UnitTree.children` of all units at once."""
        tree, found = self.published.tree, defaultdict(list)
        for unit in tree.units:
            for code in tree.ancestors(unit.code):
                found[code, unit.level].append(unit)
        return {key: tuple(units) for key, units in found.items()}

    @cached_property
    def _areas(self) -> dict[str, object]:
        try:
            return written_areas(self._data / AREAS_FILE)
        except ReportError as error:  # no section can read it either, and each says so
            return {unit.code: str(error) for unit in self._tree.units}

    @property
    def _data(self) -> Path:
        return self.root / self.report.folder

    @property
    def _tree(self) -> UnitTree:
        return self.published.tree

    def _text(self, file: str) -> str | None:
        try:
            return read_text(self._data, file).written or None
        except ReportError as error:  # the section can't read it either, and says so
            return str(error)

    def _of_notebook(self, section: str, answer: Callable[[list[str]], object]) -> object:
        try:
            return answer(cells_of(self.root, self.report.notebook_of(section)))
        except (OSError, ValueError, KeyError, IndexError):
            return None


_ANSWERS: dict[str, Callable[..., object]] = {
    BOUNDARY: lambda now: "closed",
    "report": lambda now, name: name if name == now.report.name else None,
    "table": lambda now: now._rows.to_numpy().tobytes(),
    "has": lambda now, statistic: statistic in now.published.rows.extents,
    "times": lambda now, statistic: now.published.times(statistic),
    "statistics-of": lambda now, unit: sorted(now.published.statistics_of(unit)),
    "rejected": lambda now, year: now.published.rejected_of(year),
    "has-figures": lambda now, unit: now.published.has_figures(unit),
    "knows": lambda now, unit: now.published.knows(unit),
    "breakdowns": lambda now, statistic: sorted(map(sorted, now.published.breakdowns(statistic))),
    "tree": lambda now: now._tree.units,
    "beside": lambda now: now._tree.beside,
    "name": lambda now, code: now._tree.name_of(code),
    "authority": lambda now: now._tree.authority,
    "unit": lambda now, code: unit_in(now._tree, code),
    "at": lambda now, *levels: now._tree.at(*levels),
    "left": lambda now, area: now._tree.left(area),
    "children": lambda now, code, level: now._below.get((code, level), ()),
    "parameter": lambda now, key: getattr(now.report, key),
    "levels": lambda now: now.report.levels,
    "forms": lambda now, section: now.report.forms_of(section),
    "notebook": lambda now, section: now.report.notebook_of(section),
    "text": lambda now, file: now._text(file),
    "areas": lambda now, unit: now._areas.get(unit),
    "areas-file": lambda now: (now._data / AREAS_FILE).is_file(),
    "title": lambda now, section: now._of_notebook(section, title_in),
    "asks": lambda now, section: now._of_notebook(section, asks_in),
}
