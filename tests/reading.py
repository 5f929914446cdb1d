"""How the tests read what was published: a PDF's text and tags, an HTML page's words."""

import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html
from lxml.html import HtmlElement

INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "mark", "span", "strong", "sub", "sup"})
SPOKEN = ("alt", "title", "aria-label", "placeholder", "content")


def text_of(pdf: Path, *options: str) -> str:
    """The PDF's text. options: of `pdftotext`, such as `-layout`."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on the path: install Debian's package `poppler-utils` to read the PDF's text")
    run = subprocess.run(["pdftotext", *options, str(pdf), "-"], capture_output=True, encoding="utf-8", check=True)
    return run.stdout


def elements(node: pikepdf.Object, kind: str) -> list[pikepdf.Dictionary]:
    """All structure elements of a kind in a tagged PDF."""
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in elements(child, kind)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    own = [node] if node.get("/S") == kind else []
    return own + (elements(node["/K"], kind) if "/K" in node else [])


def page_of(path: Path) -> HtmlElement:
    return lxml_html.document_fromstring(path.read_text(encoding="utf-8"))


def words_of(element: HtmlElement) -> str:
    """An element's text in one line."""
    return " ".join(element.text_content().split())


def lines_of(page: HtmlElement) -> list[str]:
    """What a page says to eyes and ears, one line a block: paragraphs, cells, headings, alt texts, labels."""
    copy = deepcopy(page)
    for element in list(copy.iter("script", "style")):
        element.drop_tree()
    spoken = [value for name in SPOKEN for value in copy.xpath(f"//@{name}")]
    for element in copy.iter():
        if isinstance(element.tag, str) and element.tag not in INLINE:
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    lines = [*copy.text_content().split("\n"), *spoken]
    return [line.strip() for line in lines if line.strip()]
