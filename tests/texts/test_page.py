"""docs/texts.md lists what may be written, and nothing that may not."""

import re

from sqa_lib.metrics.statistic import REGISTRY
from sqa_lib.texts.references import CALLS, FILTERS, NAMES
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "texts.md").read_text(encoding="utf-8")


def test_it_lists_every_statistic_with_its_label() -> None:
    assert re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE) == sorted((s.id, s.label) for s in REGISTRY.values())


def test_it_lists_every_name_and_filter() -> None:
    table = PAGE.split("## What may be written")[1].split("\n## ")[0]
    said = set(re.findall(r"\{\{ (\w+)", table)) | set(re.findall(r"… \\\| (\w+)", table))
    assert said == {*CALLS, *NAMES, *FILTERS}
