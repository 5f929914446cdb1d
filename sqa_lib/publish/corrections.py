"""`rattelser.html`: every figure of a report that was corrected after it was released, as it was and as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.publish.pages import ENVIRONMENT
from sqa_lib.publish.project import SYNTHETIC_NOTICE
from sqa_lib.published import Published
from sqa_lib.releases.differences import WITHHELD
from sqa_lib.report import Correction, Report
from sqa_lib.words import day

FILE = "rattelser.html"


@dataclass(frozen=True)
class Changed:
    """What changed of a statistic. rows: school year, unit, breakdown, then, now: as they are read."""

    label: str
    rows: tuple[tuple[str, str, str, str, str], ...]


def write_corrections(folder: Path, report: Report, found: pd.DataFrame, published: Published) -> Path:
    """Write the page. found: columns `sqa_lib.releases.DIFFERENCES`, since the release that was corrected last."""
    page = ENVIRONMENT.get_template("corrections.html.j2").render(
        title=f"{report.title} {report.school_year}",
        authority=published.tree.authority.name,
        corrections=in_words(report.corrections),
        changed=[_changed(str(name), rows, published) for name, rows in found.groupby("statistic")],
        notice=SYNTHETIC_NOTICE if report.is_synthetic else "",
    )
    path = folder / FILE
    path.write_text(page, encoding="utf-8")
    return path


def in_words(corrections: Sequence[Correction]) -> list[tuple[str, str]]:
    """Day and reason of each, the last first."""
    return [(day(correction.date), correction.reason) for correction in reversed(corrections)]


def _changed(name: str, rows: pd.DataFrame, published: Published) -> Changed:
    definition = published.definitions.get(name)
    named = tuple(
        (row.school_year, published.tree.name_of(row.unit), _breakdown(row.breakdown), _then(row.kind, row.then), row.now or "–")
        for row in rows.itertuples()
    )
    return Changed(definition.label if definition else name, named)


def _then(kind: str, then: str) -> str:
    """What is withheld now is not printed again."""
    return "visades" if kind == WITHHELD else then or "–"


def _breakdown(text: str) -> str:
    codes = (part.split("=", 1) for part in text.split(";") if part)
    return ", ".join(DIMENSIONS[name].label_of(code) for name, code in codes) or "alla"
