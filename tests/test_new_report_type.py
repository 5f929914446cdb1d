"""docs/new-report-type.md: what it says is done in a copy of the project, block by block, and gives what it promises."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from lxml.html import HtmlElement
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sqa_lib.published import Published
from tests.command import WIDTH, Done
from tests.reading import page_of, text_of, words_of
from tests.small_project import PYTHON3

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "new-report-type.md"
COPIED = ("params", "notebooks", "data", "sqa_lib")
FIRST, REPORT = "lulea-2020-21", "preschools-2020-21"
SECTIONS = ["index", "preschool-children", "preschool-cases", "analysis", "development-areas", "method", "about"]
LEVELS = ("municipality", "area", "preschool")
MINUTES = 60

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (?P<path>[\w./-]+\.(?:py|yml|ipynb))\n")
_CELL = re.compile(r"^# %%(?: \[(?P<kind>\w+)\])?\n", re.MULTILINE)


@dataclass(frozen=True)
class Followed:
    """The copy of the project after all that the page says. ends: line of the `sh` blocks → how it ended."""

    root: Path
    ends: dict[str, Done]

    @property
    def output(self) -> Path:
        return self.root / "output" / REPORT

    @property
    def units(self) -> dict[str, dict]:
        """Code → unit, of those that the page promises books for."""
        kept = json.loads((self.output / "statistics" / "units.json").read_text(encoding="utf-8"))["units"]
        return {unit["code"]: unit for unit in kept if unit["level"] in LEVELS}

    @property
    def preschools(self) -> list[str]:
        return [code for code, unit in self.units.items() if unit["level"] == "preschool"]

    def page(self, unit: str, name: str) -> HtmlElement:
        return page_of(self.output / "books" / unit / "_book" / f"{name}.html")

    def said(self, unit: str, name: str) -> str:
        return words_of(self.page(unit, name).xpath("//main")[0])


def write_file(root: Path, text: str) -> None:
    """A block that names its file in its first line."""
    path = root / _FILE.match(text)["path"]
    assert not path.exists(), f"{path} is there already"
    if path.suffix == ".ipynb":
        nbformat.write(new_notebook(cells=[*cells_of(text)], metadata=PYTHON3), path)
    else:
        path.write_text(text, encoding="utf-8")


def cells_of(text: str) -> Iterator[nbformat.NotebookNode]:
    """The cells of a block, as the page says: a line `# %%` begins each."""
    _, *parts = _CELL.split(text)
    for kind, source in zip(parts[::2], parts[1::2], strict=True):
        if kind == "markdown":
            yield new_markdown_cell(source.strip())
        else:
            yield new_code_cell(source.strip(), metadata={"tags": [kind]} if kind else {})


def run_line(root: Path, line: str) -> Done:
    """As in a terminal of the project whose own package is installed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = os.environ | {"PATH": path, "PYTHONPATH": str(root), "COLUMNS": str(WIDTH)}
    run = subprocess.run(["sh", "-c", line], cwd=root, env=env, capture_output=True, text=True, timeout=60 * MINUTES)
    return Done(run.returncode, run.stdout, run.stderr)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, demo_published: Published) -> Followed:
    """The first report's statistics are there already, as they are for a user who has built it."""
    root = tmp_path_factory.mktemp("third") / "project"
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    shutil.copytree(ROOT / "output" / FIRST / "statistics", root / "output" / FIRST / "statistics")
    ends = {}
    for block in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["language"] == "sh":
            ends |= {line: run_line(root, line) for line in block["text"].splitlines()}
        else:
            write_file(root, block["text"])
    return Followed(root, ends)


def test_every_command_ends_well_and_warns_of_nothing(followed: Followed) -> None:
    assert len(followed.ends) == 5
    assert [done.out + done.err for done in followed.ends.values() if done.code or "warning" in done.err] == []


def test_the_list_of_statistics_has_those_that_the_page_names(followed: Followed) -> None:
    listed = followed.ends[f"sqa statistics {FIRST}"].out
    names = {line.split()[1]: line for line in listed.splitlines() if len(line.split()) > 1}
    assert "gender" in names["preschool_children"] and "school_form" in names["health_cases"]
    assert "preschool_cases_per_1000" not in names


def test_the_municipality_its_areas_and_each_preschool_have_a_book_and_nobody_else(followed: Followed) -> None:
    assert [sum(unit["level"] == level for unit in followed.units.values()) for level in LEVELS] == [1, 3, 48]
    with_both = [
        path.parents[1].name for path in followed.output.glob("books/*/_book/*.pdf") if path.with_name("index.html").is_file()
    ]
    assert sorted(with_both) == sorted(followed.units)
    assert sorted(path.name for path in (followed.output / "books").iterdir()) == sorted(followed.units)


def test_all_sections_are_in_them_without_a_failure(followed: Followed) -> None:
    count = len(followed.units)
    assert f"{count} books, {count * len(SECTIONS)} sections, 0 failures" in followed.ends[f"sqa build {REPORT}"].out
    for unit in followed.units:
        pages = [path.stem for path in (followed.output / "books" / unit / "_book").glob("*.html")]
        assert sorted(pages) == sorted(SECTIONS), unit


def test_the_audit_finds_nothing(followed: Followed) -> None:
    assert "0 unsafe numbers, 0 leaks" in followed.ends[f"sqa audit {REPORT}"].out


def test_a_level_is_built_alone(followed: Followed) -> None:
    assert f"{len(followed.preschools)} books, " in followed.ends[f"sqa build {REPORT} --level preschool"].out


def test_the_portal_lists_them_under_the_right_words(followed: Followed) -> None:
    portal = page_of(followed.output / "index.html")
    assert [words_of(head) for head in portal.xpath("//h2")] == ["Kommunen", "Skolområden", "Förskolor"]
    assert words_of(portal.xpath("//label")[0]) == "Sök förskola eller område"
    (listed,) = portal.xpath("//section[h2='Förskolor']")
    assert len(listed.xpath(".//li")) == len(listed.xpath(".//*[@class='area']")) == len(followed.preschools)


def test_a_preschools_book_speaks_of_preschool(followed: Followed) -> None:
    code = followed.preschools[0]
    for name in SECTIONS[:-1]:
        assert re.findall(r"(?i)\b(?:grund)?skol(?:a|an|ans|or|orna|ornas)\b", followed.said(code, name)) == [], name
    assert f"barn på {followed.units[code]['name']}" in followed.said(code, "index")
    assert "Förskolan jämförs med alla andra förskolor" in followed.said(code, "method")
    assert "Förskolans ärenden till elevhälsan" in text_of(followed.output / "books" / code / "_book" / f"{code}.pdf")


def test_the_new_statistic_is_what_the_files_give_and_is_defined_in_every_book_that_shows_it(followed: Followed) -> None:
    def rows(file: str) -> pd.DataFrame:
        found = pd.read_csv(ROOT / "data" / FIRST / file, sep=";", encoding="utf-8-sig", dtype="str")
        of_year = found["Läsår"] == "2020/21"
        return found[of_year & found["Skolenhetskod"].isin(followed.preschools)]

    per_1000 = 1000 * len(rows("elevhalsoarenden.csv")) / rows("elever.csv")["Antal"].astype(int).sum()
    (table,) = followed.page("lulea", "preschool-cases").xpath("//main//table[.//th[contains(., 'Per 1')]]")
    whole = [words_of(cell) for cell in table.xpath(".//tbody/tr[last()]/*")]
    assert whole[0] == "Luleå kommun" and whole[-1] == f"{per_1000:.0f}"
    for unit in followed.units:
        is_shown = followed.page(unit, "preschool-cases").xpath("//a[contains(@href, '#def-preschool-cases-per-1000')]")
        is_defined = followed.page(unit, "about").xpath("//*[@id='def-preschool-cases-per-1000']")
        assert bool(is_shown) == bool(is_defined), unit
    assert followed.page("lulea", "about").xpath("//*[@id='def-preschool-cases-per-1000']")
