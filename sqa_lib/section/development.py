"""Prioritised development areas: `data/<report>/development_areas.yml`, unit → areas, shown as the printed template's table."""

from pathlib import Path
from typing import Any

import yaml

from sqa_lib.report import ReportError
from sqa_lib.section.tables import grid_table

QUESTIONS = {
    "why": "Varför är området prioriterat?",
    "governing_documents": "Vilka styrdokument gäller?",
    "expected_effects": "Vilka effekter väntas på kort och lång sikt?",
    "conditions": "Vilka förutsättningar finns? Vem, vad och hur?",
    "measures": "Vilka insatser ska göras på kort och lång sikt?",
    "follow_up": "Hur följs insatserna upp och utvärderas?",
    "research": "Hur kopplas arbetet till forskning och beprövad erfarenhet?",
}
"""Key in the file → question in the table, after the printed template of Luleå's resource centre."""


def read_areas(path: Path, unit: str) -> list[dict[str, Any]]:
    """The unit's areas, each with `name` and lists of sentences under the keys of `QUESTIONS`; [] without file or unit."""
    if not path.is_file():
        return []
    areas = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(unit, [])
    for area in areas:
        _check(path.name, unit, area)
    return areas


def _check(file: str, unit: str, area: dict[str, Any]) -> None:
    allowed = ["name", *QUESTIONS]
    unknown = [key for key in area if key not in allowed]
    if unknown or "name" not in area:
        wrong = f"unknown key `{unknown[0]}`" if unknown else "no key `name`"
        raise ReportError(f"{file}: unit {unit}: {wrong}; the keys are: {', '.join(allowed)}")
    for key in QUESTIONS:
        if not isinstance(area.get(key, []), list):
            raise ReportError(f"{file}: unit {unit}: `{key}` must be a list of sentences, each on a line that begins with a dash")


def area_table(area: dict[str, Any], caption: str, label: str) -> str:
    """Question and answers; several answers are a list."""
    rows = [([question], area[key]) for key, question in QUESTIONS.items() if area.get(key)]
    return grid_table(["Fråga", "Svar"], rows, caption, label, (30, 74))
