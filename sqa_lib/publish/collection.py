"""The page that leads to the books of many reports: authorities by name at once, their units when somebody searches.

The list of units is a file of its own, which the page loads with the first letter that is typed: a country's is longer than
the page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.publish import theme
from sqa_lib.publish.pages import ENVIRONMENT
from sqa_lib.publish.portal import in_swedish_order
from sqa_lib.report import Design

INDEX = "assets/units.js"


@dataclass(frozen=True)
class BookLink:
    """A unit's book. html: path from the page's folder."""

    name: str
    html: str


@dataclass(frozen=True)
class ReportLink:
    """A report of an authority: its own book (None where it failed), those of its units, and how many failed."""

    name: str
    book: BookLink | None
    units: tuple[BookLink, ...]
    failed: int = 0


def write_collection(folder: Path, title: str, reports: Sequence[ReportLink], design: Design) -> Path:
    """Write `index.html` and what it refers to in `folder`."""
    ordered = sorted(reports, key=lambda report: in_swedish_order(report.name))
    page = ENVIRONMENT.get_template("collection.html.j2").render(
        title=title, reports=ordered, books=sum(len(r.units) + (r.book is not None) for r in ordered)
    )
    units = [[unit.name, unit.html, report.name] for report in ordered for unit in report.units]
    index = f"window.SQA_UNITS = {json.dumps(units, ensure_ascii=False, separators=(',', ':'))};\n"
    files = theme.assets(design, with_fonts=False) | {INDEX: index.encode(), "index.html": page.encode()}
    files["assets/collection.js"] = (theme.TEMPLATES / "collection.js").read_bytes()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "index.html"
