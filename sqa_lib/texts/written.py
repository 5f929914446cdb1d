"""How the file of a text is read: as an editor, Notepad or Word saves plain text."""

from pathlib import Path

from sqa_lib.sources.decoding import text_in
from sqa_lib.texts.references import TextError


def read_written(folder: Path, file: str) -> str:
    """As `decoded`, with plain line ends."""
    return decoded(folder, file).replace("\r\n", "\n").replace("\r", "\n")


def decoded(folder: Path, file: str) -> str:
    """The file's text; `TextError` where it can't be read, or is none. file: its path from the folder."""
    try:
        content = (folder / file).read_bytes()
    except OSError as error:
        raise TextError(f"{file}: can't be read ({error.strerror})") from error
    if (text := text_in(content)) is None:
        raise TextError(f"{file}: is neither UTF-8 nor Windows-1252 text; save it as plain text in UTF-8")
    return text
