"""A whole report of somebody who wants to run something in its readers' browsers: every name in its data and parameters is a
payload. The books are tried in a browser: they are made of what books with plain names are made of, and nothing runs or is
fetched."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.command import sqa
from tests.publish.payloads import PAYLOADS
from tests.small_project import CITY_KEY_FIGURES, CITY_SCHOOLS, CITY_SECTIONS, write, write_city

NAMES = ["Granskolan", "Tallskolan", "Enskolan", "Lärkgymnasiet", "Sparvgymnasiet", "Trastgymnasiet", "NORR", "SÖDER", "STAD"]
OTHERS = [
    "title",
    "authority",
    "label 1",
    "label 2",
    "label 3",
    "reason",
    "decided by",
    "why",
    "theme",
    "part",
    "area",
    "indicator",
]
BOOKS = ("--unit", "lavheden", "--unit", "99000001")
SHAPE = """() => [...document.querySelectorAll("*")].map(e => [e.tagName, ...e.getAttributeNames().sort()].join(" "))"""
LINKS = """() => [...document.querySelectorAll("[href], [src]")].map(e => e.getAttribute("href") || e.getAttribute("src"))"""


def shared_out(payloads: tuple[str, ...]) -> dict[str, str]:
    """Everything that has a name → some of the payloads, on one line as a cell of a file."""
    slots = [*NAMES, *OTHERS]
    lines = [" ".join(payload.split()) for payload in payloads if payload.isprintable() and ";" not in payload]
    return {slot: f"{slot} " + " ".join(lines[at :: len(slots)]) for at, slot in enumerate(slots)}


def lettered(named: dict[str, str]) -> dict[str, str]:
    """The same names in letters alone."""
    return {slot: re.sub(r"[^\s\w]|_", "x", name) for slot, name in named.items()}


def write_report(root: Path, named: dict[str, str]) -> Path:
    schools = CITY_SCHOOLS
    for name in NAMES:
        schools = re.sub(
            rf"(?<=;){name}(?=;|$)", lambda _, cell=named[name]: '"' + cell.replace('"', '""') + '"', schools, flags=re.M
        )
    figures = [figure | {"label": named[f"label {at}"]} for at, figure in enumerate(CITY_KEY_FIGURES, start=1)]
    sections = [each | {"part": named["part"]} if isinstance(each, dict) and each.get("part") == "Grundskolan" else each
                for each in CITY_SECTIONS]  # fmt: skip
    write_city(
        root, title=named["title"], authority={"code": "lavheden", "name": named["authority"]}, key_figures=figures,
        sections=sections, disclosure={"decided_by": named["decided by"], "reason": named["reason"]},
        themes=[{"name": named["theme"], "sections": ["access-compulsory"]}],
    )  # fmt: skip
    write(root / "data" / "small" / "skolenheter.csv", schools)
    write(
        root / "data" / "small" / "texts" / "lavheden" / "access-compulsory.md",
        "{{ unit }}.\n\n## Slutsats\n\n- {{ units }} skolor.\n",
    )
    target = {"at_least": 1}
    indicator = {
        "name": named["indicator"], "statistic": "pupils", "baseline": "2020/21", "target": target, "date": "2022-06-30",
    }  # fmt: skip
    area = {"name": named["area"], "school_year": "2020/21", "why": ["{{ unit }}."], "indicators": [indicator]}
    write(root / "data" / "small" / "development_areas.yml", yaml.safe_dump({"lavheden": [area]}, allow_unicode=True))
    return root


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The output of the hostile report, and of the one with plain names."""
    named = shared_out(PAYLOADS)
    built = []
    for label, names in (("hostile", named), ("plain", lettered(named))):
        root = write_report(tmp_path_factory.mktemp(label), names)
        done = sqa(root, "build", "small", "--format", "html", *BOOKS)
        assert done.code == 0, done.out + done.err
        built.append(root / "output" / "small")
    return built[0], built[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def seen(screen: Page, page: Path) -> tuple[list[str], list[str]]:
    screen.goto(page.as_uri())
    return screen.evaluate(SHAPE), [link.partition("#")[0] for link in screen.evaluate(LINKS)]


def test_nothing_runs_and_no_page_has_more_than_with_plain_names(reports: tuple[Path, Path], browser: Browser) -> None:
    hostile, ordinary = reports
    pages = sorted(path.relative_to(hostile) for path in hostile.rglob("*.html"))
    assert pages == sorted(path.relative_to(ordinary) for path in ordinary.rglob("*.html"))
    screen, ran, fetched = browser.new_page(), [], []
    screen.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    screen.on("request", lambda request: None if request.url.startswith(("file:", "data:font")) else fetched.append(request.url))
    for page in pages:
        assert seen(screen, hostile / page) == seen(screen, ordinary / page), page
    assert (ran, fetched) == ([], [])
    screen.close()


def test_the_names_are_shown_as_they_are(reports: tuple[Path, Path], browser: Browser) -> None:
    hostile, named = reports[0], shared_out(PAYLOADS)
    screen = browser.new_page()
    screen.goto((hostile / "index.html").as_uri())
    shown = " ".join(screen.inner_text("body").split())
    assert [slot for slot in ("Granskolan", "NORR", "authority", "title") if named[slot] not in shown] == []
    screen.goto((hostile / "books" / "lavheden" / "_book" / "index.html").as_uri())
    shown = " ".join(screen.inner_text("main").split())
    assert [slot for slot in ("label 1", "label 2", "label 3") if named[slot].replace("'B", "’B") not in shown] == []
    screen.close()
