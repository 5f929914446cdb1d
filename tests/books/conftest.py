"""The demos' real books, built once by the real command in a copy of the project: an authority, an area, schools of each."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pikepdf
import pytest
import yaml
from lxml.html import HtmlElement
from playwright.sync_api import Browser

from sqa_lib.published import Published
from sqa_lib.report import Report, load_report, project_root
from sqa_lib.units import UnitTree
from tests.browser import chromium
from tests.reading import page_of, text_of

ROOT = project_root(Path(__file__).parent)
REPORT = "lulea-2020-21"
MUNICIPALITY, AREA, SMALL_SCHOOL = UNITS = ("lulea", "hob", "99001022")
CITY_REPORT = "stockholm-2024-25"
CITY, CITY_AREA, CITY_SCHOOL, UPPER_SECONDARY = CITY_UNITS = ("stockholm", "jarva", "99011003", "99012002")
DEMOS = {REPORT: UNITS, CITY_REPORT: CITY_UNITS}
COPIED = ("params", "notebooks", "data")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side (pytest-xdist's `--dist loadgroup`) one worker builds the books and reads them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("books"))


def copied_project(folder: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


def build(project: Path, report: str, *units: str) -> None:
    """Build the units' books; from raw data, unless their statistics are there."""
    chosen = [option for unit in units for option in ("--unit", unit)]
    command = [sys.executable, "-c", "from sqa_lib.cli import app; app()", "build", report, *chosen]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.fail(f"sqa build {report} failed:\n{run.stdout}{run.stderr}", pytrace=False)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, demo_published: Published, city_published: Published) -> Path:
    """With the statistics that were computed already, whichever run did that."""
    folder = copied_project(tmp_path_factory.mktemp("books") / "project")
    for report, units in DEMOS.items():
        shutil.copytree(ROOT / "output" / report / "statistics", folder / "output" / report / "statistics")
        build(folder, report, *units)
    return folder


@pytest.fixture(scope="session", params=DEMOS)
def output(request: pytest.FixtureRequest, project: Path) -> Path:
    """What was built of each report in turn."""
    return project / "output" / request.param


@pytest.fixture(scope="session")
def trees(demo_published: Published, city_published: Published) -> dict[str, UnitTree]:
    return {REPORT: demo_published.tree, CITY_REPORT: city_published.tree}


@dataclass(frozen=True)
class Rendered:
    """One unit's Quarto project and what was rendered from it."""

    report: Report
    unit: str
    folder: Path

    @property
    def output(self) -> Path:
        """The folder of the report's output."""
        return self.folder.parents[1]

    @cached_property
    def configuration(self) -> dict:
        return yaml.safe_load((self.folder / "_quarto.yml").read_text(encoding="utf-8"))

    @cached_property
    def chapters(self) -> list[str]:
        """The chapters' names in the book's order."""
        items = self.configuration["book"]["chapters"]
        files = [name for item in items for name in ([item] if isinstance(item, str) else item["chapters"])]
        return [name.removesuffix(".qmd") for name in files]

    @cached_property
    def paths(self) -> list[Path]:
        return [self.folder / "_book" / f"{name}.html" for name in self.chapters]

    @cached_property
    def pages(self) -> dict[str, HtmlElement]:
        """File name → page, in the book's order."""
        return {path.name: page_of(path) for path in self.paths}

    @property
    def pdf(self) -> Path:
        return self.folder / "_book" / f"{self.unit}.pdf"

    @cached_property
    def pdf_text(self) -> str:
        return text_of(self.pdf)

    @cached_property
    def pdf_pages(self) -> int:
        with pikepdf.open(self.pdf) as pdf:
            return len(pdf.pages)


@pytest.fixture(scope="session")
def rendered(project: Path) -> dict[str, Rendered]:
    return {
        unit: Rendered(load_report(report, project), unit, project / "output" / report / "books" / unit)
        for report, units in DEMOS.items()
        for unit in units
    }


@pytest.fixture(scope="session", params=[*UNITS, *CITY_UNITS])
def book(request: pytest.FixtureRequest, rendered: dict[str, Rendered]) -> Rendered:
    """Each of the books in turn."""
    return rendered[request.param]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
