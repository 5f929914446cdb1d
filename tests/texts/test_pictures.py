"""A picture beside a text is in the book, small and without what a camera notes; one that can't be used is told of."""

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from sqa_lib.publish import Chapter
from sqa_lib.publish.chapters import page
from sqa_lib.section.texts import read_text
from sqa_lib.texts.files import read_texts
from sqa_lib.texts.pictures import LARGEST
from sqa_lib.texts.references import TextError
from tests.small_project import write

FILE, MAKER = "texts/a/x.md", 271


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / FILE, "")
    camera = Image.Exif()
    camera[MAKER] = "Kameran i sal 4"
    Image.new("RGB", (3000, 1500), "red").save(tmp_path / "texts/a/foto.JPG", "JPEG", exif=camera)
    Image.new("RGBA", (20, 10)).save(tmp_path / "texts/a/bild.png")
    write(tmp_path / "texts/a/trasig.png", "ingen bild")
    write(tmp_path / "outside.png", "")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "size"), [("foto.JPG", (LARGEST, LARGEST // 2)), ("bild.png", (20, 10)), ("../a/bild.png", (20, 10))]
)
def test_it_is_a_file_of_the_book(name: str, size: tuple[int, int], folder: Path) -> None:
    write(folder / FILE, f"Se här.\n\n![Skolgården]({name})\n")
    text = read_text(folder, FILE).whole
    assert read_text(folder, FILE).whole == text
    output = new_output("display_data", {"text/markdown": f"# X\n\n{text}"})
    nbformat.write(new_notebook(cells=[new_code_cell("", outputs=[output])]), folder / "x.ipynb")
    made = page(Chapter("x", folder / "x.ipynb"))
    ((file, data),) = made.media.items()
    assert f'![Skolgården](media/{file}){{fig-alt="Skolgården"}}' in made.text and "data:" not in made.text
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == size
        assert not picture.getexif()
    assert b"sal 4" not in data
    assert b64decode(text.partition("base64,")[2].rstrip(")")) == data


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        ("![x](borta.png)", "picture `borta.png`: there is no such file beside the text"),
        ("![](bild.png)", "picture `bild.png`: say in the brackets what it shows"),
        ("![x](trasig.png)", "picture `trasig.png`: can't be read; save it as PNG or JPEG"),
        ("![x](bild.docx)", "picture `bild.docx`: is no .png or .jpg or .jpeg file"),
        ("![x](../../outside.png)", "picture `../../outside.png`: take a file that lies beside the text"),
        ("![x](https://example.org/x.png)", "picture `https://example.org/x.png`: take a file that lies beside the text"),
        ("![x](/etc/x.png)", "picture `/etc/x.png`: take a file that lies beside the text"),
    ],
)
def test_one_that_cant_be_used_is_told_with_file_and_line(picture: str, why: str, folder: Path) -> None:
    write(folder / FILE, f"Se här.\n\n{picture}\n")
    with pytest.raises(TextError) as told:
        read_text(folder, FILE)
    assert str(told.value).startswith(f"{FILE}, line 3: {why}")
    ((mistake,),) = [text.mistakes for text in read_texts(folder, "all")]
    assert (mistake.line, mistake.why.startswith(why)) == (3, True)
