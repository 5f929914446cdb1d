"""The PDFs of the demo: labelled and tagged for everyone, the same typefaces everywhere."""

import re

import pikepdf

from tests.books.conftest import Rendered
from tests.reading import elements

FONT_FILE = re.compile(r"/FontFile[23]?$")


def test_the_pdf_says_that_it_is_archivable_and_accessible(book: Rendered) -> None:
    with pikepdf.open(book.pdf) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_the_pdf_has_its_language_and_title(book: Rendered) -> None:
    with pikepdf.open(book.pdf) as pdf, pdf.open_metadata() as metadata:
        title = f"{book.configuration['book']['title']}: {book.configuration['sqa']['unit']}, läsåret {book.report.school_year}"
        assert str(pdf.Root.Lang).startswith("sv")
        assert pdf.docinfo["/Title"] == metadata["dc:title"] == title


def test_every_figure_in_the_pdf_has_the_alternative_text_of_the_page(book: Rendered) -> None:
    on_screen = [alt for page in book.pages.values() for alt in page.xpath("//main//figure//img/@alt")]
    with pikepdf.open(book.pdf) as pdf:
        in_print = [str(figure.get("/Alt", "")) for figure in elements(pdf.Root.StructTreeRoot.K, "/Figure")]
    assert all(alt.strip() for alt in in_print)
    assert [alt for alt in in_print if alt in on_screen] == on_screen
    assert len(on_screen) >= 1


def test_every_table_is_tagged_with_its_column_heads(book: Rendered) -> None:
    heads = [len(table.xpath("thead//th")) for page in book.pages.values() for table in page.xpath("//main//table")]
    with pikepdf.open(book.pdf) as pdf:
        tables = elements(pdf.Root.StructTreeRoot.K, "/Table")
        tagged = [len(elements(table, "/TH")) for table in tables]
    assert [count for count in tagged if count] == heads


def test_only_embedded_typefaces(book: Rendered) -> None:
    with pikepdf.open(book.pdf) as pdf:
        faces = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        names = {str(face.FontName) for face in faces}
        without_file = [str(face.FontName) for face in faces if not any(map(FONT_FILE.match, face.keys()))]
    assert without_file == []
    assert any("SourceSerif" in name for name in names)
    assert any("SourceSans" in name for name in names)


def test_pages_are_counted(book: Rendered) -> None:
    counted = re.findall(r"Sida\s(\d+)\sav\s(\d+)", book.pdf_text)
    assert counted == [(str(n), str(book.pdf_pages)) for n in range(2, book.pdf_pages + 1)]
