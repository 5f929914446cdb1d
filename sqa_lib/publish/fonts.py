"""The two typefaces, Source Serif and Source Sans, from their PyPI packages: for Typst as files, for HTML as CSS.

Licence of both: SIL Open Font License 1.1.
"""

import io
import shutil
from base64 import b64encode
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
import uharfbuzz
from fontTools.ttLib import TTFont

SERIF, SANS = "Source Serif Pro", "Source Sans Pro"
# Family, CSS weight, CSS style, package and file. Only these, so that the machine's own fonts never decide how a book looks.
FACES = (
    (SERIF, 400, "normal", "font_source_serif_pro", "SourceSerifPro-Regular"),
    (SERIF, 400, "italic", "font_source_serif_pro", "SourceSerifPro-It"),
    (SERIF, 600, "normal", "font_source_serif_pro", "SourceSerifPro-Semibold"),
    (SANS, 400, "normal", "font_source_sans_pro", "SourceSansPro-Regular"),
    (SANS, 400, "italic", "font_source_sans_pro", "SourceSansPro-It"),
    (SANS, 600, "normal", "font_source_sans_pro", "SourceSansPro-Semibold"),
)
# Latin letters of every European language, punctuation, arrows and the mathematical signs of a report.
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2034),
    *range(0x2190, 0x2194),
    *(0x20AC, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x2713),
)


def _file(package: str, name: str, extension: str) -> Path:
    spec = find_spec(package)
    return Path(next(iter(spec.submodule_search_locations))) / "files" / f"{name}.{extension}"  # type: ignore[union-attr, arg-type]


class TypstFonts:
    """The faces for Typst, which adds its own for formulas and code.

    They are copied to a folder of their own: the packages hold every face twice (OTF and TTF), and which one Typst finds
    first depends on the file system.
    """

    def __init__(self) -> None:
        self.folder = TemporaryDirectory(
            prefix="sqa-fonts-"
        )  # Typst reads a face when it is first used: kept as long as the fonts
        for *_, package, name in FACES:
            shutil.copy(_file(package, name, "otf"), self.folder.name)
        self.fonts = typst.Fonts(include_system_fonts=False, font_paths=[self.folder.name])


_made: list[TypstFonts] = []


def typst_fonts() -> TypstFonts:
    """Made once, and anew where their folder was taken away with other temporary files."""
    if not (_made and Path(_made[-1].folder.name).is_dir()):
        _made[:] = [TypstFonts()]
    return _made[-1]


@cache
def css() -> str:
    """`@font-face` rules with the letters a Swedish report needs, inlined: works from `file://` in every browser."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; font-display: swap; '
        f'src: url(data:font/woff;base64,{b64encode(_woff(_file(package, name, "ttf"))).decode()}) format("woff"); }}'
        for family, weight, style, package, name in FACES
    )


def _woff(path: Path) -> bytes:
    """Without hints, alternative figures and ligatures: a third of the size."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set(set(LETTERS))
    wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).set({int.from_bytes(b"kern")})
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    font = TTFont(io.BytesIO(uharfbuzz.subset(face, wanted).blob.data), recalcTimestamp=False)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
