"""What units conclude: each conclusion with its theme and where it stands, gathered for one unit or for many."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqa_lib.markdown import plain
from sqa_lib.report import Report
from sqa_lib.section.texts import text_path
from sqa_lib.section.view import View
from sqa_lib.texts.references import TextError
from sqa_lib.units import Unit

QUESTION = "Vad från avsnittet tar ni med er till avslutande analys?"
"""What the printed template of Luleå's resource centre asks after each section."""

_NAMED = re.compile(r"\[(?P<theme>[^\[\]@^]+)\](?![(\[{:])\s*(?P<text>\S.*)", re.DOTALL)
"""A theme that a conclusion names itself; `[a link](…)`, `[words]{.class}` and `[@reference]` are none."""


@dataclass(frozen=True)
class Conclusion:
    """One conclusion. text: in Markdown, without the theme's name. file: from the report's data folder; line: where it begins.

    unknown: the name in brackets that it begins with, where no theme is called so; the text keeps it then.
    """

    unit: Unit
    section: str
    theme: str
    text: str
    file: str
    line: int
    unknown: str = ""


def themed(bullet: str, section: str, report: Report) -> tuple[str, str, str]:
    """Theme, text and unknown theme of a conclusion: `[Närvaro] …` names its own, any other gets its section's."""
    match = _NAMED.match(bullet)
    if not match:
        return report.theme_of(section), bullet, ""
    wanted = " ".join(match["theme"].split())
    known = {plain(name).casefold(): name for name in report.theme_names}
    if wanted.casefold() in known:
        return known[wanted.casefold()], match["text"], ""
    return report.theme_of(section), bullet, wanted


def by_theme(conclusions: Iterable[Conclusion], report: Report) -> dict[str, list[Conclusion]]:
    """Theme → its conclusions, in the report's order of themes; themes without any are left out."""
    found: Mapping[str, list[Conclusion]] = {name: [] for name in report.theme_names}
    for conclusion in conclusions:
        found[conclusion.theme].append(conclusion)
    return {name: some for name, some in found.items() if some}


def how_many(conclusions: Sequence[Conclusion]) -> int:
    """How many units they come from."""
    return len({conclusion.unit.code for conclusion in conclusions})


class ConclusionsView(View):
    """What a section, or the analyst's list, asks of units' conclusions."""

    def conclusions_of(self, section: str, *, at: str = "") -> tuple[Conclusion, ...]:
        """What this unit (or the unit `at`) concludes in a section."""
        unit = self.published.tree[at or self.unit.code]
        written = self.text_of(section, at=unit.code)
        return tuple(
            Conclusion(unit, section, theme, text, text_path(unit.code, section), line, unknown)
            for bullet, line in zip(written.conclusions, written.conclusion_lines, strict=True)
            for theme, text, unknown in [themed(bullet, section, self.report)]
        )

    def own_conclusions(self) -> list[Conclusion]:
        """This unit's conclusions in all sections but this one, in the book's order."""
        return [c for name in self.section_names if name != self.name for c in self.conclusions_of(name)]

    def without_conclusions(self) -> list[str]:
        """The sections before this one that ask for conclusions and got none."""
        before = self.section_names[: self.section_names.index(self.name)]
        return [name for name in before if self.asks(name) and not self.conclusions_of(name)]

    def conclusions_below(self, level: str) -> list[Conclusion]:
        """What the units of a level below this one conclude in all sections of their books, unit by unit."""
        below = self.published.tree.children(self.unit.code, level)
        return [c for unit in below if unit.code != self.unit.code for c in self._all_of(unit)]

    def all_units_conclusions(self) -> list[Conclusion]:
        """What every unit with a book concludes, the authority first."""
        return [c for unit in self.published.tree.units if self.report.has_book(unit) for c in self._all_of(unit)]

    def table(self) -> list[dict[str, object]]:
        """`all_units_conclusions` as rows for the analyst's list, see `sqa_lib.publish.conclusions.LISTED`."""
        tree = self.published.tree
        return [
            {
                "unit": c.unit.code, "unit_name": plain(c.unit.name), "level": c.unit.level,
                "area": plain(tree.area_name_of(c.unit.code)),
                "section": c.section, "section_title": self.title_of(c.section), "theme": plain(c.theme), "conclusion": c.text,
                "file": c.file, "line": c.line,
            }
            for c in self.all_units_conclusions()
        ]  # fmt: skip

    def unknown_themes(self) -> list[str]:
        """A sentence for each conclusion that names a theme which the report lacks: where it stands, what themes there are."""
        known = plain(", ".join(self.report.theme_names))
        return [
            f"{c.file}, line {c.line}: no theme `{c.unknown}`; the report's themes are: {known}"
            for c in self.all_units_conclusions()
            if c.unknown
        ]

    def _all_of(self, unit: Unit) -> Iterator[Conclusion]:
        for section in self.report.sections_of(unit):
            with suppress(TextError):  # that unit's own section fails and says why; this one goes on without
                yield from self.conclusions_of(section.name, at=unit.code)
