"""The page that lists and searches all books of a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.publish import theme
from sqa_lib.publish.corrections import FILE
from sqa_lib.publish.pages import ENVIRONMENT
from sqa_lib.publish.project import SYNTHETIC_NOTICE
from sqa_lib.report import Design, Level
from sqa_lib.words import either

LEVEL_NAMES: dict[Level, str] = {
    "municipality": "Kommunen", "area": "Skolområden", "school": "Skolor", "preschool": "Förskolor",
}  # fmt: skip
SEARCHED: dict[Level, str] = {"school": "skola", "preschool": "förskola", "area": "område"}
"""What is looked for by name, in this order."""


@dataclass(frozen=True)
class PortalEntry:
    """One book. html, pdf: paths from the portal's folder, None when there is none; failed_sections: titles."""

    slug: str
    name: str
    level: Level
    area: str
    html: str | None
    pdf: str | None
    failed_sections: tuple[str, ...] = ()


def write_portal(
    folder: Path,
    report_title: str,
    authority: str,
    entries: Sequence[PortalEntry],
    design: Design | None = None,
    is_synthetic: bool = False,
    corrections: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write `index.html` and its `assets/` in `folder`. corrections: day and reason of each, see `corrections`."""
    groups = [
        (name, sorted((e for e in entries if e.level == level), key=lambda e: in_swedish_order(e.name)))
        for level, name in LEVEL_NAMES.items()
    ]
    searched = [name for level, name in SEARCHED.items() if any(entry.level == level for entry in entries)]
    page = ENVIRONMENT.get_template("portal.html.j2").render(
        title=report_title,
        search=f"Sök {either(searched) or 'rapport'}",
        authority=authority,
        entries=entries,
        groups=[(name, books) for name, books in groups if books],
        notice=SYNTHETIC_NOTICE if is_synthetic else "",
        corrections=corrections,
        corrections_page=FILE,
    )
    for name, data in (theme.assets(design or Design()) | {"index.html": page.encode()}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "index.html"


def in_swedish_order(name: str) -> str:
    """What names are sorted by: å, ä, ö last."""
    return name.lower().translate(str.maketrans({"å": "{", "ä": "|", "ö": "}", "é": "e", "ü": "y"}))
