"""The demo reports, by name: what writes the data of each."""

from collections.abc import Callable
from pathlib import Path

from sqa_lib import demo
from sqa_lib.demo import city

FIRST = "lulea-2020-21"

DEMOS: dict[str, Callable[..., list[Path]]] = {FIRST: demo.generate, "stockholm-2024-25": city.generate}
"""Report → `generate(folder, seed)`, whose default seed is that of the committed data."""
