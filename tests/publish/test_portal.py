"""The portal's words: what is looked for, and under which heads books are listed."""

from pathlib import Path

import pytest

from sqa_lib.publish import PortalEntry, write_portal
from tests.reading import page_of, words_of

HEADS = {"municipality": "Kommunen", "area": "Skolområden", "school": "Skolor", "preschool": "Förskolor"}


@pytest.mark.parametrize(
    ("levels", "search"),
    [
        (["municipality", "area", "school"], "Sök skola eller område"),
        (["municipality", "area", "preschool"], "Sök förskola eller område"),
        (["area", "school", "preschool"], "Sök skola, förskola eller område"),
        (["municipality"], "Sök rapport"),
    ],
)
def test_the_portal_names_what_it_lists(levels: list[str], search: str, tmp_path: Path) -> None:
    entries = [PortalEntry(level, f"En {level}", level, "", None, None) for level in levels]
    page = page_of(write_portal(tmp_path, "Kvalitetsrapporter", "Lavhedens kommun", entries))
    assert words_of(page.xpath("//label[@for='filter-input']")[0]) == search
    assert [words_of(head) for head in page.xpath("//h2")] == [HEADS[level] for level in levels]
