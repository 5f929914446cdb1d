"""What stands under the heading of conclusions, however it is written: each bullet, numbered line or paragraph is one."""

import re
from collections.abc import Iterator

_MARK = re.compile(r"[ \t]*(?:[-*+•·–—]|\d{1,2}[.)])[ \t]+(?=\S)")
_RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")


def bullets(text: str, first_line: int = 1) -> Iterator[tuple[str, int]]:
    """Each as it is written, without its mark, and the line that it begins on; nothing of the text is left out but rules."""
    said: list[str] = []
    began, is_new = first_line, True
    for number, line in enumerate(text.split("\n"), start=first_line):
        mark = _MARK.match(line)
        is_empty = not line.strip() or _RULE.match(line)
        if said and (mark or (is_new and not is_empty and not line[0].isspace())):
            yield "\n".join(said), began
            said = []
        if not is_empty:
            began = began if said else number
            said.append(line[mark.end() :] if mark else line)
        is_new = bool(is_empty)
    if said:
        yield "\n".join(said), began
