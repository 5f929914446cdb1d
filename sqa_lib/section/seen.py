"""What a section reads of its report, and which statistics its reader sees: a figure tells when it is written down, in a
sentence, a table or a chart's words. Names and other words of data are Markdown from here on (`sqa_lib.markdown`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pandas as pd
from pydantic import BaseModel

from sqa_lib.markdown import literal
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Cell, Published
from sqa_lib.reads import Reads
from sqa_lib.report import TOLD, Disclosure, Level, Report
from sqa_lib.rows import Rows
from sqa_lib.units import Unit, UnitTree


@dataclass(frozen=True)
class SeenCell(Cell):
    """A figure that puts its statistic among the `seen` when it is worded; asking whether it is known, or large, does not."""

    seen: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def figure(self) -> str:
        self.seen.add(self.statistic.id)
        return super().figure

    @property
    def alone(self) -> str:
        self.seen.add(self.statistic.id)
        return super().alone

    def __str__(self) -> str:
        self.seen.add(self.statistic.id)
        return super().__str__()


class Watched(Published):
    """Published statistics that know what was written down of them, and tell of every question that they are asked.

    Figures are told of by statistic, unit and school year: fine enough for a change to reach few sections, coarse enough to
    keep and compare for thousands of units.
    """

    def __init__(self, whole: Published, reads: Reads) -> None:
        self._whole, self.reads, self.seen = whole, reads, set[str]()

    @classmethod
    def of(cls, published: Published, reads: Reads | None = None) -> "Watched":
        return cls(published, reads or Reads())

    @property
    def rows(self) -> Rows:
        self.reads.leave("table")
        return self._whole.rows

    @property
    def definitions(self) -> Mapping[str, Statistic]:
        return self._whole.definitions

    @cached_property
    def tree(self) -> "WatchedTree":
        return WatchedTree(self._whole.tree, self.reads)

    @property
    def policy(self) -> Disclosure:
        self.reads.note("parameter disclosure", self._whole.policy)
        return self._whole.policy

    def cell(self, statistic: str, unit: str, school_year: str, **codes: str) -> SeenCell:
        self.reads.leave(f"figures {statistic} {unit} {school_year}")
        return SeenCell(**_parts(self._whole.cell(statistic, unit, school_year, **codes)), seen=self.seen)

    def has(self, statistic: str) -> bool:
        return self._noted(f"has {statistic}", self._whole.has(statistic))

    def rejected_of(self, school_year: str) -> tuple[str, ...]:
        return self._noted(f"rejected {school_year}", self._whole.rejected_of(school_year))

    def statistics_of(self, unit: str) -> frozenset[str]:
        found = self._whole.statistics_of(unit)
        self.reads.note(f"statistics-of {unit}", sorted(found))
        return found

    def has_figures(self, unit: str) -> bool:
        return self._noted(f"has-figures {unit}", self._whole.has_figures(unit))

    def knows(self, unit: str) -> bool:
        return self._noted(f"knows {unit}", self._whole.knows(unit))

    def breakdowns(self, statistic: str) -> frozenset[frozenset[str]]:
        found = self._whole.breakdowns(statistic)
        self.reads.note(f"breakdowns {statistic}", sorted(map(sorted, found)))
        return found

    def times(self, statistic: str) -> tuple[str, ...]:
        return self._noted(f"times {statistic}", self._whole.times(statistic))

    def _noted(self, question: str, answer: Any) -> Any:
        self.reads.note(question, answer)
        return answer


def _parts(made: Cell) -> dict:
    return {part.name: getattr(made, part.name) for part in fields(made)}


def unit_in(tree: UnitTree, code: str) -> Unit | None:
    """The unit; None where the tree has none."""
    try:
        return tree[code]
    except KeyError:
        return None


class WatchedTree(UnitTree):
    """A tree of units that tells of every question. Its names are Markdown."""

    def __init__(self, whole: UnitTree, reads: Reads) -> None:
        self._whole, self._reads = whole, reads

    @property
    def units(self) -> tuple[Unit, ...]:
        return self._noted("tree", self._whole.units)

    @property
    def beside(self) -> tuple[Unit, ...]:
        return self._noted("beside", self._whole.beside)

    def name_of(self, code: str) -> str:
        return self._noted(f"name {code}", self._whole.name_of(code))

    @property
    def hierarchy(self) -> pd.DataFrame:
        self._reads.note("tree", self._whole.units)
        return self._whole.hierarchy

    @property
    def authority(self) -> Unit:
        return self._noted("authority", self._whole.authority)

    def __getitem__(self, code: str) -> Unit:
        return self._noted(f"unit {code}", self._whole[code])

    def __contains__(self, code: str) -> bool:
        self._reads.note(f"unit {code}", unit_in(self._whole, code))
        return code in self._whole

    def at(self, *levels: str) -> tuple[Unit, ...]:
        return self._noted(f"at {' '.join(levels)}", self._whole.at(*levels))

    def left(self, area: str) -> tuple[Unit, ...]:
        return self._noted(f"left {area}", self._whole.left(area))

    def children(self, code: str, level: str) -> tuple[Unit, ...]:
        return self._noted(f"children {code} {level}", self._whole.children(code, level))

    def _noted(self, question: str, answer: Any) -> Any:
        self._reads.note(question, answer)
        return _named(answer)


def _named(answer: Any) -> Any:
    """A name, a unit or several units, with names as Markdown."""
    match answer:
        case str():
            return literal(answer)
        case Unit():
            spans = (replace(span, name=literal(span.name), area_name=literal(span.area_name)) for span in answer.former)
            return replace(answer, name=literal(answer.name), former=tuple(spans))
    return tuple(map(_named, answer))


def as_markdown(value: Any) -> Any:
    """Parameters whose words for readers are Markdown."""
    match value:
        case BaseModel():
            kept = {name: getattr(value, name) for name in type(value).model_fields}
            is_told = {name for name, key in type(value).model_fields.items() if TOLD in key.metadata}
            return value.model_copy(update={n: literal(v) if n in is_told else as_markdown(v) for n, v in kept.items()})
        case tuple():
            return tuple(map(as_markdown, value))
    return value


class WatchedReport:
    """A report's parameters that tell of every key that is read; its own methods read through it too. What readers see of them
    is Markdown.

    What every section asks of the list of sections is a question of its own: it has the same answer when others come or go.
    """

    def __init__(self, report: Report, reads: Reads) -> None:
        self._report, self._told, self._reads = report, as_markdown(report), reads

    @property
    def levels(self) -> tuple[Level, ...]:
        return self._noted("levels", self._report.levels)

    def forms_of(self, section: str) -> tuple[str, ...]:
        return self._noted(f"forms {section}", self._report.forms_of(section))

    def notebook_of(self, section: str) -> str:
        return self._noted(f"notebook {section}", self._report.notebook_of(section))

    def _noted(self, question: str, answer: Any) -> Any:
        self._reads.note(question, answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        own = vars(Report).get(name)
        if isinstance(own, property) or callable(own):
            return own.__get__(self)
        for key in [name] if name in Report.model_fields else Report.model_fields:
            self._reads.note(f"parameter {key}", getattr(self._report, key))
        return getattr(self._told, name)
