"""How a file of text is saved by Excel, an editor, Notepad or Word."""

ENCODINGS = ("utf-8-sig", "cp1252")


def text_in(content: bytes) -> str | None:
    """A file's content as text; None where it is none, in UTF-8 or Windows-1252."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None
