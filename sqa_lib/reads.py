"""What a section reads, written down while it runs: each question that it asks, with a digest of the answer.

A question is a kind and its words (`unit 99001022`, `years pupils`). A section whose questions would all be answered today as
they were need not run again: verifying traces, after Mokhov, Mitchell and Peyton Jones, *Build systems à la carte* (2018).
"""

import json
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

FILE = "SQA_READS"
"""The environment's name for the file that a kernel writes its reads to; without it nothing is written down."""

BOUNDARY = "boundary"
"""The question whether the boundary is closed: the first that a build's kernel answers, so that silence is not taken for reading
nothing."""

STATISTICS = "statistics"
"""The question which published statistics there are, answered by their stamp."""


def digest(answer: object) -> str:
    """16 hexadecimal digits for an answer, whose `repr` must tell all of it; "" for None: there is no such thing."""
    return "" if answer is None else blake2b(repr(answer).encode(), digest_size=8).hexdigest()


class Reads:
    """Writes each question to the file once, as a line of JSON, at once: a kernel is ended without being asked."""

    def __init__(self, file: str = "") -> None:
        self._noted: set[str] = set()
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if file else None

    @classmethod
    def of_process(cls) -> "Reads":
        """Where this process writes them."""
        return cls(os.environ.get(FILE, ""))

    def note(self, question: str, answer: object) -> None:
        self._write(question, lambda: digest(answer))

    def leave(self, question: str) -> None:
        """A question whose answer is large: who reads the file gives its digest, once for all sections."""
        self._write(question, lambda: None)

    def _write(self, question: str, digested: Callable[[], str | None]) -> None:
        if self._file is not None and question not in self._noted:
            self._noted.add(question)
            os.write(self._file, f"{json.dumps([question, digested()])}\n".encode())


def read_reads(file: Path) -> dict[str, str | None]:
    """Question → digest of its answer (None: left to the reader); {} where nothing was written down."""
    return dict(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()) if file.is_file() else {}
