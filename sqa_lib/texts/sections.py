"""Which statistics a section uses, read from its notebook without running it."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

_QUOTED = re.compile(r"""["'](\w+)["']""")
_KEY = re.compile(r"\bs\.key_figures\(")
_OFFICIAL = re.compile(r"\bs\.official\.(?!sources_table|is_municipality)\w+")


def statistics_of_sections(
    notebooks: Mapping[str, Path], definitions: Collection[str], official: Collection[str], key: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Section → the statistics that its code or its templates name, in their order; the official ones, and the report's key
    figures, where it shows them.

    A section that names none (the analysis) is about what all others show. notebooks: section → path.
    """
    named = {section: _named(_code(path), definitions, official, key) for section, path in notebooks.items()}
    everything = tuple(dict.fromkeys(name for names in named.values() for name in names))
    return {section: found or everything for section, found in named.items()}


def _named(code: str, definitions: Collection[str], official: Collection[str], key: Collection[str]) -> tuple[str, ...]:
    found = [name for name in _QUOTED.findall(code) if name in definitions]
    shown = [*(official if _OFFICIAL.search(code) else ()), *(key if _KEY.search(code) else ())]
    return tuple(dict.fromkeys([*found, *shown]))


def _code(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
