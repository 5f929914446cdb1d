"""An error in one line: all that it says, as far as there is room, since what says why is seldom in its first line."""

import re

LONGEST = 400  # characters
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+ *")


def in_a_line(error: str | BaseException) -> str:
    """Without colours and line ends; of an exception `ValueError: no such year`."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    line = _CONTROL.sub(" ", _ANSI.sub("", text)).strip()
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
