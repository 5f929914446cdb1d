"""Data are text: whatever a unit, an area, a title or a label is called, the page has the elements and attributes that it has
with plain names, and shows the name as it is. The oracle is a browser."""

import re
import tempfile
from pathlib import Path

import pikepdf
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from sqa_lib.markdown import literal, plain
from sqa_lib.publish.embedded import render
from sqa_lib.section.tables import grid_table, pipe_table, text_table
from tests.publish.payloads import PAYLOADS
from tests.reading import text_of

SIGNS = st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~^@$\"'=:&/%;, \n\tab1åé\u2028"), max_size=12)
NAMES = st.one_of(SIGNS, st.text(max_size=12), st.sampled_from(PAYLOADS))
SHAPE = """() => [...document.querySelectorAll("*")].map(e =>
  [e.tagName, ...e.getAttributeNames().sort(), e.tagName === "A" && !e.hash ? e.getAttribute("href") : ""].join(" "))"""
NAMED = """() => [...document.querySelectorAll("main *")].filter(e => !e.children.length).map(e => e.textContent)"""


def chapter(names: list[str]) -> str:
    """Each name where sections write names: in prose, at the beginning of a line, in headings, tables, captions and cards."""
    rows = [[name, "1"] for name in names]
    parts = ["# Namn {#sec-names}"]
    for at, name in enumerate(names):
        parts += [
            f"{name}\n",
            f"::: {{.lead}}\n{name} och {name}.\n:::\n", f"## {name}\n\nText.\n", f"- **{name}** öppnade, se {name}.\n",
            f'![{name}, läsåret](media/x.svg){{#fig-{at} fig-alt="{name}. {name}"}}\n',
            f":::: {{.key-figures}}\n::: {{.key-figure}}\n[1]{{.value}}\n[{name}]{{.label}}\n[{name}]{{.change}}\n:::\n::::\n",
        ]  # fmt: skip
    parts += [
        pipe_table(["Enhet", "Antal"], rows, "Enheter", "pipe"),
        text_table(["Enhet", "Antal"], rows, names[0] + " enheter", "text", [30, 10]),
        grid_table(["Fråga", "Svar"], [([name], [name, f"{name} {name}"]) for name in names], "Rutor", "grid", (30, 74)),
    ]
    return "\n".join(parts)


def rendered(root: Path, names: list[str], kind: str) -> Path:
    """The book of one chapter with these names."""
    (root / "media").mkdir(parents=True)
    (root / "media" / "x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    title = names[0]
    book = {"title": title, "chapters": ["index.qmd"], "date": "2021-10-15"}
    (root / "_quarto.yml").write_text(yaml.safe_dump({"book": book, "sqa": {"unit": plain(title), "authority": plain(title)}}))
    (root / "index.qmd").write_text(chapter(names), encoding="utf-8")
    (path,) = render(root, [kind])
    return path


def shape(browser: Browser, names: list[str]) -> tuple[list[str], list[str], str]:
    """A page's elements with their attributes, the texts of its innermost elements, and its title."""
    with tempfile.TemporaryDirectory() as folder:
        page = rendered(Path(folder) / "bok", names, "html")
        screen = browser.new_page()
        said: list[str] = []
        screen.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        screen.goto(page.as_uri())
        found = screen.evaluate(SHAPE), screen.evaluate(NAMED), screen.title()
        screen.close()
        assert said == []
        return found


def as_read(text: str) -> str:
    """With single spaces, and an apostrophe as it is printed within a word."""
    return " ".join(text.split()).replace("'", "’")


def lettered(markdown: str) -> str:
    """A plain name with words as long, so that tables are as wide."""
    return re.sub(r"\S", "x", markdown)


@settings(max_examples=3, deadline=None)
@given(st.lists(NAMES, min_size=30, max_size=60))
@example(list(PAYLOADS))
@pytest.mark.filterwarnings("ignore")
def test_no_name_makes_an_element_or_an_attribute(browser: Browser, names: list[str]) -> None:
    written = [name for name in map(literal, names) if name]
    elements, texts, title = shape(browser, written or ["x"])
    plain_elements, _, _ = shape(browser, list(map(lettered, written)) or ["x"])
    assert elements == plain_elements
    assert set(map(as_read, map(plain, written))) <= set(map(as_read, texts))
    assert as_read(plain(written[0] if written else "x")) in as_read(title)


@pytest.mark.filterwarnings("ignore")
def test_names_run_nothing_in_a_pdf_and_read_no_file(tmp_path: Path) -> None:
    names = [name for name in map(literal, PAYLOADS) if name]
    pdf = rendered(tmp_path / "bok", names, "pdf")
    with pikepdf.open(pdf) as file:
        links = [note for page in file.pages for note in page.get("/Annots", []) if "/URI" in note.get("/A", {})]
    assert links == []
    shown = "".join(text_of(pdf).split()).replace("…", "...")
    assert [name for name in map(plain, names) if "".join(as_read(name).split()) not in shown.replace("'", "’")] == []
    assert "root:x:" not in shown


@given(st.text())
def test_a_literal_is_one_line_and_plain_again(text: str) -> None:
    written = literal(text)
    assert len(written.splitlines()) <= 1
    assert literal(plain(written)) == written


@pytest.mark.parametrize("name", ["Björkskolan", "Skolområde Höb", "O'Brien", "S:t Olof", "F–6", "Tall-skolan", "a_b", "Nr 1"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert literal(name) == name
