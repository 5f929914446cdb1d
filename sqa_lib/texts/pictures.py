"""Pictures in a text: `![what it shows](picture.png)`, of files that lie beside it. They become a part of the text, made small
and without what a camera notes of place and time, so that a book needs no other file and a new picture is a new text."""

import re
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from sqa_lib.texts.markup import PICTURE
from sqa_lib.texts.references import Mistake, TextError

SUFFIXES = (".png", ".jpg", ".jpeg")
LARGEST = 1200  # pixels, of either side


def with_pictures(text: str, folder: Path, file: str) -> str:
    """The text with its pictures in it, as `data:` addresses. file: its path from the folder. Raises TextError for a picture that
    can't be used."""
    for mistake in wrong_pictures(text, folder, file):
        raise TextError(f"{file}, line {mistake.line}: {mistake.why}")
    beside = (folder / file).parent
    return PICTURE.sub(lambda found: f"![{found['alt']}]({_address(beside / found['path'])})", text)


def wrong_pictures(text: str, folder: Path, file: str) -> Iterator[Mistake]:
    """Every picture that can't be used, and how to mend it."""
    for found in PICTURE.finditer(text):
        if why := _wrong(found, folder, (folder / file).parent):
            yield Mistake(text.count("\n", 0, found.start()) + 1, f"picture `{found['path']}`: {why}")


def _wrong(found: re.Match, folder: Path, beside: Path) -> str:
    path = beside / found["path"]
    if not found["alt"].strip():
        return "say in the brackets what it shows, for those who can't see it: `![…](…)`"
    if ":" in found["path"] or not path.resolve().is_relative_to((folder / "texts").resolve()):
        return "take a file that lies beside the text; a book fetches nothing from elsewhere"
    if path.suffix.lower() not in SUFFIXES:
        return f"is no {' or '.join(SUFFIXES)} file"
    if not path.is_file():
        return "there is no such file beside the text"
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            picture.verify()
    except (OSError, UnidentifiedImageError, SyntaxError, Image.DecompressionBombError):
        return "can't be read; save it as PNG or JPEG"
    return ""


def _address(path: Path) -> str:
    with Image.open(path) as opened:
        kind, picture = opened.format, ImageOps.exif_transpose(opened)
        picture.thumbnail((LARGEST, LARGEST))
        bare = picture.convert("RGB") if kind == "JPEG" else picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    bare.info.clear()
    data = BytesIO()
    bare.save(data, kind)
    return f"data:image/{kind.lower()};base64,{b64encode(data.getvalue()).decode()}"
