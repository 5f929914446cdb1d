"""The rendered book: the same in both formats, the same every time, whole, and readable by everyone."""

import dataclasses
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pikepdf
import pytest
from lxml import html as lxml_html
from nbformat.v4 import new_markdown_cell, new_notebook

from sqa_lib.publish import Book, BookFiles, Chapter, PublishError, manuscript, publish, render
from tests.publish import sample
from tests.reading import elements, text_of

NUMBERS = re.compile(r"(?:Figur|Tabell) \d+\.\d+:")


def project_of(folder: Path, **chapters: str) -> Path:
    """A project written by hand: chapter name → Markdown; the first is the home page."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{name}.qmd" for name in chapters]
    for name, text in zip(names, chapters.values(), strict=True):
        (folder / name).write_text(text)
    (folder / "_quarto.yml").write_text(
        f"book: {{title: Bok, author: Kommunen, output-file: bok, chapters: [{', '.join(names)}]}}"
    )
    return folder


def test_the_book_has_a_page_for_every_chapter_and_one_pdf(published: BookFiles, pages: list[Path]) -> None:
    assert [page.name for page in pages] == ["about.html", "attendance.html", "health.html", "index.html", "mother-tongue.html"]
    assert published.pdf == published.html.parent / "lulea.pdf"


def test_html_and_pdf_carry_the_same_numbers(published: BookFiles, pages: list[Path]) -> None:
    on_screen = [found for page in pages for found in NUMBERS.findall(lxml_html.fromstring(page.read_text()).text_content())]
    assert sorted(on_screen) == ["Figur 2.1:", "Figur 2.2:", "Tabell 2.1:", "Tabell 3.1:", "Tabell 3.2:"]
    assert sorted(NUMBERS.findall(text_of(published.pdf, "-layout").replace("\u00a0", " "))) == sorted(on_screen)


@pytest.mark.parametrize("text", ["Kapitel 2", "Avsnitt 2.1", "Figur 2.1", "Tabell 3.1", "Tabell 2.1; 2.1 har"])
def test_references_read_as_in_quartos_swedish_book(published: BookFiles, pages: list[Path], text: str) -> None:
    on_screen = " ".join(lxml_html.fromstring(page.read_text()).text_content() for page in pages).replace("\u00a0", " ")
    in_print = " ".join(text_of(published.pdf, "-layout").replace("\u00a0", " ").split())
    assert text in on_screen
    assert text in in_print


def test_every_internal_link_and_every_file_resolves(pages: list[Path]) -> None:
    ids = {page.name: set(lxml_html.fromstring(page.read_text()).xpath("//@id")) for page in pages}
    checked = 0
    for page in pages:
        tree = lxml_html.fromstring(page.read_text())
        assert len(tree.xpath("//@id")) == len(ids[page.name]), f"{page.name}: an id is used twice"
        for target in tree.xpath("//a/@href | //img/@src | //link/@href | //script/@src"):
            if target.startswith("https://"):
                continue
            name, _, anchor = unquote(target).partition("#")
            assert (page.parent / (name or page.name)).is_file(), f"{page.name} → {target}"
            assert not anchor or anchor in ids[name or page.name], f"{page.name} → {target}"
            checked += 1
    assert checked > 80


def test_no_page_needs_the_network(published: BookFiles) -> None:
    for path in published.html.parent.rglob("*"):
        if path.suffix in {".html", ".css", ".js"}:
            fetched = re.findall(r"""(?:src=|url\(|@import|<link[^>]*href=)\s*["']?(https?:|//)""", path.read_text())
            assert fetched == [], path.name


def test_code_and_noise_reach_no_reader(published: BookFiles, pages: list[Path]) -> None:
    everything = text_of(published.pdf, "-layout") + "".join(page.read_text() for page in pages)
    for word in ("HEMLIGT", "BRUS", "VARNING", "section.show", "ax.barh"):
        assert word not in everything


def test_tables_have_headings_for_every_column_and_row(pages: list[Path]) -> None:
    tables = [table for page in pages for table in lxml_html.fromstring(page.read_text()).iter("table")]
    assert len(tables) == 3
    for table in tables:
        assert table.xpath("thead/tr/*") == table.xpath("thead/tr/th[@scope='col' and normalize-space()]")
        assert len(table.xpath("tbody/tr")) == len(table.xpath("tbody/tr/*[1][self::th][@scope='row']"))
        assert {len(row) for row in table.iter("tr")} == {len(table.xpath("thead/tr/th"))}


def test_a_caption_stands_over_its_figure(pages: list[Path]) -> None:
    figures = [figure for page in pages for figure in lxml_html.fromstring(page.read_text()).iter("figure")]
    assert len(figures) == 5
    assert all(figure[0].tag == "figcaption" for figure in figures)


def test_the_synthetic_notice_is_on_every_page_and_in_the_pdf(published: BookFiles, pages: list[Path]) -> None:
    assert all("Påhittade uppgifter." in page.read_text() for page in pages)
    assert text_of(published.pdf, "-layout").count("Påhittade uppgifter") == len(pikepdf.open(published.pdf).pages)


def test_the_pdf_is_labelled_and_tagged_for_everyone(published: BookFiles) -> None:
    with pikepdf.open(published.pdf) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert pdf.Root.Lang == "sv-SE"
        assert pdf.docinfo["/Title"] == "Kvalitetsrapport: Luleå kommun, läsåret 2020/21"
        root = pdf.Root.StructTreeRoot.K
        figures = elements(root, "/Figure")
        assert [str(figure.Alt) for figure in figures] == [sample.GENDER_ALT, "Liggande staplar per nivå."]
        assert len(elements(root, "/Table")) == 3
        assert len(elements(root, "/TH")) == 5 + 7 + 3
        assert [len(elements(root, f"/H{level}")) for level in (1, 2)] == [5, 6]
        assert elements(root, "/TOCI")


def test_pages_are_counted_in_swedish(published: BookFiles) -> None:
    total = len(pikepdf.open(published.pdf).pages)
    assert re.findall(r"Sida (\d+) av (\d+)", text_of(published.pdf, "-layout")) == [
        (str(n), str(total)) for n in range(2, total + 1)
    ]


def test_rendering_twice_gives_the_same_bytes(book: Book, published: BookFiles) -> None:
    def content() -> dict[str, bytes]:
        folder = published.html.parents[1]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    first = content()
    publish(book, publisher="embedded")
    assert content() == first


def test_one_format_alone(tmp_path: Path) -> None:
    book = sample.write_book(tmp_path)
    only_pdf = publish(book, ["pdf"], "embedded")
    assert (only_pdf.html, [path.name for path in only_pdf.pdf.parent.iterdir()]) == (None, ["lulea.pdf"])
    only_html = publish(book, ["html"], "embedded")
    assert only_html.pdf is None
    assert "Hämta som PDF" not in only_html.html.read_text()


@pytest.mark.parametrize(
    ("markdown", "warning"),
    [
        ("# A {#sec-a}\n\nSe @fig-nowhere.", "index.qmd: reference `@fig-nowhere` points at nothing"),
        ("# A {#sec-a}\n\n## B {#sec-a}", "index.qmd: label `sec-a` is used twice; first in index.qmd"),
        ("# A\n\n#### B", "index.qmd: heading `B` is at level 4; read as level 2"),
        ("# A\n\n[hit](nowhere.qmd)", "index.qmd: link `nowhere.qmd` points at nothing in the PDF"),
        ("# A\n\n![Rubrik.](a.svg){#fig-a}", "index.qmd: figure `fig-a` has no fig-alt; its caption is read aloud instead"),
        ('# A\n\n![](a.svg){#fig-a fig-alt="x"}', "index.qmd: Figur 1.1 (`fig-a`) has no caption"),
        ("# A\n\n|   | B |\n|---|--:|\n| x | 1 |\n\n: C {#tbl-a}", "index.qmd: table `tbl-a` has no heading over column 1"),
        ("# A\n\nEn 🐟.", "bok.pdf: made without the labels PDF/A and PDF/UA"),
    ],
)
def test_what_a_reader_would_stumble_on_is_a_warning_not_a_crash(tmp_path: Path, markdown: str, warning: str) -> None:
    project = project_of(tmp_path, index=markdown)
    (project / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>")
    with pytest.warns(UserWarning) as caught:
        paths = render(project, publisher="embedded")
    assert [path.is_file() for path in paths] == [True, True]
    assert any(str(item.message).startswith(warning) for item in caught), [str(item.message) for item in caught]


def test_an_unnumbered_chapter_takes_no_number(tmp_path: Path) -> None:
    project = project_of(
        tmp_path, index="# Förord {.unnumbered}\n\n## Till läsaren", next="# Ett {#sec-a}\n\n## Två\n\nSe @sec-a."
    )
    render(project, publisher="embedded")
    pages = {name: lxml_html.parse(str(project / "_book" / f"{name}.html")).getroot() for name in ("index", "next")}
    headings = {
        name: [" ".join(h.text_content().split()) for h in page.xpath("//main//h1 | //main//h2")] for name, page in pages.items()
    }
    assert headings == {"index": ["Förord", "Till läsaren"], "next": ["1 Ett", "1.1 Två"]}


def test_marks_and_signs_stay_what_they_are(tmp_path: Path) -> None:
    rows = ["| - | .. |", "| + 3 | = 4 |", "| 1. Ett | / 2 |", "| ~100 | 1\u202f104 |", "| #a $b @c | `x_y*` <- |"]
    text = "\n".join(["# A", "", "| Mått | Värde |", "|:--|--:|", *rows, "", ": T {#tbl-a}"])
    project = project_of(tmp_path, index=text)
    render(project, publisher="embedded")
    cells = lxml_html.parse(str(project / "_book" / "index.html")).xpath("//tbody/tr/*")
    shown = [cell.text_content() for cell in cells]
    assert shown == ["-", "..", "+ 3", "= 4", "1. Ett", "/ 2", "~100", "1\u202f104", "#a $b @c", "x_y* <-"]
    printed = "".join(text_of(project / "_book" / "bok.pdf", "-layout").split())
    assert [cell for cell in shown if "".join(cell.split()) not in printed] == []


def test_no_line_ends_within_a_range(tmp_path: Path) -> None:
    ranges = ["(10–21)", "−4,3–−1,2", "+4,3–+16,1", "2018/19–2020/21"]
    widths = f"|:{'-' * 30}|{'-' * 12}:|:{'-' * 40}|"
    table = ["| Indikator | Andel | Mål |", widths, "| A | 15 % (10–21) | B |", "", ": T {#tbl-a}"]
    project = project_of(tmp_path, index="\n".join(["# A", "", " ".join(ranges * 90), "", *table]))
    render(project, publisher="embedded")
    page = lxml_html.parse(str(project / "_book" / "index.html"))
    assert [span.text for span in page.xpath("//span[@class='range']")] == [*ranges * 90, "(10–21)"]
    printed = text_of(project / "_book" / "bok.pdf").splitlines()
    assert [line for line in printed if line.endswith("–")] == []
    assert "15 %" in printed


def test_a_book_that_cant_be_made_says_why(tmp_path: Path) -> None:
    project = project_of(tmp_path, index="# A\n\n![Rubrik.](nowhere.svg){#fig-a fig-alt='x'}")
    with pytest.raises(PublishError, match=r"bok\.pdf: .*nowhere\.svg"):
        render(project, ["pdf"], "embedded")


def test_a_book_is_made_in_any_locale_wherever_the_project_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under cron, whose locale knows no letters beyond A to Z."""
    filters = tmp_path / "Bok på ö" / "filters"
    shutil.copytree(manuscript.FILTER.parent, filters)
    monkeypatch.setattr(manuscript, "FILTER", filters / manuscript.FILTER.name)
    monkeypatch.setenv("LC_ALL", "C")
    assert publish(sample.write_book(filters.parent), ["html"], publisher="embedded").html.is_file()


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="formats: docx asked for; choose from html, pdf"):
        render(tmp_path, ["docx"])


def test_a_failed_section_has_its_page_and_stops_nothing(published: BookFiles) -> None:
    page = unescape((published.html.parent / "attendance.html").read_text())
    assert "Det här avsnittet kunde inte tas fram" in page
    assert "Det här avsnittet kunde inte tas fram" in " ".join(text_of(published.pdf, "-layout").split())


def test_a_chapter_begins_where_there_is_room(tmp_path: Path) -> None:
    """Short chapters share pages: no nearly empty ones."""
    path = tmp_path / "short.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Kort\n\nEtt stycke.")]), path)
    chapters = tuple(Chapter(f"short-{n}", path) for n in range(6))
    book = dataclasses.replace(sample.write_book(tmp_path), chapters=chapters)
    assert len(pikepdf.open(publish(book, ["pdf"], "embedded").pdf).pages) == 2 + 2
